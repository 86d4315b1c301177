"""``sluice hotline``: one search by address, name, id or phone answers whether water is off, why, and until when."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from app.journal.events import milliseconds
from app.messages import Words
from app.operations.desk_cache import made_search
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.hotline import Hotline
from app.operations.meters import meter_book
from app.operations.outage_words import local, moment_text
from app.operations.outages import open_outages
from app.public.found import Found
from app.public.words import cause_text, near_text
from app.telemetry.live import NEVER_MS
from app.telemetry.nearby import Measured
from app.telemetry.nearby_history import measured_near
from app.workspace import open_workspace
from gis.search import SearchIndex
from network.supply import prepare


def hotline(options: argparse.Namespace, words: Words) -> int:
    """Answer and return 0; 1 where nobody was found."""
    with closing(open_workspace(options.workspace)) as workspace:
        standards = standards_of(options.workspace)
        search = SearchIndex(workspace.city, made_search(workspace))
        model, now = prepare(workspace.city, workspace.states), datetime.now(UTC)
        meter_book(workspace)
        dispatch, outages = open_dispatch(workspace, standards), open_outages(workspace, standards)
        found = Hotline.ready(model, search, outages, dispatch, now).look_up(" ".join(options.text))
    near = measured_near(options.workspace, tuple((one.x_m, one.y_m) for one in found), milliseconds(now))
    for one, pressures in zip(found, near, strict=True):
        if options.json:
            sys.stdout.write(json.dumps(_record(one, pressures), ensure_ascii=False) + "\n")
        else:
            sys.stdout.write("".join(f"{line}\n" for line in _lines(one, pressures, words)))
    if not found and not options.json:
        sys.stdout.write(words.say("hotline", "nobody") + "\n")
    return 0 if found else 1


def _record(one: Found, pressures: tuple[Measured, ...]) -> dict[str, Any]:
    causes = [
        {
            "kind": cause.kind.value,
            "number": cause.number,
            "reason": cause.reason,
            "from": _iso(cause.from_ms),
            "until": _iso(cause.until_ms),
            "expected": _iso(cause.expected_ms),
            "crews": list(cause.crews),
            "fares": cause.fares.value,
            "overdue": cause.overdue,
        }
        for cause in one.causes
    ]
    who = {"customer": one.id, "name": one.name, "address": one.address, "phone": one.phone, "meter": one.meter}
    standing = None if one.standing is None else one.standing.value
    near = [
        {
            "name": pressure.name,
            "away_m": round(pressure.away_m),
            "mpa": None if math.isnan(pressure.pressure_mpa) else round(pressure.pressure_mpa, 3),
            "standing": pressure.standing.name.lower(),
            "at": None if pressure.at_ms == NEVER_MS else _iso(pressure.at_ms),
        }
        for pressure in pressures
    ]
    return {**who, "out": one.out, "standing": standing, "causes": causes, "pressures": near}


def _lines(one: Found, pressures: tuple[Measured, ...], words: Words) -> Iterator[str]:
    standing = words.say("hotline", "has_water" if one.standing is None else one.standing.value)
    yield "\t".join(part for part in (one.id, one.name, one.address, one.phone, standing) if part)
    for cause in one.causes:
        yield f"  {cause_text(cause, words, lambda at_ms: moment_text(at_ms // 60_000 * 60_000, words))}"
    for pressure in pressures:
        yield f"  {near_text(pressure, words)}"
    if not pressures:
        yield f"  {words.say('hotline', 'none_near')}"


def _iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else local(at_ms).isoformat(timespec="seconds")
