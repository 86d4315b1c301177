"""Plans named by what they are made from: made anew for a request, and found again from the journal's record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.operations.isolate import Answer, Desk, Query, find_row
from app.plan_requests import Subject
from network.alternatives.as_plan import plan_closing
from network.answers import AreaTarget, CannotIsolate, IsolationPlan, PipesTarget, Target, plan_of
from network.columns import IdColumn
from network.impact import assess_impact
from network.isolation import plan_isolation
from network.supply import SupplyModel


def answer_for(model: SupplyModel, subject: Subject) -> IsolationPlan | CannotIsolate:
    """The plan that *subject* names, made anew."""
    base = plan_isolation(model, subject.target)
    if subject.close is None or isinstance(base, CannotIsolate):
        return base
    return plan_closing(model, base, subject.close)


def assessed(model: SupplyModel, subject: Subject) -> Answer:
    """The plan that *subject* names, and who is affected by it."""
    given = answer_for(model, subject)
    return Answer(given, assess_impact(model, plan_of(given)))


def subject_of(model: SupplyModel, record: Mapping[str, Any]) -> Subject:
    """What the plan of a ``plan.made`` *record* is made from.

    A plan that was chosen instead of the tight one has its valves in ``bounds``; where one of them is gone the tight
    plan is named.

    Raises:
        AppError: ``unknown_pipe`` and its like: what was planned for is gone.
    """
    target = _target_of(model, record.get("target", {}))
    names = record.get("bounds")
    if not names:
        return Subject(target)
    rows = model.city.network.devices.ids.find_many(IdColumn.of(names))
    return Subject(target, close=tuple(rows.tolist()) if bool((rows >= 0).all()) else None)


def pipes_of(model: SupplyModel, names: Iterable[str]) -> PipesTarget:
    """Several pipes by their ids, each once.

    Raises:
        AppError: ``unknown_pipe``.
    """
    return PipesTarget(tuple(sorted({find_row(model.city.network.pipes.ids, "pipe", str(name)) for name in names})))


def _target_of(model: SupplyModel, record: Mapping[str, Any]) -> Target:
    """The inverse of :func:`app.operations.plan_record.target_record`."""
    if "area" in record:
        return AreaTarget(tuple((float(x_m), float(y_m)) for x_m, y_m in record["area"]))
    if "pipes" in record:
        return pipes_of(model, record["pipes"])
    kind = next((name for name in ("pipe", "junction", "valve", "hydrant", "customer") if name in record), "pipe")
    return Desk(model).resolve(Query(kind, str(record.get(kind, "")), record.get("offset_m")))
