"""What the attribute table asks of the worker, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from network.columns import Int32


@dataclass(frozen=True)
class ArrangeTable:
    """Rows of one kind that are wanted, in order. Answer: :class:`TableArranged`.

    Attributes:
        kind: One of :data:`app.operations.attributes.KINDS`.
        column: Code of the column to sort by; "" for the order of the workspace.
        text: Only rows that have it in some column; "" for all.
        ring_m: Only rows inside these corners (x, y); empty for all.
    """

    kind: str
    column: str = ""
    descending: bool = False
    text: str = ""
    ring_m: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class ExportTable:
    """Write rows of a table to *path* (.csv or .xlsx) in a process of its own. Answer: :class:`TableExported`.

    Attributes:
        cache: Folder of the city's arrays.
        rows: In the order in which they are written.
    """

    cache: Path
    kind: str
    rows: Int32
    path: Path
    language: str


@dataclass(frozen=True, eq=False)
class TableArranged:
    """Shape (n,): the rows to show, in order."""

    asked: ArrangeTable
    rows: Int32


@dataclass(frozen=True)
class TableExported:
    """The file is on disk."""

    path: Path
    rows: int


TableRequest = ArrangeTable | ExportTable
TableReply = TableArranged | TableExported
