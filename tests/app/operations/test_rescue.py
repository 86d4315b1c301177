"""What can still be read of a damaged workspace, on top of a backup."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import handmade
import pytest

from app.bootstrap import main
from app.errors import AppError
from app.journal.events import Event
from app.journal.log import Journal
from app.journal.writing import Draft
from app.operations.rescue import Lost, Rescued, rescue
from app.workspace import create_workspace, open_workspace, record_valve_observed
from app.workspace_care import back_up, examine
from app.workspace_files import EVIDENCE, JOURNAL, NETWORK, ORDER, RULES, SIGNING_KEY
from gis.errors import GisError
from network.assets import Position

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def turned(folder: Path, times: int, start: int = 0) -> None:
    """Valve V1 is seen closed and open, *times* times."""
    with closing(open_workspace(folder)) as workspace:
        for number in range(start, start + times):
            position = Position.CLOSED if number % 2 else Position.OPEN
            record_valve_observed(
                workspace,
                "V1",
                now=NOW + timedelta(minutes=number),
                actor="a",
                position=position,
                note=f"note {number}",
            )
        workspace.journal.settle()


def events_of(folder: Path) -> list[Event]:
    with closing(Journal.open(folder / JOURNAL, readonly=True)) as journal:
        return list(journal.events())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a city of 92 events and a backup from when it had 42."""
    folder = tmp_path_factory.mktemp("rescue")
    create_workspace(folder / "city", handmade.noded(), sources=[], now=NOW, actor="a")
    turned(folder / "city", 40)
    back_up(folder / "city", folder / "backup")
    turned(folder / "city", 50, 40)
    (folder / "city" / EVIDENCE).mkdir()
    (folder / "city" / EVIDENCE / "ab12.jpg").write_bytes(b"a photo")
    return folder


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "city", tmp_path / "city"))


def quiet(_step: str, _share: float | None = None) -> None:
    """Nobody watches."""


def harm(path: Path, after: bytes, length: int = 200) -> None:
    content = bytearray(path.read_bytes())
    at = content.index(after)
    content[at : at + length] = bytes(length)
    path.write_bytes(content)


def test_of_a_damaged_journal_everything_before_the_damage_is_kept(made: Path, city: Path, tmp_path: Path) -> None:
    before = events_of(city)
    device, last = before[-1].key
    spoilt = before[-10]
    harm(city / JOURNAL, spoilt.hash.encode(), 64)
    assert not examine(city).sound
    untouched = (city / JOURNAL).read_bytes()
    done = rescue(city, made / "backup", tmp_path / "out", quiet)
    held = events_of(tmp_path / "out")
    assert held == before[: len(held)]
    assert len(held) >= len(events_of(made / "backup")) + 20, "more than the backup held"
    assert done.salvaged == len(held) - done.from_backup
    assert done.lost == (Lost(device, len(held) + 1, last),)
    assert done.own_network
    assert examine(tmp_path / "out").sound
    assert (city / JOURNAL).read_bytes() == untouched
    assert (tmp_path / "out" / EVIDENCE / "ab12.jpg").read_bytes() == b"a photo"
    with closing(open_workspace(tmp_path / "out")) as workspace:
        kept = workspace.journal.texts(held)
        assert len(kept) == sum(event.entity.endswith("V1") for event in held) > 80, "their notes came along"


def test_a_damaged_network_comes_from_the_backup_and_the_journal_is_whole(
    made: Path, city: Path, tmp_path: Path
) -> None:
    with closing(open_workspace(city)) as workspace:
        state = workspace.state
    harm(city / NETWORK, "银杏路口东".encode())
    done = rescue(city, made / "backup", tmp_path / "out", quiet)
    assert (done.own_network, done.lost) == (False, ())
    assert done.salvaged == 50
    with closing(open_workspace(tmp_path / "out")) as workspace:
        assert workspace.state == state


def test_a_journal_without_its_first_page_leaves_the_backups(made: Path, city: Path, tmp_path: Path) -> None:
    content = bytearray((city / JOURNAL).read_bytes())
    content[:4096] = bytes(4096)
    (city / JOURNAL).write_bytes(content)
    done = rescue(city, made / "backup", tmp_path / "out", quiet)
    assert done == Rescued(len(events_of(made / "backup")), 0, (), all_known=False, own_network=True)
    assert events_of(tmp_path / "out") == events_of(made / "backup")


def test_without_a_backup_a_sound_network_is_enough(city: Path, tmp_path: Path) -> None:
    before = events_of(city)
    done = rescue(city, None, tmp_path / "out", quiet)
    assert (done.from_backup, done.salvaged, done.lost) == (0, len(before), ())
    assert events_of(tmp_path / "out") == before


def test_what_cannot_be_rescued_is_said_and_leaves_nothing(made: Path, city: Path, tmp_path: Path) -> None:
    create_workspace(tmp_path / "other", handmade.noded(), sources=[], now=NOW, actor="b")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(AppError, match="another_city"):
        rescue(city, tmp_path / "other", tmp_path / "out", quiet)
    harm(city / NETWORK, "银杏路口东".encode())
    with pytest.raises(AppError, match="no_network"):
        rescue(city, None, tmp_path / "out", quiet)
    with pytest.raises(AppError, match="unsound"):
        rescue(made / "city", city, tmp_path / "out", quiet)
    with pytest.raises(AppError, match="not_empty"):
        rescue(city, made / "backup", made, quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(("language", "lost"), [("en", "Lost: events"), ("zh_CN", "已丢失")])
def test_the_command_says_what_was_saved_and_what_was_not(
    made: Path, city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, lost: str
) -> None:
    harm(city / JOURNAL, events_of(city)[-10].hash.encode(), 64)
    status = main(
        ["rescue", str(city), "--backup", str(made / "backup"), "--out", str(tmp_path / "out"), "--lang", language]
    )
    told = capsys.readouterr().out
    assert status == 0
    assert str(tmp_path / "out") in told
    assert lost in told
    assert main(["check", str(tmp_path / "out")]) == 0


def test_behind_a_hole_in_the_order_events_wait_for_their_places_again(made: Path, tmp_path: Path) -> None:
    """Else the hub, which is asked for what comes after the last place, would never send what is missing."""
    city = Path(shutil.copytree(made / "backup", tmp_path / "city"))
    backup = Path(shutil.copytree(made / "backup", tmp_path / "backup"))
    with closing(Journal.create(tmp_path / "other.sqlite")) as other:
        foreign = other.append([Draft("incident.noted", "incident/x", {"n": number}) for number in range(3)], NOW, "b")
    with closing(Journal.open(city / JOURNAL)) as journal:
        journal.give_places(NOW, foreign[:2])
    turned(city, 5, 60)
    with closing(Journal.open(city / JOURNAL)) as journal:
        journal.give_places(NOW, foreign)
        journal.settle()
    before = events_of(city)
    harm(city / JOURNAL, foreign[2].hash.encode(), 64)
    done = rescue(city, backup, tmp_path / "out", quiet)
    assert done.lost == (Lost(foreign[0].dev, 3, 3),)
    hole = next(event.hub_seq for event in before if event.key == foreign[2].key)
    assert hole is not None
    with closing(Journal.open(tmp_path / "out" / JOURNAL)) as journal:
        behind = [event for event in before if (event.hub_seq or 0) > hole]
        assert journal.reach() == hole - 1
        assert journal.pending_count() == len(behind)
        journal.take_in([event for event in before if (event.hub_seq or 0) >= hole])
        assert (journal.reach(), journal.pending_count()) == (len(before), 0), "the hub closes the hole"
        assert list(journal.events()) == before


def test_what_lies_beside_the_files_comes_along_as_it_is_now(made: Path, city: Path, tmp_path: Path) -> None:
    for name in (RULES, ORDER, SIGNING_KEY):
        (city / name).write_text(name, encoding="utf-8")
    (city / SIGNING_KEY).chmod(0o600)
    rescue(city, made / "backup", tmp_path / "out", quiet)
    assert [(tmp_path / "out" / name).read_text("utf-8") for name in (RULES, ORDER, SIGNING_KEY)] == [
        RULES, ORDER, SIGNING_KEY,
    ]  # fmt: skip
    assert (tmp_path / "out" / SIGNING_KEY).stat().st_mode & 0o777 == 0o600
    assert {path.name for path in (tmp_path / "out").iterdir()} <= {
        NETWORK, JOURNAL, EVIDENCE, RULES, ORDER, SIGNING_KEY, "cache",
    }  # fmt: skip


def test_another_trouble_than_damage_is_no_loss(
    made: Path, city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(path: Path, *, readonly: bool = False) -> Journal:
        if ".out." in str(path) and readonly:
            raise GisError("store.busy", path=str(path))
        return opened(path, readonly=readonly)

    opened = Journal.open
    monkeypatch.setattr(Journal, "open", busy)
    with pytest.raises(GisError, match="busy"):
        rescue(city, made / "backup", tmp_path / "out", quiet)
    assert not (tmp_path / "out").exists()
