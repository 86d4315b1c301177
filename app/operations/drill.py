"""A drill: a copy of a city in which recorded readings are played as if they were measured now.

The copy has the network, the journal and what is watched; its readings come from a recording alone, and nothing that is
done in it reaches the city. What the line is made to do to the messages, the city's own never suffered.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import AppError
from app.requests import ProgressSink
from app.telemetry.curve_files import write_readings
from app.telemetry.history import History
from app.telemetry.recordings import read_recording, write_recording
from app.telemetry.replay_faults import Fault
from app.telemetry.setup import FOLDER, HISTORY, Feed, FeedKind, Setup, read_setup, write_setup
from app.times import CITY_TIME
from app.workspace_care import back_up
from app.workspace_files import refuse_occupied
from network.errors import os_detail

NAME: Final = "drill"
LONGEST_H: Final = 240.0


@dataclass(frozen=True)
class DrillPlan:
    """What is played.

    Attributes:
        recording: A file of readings; None: from the city's own history.
        start_ms: From when on, UTC milliseconds; None: all of the file.
        hours: How long from then on.
        speed: How many times faster than it was.
        faults: What the line does to the messages.
        seed: Which messages these strike.
    """

    recording: Path | None = None
    start_ms: int | None = None
    hours: float = 1.0
    speed: float = 1.0
    faults: tuple[Fault, ...] = ()
    seed: int = 1


def make_drill(folder: Path, target: Path, plan: DrillPlan, progress: ProgressSink) -> int:
    """Make the drill *target* of the workspace *folder*, whole or not at all; how many readings it plays.

    Args:
        folder: The city, which may be open and recording.
        target: A folder that does not exist yet, or is empty.
        plan: What is played.
        progress: Told ``drill_recording``, ``saving``.

    Raises:
        AppError: ``feed.bad_recording``, ``feed.empty_recording``, ``feed.bad_span``, what the set-up refuses, and why
            the city cannot be copied.
    """
    setup = read_setup(folder)
    refuse_occupied(target)
    progress("drill_recording", 0.0)
    with tempfile.TemporaryDirectory(prefix="sluice-drill-") as place:
        recording = _recording(folder, setup, plan, Path(place))
        readings = len(read_recording(recording, CITY_TIME))
        if not readings:
            raise AppError("feed.empty_recording", path=str(plan.recording or folder / HISTORY))
        progress("saving", 0.6)
        back_up(folder, target)
        try:
            (target / FOLDER).mkdir()
            shutil.copyfile(recording, target / FOLDER / recording.name)
            write_setup(target, replace(setup, feeds=(_feed(plan, recording.name),), script=()))
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            raise AppError("workspace.cannot_write", path=str(target), **os_detail(error, "reason")) from error
    progress("saving", 1.0)
    return readings


def _recording(folder: Path, setup: Setup, plan: DrillPlan, place: Path) -> Path:
    """The file that is played, in *place* where it is made of the history or is a part of a file."""
    if plan.recording is not None and plan.start_ms is None:
        return plan.recording
    if plan.start_ms is None or not 0.0 < plan.hours <= LONGEST_H:
        raise AppError("feed.bad_span", most=LONGEST_H)
    span_ms = (plan.start_ms, plan.start_ms + round(plan.hours * 3_600_000))
    path = place / "recording.csv"
    if plan.recording is not None:
        write_recording(read_recording(plan.recording, CITY_TIME, span_ms), path)
        return path
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        known = history.channels()
        rows = [at for at, channel in enumerate(setup.channels.records) if channel.id in known]
        write_readings(history, setup, rows, *span_ms, path)
    return path


def _feed(plan: DrillPlan, name: str) -> Feed:
    faults = tuple(fault.value for fault in plan.faults)
    return Feed(NAME, FeedKind.REPLAY, path=f"{FOLDER}/{name}", speed=plan.speed, faults=faults, seed=plan.seed)
