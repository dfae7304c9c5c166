"""Finds and reads recorded intensities: CSV files beside a scenario, and those that the project ships."""

from pathlib import Path

from scenarios.traffic.arrivals import Profile, parse_profile

SHIPPED = Path(__file__).parent.parent / "profiles"
BYTES_MAX = 32 * 1024 * 1024


def find_profile(folder: Path, name: str) -> Profile:
    """The profile in the file of this name in ``folder``, a scenario's, or else the shipped one.

    Raises ValueError with the rule where there is none, or none that can be read.
    """
    for file in (folder / name, SHIPPED / f"{name}.csv"):
        if file.is_file():
            return _read(name, file)
    raise ValueError(f"is neither a file beside the scenario nor a profile; there are {', '.join(profile_names())}")


def profile_names() -> list[str]:
    """What the project ships."""
    return sorted(file.stem for file in SHIPPED.glob("*.csv"))


def _read(name: str, file: Path) -> Profile:
    try:
        if file.stat().st_size > BYTES_MAX:
            raise ValueError(f"is longer than a profile may be, {BYTES_MAX} bytes")
        return parse_profile(name, file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"cannot be read: {error}") from error
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
