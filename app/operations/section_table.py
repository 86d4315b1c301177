"""A long section as a table for spreadsheets."""

from __future__ import annotations

import numpy as np

from app.messages import Words
from app.requests import Exported, ExportSection, RouteFound
from gis.exchange.tables import Sheet, write_csv
from network.columns import IdColumn
from network.topology import City

_COLUMNS = ("measure_m", "ground_m", "cover_m", "crown_m", "head_m", "pipe", "device")


def export_section(city: City, request: ExportSection, words: Words) -> Exported:
    """Write the section's places and devices as CSV.

    Raises:
        GisError: ``cannot_write_file``.
    """
    header = tuple(words.say("section", column) for column in _COLUMNS)
    write_csv(request.path, section_sheet(request.found, city.network.pipes.ids, city.network.devices.ids, header))
    return Exported(request.path)


def section_sheet(found: RouteFound, pipes: IdColumn, devices: IdColumn, header: tuple[str, ...]) -> Sheet:
    """The section as a table: each pipe's ends, and each device at its measure."""
    section = found.section
    rows: list[tuple[float, tuple[str | float | None, ...]]] = []
    for at in range(len(section.at_m)):
        pipe = pipes[int(found.route.pipe[at // 2])]
        told = (section.ground_m[at], section.cover_m[at], section.crown_m[at], section.head_m[at])
        rows.append((float(section.at_m[at]), (round(float(section.at_m[at]), 3), *map(_figure, told), pipe, None)))
    for device, at_m in zip(section.devices, section.device_at_m.tolist(), strict=True):
        figures = tuple(
            _figure(float(np.interp(at_m, section.at_m, values)))
            for values in (section.ground_m, section.cover_m, section.crown_m, section.head_m)
        )
        rows.append((at_m, (round(at_m, 3), *figures, None, devices[device])))
    return Sheet("section", header, [cells for _, cells in sorted(rows, key=lambda row: row[0])])


def _figure(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
