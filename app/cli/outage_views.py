"""A planned outage as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.dispatch.facts import FactKind
from app.messages import Words
from app.messages.formats import number
from app.operations.outage_notices import Published, earlier_text, published
from app.operations.outage_words import local, moment_text
from app.operations.outages import OutageDesk, judged, stage, text_of
from app.operations.told_otherwise import owed_by
from app.outages.book import Outage
from app.outages.fates import PUBLIC, Audience
from app.outages.judge import Finding, Judgement
from app.outages.templates import NoticeKind


def outage_record(desk: OutageDesk, outage: Outage, now: datetime) -> dict[str, Any]:
    """All of an outage as JSON values; times with the city's offset."""
    plan, found = outage.plan, judged(desk, outage, now)
    owed, still_announced = owed_by(desk, outage, now)
    return {
        "number": outage.number,
        "stage": stage(desk, outage, now).value,
        "revision": plan.number,
        "planner": plan.actor,
        "start": _iso(plan.start_ms),
        "end": _iso(plan.end_ms),
        "target": dict(plan.target),
        "close": list(plan.close),
        "effect": asdict(plan.effect),
        "texts": {role: text_of(desk, plan, role) for role in sorted(plan.texts)},
        "lawful": found.lawful,
        "ready": found.ready,
        "over_peak": found.over_peak,
        "earliest_start": _iso(found.earliest_ms),
        "earliest_with_waiver": _iso(found.with_waiver_ms),
        "rules": [_finding_record(one) for one in found.findings],
        "approvals": {
            role.value: outage.approvals[role].ruling.value if role in outage.approvals else None
            for role in found.approvals
        },
        "conflicts": [{"who": one.actor, "at": _iso(one.at_ms)} for one in outage.conflicts],
        "told_otherwise": {"owed": owed.owed},
        "still_announced": [one.value for one in still_announced],
        "earlier_texts": {one.value: found.earlier for one, found in _before_it(desk, outage).items()},
        "times": {fact.kind.value: _iso(fact.at_ms) for fact, _ in outage.facts},
    }


def _before_it(desk: OutageDesk, outage: Outage) -> dict[Audience, Published]:
    """Where the public still reads the text of an earlier plan, while what it announces lies ahead or lasts."""
    if outage.cancelled is not None or outage.happened(FactKind.WATER_BACK) is not None:
        return {}
    found = {one: published(desk, outage, NoticeKind.PLANNED, one) for one in PUBLIC}
    return {one: text for one, text in found.items() if text is not None and text.earlier is not None}


def _finding_record(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "clause": one.rule.clause,
        "source": f"{one.rule.source} {one.rule.heading}",
        "standing": one.standing.value,
        "due": _iso(one.due_ms),
        "not_before": _iso(one.not_before_ms),
        "red_line": _iso(one.red_line_ms),
        "met": _iso(one.met_ms),
        "remedy": None if one.remedy is None else one.remedy.value,
        "remedy_time": _iso(one.remedy_ms),
        "provisional": list(one.provisional),
    }


def outage_lines(desk: OutageDesk, outage: Outage, now: datetime, words: Words) -> Iterator[str]:
    """All of an outage for a terminal: the plan, each rule with its clause, what is to be done, what was kept."""
    plan, found = outage.plan, judged(desk, outage, now)
    affected = plan.effect.out + plan.effect.on_storage + plan.effect.low
    figures: dict[str, str | int] = {"number": outage.number, "customers": number(affected)}
    figures["households"] = number(plan.effect.households)
    yield _said(words, "planned", figures)
    window = f"{moment_text(plan.start_ms, words)} – {moment_text(plan.end_ms, words)}"
    yield f"{words.say('outage_stage', stage(desk, outage, now))}\t{window}"
    yield from _judgement_lines(found, words)
    missing = [role for role in found.approvals if role not in outage.approvals]
    if missing:
        roles = ", ".join(words.say("outage_role", role) for role in missing)
        yield _said(words, "needs", {"roles": roles})
    for one in outage.conflicts:
        yield _said(words, "conflict", {"who": one.actor, "time": moment_text(one.at_ms, words)})
    if outage.overtaken is not None:
        when = moment_text(outage.overtaken.at_ms, words)
        yield words.say("outage_told", "overtaken", {"who": outage.overtaken.actor, "time": when})
    back = outage.happened(FactKind.WATER_BACK)
    for audience, text in _before_it(desk, outage).items():
        yield earlier_text(outage, text, audience, words)
    owed, still_announced = owed_by(desk, outage, now)
    if owed.owed:
        yield words.say("outage_told", "owed", {"count": number(owed.owed)})
    for audience in still_announced:
        yield words.say("outage_told", "still_announced", {"audience": words.say("outage_audience", audience)})
    if back is not None:
        times: dict[str, str | int] = {"promised": moment_text(plan.end_ms, words)}
        times["kept"] = moment_text(back.at_ms, words)
        yield _said(words, "kept", times)


def _judgement_lines(found: Judgement, words: Words) -> Iterator[str]:
    for one in found.findings:
        title = one.rule.title_zh if words.language == "zh_CN" else one.rule.title_en
        parts = [one.rule.id, title, words.say("outage_standing", one.standing)]
        if one.remedy is not None:
            time = "" if one.remedy_ms is None else moment_text(one.remedy_ms, words)
            parts.append(words.say("outage_remedy", one.remedy, {"time": time}))
        yield "\t".join((*parts, one.rule.clause))
    yield _said(words, "lawful" if found.lawful else "unlawful", {})
    if not found.lawful and found.earliest_ms is not None:
        yield _said(words, "earliest", {"time": moment_text(found.earliest_ms, words)})
    if not found.lawful and found.earliest_ms is None:
        yield _said(words, "with_waiver", {"time": moment_text(found.with_waiver_ms, words)})
    if found.over_peak:
        yield _said(words, "over_peak", {})


def _said(words: Words, code: str, detail: dict[str, str | int]) -> str:
    return words.say("outage_cli", code, detail)


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else local(at_ms).isoformat(timespec="seconds")
