"""The things of a city in its tables after an edit: rows move, ids stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.messages.describe import Thing
from app.suppositions import ValveOverride
from gis.places import ids_of
from network.topology import City


@dataclass(frozen=True, eq=False)
class Moved:
    """From the rows of one city to those of another, by ids."""

    before: City
    after: City

    def row(self, kind: str, row: int) -> int:
        """Where row *row* of the table of *kind* is now; -1 where it has gone."""
        return ids_of(self.after, kind).find(ids_of(self.before, kind)[row])

    def thing(self, thing: Thing | None) -> Thing | None:
        """*thing* now; None where it has gone."""
        if thing is None or thing.kind == "area":
            return thing
        if thing.kind == "pipes":
            rows = tuple(sorted(self.row("pipe", row) for row in thing.rows))
            return replace(thing, rows=rows) if rows and rows[0] >= 0 else None
        row = self.row(thing.kind, thing.row)
        if row < 0:
            return None
        if thing.offset_m is None:
            return replace(thing, row=row)
        return replace(thing, row=row, offset_m=min(thing.offset_m, float(self.after.network.pipes.length_m[row])))

    def devices(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Those of *rows* that are still there."""
        return tuple(row for row in (self.row("valve", row) for row in rows) if row >= 0)

    def overrides(self, overrides: Iterable[ValveOverride]) -> tuple[ValveOverride, ...]:
        """Those of *overrides* whose valve is still there."""
        moved = ((self.row("valve", each.device), each) for each in overrides)
        return tuple(replace(each, device=row) for row, each in moved if row >= 0)
