"""The moment of a report: the very one at which the form was opened, or the one that is typed."""

from __future__ import annotations

from datetime import datetime, timedelta

from pytestqt.qtbot import QtBot

from app.journal.events import milliseconds
from app.times import CITY_TIME
from app.ui.dispatch.received_line import ReceivedLine

BEGUN = datetime(2026, 3, 12, 14, 32, 8, 417_000, tzinfo=CITY_TIME)
NOW = BEGUN + timedelta(minutes=3)


def test_untouched_it_is_exact_typed_it_is_what_is_typed(qtbot: QtBot) -> None:
    line = ReceivedLine(BEGUN - timedelta(hours=1))
    qtbot.addWidget(line)
    line.begin(BEGUN)
    assert line.text() == "14:32:08"
    assert line.moment_ms(NOW) == milliseconds(BEGUN)
    line.setText("14:30")
    assert line.moment_ms(NOW) == milliseconds(BEGUN.replace(minute=30, second=0, microsecond=0))
    line.setText("25:99")
    assert line.moment_ms(NOW) is None
