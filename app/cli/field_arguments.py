"""What may be typed after the commands about crews: where they are, how far they reach, their rounds."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.values import day_count, duration_h, hour, instant, limit_min, place, speed, visit_count

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[Any]  # noqa: SLF001 - argparse has no public name for it

Told = Callable[[str], str]
"""The words of ``--help`` by code."""


def add_crews_from(command: argparse.ArgumentParser, told: Told) -> None:
    """``--from``, once for each crew: where it starts."""
    command.add_argument(
        "--from",
        dest="crews_from",
        action="append",
        type=place,
        default=[],
        metavar="X,Y",
        help=told("order_from"),
    )


def add_coverage(commands: Commands, told: Told) -> None:
    """``sluice coverage``."""
    command = commands.add_parser("coverage", help=told("coverage"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    add_crews_from(command, told)
    command.add_argument("--hour", type=hour, metavar="H", help=told("coverage_hour"))
    command.add_argument("--within", type=limit_min, default=30.0, metavar="MIN", help=told("coverage_within"))
    command.add_argument("--out", type=Path, metavar="FILE.geojson", help=told("coverage_out"))
    command.add_argument("--json", action="store_true", help=told("isolate_json"))


def add_positions(commands: Commands, told: Told) -> None:
    """``sluice positions``."""
    command = commands.add_parser("positions", help=told("positions"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument(
        "--from", dest="sources", action="append", default=[], metavar="SOURCE", help=told("positions_from")
    )
    command.add_argument("--crew", metavar="CREW", help=told("positions_crew"))
    command.add_argument("--speed", type=speed, default=math.inf, metavar="N", help=told("positions_speed"))
    command.add_argument("--json", action="store_true", help=told("isolate_json"))


def add_tours(commands: Commands, told: Told) -> None:
    """``sluice tours``."""
    command = commands.add_parser("tours", help=told("tours"))
    command.add_argument("workspace", type=Path, help=told("workspace"))
    command.add_argument("--crews", type=Path, required=True, metavar="FILE.csv", help=told("tours_crews"))
    work = command.add_mutually_exclusive_group(required=True)
    work.add_argument("--visits", type=Path, metavar="FILE.csv", help=told("tours_visits"))
    work.add_argument("--valves", type=visit_count, metavar="N", help=told("tours_valves"))
    command.add_argument("--out", type=Path, metavar="FILE", help=told("tours_out"))
    command.add_argument("--json", action="store_true", help=told("isolate_json"))


def add_feed(commands: Commands, told: Told) -> None:
    """``sluice feed``."""
    command = commands.add_parser("feed", help=told("feed"))
    parts = command.add_subparsers(dest="part", metavar="PART", required=True)
    demo = parts.add_parser("demo", help=told("feed_demo"))
    demo.add_argument("workspace", type=Path, help=told("workspace"))
    demo.add_argument("--days", type=day_count, default=30, metavar="N", help=told("feed_days"))
    demo.add_argument("--speed", type=speed, default=1.0, metavar="N", help=told("feed_speed"))
    demo.add_argument("--broker", default="", metavar="HOST:PORT", help=told("feed_broker"))
    drill = parts.add_parser("drill", help=told("feed_drill"))
    drill.add_argument("workspace", type=Path, help=told("workspace"))
    drill.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=told("feed_drill_out"))
    drill.add_argument("--from", dest="start", type=instant, metavar="TIME", help=told("feed_drill_from"))
    drill.add_argument("--recording", type=Path, metavar="FILE", help=told("feed_drill_recording"))
    drill.add_argument("--hours", type=duration_h, default=1.0, metavar="H", help=told("feed_drill_hours"))
    drill.add_argument("--speed", type=speed, default=1.0, metavar="N", help=told("feed_drill_speed"))
    drill.add_argument("--faults", default="", metavar="LIST", help=told("feed_drill_faults"))
    drill.add_argument("--seed", type=int, default=1, metavar="N", help=told("feed_drill_seed"))
    for part, direction in (("share", "--to"), ("fetch", "--from")):
        shared = parts.add_parser(part, help=told(f"feed_{part}"))
        shared.add_argument("workspace", type=Path, help=told("workspace"))
        shared.add_argument(direction, dest="server", required=True, metavar="SERVER", help=told("feed_server"))
        shared.add_argument("--days", type=day_count, default=7, metavar="N", help=told("feed_shared_days"))
    teach = parts.add_parser("teach", help=told("feed_teach"))
    teach.add_argument("workspace", type=Path, help=told("workspace"))
    teach.add_argument("--from", dest="start", type=instant, metavar="TIME", help=told("feed_teach_from"))
    teach.add_argument("--until", dest="end", type=instant, metavar="TIME", help=told("feed_teach_until"))
    teach.add_argument("--once-in-days", type=day_count, default=7, metavar="N", help=told("feed_teach_budget"))
    promise = parts.add_parser("promise", help=told("feed_promise"))
    promise.add_argument("workspace", type=Path, help=told("workspace"))
    promise.add_argument("--apply", action="store_true", help=told("feed_promise_apply"))
    archive = parts.add_parser("archive", help=told("feed_archive"))
    archive.add_argument("workspace", type=Path, help=told("workspace"))
    archive.add_argument("--keep-days", type=day_count, required=True, metavar="N", help=told("feed_archive_keep"))
    archive.add_argument("--out", type=Path, metavar="FOLDER", help=told("feed_archive_out"))
