"""What may be typed after ``sluice outage``, ``hotline`` and ``calls``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.values import count_from, instant, place
from app.outages.entries import HAPPENINGS, Role
from app.outages.fates import Audience
from app.outages.templates import NoticeForm, NoticeKind

ACTIONS = (
    "list", "show", "plan", "approve", "refuse", "waive", "cancel", "record", "notice", "recipients", "send",
    "receipts", "water", "calendar", "templates",
)  # fmt: skip


def add_outage(commands: Any, told: Callable[[str], str]) -> None:
    """The command with all its actions."""
    command: argparse.ArgumentParser = commands.add_parser("outage", help=told("outage"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told("outage_action"))
    command.add_argument("number", nargs="?", default="", metavar="NUMBER", help=told("outage_number"))
    _add_plan(command, told)
    command.add_argument("--role", choices=[role.value for role in Role], help=told("outage_role"))
    command.add_argument("--rule", default="", metavar="P7", help=told("outage_rule"))
    command.add_argument("--why", default="", metavar="TEXT", help=told("edit_why"))
    command.add_argument("--fact", choices=sorted(fact.value for fact in HAPPENINGS), help=told("outage_fact"))
    command.add_argument("--time", type=instant, metavar="TIME", help=told("outage_at"))
    command.add_argument("--despite", default="", metavar="TEXT", help=told("outage_despite"))
    kinds, forms = [kind.value for kind in NoticeKind], [form.value for form in NoticeForm]
    command.add_argument("--kind", choices=kinds, default=NoticeKind.PLANNED.value, help=told("outage_kind"))
    command.add_argument("--form", choices=forms, default=NoticeForm.WEB.value, help=told("outage_form"))
    command.add_argument("--out", type=Path, metavar="FILE", help=told("outage_out"))
    command.add_argument("--gateway", default="", metavar="URL", help=told("outage_gateway"))
    audiences = [one.value for one in Audience]
    command.add_argument("--audience", choices=audiences, default=audiences[0], help=told("outage_audience"))
    command.add_argument("--adopt", type=Path, metavar="FILE.toml", help=told("outage_adopt"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))


def _add_plan(command: argparse.ArgumentParser, told: Callable[[str], str]) -> None:
    """Where and when, and the words for the notices."""
    command.add_argument("--pipe", action="append", metavar="ID", help=told("outage_pipe"))
    command.add_argument("--at", type=place, metavar="X,Y", help=told("isolate_at"))
    command.add_argument("--area", type=Path, metavar="FILE.geojson", help=told("outage_area"))
    command.add_argument("--start", type=instant, metavar="TIME", help=told("outage_start"))
    command.add_argument("--end", type=instant, metavar="TIME", help=told("outage_end"))
    for words in ("title", "reason", "supply", "traffic"):
        command.add_argument(f"--{words}", default="", metavar="TEXT", help=told("outage_words"))
    command.add_argument("--roads", type=count_from(0, 99), default=0, metavar="N", help=told("outage_roads"))


def add_hotline(commands: Any, told: Callable[[str], str]) -> None:
    """``sluice hotline``."""
    command: argparse.ArgumentParser = commands.add_parser("hotline", help=told("hotline"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("text", nargs="+", metavar="TEXT", help=told("hotline_text"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))


def add_calls(commands: Any, told: Callable[[str], str]) -> None:
    """``sluice calls``."""
    command: argparse.ArgumentParser = commands.add_parser("calls", help=told("calls"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("file", type=Path, metavar="FILE", help=told("calls_file"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))
