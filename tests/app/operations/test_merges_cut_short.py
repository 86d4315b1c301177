"""A merge that is killed, a disk that is full: all of a bundle or nothing, and the same one again brings the rest."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dispatch_room import make_city
from field_room import FieldRoom, field_room, heads, refusal, silent
from full_disk import disk_of
from killing import killed, started
from soak import soak_count

from app.dispatch.acts import Note
from app.journal.chain import flaws
from app.journal.events import EventKey
from app.journal.log import Journal
from app.operations.bundling import bundle, merge
from app.operations.evidence import evidence_path
from app.operations.taking import Along, take
from app.workspace_files import JOURNAL
from network.errors import CodedError

MERGER = """
from datetime import UTC, datetime
from pathlib import Path
from app.journal.log import Journal
from app.operations import bundling

def told(before, act):
    def said(*given, **named):
        say(before)
        return act(*given, **named)
    return said

Journal.append = told("what comes", Journal.append)
Journal.give_places = told("its places", Journal.give_places)
bundling.keep_contents = told("a picture", bundling.keep_contents)

def write(folder):
    say("begins")
    bundling.merge(folder, folder.parent / "home.sluice", datetime(2026, 3, 12, 9, tzinfo=UTC), "desk")
"""
FULL = {"store.disk_full", "store.cannot_open"}
"""To SQLite a file that may not grow is another fault of the disk than one without room."""

STEPS = 5
"""It begins, says what comes, gives places, keeps two pictures."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldRoom]:
    """A laptop with two dozen entries and two pictures to bring."""
    place = tmp_path_factory.mktemp("field")
    room = field_room(make_city(place / "city"), place)
    room.work()
    for number in range(20):
        room.laptop.later(1).do(Note(room.number, f"step {number}"))
    room.photograph(b"another picture " * 200_000)
    yield room
    room.close()


@pytest.fixture(scope="module")
def home(room: FieldRoom) -> Path:
    return room.written()


@pytest.fixture(scope="module")
def merger() -> Iterator[subprocess.Popen[str]]:
    yield from started(MERGER)


def held(folder: Path) -> set[EventKey]:
    with closing(Journal.open(folder / JOURNAL)) as journal:
        assert flaws(journal.events()) == []
        assert journal.reach() == len([event for event in journal.events() if event.hub_seq])
        return {event.key for event in journal.events()}


def own(room: FieldRoom) -> set[EventKey]:
    """What the laptop brings."""
    return held(room.laptop_folder) - held(room.folder)


def check(
    room: FieldRoom, home: Path, merger: subprocess.Popen[str], place: Path, chance: random.Random, steps: int
) -> None:
    """Kill a merge just after so many *steps* began, and do it again."""
    place.mkdir()
    folder = Path(shutil.copytree(room.folder, place / "centre"))
    shutil.copy(home, place / "home.sluice")
    brought = own(room)
    killed(merger, folder, steps, chance.uniform(0, 0.01))
    there = held(folder) & brought
    assert there in (set(), brought), "all or nothing"
    assert there == brought or steps <= 3
    again = refusal(lambda: merge(folder, home, room.centre.now, "desk"))
    assert again == "" or (again, there) == ("bundle.known", brought)
    assert held(folder) >= brought
    with closing(Journal.open(room.laptop_folder / JOURNAL)) as journal:
        pictures = [event.facts["photo"] for event in journal.events() if "photo" in event.facts]
    assert [evidence_path(folder, name) is not None for name in pictures] == [True, True]
    assert refusal(lambda: merge(folder, home, room.centre.now, "desk")) == "bundle.known"
    shutil.rmtree(place)


@pytest.mark.parametrize("steps", range(1, STEPS + 1))
def test_a_merge_that_is_killed_is_done_again(
    room: FieldRoom, home: Path, merger: subprocess.Popen[str], tmp_path: Path, steps: int
) -> None:
    check(room, home, merger, tmp_path / "0", random.Random(steps), steps)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_merge_that_is_killed_is_done_again_very_often(
    room: FieldRoom, home: Path, merger: subprocess.Popen[str], tmp_path: Path
) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for number in range(soak_count(500)):
        check(room, home, merger, tmp_path / str(number), chance, 1 + number % STEPS)


def code_of(act: Callable[[], object]) -> str:
    try:
        act()
    except CodedError as error:
        return error.code
    return ""


def test_a_full_disk_leaves_what_was_there(room: FieldRoom, home: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(room.folder, tmp_path / "centre"))
    before, out, target = heads(folder), tmp_path / "x.sluice", tmp_path / "new"
    with disk_of(1000):
        assert code_of(lambda: bundle(room.laptop_folder, out, room.laptop.now)) == "cannot_write_file"
        taking = code_of(lambda: take(folder, target, Along("李", 1), room.centre.now, "desk", silent))
    assert taking in FULL
    assert heads(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["centre"]
    # Room to say what comes, and none for what it is.
    with disk_of(40_000):
        assert code_of(lambda: merge(folder, home, room.centre.now, "desk")) in FULL
    assert held(folder) & own(room) == set()
    # Room for the entries, and none for the larger picture.
    with disk_of(2_000_000):
        assert code_of(lambda: merge(folder, home, room.centre.now, "desk")) == "evidence.not_kept"
    assert held(folder) >= own(room)
    assert not [path for path in folder.rglob("*") if "partial" in path.name]
    done = merge(folder, home, room.centre.now, "desk")
    assert (done.events, done.pictures, done.missing) == (0, 1, 0)
