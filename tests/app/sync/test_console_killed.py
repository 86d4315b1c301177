"""A console that is killed while it writes and sends: what it was told is at the hub is there, and its log goes on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from subprocess import Popen

import pytest
from killing import killed, started
from soak import soak_count
from test_follower import first, hashes, placed, second, silent  # noqa: F401 - fixtures are found by their names

from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.operations.hub import exchange_now, join_hub, make_hub, verify_hub
from app.sync.membership import required
from app.workspace_care import examine
from app.workspace_files import JOURNAL

CONSOLE = """
from contextlib import closing
from datetime import UTC, datetime
from app.journal.events import Draft
from app.journal.hub import HubJournal
from app.journal.log import Journal
from app.sync.exchange import exchange_whole
from app.sync.membership import required
from app.workspace_files import JOURNAL

def write(folder):
    now = datetime(2026, 3, 1, 9, tzinfo=UTC)
    with closing(HubJournal.open(required(folder).address)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
        while True:
            drafts = [Draft("valve.observed", f"valve/V{n}", {"position": "closed"}, {"note": "x"}) for n in range(3)]
            journal.append(drafts, now, "王")
            exchange_whole(journal, hub)
            say(journal.reach())
"""


@pytest.fixture(scope="module")
def consoles() -> Iterator[Popen[str]]:
    yield from started(CONSOLE)


VERY_OFTEN = pytest.param(soak_count(1_000), None, marks=(pytest.mark.soak, pytest.mark.timeout(7200)), id="very often")


@pytest.mark.parametrize(("rounds", "seed"), [(8, 5), VERY_OFTEN])
def test_a_console_that_is_killed_loses_nothing_that_it_was_told(
    consoles: Popen[str],
    first: Path,  # noqa: F811
    second: Path,  # noqa: F811
    database: str,
    rounds: int,
    seed: int | None,
) -> None:
    make_hub(first, database)
    join_hub(second, database)
    # Without one of its own the seed that the run prints decides.
    chance = Random(random.getrandbits(64) if seed is None else seed)
    for _ in range(rounds):
        # Somewhere in writing, sending, taking in; a turn takes some milliseconds.
        said = killed(consoles, first, chance.randint(1, 3), chance.uniform(0, 0.02))
        reach = max(int(word) for word in said)
        with closing(HubJournal.open(required(second).address)) as hub:
            assert hub.top() >= reach, "what it was told is there"
        if chance.random() < 0.5:
            exchange_now(second)
    for folder in (first, second, first):
        exchange_now(folder)
    assert hashes(first) == hashes(second)
    assert placed(first) == placed(second)
    with closing(Journal.open(first / JOURNAL)) as journal:
        assert journal.pending_count() == 0
        assert len({event.dev for event in journal.events()}) <= 3, "it goes on under its name"
    assert examine(first).journal == examine(first).chain == ()
    assert verify_hub(first, silent) == len(hashes(first))
