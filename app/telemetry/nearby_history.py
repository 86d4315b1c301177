"""Pressures near a place as the history of a workspace has them, for who has no recorder to ask."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from app.telemetry.alarms import Limits
from app.telemetry.channels import Channels
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.look_back import present_at
from app.telemetry.nearby import Measured, nearest_pressures
from app.telemetry.setup import HISTORY, Setup, is_set_up, read_setup
from network.units import M_HEAD_PER_MPA


def measured_near(folder: Path, places_m: tuple[tuple[float, float], ...], now_ms: int) -> list[tuple[Measured, ...]]:
    """What stands in the history of the workspace in *folder* near each of *places_m* (project CRS), at *now_ms*.

    Returns:
        Nothing for each place where no instruments are recorded.

    Raises:
        CodedError: The set-up or the history cannot be read.
    """
    path = folder / HISTORY
    if not is_set_up(folder) or not path.exists():
        return [() for _ in places_m]
    channels = read_setup(folder).channels
    near = [nearest_pressures(channels, *place_m) for place_m in places_m]
    rows = sorted({row for some in near for _, row in some})
    asked = Setup(Channels(tuple(channels.records[row] for row in rows)), Limits(()), ())
    with closing(History.open(path, readonly=True)) as history:
        present = present_at(history, asked, (), now_ms)
    at = {row: place for place, row in enumerate(rows)}
    return [
        tuple(
            Measured(
                channels.records[row].name,
                away_m,
                float(present.values[at[row]]) / M_HEAD_PER_MPA,
                Standing(int(present.standings[at[row]])),
                int(present.source_ms[at[row]]),
            )
            for away_m, row in some
        )
        for some in near
    ]
