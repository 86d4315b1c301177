"""``sluice hydraulics``: pressures before and after a plan, and what is left of fire cover."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import datetime

from app.errors import AppError
from app.messages import Words
from app.operations.hydraulics import as_lines, as_record, effect_of, inputs_of
from app.operations.isolate import Desk, parse_query
from app.workspace import open_workspace
from network.hydraulic_effect import HydraulicsFailed
from network.supply import prepare


def hydraulics(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0.

    Raises:
        CodedError: The workspace, the question or a calibrated model cannot be used, or there are no pressures.
    """
    named = {key: value for key in ("pipe", "valve", "junction") if (value := getattr(options, key)) is not None}
    query = parse_query(named)
    now = datetime.now().astimezone()
    hour = now.hour + now.minute / 60.0 if options.hour is None else options.hour
    with closing(open_workspace(options.workspace)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        answer = desk.answer(query)
        inputs = inputs_of(workspace, desk.model, year=now.year, calibration=options.calibration, hour=hour)
        told = effect_of(desk.model, answer, inputs, hour)
        if isinstance(told.hydraulics, HydraulicsFailed):
            raise AppError(told.hydraulics.code, **told.hydraulics.detail)
        if options.json:
            sys.stdout.write(json.dumps(as_record(desk.model, told, told.hydraulics), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("\n".join(as_lines(desk.model, told, told.hydraulics, words)) + "\n")
    return 0
