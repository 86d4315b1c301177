"""What may be typed. Bad arguments end with status 2 and one line on standard error."""

from __future__ import annotations

import argparse
import itertools
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.cli.complaints import complaint
from app.messages import LANGUAGES, load_words

DEMO_PIPES = 20_000
DEMO_SEED = 7
WIDEST_TOLERANCE_M = 10.0
"""Ends farther apart than this are not one place by any mistake of drawing; a wider tolerance would weld streets."""

BAD_INPUT = 2
"""Exit status for arguments or input that cannot be used."""


class _OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, which scripts can show; ``--help`` has the rest."""

    language = LANGUAGES[0]

    def error(self, message: str) -> NoReturn:
        code, detail = complaint(message)
        sentence = " ".join(load_words(self.language).say("arguments", code, detail).split())
        self.exit(BAD_INPUT, f"{self.prog}: {sentence} (--help)\n")


def language_of(environment: Mapping[str, str]) -> str:
    """Language that the terminal asks for: Chinese where the locale is Chinese, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh_CN" if locale.lower().startswith("zh") else "en"


def _asked_for(arguments: list[str]) -> str | None:
    """The language named among *arguments*, before they are parsed: a complaint about them is told in it."""
    named = [value for option, value in itertools.pairwise(arguments) if option == "--lang"]
    return named[-1] if named and named[-1] in LANGUAGES else None


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line as a namespace; ``command`` is None for the window."""
    language = _asked_for(arguments) or language_of(os.environ)

    class Parser(_OneLineParser):
        """The parser in the operator's language; argparse makes those of the subcommands from the class."""

    Parser.language = language
    parser = Parser(prog="sluice", description="Dispatch and GIS console of a city water utility.")
    parser.set_defaults(workspace=None, lang=language)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    common = Parser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=language, help="language of the words")
    for add in (_window, _tour, _demo, _import, _check, _backup, _doctor, _picture, _isolate, _hydraulics, _rank):
        add(commands, common)
    return parser.parse_args(arguments)


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[Any]  # noqa: SLF001 - argparse has no public name for it


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().partition("x")
    if not (
        cross and width.isdigit() and height.isdigit() and 64 <= int(width) <= 16384 and 64 <= int(height) <= 16384
    ):
        raise argparse.ArgumentTypeError(f"not_a_size {text}")
    return int(width), int(height)


def _epsg(text: str) -> int:
    code = text.upper().removeprefix("EPSG:")
    if not code.isdigit():
        raise argparse.ArgumentTypeError(f"not_a_crs {text}")
    return int(code)


def _count(text: str) -> int:
    # How many pipes a demo city may have is known where it is made.
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"not_a_count {text}")
    return int(text)


def _metres(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < 1e9:
        raise argparse.ArgumentTypeError(f"not_a_length {text}")
    return value


def _tolerance(text: str) -> float:
    value = _metres(text)
    if value > WIDEST_TOLERANCE_M:
        raise argparse.ArgumentTypeError(f"not_a_tolerance {text}")
    return value


def _id(text: str) -> str:
    """An id; a terminal in another encoding can deliver bytes that are no text at all."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"not_a_text {text!a}") from None
    return text


def _place(text: str) -> tuple[float, float]:
    try:
        x_m, y_m = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"not_a_place {text}") from None
    if not (math.isfinite(x_m) and math.isfinite(y_m)):
        raise argparse.ArgumentTypeError(f"not_a_place {text}")
    return x_m, y_m


def _window(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("window", parents=[common], help="open the console (the same as no command)")
    command.add_argument("workspace", type=Path, nargs="?", help="folder; without it the demo city")


def _tour(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("tour", parents=[common], help="write pictures of the console at work")
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    command.add_argument("--workspace", type=Path, help="folder; without it the demo city")


def _demo(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("demo", parents=[common], help="make a synthetic city")
    command.add_argument("--pipes", type=_count, default=DEMO_PIPES, metavar="N")
    command.add_argument("--seed", type=int, default=DEMO_SEED, metavar="S")
    command.add_argument("--out", type=Path, required=True, metavar="WORKSPACE")


def _import(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("import", parents=[common], help="make a workspace of your own city's files")
    command.add_argument("sources", type=Path, nargs="+", metavar="SOURCE")
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--out", type=Path, metavar="WORKSPACE")
    goal.add_argument(
        "--draft-mapping", type=Path, metavar="FILE", help="write a mapping file to look through; - prints it"
    )
    command.add_argument("--mapping", type=Path, metavar="FILE", help="TOML: how names and values become ours")
    command.add_argument("--crs", type=_epsg, metavar="EPSG:N", help="coordinate system, where files do not state it")
    command.add_argument("--tolerance", type=_tolerance, metavar="M", help="ends closer than this meet (default 0.01)")
    command.add_argument(
        "--join-ends-on-lines", action="store_true", help="split a line where another one's end touches its middle"
    )
    command.add_argument("--noding", choices=("auto", "ids", "geometry"), default="auto")
    command.add_argument(
        "--assume-valves", action="store_true", help="place valves by rule where there is no valve layer"
    )
    command.add_argument(
        "--assume-sources", action="store_true", help="place reservoirs by rule where there is no source at all"
    )
    command.add_argument("--isolation-valves", choices=("tcv",), default="", help="INP: TCVs are isolation valves")
    command.add_argument("--valve-layer", type=Path, metavar="FILE.csv", help="INP: valves as link,node rows")
    command.add_argument("--name", default="", help="what the city is called on screen")


def _check(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("check", parents=[common], help="report the faults of a workspace's data")
    command.add_argument("workspace", type=Path)
    command.add_argument("--json", action="store_true", help="one JSON object a fault")


def _backup(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("backup", parents=[common], help="copy a workspace, also while it is open")
    command.add_argument("workspace", type=Path)
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="new or empty")


def _doctor(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("doctor", parents=[common], help="look at this machine and say what to mend")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--folder", type=Path, default=Path(), help="where workspaces are kept (default: here)")


def _picture(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("picture", parents=[common], help="draw the map, with a plan where a pipe is named")
    command.add_argument("workspace", type=Path)
    command.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    command.add_argument("--pipe", type=_id, metavar="ID")
    command.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH")
    command.add_argument("--theme", choices=("light", "dark", "sun"), default="light")


def _isolate(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("isolate", parents=[common], help="which valves to close, and who is affected")
    command.add_argument("workspace", type=Path)
    target = command.add_mutually_exclusive_group(required=True)
    for kind in ("pipe", "valve", "junction", "hydrant", "customer"):
        target.add_argument(f"--{kind}", type=_id, metavar="ID")
    target.add_argument(
        "--at", type=_place, metavar="X,Y", help="place in the project CRS; write --at=-1,2 if negative"
    )
    target.add_argument(
        "--targets", type=Path, metavar="FILE.jsonl", help="many questions, one a line; - is standard input"
    )
    command.add_argument("--offset-m", type=_metres, metavar="D", help="with --pipe: metres from the start of its line")
    for state, words in (("inoperable", "will not turn"), ("closed", "is closed"), ("open", "is open")):
        command.add_argument(
            f"--{state}", action="append", type=_id, default=[], metavar="ID", help=f"suppose the valve {words}"
        )
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _rank(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("rank", parents=[common], help="what every segment and valve takes away, worst first")
    command.add_argument("workspace", type=Path)
    command.add_argument("--most", type=_rows, metavar="N", help="so many rows of each list, the worst (default: all)")
    command.add_argument(
        "--at-least", action="store_true", help="do not trace what only tracing settles; such figures are lower bounds"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")


def _rows(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rows from 1")
    return int(text)


def _hour(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < 24.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no hour of the day from 0 to 24")
    return value


def _hydraulics(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("hydraulics", parents=[common], help="pressures before and after a plan")
    command.add_argument("workspace", type=Path)
    target = command.add_mutually_exclusive_group(required=True)
    for kind in ("pipe", "valve", "junction"):
        target.add_argument(f"--{kind}", metavar="ID")
    command.add_argument("--hour", type=_hour, metavar="H", help="hour of the day; without it now")
    command.add_argument("--calibration", type=Path, metavar="FILE.inp", help="calibrated model with the same names")
    command.add_argument("--json", action="store_true", help="print one JSON object")
