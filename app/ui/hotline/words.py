"""Complaints in words for the desk's lists; no widget here."""

from __future__ import annotations

from collections.abc import Mapping

from app.dispatch.states import ClockState
from app.messages import Words
from app.public.entries import QUALITY, ComplaintKind
from app.public.view import ComplaintRow, ComplaintView
from app.ui.dispatch.faces import ICONS, PRESSING, tone_of
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.rows import Moment


def kind_text(row: ComplaintRow, words: Words) -> str:
    """What it is about."""
    if row.about:
        return words.say("information_kind", row.about)
    return words.say("escalation_cause", row.cause) if row.cause else words.say("complaint_kind", row.kind.value)


def kind_icon(row: ComplaintRow) -> tuple[str, str]:
    """A shape by what is complained of."""
    if row.cause:
        return "warning", "red_text"
    if row.about:
        return "double", "t2"
    if row.kind in QUALITY:
        return "drop", "t2"
    return ("square", "t2") if row.kind is ComplaintKind.NO_WATER else ("dot", "t3")


def stage_text(row: ComplaintRow, words: Words) -> str:
    """How far it has come, or who is next to acknowledge it."""
    if row.level:
        level = words.say("escalation_level", row.level)
        return words.say("complaint_cli", "waits_for", {"level": level})
    return words.say("information_stage" if row.about else "complaint_stage", row.stage.value)


def place_text(row: ComplaintRow, view: ComplaintView) -> str:
    """Where: the address, else the name, else the main; of information its title."""
    texts: Mapping[str, str] = view.texts.get(row.entity, {})
    return texts.get("title") or texts.get("address") or texts.get("name") or row.pipe or row.area


def pressing(row: ComplaintRow, moment: Moment) -> int | None:
    """Place of the clock that runs out first; None where none runs."""
    running = [at for at in row.clocks if moment.state(at) in PRESSING or moment.state(at) is ClockState.RUNNING]
    return min(running, key=lambda at: int(moment.table.due_ms[at]), default=None)


def clock_text(row: ComplaintRow, view: ComplaintView, moment: Moment) -> str:
    """The clock that runs out first, with what is left of it."""
    at = pressing(row, moment)
    return "" if at is None else f"{view.clocks[at].rule.id} {moment.face(at, '').time}".strip()


def clock_icon(row: ComplaintRow, moment: Moment) -> tuple[str, str] | None:
    """That clock's shape and colour."""
    at = pressing(row, moment)
    return None if at is None else (ICONS[moment.state(at)], tone_of(moment.state(at)))


def clock_lines(row: ComplaintRow, view: ComplaintView, moment: Moment, words: Words) -> list[str]:
    """Every clock that has begun: its rule, how it stands, by when."""
    lines = []
    for at in row.clocks:
        rule, verdict, state = view.clocks[at].rule, view.clocks[at].verdict, moment.state(at)
        title = rule.title_zh if words.language == "zh_CN" else rule.title_en
        due = "" if verdict.due_ms is None else f"{moment_of(verdict.due_ms):%m-%d %H:%M}"
        parts = (rule.id, title, words.say("clock_state", state.name.lower()), moment.face(at, "").time, due)
        lines.append(" · ".join(part for part in parts if part))
    return lines
