"""``sluice calls``: which main's outage explains calls of "no water"."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing

import numpy as np

from app.errors import AppError
from app.messages import Words
from app.operations.text_files import text_of
from app.workspace import Workspace, open_workspace
from network.call_inference import call_basis, suspects
from network.columns import IdColumn, Int32
from network.supply import SupplyModel, prepare

_NAMED = 5


def calls(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0.

    Raises:
        AppError: The file cannot be read; ``unknown_customer``.
    """
    wanted = [line.strip() for line in text_of(options.file).splitlines() if line.strip()]
    with closing(open_workspace(options.workspace)) as workspace:
        callers = _rows(workspace, wanted)
        model = prepare(workspace.city, workspace.states)
        for one in suspects(call_basis(model), callers, _NAMED):
            pipes = _pipes(model, one.segment)
            if options.json:
                told = {"pipes": pipes, "customers_out": one.out, "calls": one.calls, "share": round(one.share, 4)}
                sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            else:
                detail: dict[str, str | int] = {"pipe": ", ".join(pipes[:3]), "out": one.out, "calls": one.calls}
                sys.stdout.write(f"{one.share:4.0%}\t{words.say('call_verdict', 'suspect', detail)}\n")
    return 0


def _rows(workspace: Workspace, wanted: list[str]) -> Int32:
    rows = workspace.city.customers.ids.find_many(IdColumn.of(wanted))
    if (rows < 0).any():
        raise AppError("unknown_customer", id=wanted[int(np.argmax(rows < 0))])
    return rows


def _pipes(model: SupplyModel, segment: int) -> list[str]:
    """Ids of the segment's mains, the longest part first."""
    segmentation = model.structure.segmentation
    parts = np.flatnonzero(segmentation.part_segment == segment)
    spans = segmentation.part_spans(parts)
    order = np.argsort(spans.start_m - spans.end_m, kind="stable")
    return list(dict.fromkeys(model.city.network.pipes.ids[int(pipe)] for pipe in spans.pipe[order]))
