"""What the popup shows of a line of the desk's language: candidates for the slot that is open, then what Enter does.

How lines are read stands in :mod:`app.dispatch.command_reading`, what they mean in :mod:`app.dispatch.commands`; both
are shared with the command line of a terminal. Here are only words and marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from app.dispatch.acts import Act, Turn
from app.dispatch.command_reading import Misunderstood, Names, Reading, names_of, read, stands_for
from app.dispatch.command_words import REPORT, Slot
from app.dispatch.commands import NewReport, Show, meaning_of
from app.dispatch.crews import CrewState
from app.dispatch.entries import Course, incident_entity
from app.dispatch.offers import Offer, Offers
from app.dispatch.orders import Order
from app.dispatch.view import CrewRow, DispatchView, QueueRow, number_of
from app.messages import Words
from app.times import CITY_TIME
from app.ui.dispatch.faces import span
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.present import CREW_ICONS, clock_label, icon_of, place_of, size_of, why_not_words
from app.ui.dispatch.rows import Moment
from app.ui.dispatch.sections import crew_state
from network.columns import IdColumn

MOST_SHOWN = 8


@dataclass(frozen=True)
class Candidate:
    """One thing that a slot may hold.

    Attributes:
        line: The command line with it.
        icon, name, told, note: As the popup lists it; *tone* is the note's colour token.
    """

    line: str
    icon: str
    name: str
    told: str
    note: str = ""
    tone: str = "t2"


@dataclass(frozen=True)
class Completion:
    """What a typed line means so far.

    Attributes:
        verb: Name of the verb, see :data:`app.dispatch.command_words.VERBS`.
        heading: The verb and what is filled, for the popup's first line.
        candidates: For the slot that is open; empty where none is.
        act: What Enter does; None while a slot is open, and where an incident is only shown.
        show: Entity of the incident that Enter brings to the front; "" for none.
        effect: The same in words, or what is missing.
    """

    verb: str
    heading: str
    candidates: tuple[Candidate, ...] = ()
    act: Act | None = None
    show: str = ""
    effect: str = ""


@dataclass(frozen=True, eq=False)
class Typed:
    """What a line is read against.

    Attributes:
        selected: Entity of the incident in front.
        valves: Ids of the city's valves and pumps; None where no city is open.
    """

    view: DispatchView
    moment: Moment
    words: Words
    selected: str = ""
    offers: Offers | None = None
    valves: IdColumn | None = None

    @property
    def names(self) -> Names:
        """What words may mean."""
        return names_of(self.view, number_of(self.selected))


def complete(text: str, desk: Typed) -> Completion | None:
    """What *text* means at *desk*; None where it is no line of this language, and is looked up as ever."""
    typed = text.strip().removeprefix("/").split()
    reading = read(text, desk.names, desk.moment.now_ms, CITY_TIME)
    if not isinstance(reading, Reading) or reading.verb is REPORT or (len(typed) < 2 and not text.endswith(" ")):
        return None
    if _looks_up_a_valve(reading, desk):
        return None
    heading, words = _heading(reading, desk), desk.words
    wrong = reading.wrong
    if wrong is None and _known(reading, desk):
        meant = meaning_of(reading)
        assert not isinstance(meant, NewReport | Misunderstood)
        act = None if isinstance(meant, Show) else meant
        return Completion(reading.verb.name, heading, (), act, _shown(reading, desk), _effect(reading, words))
    found = _candidates(reading, text, desk)
    said = words.say("typed", "nothing")
    if not found and wrong is not None and not wrong.word and wrong.slot is not None:
        said = words.say("command_no", wrong.why, {"word": "", "slot": words.say("command_slot", wrong.slot)})
    return Completion(reading.verb.name, heading, found, effect="" if found else said)


def turn_of(verb: str, valve: str, incident: str) -> Turn:
    """A valve that was looked up, turned for an incident."""
    return Turn(incident, valve, "closed" if verb == "close" else "open")


def _looks_up_a_valve(reading: Reading, desk: Typed) -> bool:
    """Valves are looked up in the city's index, as ever, until one is named by its id."""
    if reading.verb.name not in {"close", "open"}:
        return False
    valve = reading.slots.get(Slot.DEVICE, "")
    return desk.valves is None or not valve or desk.valves.find(valve) < 0


def _known(reading: Reading, desk: Typed) -> bool:
    """Whether the incident that is named is at the desk, or may have been closed long ago."""
    number = reading.slots.get(Slot.INCIDENT, "")
    if not number or reading.verb.name in {"show", "note", Course.REOPEN}:
        return True
    return number in desk.names.incidents


def _shown(reading: Reading, desk: Typed) -> str:
    """The incident that the line is about: its own, or the one that its crew is sent to."""
    number, crew = reading.slots.get(Slot.INCIDENT), reading.slots.get(Slot.CREW)
    if number:
        return incident_entity(number)
    return next((row.incident or "" for row in desk.view.crews if row.crew == crew), "")


def _heading(reading: Reading, desk: Typed) -> str:
    parts = [reading.verb.word(desk.words.language)]
    parts += [_called(slot, reading.slots[slot], desk) for slot in reading.verb.slots if reading.slots.get(slot)]
    if reading.open is not None:
        parts.append(desk.words.say("command_slot", reading.open))
    return " › ".join(parts)


def _called(slot: Slot, word: str, desk: Typed) -> str:
    """An incident with its place, anything else as it is."""
    place = desk.names.incidents.get(word, "") if slot in {Slot.INCIDENT, Slot.OTHER} else ""
    return f"{word} {place}".strip()


def _effect(reading: Reading, words: Words) -> str:
    detail = {slot.value: reading.slots.get(slot, "") for slot in Slot}
    told = words.say("typed", reading.verb.name, detail)
    free = reading.slots.get(Slot.TEXT) or reading.slots.get(Slot.REASON) or ""
    when = "" if reading.at_ms is None else f"@{moment_of(reading.at_ms):%H:%M}"
    return " · ".join(part for part in (told, free, when) if part)


# Candidates

_Found = tuple[str, Candidate]


def _candidates(reading: Reading, text: str, desk: Typed) -> tuple[Candidate, ...]:
    """For the slot that is open; a word that fits nothing yet may also name another incident."""
    words = text.split()
    left = reading.left[-1] if reading.left and words[-1] == reading.left[-1] else ""
    if len(reading.left) > 1 or (reading.left and not left):
        return ()
    base = " ".join(words[:-1] if left else words)
    free = [slot for slot in reading.verb.slots if slot not in reading.typed and slot not in reading.verb.may_lack]
    if left[:1] in {"w", "W"}:
        # What begins like an incident's number is one before it is the initial of a crew's name.
        free.sort(key=lambda slot: slot is not Slot.INCIDENT)
    slots = free if left else [slot for slot in (reading.open,) if slot is not None]
    lists: Mapping[Slot, Callable[[str], Iterator[_Found]]] = {
        Slot.INCIDENT: lambda start: _incidents(start, desk),
        Slot.OTHER: lambda start: _incidents(start, desk),
        Slot.CREW: lambda start: _crews(start, desk, reading),
        Slot.ORDER: lambda start: _orders(start, desk),
        Slot.RULE: lambda start: _rules(start, desk, reading),
    }
    found = [one for slot in slots if slot in lists for one in lists[slot](base)]
    near = left.casefold()
    return tuple(line for name, line in found if near in name.casefold() or _begins(near, name.casefold()))[:MOST_SHOWN]


def _begins(word: str, name: str) -> bool:
    """Whether *word* may be the beginning of *name*: initials for its characters, then its first figures."""
    letters, figures = word.rstrip("0123456789"), word[len(word.rstrip("0123456789")) :]
    known = name.rstrip("0123456789")
    if letters and not stands_for(letters, known):
        return False
    return name[len(known) :].lstrip("0").startswith(figures.lstrip("0"))


def _incidents(start: str, desk: Typed) -> Iterator[_Found]:
    for row in desk.view.queue:
        if row.is_open:
            yield row.number, _incident_line(row, start, desk)


def _incident_line(row: QueueRow, start: str, desk: Typed) -> Candidate:
    told = " ".join(part for part in (place_of(row, desk.words), size_of(row)) if part)
    left_s = None if row.pressing is None else desk.moment.left_s(row.pressing)
    note = "" if left_s is None else span(left_s)
    tone = "red_text" if left_s is not None and left_s < 0 else "t2"
    return Candidate(f"{start} {row.number} ", icon_of(row), row.number, told, note, tone)


_WANTED: Mapping[str, Callable[[CrewRow], bool]] = {
    "accept": lambda row: row.incident is not None and not row.accepted,
    "arrived": lambda row: row.state is CrewState.EN_ROUTE,
    "recall": lambda row: row.incident is not None,
    "standby": lambda row: row.state is not CrewState.STANDBY,
    "off": lambda row: row.state is not CrewState.OFF,
}
"""Of which crews a verb that names no incident is said."""


def _crews(start: str, desk: Typed, reading: Reading) -> Iterator[_Found]:
    """To be sent: the suggested one, then who could be there first; else those that the verb is said of."""
    verb, number = reading.verb.name, reading.slots.get(Slot.INCIDENT, "")
    about = incident_entity(number) if number else desk.selected
    if verb in {"send", "divert"}:
        offers = desk.offers if desk.offers is not None and desk.offers.incident == about else None
        ranks = _ranks(about, offers, desk.view, diverts=verb == "divert")
        for row in sorted(desk.view.crews, key=lambda row: ranks[row.crew]):
            yield row.crew, _crew_line(row, start, desk.words, offers)
        return
    wanted = _WANTED.get(verb)

    def place(row: CrewRow) -> tuple[bool, bool, str]:
        return wanted is not None and not wanted(row), row.incident != about, row.crew

    for row in sorted(desk.view.crews, key=place):
        yield row.crew, _crew_line(row, start, desk.words, None)


class _Rank(IntEnum):
    """How readily a crew is sent."""

    SUGGESTED = 0
    CAN = 1
    HAS_A_JOB = 2
    CANNOT = 3
    SENT = 4


def _ranks(
    about: str, offers: Offers | None, view: DispatchView, *, diverts: bool
) -> Mapping[str, tuple[_Rank, int, str]]:
    """Each crew's rank, and its place in the order of arrival where that is known of the incident *about*."""
    known = {} if offers is None else {one.crew: (place, one) for place, one in enumerate(offers.crews)}
    suggested = None if offers is None or offers.suggestion is None else offers.suggestion.crew

    def rank(row: CrewRow, offer: Offer | None) -> _Rank:
        if row.incident == about:
            return _Rank.SENT
        if not row.on_shift or row.state is CrewState.OFF or (offer is not None and offer.why_not is not None):
            return _Rank.CANNOT
        if row.crew == suggested:
            return _Rank.SUGGESTED
        return _Rank.HAS_A_JOB if row.incident is not None and not diverts else _Rank.CAN

    found = {row.crew: known.get(row.crew, (len(known), None)) for row in view.crews}
    return {row.crew: (rank(row, found[row.crew][1]), found[row.crew][0], row.crew) for row in view.crews}


def _crew_line(row: CrewRow, start: str, words: Words, offers: Offers | None) -> Candidate:
    offer = None if offers is None else next((one for one in offers.crews if one.crew == row.crew), None)
    note, tone = "", "t2"
    if offer is not None and offer.sent:
        note = words.say("dispatch_told", "sent")
    elif offer is not None and offer.why_not is not None:
        note, tone = why_not_words(offer, words), "amber_text"
    elif offer is not None and offer.arrives_ms is not None:
        note = f"→ {moment_of(offer.arrives_ms):%H:%M}"
    return Candidate(f"{start} {row.crew} ", CREW_ICONS[row.state], row.crew, crew_state(row, words), note, tone)


def _orders(start: str, desk: Typed) -> Iterator[_Found]:
    for order in desk.view.orders:
        if order.open:
            yield order.number, _order_line(order, start, desk.words)


def _order_line(order: Order, start: str, words: Words) -> Candidate:
    told = f"{number_of(order.about)} → {order.receiver}"
    note = "" if order.next is None else words.say("order_do", order.next)
    return Candidate(f"{start} {order.number} ", "ring", order.number, told, note)


def _rules(start: str, desk: Typed, reading: Reading) -> Iterator[_Found]:
    number = reading.slots.get(Slot.INCIDENT, "")
    row = next((one for one in desk.view.queue if one.number == number), None)
    for place in () if row is None else row.clocks:
        clock = desk.view.clocks[place]
        left_s = desk.moment.left_s(place)
        told = "" if left_s is None else span(left_s)
        yield (
            clock.rule,
            Candidate(f"{start} {clock.rule} ", "clock_running", clock.rule, clock_label(clock, desk.words), told),
        )
