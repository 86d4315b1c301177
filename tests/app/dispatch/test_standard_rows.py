"""The standard row by row, as its digest has it: limit, start, what satisfies it, who is told, what may pause it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from dispatch_stories import PACK, Story, local

from app.dispatch.facts import FactKind
from app.dispatch.rules import (
    After,
    At,
    Before,
    CalendarDays,
    Condition,
    Gate,
    Judged,
    Least,
    Limit,
    Months,
    SameDay,
    Share,
    Subject,
    WorkingDays,
)
from app.messages import LANGUAGES, load_words

ROWS = """
E1 | 30 min | report.received | crew.on_scene, crew.near | crew, shift_lead
E2 | 24 h, dn_mm ≤ 500 | report.received | water.back | crew, network_department, shift_lead
E3 | 48 h, dn_mm > 500 | report.received | water.back | crew, network_department, shift_lead
E4 | 10 min | stop.decided | notice.published | hotline, customers
E5 | at once | crew.on_scene | barrier.set | safety
E5b | gate | crew.on_scene | utilities.checked | crew, safety
E6 | gate | repair.done | flushing.done | water_quality
E7 | gate, not 22–06 | flushing.done | customers.confirmed | hotline
E8 | same day, at night 22–06 by 10 | repair.done | site.cleared | road_authority
E9 | repairs_without_outage ≥ 90 % |  |  | management
P0 | planned_start_ms − 0 h | outage.planned | public.told | public, hotline
P1 | planned_start_ms − 24 h | outage.planned | notice.delivered | customers
P2 | planned_start_ms − 48 h, households ≥ 1000 or duration_s ≥ 43200 | outage.planned | media.told | media, web
P3 | planned_start_ms − 48 h | outage.planned | everyone.told | customers
P4 | gate | notice.drafted | area.named |
P4e | gate | notice.drafted, notice.published | area.named |
P5s | planned_start_ms, up to 15 min later | outage.planned | water.off | hotline
P5 | planned_end_ms − 0 h | outage.planned | water.back | hotline
P6 | planned_start_ms − 0 h, duration_s > 86400 | outage.planned | temporary_supply.arranged | logistics
P6e | at once, forecast_duration_s > 86400 | forecast.made | temporary_supply.arranged | logistics
P7 | night_window 22–05, peaks 06:30–09 17–21, households ≥ 1000 or roads_closed ≥ 1 |  |  | approver
P8 | 30 min | water.back | second_notice.sent | customers
C1 | 20 min | complaint.received | customer.contacted | handler
C2 | 2 days | complaint.received | complaint.settled | handler
C3 | at once | escalation.called | escalation.acknowledged | chain
Q1 | at once | quality.abnormal | authorities.told | authorities
C4 | 2 working days | reply.given | callback.done | owner
C5 | 2 working days | callback.not_satisfied | callback.second | owner
C6 | 2 working days | suggestion.made | suggestion.settled | owner
C7 | complaints_settled_in_time ≥ 100 % |  |  | management
N1 | 10 working days, project = single_meter | application.received | connection.done | customer_development
N2 | 9 working days, project = free_of_charge | application.received | connection.done | customer_development
N3 | 60 working days, project = estate | application.received | connection.done | customer_development
N4 | 2 h, project = platform | application.received | connection.done | customer_development
N5 | 2 h, project = general | application.received | application.accepted | customer_development
N5b | 2 h, project = general | customer.ready | connection.done | customer_development
N6 | 7.5 working days, project = general | application.received | connection.done | customer_development
N7 | 5 days, project = fast_lane | application.received | connection.done | customer_development
N8 | 1 days | application.received, progress.followed | progress.followed, connection.done | customer_development
N9 | 3 working days | connection.done | connection.callback | customer_development
M1 | 2 days | meter.removal_ordered | meter.out | meter_crew
V1 | 12 months, dn_mm ≥ 100 | valve.exercised | valve.exercised | network_department
T1 | 6 months | tank.cleaned | tank.cleaned | secondary_supply
I1 | 20 working days, urgent = False | information.made | information.published | information
I2 | at once, urgent = True | information.made | information.published | information
WP1 | pressure_mpa ≥ 0.18 |  |  | control_room
"""

PERMIT, SITE = ("permit.asked", "permit.given"), ("site.not_ready", "site.ready")
CONTRACT, FUNDS = ("contract.in_review", "contract.reviewed"), ("funds.awaited", "funds.there")
PAUSES = {
    "N1": {CONTRACT, FUNDS, PERMIT, SITE},
    "N2": {PERMIT, SITE},
    "N3": {CONTRACT, FUNDS, PERMIT, SITE},
    "N6": {PERMIT},
}
"""S3's notes under its flow charts, and S2's permits. The fast lane is for what needs none."""


def _hours(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds < 3600 else f"{seconds / 3600:g} h"


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}" if moment.minute else f"{moment:%H}"


def _gate(limit: Gate) -> str:
    told = "at once" if limit.at_once else "gate"
    if limit.night_from is None or limit.night_to is None:
        return told
    return f"{told}, not {_clock(limit.night_from)}–{_clock(limit.night_to)}"


def _judged(limit: Judged) -> str:
    peaks = " ".join(f"{_clock(begin)}–{_clock(end)}" for begin, end in limit.peaks)
    return f"{limit.check} {_clock(limit.night_from)}–{_clock(limit.night_to)}, peaks {peaks}"


TOLD: dict[type, Callable[[Any], str]] = {
    After: lambda one: _hours(one.limit_s),
    CalendarDays: lambda one: f"{one.days} days",
    WorkingDays: lambda one: f"{one.days + 0.5 * one.and_half:g} working days",
    Months: lambda one: f"{one.months} months",
    Before: lambda one: f"{one.moment} − {one.lead_s / 3600:g} h",
    At: lambda one: f"{one.moment}, up to {one.late_s // 60} min later",
    SameDay: lambda one: f"same day, at night {_clock(one.night_from)}–{_clock(one.night_to)} by {_clock(one.by)}",
    Gate: _gate,
    Judged: _judged,
    Share: lambda one: f"{one.figure} ≥ {one.least_percent} %",
    Least: lambda one: f"{one.quantity} ≥ {one.least:g}",
}


def _limit(limit: Limit) -> str:
    return TOLD[type(limit)](limit)


def _condition(one: Condition) -> str:
    if one.equals is not None:
        return f"{one.attribute} = {one.equals}"
    bounds = (("≤", one.most), (">", one.more_than), ("≥", one.least))
    return " ".join(f"{one.attribute} {sign} {bound:g}" for sign, bound in bounds if bound is not None)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")]


@pytest.mark.parametrize("row", ROWS.strip().splitlines(), ids=lambda row: _cells(row)[0])
def test_a_row_of_the_standard(row: str) -> None:
    rule = PACK.rule(_cells(row)[0])
    conditions = [*(_condition(one) for one in rule.when), " or ".join(_condition(one) for one in rule.any_of)]
    limit = ", ".join(part for part in (_limit(rule.limit), *conditions) if part)
    assert [rule.id, limit, ", ".join(rule.starts), ", ".join(rule.met_by), ", ".join(rule.told)] == _cells(row)
    assert {(grant.begins.value, grant.ends.value) for grant in rule.pauses} == PAUSES.get(rule.id, set())
    assert all(grant.clause for grant in rule.pauses)
    for language in LANGUAGES:
        words = load_words(language)
        pauses = (kind for grant in rule.pauses for kind in (grant.begins, grant.ends))
        assert all(words.has("happened", kind) for kind in (*rule.starts, *rule.met_by, *pauses))


def test_there_is_no_rule_beside_the_rows() -> None:
    assert [
        rule.id for rule in PACK.rules if rule.id not in {_cells(row)[0] for row in ROWS.strip().splitlines()}
    ] == []


PAUSED = [
    # Applied on Monday 2 March; 10:00 on Thursday the 5th to 16:00 on Monday the 9th is over two working days
    ("single_meter", "N1", CONTRACT, "2026-03-19 00:00:00"),
    ("single_meter", "N1", FUNDS, "2026-03-19 00:00:00"),
    ("single_meter", "N1", SITE, "2026-03-19 00:00:00"),
    ("free_of_charge", "N2", SITE, "2026-03-18 00:00:00"),
    ("free_of_charge", "N2", FUNDS, "2026-03-14 00:00:00"),
    ("estate", "N3", CONTRACT, "2026-06-02 00:00:00"),
    ("fast_lane", "N7", PERMIT, "2026-03-08 00:00:00"),
]


@pytest.mark.parametrize(("project", "rule", "pause", "due"), PAUSED)
def test_what_the_notes_take_out_pauses_and_nothing_else(
    project: str, rule: str, pause: tuple[str, str], due: str
) -> None:
    story = Story(Subject.CONNECTION, project=project)
    story.tell(FactKind.APPLICATION_RECEIVED, "2026-03-02 09:00")
    story.tell(pause[0], "2026-03-05 10:00")
    story.tell(pause[1], "2026-03-09 16:00")
    assert local(story.clocks()[rule].verdict.due_ms) == due
