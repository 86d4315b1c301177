"""What the window asks about its workspace's files: whether they are sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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


CARE_JOBS = (CheckFiles,)
"""Each of these runs in a job process of its own: they read the whole city."""
