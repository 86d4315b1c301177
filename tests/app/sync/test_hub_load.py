"""A few of the benchmark's consoles for a moment: everybody hears of everything, in one order, without gaps."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from app.journal.chain import flaws
from app.journal.fold import State, fold
from app.journal.hub import HubJournal

sys.path.append(str(Path(__file__).parents[3] / "benchmarks"))
from hub_load import Load, delays, run, years


def test_a_few_consoles_write_and_all_hear_of_it(database: str) -> None:
    HubJournal.create(database).close()
    lives = run(Load(database, consoles=6, rate=4.0, seconds=1.5, processes=1))
    assert len(lives) == 6
    found = delays(lives)
    assert len(found.committed) == len(found.seen_by_all) == 36
    assert all(seen > 0 for seen in found.seen_by_all)
    with closing(HubJournal.open(database)) as hub:
        assert hub.top() == 36, "what makes a connection ready is taken back"
        assert flaws(hub.events()) == []


def test_years_are_whole_chains(database: str) -> None:
    events = years(600, 3)
    with closing(HubJournal.create(database, lambda hub: hub.fill(events, lambda _: ()))) as hub:
        state = fold(State(), hub.events())
    assert (state.events, len(state.valves), state.unknown) == (600, 20, ())
