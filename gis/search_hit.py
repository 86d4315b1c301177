"""What a search finds. Apart from the search itself, whose pinyin tables the window must not wait for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Hit:
    """One search result.

    Attributes:
        kind: A layer name.
        row: Its row in the city's table; -1 for what has none (roads, places).
        label: What it is called; the id where it has no name.
        detail: What tells it from others: an address, a diameter.
        x_m, y_m: Where it is, in the project CRS.
        near: True where it answers the question only if that was typed with a slip.
    """

    kind: str
    row: int
    id: str
    label: str
    detail: str
    x_m: float
    y_m: float
    near: bool = False

    def nearly(self) -> Hit:
        """The same hit, for a question typed with a slip."""
        return replace(self, near=True)
