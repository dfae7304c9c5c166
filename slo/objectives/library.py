"""Objectives that come with brownout, as files beside this package: ``slo/library/*.yaml``."""

from pathlib import Path

_LIBRARY = Path(__file__).parent.parent / "library"


def library_files() -> list[Path]:
    """Every file of the library, by name."""
    return sorted(_LIBRARY.glob("*.yaml"))


def library_file(name: str) -> Path:
    """Where the library's file of that name lies, such as ``feed.yaml``; whether it exists is for the caller to ask."""
    return _LIBRARY / name
