"""What may be typed after ``sluice incident``, ``crew``, ``orders`` and ``log``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.values import figure, instant, place

_SHIFT = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$")

Told = Callable[[str], str]


def shift(text: str) -> tuple[int, int]:
    """A shift such as 20:00-08:00, in minutes of the day."""
    found = _SHIFT.match(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"not_a_shift {text}")
    hour, minute, to_hour, to_minute = (int(part) for part in found.groups())
    return hour * 60 + minute, to_hour * 60 + to_minute


def day(text: str) -> date:
    """A day such as 2026-03-12."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not_a_day {text}") from None


def add_desk(commands: Any, told: Told) -> None:
    """All six commands."""
    incident = _add_command(commands, "incident", told)
    incident.add_argument("--show", default="", metavar="NUMBER", help=told("incident_show"))
    incident.add_argument("--file", type=Path, metavar="FILE", help=told("incident_file"))
    _add_roster(_add_command(commands, "crew", told), told)
    _add_command(commands, "orders", told)
    _add_log(commands, told)
    _add_permit(commands, told)
    command: argparse.ArgumentParser = commands.add_parser("rules", help=told("rules_desk"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("--adopt", type=Path, metavar="FILE.toml", help=told("rules_adopt"))
    command.add_argument("--past", action="store_true", help=told("rules_past"))


def _add_command(commands: Any, name: str, told: Told) -> argparse.ArgumentParser:
    """A command that lists, or carries out one line of the desk's language."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=told(f"{name}_desk"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("line", nargs="*", metavar="WORD", help=told("desk_line"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("desk_json"))
    return command


def _add_roster(command: argparse.ArgumentParser, told: Told) -> None:
    """Options that enter a crew in the roster."""
    command.add_argument("--add", default="", metavar="CREW", help=told("crew_add"))
    command.add_argument("--skills", default="", metavar="A,B", help=told("crew_skills"))
    command.add_argument("--equipment", default="", metavar="A,B", help=told("crew_equipment"))
    command.add_argument("--vehicle", default="", metavar="PLATE", help=told("crew_vehicle"))
    command.add_argument("--dn", type=float, metavar="MM", help=told("crew_dn"))
    command.add_argument("--base", type=place, metavar="X,Y", help=told("crew_base"))
    command.add_argument("--shift", type=shift, metavar="FROM-TO", help=told("crew_shift"))


def _add_log(commands: Any, told: Told) -> None:
    """The day's log."""
    command: argparse.ArgumentParser = commands.add_parser("log", help=told("log_desk"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("--day", type=day, metavar="YYYY-MM-DD", help=told("log_day"))
    command.add_argument("--out", type=Path, metavar="FILE", help=told("log_out"))


def _add_permit(commands: Any, told: Told) -> None:
    """Leave to enter a chamber; without a valve those of the incident are listed."""
    command: argparse.ArgumentParser = commands.add_parser("permit", help=told("permit_desk"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("incident", metavar="NUMBER", help=told("permit_incident"))
    command.add_argument("valve", nargs="?", default="", metavar="VALVE", help=told("permit_valve"))
    for name, metavar in (("oxygen", "PERCENT"), ("combustible", "LEL"), ("h2s", "MG"), ("co", "MG")):
        command.add_argument(f"--{name}", type=figure, metavar=metavar, help=told(f"permit_{name}"))
    command.add_argument("--read", type=instant, metavar="TIME", help=told("permit_read"))
    for name in ("instrument", "enters", "stands-by", "note"):
        command.add_argument(f"--{name}", default="", metavar="TEXT", help=told(f"permit_{name.replace('-', '_')}"))
    command.add_argument("--crew", default="", metavar="CREW", help=told("permit_crew"))
    command.add_argument("--ventilated", action="store_true", help=told("permit_ventilated"))
    command.add_argument("--continuous", action="store_true", help=told("permit_continuous"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("desk_json"))
