"""A table that the window's side paints: a worker process has read it, Qt alone makes a PDF of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, eq=False)
class PaperTable:
    """What is painted.

    Attributes:
        path: Where it shall go: a PDF file.
        title: What stands over it; header: names of its columns; rows: as long as *header* each.
    """

    path: Path
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def on_paper(path: Path, title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> PaperTable:
    """A table with every cell as it is read; None is an empty one."""
    return PaperTable(
        path, title, tuple(header), tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
    )
