"""What is shown of a workspace before it is open is never what is no longer so."""

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from little_city import little_workspace

from app.early_city import as_seen, data_of
from app.journal.assets import ASSET_KINDS
from app.journal.events import Draft
from app.journal.fold import FOLD_VERSION
from app.journal.log import Journal
from app.operations.desk_cache import SightKeeper, prepare_cache
from app.operations.first_sight import early_city
from app.workspace import open_workspace, record_valve_observed
from gis.cache import save_city, save_tables
from gis.stores import sqlite
from gis.stores.revision import stored_revision
from network.assets import Position
from network.topology import DeviceStates

NOW = datetime(2026, 3, 12, 6, 0, tzinfo=UTC)
VALVE = "V-H2-1A"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = little_workspace(tmp_path_factory.mktemp("seen") / "town")
    _open_and_keep(folder)
    return folder


@pytest.fixture
def town(master: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(master, tmp_path / "town"))


def _open_and_keep(folder: Path) -> None:
    """As the desk does."""
    workspace = open_workspace(folder)
    prepare_cache(workspace)
    SightKeeper().keep(workspace)
    workspace.close()


def _turn(folder: Path, *, keep: bool) -> None:
    workspace = open_workspace(folder)
    keeper = SightKeeper()
    keeper.keep(workspace)
    after = record_valve_observed(
        workspace, VALVE, now=NOW, actor="a", position=Position.CLOSED, condition=None, note=""
    )
    if keep:
        keeper.keep(after)
    after.close()


def _append(folder: Path, kind: str) -> None:
    workspace = open_workspace(folder)
    workspace.journal.append([Draft(kind, "pipe/P-H2-2", {})], NOW, "a")
    workspace.close()


def test_a_workspace_that_was_open_before_can_be_shown_as_it_is(town: Path) -> None:
    early = early_city(town)
    workspace = open_workspace(town)
    assert early is not None
    assert early.revision == workspace.meta.revision
    assert early.states.position.tolist() == workspace.states.position.tolist()
    assert early.states.condition.tolist() == workspace.states.condition.tolist()
    assert as_seen(early, workspace.cache, workspace.city, workspace.states) == (early.city, early.states)
    workspace.close()


def test_a_valve_that_was_turned_since_is_not_shown_as_it_was(town: Path) -> None:
    _turn(town, keep=False)
    assert early_city(town) is None


def test_a_valve_that_the_desk_knows_of_is_shown_as_it_is(town: Path) -> None:
    _turn(town, keep=True)
    early = early_city(town)
    assert early is not None
    row = early.city.network.devices.ids.find(VALVE)
    assert early.states.position[row] == Position.CLOSED


@pytest.mark.parametrize(("kind", "shown"), [*((kind, False) for kind in ASSET_KINDS), ("plan.made", True)])
def test_what_was_written_since_counts_where_it_is_about_the_network(town: Path, kind: str, shown: bool) -> None:
    _append(town, kind)
    assert (early_city(town) is not None) is shown


def test_states_that_another_version_folded_are_left_to_the_desk(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("first_sight", "desk_cache"):
        monkeypatch.setattr(f"app.operations.{module}.FOLD_VERSION", FOLD_VERSION + 1)
    assert early_city(town) is None
    _open_and_keep(town)
    assert early_city(town) is not None, "kept anew"


def test_a_picture_kept_before_versions_were_is_left_to_the_desk(town: Path) -> None:
    @dataclass(frozen=True)
    class Kept:
        data: str
        states: DeviceStates
        heads: Mapping[str, int]

    early = early_city(town)
    assert early is not None
    with closing(Journal.open(town / "journal.sqlite")) as journal:
        kept = Kept(early.data, early.states, journal.heads())
    save_tables(town / "cache", "sight", kept, early.revision)
    assert early_city(town) is None
    _open_and_keep(town)
    assert early_city(town) is not None


def test_a_journal_that_was_set_back_is_left_to_the_desk(town: Path, tmp_path: Path) -> None:
    before = shutil.copy(town / "journal.sqlite", tmp_path / "before.sqlite")
    _turn(town, keep=True)
    assert early_city(town) is not None
    for path in town.glob("journal.sqlite*"):
        path.unlink()
    shutil.copy(before, town / "journal.sqlite")
    assert early_city(town) is None


def test_arrays_of_another_state_are_not_taken(town: Path) -> None:
    workspace = open_workspace(town)
    save_city(workspace.cache, workspace.city, f"{workspace.meta.revision}-another")
    workspace.close()
    assert early_city(town) is None


def test_another_import_is_not_taken_for_this_one(town: Path) -> None:
    connection = sqlite.connect(town / "network.sqlite")
    connection.execute("UPDATE store_meta SET value = 'another' WHERE key = 'revision'")
    connection.close()
    assert stored_revision(town / "network.sqlite") == "another"
    assert early_city(town) is None


@pytest.mark.parametrize("name", ["city", "scene", "sight"])
def test_harmed_arrays_are_not_shown(town: Path, name: str) -> None:
    path = town / "cache" / f"{name}.arrays"
    data = path.read_bytes()
    kept = len(data) * 3 // 4  # between arrays lie bytes that mean nothing
    path.write_bytes(data[:kept] + bytes(byte ^ 1 for byte in data[kept:]))
    assert early_city(town) is None


@pytest.mark.parametrize("gone", ["cache", "cache/sight.arrays", "journal.sqlite", "network.sqlite"])
def test_what_is_not_there_is_left_to_the_desk(town: Path, gone: str) -> None:
    path = town / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert early_city(town) is None
    assert not path.exists()


def test_a_file_that_is_no_network_is_left_to_the_desk(town: Path) -> None:
    shutil.copy(town / "journal.sqlite", town / "network.sqlite")
    assert early_city(town) is None


def test_a_disk_without_room_keeps_nothing_and_says_nothing(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    _turn(town, keep=False)
    monkeypatch.setattr("app.operations.desk_cache.save_tables", full)
    workspace = open_workspace(town)
    SightKeeper().keep(workspace)
    workspace.close()
    assert early_city(town) is None


def test_what_was_seen_holds_only_for_the_same_arrays(town: Path, tmp_path: Path) -> None:
    early = early_city(town)
    assert early is not None
    assert early.data == data_of(town / "cache")
    other = Path(shutil.copytree(town, tmp_path / "other"))
    workspace = open_workspace(other)
    assert as_seen(early, workspace.cache, workspace.city, workspace.states) == (workspace.city, workspace.states)
    workspace.close()
