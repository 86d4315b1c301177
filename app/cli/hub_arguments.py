"""What may be typed after ``sluice hub``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.journal.hub_rights import PersonRole

if TYPE_CHECKING:
    from app.cli.field_arguments import Commands, Told


def add_hub(commands: Commands, told: Told) -> None:
    """``sluice hub``."""
    command = commands.add_parser("hub", help=told("hub"))
    parts = command.add_subparsers(dest="part", metavar="PART", required=True)
    for name in ("init", "join", "leave", "status", "verify", "backup"):
        part = parts.add_parser(name, help=told(f"hub_{name}"))
        part.add_argument("workspace", type=Path, help=told("workspace"))
        if name in {"init", "join"}:
            part.add_argument("--address", required=True, metavar="ADDRESS", help=told("hub_address"))
            if name == "init":
                part.add_argument("--incomplete", action="store_true", help=told("hub_incomplete"))
        elif name == "status":
            part.add_argument("--json", action="store_true", help=told("isolate_json"))
        elif name == "backup":
            part.add_argument("--out", type=Path, required=True, metavar="FILE.sqlite", help=told("hub_out"))
    _add_people(parts, told)
    for name in ("zones", "layers"):
        given = parts.add_parser(name, help=told(f"hub_{name}"))
        given.add_argument("workspace", type=Path, help=told("workspace"))
        given.add_argument("--address", default="", metavar="ADDRESS", help=told("hub_owner_address"))
    password = parts.add_parser("password", help=told("hub_password"))
    password.add_argument("workspace", type=Path, help=told("workspace"))
    password.add_argument("--address", default="", metavar="ADDRESS", help=told("hub_password_address"))
    what = password.add_mutually_exclusive_group(required=True)
    what.add_argument("--password-file", type=Path, metavar="FILE", help=told("hub_kept_password"))
    what.add_argument("--forget", action="store_true", help=told("hub_forget"))
    shown = parts.add_parser("reveal", help=told("hub_reveal"))
    shown.add_argument("workspace", type=Path, help=told("workspace"))
    shown.add_argument("entity", metavar="INCIDENT", help=told("hub_entity"))
    shown.add_argument("--purpose", required=True, help=told("hub_purpose"))
    shown.add_argument("--who", default="", help=told("hub_who"))


def _add_people(parts: Commands, told: Told) -> None:
    person = parts.add_parser("person", help=told("hub_person"))
    acts = person.add_subparsers(dest="act", metavar="ACT", required=True)
    for name in ("add", "remove", "list"):
        act = acts.add_parser(name, help=told(f"hub_person_{name}"))
        act.add_argument("workspace", type=Path, help=told("workspace"))
        if name == "list":
            act.add_argument("--json", action="store_true", help=told("isolate_json"))
        else:
            act.add_argument("login", metavar="LOGIN", help=told("hub_login"))
        if name == "add":
            act.add_argument("--role", required=True, choices=[*PersonRole], help=told("hub_role"))
            act.add_argument("--name", default="", help=told("hub_name"))
            act.add_argument("--relay", action="store_true", help=told("hub_relay"))
            act.add_argument("--zone", action="append", default=[], metavar="ID", help=told("hub_zone"))
            act.add_argument("--password-file", type=Path, metavar="FILE", help=told("hub_password_file"))
        act.add_argument("--address", default="", metavar="ADDRESS", help=told("hub_owner_address"))
