"""A workspace from making to opening again, and everything that can be wrong with one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import handmade
import numpy as np
import pytest
from same import differences

from app.errors import AppError
from app.journal.chain import flaws
from app.workspace import (
    Workspace,
    create_workspace,
    open_workspace,
    record_plan,
    record_valve_observed,
)
from app.workspace_files import CACHE, JOURNAL, NETWORK
from gis.errors import GisError
from gis.stores import sqlite
from network.assets import Condition, Position
from network.errors import CodedError

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "工作区"
    create_workspace(folder, handmade.noded(), sources=["pipes.gpkg"], now=NOW, actor="tester")
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Workspace]:
    workspace = open_workspace(folder)
    try:
        yield workspace
    finally:
        workspace.close()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, without the logs that SQLite makes and clears by itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_new_workspace_opens_as_it_was_made(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [CACHE, JOURNAL, NETWORK]
    with opened(folder) as workspace:
        assert list(differences(handmade.city(), workspace.city)) == []
        assert (workspace.meta.name, workspace.meta.synthetic) == ("手工城", True)
        assert workspace.faults() == handmade.FAULTS
        assert workspace.states.position.tolist() == [0, 1, 0, 0]
        kinds = [event.kind for event in workspace.journal.events()]
        assert kinds == ["workspace.created", "import.landed", "valves.assumed"]
        assert flaws(workspace.journal.events()) == []


def test_what_is_seen_of_a_valve_lasts(folder: Path) -> None:
    with opened(folder) as workspace:
        after = record_valve_observed(
            workspace, "V1", now=NOW, actor="wang", position=Position.CLOSED, condition=Condition.PASSING, note="滴漏"
        )
        assert after.states.position.tolist() == [1, 1, 0, 0], "the pump of the same id keeps its state"
        assert workspace.states.position.tolist() == [0, 1, 0, 0], "the old record does not change"
    with opened(folder) as workspace:
        assert workspace.states.position.tolist() == [1, 1, 0, 0]
        assert workspace.states.condition.tolist() == [2, 3, 3, 3]
        valves = workspace.store.layers(["valve"]).get("valve")
        assert (valves.text("current")[0], valves.text("condition")[0]) == ("closed", "passing")
        event = list(workspace.journal.events())[-1]
        assert "滴漏" not in event.body
        assert workspace.journal.text(event.facts["texts"]["note"]) == "滴漏"


def test_what_is_taken_back_returns_to_the_record(folder: Path) -> None:
    with opened(folder) as workspace:
        after = record_valve_observed(workspace, "V1", now=NOW, actor="wang", position=Position.CLOSED)
        wrong = list(workspace.journal.events())[-1].key
        after = record_valve_observed(after, "V1", now=NOW, actor="wang", corrects=[wrong])
        assert after.states.position.tolist() == [0, 1, 0, 0]
        assert workspace.store.layers(["valve"]).get("valve").text("current")[0] == "open"


def test_plans_are_kept(folder: Path) -> None:
    with opened(folder) as workspace:
        after, event = record_plan(workspace, {"close": ["V1"]}, now=NOW, actor="wang")
        assert after.state.plans == (event.key,)
    with opened(folder) as workspace:
        found = workspace.journal.event(event.key)
        assert found is not None
        assert found.facts == {"close": ["V1"]}


def test_nothing_is_written_about_a_valve_that_is_not_there(folder: Path) -> None:
    with opened(folder) as workspace:
        with pytest.raises(AppError, match="no_such_valve"):
            record_valve_observed(workspace, "V9", now=NOW, actor="wang", position=Position.OPEN)
        with pytest.raises(AppError, match="nothing_observed"):
            record_valve_observed(workspace, "V1", now=NOW, actor="wang")
        assert workspace.journal.state() == workspace.state


def test_two_windows_see_each_other(folder: Path) -> None:
    with opened(folder) as one, opened(folder) as two:
        record_valve_observed(one, "V1", now=NOW, actor="one", position=Position.CLOSED)
        after = record_valve_observed(two, "V3", now=NOW, actor="two", condition=Condition.INOPERABLE)
        assert after.states.position.tolist() == [1, 1, 0, 0]
        assert after.states.condition[2] == Condition.INOPERABLE
        assert flaws(two.journal.events()) == []


def test_a_network_file_that_is_behind_catches_up(folder: Path) -> None:
    with opened(folder) as workspace:
        behind = workspace.folder / "behind.sqlite"
        connection = sqlite.connect(folder / NETWORK)
        sqlite.backup(connection, behind)
        connection.close()
        record_valve_observed(workspace, "V1", now=NOW, actor="one", position=Position.CLOSED)
    behind.replace(folder / NETWORK)
    with opened(folder) as workspace:
        assert workspace.store.layers(["valve"]).get("valve").text("current")[0] == "closed"
        assert workspace.store.applied().last == workspace.state.heads


def test_a_journal_that_was_set_back_rules_and_goes_on_under_another_device(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as workspace:
        before = workspace.state.heads
        connection = sqlite.connect(folder / JOURNAL)
        sqlite.backup(connection, tmp_path / "old.sqlite")
        connection.close()
        record_valve_observed(workspace, "V1", now=NOW, actor="one", position=Position.CLOSED)
    # In place, as "cp" would do it: the file keeps its inode and so its fingerprint.
    (folder / JOURNAL).write_bytes((tmp_path / "old.sqlite").read_bytes())
    with opened(folder) as workspace:
        assert workspace.state.heads == before
        assert workspace.states.position.tolist() == [0, 1, 0, 0]
        assert workspace.store.layers(["valve"]).get("valve").text("current")[0] == "open"
        after = record_valve_observed(workspace, "V1", now=NOW, actor="one", position=Position.CLOSED)
        assert len(after.state.heads) == 2
        assert flaws(workspace.journal.events()) == []


def test_a_copied_workspace_goes_on_under_another_device(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    with opened(tmp_path / "copy") as copy, opened(folder) as first:
        there = record_valve_observed(copy, "V1", now=NOW, actor="a", position=Position.CLOSED)
        here = record_valve_observed(first, "V1", now=NOW + timedelta(hours=1), actor="b", position=Position.OPEN)
        assert len(there.state.heads) == 2
        assert len(here.state.heads) == 1


@pytest.mark.parametrize("harm", ["missing", "cut", "flipped", "stale"])
def test_a_cache_that_does_not_fit_is_made_again(folder: Path, harm: str) -> None:
    arrays = folder / CACHE / "city.arrays"
    content = arrays.read_bytes()
    harmed = {
        "missing": b"",
        "cut": content[:-10],
        "flipped": content[:-1] + bytes([content[-1] ^ 1]),
        "stale": content,
    }[harm]
    arrays.write_bytes(harmed)
    if harm == "missing":
        shutil.rmtree(folder / CACHE)
    if harm == "stale":
        connection = sqlite.connect(folder / NETWORK)
        connection.execute("UPDATE store_meta SET value = 'other' WHERE key = 'revision'")
        connection.close()
    with opened(folder) as workspace:
        assert list(differences(handmade.city(), workspace.city)) == []
    assert (folder / CACHE / "city.arrays").read_bytes() != harmed


def test_without_room_for_a_cache_it_works_from_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    shutil.rmtree(folder / CACHE)
    monkeypatch.setattr("app.workspace.save_city", full)
    with opened(folder) as workspace:
        assert list(differences(handmade.city(), workspace.city)) == []
        assert not workspace.cache.exists()


def test_a_long_log_gets_a_snapshot(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.workspace.SNAPSHOT_EVERY", 3)
    with opened(folder) as workspace:
        state = workspace.state
    with opened(folder) as workspace:
        assert workspace.journal.state_and_tail() == (state, 0)


def test_only_leftovers_of_processes_that_ended_are_cleared(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f".city.{pid}.partial" for pid in (child.pid, ended.pid, os.getpid())] + [".city.notes.partial", ".city2"]
    for name in names:
        (tmp_path / name).mkdir()
    create_workspace(tmp_path / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    left = {path.name for path in tmp_path.iterdir()}
    child.communicate(b"\n")
    assert left == {"city", names[0], ".city.notes.partial", ".city2"}


def refused(folder: Path) -> str:
    with pytest.raises(CodedError) as caught:
        open_workspace(folder)
    return caught.value.code


def test_what_is_no_workspace_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == "workspace.missing"
    (tmp_path / "file").write_text("x")
    assert refused(tmp_path / "file") == "workspace.missing"
    assert refused(tmp_path) == "workspace.not_a_workspace"
    (tmp_path / NETWORK).write_bytes(b"")
    assert refused(tmp_path) == "workspace.not_a_workspace"


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        (NETWORK, b"", "store.not_a_store"),
        (NETWORK, b"not a database " * 500, "workspace.unsound"),
        (JOURNAL, b"", "journal.not_a_journal"),
        (JOURNAL, b"not a database " * 500, "workspace.unsound"),
    ],
)
def test_a_damaged_file_is_named_and_nothing_changed(folder: Path, file: str, content: bytes, code: str) -> None:
    (folder / file).write_bytes(content)
    before = contents(folder)
    assert refused(folder) == code
    assert contents(folder) == before


@pytest.mark.parametrize(("schema", "code"), [("99", "store.newer_schema"), ("1", "store.older_schema")])
def test_a_network_file_of_another_version_is_refused(folder: Path, schema: str, code: str) -> None:
    connection = sqlite.connect(folder / NETWORK)
    connection.execute("UPDATE store_meta SET value = ? WHERE key = 'schema'", (schema,))
    connection.close()
    assert refused(folder) == code


def test_a_newer_journal_is_refused(folder: Path) -> None:
    connection = sqlite.connect(folder / JOURNAL)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    assert refused(folder) == "journal.newer_schema"


def test_a_folder_in_use_is_refused_and_left_alone(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    with pytest.raises(AppError, match="not_empty"):
        create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="tester")
    assert contents(folder) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError, match="not_a_folder"):
        create_workspace(tmp_path / "file", handmade.noded(), sources=[], now=NOW, actor="tester")


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="tester")
    with opened(folder) as workspace:
        assert workspace.meta.crs_epsg == 4548


def test_an_import_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise GisError("store.disk_full", path="x")

    monkeypatch.setattr("app.workspace.save_city", fail)
    with pytest.raises(GisError, match="disk_full"):
        create_workspace(tmp_path / "new", handmade.noded(), sources=[], now=NOW, actor="tester")
    assert list(tmp_path.iterdir()) == []


def test_unknown_crs_leaves_nothing(tmp_path: Path) -> None:
    noded = handmade.noded()
    layers = type(noded.layers)(999_999, noded.layers.layers)
    with pytest.raises(GisError, match="unknown_crs"):
        create_workspace(tmp_path / "new", type(noded)(noded.city, layers, ()), sources=[], now=NOW, actor="tester")
    assert list(tmp_path.iterdir()) == []


def test_states_are_their_own_arrays(folder: Path) -> None:
    with opened(folder) as workspace:
        assert not np.shares_memory(workspace.states.position, workspace.city.network.devices.position)
