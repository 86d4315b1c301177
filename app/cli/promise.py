"""``sluice feed promise``: what instruments must read for the pressure that is promised at the meter."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from datetime import datetime

from app.cli.progress import progress_on
from app.config import operator
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.promise_limits import Proposed, Spans, propose, put_into_force, tried
from app.telemetry.setup import read_setup
from app.times import CITY_TIME
from app.workspace import open_workspace
from network.supply import prepare
from network.units import M_HEAD_PER_MPA


def promise(options: argparse.Namespace, words: Words) -> int:
    """Tell old and new limits and what cannot be told; change them if asked to.

    Raises:
        CodedError: It cannot be done as asked.
    """
    folder, progress = options.workspace, progress_on(words)
    setup = read_setup(folder)
    with closing(open_workspace(folder)) as workspace:
        proposal = propose(prepare(workspace.city, workspace.states), setup)
    now_ms = milliseconds(datetime.now(CITY_TIME))
    alarms = tried(folder, proposal.changes, now_ms, progress)
    lines = [_line(one, alarms[one.limit.id], words) for one in proposal.changes]
    for channel, why in proposal.left_out:
        lines.append(f"{channel.id} {channel.name}: {words.say('promise_left_out', why.value)}")
    changes, left_out = len(proposal.changes), len(proposal.left_out)
    same = len(proposal.proposed) - changes
    lines.append(words.say("summary", "promise_counts", {"changes": changes, "same": same, "left_out": left_out}))
    if changes and options.apply:
        put_into_force(folder, proposal, operator(), now_ms)
    if changes:
        lines.append(words.say("summary", "promise_applied" if options.apply else "promise_proposed"))
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _line(one: Proposed, alarms: Spans | None, words: Words) -> str:
    """One instrument: what is watched now, what would be, and what that would have meant."""
    now = {"limit": _mpa(one.limit.limit), "was": "" if one.was_m is None else _mpa(one.was_m)}
    told = [words.say("summary", "promise_first" if one.was_m is None else "promise_other", now)]
    if alarms is None:
        told.append(words.say("summary", "promise_untried"))
    else:
        told.append(words.say("summary", "promise_tried", {"count": len(alarms), "hours": _hours(alarms)}))
    if one.unknown:
        told.append(words.say("summary", "promise_unknown", {"count": one.unknown}))
    return f"{one.channel.id} {one.channel.name}: " + "".join(told)


def _hours(alarms: Spans) -> str:
    """How long they stood together: one that never ends is one alarm as well."""
    return f"{sum(end_ms - start_ms for start_ms, end_ms in alarms) / 3_600_000:.1f}"


def _mpa(head_m: float) -> str:
    return f"{head_m / M_HEAD_PER_MPA:.3f} MPa"
