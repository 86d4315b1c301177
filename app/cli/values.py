"""Values that may be typed on the command line, checked; a bad one is a code that the complaint is made from."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from datetime import datetime

from app.times import BELIEVABLE_YEARS, CITY_TIME
from network.crew_routes import MOST_CREWS

LONGEST_WORK_H = 240.0
FARTHEST_M = 1e8
"""Coordinates beyond it are those of no projection: eastings with a zone number reach 4e7."""


def number(text: str) -> float:
    """A number; NaN, which lies in no range, where *text* is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def figure(text: str) -> float:
    """What an instrument shows."""
    value = number(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"not_a_figure {text}")
    return value


def metres(text: str) -> float:
    """A length."""
    value = number(text)
    if not 0.0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"not_a_length {text}")
    return value


def count_from(least: int, most: int, code: str = "not_a_count") -> Callable[[str], int]:
    """Reads whole numbers from *least* to *most*; *code* says what others are not."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{code} {text}")
        return int(text)

    return read


crew_count = count_from(1, MOST_CREWS, "not_a_crew_count")
"""A number of crews."""


def duration_h(text: str) -> float:
    """Hours of work."""
    value = number(text)
    if not 0.0 <= value <= LONGEST_WORK_H:
        raise argparse.ArgumentTypeError(f"not_a_duration {text}")
    return value


def instant(text: str) -> datetime:
    """A moment, aware."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not_a_time {text}") from None
    if moment.year not in BELIEVABLE_YEARS:
        raise argparse.ArgumentTypeError(f"not_a_time {text}")
    return moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)


def limit_min(text: str) -> float:
    """Minutes in which somebody must be there."""
    value = number(text)
    if not 0.0 < value <= 24 * 60.0:
        raise argparse.ArgumentTypeError(f"not_minutes {text}")
    return value


def hour_of(asked: float | None, now: datetime) -> int:
    """The hour of the day that was *asked* for, else that of *now* in the city."""
    return now.astimezone(CITY_TIME).hour if asked is None else int(asked)


def place(text: str) -> tuple[float, float]:
    """A place, x and y in the project CRS."""
    try:
        x_m, y_m = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"not_a_place {text}") from None
    # Also refuses NaN.
    if not max(abs(x_m), abs(y_m)) < FARTHEST_M or math.isnan(y_m):
        raise argparse.ArgumentTypeError(f"not_a_place {text}")
    return x_m, y_m


def hour(text: str) -> float:
    """An hour of the day."""
    value = number(text)
    if not 0.0 <= value < 24.0:
        raise argparse.ArgumentTypeError(f"not_an_hour {text}")
    return value


def speed(text: str) -> float:
    """How many times faster a recording is played."""
    value = number(text)
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"not_a_speed {text}")
    return value


def scale(text: str) -> int:
    """The denominator of a scale, with or without ``1:`` before it."""
    denominator = text.removeprefix("1:").strip()
    if not (denominator.isascii() and denominator.isdigit() and len(denominator) < 10):
        raise argparse.ArgumentTypeError(f"not_a_scale {text}")
    return int(denominator)


def rectangle(text: str) -> tuple[float, float, float, float]:
    """West, south, east and north of a rectangle that two opposite corners span, project CRS."""
    parts = text.split(",")
    try:
        (x_m, y_m), (u_m, v_m) = place(",".join(parts[:2])), place(",".join(parts[2:]))
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(f"not_a_rectangle {text}") from None
    if x_m == u_m or y_m == v_m:
        raise argparse.ArgumentTypeError(f"not_a_rectangle {text}")
    return min(x_m, u_m), min(y_m, v_m), max(x_m, u_m), max(y_m, v_m)


day_count = count_from(1, 732)
"""How many days are made, two years at most."""


visit_count = count_from(1, 1000, "not_a_visit_count")
"""How many places a day's rounds are made for."""
