"""Pictures of the Field desk on a laptop's screen: a shut-off under way, foul air, and where a valve will not turn."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import numpy as np

from app.dispatch.acts import AskPermit, Done, TakeReport, Turn, WorkValve
from app.dispatch.entries import IncidentKind, crew_entity
from app.dispatch.permits import READINGS, GasReading
from app.dispatch.valve_work import ValveStage
from app.dispatch_requests import ActAnswered, AttachLastPlan, DoAct
from app.messages.describe import Thing
from app.requests import Reply
from app.ui.desks import FIELD, PLAN
from app.ui.field.desk import FieldDesk
from app.ui.tour_guide import Guide, carried_out
from gis.crs import LOCAL_EPSG, transform

LOOKS = (("zh_CN", "dark"), ("en", "sun"))
"""Language and theme: the second is what is read in the sun."""
_SMALL_PX = (1366, 768)
_WHO, _CREW = "李四", "抢03"
_PLACE = "地铁口南侧人行道"
_FOUL = ("18.9", "0", "14", "3")


def field_states(tour: Guide, thing: Thing) -> Iterator[Path]:
    """One picture after the other; *thing* is a main whose plan closes several valves."""
    window, room = tour.window, tour.window.field
    workspace, whole = tour.session.workspace, window.size()
    if workspace is None or not workspace.synthetic:
        # Nothing made up is ever written into the journal of a real city.
        return
    entity = _earlier(tour) or _Work(tour, thing).begin()
    window.desks.show(FIELD)
    tour.idle()
    window.resize(*_SMALL_PX)
    room.work_at(entity)
    room.write_for(_CREW)
    tour.wait(lambda: room.model.task is not None and not tour.busy)
    _receive(tour, room)
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        tour.idle()
        yield _at_the_valve(tour, room, f"field-{theme}-{language}")
        room.ask_permit()
        for name, text in zip(READINGS, _FOUL, strict=True):
            room.permit.gases[name].setText(text)
        room.permit.retranslate()
        yield tour.picture(f"field-permit-{theme}-{language}")
        room.back_to_work()
    room.where.listen_to("")
    room.model.choose("")
    window.resize(whole)
    window.desks.show(PLAN)


def _at_the_valve(tour: Guide, room: FieldDesk, name: str) -> Path:
    """The valve in front with somebody on the way to it."""
    room.centre()
    tour.wait(lambda: not tour.busy and (room.where.here is not None or not room.where.source))
    return tour.picture(name)


def _receive(tour: Guide, room: FieldDesk) -> None:
    """A receiver says that somebody stands a little south-west of the valve in front."""
    step, opened = room.model.step, tour.session.workspace
    if step is None or opened is None or opened.crs_epsg == LOCAL_EPSG:
        return
    east, north = np.array([step.card.x_m - 38.0]), np.array([step.card.y_m - 61.0])
    longitude, latitude = transform(east, north, f"EPSG:{opened.crs_epsg}", "EPSG:4326")
    words = f"GPGGA,063200.00,{_minutes(latitude[0])},N,{_minutes(longitude[0])},E,1,09,0.8,45.2,M,0.0,M,,"
    checksum = reduce(lambda held, sign: held ^ sign, words.encode(), 0)
    path = opened.folder / "cache" / "tour.nmea"
    path.write_text(f"${words}*{checksum:02X}\r\n")
    room.where.listen_to(str(path))


def _minutes(degrees: float) -> str:
    """Degrees and minutes in one number, as NMEA has them."""
    return f"{int(degrees) * 100 + degrees % 1 * 60:.5f}"


def _earlier(tour: Guide) -> str | None:
    """The incident of an earlier tour of the same demo city."""
    view = tour.window.dispatch.model.view
    return None if view is None else next((row.entity for row in view.queue if row.place == _PLACE), None)


class _Work:
    """What the crew has done before the pictures are taken."""

    def __init__(self, tour: Guide, thing: Thing) -> None:
        self._tour, self._thing, self._model = tour, thing, tour.window.dispatch.model

    def begin(self) -> str:
        """A leak with its plan: one valve closed, one that will not turn, one being turned from inside."""
        tour, city = self._tour, self._tour.session.city
        assert city is not None
        plan = tour.plan(self._thing).plan
        devices, valve = city.network.devices, plan.close[0]
        place = float(devices.x_m[valve]), float(devices.y_m[valve])
        pipe = city.network.pipes.ids[self._thing.row]
        entity = self._do(TakeReport(IncidentKind.VISIBLE_LEAK, *place, pipe=pipe, place=_PLACE)).about
        tour.idle()
        self._attach(entity, pipe)
        names = [devices.ids[row] for row in plan.close]
        self._do(Turn(entity, names[0], "closed", without_order="调度长口头下令"))
        reading = GasReading(20.8, 0.0, 0.0, 1.0, self._model.now_ms)
        # A small city's plan may have fewer valves.
        for stuck in names[1:2]:
            self._do(WorkValve(entity, stuck, ValveStage.WILL_NOT_TURN))
        for entered in names[2:3]:
            self._do(AskPermit(entity, entered, reading, "X4-0712", "李", "王", ventilated=True))
            self._do(WorkValve(entity, entered, ValveStage.TURNING, turns=9.0, inside=True))
        return entity

    def _do(self, act: TakeReport | Turn | WorkValve | AskPermit) -> Done:
        return carried_out(self._tour, DoAct(act, _WHO, crew_entity(_CREW), now_ms=self._model.now_ms))

    def _attach(self, entity: str, pipe: str) -> None:
        replies: list[Reply] = []
        request = AttachLastPlan(entity, pipe, now_ms=self._model.now_ms)
        self._tour.session.client.ask(request, replies.append)
        self._tour.wait(lambda: bool(replies))
        assert isinstance(replies[0], ActAnswered)
        self._tour.session.clear_plan()
