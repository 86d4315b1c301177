"""``sluice tours``: a day's rounds of routine work."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from datetime import UTC, datetime

from app.messages import Words
from app.operations.dispatch_rules import standards_of
from app.operations.tours import (
    as_lines,
    as_record,
    crews_in,
    tours_of,
    valves_to_exercise,
    visits_in,
    write_tours,
)
from app.workspace import open_workspace


def tours(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0, also where visits are left.

    Raises:
        CodedError: The workspace or a table cannot be used.
    """
    crews = crews_in(options.crews)
    listed = visits_in(options.visits) if options.visits is not None else None
    with closing(open_workspace(options.workspace)) as workspace:
        pack, now = standards_of(options.workspace).pack, datetime.now(UTC)
        visits = valves_to_exercise(workspace, options.valves, pack, now) if listed is None else listed
        found = tours_of(workspace, visits, crews)
        if options.out is not None:
            write_tours(options.out, found, visits, crews, workspace.meta.crs_epsg)
    if options.json:
        sys.stdout.write(json.dumps(as_record(found), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(as_lines(found, words)) + "\n")
    return 0
