"""How far a store has come with the rows of a city, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def silent(_share: float) -> None:
    """Nobody waits."""


@dataclass
class RowsTold:
    """Tells a share, 0 to 1, after each table.

    Attributes:
        told: Hears it; what it raises ends the writing.
        rows: Of all tables together.
        done: So far.
    """

    told: Callable[[float], None]
    rows: int
    done: int = 0

    def add(self, rows: int) -> None:
        """So many *rows* more are written."""
        self.done += rows
        self.told(min(1.0, self.done / max(self.rows, 1)))
