"""What may be typed after ``sluice hydrant``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.values import figure, instant, place
from app.hydrants.entries import Purpose

ACTIONS = ("list", "draw", "runs", "end", "withdraw")


def add_hydrant(commands: Any, told: Callable[[str], str]) -> None:
    """The command with all its actions."""
    command: argparse.ArgumentParser = commands.add_parser("hydrant", help=told("hydrant"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told("hydrant_action"))
    command.add_argument("number", nargs="?", default="", metavar="NUMBER", help=told("hydrant_number"))
    command.add_argument("--hydrant", default="", metavar="ID", help=told("hydrant_id"))
    command.add_argument("--at", type=place, metavar="X,Y", help=told("isolate_at"))
    command.add_argument("--purpose", choices=[one.value for one in Purpose], help=told("hydrant_purpose"))
    command.add_argument("--from", dest="since", type=instant, metavar="TIME", help=told("hydrant_from"))
    command.add_argument("--until", type=instant, metavar="TIME", help=told("hydrant_until"))
    command.add_argument("--flow", type=figure, metavar="M3_H", help=told("hydrant_flow"))
    command.add_argument("--told-by", default="", metavar="TEXT", help=told("hydrant_told_by"))
    command.add_argument("--time", type=instant, metavar="TIME", help=told("outage_at"))
    command.add_argument("--note", default="", metavar="TEXT", help=told("edit_why"))
    command.add_argument("--all", action="store_true", help=told("hydrant_all"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))
