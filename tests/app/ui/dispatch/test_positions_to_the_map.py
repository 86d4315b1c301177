"""From a vehicle's device to the desk's map: a real server that is asked, and real files of two makers' receivers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from dispatch_hands import Hands
from PySide6.QtCore import Qt
from told_by_http import answering

from app.dispatch.position_store import PositionStore
from app.dispatch.positions import Refused
from app.feeds.inbox import Inbox
from app.operations.positions import Listener, feed_of, listen
from app.workspace import open_workspace
from gis.crs import to_wgs84
from gis.scene.movers import CrewLook

SHIFT = Qt.KeyboardModifier.ShiftModifier
EPSG = 4548
ARROW_M = 1.0
"""GPX is written here to eight places of a degree, NMEA to four of a minute: less than a metre."""

Place = tuple[float, float]


@pytest.fixture
def refused() -> list[Refused]:
    return []


def degrees(place: Place) -> Place:
    lon, lat = to_wgs84(EPSG, np.array([place[0]]), np.array([place[1]]))
    return float(lon[0]), float(lat[0])


def sentence(place: Place, at_ms: int) -> str:
    """What a receiver writes of a second: $GPRMC."""
    lon, lat = degrees(place)
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    told = (
        f"GPRMC,{at:%H%M%S}.00,A,{int(lat):02}{lat % 1 * 60:07.4f},N,{int(lon):03}{lon % 1 * 60:07.4f},E,"
        f"12.0,84.4,{at:%d%m%y},,,A"
    )
    return f"${told}*{reduce(lambda sum_, letter: sum_ ^ ord(letter), told, 0):02X}\r\n"


@contextmanager
def listening(hands: Hands, source: str, refused: list[Refused], crew: str = "") -> Iterator[None]:
    """What ``sluice positions CITY --from SOURCE`` does, at the window's clock, until the end of the block."""
    folder, ended = hands.desk.session.workspace.folder, threading.Event()
    inbox = Inbox(lambda: hands.room.model.now_ms)
    feed = feed_of(source, inbox, crew=crew)

    def run() -> None:
        with closing(open_workspace(folder)) as workspace, closing(PositionStore(folder)) as store:
            listener = Listener(workspace, store, refused.append)
            listen(listener, inbox, [feed], ended=ended.is_set, each=lambda _new: None)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def shown(hands: Hands, crew: str) -> tuple[Place, CrewLook] | None:
    crews = hands.desk.window.map.canvas._crews
    if crews is None or crew not in crews.names:
        return None
    at = list(crews.names).index(crew)
    x_m, y_m = crews.xy_m[at]
    return (float(x_m), float(y_m)), CrewLook(crews.look[at])


def is_at(hands: Hands, crew: str, place: Place, look: CrewLook) -> bool:
    found = shown(hands, crew)
    return found is not None and found[1] is look and np.hypot(*np.subtract(found[0], place)) < ARROW_M


def test_what_a_server_says_moves_the_crew_and_what_cannot_be_true_does_not(
    hands: Hands, refused: list[Refused]
) -> None:
    nodes, now_ms = hands.desk.session.city.network.nodes, hands.room.model.now_ms
    there = float(nodes.x_m[0]) + 400.0, float(nodes.y_m[0]) + 100.0
    further = there[0] + 250.0, there[1]
    hands.press(Qt.Key.Key_F5, SHIFT)
    lon, lat = degrees(there)
    with answering() as server:

        def tell(*rows: dict[str, object]) -> None:
            server.answer = (200, json.dumps(rows).encode())

        tell({"crew": "抢03", "lon": lon, "lat": lat, "time": now_ms - 60_000})
        with listening(hands, f"{server.address}/last.json", refused):
            hands.desk.until(lambda: is_at(hands, "抢03", there, CrewLook.STANDBY))
        hands.desk.until(lambda: hands.table_row(hands.room.below.crews.table, "抢03")[3] == "1 分")
        # The moon, an hour from now, and no number at all; beside them one that is as it should be.
        tell(
            {"crew": "抢03", "lon": lon, "lat": lat, "time": now_ms + 3_600_000},
            {"crew": "抢03", "x": 384_400_000.0, "y": 0.0, "time": now_ms},
            {"crew": "抢03", "lon": "east", "lat": lat, "time": now_ms},
            {"crew": "抢07", "x": further[0], "y": further[1], "time": now_ms - 9 * 60_000},
        )
        # A listener begun anew asks at once, and goes on from what is on the disk.
        with listening(hands, f"{server.address}/last.json", refused):
            hands.desk.until(lambda: len(refused) == 3)
            hands.desk.until(lambda: is_at(hands, "抢07", further, CrewLook.STALE))
        assert is_at(hands, "抢03", there, CrewLook.STANDBY)
    assert [one.why.value for one in refused] == ["from_the_future", "not_a_place", "no_place"]


def test_recorded_drives_of_gpx_and_nmea_end_where_they_ended(
    hands: Hands, tmp_path: Path, refused: list[Refused]
) -> None:
    nodes, now_ms = hands.desk.session.city.network.nodes, hands.room.model.now_ms
    start = float(nodes.x_m[0]), float(nodes.y_m[0])
    drive = [((start[0] + 30.0 * step, start[1]), now_ms - 1000 * (60 - step)) for step in range(30)]
    nmea = tmp_path / "07.nmea"
    damaged = sentence(*drive[-1]).replace("12.0", "99.0")
    nmea.write_text("".join(sentence(*one) for one in drive[:20]) + damaged, encoding="ascii")
    points = "".join(
        '<trkpt lon="{:.8f}" lat="{:.8f}"><time>{}</time></trkpt>'.format(
            *degrees(place), datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
        )
        for place, at_ms in drive
    )
    gpx = tmp_path / "3.gpx"
    gpx.write_text(f"<gpx><trk><name>抢03</name><trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8")
    with listening(hands, str(nmea), refused, crew="抢07"):
        hands.desk.until(lambda: is_at(hands, "抢07", drive[19][0], CrewLook.STANDBY))
    with listening(hands, str(gpx), refused):
        hands.desk.until(lambda: is_at(hands, "抢03", drive[-1][0], CrewLook.STANDBY))
    assert refused == []
