"""A dispatch desk killed in the middle of an act: what it had confirmed is there, nothing is half there."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import handmade
import pytest
from killing import killed, started
from soak import soak_count

from app.dispatch.board import Standards
from app.dispatch.rule_pack import standard_pack
from app.journal.chain import flaws
from app.operations.dispatch import open_dispatch, sheet
from app.workspace import create_workspace, open_workspace

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STANDARDS = Standards(standard_pack())

WRITER = """
from datetime import UTC, datetime
from pathlib import Path
import handmade
from app.dispatch.acts import Decide, Note, TakeReport
from app.dispatch.board import Standards
from app.dispatch.entries import Course, IncidentKind
from app.dispatch.rule_pack import standard_pack
from app.operations.dispatch import carry_out, open_dispatch
from app.operations.edit import Author
from app.workspace import open_workspace

standards = Standards(standard_pack())

def write(folder):
    desk = open_dispatch(open_workspace(folder), standards)
    turn, incident = 0, ""
    while True:
        now = datetime.now(UTC)
        if turn % 3 == 0:
            act = TakeReport(IncidentKind.BURST, handmade.EAST + 150.0, handmade.NORTH, note="w " * 400)
        elif turn % 3 == 1:
            act = Note(incident, "note " * 400)
        else:
            act = Decide(incident, Course.CANCEL, "reason " * 100)
        desk, done = carry_out(desk, act, Author("a"), now)
        incident = done.about
        say(turn % 3, done.about, len(done.events), *done.events[-1])
        turn += 1
"""


@pytest.fixture(scope="module")
def writer() -> Iterator[subprocess.Popen[str]]:
    yield from started(WRITER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    return tmp_path / "city"


def check(writer: subprocess.Popen[str], folder: Path, chance: random.Random) -> None:
    said = [line.split() for line in killed(writer, folder, chance.randint(3, 6), chance.uniform(0, 0.01))]
    sizes = {int(turn): int(size) for turn, _, size, _, _ in said}
    last_turn, _, _, dev, seq = said[-1]
    workspace = open_workspace(folder)
    try:
        assert flaws(workspace.journal.events()) == []
        beyond = workspace.state.heads[dev] - int(seq)
        assert beyond in {0, sizes[(int(last_turn) + 1) % 3]}, "confirmed, and at most one more act, whole"
        desk = open_dispatch(workspace, STANDARDS)
        for _, entity, _, writer_dev, writer_seq in said:
            shown = sheet(desk, entity, datetime.now(UTC))
            assert shown is not None
            line = next(line for line in shown.lines if line.key == (writer_dev, int(writer_seq)))
            assert all(line.texts.values()), "its words are kept with it"
    finally:
        workspace.close()


def test_a_desk_killed_in_the_middle_of_acts(writer: subprocess.Popen[str], folder: Path) -> None:
    chance = random.Random(5)
    for _ in range(25):
        check(writer, folder, chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_desk_killed_in_the_middle_of_acts_very_often(writer: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    rounds = soak_count(2000)
    for number in range(rounds):
        # A journal that grows with every round would be read anew each time: forty rounds share one.
        folder = tmp_path / f"city{number // 40}"
        if not folder.exists():
            create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
        check(writer, folder, chance)
