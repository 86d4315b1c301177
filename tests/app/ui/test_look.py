"""Themes, icons and style: readable, told apart by shape, and complete."""

import itertools
from dataclasses import fields

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.ui import icons, style
from app.ui.commands import Command, parse, supposition
from app.ui.theme import DARK, LIGHT, SUN, THEMES, Theme
from app.ui.valve_marks import condition_tone, role_mark, state_mark
from app.ui.valve_rows import ROLES
from network.assets import Condition, DeviceKind, Position


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_text_can_be_read_on_panels_and_on_selected_rows(theme: Theme) -> None:
    for tone in ("t1", "t2", "t3", "red_text", "amber_text", "unintended"):
        assert contrast(getattr(theme, tone), theme.bg1) >= 4.5, tone
        assert contrast(getattr(theme, tone), theme.bg3) >= 4.45, tone
    assert contrast(theme.leak, theme.bg1) >= 4.5
    assert contrast(theme.red_on, theme.red) >= 4.5
    assert contrast(theme.amber_on, theme.amber) >= 4.5
    assert contrast(theme.action_on, theme.action) >= 4.5
    assert contrast(theme.acc, theme.bg1) >= 3


def test_every_colour_is_one() -> None:
    for theme in (DARK, LIGHT, SUN):
        for field in fields(Theme):
            value = getattr(theme, field.name)
            if isinstance(value, str) and field.name != "name":
                assert QColor(value).isValid(), field.name


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_style_sheet_is_filled(theme: Theme, qtbot: QtBot) -> None:
    sheet = style.style_sheet(theme)
    assert "$" not in sheet
    assert theme.bg1 in sheet
    assert style.palette(theme).window().color().name().upper() == theme.bg0


def _drawn(name: str) -> QImage:
    picture = QImage(32, 32, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    icons.draw(painter, name, QRectF(0, 0, 32, 32), QColor("black"))
    painter.end()
    return picture


def test_every_icon_has_a_shape_of_its_own(qtbot: QtBot) -> None:
    pictures = {name: _drawn(name) for name in icons.NAMES}
    blank = QImage(32, 32, QImage.Format.Format_Grayscale8)
    blank.fill(Qt.GlobalColor.white)
    assert all(picture != blank for picture in pictures.values())
    for one, other in itertools.combinations(pictures, 2):
        assert pictures[one] != pictures[other], f"{one} looks like {other}"


def test_states_of_a_valve_differ_in_shape_and_not_only_in_colour() -> None:
    isolation = int(DeviceKind.ISOLATION)
    marks = {
        "open": state_mark(isolation, Position.OPEN, Condition.OPERABLE),
        "closed": state_mark(isolation, Position.CLOSED, Condition.OPERABLE),
        "disputed": state_mark(isolation, Position.DISPUTED, Condition.OPERABLE),
        "stuck": state_mark(isolation, Position.OPEN, Condition.INOPERABLE),
        "passing": state_mark(isolation, Position.OPEN, Condition.PASSING),
        "unknown": state_mark(isolation, Position.OPEN, Condition.UNKNOWN),
        "check": state_mark(int(DeviceKind.CHECK), Position.OPEN, Condition.OPERABLE),
    }
    assert len({shape for shape, _ in marks.values()}) == len(marks)
    assert {shape for shape, _ in marks.values()} <= icons.NAMES
    assert condition_tone(Condition.OPERABLE) == "t2"
    assert condition_tone(Condition.UNKNOWN) == "amber_text"


def test_every_role_but_closing_has_a_mark() -> None:
    assert role_mark("close") is None
    for role in ROLES[1:]:
        shape, tone = role_mark(role)
        assert shape in icons.NAMES
        assert hasattr(DARK, tone)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("关 V4406", Command("close", "V4406")),
        ("g v4406", Command("close", "v4406")),
        ("Close V4406", Command("close", "V4406")),
        ("/ 卡死  V1 ", Command("stuck", "V1")),
        ("gby V1", Command("passing", "V1")),
        ("gl DN300 木桥路", Command("isolate", "DN300 木桥路")),
        ("木桥路", Command("", "木桥路")),
        ("g", Command("", "g")),
        ("关闭V1", Command("", "关闭V1")),
        ("  ", Command("", "")),
    ],
)
def test_a_line_is_a_verb_and_what_it_is_about(typed: str, command: Command) -> None:
    assert parse(typed) == command


def test_what_verbs_suppose() -> None:
    assert supposition("close") == (Position.CLOSED, None)
    assert supposition("stuck") == (None, Condition.INOPERABLE)
    assert supposition("isolate") == (None, None)
    assert supposition("") == (None, None)
