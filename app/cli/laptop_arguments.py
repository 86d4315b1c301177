"""What may be typed after ``sluice take``, ``bundle``, ``merge``, ``disputes``, ``erase`` and ``laptop``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.values import count_from, day_count
from app.journal.erasing import LEAST_DAYS

if TYPE_CHECKING:
    from app.cli.field_arguments import Commands, Told

LONGEST_DAYS = 90
"""What is not brought home for a season is no longer field work."""


def add_laptops(commands: Commands, told: Told) -> None:
    """``sluice take``, ``sluice bundle``, ``sluice merge``, ``sluice disputes``, ``sluice laptop``."""
    take = commands.add_parser("take", help=told("take"))
    take.add_argument("workspace", type=Path, help=told("workspace"))
    what = take.add_mutually_exclusive_group(required=True)
    what.add_argument("--dma", default="", metavar="ID", help=told("take_dma"))
    what.add_argument("--polygon", type=Path, metavar="FILE.geojson", help=told("take_polygon"))
    what.add_argument("--all", action="store_true", help=told("take_all"))
    take.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=told("take_out"))
    take.add_argument("--for", dest="holder", required=True, metavar="NAME", help=told("take_for"))
    days = count_from(1, LONGEST_DAYS)
    take.add_argument("--days", type=days, default=14, metavar="N", help=told("take_days"))
    take.add_argument("--readings-days", type=day_count, default=0, metavar="N", help=told("take_readings"))
    bundle = commands.add_parser("bundle", help=told("bundle"))
    bundle.add_argument("workspace", type=Path, help=told("workspace"))
    bundle.add_argument("--out", type=Path, required=True, metavar="FILE.sluice", help=told("bundle_out"))
    bundle.add_argument("--for", dest="laptop", default="", metavar="LAPTOP", help=told("bundle_for"))
    bundle.add_argument("--no-pictures", action="store_true", help=told("bundle_no_pictures"))
    merge = commands.add_parser("merge", help=told("merge"))
    merge.add_argument("workspace", type=Path, help=told("workspace"))
    merge.add_argument("bundle", type=Path, metavar="FILE.sluice", help=told("merge_bundle"))
    disputes = commands.add_parser("disputes", help=told("disputes"))
    disputes.add_argument("workspace", type=Path, help=told("workspace"))
    erase = commands.add_parser("erase", help=told("erase"))
    erase.add_argument("workspace", type=Path, help=told("workspace"))
    after = count_from(LEAST_DAYS, 36_500)
    erase.add_argument("--after-days", type=after, required=True, metavar="N", help=told("erase_after"))
    erase.add_argument("--all-words", action="store_true", help=told("erase_all_words"))
    laptop = commands.add_parser("laptop", help=told("laptop"))
    parts = laptop.add_subparsers(dest="part", metavar="PART", required=True)
    acts = [parts.add_parser(name, help=told(f"laptop_{name}")) for name in ("list", "withdraw", "readmit")]
    for act in acts:
        act.add_argument("workspace", type=Path, help=told("workspace"))
    for act in acts[1:]:
        act.add_argument("laptop", metavar="LAPTOP", help=told("laptop_id"))
        act.add_argument("--why", required=True, help=told("laptop_why"))
    for name in ("seal", "unseal"):
        parts.add_parser(name, help=told(f"laptop_{name}")).add_argument("workspace", type=Path, help=told("workspace"))
    for command in (take, bundle, merge, disputes, erase, *acts):
        command.add_argument("--json", action="store_true", help=told("isolate_json"))
