"""The commands that need no window."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from app.cli.alternatives import alternatives
from app.cli.calls import calls
from app.cli.complaint import complaint
from app.cli.coverage import coverage
from app.cli.dispatch import crew, incident, log, orders, rules
from app.cli.disputes import disputes
from app.cli.edit import edit_command
from app.cli.export import export
from app.cli.feed import feed
from app.cli.hotline import hotline
from app.cli.hydrant import hydrant
from app.cli.hydraulics import hydraulics
from app.cli.information import information
from app.cli.isolate import isolate
from app.cli.mend import mend_command
from app.cli.order import order
from app.cli.outage import outage
from app.cli.permit import permit
from app.cli.positions import positions
from app.cli.progress import progress_on
from app.cli.rank import rank
from app.cli.report import replay_day, report
from app.cli.resupply import resupply
from app.cli.together import together
from app.cli.tours import tours
from app.messages import Words
from app.messages.rescued import rescued_lines
from app.operations.import_city import draft_import_mapping
from app.operations.make_city import make_demo, make_import
from app.operations.rescue import rescue, rescue_in_place
from app.operations.rescue_files import told_of
from app.requests import BuildDemo, ImportCity
from app.workspace import open_workspace
from app.workspace_backups import note_backup
from app.workspace_care import back_up, refuse_unsound
from gis.exchange.tables import whole_file


def run(options: argparse.Namespace, words: Words) -> int:
    """Carry out the command that *options* name and return its exit status.

    Raises:
        CodedError: It cannot be done as asked.
    """
    commands: Mapping[str, Callable[[argparse.Namespace, Words], int]] = {
        "demo": _demo,
        "import": _import,
        "check": _check,
        "backup": _backup,
        "rescue": _rescue,
        "alternatives": alternatives,
        "coverage": coverage,
        "permit": permit,
        "positions": positions,
        "feed": feed,
        "tours": tours,
        "isolate": isolate,
        "order": order,
        "hydraulics": hydraulics,
        "rank": rank,
        "edit": edit_command,
        "export": lambda asked, said: export(asked, said, progress_on(said)),
        "mend": mend_command,
        "resupply": resupply,
        "together": together,
        "incident": incident,
        "crew": crew,
        "orders": orders,
        "log": log,
        "rules": rules,
        "disputes": disputes,
        "outage": outage,
        "hotline": hotline,
        "calls": calls,
        "complaint": complaint,
        "information": information,
        "hydrant": hydrant,
        "report": report,
        "replay": replay_day,
    }
    return commands[options.command](options, words)


def _demo(options: argparse.Namespace, words: Words) -> int:
    request = BuildDemo(options.out, options.pipes, options.seed, options.old_town)
    return _made(options.out, make_demo(request, progress_on(words)), words)


def _import(options: argparse.Namespace, words: Words) -> int:
    if options.draft_mapping is not None:
        return _draft(options, words)
    request = ImportCity(
        sources=tuple(options.sources),
        folder=options.out,
        mapping=options.mapping,
        crs_epsg=options.crs,
        tolerance_m=options.tolerance,
        noding=options.noding,
        join_ends_on_lines=options.join_ends_on_lines,
        assume_valves=options.assume_valves,
        assume_sources=options.assume_sources,
        isolation_valves=options.isolation_valves,
        valve_layer=options.valve_layer,
        name=options.name,
    )
    return _made(options.out, make_import(request, progress_on(words)), words)


def _made(folder: Path, faults: int, words: Words) -> int:
    sys.stdout.write(words.say("summary", "made", {"folder": str(folder), "faults": faults}) + "\n")
    return 0


def _draft(options: argparse.Namespace, words: Words) -> int:
    text = draft_import_mapping(options.sources)
    if str(options.draft_mapping) == "-":
        sys.stdout.write(text)
        return 0
    with whole_file(options.draft_mapping) as partial:
        partial.write_text(text, encoding="utf-8")
    sys.stdout.write(words.say("summary", "written", {"path": str(options.draft_mapping)}) + "\n")
    return 0


def _check(options: argparse.Namespace, words: Words) -> int:
    refuse_unsound(options.workspace)
    with closing(open_workspace(options.workspace)) as workspace:
        faults, edits = workspace.faults(), workspace.store.outside_edits()
    for fault in faults:
        if options.json:
            sys.stdout.write(json.dumps({**asdict(fault), "text": words.fault(fault)}, ensure_ascii=False) + "\n")
        else:
            place = "" if fault.x_m is None or fault.y_m is None else f" @ {fault.x_m:.2f},{fault.y_m:.2f}"
            # An id may hold a line break; a fault is one line.
            sentence = " ".join(words.fault(fault).split())
            sys.stdout.write(f"{sentence} [{words.fault_action(fault)}]{place}\n")
    if not options.json:
        summary = (
            words.say("summary", "faults", {"count": len(faults)}) if faults else words.say("summary", "no_faults")
        )
        sys.stdout.write(summary + "\n")
        if edits:
            sys.stdout.write(words.say("summary", "outside_edits", {"count": len(edits)}) + "\n")
    return 0


def _backup(options: argparse.Namespace, words: Words) -> int:
    back_up(options.workspace, options.out)
    note_backup(options.workspace, options.out, datetime.now(UTC))
    sys.stdout.write(words.say("summary", "written", {"path": str(options.out)}) + "\n")
    return 0


def _rescue(options: argparse.Namespace, words: Words) -> int:
    progress, path, aside = progress_on(words), options.out or options.workspace, None
    if options.out is None:
        done, aside = rescue_in_place(
            options.workspace, options.backup, progress, datetime.now(UTC), from_hub=options.hub
        )
    else:
        done = rescue(options.workspace, options.backup, options.out, progress, from_hub=options.hub)
    told = told_of(path, aside or path, done, from_hub=options.hub)
    lines = rescued_lines(told, words, at=options.out)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
