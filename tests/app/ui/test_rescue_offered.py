"""A window on damaged files offers what can be done about them, does it, and goes on; nothing written is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from console_driver import Driver
from little_city import BLOCK_M, EAST, NORTH
from PySide6.QtWidgets import QFileDialog
from test_files_line import spoil

from app.care_requests import RescueFiles
from app.dispatch.acts import TakeReport
from app.dispatch.entries import IncidentKind
from app.journal.events import Draft
from app.journal.log import Journal
from app.operations.hub import join_hub, make_hub
from app.workspace_backups import known_backups, note_backup
from app.workspace_care import back_up, examine
from app.workspace_files import BACKUPS, JOURNAL, NETWORK

AT = datetime(2026, 3, 11, 19, 0, tzinfo=UTC)
REPORT = TakeReport(IncidentKind.VISIBLE_LEAK, EAST + 2.5 * BLOCK_M, NORTH + 2 * BLOCK_M, note="先报的")


def backed_up(town: Path, to: Path) -> Path:
    back_up(town, to)
    note_backup(town, to, AT)
    return to


def texts(desk: Driver) -> list[str]:
    return [button.text() for button in desk.console.rescue.buttons]


def press(desk: Driver, text: str) -> None:
    next(button for button in desk.console.rescue.buttons if button.text() == text).click()


def journal_of(folder: Path) -> list[str]:
    with closing(Journal.open(folder / JOURNAL, readonly=True)) as journal:
        return [event.hash for event in journal.events()]


def asides(town: Path) -> list[Path]:
    return sorted(town.parent.glob(f"{town.name}.damaged-*"))


def test_a_workspace_that_cannot_be_opened_comes_back_from_its_backup_with_what_came_after(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    backed_up(town, tmp_path / "backup")
    first = start().open()
    first.window.dispatch.model.do(REPORT)
    first.until(lambda: first.window.dispatch.model.view is not None and bool(first.window.dispatch.model.view.queue))
    first.window.close()
    first.console.close()
    first.console.look.set_language("en")
    before = journal_of(town)
    # The last page is cut off: no opening gets any further.
    with (town / NETWORK).open("rb+") as file:
        file.truncate((town / NETWORK).stat().st_size - 4096)

    desk = start()
    offer = desk.console.rescue
    desk.console.open_first()
    desk.until(lambda: offer.isVisibleTo(desk.window))
    assert texts(desk) == ["从 2026-03-12 03:00 的备份恢复", "另选备份…", "暂不处理"]
    assert "不会丢弃任何内容" in offer.text.text()
    desk.window.set_language("en")
    assert texts(desk) == ["From the backup of 2026-03-12 03:00", "Choose a backup…", "Not now"]
    press(desk, "From the backup of 2026-03-12 03:00")
    desk.until(lambda: desk.session.city is not None and offer.done is not None)
    desk.idle()
    assert journal_of(town) == before, "what was written after the backup is salvaged"
    assert examine(town).sound
    (aside,) = asides(town)
    assert not examine(aside).sound, "the damaged one is kept"
    assert f"{len(before) - 2} that only the damaged journal held" in offer.text.text()
    assert str(aside) in offer.text.text()
    desk.until(lambda: bool(desk.window.dispatch.model.view and desk.window.dispatch.model.view.queue))
    press(desk, "Close")
    assert not offer.isVisibleTo(desk.window)


def test_damage_that_is_found_while_one_works_is_mended_without_leaving_the_window(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    backed_up(town, tmp_path / "backup")
    desk = start("en").open()
    desk.plan("P-H2-2")
    desk.window.dispatch.model.do(REPORT)
    desk.until(lambda: bool(desk.window.dispatch.model.view and desk.window.dispatch.model.view.queue))
    desk.idle()
    spoil(town / NETWORK)
    files = desk.window.status.files
    files._timer.setInterval(0)
    files._begin()
    offer = desk.console.rescue
    desk.until(lambda: offer.isVisibleTo(desk.window))
    # A backup that is damaged itself is refused, and who was at work goes on.
    spoil(Path(shutil.copytree(tmp_path / "backup", tmp_path / "spoilt")) / NETWORK)
    offer.rescue(tmp_path / "spoilt")
    assert desk.session.workspace is None
    desk.until(lambda: desk.session.city is not None and "damaged inside" in offer.text.text())
    desk.idle()
    assert asides(town) == []
    # Every desk once with nothing open behind it.
    desk.worker.held = (RescueFiles,)
    press(desk, "From the backup of 2026-03-12 03:00")
    assert desk.session.workspace is None
    for shown in desk.window.desks.every:
        desk.window.desks.show(shown.code)
    assert "stays as it is" in offer.text.text()
    assert desk.window.centre.currentWidget() is desk.window.welcome
    desk.until(lambda: bool(desk.worker.kept))
    desk.worker.held = ()
    desk.worker.release(desk.worker.kept[0])
    desk.until(lambda: desk.session.city is not None and offer.done is not None)
    desk.idle()
    assert examine(town).sound
    assert not files.isVisibleTo(desk.window)
    assert len(asides(town)) == 1
    desk.plan("P-H2-2")
    assert desk.session.plan is not None


def test_what_was_not_sent_yet_reaches_the_hub_from_the_damaged_files(
    start: Callable[..., Driver], town: Path, tmp_path: Path, database: str
) -> None:
    other = Path(shutil.copytree(town, tmp_path / "other"))
    make_hub(town, database)
    join_hub(other, database)
    with closing(Journal.open(town / JOURNAL)) as journal:
        journal.append([Draft("valve.observed", "valve/V-H2-2A", {"position": "closed"}, {"note": "未发"})], AT, "王")
        pending = {event.hash for event in journal.pending()}
        # What the hub has is damaged, and nothing of the pending entry, its link to the one before it included.
        whole = pending | {event.prev_hash for event in journal.pending()}
        sent = next(event.hash for event in journal.events() if event.hash not in whole)
        journal.settle()
    assert pending
    content = bytearray((town / JOURNAL).read_bytes())
    at = content.index(sent.encode())
    content[at : at + 64] = b"0" * 64
    (town / JOURNAL).write_bytes(content)
    desk = start("en")
    desk.console.open_first()
    desk.until(lambda: desk.console.rescue.isVisibleTo(desk.window))
    assert texts(desk)[0].startswith("From the hub ")
    press(desk, texts(desk)[0])
    desk.until(lambda: desk.session.city is not None and desk.console.rescue.done is not None)
    # The window follows the hub again, and what was not sent goes there by itself.
    desk.until(lambda: desk.window.status.hub.words.text() == "in step with the hub")

    def arrived() -> bool:
        join_hub(other, database)
        return pending <= set(journal_of(other))

    desk.until(arrived)


def test_a_refused_rescue_says_why_and_the_offer_stays(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    backed_up(town, tmp_path / "backup")
    (town / NETWORK).write_bytes((town / NETWORK).read_bytes()[:-4096])
    desk = start("en")
    offer = desk.console.rescue
    desk.console.open_first()
    desk.until(lambda: offer.isVisibleTo(desk.window))
    spoil(tmp_path / "backup" / NETWORK)
    press(desk, texts(desk)[0])
    desk.until(lambda: "damaged inside" in offer.text.text())
    assert texts(desk)[-1] == "Not now"
    assert asides(town) == []
    # Another one is chosen by hand.
    press(desk, "Choose a backup…")
    dialog = desk.window.findChild(QFileDialog)
    assert dialog is not None
    whole = tmp_path / "backup-2"
    shutil.copytree(tmp_path / "backup", whole)
    dialog.reject()
    press(desk, "Not now")
    assert not offer.isVisibleTo(desk.window)


def test_backups_that_are_gone_are_not_offered(town: Path, tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"b{number}").mkdir()
        for name in (NETWORK, JOURNAL):
            (tmp_path / f"b{number}" / name).touch()
        note_backup(town, tmp_path / f"b{number}", AT.replace(minute=number))
    found = known_backups(town)
    assert [one.folder.name for one in found] == [f"b{number}" for number in range(9, 1, -1)]
    shutil.rmtree(tmp_path / "b9")
    (tmp_path / "b8" / JOURNAL).unlink()
    assert [one.folder.name for one in known_backups(town)][:1] == ["b7"]
    for text in ("", "[1]", "{}", '[{"folder": 1}]', "[" * 3000):
        (town / BACKUPS).write_text(text, encoding="utf-8")
        assert known_backups(town) == ()
