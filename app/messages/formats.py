"""Numbers and times as the console writes them: thin space between thousands, a true minus, units after a space."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime

from network.units import diameter_text

THIN_SPACE = "\u202f"
"""The narrow one that no line is broken at: half a number at the end of a line is another number."""
MINUS = "\u2212"
NO_VALUE = "—"

_COUNTED = re.compile(r"\{(\w+)\|([^{}|]*)\|([^{}|]*)\}")

_UNIT = re.compile(r"(?<=\d) (?=(?:%|m³/h|m³|MPa|km|m|h|min|s)(?![\w³]))")

_WEEKDAYS = {"zh_CN": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: float, decimals: int = 0) -> str:
    """*value* with a thin space between thousands and a true minus; a dash where it is not a number."""
    if not math.isfinite(value):
        return NO_VALUE
    text = f"{value:,.{decimals}f}".replace(",", THIN_SPACE)
    return text.replace("-", MINUS) if float(f"{value:.{decimals}f}") else text.replace("-", "")


def unbroken(text: str) -> str:
    r"""*text*, whose lines may be broken anywhere but between a figure and its unit.

    >>> unbroken("174 to 257 m³/h, with 80 %.").split(" ")
    ['174', 'to', '257\xa0m³/h,', 'with', '80\xa0%.']
    """
    return _UNIT.sub("\u00a0", text)


def length(metres: float) -> str:
    """A length with its unit: centimetres matter below a metre, whole metres below a kilometre, then kilometres."""
    if not math.isfinite(metres):
        return NO_VALUE
    if abs(metres) < 1:
        return f"{number(metres, 2)} m"
    if abs(metres) < 10:
        return f"{number(metres, 1)} m"
    if abs(metres) < 999.5:
        return f"{number(metres)} m"
    return f"{kilometres(metres)} km"


def kilometres(metres: float) -> str:
    """*metres* as kilometres without the unit, to two decimals below 100 km."""
    return number(metres / 1000, 2 if abs(metres) < 100_000 else 0)


def area(km2: float) -> str:
    """Square kilometres without the unit; small but not empty areas never read as zero."""
    if 0 < km2 < 0.005:
        return "<0.01"
    return number(km2, 2 if km2 < 100 else 0)


def nominal_diameter(dn_mm: int, outside: bool) -> str:
    """``DN300``, or ``De560`` where the outside diameter is what was recorded; a dash where none is."""
    return diameter_text(dn_mm, outside=outside) or NO_VALUE


def coordinate(x_m: float, y_m: float) -> str:
    """A place in the project CRS, to the decimetre, easting first."""
    return f"{number(x_m, 1)}, {number(y_m, 1)}"


def clock_time(moment: datetime) -> str:
    """24-hour clock with seconds."""
    return f"{moment:%H:%M:%S}"


def hour_of_day(hour: float) -> str:
    """An hour of the day with its minutes.

    >>> hour_of_day(7.0), hour_of_day(23.99)
    ('7:00', '23:59')
    """
    whole = int(hour)
    return f"{whole}:{int((hour - whole) * 60):02d}"


def date(moment: datetime, language: str, *, with_year: bool = False) -> str:
    """Day with its weekday, as the status bar shows it: ``3月12日 周四`` or ``Thu 12 Mar``; with its year if asked."""
    weekday = _WEEKDAYS[language][moment.weekday()]
    if language == "zh_CN":
        return f"{f'{moment.year}年' if with_year else ''}{moment.month}月{moment.day}日 周{weekday}"
    return f"{weekday} {moment.day} {_MONTHS[moment.month - 1]}{f' {moment.year}' if with_year else ''}"


def by_unit(name: str, value: str | float) -> str:
    """A parameter of a message, written by the unit that ends its name.

    Args:
        name: Parameter name; ``_m`` is a length, ``_mm`` millimetres, ``_s`` seconds, ``_epsg`` a code.
        value: Texts are taken as they are.
    """
    if isinstance(value, str):
        return value
    for ending, write in _BY_ENDING:
        if name.endswith(ending):
            return write(value)
    return number(value, 0 if float(value).is_integer() else 2)


_BY_ENDING: tuple[tuple[str, Callable[[float], str]], ...] = (
    ("_epsg", str),
    ("x_m", lambda value: number(value, 1)),
    ("y_m", lambda value: number(value, 1)),
    ("_m", length),
    ("_mm", lambda value: f"{number(value)} mm"),
    ("_s", lambda value: f"{number(value, 1)} s"),
)
"""How a parameter is written, by the first ending that its name has."""


def dms(degrees: float, positive: str, negative: str) -> str:
    """Degrees, minutes and seconds to the hundredth (30 cm).

    >>> dms(36.5, "N", "S"), dms(-0.9999999999, "N", "S")
    ('36°30′00.00″N', '1°00′00.00″S')
    """
    hundredths = round(abs(degrees) * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{whole}°{minutes:02d}′{seconds / 100:05.2f}″{positive if degrees >= 0 else negative}"


def degrees(longitude: float, latitude: float) -> str:
    """A place in decimal degrees to the centimetre, latitude first, each with its side.

    >>> degrees(117.12, 36.65)
    '36.6500000°N 117.1200000°E'
    """
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return NO_VALUE
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.7f}°{north} {abs(longitude):.7f}°{east}"


def degrees_minutes(longitude: float, latitude: float) -> str:
    """A place in degrees, minutes and seconds, latitude first."""
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        return NO_VALUE
    return f"{dms(latitude, 'N', 'S')} {dms(longitude, 'E', 'W')}"


def counted(text: str, values: Mapping[str, object]) -> str:
    """*text* with every ``{count|one|many}`` decided by the value of *count*.

    >>> counted("{count} {count|valve|valves}", {"count": 1})
    '{count} valve'
    """
    return _COUNTED.sub(lambda match: match[2 if str(values.get(match[1], "")).lstrip("+") == "1" else 3], text)


def filled(text: str, **values: object) -> str:
    """*text* with its values, words that depend on a number as :func:`counted` says.

    >>> filled("{count} {count|valve|valves}", count=2)
    '2 valves'
    """
    return counted(text, values).format(**values)
