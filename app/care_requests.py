"""What the window asks about its workspace's files: whether they are sound, and a sound workspace in their place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True)
class CheckFiles:
    """Read every page of the workspace's files and every link of the journal's chains; it may be in use meanwhile.

    Answer: :class:`FilesSound`, or a refusal that names what is damaged.
    """

    folder: Path


@dataclass(frozen=True)
class FilesSound:
    """The files in *folder* were as they were written."""

    folder: Path


@dataclass(frozen=True)
class LookForRescue:
    """What a sound workspace could be made of in the place of the damaged one. Answer: :class:`RescueFound`."""

    folder: Path


@dataclass(frozen=True)
class Backup:
    """A copy of a workspace, and when it was made (UTC milliseconds)."""

    folder: Path
    at_ms: int


@dataclass(frozen=True)
class RescueFound:
    """What there is to begin with.

    Attributes:
        hub: The hub that the workspace follows, for people; "" for none.
        backups: Those that were made of it and are there still, the latest first.
        own_network: Whether its network file is sound: then its journal alone is to be rescued, without a backup too.
    """

    folder: Path
    hub: str
    backups: tuple[Backup, ...]
    own_network: bool


@dataclass(frozen=True)
class RescueFiles:
    """Set the damaged workspace aside and put a sound one in its place. Answer: :class:`FilesRescued`.

    Nobody may have it open. Without *backup* and *from_hub* it is made of what can still be read.
    """

    folder: Path
    backup: Path | None = None
    from_hub: bool = False


@dataclass(frozen=True)
class LostEntries:
    """Entries of a device that are gone, by number."""

    device: str
    first: int
    last: int


@dataclass(frozen=True)
class FilesRescued:
    """What became of it; see :class:`app.operations.rescue.Rescued`.

    Attributes:
        aside: Where the damaged one lies now.
        from_hub: Whether the hub's entries were taken, and not a backup's.
    """

    folder: Path
    aside: Path
    held: int
    salvaged: int
    lost: tuple[LostEntries, ...]
    all_known: bool
    own_network: bool
    from_hub: bool


CareRequest: TypeAlias = CheckFiles | LookForRescue | RescueFiles
CareReply: TypeAlias = FilesSound | RescueFound | FilesRescued

CARE_LOOKS = (CheckFiles, LookForRescue)
"""Those that only look: they run in a process that loads little."""
CARE_JOBS = (*CARE_LOOKS, RescueFiles)
"""Each of these runs in a job process of its own: they read the whole city."""
