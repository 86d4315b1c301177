"""A laptop whose console is killed at any moment: what it had confirmed comes home, nothing is half there."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import make_city
from field_room import FieldRoom, field_room, refusal
from killing import killed, started
from soak import soak_count

from app.journal.chain import flaws
from app.journal.log import Journal
from app.operations.bundling import bundle, merge
from app.operations.evidence import evidence_path
from app.workspace import open_workspace
from app.workspace_files import JOURNAL

WRITER = """
from datetime import UTC, datetime, timedelta
from pathlib import Path
from app.dispatch.acts import Note, TellFieldPlan, Turn, WorkValve
from app.dispatch.board import Standards
from app.dispatch.rule_pack import standard_pack
from app.dispatch.valve_work import ValveStage
from app.operations.bundling import bundle
from app.operations.dispatch import carry_out, open_dispatch
from app.operations.edit import Author
from app.operations.evidence import keep_evidence
from app.workspace import open_workspace

standards, crew = Standards(standard_pack()), Author("field", role="crew/R03")

def write(folder):
    now = datetime(2026, 3, 12, 8, tzinfo=UTC)
    desk = open_dispatch(open_workspace(folder), standards)
    incident = next(iter(desk.board.incidents))
    turn = desk.workspace.state.events
    while True:
        now += timedelta(seconds=1)
        picture = folder.parent / "picture.jpg"
        picture.write_bytes(b"picture %d " % turn * 20_000)
        name = keep_evidence(folder, picture)
        acts = [
            WorkValve(incident, "V2", ValveStage.WILL_NOT_TURN),
            TellFieldPlan(incident, {"close": ["V1"], "customers_out": [f"C{number}" for number in range(2_000)]}),
            Turn(incident, "V2", "open" if turn % 2 else "closed"),
            Note(incident, "words " * 200, photo=name),
        ]
        for act in acts:
            desk, done = carry_out(desk, act, crew, now)
            say("did", *done.events[-1], name if act is acts[-1] else "")
        bundle(folder, folder.parent / "home.sluice", now)
        say("bundled", "", 0, "")
        turn += 1
"""
WHEN = datetime(2026, 3, 13, tzinfo=UTC)


@pytest.fixture(scope="module")
def writer() -> Iterator[subprocess.Popen[str]]:
    yield from started(WRITER)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FieldRoom]:
    place = tmp_path_factory.mktemp("field")
    room = field_room(make_city(place / "city"), place)
    room.laptop.close()
    yield room
    room.centre.close()


def check(room: FieldRoom, writer: subprocess.Popen[str], place: Path, chance: random.Random) -> None:
    """Kill the laptop three times on its way, and bring home what it holds after each."""
    place.mkdir()
    centre, laptop = (Path(shutil.copytree(one, place / one.name)) for one in (room.folder, room.laptop_folder))
    for number in range(3):
        said = [line.split() for line in killed(writer, laptop, chance.randint(1, 8), chance.uniform(0, 0.02))]
        if any(line[0] == "bundled" for line in said):
            # The file that it wrote last is whole: the one before it, or the new one.
            merge(centre, place / "home.sluice", WHEN, "desk")
        with closing(open_workspace(laptop)) as workspace:
            assert flaws(workspace.journal.events()) == []
            held = {event.key for event in workspace.journal.events()}
        confirmed = [(line[1], int(line[2])) for line in said if line[0] == "did"]
        assert set(confirmed) <= held
        bundle(laptop, place / "after.sluice", WHEN + timedelta(minutes=number))
        after = refusal(lambda: merge(centre, place / "after.sluice", WHEN + timedelta(minutes=number), "desk"))  # noqa: B023 - called at once
        assert after in {"", "bundle.known"}
        with closing(Journal.open(centre / JOURNAL)) as journal:
            assert flaws(journal.events()) == []
            assert held <= {event.key for event in journal.events()}
            # An act is one event or two; of none only a part came.
            turned = [event for event in journal.events() if '"valve.turned"' in event.body]
            assert all(journal.event((one.dev, one.dev_seq + 1)) is not None for one in turned)
        for line in said:
            if len(line) > 3:
                assert evidence_path(centre, line[3]) is not None, "the picture of a note that was confirmed"
        (place / "home.sluice").unlink(missing_ok=True)
    shutil.rmtree(place)


def test_a_laptop_that_is_killed_brings_home_what_it_confirmed(
    room: FieldRoom, writer: subprocess.Popen[str], tmp_path: Path
) -> None:
    for number in range(2):
        check(room, writer, tmp_path / str(number), random.Random(number))


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_laptop_that_is_killed_very_often(room: FieldRoom, writer: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for number in range(soak_count(200)):
        check(room, writer, tmp_path / str(number), chance)
