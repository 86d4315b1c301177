"""What the process of the watch for bursts does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.burst_requests import (
    BurstExplained,
    BurstReply,
    BurstRequest,
    BurstsQuiet,
    BurstsShown,
    DoBursts,
    ExplainBurst,
    LookBursts,
    WatchBursts,
)
from app.config import operator
from app.errors import AppError
from app.operations.burst_watch import BurstWatch
from app.sync.entitled import AsTold
from app.telemetry.machine_clock import MachineClock


class HasWatch(Protocol):
    """What of a process's state is needed here."""

    bursts: BurstWatch | None


def _watching(state: HasWatch) -> BurstWatch:
    if state.bursts is None:
        raise AppError("bursts.not_watched")
    return state.bursts


def _begin(state: HasWatch, request: WatchBursts) -> BurstReply:
    if state.bursts is not None:
        state.bursts.close()
        state.bursts = None
    state.bursts = BurstWatch(request.folder, MachineClock(request.now_ms), AsTold(request.folder))
    return BurstsShown(state.bursts.look())


def _look(state: HasWatch, request: LookBursts) -> BurstReply:
    picture = _watching(state).look()
    return BurstsQuiet(picture.turn) if picture.turn == request.since else BurstsShown(picture)


def _act(state: HasWatch, request: DoBursts) -> BurstReply:
    watch = _watching(state)
    watch.act(request.deed, request.bursts, operator(), request.note)
    return BurstsShown(watch.look())


def _explain(state: HasWatch, request: ExplainBurst) -> BurstReply:
    return BurstExplained(_watching(state).explain(request.burst))


BURST_HANDLERS: Mapping[type[BurstRequest], Callable[[HasWatch, Any], BurstReply]] = {
    WatchBursts: _begin,
    LookBursts: _look,
    DoBursts: _act,
    ExplainBurst: _explain,
}
