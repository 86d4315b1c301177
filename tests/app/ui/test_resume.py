"""What was on screen comes back after a console that died."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from console_driver import Driver
from little_city import LEAKING
from PySide6.QtWidgets import QApplication

from app.messages.describe import Thing
from app.suppositions import ValveOverride
from app.ui.resume import ASIDE, FILE, OnScreen, from_json, to_json
from network.assets import Condition, Position

SHOWN = OnScreen(
    Path("city"),
    "3:abc",
    "plan",
    (1.5, 2.5, 0.5),
    Thing("area", ring_m=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
    (ValveOverride(3, Position.CLOSED), ValveOverride(4, None, Condition.INOPERABLE)),
    {"report": {"place": "中山路12号", "note": "“水很大”"}, "edit": {"corners": "[[1.5, 2.5]]"}},
    "2026-03-12T03:02:11+08:00",
)


def test_as_text_and_back_it_is_the_same() -> None:
    assert from_json(to_json(SHOWN)) == SHOWN


def dies(desk: Driver) -> None:
    """The console is gone without a word: its lock goes with its process."""
    desk.console.keeper.keep()
    desk.console.keeper._lock.unlock()


def begun(start: Callable[..., Driver], workspace: Path | None = None) -> Driver:
    desk = start() if workspace is None else start(workspace=workspace)
    desk.console.keeper.begin()
    return desk.open()


def test_a_plan_its_stuck_valve_and_the_place_come_back(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.plan(LEAKING)
    assert desk.session.plan is not None
    valve = desk.session.plan.plan.close[0]
    desk.session.suppose(valve, condition=Condition.INOPERABLE)
    desk.idle()
    plan = desk.session.plan.plan
    assert valve not in plan.close
    desk.session.mark_closed(plan.close[0], closed=True)
    dies(desk)
    again = begun(start)
    again.until(lambda: again.session.plan is not None and again.session.plan.plan.close == plan.close)
    assert again.session.target == desk.session.target
    assert again.session.suppositions == desk.session.suppositions
    assert again.session.closed == (plan.close[0],), "what crews have done is not forgotten"
    assert "意外" in again.window.status.told.text


def test_a_half_typed_report_comes_back_with_the_moment_at_which_it_began(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.window.desks.show("dispatch")
    desk.window.dispatch.report()
    intake = desk.window.dispatch.intake
    intake.place.setText("zzz nowhere")
    intake.note.setText("水从井盖往外冒")
    desk.until(
        lambda: "井盖" in desk.console.keeper._file.read_text("utf-8") if desk.console.keeper._file.exists() else False
    )
    assert desk.console.keeper._file.stat().st_mode & 0o077 == 0, "names and numbers are the user's alone"
    draft = intake.draft
    dies(desk)
    again = begun(start)
    again.until(lambda: again.window.dispatch.draft is not None)
    assert again.window.dispatch.draft == draft
    assert again.window.desks.shown.code == "dispatch"


def test_an_ordinary_end_leaves_nothing_to_come_back(start: Callable[..., Driver]) -> None:
    desk = begun(start)
    desk.console.keeper.keep()
    assert desk.console.keeper._file.exists()
    desk.console.keeper.end()
    assert not desk.console.keeper._file.exists()
    desk.console.keeper.begin()
    assert desk.console.keeper.left is None


def test_two_consoles_each_keep_what_they_show_and_each_comes_back(start: Callable[..., Driver]) -> None:
    first = begun(start)
    first.console.keeper.keep()
    kept = first.console.keeper._file.read_text("utf-8")
    second = begun(start)
    assert second.console.keeper.left is None, "what the first shows is no dead one's"
    second.plan(LEAKING)
    dies(second)
    assert first.console.keeper._file.read_text("utf-8") == kept
    again = begun(start)
    again.until(lambda: again.session.plan is not None)
    assert again.session.target == second.session.target
    again.console.keeper.end()
    first.console.keeper.end()
    assert sorted(first.console.options.home.glob("session*.json")) == []


def test_rows_of_another_edition_of_the_city_are_not_taken_for_this_ones(
    start: Callable[..., Driver], town: Path
) -> None:
    home = start().console.options.home
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(to_json(OnScreen(town, "older", "plan", (0, 0, 1), Thing("pipe", 0))), encoding="utf-8")
    desk = begun(start)
    QApplication.processEvents()
    desk.idle()
    assert desk.session.target is None
    assert "重新" in desk.window.status.told.text


@pytest.mark.expect_log("cannot be brought back")
@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"view": [1]}', to_json(SHOWN).replace('"kind"', '"knid"')])
def test_a_damaged_file_is_said_and_the_start_goes_on(start: Callable[..., Driver], text: str) -> None:
    desk = start()
    desk.console.options.home.mkdir(exist_ok=True)
    (desk.console.options.home / FILE).write_text(text, encoding="utf-8")
    desk.console.keeper.begin()
    assert desk.console.keeper.left is None
    desk.open()
    assert desk.session.workspace is not None


def test_what_two_consoles_died_of_is_set_aside(start: Callable[..., Driver], town: Path) -> None:
    desk = start()
    home = desk.console.options.home
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(to_json(replace(SHOWN, workspace=town)), encoding="utf-8")
    desk.console.options = replace(desk.console.options, deaths=2)
    desk.console.keeper.begin()
    desk.open()
    assert desk.console.keeper.left is None
    assert desk.window.dispatch.draft is None
    assert from_json((home / ASIDE).read_text("utf-8")).workspace == town


def test_another_city_does_not_get_what_was_left_of_a_refused_one(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    desk = start()
    home = desk.console.options.home
    home.mkdir(exist_ok=True)
    refused = tmp_path / "refused"
    refused.mkdir()
    (home / FILE).write_text(to_json(replace(SHOWN, workspace=refused)), encoding="utf-8")
    desk.console.options = replace(desk.console.options, deaths=1)
    desk.console.keeper.begin()
    desk.console.open_first()
    desk.until(desk.window.notice.isVisible)
    desk.session.open_workspace(town)
    desk.until(lambda: desk.session.city is not None)
    desk.idle()
    assert desk.window.dispatch.draft is None
    assert "意外" not in desk.window.status.told.text
