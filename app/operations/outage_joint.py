"""What planned outages and running emergencies do together that none of them does alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.errors import AppError
from app.journal.events import milliseconds
from app.operations.outages import OutageDesk, plan_of_revision
from app.operations.plan_subject import subject_of
from app.operations.running_beside import Beside, reckoned_beside
from app.outages.book import Outage
from app.outages.clashes import ClashKind
from app.outages.showing import JointLoss, JointLosses, OutagesView
from app.times import utc_of
from network.supply import SupplyModel
from network.together_records import ConflictKind, Interval, Refused, Shutdown

MOST_AT_ONCE = 12
"""Outages that are reckoned with beside the one in front, those that meet it first: each combination is traced."""
NAMED = 5
"""Critical customers named; how many there are stands beside."""


def beside(view: OutagesView, number: str) -> tuple[str, ...]:
    """Numbers of the outages under way at some time of *number*'s window, the first to meet it first."""
    met = (one for one in view.clashes_of(number) if one.kind is not ClashKind.AGAIN)
    others = dict.fromkeys(one.other if one.one == number else one.one for one in met)
    return tuple(others)[:MOST_AT_ONCE]


def joint_losses(
    desk: OutageDesk, model: SupplyModel, view: OutagesView, number: str, running: Iterable[Shutdown] = ()
) -> JointLosses:
    """What *number* and what is under way beside it do together, from each change to the next; nothing if harmless.

    What cannot be reckoned with any more is left out and named: an outage (its main is gone, or cannot be isolated as
    things are), a valve of an emergency. *model* is the city under the present states, *view* all outages now,
    *running* the emergencies of this moment.
    """
    outages = [desk.book[one] for one in (number, *beside(view, number)) if one in desk.book]
    shutdowns = list(_shutdowns(desk, model, outages))
    own = next((one for one in shutdowns if one.id == number), None)
    if own is None:
        return JointLosses()
    now = [one for one in running if one.start < own.end and one.end > own.start][:MOST_AT_ONCE]
    if len(outages) + len(now) == 1:
        return JointLosses()
    found = reckoned_beside(model, shutdowns, now)
    if not isinstance(found, Beside):
        places = {one.place for one in found}
        shutdowns = [one for place, one in enumerate(shutdowns) if place not in places]
        found = reckoned_beside(model, shutdowns, now)
    if not isinstance(found, Beside):
        return JointLosses()
    met = (one for one in found.together.intervals if number in one.active and len(one.active) > 1)
    losses = (_loss(model, one) for one in met)
    counted = {one.id for one in shutdowns}
    left_out = (*(one.number for one in outages if one.number not in counted), *_left_out(model, found.left_out))
    return JointLosses(tuple(one for one in losses if one.customers or one.dry_fails), left_out)


def _left_out(model: SupplyModel, refused: Iterable[Refused]) -> Iterator[str]:
    for one in refused:
        yield one.id if one.device < 0 else f"{one.id} ({model.city.network.devices.ids[one.device]})"


def _shutdowns(desk: OutageDesk, model: SupplyModel, outages: Iterable[Outage]) -> Iterator[Shutdown]:
    for outage in outages:
        plan = outage.plan
        try:
            subject = subject_of(model, plan_of_revision(desk, plan))
        except AppError:
            # What it was planned for is gone: its own plan page says so.
            continue
        start, end = utc_of(plan.start_ms), utc_of(plan.end_ms)
        yield Shutdown(outage.number, start, end, subject.target, subject.close or ())


def _loss(model: SupplyModel, interval: Interval) -> JointLoss:
    customers, lost = model.city.customers, interval.lost_together
    critical = lost[customers.critical[lost]]
    named = tuple(customers.name[row] or customers.ids[row] for row in critical[:NAMED].tolist())
    wet = [one for one in interval.conflicts if one.kind is ConflictKind.WATER_AT_TARGET]
    return JointLoss(
        numbers=interval.active,
        from_ms=milliseconds(interval.start),
        until_ms=milliseconds(interval.end),
        customers=len(lost),
        people=int(customers.people[lost].sum()),
        critical=len(critical),
        critical_names=named,
        dry_fails=tuple(dict.fromkeys(one.shutdowns[0] for one in wet)),
    )
