"""Entries that say anything at all, well chained: every console goes on, and passes them on as they are.

What is in the journal stays there: an entry that ended whoever reads it would end every console for good.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from dispatch_room import START, Room, make_city

import app.dispatch
import app.hydrants
import app.outages
import app.public
import app.sync
from app.bootstrap import main
from app.journal import clock
from app.journal.bodies import Bodies
from app.journal.chain import flaws
from app.journal.events import LATEST_MS, Draft, Event, hash_of
from app.journal.fold import KNOWN, State, fold
from app.journal.log import Journal
from app.operations.disputes import disputes_of
from app.operations.known_works import known_works, lapsed_works
from app.workspace_files import JOURNAL

YEAR_33658, YEAR_146000000 = 10**15, 2**62
NASTY: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**53, -(2**53), YEAR_33658, -YEAR_33658, YEAR_146000000, 1e308, 0.5, "", "x", "P2", "V1",
    "抢03", "incident/W1", "W1", "crew/抢03", "x" * 199, "\u202e", "a/../b", "2026-03-12T06:00:00+08:00", "open",
    "closed", [], ["V1"], ["V1", "V1"], {}, {"a": 1}, {"dn_mm": -1.0}, [["d", 1]], ["d", 1], [0.0, 0.0], {"note": "x"},
    {"V1": "closed"}, {"until_ms": YEAR_33658}, ["leak"], "fire", 1_773_295_200_000,
)  # fmt: skip
ENTITIES = {
    "incident": ("incident/W1", "incident/W9", "incident/", "incident/\n"), "crew": ("crew/抢03", "crew/x", "crew/"),
    "order": ("incident/W1", "order/x"), "alarm": ("alarm/x",), "complaint": ("complaint/1", "complaint/"),
    "outage": ("outage/1", "outage/"), "valve": ("valve/V1", "valve/x", "valve/"), "laptop": ("laptop/a", "laptop/"),
    "asset": ("asset/pipe/P2", "asset/pipe", "asset/x/y", "asset/valve/V1"), "escalation": ("escalation/1",),
    "hydrant": ("hydrant_use/Y1", "hydrant_use/Y²", "hydrant_use/", "hydrant/1"),
}  # fmt: skip
FIELDS = (
    "position", "condition", "corrects", "turns", "edit", "origin", "fields", "place", "proposal", "decision", "key",
    "erased", "shown", "held", "devices", "until_ms", "reach", "order", "valves", "closed", "pipe", "offset_m",
)  # fmt: skip
"""Of kinds whose bodies no list describes."""


def described() -> dict[str, Mapping[str, Any]]:
    """The fields of each kind whose bodies are described, each with the check of what it holds."""
    found: dict[str, Mapping[str, Any]] = {}
    for package in (app.dispatch, app.hydrants, app.outages, app.public, app.sync):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, Bodies):
                    found |= {str(kind): fields for kind, (fields, _) in one.fields.items()}
    return found


def any_drafts(chance: Random, count: int) -> Iterator[Draft]:
    """Entries of every kind, of which most are such as their checks let through."""
    kinds = described()
    assert len(kinds) > 25
    for at in range(count):
        kind = sorted(KNOWN)[at % len(KNOWN)]
        fields = kinds.get(kind, dict.fromkeys(FIELDS, lambda _: True))
        fitting = {name: [one for one in NASTY if check(one)] for name, check in fields.items()}
        body = {name: chance.choice(some) for name, some in fitting.items() if some and chance.random() < 0.8}
        if body and chance.random() < 0.2:
            body[chance.choice([*body, "texts"])] = chance.choice(NASTY)
        at_ms = chance.choice([None, None, 0, YEAR_33658, -YEAR_33658, YEAR_146000000])
        yield Draft(kind, chance.choice(ENTITIES.get(kind.partition(".")[0], ("x",))), body, {}, at_ms)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = make_city(tmp_path / "city")
    with closing(Room(folder)) as room:
        room.leak()
        room.crew()
    return folder


def all_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the commands say that look at everything; none ends otherwise than by its own words."""
    with closing(Room(folder)) as room:
        view = room.later(30).view()
        disputes_of(room.desk.workspace, room.desk.board)
        known_works(room.desk.workspace, 0, room.ms())
        lapsed_works(room.desk.workspace, room.ms())
        room.leak()
    shown = [["incident", str(folder), "--json", "--show", row.number] for row in view.queue]
    lists = [["incident", str(folder), "--json"], ["laptop", "list", str(folder)]]
    lists += [["complaint", str(folder), "list"], ["hydrant", str(folder), "list", "--all"]]
    for words in (*lists, *shown, *([one, str(folder)] for one in ("log", "crew", "disputes", "check"))):
        assert main(words) in {0, 1, 2}, words
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return told.out


def test_whatever_entries_say_every_console_goes_on(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Journal.open(city / JOURNAL)) as journal:
        said = journal.append(any_drafts(Random(8), 600), START, "li")
    assert "W1" in all_is_shown(city, capsys)
    with closing(Journal.open(city / JOURNAL)) as journal:
        assert [event.hash for event in journal.events() if event.key in {one.key for one in said}] == [
            one.hash for one in said
        ], "and passes them on"
        assert flaws(journal.events()) == []


@pytest.mark.parametrize(
    "hlc", ["", "zzz", "99999999999999999999.0", "9999999999999.99999", "-1.0", "１７７２０００００００００.00000"]
)
def test_a_clock_that_says_anything_stops_nobody_from_writing(
    city: Path, hlc: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = Event("x", 1, 0, hlc, 1, "li", "", "incident.noted", 1, "incident/W1", "{}", "", "")
    with closing(Journal.open(city / JOURNAL)) as journal:
        journal.take_in([replace(event, hash=hash_of(event))])
    assert "W1" in all_is_shown(city, capsys)


def test_what_happened_at_no_time_that_calendars_know_is_kept_and_believed_in_nothing() -> None:
    event = Event(
        "x", 1, 0, clock.BEGINNING, 1, "li", "", "valve.observed", 1, "valve/V1", '{"position":"closed"}', "", ""
    )
    for at_ms, known in ((LATEST_MS - 1, True), (LATEST_MS, False), (-(2**62), False), (YEAR_33658, False)):
        told = replace(event, eff_at_ms=at_ms)
        state = fold(State(), [replace(told, hash=hash_of(told))])
        assert (state.valves != {}, state.unknown) == (known, () if known else (("x", 1),))
