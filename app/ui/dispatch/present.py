"""From the desk's view to what its lists show, in the language in force: made when word comes."""

from __future__ import annotations

from collections.abc import Iterable

from app.dispatch.acts import No
from app.dispatch.crews import CrewState
from app.dispatch.facts import FactKind
from app.dispatch.life import Life, Step
from app.dispatch.needs import code_and_size
from app.dispatch.offers import Offer
from app.dispatch.sheet import Line, Sheet
from app.dispatch.states import ClockState
from app.dispatch.view import ClockRow, DispatchView, QueueRow
from app.messages import Words
from app.messages.formats import nominal_diameter
from app.operations.bar_words import bar_words
from app.operations.why_not import why_not
from app.ui.dispatch.faces import span, tone_of
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.rows import Dot, DotKind, MarkKind, Moment, QueueLine, TimeMark, TimeRow

SHOWN_STEPS = (
    Step.REPORTED,
    Step.CREW_ASSIGNED,
    Step.ON_SCENE,
    Step.WATER_OFF,
    Step.REPAIRED,
    Step.FLUSHED,
    Step.WATER_BACK,
    Step.CLOSED,
)
"""Steps on the line of dots: those that have a place on the map or a clock that people ask for."""

KIND_ICONS = {
    "visible_leak": "drop",
    "hidden_leak": "drop",
    "burst": "burst",
    "station_failure": "bolt",
    "no_water": "phone",
    "quality": "phone",
    "other": "phone",
}
CREW_ICONS = {
    CrewState.OFF: "crew_off",
    CrewState.STANDBY: "crew_standby",
    CrewState.EN_ROUTE: "crew_en_route",
    CrewState.ON_SCENE: "square",
}
_MARKED = (
    FactKind.REPORT_RECEIVED,
    FactKind.CREW_ASSIGNED,
    FactKind.CREW_ON_SCENE,
    FactKind.STOP_DECIDED,
    FactKind.NOTICE_PUBLISHED,
    FactKind.WATER_OFF,
    FactKind.REPAIR_DONE,
    FactKind.FLUSHING_DONE,
    FactKind.WATER_BACK,
)
_MARK_STEPS = {Step.REPORTED, Step.CREW_ASSIGNED, Step.ON_SCENE, Step.WATER_OFF, Step.REPAIRED, Step.FLUSHED}


def why_not_words(offer: Offer, words: Words) -> str:
    """Why a crew cannot go, with what it lacks; "" where it can."""
    if offer.why_not is None:
        return ""
    if not offer.lacks:
        return words.say("why_not", offer.why_not)
    return words.say("dispatch_told", "lacks", {"what": ", ".join(_named(offer.lacks, words))})


def needed(names: Iterable[str], words: Words) -> str:
    """What nobody on shift has, each with the reason why it is asked for."""
    told = list(names)
    reasons = [words.say("crew_need_why", code_and_size(name)[0]) for name in told]
    named = zip(_named(told, words), reasons, strict=True)
    return ", ".join(words.say("dispatch_told", "needed", {"what": what, "why": why}) for what, why in named)


def _named(names: Iterable[str], words: Words) -> list[str]:
    found = (code_and_size(name) for name in names)
    return [words.say("crew_need", code, {"dn": size} if size else {}) for code, size in found]


def clock_label(row: ClockRow, words: Words) -> str:
    """A clock's name in a word."""
    if words.has("clock_short", row.rule):
        return words.say("clock_short", row.rule)
    return row.title_zh if words.language == "zh_CN" else row.title_en


def size_of(row: QueueRow) -> str:
    """The main's diameter; "" where it is not known."""
    return "" if row.dn_mm is None else nominal_diameter(round(row.dn_mm), outside=False)


def icon_of(row: QueueRow) -> str:
    """By what is done there: repair, flushing, paving; before that by what it is."""
    if not row.is_open:
        return "tick"
    if Step.REPAIRED in row.done:
        return "waves" if Step.WATER_BACK not in row.done and Step.WATER_OFF in row.done else "calendar"
    if Step.ON_SCENE in row.done and Step.UTILITIES_CHECKED in row.done:
        return "wrench"
    return KIND_ICONS.get(row.kind, "phone")


def place_of(row: QueueRow, words: Words) -> str:
    """Where it is: the address, else the main, else that it is not known."""
    return row.place or row.pipe or words.say("dispatch_told", "no_place")


def queue_line(row: QueueRow, view: DispatchView, words: Words) -> QueueLine:
    """An incident in the queue."""
    clocks = tuple((place, clock_label(view.clocks[place], words)) for place in row.clocks)
    told = _told(row, view, words)
    place = place_of(row, words)
    return QueueLine(row.entity, row.number, icon_of(row), place, size_of(row), told, clocks, over=not row.is_open)


def _told(row: QueueRow, view: DispatchView, words: Words) -> str:
    """The second line: what it is, who is on it and how, what is next."""
    parts = [words.say("incident_kind", row.kind) if row.kind else words.say("dispatch_told", "disputed")]
    if not row.is_open:
        parts.append(words.say("life_step", Step.CLOSED))
        return " · ".join(parts)
    crews = {crew.crew: crew for crew in view.crews}
    if row.crews:
        for name in row.crews:
            state = crews[name].state if name in crews else CrewState.EN_ROUTE
            parts.append(f"{name} {words.say('crew_state', state)}")
    else:
        parts.append(words.say("dispatch_told", "no_crew"))
    if row.next and row.next[0] is not Step.CREW_ASSIGNED:
        parts.append(words.say("dispatch_told", "next", {"step": words.say("life_step", row.next[0])}))
    if row.merged:
        parts.append(words.say("dispatch_told", "merged", {"count": len(row.merged)}))
    if row.disputed or row.conflicts:
        parts.append(words.say("dispatch_told", "disputed"))
    return " · ".join(parts)


def time_row(row: QueueRow, view: DispatchView, moment: Moment, words: Words) -> TimeRow:
    """An incident on the time line."""
    worst = moment.worst(row.clocks)
    late = [int(moment.table.due_ms[place]) for place in row.clocks if moment.state(place) is ClockState.BREACHED]
    marks = [TimeMark(row.opened_ms, MarkKind.HAPPENED, words.say("life_step", Step.REPORTED))]
    for place in row.clocks:
        clock = view.clocks[place]
        label = clock_label(clock, words)
        if clock.met_ms is not None:
            marks.append(TimeMark(clock.met_ms, MarkKind.HAPPENED, label))
        elif clock.due_ms is not None:
            tone = tone_of(moment.state(place))
            marks.append(
                TimeMark(clock.due_ms, MarkKind.DEADLINE, words.say("dispatch_told", "due", {"clock": label}), tone)
            )
            if clock.forecast is not None:
                expected = words.say("dispatch_told", "expected", {"clock": label})
                marks.append(TimeMark(clock.forecast.p50_ms, MarkKind.EXPECTED, expected, tone))
    told, tone = _most_pressing(row, view, moment, worst, words)
    until_ms = None if row.is_open else row.last_ms
    return TimeRow(row.entity, row.number, told, tone, row.opened_ms, until_ms, min(late, default=None), tuple(marks))


def _most_pressing(
    row: QueueRow, view: DispatchView, moment: Moment, worst: ClockState, words: Words
) -> tuple[str, str]:
    if not row.is_open:
        return words.say("life_step", Step.CLOSED), "t3"
    place = row.pressing
    if worst >= ClockState.AT_RISK:
        pressing = [one for one in row.clocks if moment.state(one) is worst]
        place = min(pressing, key=lambda one: int(moment.table.due_ms[one]))
    if place is None:
        return place_of(row, words), "t2"
    left_s = moment.left_s(place)
    label = clock_label(view.clocks[place], words)
    state = words.say("clock_state", moment.state(place).name.lower())
    time = "" if left_s is None else span(left_s)
    return " ".join(part for part in (label, state if worst >= ClockState.AT_RISK else "", time) if part), tone_of(
        worst
    )


def dots(life: Life, *, waited_for: Step | None) -> tuple[tuple[Step, DotKind, str], ...]:
    """The steps on the line of dots with when each was done."""
    found = []
    for step in SHOWN_STEPS:
        state = life.of(step)
        if state.done is not None:
            found.append((step, DotKind.DONE, f"{moment_of(state.done.at_ms):%H:%M}"))
        elif not state.needed:
            found.append((step, DotKind.NOT_NEEDED, ""))
        else:
            found.append((step, DotKind.NEXT if step is waited_for else DotKind.OPEN, ""))
    return tuple(found)


def life_dots(sheet: Sheet, words: Words) -> tuple[Dot, ...]:
    """The line of dots of an incident."""
    ready = [step for step in sheet.life.next if step in SHOWN_STEPS]
    found = dots(sheet.life, waited_for=ready[0] if ready and sheet.incident.is_open else None)
    return tuple(Dot(kind, words.say("life_step", step), time) for step, kind, time in found)


def refusal(no: No, words: Words) -> str:
    """Why an act was refused, and every single thing that bars the way."""
    sentence = why_not("dispatch_no", no, words)
    bars = [bar_words(bar, words) for bar in no.bars]
    return sentence if not bars else f"{sentence} {words.say('dispatch_told', 'bars', {'bars': ' · '.join(bars)})}"


def evidence_of(line: Line) -> str:
    """The hash of a line's picture or sound; "" where it has none."""
    return str(line.values.get("photo") or line.values.get("sound") or "")
