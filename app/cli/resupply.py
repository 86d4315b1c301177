"""``sluice resupply``: which closed valves bring water back while a plan is carried out."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing

from app.cli.progress import progress_of
from app.cli.questions import check, moment_of, query_of
from app.messages import Words
from app.operations.hydraulics import inputs_of
from app.operations.isolate import Desk, target_record
from app.operations.resupply import as_record, resupply_options, zones_of
from app.operations.resupply_words import as_lines, reason
from app.workspace import open_workspace
from network.supply import prepare


def resupply(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0, also where nothing can be brought back.

    Raises:
        CodedError: The workspace or the question cannot be used.
    """
    query, (year, hour) = query_of(options), moment_of(options)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        check(desk, query, words)
        answer, model = desk.answer(query), desk.supposing(query)
        inputs = inputs_of(workspace, model, year=year, hour=hour) if options.hydraulics else None
        told = resupply_options(
            model,
            answer,
            zone=zones_of(workspace),
            inputs=inputs,
            hour=hour,
            progress=progress_of(words, "checking_pressures"),
        )
        if options.json:
            record = {"target": target_record(query), **as_record(model, told, reason(model, told, words))}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(as_lines(model, told, words)) + "\n")
    return 0
