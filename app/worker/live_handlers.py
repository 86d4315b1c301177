"""What the recorder's process does for the Pressure desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from app.config import operator
from app.errors import AppError
from app.feeds.opcua_server import OpenOpcUa
from app.live_requests import (
    AlarmFiguresShown,
    ChangeLimit,
    CheckLine,
    CurvesRead,
    DoAlarms,
    LimitChanged,
    LimitRehearsed,
    LineChecked,
    LiveOpened,
    LiveQuiet,
    LiveReply,
    LiveRequest,
    LiveShown,
    LookBack,
    LookLive,
    ReadCurves,
    RehearseLimit,
    RemoveLimit,
    SeeTo,
    ShowAlarmFigures,
    TakeFeeders,
    WatchLive,
)
from app.sync.entitled import AsTold
from app.telemetry.machine_clock import MachineClock
from app.telemetry.present import Picture
from app.telemetry.recording import Recording

EVENTS_MS: Final = 24 * 3_600_000
"""Events of so long are told with every answer: what the strips mark."""


class HasRecording(Protocol):
    """What of a process's state is needed here."""

    live: Recording | None
    open_opcua: OpenOpcUa | None


def _recording(state: HasRecording) -> Recording:
    if state.live is None:
        raise AppError("telemetry.not_watched")
    return state.live


def _watch(state: HasRecording, request: WatchLive) -> LiveReply:
    if state.live is not None:
        state.live.close()
        state.live = None
    hub = AsTold(request.folder)
    state.live = Recording(request.folder, MachineClock(request.now_ms), state.open_opcua, hub)
    return LiveOpened(state.live.setup, state.live.setup_turn)


def _look(state: HasRecording, request: LookLive) -> LiveReply:
    live = _recording(state)
    if request.since == live.turn:
        return LiveQuiet(request.since)
    return _shown(live, request.known)


def _shown(live: Recording, known: int) -> LiveShown:
    return _told(live, live.picture(), known)


def _told(live: Recording, picture: Picture, known: int) -> LiveShown:
    at_ms, turn = picture.present.at_ms, picture.setup_turn
    setup = None if known == turn else picture.setup
    return LiveShown(picture.present, live.events(at_ms - EVENTS_MS, at_ms + 1), setup, turn)


def _look_back(state: HasRecording, request: LookBack) -> LiveReply:
    live = _recording(state)
    return _told(live, live.look_back(request.at_ms), request.known)


def _curves(state: HasRecording, request: ReadCurves) -> LiveReply:
    live = _recording(state)
    span = (request.start_ms, request.end_ms, request.columns)
    bands = live.bands(request.rows, *span) if request.bands else ()
    return CurvesRead(request, live.curves(request.rows, *span, request.known_ms), bands)


def _act(state: HasRecording, request: DoAlarms) -> LiveReply:
    live = _recording(state)
    live.act(request.deed, request.alarms, operator(), request.note, request.until_ms)
    return _shown(live, request.known)


def _see_to(state: HasRecording, request: SeeTo) -> LiveReply:
    live = _recording(state)
    live.see_to(request.channel, operator(), request.note, request.kind)
    return _shown(live, request.known)


def _rehearse(state: HasRecording, request: RehearseLimit) -> LiveReply:
    spans, since_ms = _recording(state).rehearse(request.limit)
    return LimitRehearsed(request.limit, spans, since_ms)


def _change(state: HasRecording, request: ChangeLimit) -> LiveReply:
    live = _recording(state)
    live.change_limit(request.limit, operator(), request.note, request.channel)
    return LimitChanged()


def _remove(state: HasRecording, request: RemoveLimit) -> LiveReply:
    live = _recording(state)
    live.remove_limit(request.alarm, operator(), request.note)
    return LimitChanged()


def _figures(state: HasRecording, request: ShowAlarmFigures) -> LiveReply:
    return AlarmFiguresShown(request.days, _recording(state).figures(request.days))


def _take_feeders(state: HasRecording, request: TakeFeeders) -> LiveReply:
    live = _recording(state)
    live.take_feeders(request.feeders)
    return LiveOpened(live.setup, live.setup_turn)


def _check_line(state: HasRecording, _request: CheckLine) -> LiveReply:
    return LineChecked(*_recording(state).check_line())


LIVE_HANDLERS: Mapping[type[LiveRequest], Callable[[HasRecording, Any], LiveReply]] = {
    WatchLive: _watch,
    LookLive: _look,
    LookBack: _look_back,
    ReadCurves: _curves,
    DoAlarms: _act,
    RehearseLimit: _rehearse,
    ChangeLimit: _change,
    RemoveLimit: _remove,
    SeeTo: _see_to,
    ShowAlarmFigures: _figures,
    TakeFeeders: _take_feeders,
    CheckLine: _check_line,
}
