"""Pictures of the desk of planned outages: judged, with its plan, its notice, the checklist, and a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.dispatch.facts import FactKind
from app.outage_requests import DoOutage, DraftOutage, JointReckoned, OutageShown, ReckonJoint, ShowOutage
from app.outages.acts import Happened, Rule
from app.outages.entries import Role, Ruling
from app.plan_requests import Subject
from app.requests import MakePlan, PlanMade
from app.ui.desks import OUTAGES, PLAN
from app.ui.outages.model import OutageWrite
from app.ui.outages.side import JUDGEMENT, NIGHT, NOTICE
from app.ui.outages.side import PLAN as PLAN_PAGE
from app.ui.tour_guide import LOOKS, Guide, answer_to, carried_out, outcome_of
from network.answers import AreaTarget, CannotIsolate, PipeTarget
from network.topology import City

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_HALF_M = 90.0
_WORKS = (
    # Title, reason, where among the customers, days ahead, hour of the day, hours.
    ("主干管更换阀门", "更换老旧阀门", 0.47, 5, 22, 7.0),
    ("老旧管网改造", "管网改造", 0.12, 9, 9, 14.0),
    ("消火栓移位", "道路施工配合", 0.83, 2, 22, 5.0),
    ("接户管碰口", "新用户接水", 0.29, 16, 22, 4.0),
)
_BESIDE = "阀门井改造"
_MOST_BESIDE, _ONE_OF = 40, 10
_MOST_TRIES, _MOST_VALVES, _LEAST_OUT = 80, 12, 12


def outage_states(tour: Guide) -> Iterator[Path]:
    """One picture after the other."""
    window, room = tour.window, tour.window.outages
    window.desks.show(OUTAGES)
    tour.wait(lambda: room.model.view is not None)
    workspace, view = tour.session.workspace, room.model.view
    if workspace is None or not workspace.synthetic or view is None:
        # Nothing made up is ever written into the journal of a real city.
        window.desks.show(PLAN)
        return
    front = _Works(tour).begin() if not view.rows else view.rows[0].number
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        room.model.select("")
        room.model.select(front)
        tour.idle()
        window.map.zoom_to_plan()
        for page, name in ((JUDGEMENT, "outages"), (PLAN_PAGE, "outages-plan"), (NIGHT, "outages-night")):
            room.side.show_page(page)
            tour.idle()
            yield tour.picture(f"{name}-{theme}-{language}")
        room.side.pages.notice.say_in(language)
        room.side.show_page(NOTICE)
        tour.idle()
        yield tour.picture(f"outages-notice-{theme}-{language}")
        room.side.show_page(JUDGEMENT)
    window.desks.show(PLAN)


class _Works:
    """What has been planned before the pictures are taken."""

    def __init__(self, tour: Guide) -> None:
        self._tour, self._model = tour, tour.window.outages.model
        city = tour.session.city
        assert city is not None
        self._city: City = city

    def begin(self) -> str:
        """Five outages, of which two take more together than alone; the first approved and partly announced.

        Returns its number.
        """
        requests = [self._planned(*work) for work in _WORKS]
        first, *_ = [self._do(request) for request in requests]
        self._beside(first, requests[0])
        for role in Role:
            outcome_of(self._tour, DoOutage(Rule(first, Ruling.APPROVE, role), self._model.now_ms, "值班长"))
        for fact in (FactKind.PUBLIC_TOLD, FactKind.NOTICE_DRAFTED, FactKind.AREA_NAMED):
            self._do(DoOutage(Happened(first, fact), self._model.now_ms))
        return first

    def _beside(self, first: str, request: DraftOutage) -> None:
        """Another outage in the same night, planned anew until somebody is without water only by the two of them."""
        request = replace(request, start_ms=request.start_ms + _HOUR_MS, end_ms=request.end_ms - 2 * _HOUR_MS)
        number, after = "", None
        for subject in self._around(request.subject):
            if not self._tells(subject):
                continue
            texts = {**request.texts, "title": _BESIDE}
            number = self._do(replace(request, subject=subject, number=number, after=after, texts=texts))
            joint = answer_to(self._tour, ReckonJoint(first, self._model.now_ms))
            assert isinstance(joint, JointReckoned)
            if joint.found.losses:
                return
            shown = answer_to(self._tour, ShowOutage(number, self._model.now_ms))
            assert isinstance(shown, OutageShown)
            assert shown.sheet is not None
            after = shown.sheet.outage.plan.key

    def _around(self, subject: Subject) -> Iterator[Subject]:
        """Mains of customers around it, the nearest first."""
        assert isinstance(subject.target, AreaTarget)
        x_m, y_m = np.array(subject.target.ring_m).mean(axis=0)
        customers = self._city.customers
        nearest = np.argsort(np.hypot(customers.x_m - x_m, customers.y_m - y_m), kind="stable")
        pipes = dict.fromkeys(customers.tap.pipe[nearest[: _ONE_OF * _MOST_BESIDE]].tolist())
        return (Subject(PipeTarget(pipe)) for pipe in list(pipes)[:_MOST_BESIDE] if pipe >= 0)

    def _planned(self, title: str, reason: str, share: float, days: int, hour: int, hours: float) -> DraftOutage:
        """Draw an area there, or take the main, whichever valves alone make dry."""
        midnight_ms = (self._model.now_ms + 8 * _HOUR_MS) // _DAY_MS * _DAY_MS - 8 * _HOUR_MS
        start_ms = midnight_ms + days * _DAY_MS + hour * _HOUR_MS
        request = DraftOutage(
            self._subject(share),
            start_ms,
            start_ms + round(hours * _HOUR_MS),
            self._model.now_ms,
            texts={"title": title, "reason": reason, "supply": "小区门口设送水车"},
        )
        for attempt in range(_MOST_TRIES):
            if self._tells(request.subject):
                break
            request = replace(request, subject=self._subject((share + 0.013 * (attempt + 1)) % 1.0))
        return request

    def _tells(self, subject: Subject) -> bool:
        """Whether the plan is one that people would carry out: some valves, some customers, no whole district."""
        made = answer_to(self._tour, MakePlan(subject.target))
        if not isinstance(made, PlanMade) or isinstance(made.answer, CannotIsolate):
            return False
        out, stored = len(made.impact.out), len(made.impact.on_storage)
        return 3 <= len(made.answer.close) <= _MOST_VALVES and out >= _LEAST_OUT and stored <= out

    def _subject(self, share: float) -> Subject:
        customers = self._city.customers
        row = int(share * len(customers))
        pipe = int(customers.tap.pipe[row])
        if share < 0.4 and pipe >= 0:
            return Subject(PipeTarget(pipe))
        x_m, y_m = float(customers.x_m[row]), float(customers.y_m[row])
        turns = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * _HALF_M
        return Subject(AreaTarget(tuple((x_m + float(dx), y_m + float(dy)) for dx, dy in turns)))

    def _do(self, request: OutageWrite) -> str:
        """Write something and wait for it; the outage's number."""
        return carried_out(self._tour, request).about.partition("/")[2]
