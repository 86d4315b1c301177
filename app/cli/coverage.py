"""``sluice coverage``: how soon crews could be anywhere, and what sending each of them would leave uncovered."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import datetime

from app.cli.values import hour_of
from app.dispatch.position_store import positions_of
from app.messages import Words
from app.operations.coverage import as_lines, as_record, coverage_of, write_coverage
from app.times import CITY_TIME
from app.workspace import open_workspace


def coverage(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0.

    Raises:
        CodedError: The workspace or the question cannot be used.
    """
    hour = hour_of(options.hour, datetime.now(CITY_TIME))
    crews = [str(place) for place in range(1, len(options.crews_from) + 1)]
    with closing(open_workspace(options.workspace)) as workspace:
        positions = positions_of(workspace.folder)
        found, speeds = coverage_of(
            workspace, options.crews_from, hour=hour, limit_min=options.within, positions=positions
        )
        if options.out is not None:
            write_coverage(options.out, found, workspace.meta.crs_epsg)
    if options.json:
        record = {"hour": hour, "speeds_learned": speeds.learned, **as_record(found, crews)}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(as_lines(found, crews, words)) + "\n")
    return 0
