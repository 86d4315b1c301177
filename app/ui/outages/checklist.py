"""The checklist for the night: what must be done before, valves in the plan's order, the work, and the way back.

Every line that is ticked is an event; a valve's is that of the valve. No widget here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.dispatch.facts import FactKind
from app.outages.book import announced
from app.outages.judge import Standing, before_start
from app.outages.showing import OutageSheet
from app.ui.outages.plan_page import PlanValve
from network.assets import Position

BEFORE, CLOSE, WORK, RESTORE, AFTER = "before", "close", "work", "restore", "after"
"""Parts of the night: codes of the catalogue's section ``outage_part``."""
_BY_NOTICE = frozenset({FactKind.NOTICE_DELIVERED, FactKind.EVERYONE_TOLD, FactKind.AREA_NAMED})
"""What the first notice says by itself once everybody was told."""


@dataclass(frozen=True)
class Check:
    """One line.

    Attributes:
        part: Of the night.
        fact: What a tick says happened; None for a valve, or for what is approved.
        valve: The valve that it is about, with the position that a tick says; None for others.
        to: See *valve*.
        rule: The rule that asks for it; "" for none.
        done_ms: When it was done; None where it was not, or where nobody wrote down when.
        is_done: Whether it was.
        due_ms: By when it must be; None for no limit.
    """

    part: str
    fact: FactKind | None = None
    valve: PlanValve | None = None
    to: Position | None = None
    rule: str = ""
    done_ms: int | None = None
    is_done: bool = False
    due_ms: int | None = None

    @property
    def by_notice(self) -> bool:
        """Whether sending the notice ticks it."""
        return self.fact in _BY_NOTICE or self.fact is FactKind.SECOND_NOTICE


def checklist(
    sheet: OutageSheet, valves: Iterable[PlanValve], position: Callable[[PlanValve], Position | None]
) -> tuple[Check, ...]:
    """All lines in the order in which they are done.

    Args:
        sheet: The outage.
        valves: Its valves in the order in which crews close them.
        position: How a valve stands; None where it is gone.
    """
    turned = [one for one in valves if one.role != "verify"]
    seen = [one for one in valves if one.role == "verify"]
    off, back = (sheet.outage.happened(kind) for kind in (FactKind.WATER_OFF, FactKind.WATER_BACK))
    lines = list(_before(sheet))
    for one in (*turned, *seen):
        closed = off is not None or position(one) is Position.CLOSED
        lines.append(Check(CLOSE, valve=one, to=Position.CLOSED, is_done=closed))
    lines.append(_fact(sheet, CLOSE, FactKind.WATER_OFF, due_ms=sheet.outage.plan.start_ms))
    lines.append(_fact(sheet, WORK, FactKind.REPAIR_DONE))
    lines.append(_fact(sheet, RESTORE, FactKind.FLUSHING_DONE))
    for one in reversed(turned):
        is_open = back is not None or (off is not None and position(one) is Position.OPEN)
        lines.append(Check(RESTORE, valve=one, to=Position.OPEN, is_done=is_open))
    lines.append(_fact(sheet, RESTORE, FactKind.WATER_BACK, due_ms=sheet.outage.plan.end_ms))
    second = sheet.found.finding("P8")
    lines.append(_fact(sheet, AFTER, FactKind.SECOND_NOTICE, due_ms=None if second is None else second.due_ms))
    return tuple(lines)


def _before(sheet: OutageSheet) -> Iterator[Check]:
    """What rules ask for before the start, by the facts that meet them; done is what the judge says."""
    told: Mapping[FactKind, int] = {fact.kind: fact.at_ms for fact in announced(sheet.outage).told}
    for one in sheet.found.findings:
        if not before_start(one.rule) or not one.rule.met_by:
            continue
        kind = one.rule.met_by[0]
        met = one.standing in {Standing.MET, Standing.MET_EARLY, Standing.MET_LATE, Standing.WAIVED}
        yield Check(BEFORE, kind, rule=one.rule.id, done_ms=told.get(kind), is_done=met, due_ms=one.due_ms)


def _fact(sheet: OutageSheet, part: str, kind: FactKind, due_ms: int | None = None) -> Check:
    fact = sheet.outage.happened(kind)
    at_ms = None if fact is None else fact.at_ms
    return Check(part, kind, done_ms=at_ms, is_done=fact is not None, due_ms=due_ms)


def in_order(valves: Iterable[PlanValve], visits: Iterable[int]) -> tuple[PlanValve, ...]:
    """*valves* as crews come to them; those that no crew visits keep their order at the end."""
    places: dict[int, int] = {}
    for device in visits:
        places.setdefault(device, len(places))
    return tuple(sorted(valves, key=lambda one: places.get(one.row, len(places))))


def next_of(lines: Iterable[Check]) -> Check | None:
    """The first line that is not done."""
    return next((one for one in lines if not one.is_done), None)
