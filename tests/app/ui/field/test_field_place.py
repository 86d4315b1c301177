"""Where one stands, by a receiver: told with its age and how sure it is; without one the desk says so and works."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import numpy as np
from field_town import ROOM, Gloves

from app.ui.field.place import STALE_MS, WhereAmI
from gis.crs import transform


def sentence(words: str) -> str:
    checksum = reduce(lambda held, sign: held ^ sign, words.encode(), 0)
    return f"${words}*{checksum:02X}"


def said(x_m: float, y_m: float) -> str:
    """What a receiver at a place of the project CRS says."""
    longitude, latitude = transform(np.array([x_m]), np.array([y_m]), "EPSG:4548", "EPSG:4326")
    east, north = (f"{int(value) * 100 + value % 1 * 60:.6f}" for value in (longitude[0], latitude[0]))
    return sentence(f"GPGGA,063208.00,{north},N,{east},E,1,09,0.8,45.2,M,0.0,M,,") + "\r\n"


def test_a_receiver_tells_the_way_and_grows_old(gloves: Gloves, tmp_path: Path) -> None:
    room, desk = gloves.room, gloves.desk
    gloves.choose()
    assert room.work.gps.text() == "无 GPS"
    assert not room.work.card.how_far.isVisible(), "nothing is told that nobody knows"
    step = room.model.step
    assert step.valve == ROOM
    path = tmp_path / "gps.nmea"
    path.write_text(sentence("GPGGA,063207.00,,,,,0,00,99.9,,M,,M,,") + "\r\n")
    gloves.tap(room.work.gps)
    gloves.answer(str(path))
    desk.until(lambda: room.work.gps.text() == "GPS 搜星中")
    with path.open("a") as grows:
        grows.write(said(step.card.x_m - 30.0, step.card.y_m - 40.0))
    desk.until(lambda: room.work.gps.text() == "GPS ±4.0 m")
    desk.until(room.work.card.how_far.isVisible)
    assert room.work.card.how_far.text() == "东北方向 50 m"
    desk.window.desks.show("plan")
    assert room.where.link is None, "the receiver is free while another desk is in front"
    it_grows_old(gloves, path)


def it_grows_old(gloves: Gloves, path: Path) -> None:
    """After a quarter of a minute it is no place to reckon from."""
    clock = [1_000]
    where = WhereAmI(gloves.desk.session, gloves.desk.console.settings, lambda: clock[0])
    try:
        where.listen_to(str(path))
        gloves.desk.until(lambda: where.here is not None)
        assert not where.here.stale
        clock[0] += STALE_MS + 1
        assert where.here.stale
        assert where.age_ms == STALE_MS + 1
    finally:
        where.end()
