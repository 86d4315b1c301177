"""Planned shutdowns beside what runs now: what cannot be reckoned with is left out and named, the rest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from network.supply import SupplyModel
from network.together import outages_together
from network.together_records import Refused, Shutdown, Together
from network.together_settle import refused_valves


@dataclass(frozen=True, eq=False)
class Beside:
    """An answer, and what of the running it holds.

    Attributes:
        together: What all that counts does together.
        running: The running that count, with the valves that do.
        left_out: What of the running is left out: a valve (it stands as the record has it), or without one all of it.
    """

    together: Together
    running: tuple[Shutdown, ...] = ()
    left_out: tuple[Refused, ...] = ()


def reckoned_beside(
    model: SupplyModel, planned: Sequence[Shutdown], running: Sequence[Shutdown]
) -> Beside | tuple[Refused, ...]:
    """What *planned* do together and with *running*; or every one of *planned* that cannot be reckoned with.

    Args:
        model: The city as it stands.
        planned: In any order.
        running: Without targets, under other ids.
    """
    left_out = refused_valves(model, running)
    counted = _with_valves_that_count(running, left_out)
    answer = outages_together(model, [*planned, *counted])
    if isinstance(answer, Together):
        return Beside(answer, counted, left_out)
    refused = tuple(one for one in answer if one.place < len(planned))
    if refused:
        return refused
    # Their times: the clock of the console that wrote them was ahead.
    dropped = {one.place - len(planned) for one in answer}
    counted = tuple(one for place, one in enumerate(counted) if place not in dropped)
    again = outages_together(model, [*planned, *counted])
    return Beside(again, counted, (*left_out, *answer)) if isinstance(again, Together) else again


def _with_valves_that_count(running: Sequence[Shutdown], left_out: Sequence[Refused]) -> tuple[Shutdown, ...]:
    """Those of *running* that still close a valve."""
    dropped = {(one.id, one.device) for one in left_out}
    cut_down = (
        replace(
            one,
            close=tuple(device for device in one.close if (one.id, device) not in dropped),
            open=tuple(device for device in one.open if (one.id, device) not in dropped),
        )
        for one in running
    )
    return tuple(one for one in cut_down if one.close)
