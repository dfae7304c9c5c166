"""Targets: what a run drives, brought up before it and taken down after it, however it ends."""

from scenarios.targets.target import LiveTarget, Target

__all__ = ["LiveTarget", "Target"]
