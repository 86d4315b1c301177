"""Recorded drives: what is read of GPX and NMEA files, and what is refused with its reason."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gis.errors import GisError
from gis.exchange.track_files import Route, TrackPoint, gpx_text, read_track

BEGUN_MS = round(datetime(2026, 3, 17, 8, 0, tzinfo=UTC).timestamp() * 1000)
GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>抢03</name><trkseg>
<trkpt lat="36.66" lon="117.03"><time>2026-03-17T08:00:10Z</time></trkpt>
<trkpt lat="36.65" lon="117.02"><time>2026-03-17T08:00:00Z</time></trkpt>
<trkpt lat="36.67" lon="117.04"/>
<trkpt lat="95" lon="117.04"><time>2026-03-17T08:00:20Z</time></trkpt>
<trkpt lat="north" lon="117.04"><time>2026-03-17T08:00:20Z</time></trkpt>
</trkseg></trk></gpx>"""
RMC = "$GPRMC,080000.50,A,3639.0000,N,11701.2000,E,010.0,084.4,170326,,"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def summed(sentence: str) -> str:
    total = 0
    for sign in sentence[1:].encode():
        total ^= sign
    return f"{sentence}*{total:02X}"


def test_points_of_a_gpx_track_by_time_and_those_without_place_or_time_left_out(tmp_path: Path) -> None:
    assert read_track(written(tmp_path, "drive.GPX", GPX)) == [
        TrackPoint("抢03", 117.02, 36.65, BEGUN_MS),
        TrackPoint("抢03", 117.03, 36.66, BEGUN_MS + 10_000),
    ]


def test_valid_sentences_of_nmea_are_read(tmp_path: Path) -> None:
    wrong = [
        RMC + "*00",
        summed(RMC.replace(",A,", ",V,")),
        summed(RMC.replace("170326", "311326")),
        summed("$GPGGA,080000,3639.0000,N,11701.2000,E,1,8,0.9,100,M,,M,,"),
        "noise",
        RMC,
    ]
    south = summed(RMC.replace(",N,", ",S,").replace(",E,", ",W,").replace("080000.50", "080001"))
    path = written(tmp_path, "drive.nmea", "\r\n".join([*wrong, summed(RMC), south]))
    north, other = read_track(path)
    assert (north.longitude, north.latitude, north.at_ms) == pytest.approx((117.02, 36.65, BEGUN_MS + 500))
    assert (other.longitude, other.latitude, other.at_ms) == pytest.approx((-117.02, -36.65, BEGUN_MS + 1000))


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><gpx>&b;</gpx>'
BAD = [
    ("cut.gpx", GPX[:200], "track_unreadable"),
    ("bomb.gpx", BOMB, "track_unreadable"),
    ("coding.gpx", '<?xml version="1.0" encoding="no-such"?><gpx/>', "track_unreadable"),
    ("bare.gpx", "<gpx/>", "track_empty"),
    ("none.nmea", "", "track_empty"),
]


@pytest.mark.parametrize(("name", "text", "code"), BAD)
def test_what_is_no_track_is_refused(tmp_path: Path, name: str, text: str, code: str) -> None:
    with pytest.raises(GisError, match=code):
        read_track(written(tmp_path, name, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GisError, match="track_unreadable"):
        read_track(tmp_path / "gone.gpx")


def test_a_round_is_written_so_that_its_names_survive(tmp_path: Path) -> None:
    text = gpx_text([Route("一班 <早>", [(117.02, 36.65, "V&1")], [(117.02, 36.65), (117.03, 36.66)])], 'Slu"ice')
    timed = text.replace('lon="117.0200000"/>', 'lon="117.0200000"><time>2026-03-17T08:00:00Z</time></trkpt>')
    assert "<name>V&amp;1</name>" in text
    assert read_track(written(tmp_path, "round.gpx", timed)) == [TrackPoint("一班 <早>", 117.02, 36.65, BEGUN_MS)]
