"""What somebody does with an alarm at another console, as this one's window shows it; its recorder is a process."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from console_driver import Driver
from consoles import WordyHub
from demo_town import LIMITS, MINUTE, NOW, set_up
from PySide6.QtCore import Qt

from app.journal.log import Journal
from app.sync.exchange import exchange
from app.telemetry.alarm_events import Deed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarms import AlarmState
from app.telemetry.demo import Happening
from app.telemetry.setup import ALARM_LOG
from app.telemetry.shared_entries import Occurrence, acted
from app.times import utc_of
from app.workspace_files import JOURNAL

BURST = Happening(1, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
LOW = LIMITS.records[2].id


def elsewhere(town: Path, copy: Path, raised_ms: int) -> None:
    """A console that holds a copy of the journal acknowledges, and the hub brings it here."""
    hub = WordyHub()
    with closing(Journal.open(town / JOURNAL)) as here:
        exchange(here, hub)
        shutil.copyfile(town / JOURNAL, copy)
        with closing(Journal.open(copy)) as there:
            exchange(there, hub)
            draft = acted(Deed.ACKNOWLEDGED, [Occurrence(LOW, raised_ms, stands=True)], raised_ms, note="已派人查看")
            there.append([draft], utc_of(raised_ms), "王敏")
            exchange(there, hub)
        exchange(here, hub)


def test_who_acknowledged_at_another_console_stands_with_the_alarm(
    start: Callable[..., Driver], town: Path, tmp_path: Path
) -> None:
    set_up(town, BURST, interval_s=0.2)
    driver = start(language="en").open()
    driver.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    desk = driver.window.live

    def state() -> AlarmState | None:
        return next((row.state for row in desk.model.rows if row.id == LOW), None)

    driver.until(lambda: state() is AlarmState.UNACKNOWLEDGED)
    with closing(AlarmLog(town / ALARM_LOG, readonly=True)) as log:
        raised_ms = next(event.at_ms for event in log.of(LOW, 9) if event.what is Deed.RAISED)
    desk.model.select(LOW)
    elsewhere(town, tmp_path / "copy.sqlite", raised_ms)
    driver.until(lambda: state() is AlarmState.ACKNOWLEDGED)
    driver.until(lambda: "Acknowledged by 王敏, 14:3" in desk.left.facts.text())
    assert desk.left.facts.text().count("已派人查看") == 1
