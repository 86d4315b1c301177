"""What is told of a station that gets no water: out, or on its tank until when, by the minute, in both languages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.dispatch.entries import IncidentKind
from app.dispatch.facts import Fact, FactKind
from app.dispatch.stations import StationHit
from app.messages import load_words
from app.ui.dispatch.stations import station_lines

STOP_MS = 1_773_295_200_000
"""14:00 of 12 March 2026 in China."""
MINUTE_MS = 60_000
TANK = StationHit("T1", "东泵房", False, 20.0, 9000.0, 1, 1, ())
DIRECT = StationHit("T2", "西泵房", True, 0.0, 0.0, 1, 1, ())
LINES = [
    # station, what happened, minutes after the stop, told, tone
    (DIRECT, "", 0, "一停即断水（无水箱）", "red_text"),
    (DIRECT, "water_off", 1, "已断水（无水箱）", "red_text"),
    (TANK, "", 0, "水箱可供 2:30 小时", "t1"),
    (TANK, "water_off", 0, "靠水箱至 16:30，余 150 分", "amber_text"),
    (TANK, "water_off", 149, "靠水箱至 16:30，余 1 分", "amber_text"),
    (TANK, "water_off", 150, "16:30 起水箱已空", "red_text"),
    (TANK, "failed", 30, "靠水箱至 16:30，余 120 分", "amber_text"),
    (StationHit("T3", "", False, 120.0, None, 1, 1, ()), "water_off", 0, "水箱 120 m³，可供时长无记录", "amber_text"),
]


@pytest.mark.parametrize(("hit", "happened", "minutes", "told", "tone"), LINES)
def test_how_a_station_stands(hit: StationHit, happened: str, minutes: int, told: str, tone: str) -> None:
    kind = IncidentKind.STATION_FAILURE if happened == "failed" else IncidentKind.BURST
    facts = (Fact(("d", 1), FactKind.WATER_OFF, STOP_MS),) if happened == "water_off" else ()
    incident = SimpleNamespace(facts=facts, attributes={"kind": kind}, opened=[SimpleNamespace(eff_at_ms=STOP_MS)])
    sheet = SimpleNamespace(incident=incident, stations=(hit,))
    now_ms = STOP_MS + minutes * MINUTE_MS
    (line,) = station_lines(sheet, now_ms, load_words("zh_CN"))  # type: ignore[arg-type]  # the two things asked for
    assert (line.told, line.tone) == (told, tone)
    (line,) = station_lines(sheet, now_ms, load_words("en"))  # type: ignore[arg-type]  # the two things asked for
    assert line.told.isascii() or "m³" in line.told
