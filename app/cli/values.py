"""Values that may be typed on the command line, checked; a bad one is a code that the complaint is made from."""

from __future__ import annotations

import argparse
from datetime import datetime

from app.times import BELIEVABLE_YEARS, CITY_TIME
from network.crew_routes import MOST_CREWS

LONGEST_WORK_H = 240.0


def crew_count(text: str) -> int:
    """A number of crews."""
    if not (text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= MOST_CREWS):
        raise argparse.ArgumentTypeError(f"not_a_crew_count {text}")
    return int(text)


def duration_h(text: str) -> float:
    """Hours of work."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
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
