"""What may be typed. Bad arguments end with status 2 and one line on standard error."""

from __future__ import annotations

import argparse
import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app.cli.complaint_arguments import add_complaint
from app.cli.complaints import complaint
from app.cli.dispatch_arguments import add_desk
from app.cli.field_arguments import add_coverage, add_crews_from, add_feed, add_positions, add_tours
from app.cli.hub_arguments import add_hub
from app.cli.hydrant_arguments import add_hydrant
from app.cli.information_arguments import add_information
from app.cli.laptop_arguments import add_laptops
from app.cli.outage_arguments import add_calls, add_hotline, add_outage
from app.cli.report_arguments import add_reports
from app.cli.values import count_from, crew_count, duration_h, hour, instant, metres, place, rectangle, scale
from app.config import language_of
from app.messages import LANGUAGES, Words, load_words
from network.hydraulic_defaults import HYDRANT_REACH_M

DEMO_PIPES = 20_000
DEMO_SEED = 7
WIDEST_TOLERANCE_M = 10.0
"""Ends farther apart than this are not one place by any mistake of drawing; a wider tolerance would weld streets."""

BAD_INPUT = 2
"""Exit status for arguments or input that cannot be used."""


class _Once(argparse.Action):
    """Keeps a value. Said twice it is refused: of two pipes that were named, the first would be forgotten silently."""

    def __call__(
        self, _parser: Any, namespace: argparse.Namespace, values: Any, option_string: str | None = None
    ) -> None:
        if option_string is not None and getattr(self, "_said", False):
            raise argparse.ArgumentError(self, "said_twice")
        self._said = True
        setattr(namespace, self.dest, values)


class _Help(argparse.HelpFormatter):
    """Help as argparse lays it out, its own words in the operator's language."""

    words: Words

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self.words.say("help", "usage") if prefix is None else prefix)


class _OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, which scripts can show; ``--help`` has the rest."""

    words: Words
    layout: type[_Help]

    def __init__(self, **options: Any) -> None:
        wants_help = options.pop("add_help", True)
        super().__init__(**options, add_help=False, formatter_class=self.layout)
        self.register("action", None, _Once)
        # argparse has no other way to name its two groups, and no public name for them.
        self._positionals.title = self.told("arguments")
        self._optionals.title = self.told("options")
        if wants_help:
            self.add_argument("-h", "--help", action="help", help=self.told("help"))
            self.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=self.told("lang"))

    def told(self, code: str) -> str:
        """What ``--help`` says of *code*; a percent sign there is argparse's."""
        return self.words.say("help", code)

    def error(self, message: str) -> NoReturn:
        code, detail = complaint(message)
        sentence = " ".join(self.words.say("arguments", code, detail).split())
        self.exit(BAD_INPUT, f"{self.prog}: {sentence} (--help)\n")


def _asked_for(arguments: list[str]) -> str | None:
    """The language named among *arguments*, before they are parsed: a complaint about them is told in it."""
    named = [value for option, value in itertools.pairwise(arguments) if option == "--lang"]
    named += [option.removeprefix("--lang=") for option in arguments if option.startswith("--lang=")]
    return named[-1] if named and named[-1] in LANGUAGES else None


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line as a namespace; ``command`` is None for the window, ``lang_named`` where no language is."""
    language = _asked_for(arguments) or language_of(os.environ)

    class Layout(_Help):
        """Its words: argparse makes the layout from the class."""

        words = load_words(language)

    class Parser(_OneLineParser):
        """The parser in the operator's language; argparse makes those of the subcommands from the class."""

        words = Layout.words
        layout = Layout

    parser = Parser(prog="sluice", description=Layout.words.say("help", "sluice"))
    parser.set_defaults(workspace=None, lang=language, lang_named=_asked_for(arguments))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    common = Parser(add_help=False)
    every = (_window, _tour, _demo, _import, _check, _backup, _rescue, _doctor, _picture)
    answers = (_isolate, _hydraulics, _rank, _export, _resupply, _together, _order, _alternatives)
    for add in (*every, *answers, _edit, _mend, _print):
        add(commands, common)
    public = (add_outage, add_hotline, add_calls, add_complaint, add_information, add_hydrant, add_reports)
    for add_field in (add_coverage, add_positions, add_tours, add_feed, add_desk, add_hub, add_laptops, *public):
        add_field(commands, common.told)
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


_count = count_from(0, 999_999_999)
"""How many pipes a demo city may have is known where it is made."""


def _tolerance(text: str) -> float:
    value = metres(text)
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


def _window(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("window", help=common.told("window"))
    command.add_argument("workspace", type=Path, nargs="?", help=common.told("window_workspace"))


def _tour(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("tour", help=common.told("tour"))
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=common.told("tour_out"))
    command.add_argument("--workspace", type=Path, help=common.told("tour_workspace"))


def _demo(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("demo", help=common.told("demo"))
    command.add_argument("--pipes", type=_count, default=DEMO_PIPES, metavar="N", help=common.told("demo_pipes"))
    command.add_argument("--seed", type=int, default=DEMO_SEED, metavar="S", help=common.told("demo_seed"))
    command.add_argument("--old-town", action="store_true", help=common.told("demo_old_town"))
    command.add_argument("--out", type=Path, required=True, metavar="WORKSPACE", help=common.told("new_workspace"))


def _import(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("import", help=common.told("import"))
    command.add_argument("sources", type=Path, nargs="+", metavar="SOURCE", help=common.told("import_sources"))
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--out", type=Path, metavar="WORKSPACE", help=common.told("new_workspace"))
    goal.add_argument("--draft-mapping", type=Path, metavar="FILE", help=common.told("import_draft_mapping"))
    command.add_argument("--mapping", type=Path, metavar="FILE", help=common.told("import_mapping"))
    command.add_argument("--crs", type=_epsg, metavar="EPSG:N", help=common.told("import_crs"))
    command.add_argument("--tolerance", type=_tolerance, metavar="M", help=common.told("import_tolerance"))
    command.add_argument("--join-ends-on-lines", action="store_true", help=common.told("import_join_ends_on_lines"))
    command.add_argument(
        "--noding", choices=("auto", "ids", "geometry"), default="auto", help=common.told("import_noding")
    )
    command.add_argument("--assume-valves", action="store_true", help=common.told("import_assume_valves"))
    command.add_argument("--assume-sources", action="store_true", help=common.told("import_assume_sources"))
    command.add_argument(
        "--isolation-valves", choices=("tcv",), default="", help=common.told("import_isolation_valves")
    )
    command.add_argument("--valve-layer", type=Path, metavar="FILE.csv", help=common.told("import_valve_layer"))
    command.add_argument("--name", default="", help=common.told("import_name"))


def _check(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("check", help=common.told("check"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--json", action="store_true", help=common.told("check_json"))


def _backup(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("backup", help=common.told("backup"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=common.told("backup_out"))


def _rescue(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("rescue", help=common.told("rescue"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    on_top_of = command.add_mutually_exclusive_group()
    on_top_of.add_argument("--backup", type=Path, metavar="FOLDER", help=common.told("rescue_backup"))
    on_top_of.add_argument("--hub", action="store_true", help=common.told("rescue_hub"))
    command.add_argument("--out", type=Path, metavar="FOLDER", help=common.told("rescue_out"))


def _doctor(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("doctor", help=common.told("doctor"))
    command.add_argument("--json", action="store_true", help=common.told("doctor_json"))
    command.add_argument("--folder", type=Path, default=Path(), help=common.told("doctor_folder"))
    command.add_argument("--bundle", type=Path, metavar="FILE.zip", help=common.told("doctor_bundle"))


def _picture(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("picture", help=common.told("picture"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--out", type=Path, required=True, metavar="FILE.png", help=common.told("picture_out"))
    command.add_argument("--pipe", type=_id, metavar="ID", help=common.told("picture_pipe"))
    command.add_argument("--bounds", type=rectangle, metavar="X,Y,X,Y", help=common.told("print_bounds"))
    command.add_argument("--size", type=_size, default=(1600, 1000), metavar="WxH", help=common.told("picture_size"))
    command.add_argument(
        "--theme", choices=("light", "dark", "sun"), default="light", help=common.told("picture_theme")
    )


def _print(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("print", help=common.told("print"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help=common.told("print_out"))
    command.add_argument("--paper", choices=("A4", "A3", "A2", "A1", "A0"), default="A4", help=common.told("paper"))
    command.add_argument("--portrait", action="store_true", help=common.told("print_portrait"))
    command.add_argument("--scale", type=scale, metavar="1:N", help=common.told("print_scale"))
    command.add_argument("--pipe", type=_id, metavar="ID", help=common.told("print_pipe"))
    command.add_argument("--bounds", type=rectangle, metavar="X,Y,X,Y", help=common.told("print_bounds"))
    command.add_argument("--book", choices=("grid", "along", "dma"), default="", help=common.told("print_book"))
    command.add_argument("--along", nargs="+", type=_id, default=(), metavar="ID", help=common.told("print_along"))
    command.add_argument("--title", type=_id, default="", metavar="TEXT", help=common.told("print_title"))
    command.add_argument("--dpi", type=_count, metavar="N", help=common.told("print_dpi"))
    command.add_argument("--no-grid", dest="grid", action="store_false", help=common.told("print_no_grid"))
    command.add_argument("--no-tables", dest="tables", action="store_false", help=common.told("print_no_tables"))


def _isolate(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("isolate", help=common.told("isolate"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    target = _one_target(command, common)
    target.add_argument("--targets", type=Path, metavar="FILE.jsonl", help=common.told("isolate_targets"))
    command.add_argument("--json", action="store_true", help=common.told("isolate_json"))


def _one_target(command: argparse.ArgumentParser, common: _OneLineParser) -> argparse._MutuallyExclusiveGroup:
    """Arguments that name a target and what is supposed of valves; the group of which exactly one is needed."""
    target = command.add_mutually_exclusive_group(required=True)
    for kind in ("pipe", "valve", "junction", "hydrant", "customer"):
        target.add_argument(f"--{kind}", type=_id, metavar="ID", help=common.told(f"target_{kind}"))
    target.add_argument("--at", type=place, metavar="X,Y", help=common.told("isolate_at"))
    command.add_argument("--offset-m", type=metres, metavar="D", help=common.told("isolate_offset_m"))
    for state in ("inoperable", "closed", "open"):
        told = common.told(f"isolate_{state}")
        command.add_argument(f"--{state}", action="append", type=_id, default=[], metavar="ID", help=told)
    return target


def _resupply(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("resupply", help=common.told("resupply"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    _one_target(command, common)
    command.add_argument("--hour", type=hour, metavar="H", help=common.told("hydraulics_hour"))
    command.add_argument(
        "--no-hydraulics", dest="hydraulics", action="store_false", help=common.told("resupply_no_hydraulics")
    )
    command.add_argument("--json", action="store_true", help=common.told("isolate_json"))


def _together(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("together", help=common.told("together"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("shutdowns", type=Path, metavar="SHUTDOWNS", help=common.told("together_shutdowns"))
    command.add_argument("--file-alone", action="store_true", help=common.told("together_file_alone"))
    command.add_argument("--json", action="store_true", help=common.told("isolate_json"))


def _order(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("order", help=common.told("order"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    _one_target(command, common)
    command.add_argument("--crews", type=crew_count, metavar="N", help=common.told("order_crews"))
    add_crews_from(command, common.told)
    command.add_argument("--planned", action="store_true", help=common.told("order_planned"))
    command.add_argument("--start", type=instant, metavar="TIME", help=common.told("order_start"))
    command.add_argument("--work-hours", type=duration_h, metavar="H", help=common.told("order_work_hours"))
    command.add_argument("--json", action="store_true", help=common.told("isolate_json"))


def _alternatives(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("alternatives", help=common.told("alternatives"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    _one_target(command, common)
    command.add_argument("--cost", choices=("valves", "time"), default="valves", help=common.told("alternatives_cost"))
    command.add_argument("--from", dest="crew_from", type=place, metavar="X,Y", help=common.told("alternatives_from"))
    command.add_argument("--json", action="store_true", help=common.told("isolate_json"))


def _export(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("export", help=common.told("export"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--out", type=Path, required=True, help=common.told("export_out"))
    command.add_argument(
        "--format", choices=("gpkg", "shp", "geojson", "csv", "dxf"), default="gpkg", help=common.told("export_format")
    )
    command.add_argument("--layers", metavar="LAYER,…", help=common.told("export_layers"))
    command.add_argument("--crs", type=_epsg, metavar="EPSG:N", help=common.told("export_crs"))
    command.add_argument("--encoding", choices=("utf-8", "gbk"), default="utf-8", help=common.told("export_encoding"))
    command.add_argument("--bounds", type=rectangle, metavar="X,Y,X,Y", help=common.told("export_bounds"))


def _rank(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("rank", help=common.told("rank"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--most", type=_rows, metavar="N", help=common.told("rank_most"))
    command.add_argument("--at-least", action="store_true", help=common.told("rank_at_least"))
    command.add_argument("--json", action="store_true", help=common.told("rank_json"))


def _edit(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("edit", help=common.told("edit"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--set", nargs="+", type=_id, metavar=("LAYER", "ID FIELD=VALUE"), help=common.told("edit_set"))
    goal.add_argument("--delete", nargs=2, type=_id, metavar=("LAYER", "ID"), help=common.told("edit_delete"))
    goal.add_argument("--batch", type=Path, metavar="FILE.jsonl", help=common.told("edit_batch"))
    goal.add_argument("--undo", type=_id, metavar="EDIT", help=common.told("edit_undo"))
    goal.add_argument("--proposals", action="store_true", help=common.told("edit_proposals"))
    goal.add_argument("--accept", type=_id, metavar="PROPOSAL", help=common.told("edit_accept"))
    goal.add_argument("--refuse", type=_id, metavar="PROPOSAL", help=common.told("edit_refuse"))
    goal.add_argument("--outside", action="store_true", help=common.told("edit_outside"))
    goal.add_argument("--conflicts", action="store_true", help=common.told("edit_conflicts"))
    command.add_argument("--propose", action="store_true", help=common.told("edit_propose"))
    command.add_argument("--why", type=_id, default="", metavar="TEXT", help=common.told("edit_why"))
    command.add_argument("--who", type=_id, default="", metavar="NAME", help=common.told("edit_who"))
    command.add_argument("--json", action="store_true", help=common.told("edit_json"))


def _mend(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("mend", help=common.told("mend"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    command.add_argument("--kind", action="append", type=_id, default=[], metavar="KIND", help=common.told("mend_kind"))
    command.add_argument("--id", action="append", type=_id, default=[], metavar="MEND", help=common.told("mend_id"))
    command.add_argument("--preview", action="store_true", help=common.told("mend_preview"))
    command.add_argument("--apply", action="store_true", help=common.told("mend_apply"))
    command.add_argument("--why", type=_id, default="", metavar="TEXT", help=common.told("edit_why"))
    command.add_argument("--who", type=_id, default="", metavar="NAME", help=common.told("edit_who"))
    command.add_argument("--json", action="store_true", help=common.told("edit_json"))


def _rows(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"not_a_row_count {text}")
    return int(text)


def _hydraulics(commands: Commands, common: _OneLineParser) -> None:
    command = commands.add_parser("hydraulics", help=common.told("hydraulics"))
    command.add_argument("workspace", type=Path, help=common.told("workspace"))
    _one_target(command, common)
    command.add_argument("--hour", type=hour, metavar="H", help=common.told("hydraulics_hour"))
    command.add_argument("--calibration", type=Path, metavar="FILE.inp", help=common.told("hydraulics_calibration"))
    reach = common.told("hydraulics_fire_reach")
    command.add_argument("--fire-reach-m", type=metres, default=HYDRANT_REACH_M, metavar="D", help=reach)
    command.add_argument("--json", action="store_true", help=common.told("hydraulics_json"))
