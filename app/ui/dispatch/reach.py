"""How far the crews reach, kept up while they move: asked for when something of it changes, and shown on the map."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.dispatch.reach_told import ASSUMED_S, Reach, Spot, standing_by
from app.dispatch_requests import AskReach, CrewsLocated, LocateCrews, ReachShown
from app.messages import Words, formats
from app.requests import Reply
from app.ui.asking import OneByOne
from app.ui.dispatch.model import DispatchModel
from app.ui.map.reach_marks import ReachMarks
from app.workspace_files import POSITIONS, StoreStamp, store_stamp

AGAIN_MS = 60_000
"""House: crews at work are free sooner with every minute; so often it is worked out anew though nobody has moved."""
_WAIT_STEP_S, _LONGEST_S = 300.0, 1e6

_Key = tuple[tuple[str, Spot, float], ...]


class ReachWatch(QObject):
    """Follows crews' devices, and knows how far crews reach.

    Attributes:
        reach: None before the first answer, and in a city without roads.
        shown: Whether it lies on the map.

    Signals:
        changed: Another reach, or it is shown or hidden.
    """

    changed = Signal()

    def __init__(self, model: DispatchModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.reach: Reach | None = None
        self.shown = False
        self._asking = OneByOne(model.session.client, lambda: AskReach(model.now_ms), self._take)
        self._key: _Key = ()
        self._asked_ms = 0
        self._stamp: StoreStamp = ()
        model.view_changed.connect(self._consider)
        model.ticked.connect(self._look_at_positions)
        model.session.workspace_changed.connect(self._begin)

    @property
    def marks(self) -> ReachMarks | None:
        """What lies on the map."""
        return ReachMarks(self.reach.grid, self.reach.limit_s / 60) if self.shown and self.reach is not None else None

    def toggle(self) -> None:
        """Lay it over the map, or take it away."""
        self.shown = not self.shown
        self.changed.emit()

    def _begin(self) -> None:
        self.reach, self._key, self._stamp = None, (), ()
        self._asking.forget()
        self.changed.emit()

    def _consider(self) -> None:
        """Ask again where a crew is elsewhere, or free at another time."""
        view = self._model.view
        if view is None or self._asking.under_way:
            return
        # Endless waits are cut off: no number equals what is left of dividing them.
        key = tuple((one.crew, one.spot, min(one.wait_s, _LONGEST_S) // _WAIT_STEP_S) for one in standing_by(view))
        if key != self._key or self._model.now_ms - self._asked_ms > AGAIN_MS:
            self._key, self._asked_ms = key, self._model.now_ms
            if key or self.reach is not None:
                self._asking.ask()

    def _take(self, reply: Reply) -> None:
        if self._model.session.is_refusal(reply):
            return
        assert isinstance(reply, ReachShown)
        if reply.more:
            self._asking.ask()
            return
        self.reach = reply.reach
        self.changed.emit()
        self._consider()

    def _look_at_positions(self) -> None:
        """Another process listens to crews' devices: what it writes is noticed by its file."""
        session, workspace = self._model.session, self._model.session.workspace
        if workspace is None:
            return
        stamp = store_stamp(workspace.folder, POSITIONS)
        if stamp == self._stamp:
            return
        self._stamp = stamp

        def take(reply: Reply) -> None:
            if session.workspace is workspace and not session.is_refusal(reply):
                assert isinstance(reply, CrewsLocated)
                self._model.locate(reply.positions)

        session.client.ask(LocateCrews(), take)


def reach_line(reach: Reach | None, words: Words) -> str:
    """How far the crews reach and who is left out, in one line; "" where nothing is known."""
    if reach is None:
        return ""
    limit = formats.number(reach.limit_s / 60)
    share = formats.number(reach.share * 100, 1)
    told = words.say("reach", "in_time", {"crews": len(reach.crews), "limit": limit, "share": share})
    gap = reach.gap
    if gap.worst_m is None:
        told = f"{told} · {words.say('reach', 'no_gap')}"
    else:
        detail = {"people": formats.number(gap.people), "minutes": _minutes(gap.worst_s)}
        told = f"{told} · ▲ {words.say('reach', 'gap', detail)}"
    if not reach.assumed:
        return told
    assumed = {"crews": ", ".join(reach.assumed), "minutes": _minutes(ASSUMED_S)}
    return f"{told} · ≈ {words.say('reach', 'assumed', assumed)}"


def sending_line(reach: Reach | None, crew: str, words: Words) -> str:
    """What sending *crew* would leave uncovered; "" where nothing."""
    gap = None if reach is None else reach.if_sent.get(crew)
    if reach is None or gap is None or gap.worst_m is None:
        return ""
    limit = formats.number(reach.limit_s / 60)
    detail = {"crew": crew, "people": formats.number(gap.people), "limit": limit, "minutes": _minutes(gap.worst_s)}
    return words.say("reach", "if_sent", detail)


def _minutes(seconds: float) -> str:
    return "∞" if seconds == float("inf") else formats.number(seconds / 60)
