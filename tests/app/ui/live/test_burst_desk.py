"""The watch for bursts from end to end on a little town: learned, a leak that no limit sees, proposed, taken over."""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from console_driver import Driver
from consoles import WordyHub
from demo_town import MINUTE, NOW
from little_city import little_workspace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.bootstrap import main
from app.burst_requests import DoBursts
from app.dispatch.acts import Done
from app.errors import AppError
from app.hydrants.acts import HydrantAct, OpenHydrant, WithdrawUse
from app.hydrants.entries import Purpose
from app.journal.log import Journal
from app.messages import load_words
from app.operations.burst_learning import learn_bursts
from app.operations.burst_watch import BurstWatch
from app.operations.demo_history import set_demo_up
from app.operations.edit import Author
from app.operations.hydrant_uses import carry_out, open_uses
from app.sync.exchange import exchange
from app.telemetry import setup_watch
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.known_work import AROUND_MS, REACH_M
from app.telemetry.bursts.learned import LEARNED
from app.telemetry.bursts.proposals import same_burst
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.setup import FOLDER, SETUP, read_setup, write_setup
from app.telemetry.shared_entries import BurstJudged
from app.times import CITY_TIME, utc_of
from app.ui.dispatch.model import moment_of
from app.ui.live.burst_strips import LEFT_OVER, SUM, burst_strips
from app.ui.live.burst_words import burst_facts, watch_parts
from app.ui.live.burst_zone import LABELS
from app.ui.map.shades import PipeShades
from app.workspace import open_workspace, record_valve_observed
from app.workspace_files import JOURNAL
from network.assets import DeviceKind, Position

DAY = 1440 * MINUTE
WEEK_S = 7 * 86_400.0
QUIET = (NOW - 16 * DAY, NOW - DAY)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def silent(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with demonstration instruments, sixteen days of history, and a leak since nine hours."""
    folder = little_workspace(tmp_path_factory.mktemp("measured") / "town")
    set_demo_up(folder, NOW, 17, silent)
    return folder


@pytest.fixture(scope="module")
def taught(measured: Path) -> Path:
    learned = learn_bursts(measured, NOW, QUIET, WEEK_S, silent)
    assert len(learned.loggers) >= 6
    assert np.isfinite(learned.signatures.drop).all(axis=1).mean() > 0.9
    return measured


@pytest.fixture
def own(taught: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(taught, tmp_path / "taught"))


def test_a_leak_that_no_limit_sees_is_found_placed_and_put_off(own: Path) -> None:
    with closing(BurstWatch(own, lambda: NOW)) as watch:
        (burst,) = watch.look().bursts
        assert abs(burst.since_ms - (NOW - 540 * MINUTE)) < 45 * MINUTE
        assert burst.since_ms < burst.at_ms <= NOW
        assert burst.height > burst.threshold
        assert burst.state is AlarmState.UNACKNOWLEDGED
        assert burst.zone is not None
        assert away_m(own, burst.zone.pipes[0]) <= 400.0
        assert burst.zone.probability.sum() >= 0.8
        (inflow,) = burst.inflows
        assert inflow.over_m3_h > 100.0
        told = watch.explain(burst.id)
        assert told.loggers[0] == burst.logger
        assert told.height.max() > told.threshold
        began = int(np.searchsorted(told.at_ms, burst.since_ms))
        assert abs(np.nanmean(told.left_m[: began - 6])) < abs(np.nanmean(told.left_m[began + 6 :])) / 3
        turn = watch.look().turn
        watch.act(Deed.ACKNOWLEDGED, (burst.id,), "op")
        assert watch.look().turn == turn + 1
        assert watch.look().bursts[0].state is AlarmState.ACKNOWLEDGED
        with pytest.raises(AppError, match=r"alarms\.shelve_reason"):
            watch.act(Deed.RESET, (burst.id,), "op")
        with pytest.raises(AppError, match=r"bursts\.no_such"):
            watch.act(Deed.NOTED, ("burst 1",), "op", "x")
        with pytest.raises(AppError, match=r"alarms\.not_a_deed"):
            watch.act(Deed.SHELVED, (burst.id,), "op", "x")
        watch.act(Deed.RESET, (burst.id,), "op", "消火栓用水")
        assert watch.look().bursts == ()
    # What was told stays told: another process goes on where this one ended.
    with closing(BurstWatch(own, lambda: NOW + 30 * MINUTE)) as again:
        assert again.look().bursts == ()
        assert again.explain(burst.id).threshold == burst.threshold
    # Three days on the leak is part of what is usual, and that is kept: its beginning need not be read again.
    with closing(BurstWatch(own, lambda: NOW + 3 * DAY)) as later:
        assert later.look().bursts == ()
    assert json.loads((own / "telemetry" / "burst-watch.json").read_text())["is_settled"] is True


def test_a_burst_that_was_judged_at_one_console_is_so_at_all(own: Path, tmp_path: Path) -> None:
    other, hub = Path(shutil.copytree(own, tmp_path / "other")), WordyHub()

    def carried() -> None:
        for folder in (own, other, own):
            with closing(Journal.open(folder / JOURNAL)) as journal:
                exchange(journal, hub)

    with closing(BurstWatch(own, lambda: NOW)) as here, closing(BurstWatch(other, lambda: NOW)) as there:
        (burst,), _ = here.look().bursts, there.look()
        carried()
        # As if that console had been taught otherwise, and had told it an hour later under another name.
        assert there._state is not None
        (own_one,) = there._state.proposals
        later = replace(own_one, id="burst 7", at_ms=own_one.at_ms + 60 * MINUTE)
        there._state = replace(there._state, proposals=(later,))
        here.act(Deed.ACKNOWLEDGED, (burst.id,), "王敏", "已派人")
        carried()
        (seen,) = there.look().bursts
        assert (seen.id, seen.state, seen.note) == ("burst 7", AlarmState.ACKNOWLEDGED, "已派人")
        there.act(Deed.RESET, ("burst 7",), "李伟", "消火栓用水")
        carried()
        assert here.look().bursts == there.look().bursts == ()
        # One that began after the other was told is another one.
        judged = BurstJudged(burst.id, burst.since_ms, burst.at_ms, burst.side)
        after = replace(own_one, id="burst 8", since_ms=burst.at_ms + 1, at_ms=burst.at_ms + DAY)
        assert same_burst(judged, (after,)) == burst.id


def test_an_instrument_that_is_newer_than_what_was_learned_is_said_to_be_unwatched(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = read_setup(own)
    place = next(one for one in setup.channels.records if one.x_m is not None)
    new = Channel("PT-NEW", "新表", Quantity.PRESSURE, "MPa", x_m=place.x_m, y_m=place.y_m)
    with closing(BurstWatch(own, lambda: NOW)) as watch:
        before = watch.look()
        assert before.facts is not None
        assert before.facts.newer == 0
        monkeypatch.setattr(setup_watch, "LOOK_S", 0.0)
        (own / FOLDER / SETUP).write_text("{", encoding="utf-8")
        assert watch.look() is before, "a file that cannot be used changes nothing"
        # As an editor or a command does it beside a watch at work.
        write_setup(own, replace(setup, channels=Channels((*setup.channels.records, new))))
        facts = watch.look().facts
    assert facts is not None
    assert facts.newer == 1
    told = "newer and not watched: 1; teach it again"
    assert told in watch_parts(load_words("en"), facts, (), learns=False)
    assert told.replace("1", "0") not in watch_parts(load_words("en"), replace(facts, newer=0), (), learns=False)
    assert len(watch_parts(load_words("en"), replace(facts, newer=0, areas=0), (), learns=False)) == 3


@pytest.mark.usefixtures("qapp")
def test_known_work_is_explained_away_with_its_words(own: Path) -> None:
    with closing(open_workspace(own)) as workspace:
        devices = workspace.city.network.devices
        valve = next(devices.ids[row] for row in range(len(devices)) if devices.kind[row] == DeviceKind.ISOLATION)
        now = datetime.fromtimestamp((NOW - 545 * MINUTE) / 1000, UTC)
        record_valve_observed(workspace, valve, now=now, actor="op", position=Position.CLOSED)
    with closing(BurstWatch(own, lambda: NOW)) as watch:
        picture = watch.look()
        (burst,) = picture.bursts
        # It explains itself like any other: what the work moved is what is shown, with its times.
        told = watch.explain(burst.id)
    assert np.isfinite(told.left_m[told.at_ms > burst.since_ms]).mean() > 0.9
    assert told.height.max() > told.threshold
    (at_work,) = burst.works
    marks = {mark.text: mark.at_ms for mark in burst_strips(read_setup(own), burst, told, 8).marks}
    assert (marks["known work"], marks["told"]) == (at_work.from_ms, burst.at_ms)
    assert [work.detail["valve"] for work in picture.works] == [valve]
    assert burst.state is AlarmState.SUPPRESSED
    assert burst.zone is None
    assert [work.code for work in burst.works] == ["valve"]


def drawn(folder: Path, act: HydrantAct, at_ms: int) -> None:
    with closing(open_workspace(folder)) as workspace:
        outcome = carry_out(open_uses(workspace), act, Author("op"), utc_of(at_ms))[1]
    assert isinstance(outcome, Done), outcome


def nearest_hydrant(folder: Path) -> str:
    """The hydrant nearest to where the water of the demonstration's leak runs out."""
    with closing(open_workspace(folder)) as workspace:
        hydrants, (x_m, y_m) = workspace.city.hydrants, leak_m(folder)
        return hydrants.ids[int(np.hypot(hydrants.x_m - x_m, hydrants.y_m - y_m).argmin())]


def test_water_from_a_hydrant_is_a_burst_until_somebody_writes_it_down(own: Path) -> None:
    """The same water in the same readings: told where nothing is recorded, explained by its name where it is."""
    began = NOW - 545 * MINUTE
    act = OpenHydrant(Purpose.FLUSHING, nearest_hydrant(own), from_ms=began)
    recorded, unrecorded = own, Path(shutil.copytree(own, own.with_name("unrecorded")))
    drawn(recorded, act, began)
    with closing(BurstWatch(unrecorded, lambda: NOW)) as watch:
        (burst,) = watch.look().bursts
        assert (burst.state, burst.works) == (AlarmState.UNACKNOWLEDGED, ())
        # Who hears of it only now: what was told is explained, and told again where it turns out a mistake.
        turn = watch.look().turn
        drawn(unrecorded, act, NOW)
        picture = watch.look()
        (late,) = picture.bursts
        told = watch.explain(late.id)
        assert np.isfinite(told.left_m[told.at_ms > late.since_ms]).mean() > 0.9
        assert (picture.turn, late.id, late.state) == (turn + 1, burst.id, AlarmState.SUPPRESSED)
        assert [work.detail["hydrant"] for work in late.works] == [act.hydrant]
        drawn(unrecorded, WithdrawUse(str(late.works[0].detail["use"]), "不是这里"), NOW)
        assert watch.look().bursts[0].state is AlarmState.UNACKNOWLEDGED
        # What is drawn on when the work is over was no work.
        over = replace(act, until_ms=burst.at_ms - AROUND_MS)
        drawn(unrecorded, over, NOW)
        (again,) = watch.look().bursts
        assert again.state is AlarmState.UNACKNOWLEDGED
        assert [work.until_ms for work in again.works] == [burst.at_ms]
        drawn(unrecorded, WithdrawUse(str(again.works[0].detail["use"]), "x"), NOW)
        # Farther away than such work is felt it explains nothing.
        far = OpenHydrant(Purpose.FLUSHING, "", *far_m(unrecorded), from_ms=began)
        drawn(unrecorded, far, NOW)
        assert watch.look().bursts[0].works == ()
    with closing(BurstWatch(recorded, lambda: NOW)) as watch:
        picture = watch.look()
        (burst,) = picture.bursts
        assert (burst.state, burst.zone) == (AlarmState.SUPPRESSED, None)
        assert [work.code for work in (*picture.works, *burst.works)] == ["hydrant", "hydrant"]
    said = " · ".join(watch_parts(load_words("zh_CN"), picture.facts, picture.works, learns=False))
    assert f"消火栓 {act.hydrant} 冲洗排水" in said


def test_what_is_drawn_on_after_the_recorded_end_and_a_hydrant_that_was_forgotten_are_told(own: Path) -> None:
    hydrant, began = nearest_hydrant(own), NOW - 545 * MINUTE
    ended, forgotten = own, Path(shutil.copytree(own, own.with_name("forgotten")))
    drawn(ended, OpenHydrant(Purpose.FLUSHING, hydrant, from_ms=began, until_ms=began + 60 * MINUTE), NOW)
    drawn(forgotten, OpenHydrant(Purpose.FLUSHING, hydrant, from_ms=began - 15 * 60 * MINUTE), began)
    with closing(BurstWatch(ended, lambda: NOW)) as watch:
        (burst,) = (one for one in watch.look().bursts if one.state is not AlarmState.SUPPRESSED)
    assert burst.at_ms > began + 60 * MINUTE
    with closing(BurstWatch(forgotten, lambda: NOW)) as watch:
        picture = watch.look()
    (burst,) = picture.bursts
    assert burst.state is AlarmState.UNACKNOWLEDGED
    assert ([work.code for work in picture.lapsed], picture.works) == (["hydrant"], ())
    assert [work.detail["hydrant"] for work in burst.lapsed] == [hydrant]
    facts = " ".join(burst_facts(load_words("en"), burst))
    assert f"flushing at hydrant {hydrant}" in facts


def test_it_is_taught_by_command_and_a_watch_at_work_takes_it_up(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hydrant = OpenHydrant(Purpose.TEST, nearest_hydrant(own), from_ms=NOW - 9 * DAY, until_ms=NOW - 6 * DAY)
    drawn(own, hydrant, NOW)
    order = ["feed", "teach", str(own), "--from", "2026-02-25", "--until", "2026-03-11", "--lang", "en"]
    with closing(BurstWatch(own, lambda: NOW)) as watch:
        before = watch.look().facts
        assert main([*order, "--once-in-days", "3"]) == 0
        after = watch.look().facts
    assert before is not None
    assert after is not None
    assert after.used < before.used - 0.15, "nothing is learned from what known work may have moved"
    assert (before.budget_s, after.budget_s) == (WEEK_S, 3 * 86_400.0)
    assert moment_of(after.since_ms).astimezone(CITY_TIME).isoformat() == "2026-02-25T00:00:00+08:00"
    said = capsys.readouterr().out
    assert f"{after.loggers} loggers are watched" in said
    assert "one false alarm in 3 days" in said
    assert main([*order, "--once-in-days", "300"]) == 2
    assert "shorter budget" in capsys.readouterr().err


def test_times_that_teach_nothing_are_refused_in_words(measured: Path, tmp_path: Path) -> None:
    refused = (
        ((NOW, NOW - DAY), WEEK_S, "bursts.bad_span"),
        ((NOW - 60 * DAY, NOW - 30 * DAY), WEEK_S, "bursts.too_little"),
        (QUIET, 30 * 86_400.0, "bursts.too_short"),
    )
    for span, budget_s, code in refused:
        with pytest.raises(AppError) as told:
            learn_bursts(measured, NOW, span, budget_s, silent)
        assert told.value.code == code


def test_the_whole_way_from_learning_to_an_incident(
    start: Callable[..., Driver], measured: Path, tmp_path: Path
) -> None:
    town = Path(shutil.copytree(measured, tmp_path / "whole"))
    (town / "telemetry" / LEARNED).unlink(missing_ok=True)
    driver = start(workspace=town).open()
    driver.press(Qt.Key.Key_3, CTRL)
    desk = driver.window.live
    model, dispatch = desk.model, driver.window.dispatch.model
    driver.until(lambda: model.bursts.picture is not None)
    assert "尚未学习" in desk.left.watch.told.text()
    driver.press(Qt.Key.Key_F9, SHIFT)
    prompt = desk.left.prompt
    prompt.edits["since"].setText("yesterday")
    QTest.keyClick(prompt.edits["since"], Qt.Key.Key_Return)
    assert prompt.wrong.text()
    for code, text in (("since", "2026-02-24"), ("until", "2026-03-11"), ("days", "7")):
        prompt.edits[code].setText(text)
    QTest.keyClick(prompt.edits["days"], Qt.Key.Key_Return)
    assert "正在学习" in desk.left.watch.told.text()
    patiently(driver, lambda: any(row.burst is not None for row in model.rows))
    assert "个测点" in desk.left.watch.told.text()
    # A proposal only: nothing has been opened.
    assert dispatch.view is None or not dispatch.view.queue
    row = next(row for row in model.rows if row.burst is not None)
    model.select(row.id)
    patiently(driver, lambda: model.bursts.explained is not None)
    strips = desk.right.strips
    assert [head.row for head in strips.heads][1:3] == [LEFT_OVER, SUM]
    assert strips.heads[2].limits[0][0] == row.burst.threshold
    assert len(strips.curves[SUM]) > 100
    assert "爆管征兆" in desk.left.front_title.text
    assert "疑似范围" in desk.left.facts.text()
    patiently(driver, lambda: shades(driver).labels == LABELS)
    assert 4 in shades(driver).level.tolist()
    driver.press(Qt.Key.Key_F9)
    patiently(driver, lambda: dispatch.view is not None and len(dispatch.view.queue) == 1)
    incident = dispatch.view.queue[0]
    assert incident.kind == "burst"
    assert incident.pipe in row.burst.zone.pipes
    patiently(driver, lambda: dispatch.sheet is not None)
    starts = {clock.rule.id: clock.verdict.start_ms for clock in dispatch.sheet.clocks}
    assert starts["E1"] == row.burst.at_ms
    patiently(driver, lambda: model.row is not None and model.row.state is AlarmState.ACKNOWLEDGED)
    # Another language writes everything anew; a burst that is none leaves the list with its reason.
    driver.window.set_language("en")
    assert "signs of a burst" in desk.left.front_title.text
    driver.press(Qt.Key.Key_F7)
    QTest.keyClick(prompt.edits["reason"], Qt.Key.Key_Return)
    prompt.edits["reason"].setText("hydrant in use")
    QTest.keyClick(prompt.edits["reason"], Qt.Key.Key_Return)
    # Which hydrant is asked next, from when the pressure fell on; Esc leaves it at that.
    form = desk.left.hydrant
    patiently(driver, lambda: form.asks)
    assert form.edits["since"].text() == f"{moment_of(row.burst.since_ms):%m-%d %H:%M}"
    driver.press(Qt.Key.Key_Escape)
    assert not form.asks
    patiently(driver, lambda: all(one.id != row.id for one in model.rows))
    patiently(driver, lambda: shades(driver).labels != LABELS)
    assert all(head.row >= 0 for head in strips.heads)
    driver.idle()


def test_a_look_that_comes_between_takes_no_refusal_away(desk: Driver) -> None:
    bursts, notice = desk.window.live.model.bursts, desk.window.notice
    desk.worker.held = (DoBursts,)
    bursts.act(Deed.ACKNOWLEDGED, ("burst 1",))
    (ticket,) = desk.worker.kept  # whatever else is being asked meanwhile
    bursts.look()
    desk.until(lambda: notice.isVisible() and desk.console.client.tickets == (ticket,))
    notice.put_away()
    desk.worker.release(ticket)
    desk.until(notice.isVisible)
    desk.idle()


def patiently(driver: Driver, condition: Callable[[], bool]) -> None:
    """One thread learns, reads and draws here: a busy machine may take its time."""
    driver.qtbot.waitUntil(condition, timeout=240_000)


def shades(driver: Driver) -> PipeShades:
    content = driver.window.map.canvas.content
    assert content is not None
    assert content.shades is not None
    return content.shades


def leaking_pipe(folder: Path) -> str:
    with np.load(folder / "telemetry" / "demo.npz") as held:
        (name,) = (str(one).removeprefix("leak ") for one in held["names"] if str(one).startswith("leak "))
    return name


def middle_m(folder: Path, pipe: str) -> np.ndarray:
    """Between the ends of *pipe*."""
    with closing(open_workspace(folder)) as workspace:
        network = workspace.city.network
        row = network.pipes.ids.find(pipe)
        nodes = [network.pipes.from_node[row], network.pipes.to_node[row]]
        return np.array([network.nodes.x_m[nodes].mean(), network.nodes.y_m[nodes].mean()])


def leak_m(folder: Path) -> np.ndarray:
    return middle_m(folder, leaking_pipe(folder))


def far_m(folder: Path) -> tuple[float, float]:
    """Somewhere near the town, and farther from every logger than work is felt."""
    placed = [(one.x_m, one.y_m) for one in read_setup(folder).channels.records if one.x_m is not None]
    (x_m, _), (_, y_m) = max(placed), max(placed, key=lambda one: one[1])
    return x_m + REACH_M + 100.0, y_m


def away_m(folder: Path, pipe: str) -> float:
    """How far the middle of *pipe* is from that of the leaking one."""
    return float(np.hypot(*(middle_m(folder, pipe) - leak_m(folder))))
