"""A process killed in the middle of writing: what it had confirmed is there, nothing is half there."""

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

from app.journal.chain import flaws
from app.workspace import create_workspace, open_workspace
from app.workspace_files import JOURNAL, NETWORK
from gis.stores import sqlite

NOW = datetime(2026, 3, 1, tzinfo=UTC)

WRITER = """
from datetime import UTC, datetime
from pathlib import Path
from app.workspace import open_workspace, record_valve_observed
from network.assets import Condition, Position

def write(folder):
    workspace = open_workspace(folder)
    number = 0
    while True:
        number += 1
        workspace = record_valve_observed(
            workspace, "V1", now=datetime.now(UTC), actor="a" * 500, note="note " * 400,
            position=Position(number % 2), condition=Condition(number % 4),
        )
        key = max(workspace.state.heads.items())
        say(*key, number % 2, number % 4)
"""

MAKER = """
from datetime import UTC, datetime
from pathlib import Path
import handmade
from app.workspace import create_workspace

noded = handmade.noded()

def write(folder):
    say("start")
    create_workspace(folder, noded, sources=[], now=datetime.now(UTC), actor="a")
"""


@pytest.fixture(scope="module")
def writer() -> Iterator[subprocess.Popen[str]]:
    yield from started(WRITER)


@pytest.fixture(scope="module")
def maker() -> Iterator[subprocess.Popen[str]]:
    yield from started(MAKER)


def check_writer(writer: subprocess.Popen[str], folder: Path, chance: random.Random) -> None:
    said = killed(writer, folder, chance.randint(1, 4), chance.uniform(0, 0.01))
    dev, dev_seq, position, condition = said[-1].split()
    for name in (JOURNAL, NETWORK):
        connection = sqlite.connect(folder / name, spatial=name == NETWORK)
        assert sqlite.integrity_faults(connection) == []
        connection.close()
    workspace = open_workspace(folder)
    try:
        assert flaws(workspace.journal.events()) == []
        assert workspace.state.heads[dev] in {int(dev_seq), int(dev_seq) + 1}, "confirmed, and at most one more"
        if workspace.state.heads[dev] == int(dev_seq):
            assert (workspace.states.position[0], workspace.states.condition[0]) == (int(position), int(condition))
        assert workspace.store.applied().last == workspace.state.heads
        assert (
            workspace.store.layers(["valve"]).get("valve").text("current")[0]
            == ("open", "closed")[workspace.states.position[0]]
        )
    finally:
        workspace.close()


def check_maker(maker: subprocess.Popen[str], parent: Path, chance: random.Random) -> None:
    folder = parent / f"city{chance.random()}"
    killed(maker, folder, 1, chance.uniform(0, 0.15))
    if folder.exists():
        open_workspace(folder).close()
    else:
        create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="b")
        open_workspace(folder).close()
    assert [path for path in parent.iterdir() if path.name.startswith(f".{folder.name}")] == [], "leftovers are cleared"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    return tmp_path / "city"


def test_killed_while_writing(writer: subprocess.Popen[str], folder: Path) -> None:
    chance = random.Random(1)
    for _ in range(25):
        check_writer(writer, folder, chance)


def test_killed_while_making(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(2)
    for _ in range(8):
        check_maker(maker, tmp_path, chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_killed_while_writing_very_often(writer: subprocess.Popen[str], folder: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for _ in range(soak_count(2000)):
        check_writer(writer, folder, chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_killed_while_making_very_often(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for _ in range(soak_count(300)):
        check_maker(maker, tmp_path, chance)
