"""Examining a workspace, and backing it up while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import handmade
import pytest
from same import differences

from app.errors import AppError
from app.journal.chain import Flaw
from app.workspace import Workspace, create_workspace, open_workspace, record_valve_observed
from app.workspace_care import back_up, examine, refuse_unsound
from app.workspace_files import JOURNAL, NETWORK
from gis.stores import sqlite
from network.assets import Position

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    return tmp_path / "city"


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with closing(open_workspace(folder)) as workspace:
        yield workspace


def test_a_sound_workspace(folder: Path, workspace: Workspace) -> None:
    record_valve_observed(workspace, "V1", now=NOW, actor="a", position=Position.CLOSED)
    assert examine(folder).sound
    refuse_unsound(folder)


def test_a_changed_event_is_found(folder: Path) -> None:
    connection = sqlite.connect(folder / JOURNAL)
    connection.execute("DROP TRIGGER event_stays")
    connection.execute("UPDATE event SET body = replace(body, 'pipes', 'mains') WHERE dev_seq = 2")
    connection.close()
    health = examine(folder)
    assert [(flaw.key[1], flaw.flaw) for flaw in health.chain] == [(2, Flaw.CHANGED)]
    assert not health.sound
    with pytest.raises(AppError, match="tampered"):
        refuse_unsound(folder)


def test_a_damaged_page_is_found(folder: Path) -> None:
    path = folder / NETWORK
    content = bytearray(path.read_bytes())
    at = content.rindex("银杏路口东".encode())
    content[at - 40 : at] = bytes(40)
    path.write_bytes(content)
    assert examine(folder).network != ()
    with pytest.raises(AppError, match="unsound"):
        refuse_unsound(folder)


def test_a_backup_of_an_open_workspace_opens(folder: Path, workspace: Workspace, tmp_path: Path) -> None:
    after = record_valve_observed(workspace, "V1", now=NOW, actor="a", position=Position.CLOSED)
    back_up(folder, tmp_path / "copy")
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [JOURNAL, NETWORK]
    assert examine(tmp_path / "copy").sound
    with closing(open_workspace(tmp_path / "copy")) as copy:
        assert copy.state == after.state
        assert list(differences(workspace.city, copy.city)) == []
        assert copy.states.position.tolist() == after.states.position.tolist()
        later = record_valve_observed(copy, "V1", now=NOW, actor="a", position=Position.OPEN)
        assert len(later.state.heads) == 2, "a copy goes on under a device id of its own"


def test_a_backup_overwrites_nothing(folder: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(AppError, match="not_empty"):
        back_up(folder, folder)
    with pytest.raises(AppError, match="missing"):
        back_up(tmp_path / "nowhere", tmp_path / "copy")
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError, match="cannot_write"):
        back_up(folder, tmp_path / "file" / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == [*before, "file"]


def test_a_workspace_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(AppError, match="cannot_write"):
        create_workspace(tmp_path / "file" / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
