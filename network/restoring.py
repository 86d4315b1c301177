"""The second half of the programme: after the work, mains are filled, flushed and opened again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from network.answers import IsolationPlan
from network.assets import Position
from network.closing_order import ClosingOrder, TravelTimes
from network.draining import Draining
from network.flushing import FlushPoint
from network.method_steps import Phase, Step, StepKind
from network.normal_positions import Return
from network.outlets import Outlet
from network.refilling import Refilling
from network.valve_work import ValveWork

CHECK_S = 30 * 60.0
"""From the end of flushing until the water is found clear and with chlorine (house value)."""


@dataclass(frozen=True, eq=False)
class Restoration:
    """The steps after the work, and when the last one ends; None where that is not known."""

    steps: tuple[Step, ...]
    ends_s: float | None


def restoration(
    plan: IsolationPlan,
    order: ClosingOrder,
    draining: Draining,
    refilling: Refilling,
    travel: TravelTimes,
    work: ValveWork,
) -> Restoration:
    """All steps after the work.

    Valves are opened one after the other, small before large, each by the crew that is there soonest; a crew may be on
    its way while another opens. Crews begin where they stood last. Ways to drains, vents and flushing points are not
    counted.
    """
    crews = _Crews(order, travel, work)
    crews.at_outlets(StepKind.CLOSE_DRAIN, draining.outlets)
    if refilling.feed >= 0:
        _fill(crews, draining, refilling)
    if len(plan.isolated_segments):
        for point in refilling.flushing.points or (None,):
            crews.flush(point)
        crews.wait(StepKind.CHECK_QUALITY, CHECK_S)
    for back in refilling.opening:
        if back.device != refilling.feed:
            crews.put_back(back)
    for back in refilling.opening[:1]:
        if back.device == refilling.feed and back.position == Position.CLOSED:
            crews.turn(StepKind.CLOSE_AGAIN, back, opens=False)
    for source in plan.stop:
        crews.add(Step(StepKind.RESTART_SOURCE, Phase.RESTORE, source=source), 0.0)
    crews.wait(StepKind.CONFIRM, 0.0)
    return Restoration(tuple(crews.steps), crews.now_s)


def _fill(crews: _Crews, draining: Draining, refilling: Refilling) -> None:
    back = refilling.opening[0]
    crews.turn(
        StepKind.FILL,
        back,
        opens=True,
        turns=refilling.feed_turns,
        then_s=refilling.seconds,
        volume_m3=refilling.fills_m3,
    )
    crews.at_outlets(StepKind.CLOSE_VENT, draining.vents)
    crews.turn(StepKind.OPEN_FEED, back, opens=True)


class _Crews:
    """Crews putting mains back into service.

    Attributes:
        now_s: When the last step ended; None once that hangs on something not known.
    """

    def __init__(self, order: ClosingOrder, travel: TravelTimes, work: ValveWork) -> None:
        self.steps: list[Step] = []
        self.now_s: float | None = 0.0
        self._travel, self._work = travel, work
        self._places = {device: place for place, device in enumerate(travel.devices)}
        stood = {visit.crew: visit.device for visit in order.visits}
        self._at = [stood.get(crew, -1) for crew in range(travel.crews)]
        self._free_s = [0.0] * travel.crews

    def add(self, step: Step, seconds: float | None) -> None:
        """A step that begins now and takes so long."""
        begins_s = self.now_s
        self.now_s = None if begins_s is None or seconds is None else begins_s + seconds
        self.steps.append(replace(step, begins_s=begins_s, ends_s=self.now_s))

    def wait(self, kind: StepKind, seconds: float) -> None:
        """A step that is about no single thing."""
        self.add(Step(kind, Phase.RESTORE), seconds)

    def at_outlets(self, kind: StepKind, outlets: tuple[Outlet, ...]) -> None:
        """The same at several outlets, all at once."""
        begins_s = self.now_s
        for outlet in outlets:
            self.now_s = begins_s
            self.add(Step(kind, Phase.RESTORE, outlet=outlet), self._work.set_up_s)

    def flush(self, point: FlushPoint | None) -> None:
        """Flushing at *point*, or wherever the crew finds an outlet."""
        if point is None:
            self.add(Step(StepKind.FLUSH, Phase.RESTORE), None)
            return
        step = Step(StepKind.FLUSH, Phase.RESTORE, outlet=point.outlet, flush=point)
        self.add(step, None if point.seconds is None else self._work.set_up_s + point.seconds)

    def put_back(self, back: Return) -> None:
        """A valve opened, or left closed."""
        if back.position == Position.OPEN:
            self.turn(StepKind.OPEN, back, opens=True)
        else:
            self.add(Step(StepKind.LEAVE_CLOSED, Phase.RESTORE, device=back.device, reason=back.reason), 0.0)

    def turn(
        self,
        kind: StepKind,
        back: Return,
        *,
        opens: bool,
        turns: float | None = None,
        then_s: float | None = 0.0,
        volume_m3: float | None = None,
    ) -> None:
        """A valve turned by the crew that is there soonest, and *then_s* of waiting beside it."""
        crew, way_s = self._sent(back.device)
        step = self._work.step(kind, Phase.RESTORE, back.device, opens=opens, share_turns=turns)
        step = replace(step, crew=crew, reason=back.reason, volume_m3=volume_m3)
        arrives_s = self._free_s[crew] + way_s
        self.now_s = None if self.now_s is None else max(self.now_s, arrives_s)
        turning_s = self._work.turning_s(back.device) if turns is None else 0.0
        self.add(step, None if then_s is None else self._work.set_up_s + turning_s + then_s)
        self._free_s[crew] = arrives_s if self.now_s is None else self.now_s

    def _sent(self, device: int) -> tuple[int, float]:
        """The crew that is at *device* soonest, and how long its way takes."""
        place = self._places[device]
        ways_s = [
            float(self._travel.from_crew_s[crew, place] if at < 0 else self._travel.between_s[self._places[at], place])
            for crew, at in enumerate(self._at)
        ]
        now_s = self.now_s or 0.0
        crew = min(range(len(ways_s)), key=lambda c: (max(now_s, self._free_s[c] + ways_s[c]), ways_s[c], c))
        self._at[crew] = device
        return crew, ways_s[crew]
