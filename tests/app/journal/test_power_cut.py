"""The power goes while a desk writes: every event that was acknowledged is there, the chain is whole.

A child writes events; a library loaded before libc bears witness of its writes and syncs in their order. From that any
moment can be a power cut: what was synced stands, and of what was not a random half is lost, some of it torn within a
sector's bounds, in any order. One run of the child serves every round.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from soak import soak_count

from app.journal.chain import flaws
from app.journal.log import Journal

HERE = Path(__file__).resolve().parent
NAME, WRITE, SYNC, TRUNCATE = range(4)
SECTOR = 512
EVENTS = 400

WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from app.journal.events import Draft
from app.journal.log import Journal

folder = Path(sys.argv[1])
journal = Journal.open(folder / "journal.sqlite")
told = os.open(folder / "told", os.O_WRONLY | os.O_CREAT, 0o600)
for number in range(int(sys.argv[2])):
    entity = f"incident/W{number % 7 + 1}"
    events = journal.append(
        [Draft("incident.happened", entity, {"fact": "crew.on_scene", "values": {"n": number}}, {"note": "x" * 3000}),
         Draft("crew.stated", "crew/1", {"state": "on_scene"})],
        datetime.now(UTC), "desk",
    )
    os.write(told, f"{events[-1].dev_seq:08d}\\n".encode())
os._exit(0)
"""


@dataclass(frozen=True)
class Act:
    """One thing that the child did to a file."""

    what: int
    file: str
    at: int
    data: bytes


def acts(trace: Path) -> Iterator[Act]:
    text, place, names = trace.read_bytes(), 0, dict[int, str]()
    while place < len(text):
        what, file, at, length = struct.unpack_from("=4q", text, place)
        place += 32
        data = text[place : place + length] if what in {NAME, WRITE} else b""
        place += len(data)
        if what == NAME:
            names[file] = Path(data.decode()).name
        else:
            yield Act(what, names[file], at, data)


@dataclass(frozen=True)
class Run:
    """The files as they were before, and what the child did to them."""

    before: dict[str, bytes]
    acts: tuple[Act, ...]

    def cut(self, chance: random.Random, moment: int) -> tuple[dict[str, bytearray], int]:
        """The files after a power cut at *moment*, and the last event that was acknowledged before it."""
        files = {name: bytearray(data) for name, data in self.before.items()}
        unsynced: dict[str, list[Act]] = {}
        acknowledged = 0
        for act in self.acts[:moment]:
            if act.file == "told":
                acknowledged = int(act.data)
            elif act.file.endswith("-shm"):
                continue
            elif act.what == SYNC:
                for one in unsynced.pop(act.file, []):
                    _done(files, one)
            else:
                unsynced.setdefault(act.file, []).append(act)
        for some in unsynced.values():
            lucky = [one for one in some if chance.random() < 0.5]
            chance.shuffle(lucky)
            for one in lucky:
                _done(files, _torn(one, chance))
        return files, acknowledged


def _torn(act: Act, chance: random.Random) -> Act:
    """*act*, every second time with only some of its sectors."""
    if act.what != WRITE or chance.random() < 0.5 or len(act.data) <= SECTOR:
        return act
    sectors = -(-len(act.data) // SECTOR)
    first = chance.randrange(sectors)
    last = chance.randrange(first, sectors) + 1
    return Act(WRITE, act.file, act.at + first * SECTOR, act.data[first * SECTOR : last * SECTOR])


def _done(files: dict[str, bytearray], act: Act) -> None:
    held = files.setdefault(act.file, bytearray())
    if act.what == TRUNCATE:
        del held[act.at :]
        held.extend(bytes(act.at - len(held)))
        return
    held.extend(bytes(max(0, act.at + len(act.data) - len(held))))
    held[act.at : act.at + len(act.data)] = act.data


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run of the child. Needs a C compiler, which the set-up of tests installs."""
    home = tmp_path_factory.mktemp("power")
    compiler = shutil.which("cc")
    assert compiler is not None, "no C compiler: make ready installs one for the tests"
    library, folder, trace = home / "witness.so", home / "journal", home / "trace"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "write_witness.c", "-ldl"], check=True)
    folder.mkdir()
    Journal.create(folder / "journal.sqlite").close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE.parents[2]),
        "LD_PRELOAD": str(library),
        "WITNESS_FOLDER": str(folder),
        "WITNESS_TRACE": str(trace),
    }
    subprocess.run([sys.executable, "-c", WRITER, folder, str(EVENTS)], check=True, env=environment)
    return Run(before, tuple(acts(trace)))


def check_cuts(run: Run, home: Path, rounds: int, chance: random.Random) -> None:
    for number in range(rounds):
        files, acknowledged = run.cut(chance, chance.randrange(len(run.acts) + 1))
        folder = home / str(number)
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        journal = Journal.open(folder / "journal.sqlite")
        try:
            found = list(journal.events())
            assert flaws(found) == []
            assert [event.dev_seq for event in found] == list(range(1, len(found) + 1))
            assert len(found) in {acknowledged, acknowledged + 2}, "what was acknowledged, and at most one more act"
            # Both events of an act, or neither; and the desk goes on.
            assert len(found) % 2 == 0
            journal.append([], datetime.now(UTC), "desk")
        finally:
            journal.close()
        shutil.rmtree(folder)


def test_the_witness_saw_writes_syncs_and_every_acknowledgement(run: Run) -> None:
    assert sum(act.file == "told" for act in run.acts) == EVENTS
    assert sum(act.what == SYNC and act.file == "journal.sqlite-wal" for act in run.acts) >= EVENTS
    # So much that the log was carried into the file on the way: cuts there are the dangerous ones.
    assert any(act.what == WRITE and act.file == "journal.sqlite" for act in run.acts)


def test_no_acknowledged_event_is_lost_when_the_power_goes(run: Run, tmp_path: Path) -> None:
    check_cuts(run, tmp_path, 10, random.Random(1))


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_no_acknowledged_event_is_lost_however_often_the_power_goes(run: Run, tmp_path: Path) -> None:
    check_cuts(run, tmp_path, soak_count(100), random.Random(random.getrandbits(64)))


def test_a_log_that_does_not_sync_would_be_found_out(run: Run, tmp_path: Path) -> None:
    careless = Run(run.before, tuple(act for act in run.acts if act.what != SYNC))
    with pytest.raises(Exception, match=r"acknowledged|damaged|malformed|assert"):
        check_cuts(careless, tmp_path, 10, random.Random(1))
