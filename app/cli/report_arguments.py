"""What may be typed after ``sluice report`` and ``sluice replay``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.dispatch_arguments import day
from app.cli.values import count_from


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"not_a_day {text}") from None


def _clock_time(text: str) -> tuple[int, int]:
    hour, _, minute = text.partition(":")
    if not (text.isascii() and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise argparse.ArgumentTypeError(f"not_a_count {text}")
    return int(hour), int(minute)


def add_reports(commands: Any, told: Callable[[str], str]) -> None:
    """Both commands."""
    command: argparse.ArgumentParser = commands.add_parser("report", help=told("report"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("--month", type=_month, metavar="YYYY-MM", help=told("report_month"))
    command.add_argument("--out", type=Path, metavar="FILE", help=told("report_out"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))
    command = commands.add_parser("replay", help=told("replay"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("--day", type=day, required=True, metavar="YYYY-MM-DD", help=told("replay_day"))
    command.add_argument("--at", type=_clock_time, metavar="HH:MM", help=told("replay_at"))
    command.add_argument("--every", type=count_from(1, 1_440), default=30, metavar="MIN", help=told("replay_every"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))
