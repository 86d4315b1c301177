"""What may be typed after ``sluice information``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.values import instant
from app.public.entries import Channel, InformationKind

ACTIONS = ("list", "show", "made", "published", "withdraw", "reopen")


def add_information(commands: Any, told: Callable[[str], str]) -> None:
    """The command with all its actions."""
    command: argparse.ArgumentParser = commands.add_parser("information", help=told("information"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told("information_action"))
    command.add_argument("number", nargs="?", default="", metavar="NUMBER", help=told("information_number"))
    command.add_argument("--kind", choices=[kind.value for kind in InformationKind], help=told("information_kind"))
    command.add_argument("--title", default="", metavar="TEXT", help=told("information_title"))
    command.add_argument("--urgent", action=argparse.BooleanOptionalAction, help=told("information_urgent"))
    command.add_argument("--replaces", default="", metavar="G1", help=told("information_replaces"))
    command.add_argument("--where", choices=[one.value for one in Channel], help=told("information_where"))
    command.add_argument("--time", type=instant, metavar="TIME", help=told("outage_at"))
    command.add_argument("--note", default="", metavar="TEXT", help=told("edit_why"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))
