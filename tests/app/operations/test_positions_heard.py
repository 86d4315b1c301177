"""From devices to the disk and the journal: a real broker and recorded drives, bad messages among good ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from dispatch_room import PLACE, Room
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from servers import mosquitto

from app.dispatch.acts import ListCrew, Send, StateCrew
from app.dispatch.arrival import WhyRefused
from app.dispatch.crews import CrewState
from app.dispatch.facts import FactKind
from app.dispatch.life import Step
from app.dispatch.position_store import KEPT_DAYS, PositionStore, positions_of
from app.dispatch.positions import KEPT_FIXES, Refused, WhyUnread
from app.errors import AppError
from app.feeds.inbox import Inbox, Link, Message
from app.feeds.mqtt import MqttFeed
from app.operations.edit import Author
from app.operations.positions import Listener, area_of, feed_of, listen, note_arrivals, now_ms
from gis.crs import to_wgs84

WAIT_S = 60.0


@pytest.fixture
def store(room: Room) -> Iterator[PositionStore]:
    store = PositionStore(room.folder)
    yield store
    store.close()


@pytest.fixture
def aside() -> list[Refused]:
    return []


@pytest.fixture
def listener(room: Room, store: PositionStore, aside: list[Refused]) -> Listener:
    return Listener(room.desk.workspace, store, aside.append)


def drive(room: Room, path: Path, *stays: tuple[float, float]) -> Path:
    """A GPX track: at each place (metres east of the leak) at a minute, counted from the room's present."""
    points = []
    for minute, east_m in stays:
        epsg = room.desk.workspace.meta.crs_epsg
        lon, lat = to_wgs84(epsg, np.array([PLACE[0] + east_m]), np.array([PLACE[1]]))
        at = f"{room.now.replace(tzinfo=None).isoformat()}"
        moment = np.datetime64(at) + np.timedelta64(round(minute * 60), "s")
        points.append(f'<trkpt lat="{lat[0]:.8f}" lon="{lon[0]:.8f}"><time>{moment}Z</time></trkpt>')
    path.write_text(f"<gpx><trk><name>E1</name><trkseg>{''.join(points)}</trkseg></trk></gpx>")
    return path


def heard(listener: Listener, source: str, **options: object) -> int:
    inbox, news = Inbox(now_ms), []
    feed = feed_of(source, inbox, **options)  # type: ignore[arg-type]
    listen(listener, inbox, [feed], ended=lambda: False, each=news.append)
    return sum(news)


def test_a_recorded_drive_is_kept_once_and_shows_where_the_crew_is(
    room: Room, listener: Listener, store: PositionStore, tmp_path: Path
) -> None:
    track = drive(room, tmp_path / "a.gpx", (0, 900), (1, 500), (2, 0))
    assert heard(listener, str(track)) == 3
    assert heard(listener, str(track), crew="") == 0
    assert heard(Listener(room.desk.workspace, store, listener.refused), str(track)) == 0
    (standing,) = positions_of(room.folder).crews.values()
    assert standing.last is not None
    assert (standing.last.x_m, standing.last.y_m) == pytest.approx(PLACE, abs=0.01)
    assert len(store.between("E1", room.ms(0.5), room.ms(3))) == 2
    assert store.told()["links"]["a.gpx"]["link"] == Link.ENDED  # type: ignore[index]


def test_an_arrival_by_position_stands_beside_what_the_crew_says_and_is_noted_once(
    room: Room, listener: Listener, tmp_path: Path
) -> None:
    leak = room.leak()
    room.do(ListCrew("E1"))
    room.do(Send("E1", leak))
    heard(listener, str(drive(room, tmp_path / "a.gpx", (1, 900), (8, 10), (9, 5), (10, 8))))
    area, author = area_of(room.desk.workspace.city.network.devices), Author("positions")
    later = room.later(12)
    desk, noted = note_arrivals(later.desk, listener.positions, area, author, later.now)
    assert [(one.fact, one.values["crew"], one.at_ms) for one in noted] == [
        (FactKind.CREW_NEAR, "E1", later.ms(-12 + 8))
    ]
    assert note_arrivals(desk, listener.positions, area, author, later.now)[1] == ()
    later.fact(leak, FactKind.CREW_ON_SCENE, crew="E1")
    assert Step.ON_SCENE in later.view().queue[0].done
    facts = {fact.kind for fact in later.desk.board.incidents[f"incident/{leak}"].facts}
    assert {FactKind.CREW_NEAR, FactKind.CREW_ON_SCENE} <= facts


def test_the_desk_shows_a_crew_where_its_newest_word_is(room: Room, listener: Listener, tmp_path: Path) -> None:
    room.do(ListCrew("E1"))
    assert room.view().crews[0].place_m is None
    heard(listener, str(drive(room, tmp_path / "a.gpx", (0, 900), (1, 500))))
    crew = room.later(2).view().crews[0]
    assert crew.place_m == pytest.approx((PLACE[0] + 500, PLACE[1]), abs=0.01)
    assert crew.place_ms == room.ms(-1)
    room.do(StateCrew("E1", CrewState.STANDBY, *PLACE))
    assert room.view().crews[0].place_m == PLACE


def test_driving_past_or_having_been_there_before_is_no_arrival(room: Room, listener: Listener, tmp_path: Path) -> None:
    heard(listener, str(drive(room, tmp_path / "a.gpx", (-9, 0), (-8, 0), (-7, 0))))
    leak = room.leak()
    room.do(ListCrew("E1"))
    room.do(Send("E1", leak))
    heard(listener, str(drive(room, tmp_path / "b.gpx", (2, 900), (3, 0), (3.5, 400))))
    area, author = area_of(room.desk.workspace.city.network.devices), Author("positions")
    assert note_arrivals(room.desk, listener.positions, area, author, room.later(5).now)[1] == ()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def test_a_broker_s_messages_are_on_the_disk_before_it_forgets_them_and_wrong_ones_are_named(
    room: Room, listener: Listener, store: PositionStore, aside: list[Refused], tmp_path: Path
) -> None:
    here = {"x": PLACE[0], "y": PLACE[1], "time": now_ms()}
    bodies = [
        json.dumps(here),
        json.dumps({**here, "time": now_ms() + 3_600_000}),
        json.dumps({**here, "x": 384_400_000.0}),
        "no json",
        json.dumps([{**here, "crew": "E2"}, here]),
    ]
    with mosquitto(tmp_path) as broker:
        sender = paho.Client(CallbackAPIVersion.VERSION2)
        sender.connect("127.0.0.1", broker.port)
        sender.loop_start()
        inbox = Inbox(now_ms)
        feed = feed_of(f"mqtt://127.0.0.1:{broker.port}/crews/#", inbox)
        assert isinstance(feed, MqttFeed)
        sent: list[int] = []

        def ended() -> bool:
            if not sent and any(link.link is Link.UP for link in inbox.links().values()):
                sent.extend(sender.publish("crews/E1", body, qos=1).mid for body in bodies)
            return len(store.newest()) == 2 and len(aside) == 3

        listen(listener, inbox, [feed], ended=ended, each=lambda _new: None)
        sender.disconnect()
        sender.loop_stop()
    assert sorted(store.newest()) == ["E1", "E2"]
    assert [one.why for one in aside] == [
        WhyRefused.FROM_THE_FUTURE,
        WhyRefused.NOT_A_PLACE,
        WhyUnread.NOT_JSON,
    ]
    assert store.told()["refused"] == {"from_the_future": 1, "not_a_place": 1, "not_json": 1}


def message(body: object, received_ms: int) -> Message:
    return Message("feed", "E1", json.dumps(body).encode(), received_ms)


def test_a_position_that_comes_again_in_a_later_portion_brings_no_earlier_refusal_back(
    room: Room, listener: Listener, store: PositionStore, aside: list[Refused]
) -> None:
    here, at_ms = {"x": PLACE[0], "y": PLACE[1], "time": room.ms(0)}, room.ms(0)
    assert listener.hear([message(here, at_ms), message({**here, "x": 384_400_000.0}, at_ms)]) == 1
    assert listener.hear([message([{**here, "crew": "E2"}, here], at_ms + 1)]) == 1
    assert [one.why for one in aside] == [WhyRefused.NOT_A_PLACE]
    assert {crew: len(fixes) for crew, fixes in store.newest().items()} == {"E1": 1, "E2": 1}


def test_a_drive_longer_than_what_is_kept_at_hand_is_on_the_disk_whole(
    room: Room, listener: Listener, store: PositionStore, aside: list[Refused]
) -> None:
    fixes = KEPT_FIXES + 50
    drive = [{"x": PLACE[0], "y": PLACE[1] + row, "time": room.ms(0) + 10_000 * row} for row in range(fixes)]
    assert listener.hear([message(drive, room.ms(0) + 10_000 * fixes)]) == fixes
    assert aside == []
    assert len(store.between("E1", room.ms(0), room.ms(0) + 10_000 * fixes)) == fixes


BAD = ["mqtt://host", "mqtt:///crews", "mqtt://host:seven/crews", "gopher://host/x"]


@pytest.mark.parametrize("source", BAD)
def test_what_is_no_source_is_refused_before_anything_begins(source: str) -> None:
    with pytest.raises(AppError, match=r"feed\.bad_address"):
        feed_of(source, Inbox(now_ms))


def test_a_source_may_hold_a_password_that_its_name_does_not() -> None:
    inbox = Inbox(now_ms)
    feed = feed_of("mqtt://user:secret@127.0.0.1:9/crews", inbox)
    feed.start()
    until(lambda: any(link.link is Link.DOWN for link in inbox.links().values()))
    feed.stop()
    assert list(inbox.links()) == ["127.0.0.1:9"]


def test_old_positions_are_forgotten_and_nothing_else(room: Room, listener: Listener, tmp_path: Path) -> None:
    heard(listener, str(drive(room, tmp_path / "a.gpx", (0, 900), (60, 500))))
    assert listener.store.forget(room.ms(30) + KEPT_DAYS * 86_400_000) == 1
    assert len(listener.store.newest()["E1"]) == 1


def test_nobody_was_heard_of_before_anybody_listened(room: Room) -> None:
    assert positions_of(room.folder).crews == {}
