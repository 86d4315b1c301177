"""Files harmed at random: a workspace opens, or says with a code that it is damaged; it never fails otherwise."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import handmade
import pytest
from soak import soak_count

from app.workspace import create_workspace, open_workspace, record_valve_observed
from app.workspace_care import examine
from app.workspace_files import CACHE, JOURNAL, NETWORK
from network.assets import Position
from network.errors import CodedError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAMAGED = {
    "store.damaged",
    "store.not_a_store",
    "store.newer_schema",
    "store.older_schema",
    "journal.not_a_journal",
} | {
    "journal.newer_schema",
    "workspace.unsound",
    "workspace.tampered",
    "store.cannot_open",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
    with closing(open_workspace(folder)) as workspace:
        record_valve_observed(workspace, "V1", now=NOW, actor="a", position=Position.CLOSED, note="x")
    shutil.rmtree(folder / CACHE)
    return folder


def harmed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    kind = chance.choice(["bit", "bytes", "hole", "cut"])
    at = chance.randrange(len(changed))
    if kind == "bit":
        changed[at] ^= 1 << chance.randrange(8)
    elif kind == "bytes":
        for _ in range(chance.randint(2, 200)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    elif kind == "hole":
        end = min(len(changed), at + chance.randint(1, 8192))
        changed[at:end] = bytes(end - at)
    return bytes(changed[:at]) if kind == "cut" else bytes(changed)


def use(folder: Path) -> None:
    with closing(open_workspace(folder)) as workspace:
        workspace.faults()
        workspace.store.layers()
        workspace.store.outside_edits()


def try_once(folder: Path, chance: random.Random) -> None:
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    path = copy / chance.choice([NETWORK, JOURNAL])
    path.write_bytes(harmed(path.read_bytes(), chance))
    for action in (examine, use):
        try:
            action(copy)
        except CodedError as refusal:
            if refusal.code not in DAMAGED:
                raise


def test_harmed_at_random(folder: Path) -> None:
    chance = random.Random(4)
    for _ in range(40):
        try_once(folder, chance)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_harmed_at_random_very_often(folder: Path) -> None:
    chance = random.Random(random.getrandbits(64))  # the seed that the run prints decides
    for _ in range(soak_count(3000)):
        try_once(folder, chance)


def test_contents_that_nobody_wrote(folder: Path) -> None:
    """The file is sound as a file, and the journal's chain tells that its contents are not."""
    path = folder / JOURNAL
    path.write_bytes(path.read_bytes().replace(b'{"position":"closed"', b'{"position":"clozed"'))
    with pytest.raises(CodedError) as caught:
        open_workspace(folder)
    assert caught.value.code == "workspace.tampered"
