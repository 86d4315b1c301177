"""The one question that arguments ask, the same for every command that plans."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime

from app.messages import Words
from app.operations.isolate import STATE_KEYS, TARGET_KEYS, Desk, Query, parse_query


def query_of(options: argparse.Namespace) -> Query:
    """The one question that the arguments ask.

    Raises:
        AppError: It is none; see :func:`app.operations.isolate.parse_query`.
    """
    keys = (*TARGET_KEYS, *STATE_KEYS, "offset_m")
    return parse_query({key: getattr(options, key) for key in keys if getattr(options, key) not in (None, [])})


def moment_of(options: argparse.Namespace) -> tuple[int, float]:
    """The year, and the hour of the day that the arguments ask for: the present one where they name none."""
    now = datetime.now().astimezone()
    return now.year, now.hour + now.minute / 60.0 if options.hour is None else options.hour


def check(desk: Desk, query: Query, words: Words) -> None:
    """Refuse what cannot be asked; on standard error, what is supposed and changes nothing.

    Raises:
        AppError: See :meth:`app.operations.isolate.Desk.check`.
    """
    for supposed in desk.check(query):
        sys.stderr.write(f"sluice: {words.say('supposition', supposed.why, {'id': supposed.id})}\n")
