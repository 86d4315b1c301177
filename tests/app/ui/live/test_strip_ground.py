"""What the trends paint, by its pixels: hatched gaps that no line bridges, alarms and incidents at their instants."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from app.telemetry.curves import Curve
from app.ui import fonts
from app.ui.live.strip_ground import (
    LEFT,
    RIGHT,
    TOP,
    Ground,
    Mark,
    StripHead,
    StripWords,
    fitted,
    reach_of,
    words_beside,
)
from app.ui.look import Look

MINUTE = 60_000
AXIS = (0, 100 * MINUTE)
WIDTH, HEIGHT = 600, 300
GAP = (40, 60)
"""Minutes in which nothing came."""
ALARM_MIN, INCIDENT_MIN, EARLIER_MIN = 20, 75, -5

pytestmark = pytest.mark.usefixtures("qapp")


def head(row: int) -> StripHead:
    return StripHead(row, f"PT-{row}", f"PT-{row}", "0.31", "MPa", "", "t1", 0.0098, 3, (), MINUTE)


def curve(*minutes: int) -> Curve:
    """A reading in each of *minutes*, thirty metres and a little."""
    at = np.array(minutes, dtype=np.int64)
    level = 30.0 + 0.2 * np.sin(at / 5.0)
    return Curve(at * MINUTE, level, level, level, MINUTE)


WHOLE, BROKEN = range(100), (*range(GAP[0]), *range(GAP[1], 100))
MARKS = (
    Mark(ALARM_MIN * MINUTE, "PT-0", "amber_text", 0),
    Mark(INCIDENT_MIN * MINUTE, "W1", "red_text"),
    Mark(EARLIER_MIN * MINUTE, "W0", "red_text"),
)


def painted(look: Look, marks: tuple[Mark, ...] = ()) -> tuple[Ground, QImage]:
    """Two strips: one with a gap, one whole; without the words, whose ink is that of lines."""
    ground = Ground(
        look, QSizeF(WIDTH, HEIGHT), AXIS, AXIS[1], False, (head(0), head(1)), marks, StripWords("", "", ""),
        {0: curve(*BROKEN), 1: curve(*WHOLE)}, {}, -1, False,
    )  # fmt: skip
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(look.colour("bg1"))
    painter = QPainter(image)
    ground.paint(painter)
    painter.end()
    return ground, image


def columns_of(image: QImage, ink: QColor, top: float, bottom: float) -> set[int]:
    """Columns of the plot in which *ink* stands between two heights."""
    rows = range(int(top) + 1, int(bottom))
    return {x for x in range(int(LEFT), int(WIDTH - RIGHT)) if any(image.pixelColor(x, y) == ink for y in rows)}


def differing(one: QImage, other: QImage, rows: range) -> set[int]:
    """Columns of the plot in which two pictures are not the same."""
    return {
        x
        for x in range(int(LEFT), int(WIDTH - RIGHT))
        if any(one.pixelColor(x, y) != other.pixelColor(x, y) for y in rows)
    }


@pytest.mark.parametrize("theme", ["dark", "light", "sun"])
def test_a_gap_is_hatched_from_its_beginning_to_its_end_and_no_line_bridges_it(theme: str) -> None:
    look = Look(theme, "en")
    ground, image = painted(look)
    background = look.colour("bg1")
    left, right = (int(ground.x_of(minute * MINUTE)) for minute in GAP)
    for at, is_broken in ((0, True), (1, False)):
        box = ground.box(at)
        # Above the curve, where nothing else is painted but the hatching: its strokes run from corner to corner.
        rows = range(int(box.top()) + 6, int(box.bottom()) - 6)
        inked = [sum(image.pixelColor(x, y) != background for y in rows) for x in range(image.width())]
        within, without = inked[left + 3 : right - 3], inked[int(LEFT) + 2 : left - 3]
        if is_broken:
            assert min(within) >= 5, "every column of the gap has strokes of the hatching"
        else:
            assert np.median(within) <= 4, "what is whole has none"
        assert np.median(without) <= 4, "elsewhere there is the curve alone"
    line = columns_of(image, look.colour("t1"), ground.box(0).top(), ground.box(0).bottom())
    assert not line & set(range(left + 2, right - 1)), "no line bridges it"
    assert len(line & set(range(int(LEFT) + 2, left - 2))) > 0.9 * (left - 4 - LEFT)
    whole = columns_of(image, look.colour("t1"), ground.box(1).top(), ground.box(1).bottom())
    assert set(range(left + 2, right - 1)) <= whole


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_alarms_and_incidents_stand_at_their_instants_in_their_colours(theme: str) -> None:
    look = Look(theme, "en")
    _, bare = painted(look)
    ground, image = painted(look, MARKS)
    rows = range(int(TOP) + 1, int(ground.bottom) - 1)
    places = {
        ground.x_of(minute * MINUTE): tone for minute, tone in ((ALARM_MIN, "amber_text"), (INCIDENT_MIN, "red_text"))
    }
    # Nothing else has changed, and what lies before the axis is not drawn.
    changed = differing(bare, image, rows)
    assert changed == {x for x in changed if any(abs(x - place) <= 1 for place in places)}
    for place, tone in places.items():
        own = [x for x in changed if abs(x - place) <= 1]
        ink = look.colour(tone)
        dots = [y for y in rows for x in own if image.pixelColor(x, y) == ink]
        assert len(dots) > len(rows) / 5, f"{tone}: from the top to the bottom"
        assert len(dots) < len(rows), "dotted, not a limit's or a curve's line"
        assert min(dots) < TOP + 8
        assert max(dots) > ground.bottom - 8
    # Their words stand above: the alarm's channel, the incident's number.
    for place, tone in places.items():
        words = range(int(place) + 4, int(place) + 24)
        assert any(image.pixelColor(x, y) == look.colour(tone) for x in words for y in range(4, 26))


def test_two_marks_close_together_both_have_their_words() -> None:
    """A burst's beginning and the moment it was told, half an hour apart on a day's axis."""
    began, told = words_beside([300.0, 340.0], [36.0, 24.0], LEFT, 600.0)
    assert began is not None
    assert told is not None
    assert began + 36.0 < 300.0
    assert told > 340.0
    assert words_beside([300.0, 400.0], [36.0, 24.0], LEFT, 600.0) == [304.0, 404.0]
    # At the very left there is no room before the line, and nothing is written on anything else.
    assert words_beside([LEFT + 2, LEFT + 20], [36.0, 24.0], LEFT, 600.0) == [LEFT + 6, None]
    assert words_beside([590.0], [36.0], LEFT, 600.0) == [None]


def test_a_state_is_told_in_words_and_shows_all_that_it_may_be() -> None:
    feed = replace(head(0), levels=((0.0, "none"), (1.0, "feed 1"), (2.0, "feed 2")), decimals=0, factor=1.0)
    assert [feed.said(value) for value in (0.0, 1.0, 2.0, 0.9)] == ["none", "feed 1", "feed 2", "feed 1"]
    assert feed.said(float("nan")) == "—"
    assert head(0).said(31.6) == "0.310"
    always = np.ones(100)
    low, high = reach_of(feed, Curve(np.arange(100) * MINUTE, always, always, always, MINUTE), None)
    assert -1.0 < low < 0.0
    assert 2.0 < high < 3.0


def test_what_is_measured_is_not_cut_where_its_place_is() -> None:
    metrics = QFontMetrics(fonts.font(fonts.CAPTION))
    title = "百台花园二次供水泵房 · Outlet"
    room = metrics.horizontalAdvance("百台花园二 · Outlet")
    place, what = fitted(metrics, title, room).split(" · ")
    assert "…" in place
    assert what == "Outlet"
    assert metrics.horizontalAdvance(fitted(metrics, title, room)) <= room
    assert fitted(metrics, title, metrics.horizontalAdvance(title)) == title
    assert "…" in fitted(metrics, "P02465 DN200", 40)
