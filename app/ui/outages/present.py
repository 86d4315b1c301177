"""Planned outages in words and rows for the desk's lists, in the language in force. No widget here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.dispatch.stations import StationHit, chores_at
from app.messages import Words
from app.messages.describe import shortened
from app.messages.durations import duration_text
from app.messages.formats import date, number
from app.outages.book import Revision, Stage
from app.outages.clashes import Clash, ClashKind
from app.outages.judge import Finding, Standing
from app.outages.showing import Change, JointLoss, OutageRow, OutagesView
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.rows import MarkKind, Moment, QueueLine, TimeMark, TimeRow
from app.ui.dispatch.stations import standing_words

STANDING_LOOKS: Mapping[Standing, tuple[str, str]] = {
    Standing.MET: ("tick", "t3"),
    Standing.MET_EARLY: ("clock_met_late", "amber_text"),
    Standing.MET_LATE: ("clock_met_late", "amber_text"),
    Standing.OPEN: ("clock_running", "t1"),
    Standing.LATE: ("clock_at_risk", "amber_text"),
    Standing.BROKEN: ("clock_breached", "red_text"),
    Standing.WAIVED: ("clock_waived", "t3"),
    Standing.WAITS: ("clock_pending", "t3"),
}
"""Icon and colour token of each standing."""

_ICONS = {
    Stage.REFUSED: "cross",
    Stage.OFF: "valve_closed",
    Stage.BACK: "waves",
    Stage.ENDED: "tick",
    Stage.CANCELLED: "clock_waived",
}
_GRAVE = frozenset({ClashKind.SAME_VALVE, ClashKind.SAME_CUSTOMERS})
_SHOWN_VALVES = 6


@dataclass(frozen=True)
class CalendarRow(TimeRow):
    """An outage in the calendar.

    Attributes:
        clashes: Spans in which it meets another, and whether they share valves or customers.
        stage: How far it has come.
    """

    clashes: tuple[tuple[int, int, bool], ...] = ()
    stage: Stage = Stage.DRAFT


def moment_words(at_ms: int, words: Words) -> str:
    """Day with its weekday, and the time."""
    moment = moment_of(at_ms)
    return f"{date(moment, words.language)} {moment:%H:%M}"


def window_words(start_ms: int, end_ms: int, words: Words) -> str:
    """From when till when, the day said once where both are on it."""
    first, last = moment_of(start_ms), moment_of(end_ms)
    until = f"{last:%H:%M}" if first.date() == last.date() else moment_words(end_ms, words)
    return f"{moment_words(start_ms, words)} – {until}"


def window_short(start_ms: int, end_ms: int) -> str:
    """From when till when in figures, for lists."""
    first, last = moment_of(start_ms), moment_of(end_ms)
    return (
        f"{first:%m-%d %H:%M} – {last:%H:%M}"
        if first.date() == last.date()
        else f"{first:%m-%d %H:%M} – {last:%m-%d %H:%M}"
    )


def length_words(start_ms: int, end_ms: int, words: Words) -> str:
    """How long a window is."""
    return duration_text((end_ms - start_ms) // 1000, words)


def target_words(target: Mapping[str, object], words: Words) -> str:
    """What is worked on: kind and id."""
    if "area" in target:
        return words.name("layer", "area")
    pipes = target.get("pipes")
    if isinstance(pipes, list | tuple):
        return f"{words.name('layer', 'pipes')} {shortened([str(one) for one in pipes])}"
    kind = next(iter(target), "pipe")
    return f"{words.name('layer', kind)} {target.get(kind, '')}".strip()


def title_words(row: OutageRow, words: Words) -> str:
    """What an outage is called."""
    return row.title or target_words(row.target, words)


def rule_label(rule: str, words: Words) -> str:
    """A rule's id with its name in a word."""
    return f"{rule} {words.say('clock_short', rule)}" if words.has("clock_short", rule) else rule


def outage_line(row: OutageRow, view: OutagesView, words: Words) -> QueueLine:
    """An outage in the list."""
    clashes = [one for one in view.clashes_of(row.number) if one.kind in _GRAVE]
    told = [words.say("outage_stage", row.stage)]
    if not row.is_over and not row.lawful:
        told.append(words.say("outage_told", "unlawful"))
    if row.off_all_the_same:
        told.append(words.say("outage_told", "off_all_the_same"))
    if row.owes_word:
        told.append(words.say("outage_told", "owes_word"))
    if clashes:
        others = dict.fromkeys(one.other if one.one == row.number else one.one for one in clashes)
        told.append(words.say("outage_told", "clashes", {"others": ", ".join(others)}))
    told.append(window_short(row.start_ms, row.end_ms))
    clocks = () if row.is_over else tuple((place, rule_label(rule, words)) for place, rule in row.clocks)
    size = words.say("outage_told", "households", {"count": number(row.households)})
    icon = _ICONS.get(row.stage, "calendar")
    title = title_words(row, words)
    return QueueLine(row.number, row.number, icon, title, size, " · ".join(told), clocks, over=row.is_over)


def calendar_row(
    row: OutageRow, view: OutagesView, moment: Moment, words: Words, joint: tuple[JointLoss, ...] = ()
) -> CalendarRow:
    """An outage in the calendar: its window, by when notices must be out, what it meets, and with whom it does harm."""
    stage = words.say("outage_stage", row.stage)
    marks = []
    for place, rule in row.clocks:
        due_ms = int(moment.table.due_ms[place])
        if not row.is_over and moment.left_s(place) is not None and due_ms < row.start_ms:
            marks.append(TimeMark(due_ms, MarkKind.DEADLINE, rule, "amber_text" if due_ms < moment.now_ms else "t2"))
    spans = tuple(
        (one.from_ms, one.until_ms, one.kind in _GRAVE)
        for one in view.clashes_of(row.number)
        if one.kind is not ClashKind.AGAIN
    )
    spans += tuple((one.from_ms, one.until_ms, True) for one in joint if row.number in one.numbers)
    told, tone = f"{title_words(row, words)} · {stage}", "t3" if row.is_over else "t2"
    if not row.is_over and not row.lawful:
        told, tone = f"{words.say('outage_told', 'unlawful')} · {told}", "red_text"
    elif any(grave for _, _, grave in spans):
        tone = "amber_text"
    late_ms = row.end_ms if row.back_ms is not None and row.back_ms > row.end_ms else None
    until_ms = max(row.end_ms, row.back_ms or row.end_ms)
    return CalendarRow(
        row.number, row.number, told, tone, row.start_ms, until_ms, late_ms, tuple(marks), spans, row.stage
    )


def clash_words(clash: Clash, words: Words) -> str:
    """What two outages do to one another."""
    detail: dict[str, str | int | float] = {"one": clash.one, "other": clash.other, "customers": clash.customers}
    detail |= {"valves": valves_words(clash.valves)}
    detail |= {"from": moment_words(clash.from_ms, words), "until": moment_words(clash.until_ms, words)}
    return words.say("outage_clash", clash.kind, detail)


def joint_words(loss: JointLoss, words: Words) -> str:
    """What outages do together, in one sentence for each harm."""
    detail: dict[str, str | int | float] = {
        "numbers": ", ".join(loss.numbers),
        "window": window_words(loss.from_ms, loss.until_ms, words),
        "customers": loss.customers,
        "people": number(loss.people),
        "critical": loss.critical,
        "names": ", ".join(loss.critical_names),
        "wet": ", ".join(loss.dry_fails),
    }
    told = [words.say("outage_joint", code, detail) for code in ("customers", "critical", "wet") if detail[code]]
    return " ".join(told)


def left_out_words(names: tuple[str, ...], words: Words) -> str:
    """What was not reckoned with; "" where all was."""
    return words.say("outage_joint", "left_out", {"names": ", ".join(names)}) if names else ""


def valves_words(valves: tuple[str, ...]) -> str:
    """Ids of valves; of many the first ones."""
    more = len(valves) - _SHOWN_VALVES
    return ", ".join(valves[:_SHOWN_VALVES]) + (f" +{more}" if more > 0 else "")


def grave_clashes(view: OutagesView) -> tuple[Clash, ...]:
    """Clashes in which valves or customers are shared at one time."""
    return tuple(one for one in view.clashes if one.kind in _GRAVE)


def remedy_words(finding: Finding, words: Words) -> str:
    """What is to be done for a rule; "" where nothing is."""
    if finding.remedy is None:
        return ""
    time = "" if finding.remedy_ms is None else moment_words(finding.remedy_ms, words)
    return words.say("outage_remedy", finding.remedy, {"time": time})


def finding_time(finding: Finding, words: Words) -> str:
    """When a rule was met, or by when it must be."""
    if finding.met_ms is not None:
        return moment_words(finding.met_ms, words)
    if finding.due_ms is None:
        return ""
    return words.say("outage_told", "by", {"time": moment_words(finding.due_ms, words)})


def change_words(change: Change, words: Words) -> str:
    """One thing that a revision changed."""
    if change.what in {"start", "end"}:
        before, after = (moment_words(at_ms, words) for at_ms in (change.before, change.after))
    else:
        before, after = number(change.before), number(change.after)
    detail: dict[str, str | int | float] = {"before": before, "after": after, "valves": valves_words(change.valves)}
    return words.say("outage_change", change.what, detail)


def changes_words(plan: Revision, changes: tuple[Change, ...], words: Words) -> str:
    """Who changed a plan last, and what."""
    told = " · ".join(change_words(one, words) for one in changes) or words.say("outage_change", "words")
    detail: dict[str, str | int | float] = {"who": plan.actor, "time": moment_words(plan.at_ms, words), "what": told}
    return words.say("outage_told", "changed", detail)


def kept_words(row: OutageRow, words: Words) -> Iterator[str]:
    """The times promised and kept."""
    pairs = (("kept_start", row.start_ms, row.off_ms), ("kept_end", row.end_ms, row.back_ms))
    for code, promised_ms, kept_ms in pairs:
        if kept_ms is not None:
            late_ms = kept_ms - promised_ms
            how = "on_time" if abs(late_ms) < 60_000 else "later" if late_ms > 0 else "earlier"
            by = words.say("outage_told", how, {"by": duration_text(abs(late_ms) // 1000, words)})
            times: dict[str, str | int | float] = {"promised": moment_words(promised_ms, words)}
            times |= {"kept": moment_words(kept_ms, words), "how": by}
            yield words.say("outage_told", code, times)


_MOST_STATIONS = 3


def station_words(stations: Sequence[StationHit], words: Words) -> Iterator[str]:
    """Stations that get no water meanwhile: how long their tanks last, and what is to be done there."""
    for hit in stations[:_MOST_STATIONS]:
        lasts, _ = standing_words(hit, None, 0, words)
        chores = (words.say("station_chore", chore) for chore in chores_at(hit))
        yield " · ".join((hit.name or hit.station, lasts, *chores))
    if len(stations) > _MOST_STATIONS:
        yield f"+{len(stations) - _MOST_STATIONS}"
