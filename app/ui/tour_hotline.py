"""Pictures of the Hotline desk: somebody looked up, complaints with their clocks, and where calls point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.dispatch.acts import Done
from app.dispatch.facts import FactKind
from app.public.acts import CallBack, ComplaintAct, Inform, Mood, Say, TakeComplaint
from app.public.entries import ComplaintKind, InformationKind
from app.public_requests import DoComplaint
from app.ui.desks import HOTLINE, PLAN
from app.ui.hotline.complaints import CALLS, FIGURES, OPEN
from app.ui.tour_guide import LOOKS, Guide, carried_out
from network.topology import City

_MINUTE_MS = 60_000
_DESK = "热线台"
_OTHERS = (
    # Kind, minutes ago, where among the customers, in which words, what was done.
    (ComplaintKind.COLOUR, 14, 0.41, "水发黄，放了十分钟还没清", ()),
    (ComplaintKind.BILL, 190, 0.12, "上月水费多收", (FactKind.CUSTOMER_CONTACTED,)),
    (ComplaintKind.LOW_PRESSURE, 55, 0.73, "六楼水小", (FactKind.CUSTOMER_CONTACTED,)),
    (ComplaintKind.ODOUR, 1_500, 0.57, "有氯味", (FactKind.CUSTOMER_CONTACTED, FactKind.REPLY_GIVEN)),
    (ComplaintKind.LEAK, 31, 0.9, "路面冒水", ()),
)


def hotline_states(tour: Guide) -> Iterator[Path]:
    """One picture after the other."""
    window = tour.window
    room = window.hotline
    window.desks.show(HOTLINE)
    tour.wait(lambda: room.model.view is not None)
    workspace, view = tour.session.workspace, room.model.view
    if workspace is None or not workspace.synthetic or view is None:
        # Nothing made up is ever written into the journal of a real city.
        window.desks.show(PLAN)
        return
    if not view.rows:
        _Day(tour).begin()
    tour.wait(lambda: room.model.calls is not None and not tour.busy)
    assert room.model.view is not None
    first = next(row for row in room.model.view.rows if row.kind is ComplaintKind.NO_WATER)
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        room.left.field.setText(first.customer)
        room.model.look_up(first.customer)
        tour.idle()
        room.side.show_page(OPEN)
        room.model.select(first.entity)
        yield tour.picture(f"hotline-{theme}-{language}")
        room.model.select("")
        room.side.show_page(CALLS)
        main = room.side.calls.chosen
        if main is not None:
            room.side.calls.pointed.emit(main)
        tour.idle()
        yield tour.picture(f"hotline-calls-{theme}-{language}")
        room.side.focus_page(FIGURES)
        tour.idle()
        yield tour.picture(f"hotline-month-{theme}-{language}")
        room.take_call()
        yield tour.picture(f"hotline-form-{theme}-{language}")
        room.leave_form()
    room.left.clear()
    window.desks.show(PLAN)


class _Day:
    """What has been called before the pictures are taken."""

    def __init__(self, tour: Guide) -> None:
        self._tour, self._model = tour, tour.window.hotline.model
        city = tour.session.city
        assert city is not None
        self._city: City = city

    def begin(self) -> None:
        """Calls of "no water" from one street, and a handful of other complaints at different stages."""
        for at, row in enumerate(self._street()):
            self._take(ComplaintKind.NO_WATER, 21 - 2 * at, row, "家里没水")
        for kind, minutes, share, note, done in _OTHERS:
            about = self._take(kind, minutes, int(share * len(self._city.customers)), note)
            for late, fact in enumerate(done):
                self._done(Say(about, fact, at_ms=self._ago(minutes - 9 - 60 * late)))
            if FactKind.REPLY_GIVEN in done:
                self._done(Say(about, FactKind.COMPLAINT_SETTLED, at_ms=self._ago(minutes - 80)))
                self._done(CallBack(about, Mood.NOT_SATISFIED, "想要检测报告", at_ms=self._ago(30)))
        self._done(Inform(InformationKind.WATER_QUALITY, "二月管网水水质", made_ms=self._ago(6 * 24 * 60)))

    def _street(self) -> list[int]:
        """Some customers of one main: of those with enough, the one in the middle."""
        # Who lives on a station's tank has water though his main has none.
        pipe = np.where(self._city.customers.station < 0, self._city.customers.tap.pipe, -1)
        counts = np.bincount(pipe[pipe >= 0])
        able = np.flatnonzero(counts >= min(8, int(counts.max())))
        chosen: list[int] = np.flatnonzero(pipe == able[len(able) // 2])[:7].tolist()
        return chosen

    def _take(self, kind: ComplaintKind, minutes: float, row: int, note: str) -> str:
        customer = self._city.customers.ids[row]
        return self._done(TakeComplaint(kind, customer, received_ms=self._ago(minutes), note=note)).about

    def _ago(self, minutes: float) -> int:
        return self._model.now_ms - round(minutes * _MINUTE_MS)

    def _done(self, act: ComplaintAct) -> Done:
        return carried_out(self._tour, DoComplaint(act, _DESK, self._model.now_ms))
