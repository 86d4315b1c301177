"""``sluice hydraulics``: pressures before and after a plan, and what is left of fire cover."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing

from app.cli.questions import check, moment_of, query_of
from app.errors import AppError
from app.messages import Words
from app.operations.hydraulics import as_lines, as_record, effect_of, inputs_of
from app.operations.isolate import Desk
from app.operations.isolate import as_record as plan_record
from app.operations.plan_words import as_text, reason
from app.workspace import open_workspace
from network.hydraulic_effect import HydraulicsFailed
from network.supply import prepare


def hydraulics(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0.

    Raises:
        CodedError: The workspace, the question or a calibrated model cannot be used, or there are no pressures.
    """
    query, (year, hour) = query_of(options), moment_of(options)
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        check(desk, query, words)
        answer, model = desk.answer(query), desk.supposing(query)
        inputs = inputs_of(workspace, model, year=year, calibration=options.calibration, hour=hour)
        told = effect_of(model, answer, inputs, hour, reach_m=options.fire_reach_m)
        if options.json:
            plan = plan_record(model, query, answer, reason(model, answer, words))
            sys.stdout.write(json.dumps({**plan, **as_record(model, told)}, ensure_ascii=False) + "\n")
        else:
            lines = (as_text(model, answer, words), *as_lines(model, told, words))
            sys.stdout.write("\n".join(lines) + "\n")
    if isinstance(told.hydraulics, HydraulicsFailed):
        # Plan and fire cover are told by then: neither needs pressures.
        raise AppError(told.hydraulics.code, **told.hydraulics.detail)
    return 0
