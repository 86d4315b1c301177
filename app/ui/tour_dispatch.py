"""Pictures of the Dispatch desk: running clocks, a clause opened, crews and their reach, orders, the wall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.dispatch.acts import (
    Accept,
    Act,
    Done,
    Issue,
    ListCrew,
    Record,
    Send,
    StateCrew,
    StepOrder,
    TakeReport,
    Turn,
)
from app.dispatch.crews import CrewState
from app.dispatch.entries import Channel, IncidentKind, OrderStep
from app.dispatch.facts import FactKind
from app.dispatch.view import QueueRow
from app.dispatch_requests import DoAct
from app.ui.desks import DISPATCH, PLAN
from app.ui.dispatch.below import CREWS, DISPUTES, HANDOVER, ORDERS, TIME
from app.ui.dispatch.model import moment_of
from app.ui.tour_guide import LOOKS, Guide, carried_out
from network.assets import DeviceKind
from network.topology import City

_MINUTE_MS = 60_000
_DESK = "调度台"
_SMALL_DN_MM = 300.0
"""Valves below this are turned without a dispatch order."""
_REPORTS = (
    # Kind, minutes ago, where among the customers, severity.
    (IncidentKind.VISIBLE_LEAK, 3, 0.11, None),
    (IncidentKind.BURST, 58, 0.47, 1),
    (IncidentKind.HIDDEN_LEAK, 26, 0.83, 3),
    (IncidentKind.NO_WATER, 9, 0.29, None),
    (IncidentKind.VISIBLE_LEAK, 34, 0.65, 2),
)
_CREWS = (("抢01", 0.05, 600.0), ("抢02", 0.35, 300.0), ("抢03", 0.6, 800.0), ("抢04", 0.9, 300.0))
_PIPE_FITTERS, _GEAR = ("抢修", "焊接"), ("抢修车", "发电机")


def dispatch_states(tour: Guide) -> Iterator[Path]:
    """One picture after the other."""
    window = tour.window
    room = window.dispatch
    window.desks.show(DISPATCH)
    tour.wait(lambda: room.model.view is not None)
    workspace, view = tour.session.workspace, room.model.view
    if workspace is None or not workspace.synthetic or view is None:
        # Nothing made up is ever written into the journal of a real city.
        window.desks.show(PLAN)
        return
    burst, dark = _earlier(view.queue) or _Day(tour).begin()
    tour.wait(lambda: room.reach.reach is not None and not tour.busy)
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        room.model.select("")
        room.model.select(burst)
        tour.idle()
        window.map.canvas.zoom_to_all()
        room.below.show_page(TIME)
        room.side.clauses.open(room.side.clauses.rows[1].clock.rule.id)
        room.side.focus_clauses()
        tour.idle()
        yield tour.picture(f"dispatch-{theme}-{language}")
        room.below.show_page(CREWS)
        room.side.focus_crews()
        room.reach.toggle()
        yield tour.picture(f"dispatch-crews-{theme}-{language}")
        room.reach.toggle()
        room.below.show_page(ORDERS)
        room.model.select(dark)
        tour.idle()
        room.side.focus_stations()
        yield tour.picture(f"dispatch-orders-{theme}-{language}")
        room.below.focus(HANDOVER)
        room.model.select(burst)
        yield tour.picture(f"dispatch-handover-{theme}-{language}")
        room.below.focus(DISPUTES)
        yield tour.picture(f"dispatch-disputes-{theme}-{language}")
        room.below.show_page(TIME)
        yield _taking_a_report(tour, f"dispatch-intake-{theme}-{language}")
        yield _typing(tour, f"dispatch-line-{theme}-{language}")
        yield tour.portrait(room.wall, f"dispatch-wall-{theme}-{language}")
    window.desks.show(PLAN)


def _taking_a_report(tour: Guide, name: str) -> Path:
    """The form, filled in for a place near an incident: it may be the same."""
    room = tour.window.dispatch
    row = room.model.row
    assert row is not None
    room.report()
    room.intake.place.setText(row.place)
    room.intake.ask()
    tour.wait(lambda: room.intake.hits.rows.rowCount() > 0 and not tour.busy)
    room.intake.place.entered.emit()
    tour.wait(lambda: bool(room.intake.like) and not tour.busy)
    picture = tour.picture(name)
    room.leave_intake()
    return picture


def _typing(tour: Guide, name: str) -> Path:
    """A line of the desk's language while it is typed: who can go, and what Enter does."""
    command = tour.window.command
    command.enter("派 ")
    command.ask()
    tour.wait(lambda: command.popup.isVisible() and not tour.busy)
    picture = tour.picture(name)
    command.leave()
    command.field.clear()
    return picture


def _earlier(queue: tuple[QueueRow, ...]) -> tuple[str, str] | None:
    """The incidents of an earlier tour of the same demo city; None where nothing has been reported."""
    if not queue:
        return None
    burst = next((row.entity for row in queue if row.kind == IncidentKind.BURST), queue[0].entity)
    return burst, next((row.entity for row in queue if row.kind == IncidentKind.STATION_FAILURE), burst)


class _Day:
    """What has happened before the pictures are taken."""

    def __init__(self, tour: Guide) -> None:
        self._tour, self._model = tour, tour.window.dispatch.model
        city = tour.session.city
        assert city is not None
        self._city: City = city

    def begin(self) -> tuple[str, str]:
        """Reports, crews and orders; the burst, which is in hand, and the pump station without power."""
        for name, share, largest_mm in _CREWS:
            self._done(
                ListCrew(
                    name, skills=_PIPE_FITTERS, equipment=_GEAR, largest_dn_mm=largest_mm, base_m=self._place(share)
                )
            )
        leaks = [self._report(*one) for one in _REPORTS]
        burst = leaks[1]
        self._done(Send("抢03", burst, at_ms=self._ago(55)))
        self._done(Accept("抢03", at_ms=self._ago(54)))
        self._done(StateCrew("抢03", CrewState.ON_SCENE, at_ms=self._ago(41)))
        self._done(Record(burst, FactKind.BARRIER_SET, note="灯已亮", at_ms=self._ago(39)))
        self._done(Record(burst, FactKind.UTILITIES_CHECKED, note="北侧有燃气管", at_ms=self._ago(35)))
        self._done(Record(burst, FactKind.STOP_DECIDED, at_ms=self._ago(33)))
        self._order(burst, 0.47)
        self._done(Send("抢01", leaks[0], at_ms=self._ago(1)))
        self._contradicted(burst, leaks[2])
        return burst, self._station() or burst

    def _report(self, kind: IncidentKind, minutes: float, share: float, severity: int | None) -> str:
        customers = self._city.customers
        row = int(share * len(customers))
        act = TakeReport(
            kind,
            float(customers.x_m[row]),
            float(customers.y_m[row]),
            Channel.PHONE,
            customers.address[row] or customers.name[row],
            customer=customers.ids[row],
            severity=severity,
            received_ms=self._ago(minutes),
        )
        return self._done(act).about

    def _station(self) -> str:
        """A pump station without power, where the city has one that somebody hangs on; "" where not."""
        customers, stations = self._city.customers, self._city.stations
        served = customers.station[customers.station >= 0]
        if not len(served):
            return ""
        row = int(np.bincount(served).argmax())
        place = float(stations.x_m[row]), float(stations.y_m[row])
        ago = self._ago(12)
        name, station = stations.name[row], stations.ids[row]
        act = TakeReport(IncidentKind.STATION_FAILURE, *place, place=name, station=station, severity=2, received_ms=ago)
        return self._done(act).about

    def _order(self, incident: str, share: float) -> None:
        """An order that was carried out, and one that was only issued."""
        devices = self._city.network.devices
        row = int(share * len(devices))
        for step, minutes in ((OrderStep.REPORTED, 30), (OrderStep.ISSUED, 4)):
            issued = self._done(
                Issue("抢03", f"valve/{devices.ids[row]}", "关闭该阀", incident, at_ms=self._ago(minutes))
            )
            number = issued.about.partition("/")[2]
            for late, one in enumerate((OrderStep.READ_BACK, OrderStep.EXECUTED, OrderStep.REPORTED)):
                if step is OrderStep.REPORTED:
                    self._done(StepOrder(number, one, at_ms=self._ago(minutes - 1 - 3 * late)))
            row += 1

    def _contradicted(self, incident: str, other: str) -> None:
        """A laptop comes home and says otherwise than the desk: of a valve, and of where a crew was sent."""
        workspace, go_round = self._tour.session.workspace, self._tour.laptop_round
        assert workspace is not None
        if go_round is None:
            return
        devices, now = self._city.network.devices, moment_of(self._model.now_ms)
        small = (devices.kind == DeviceKind.ISOLATION) & (devices.dn_mm < _SMALL_DN_MM)
        valve = devices.ids[int(np.flatnonzero(small)[len(devices) // 50])]
        said = (Turn(incident, valve, "closed", at_ms=self._ago(6)), Send("抢04", other))

        def meanwhile() -> None:
            self._done(Turn(incident, valve, "open", at_ms=self._ago(3)))
            self._done(Send("抢04", incident, at_ms=self._ago(2)))

        go_round(workspace.folder, "李工", said, meanwhile, now, _DESK)
        self._tour.session.client.journal_moved.emit()

    def _place(self, share: float) -> tuple[float, float]:
        nodes = self._city.network.nodes
        row = int(share * len(nodes.x_m))
        return float(nodes.x_m[row]), float(nodes.y_m[row])

    def _ago(self, minutes: float) -> int:
        return self._model.now_ms - round(minutes * _MINUTE_MS)

    def _done(self, act: Act) -> Done:
        return carried_out(self._tour, DoAct(act, who=_DESK, now_ms=self._model.now_ms))
