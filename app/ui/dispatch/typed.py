"""What is typed about incidents and crews: a verb, then slots in any order; Chinese, pinyin initials or English.

``派 W121 抢07`` = ``p w121 q7`` = ``send W121 R07``. While a slot is open its candidates are listed with
what they would mean; once all are filled, the line says what Enter does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.dispatch.acts import Act, Record, Send, StateCrew, Turn
from app.dispatch.crews import CrewState
from app.dispatch.facts import FactKind
from app.dispatch.offers import Offers
from app.dispatch.view import CrewRow, DispatchView, QueueRow
from app.messages import Words
from app.ui.dispatch.faces import span
from app.ui.dispatch.model import moment_of
from app.ui.dispatch.present import CREW_ICONS, icon_of, place_of, size_of
from app.ui.dispatch.rows import Moment
from app.ui.dispatch.sections import crew_state

WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "send": ("派", "p", "send"),
        "arrive": ("到", "d", "arrive"),
        "restore": ("复", "f", "restore"),
        "close": ("关", "g", "close"),
        "open": ("开", "k", "open"),
        "show": ("看", "s", "show"),
    }
)
"""Words of each verb."""
SLOTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "send": ("incident", "crew"),
        "arrive": ("crew",),
        "restore": ("incident",),
        "close": ("valve",),
        "open": ("valve",),
        "show": ("incident",),
    }
)
_VERB_OF: Final = {word: verb for verb, words in WORDS.items() for word in words}
_NUMBERED = re.compile(r"^(\D*?)0*(\d+)(?:-\w+)?$")
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
        verb: One of :data:`WORDS`.
        heading: The verb and what is filled, for the popup's first line.
        candidates: For the slot that is open; empty where none is.
        act: What Enter does; None while a slot is open, and for "show".
        show: The incident that Enter brings to the front; "" for none.
        effect: The same in words.
    """

    verb: str
    heading: str
    candidates: tuple[Candidate, ...] = ()
    act: Act | None = None
    show: str = ""
    effect: str = ""


@dataclass(frozen=True, eq=False)
class Desk:
    """What a line is read against."""

    view: DispatchView
    moment: Moment
    words: Words
    selected: str = ""
    offers: Offers | None = None


def complete(text: str, desk: Desk) -> Completion | None:
    """What *text* means at *desk*; None where it is no line of this grammar, and is looked up as ever."""
    typed = text.strip().removeprefix("/").split()
    verb = _VERB_OF.get(typed[0].casefold()) if len(typed) > 1 or (typed and text.endswith(" ")) else None
    if verb is None:
        return None
    filled, left = _filled(SLOTS[verb], typed[1:], desk)
    open_slots = [slot for slot in SLOTS[verb] if slot not in filled]
    heading = " › ".join([desk.words.say("typed_verb", verb), *(_name(filled[slot]) for slot in filled)])
    if open_slots:
        slot = open_slots[0]
        found = _candidates(slot, left, typed, desk, filled.get("incident"))
        heading = f"{heading} › {desk.words.say('typed_slot', slot)}"
        if slot == "valve":
            # Valves are looked up in the city's index, as ever.
            return None
        return Completion(verb, heading, found, effect="" if found else desk.words.say("typed_slot", "nothing"))
    act, show = _meant(verb, filled, desk)
    names = {slot: _name(one) for slot, one in filled.items()}
    return Completion(verb, heading, (), act, show, desk.words.say("typed_effect", verb, names))


def turn_of(verb: str, valve: str, incident: str) -> Turn:
    """A valve that was looked up, turned for an incident."""
    return Turn(incident, valve, "closed" if verb == "close" else "open")


_Thing = QueueRow | CrewRow


def _filled(slots: tuple[str, ...], words: list[str], desk: Desk) -> tuple[dict[str, _Thing], str]:
    """What each word fills, and the last word that fills nothing yet."""
    filled: dict[str, _Thing] = {}
    left = ""
    for word in words:
        for slot in slots:
            one = _exact(slot, word, desk) if slot not in filled else None
            if one is not None:
                filled[slot] = one
                break
        else:
            left = word
    return filled, left


def _exact(slot: str, word: str, desk: Desk) -> _Thing | None:
    rows: tuple[_Thing, ...] = ()
    if slot == "incident":
        rows = tuple(row for row in desk.view.queue if row.is_open)
    elif slot == "crew":
        rows = desk.view.crews
    named = [row for row in rows if _says(word, _raw(row))]
    return named[0] if len(named) == 1 else None


def _raw(row: _Thing) -> str:
    return row.number if isinstance(row, QueueRow) else row.crew


def _says(word: str, name: str) -> bool:
    """Whether *word* names *name*: itself, or its number with a letter that may stand for a Chinese character."""
    if word.casefold() == name.casefold():
        return True
    typed, known = _NUMBERED.match(word.casefold()), _NUMBERED.match(name.casefold())
    if typed is None or known is None or typed.group(2) != known.group(2):
        return False
    letters, wanted = typed.group(1), known.group(1)
    return bool(letters) and (letters == wanted or (not wanted.isascii() and letters.isascii()))


def _name(row: _Thing) -> str:
    return f"{row.number} {row.place or row.pipe}".strip() if isinstance(row, QueueRow) else row.crew


def _candidates(slot: str, left: str, typed: list[str], desk: Desk, incident: _Thing | None) -> tuple[Candidate, ...]:
    kept = typed[:-1] if left and typed[-1] == left else typed
    base = " ".join(kept)
    lists: Mapping[str, Callable[[], list[tuple[_Thing, Candidate]]]] = {
        "incident": lambda: [_incident_line(row, base, desk) for row in desk.view.queue if row.is_open],
        "crew": lambda: [_crew_line(row, base, desk, incident) for row in _crews_in_order(desk, incident)],
        "valve": list,
    }
    near = left.casefold()
    found = [line for row, line in lists[slot]() if near in _raw(row).casefold() or _begins(near, _raw(row))]
    return tuple(found[:MOST_SHOWN])


def _begins(word: str, name: str) -> bool:
    """Whether *word* may be the beginning of *name*: its digits, after a letter for its Chinese character."""
    digits = "".join(letter for letter in word if letter.isdigit())
    known = _NUMBERED.match(name.casefold())
    letters = word.rstrip("0123456789")
    if known is None or (digits and not known.group(2).startswith(digits.lstrip("0"))):
        return False
    return not known.group(1).isascii() or known.group(1).startswith(letters)


def _incident_line(row: QueueRow, base: str, desk: Desk) -> tuple[_Thing, Candidate]:
    told = " ".join(part for part in (place_of(row, desk.words), size_of(row)) if part)
    left_s = None if row.pressing is None else desk.moment.left_s(row.pressing)
    note = "" if left_s is None else span(left_s)
    tone = "red_text" if left_s is not None and left_s < 0 else "t2"
    return row, Candidate(f"{base} {row.number} ", icon_of(row), row.number, told, note, tone)


def _crews_in_order(desk: Desk, incident: _Thing | None) -> list[CrewRow]:
    """Crews in the order in which they would be there, where that is known of the incident."""
    offers = _offers(desk, incident)
    rank = {} if offers is None else {one.crew: at for at, one in enumerate(offers.crews)}
    return sorted(desk.view.crews, key=lambda row: (rank.get(row.crew, len(rank)), row.crew))


def _offers(desk: Desk, incident: _Thing | None) -> Offers | None:
    wanted = incident.entity if isinstance(incident, QueueRow) else ""
    return desk.offers if desk.offers is not None and desk.offers.incident == wanted else None


def _crew_line(row: CrewRow, base: str, desk: Desk, incident: _Thing | None) -> tuple[_Thing, Candidate]:
    offers, words = _offers(desk, incident), desk.words
    offer = None if offers is None else next((one for one in offers.crews if one.crew == row.crew), None)
    note, tone = "", "t2"
    if offer is not None and offer.why_not is not None:
        note, tone = words.say("why_not", offer.why_not), "amber_text"
    elif offer is not None and offer.arrives_ms is not None:
        note = f"→ {moment_of(offer.arrives_ms):%H:%M}"
    line = Candidate(f"{base} {row.crew} ", CREW_ICONS[row.state], row.crew, crew_state(row, words), note, tone)
    return row, line


def _meant(verb: str, filled: Mapping[str, _Thing], desk: Desk) -> tuple[Act | None, str]:
    incident, crew = filled.get("incident"), filled.get("crew")
    entity = incident.entity if isinstance(incident, QueueRow) else desk.selected
    if verb == "send" and isinstance(crew, CrewRow):
        return Send(crew.crew, entity), entity
    if verb == "arrive" and isinstance(crew, CrewRow):
        return StateCrew(crew.crew, CrewState.ON_SCENE), crew.incident or ""
    if verb == "restore":
        return Record(entity, FactKind.WATER_BACK), entity
    return None, entity
