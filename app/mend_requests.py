"""What the window asks about mending the drawing, and what comes back. Frozen, picklable, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gis.mending.records import Mend, Stays


@dataclass(frozen=True)
class MendsFound:
    """What is wrong with the drawing; *components* parts of it meet one another nowhere."""

    components: int
    mends: tuple[Mend, ...]
    stays: tuple[Stays, ...]


@dataclass(frozen=True)
class MendsMade:
    """What came of mending.

    Attributes:
        edits: The edits that the mends are, in the order in which they were made.
        before: Parts of the network before.
        left: How many of those asked for could not be made: what they speak of had gone.
        found: What is wrong now.
    """

    edits: tuple[str, ...]
    before: int
    left: int
    found: MendsFound


@dataclass(frozen=True)
class LookForMends:
    """What could be mended in the drawing. Answer: :class:`MendsFound`."""

    folder: Path


@dataclass(frozen=True)
class PreviewMend:
    """What a mend would do. Answer: :class:`EditPreviewed`."""

    mend: Mend


@dataclass(frozen=True)
class MakeMends:
    """Make mends, each an edit of its own. Answer: :class:`MendsMade`."""

    folder: Path
    mends: tuple[str, ...]
    why: str = ""


MendRequest = LookForMends | PreviewMend | MakeMends
MEND_JOBS = (LookForMends, MakeMends)
"""Each of these runs in a job process of its own: they go over the whole city."""

MendReply = MendsFound | MendsMade
