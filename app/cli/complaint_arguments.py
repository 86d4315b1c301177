"""What may be typed after ``sluice complaint``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.cli.dispatch_arguments import day
from app.cli.values import count_from, instant, place
from app.public.acts import Mood
from app.public.entries import LEVELS, RECORDED, ComplaintKind, EscalationCause, Source

ACTIONS = (
    "list", "callbacks", "show", "take", "record", "callback", "link", "escalate", "mend", "warn", "import", "export",
    "push", "poll",
)  # fmt: skip


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 < value <= 86_400.0:
        raise argparse.ArgumentTypeError(f"not_a_count {text}")
    return value


def add_complaint(commands: Any, told: Callable[[str], str]) -> None:
    """The command with all its actions."""
    command: argparse.ArgumentParser = commands.add_parser("complaint", help=told("complaint"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("action", choices=ACTIONS, metavar="ACTION", help=told("complaint_action"))
    command.add_argument("number", nargs="?", default="", metavar="NUMBER", help=told("complaint_number"))
    _add_what(command, told)
    facts = sorted(fact.value for fact in RECORDED)
    command.add_argument("--fact", choices=facts, metavar="FACT", help=told("complaint_fact"))
    command.add_argument("--level", choices=LEVELS, help=told("complaint_level"))
    command.add_argument("--until", type=instant, metavar="TIME", help=told("complaint_until"))
    command.add_argument("--mood", choices=[mood.value for mood in Mood], help=told("complaint_mood"))
    command.add_argument("--link", default="", metavar="W12", help=told("complaint_link"))
    causes = [cause.value for cause in EscalationCause if cause is not EscalationCause.TEN_ALIKE]
    command.add_argument("--cause", choices=causes, help=told("complaint_cause"))
    command.add_argument("--void", action="store_true", help=told("complaint_void"))
    command.add_argument("--file", type=Path, metavar="FILE", help=told("complaint_file"))
    command.add_argument("--since", type=day, metavar="YYYY-MM-DD", help=told("complaint_since"))
    command.add_argument("--url", default="", metavar="URL", help=told("complaint_url"))
    command.add_argument("--token", default="", metavar="TOKEN", help=told("complaint_token"))
    command.add_argument("--every", type=_seconds, default=30.0, metavar="S", help=told("complaint_every"))
    command.add_argument("--times", type=count_from(0, 999_999), default=0, metavar="N", help=told("complaint_times"))
    command.add_argument("--who", default="", metavar="NAME", help=told("edit_who"))
    command.add_argument("--json", action="store_true", help=told("outage_json"))


def _add_what(command: argparse.ArgumentParser, told: Callable[[str], str]) -> None:
    """What somebody says, and who."""
    command.add_argument("--kind", choices=[kind.value for kind in ComplaintKind], help=told("complaint_kind"))
    command.add_argument("--customer", default="", metavar="ID", help=told("complaint_customer"))
    command.add_argument("--at", type=place, metavar="X,Y", help=told("isolate_at"))
    command.add_argument("--time", type=instant, metavar="TIME", help=told("outage_at"))
    sources = [source.value for source in Source]
    command.add_argument("--source", choices=sources, default=Source.PHONE.value, help=told("complaint_source"))
    for words in ("name", "phone", "address", "note"):
        command.add_argument(f"--{words}", default="", metavar="TEXT", help=told("complaint_words"))
