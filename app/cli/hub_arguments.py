"""What may be typed after ``sluice hub``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
        elif name == "status":
            part.add_argument("--json", action="store_true", help=told("isolate_json"))
        elif name == "backup":
            part.add_argument("--out", type=Path, required=True, metavar="FILE.sqlite", help=told("hub_out"))
