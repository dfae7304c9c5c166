"""The front door: command line and console."""

from importlib.metadata import version

__version__ = version("brownout")
