"""What only the finished network shows: legs and ways not told, doubles, islands without a source."""

from __future__ import annotations

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.locate import PipeIndex
from network.assets import DeviceTable, SourceTable
from network.checks import Doubt, Finding, find_doubts
from network.topology import Network

_TOLD_BEFORE = (Doubt.VALVE_OFF_PIPE, Doubt.SOURCE_OFF_PIPE)
"""Placing has reported these, and knows which valves may well stand off the mains."""


def report_doubts(network: Network, valves: int, index: PipeIndex, log: FaultLog) -> None:
    """Report the doubts about *network*, whose first *valves* devices are valves and whose other devices are pumps."""
    for finding in find_doubts(network):
        if finding.doubt in _TOLD_BEFORE:
            continue
        kind = FaultKind(finding.doubt.value)
        match finding.doubt:
            case Doubt.NO_SOURCE:
                log.add(kind, "source")
            case Doubt.ISLAND_WITHOUT_SOURCE:
                place = index.middle(finding.row)
                log.add(kind, "pipe", network.pipes.ids[finding.row], place, Action.REPORTED, **_size(finding))
            case Doubt.ISLAND_ON_TANK:
                sources = network.sources
                place = _place(sources, finding.row)
                log.add(kind, "source", sources.ids[finding.row], place, Action.KEPT, **_size(finding))
            case _:
                _report_device(kind, finding, network.devices, valves, log)


def _report_device(kind: FaultKind, finding: Finding, devices: DeviceTable, valves: int, log: FaultLog) -> None:
    layer = "valve" if finding.row < valves else "pump"
    other = {"other": devices.ids[finding.other]} if finding.other >= 0 else {}
    log.add(kind, layer, devices.ids[finding.row], _place(devices, finding.row), Action.KEPT, **other)


def _size(finding: Finding) -> dict[str, float]:
    return {"count": finding.pipes, "length_m": round(finding.length_m, 1)}


def _place(table: DeviceTable | SourceTable, row: int) -> tuple[float, float]:
    return float(table.x_m[row]), float(table.y_m[row])
