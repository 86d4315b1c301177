"""The forecast of how long an outage will last, written down once it reaches what a rule asks about.

Every act on an incident renews its forecast. A clock may only start from an event, so the act that brings the forecast
past a rule's limit writes one with it, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.dispatch.board import Board
from app.dispatch.entries import EntryKind
from app.dispatch.facts import FORECAST_DURATION, Fact, FactKind, as_corrected, fact_said
from app.dispatch.forecast import Experience
from app.dispatch.incidents import Incident
from app.dispatch.outlook import Outage, outage_of
from app.dispatch.rules import RulePack, Subject
from app.journal.events import Draft
from app.operations.dispatch_scene import Drafted, Scene, happened

_WRITTEN_LAST = "~"
"""Sorts behind every moment of the journal's clock: what is about to be written corrects what was."""


LONGEST_S = 30 * 86_400
"""House: no outage is foreseen for longer than a month."""


def is_duration(value: object) -> bool:
    """Whether *value* can be how long an outage lasts, seconds."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST_S


def with_forecasts(made: Drafted, scene: Scene, experience: Experience) -> Drafted:
    """*made* with a forecast for every open incident that it concerns, where a rule begins to hold by that."""
    if any(one.kind == EntryKind.DECIDED for one in made.drafts):
        return made
    more: list[Draft] = []
    for entity in dict.fromkeys(scene.board.holding(one.entity) for one in made.drafts):
        incident = scene.board.incidents.get(entity)
        if incident is None or not incident.is_open:
            continue
        after = replace(incident, facts=(*incident.facts, *_facts_of(made.drafts, entity, scene.board)))
        duration_s = _to_be_said(after, scene, experience)
        if duration_s is not None:
            more.append(happened(entity, FactKind.FORECAST_MADE, scene.now_ms, {FORECAST_DURATION: duration_s}))
    return made if not more else replace(made, drafts=(*made.drafts, *more))


def _facts_of(drafts: Iterable[Draft], entity: str, board: Board) -> list[Fact]:
    """What *drafts* are about to state of an incident."""
    told = (one for one in drafts if one.kind == EntryKind.HAPPENED and board.holding(one.entity) == entity)
    return [fact_said(("", place), one.eff_at_ms or 0, _WRITTEN_LAST, one.body) for place, one in enumerate(told)]


def _to_be_said(incident: Incident, scene: Scene, experience: Experience) -> int | None:
    """The duration to be written down, seconds; None where nothing begins by it."""
    outage = outage_of(incident, experience, scene.now_ms)
    pack = scene.board.standards.pack
    if outage is None or not _reaches(outage.expected_s, pack):
        return None
    said = [fact for fact in as_corrected(incident.facts) if fact.kind is FactKind.FORECAST_MADE]
    if said and not _overtaken(float(said[-1].values.get(FORECAST_DURATION, 0.0)), outage, pack):
        return None
    return round(outage.expected_s)


def _reaches(duration_s: float, pack: RulePack) -> bool:
    """Whether a rule holds for an outage that is expected to last so long."""
    rules = (rule for rule in pack.about(Subject.INCIDENT) if FactKind.FORECAST_MADE in rule.starts)
    asked = ([one for one in rule.when if one.attribute == FORECAST_DURATION] for rule in rules)
    return any(some and all(one.holds(duration_s) for one in some) for some in asked)


def _overtaken(said_s: float, outage: Outage, pack: RulePack) -> bool:
    """Whether what was said last holds no more. A shorter duration that somebody judged stands until it has passed."""
    return not _reaches(said_s, pack) and outage.lasted_s > said_s
