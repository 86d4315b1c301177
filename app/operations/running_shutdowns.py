"""Emergencies that keep valves closed now, as shutdowns that are reckoned with beside planned ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.dispatch.life import TurnedValve
from app.dispatch.reach_told import ASSUMED_S
from app.dispatch.view import DispatchView, QueueRow, number_of
from app.times import utc_of
from network.assets import Position, is_gate
from network.columns import IdColumn
from network.together_records import Shutdown
from network.topology import City


def running_shutdowns(view: DispatchView, city: City) -> tuple[Shutdown, ...]:
    """One for each open incident for which gates on mains are closed off their normal position, the first turned first.

    What else was turned for it (a branch valve, a washout, a PRV) stands as the record has it, beside planned work too.

    It lasts until nine of ten such incidents are over by the latest forecast; where nothing is forecast of it, or the
    forecast has passed, until :data:`~app.dispatch.reach_told.ASSUMED_S` from the moment of *view*. Its target is not
    named: while its valves are still being closed, water there is no conflict.
    """
    turned: dict[str, list[TurnedValve]] = defaultdict(list)
    for off in view.valves_off:
        turned[off.incident].append(off.turned)
    return tuple(sorted(_shutdowns(view, city, turned), key=lambda one: (one.start, one.id)))


def _shutdowns(view: DispatchView, city: City, turned: dict[str, list[TurnedValve]]) -> Iterator[Shutdown]:
    for entity, valves in turned.items():
        row = view.row(entity)
        close = _rows(city, [one for one in valves if one.position == Position.CLOSED.name.lower()])
        if row is None or not row.is_open or not close:
            continue
        yield Shutdown(
            number_of(entity),
            utc_of(min(one.at_ms for one in valves)),
            utc_of(_over_ms(row, view)),
            close=close,
            open=_rows(city, [one for one in valves if one.position == Position.OPEN.name.lower()]),
        )


def _rows(city: City, valves: list[TurnedValve]) -> tuple[int, ...]:
    """Device rows of gates: others, and valves that are gone from the city, are left out."""
    devices = city.network.devices
    rows = devices.ids.find_many(IdColumn.of([one.valve for one in valves]))
    return tuple(row for row in rows.tolist() if row >= 0 and is_gate(devices.kind[row]))


def _over_ms(row: QueueRow, view: DispatchView) -> int:
    foreseen = (view.clocks[place].forecast for place in row.clocks)
    over_ms = max((one.p90_ms for one in foreseen if one is not None), default=0)
    return over_ms if over_ms > view.now_ms else view.now_ms + round(ASSUMED_S * 1000)
