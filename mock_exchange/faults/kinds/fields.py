"""What the parameters of several kinds have in common: their bounds."""

from typing import Annotated, Final

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""Of the selected requests."""

MS_MAX: Final = 3_600_000
Milliseconds = Annotated[float, msgspec.Meta(ge=0, le=MS_MAX)]
