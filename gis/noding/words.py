"""Words of the layers as codes of the tables. A word that nobody knows is reported and taken for the safest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import Layer
from network.assets import Condition, DeviceKind, Direction, Position, SourceKind, Turning
from network.columns import Bool, Int8

_KINDS = {kind.name.lower(): int(kind) for kind in DeviceKind if kind is not DeviceKind.PUMP}
_POSITIONS = {"open": int(Position.OPEN), "closed": int(Position.CLOSED)}
_CONDITIONS = {condition.name.lower(): int(condition) for condition in Condition}
_FLOWS = {"with": int(Direction.WITH), "against": int(Direction.AGAINST)}
_SOURCES = {kind.name.lower(): int(kind) for kind in SourceKind}


class _Basis(IntEnum):
    NOMINAL = 0
    OUTSIDE = 1


class _Pump(IntEnum):
    BOOSTER = 0


_BASES = {basis.name.lower(): int(basis) for basis in _Basis}
_CLOSES = {"cw": int(Turning.CLOCKWISE), "ccw": int(Turning.COUNTERCLOCKWISE)}


def valve_kinds(valve: Layer, log: FaultLog) -> Int8:
    """Kinds of the valves. A kind that is unknown or missing never cuts; where no valve has one, all isolate."""
    if len(valve) and not (_plain(valve, "kind") != "").any():
        log.count(FaultKind.NOT_RECORDED, "valve", len(valve), Action.KEPT, column="kind", taken="isolation")
        return np.full(len(valve), DeviceKind.ISOLATION, dtype=np.int8)
    return _codes("valve", valve, "kind", _KINDS, null=DeviceKind.OTHER, unknown=DeviceKind.OTHER, log=log)


def positions(valve: Layer, log: FaultLog) -> tuple[Int8, Int8]:
    """Normal and current positions. Without a current one the valve stands as normal, without that open."""
    unset = -1
    normal = _codes("valve", valve, "normal", _POSITIONS, null=unset, unknown=Position.DISPUTED, log=log)
    current = _codes("valve", valve, "current", _POSITIONS, null=unset, unknown=Position.DISPUTED, log=log)
    normal_known = np.where(normal == unset, Position.OPEN, normal).astype(np.int8)
    current_known = np.where(current == unset, normal_known, current).astype(np.int8)
    return np.where(normal_known == Position.DISPUTED, Position.OPEN, normal_known).astype(np.int8), current_known


def conditions(valve: Layer, log: FaultLog) -> Int8:
    """Conditions; a word that nobody knows counts as passing, which no plan relies on either way."""
    missing = int((_plain(valve, "condition") == "").sum())
    log.count(FaultKind.NOT_RECORDED, "valve", missing, Action.KEPT, column="condition", taken="unknown")
    unknown = Condition.PASSING
    return _codes("valve", valve, "condition", _CONDITIONS, null=Condition.UNKNOWN, unknown=unknown, log=log)


def flows(name: str, layer: Layer, log: FaultLog) -> Int8:
    """Recorded flow relative to the pipe."""
    unknown = Direction.UNKNOWN
    return _codes(name, layer, "flow", _FLOWS, null=unknown, unknown=unknown, log=log)


def turnings(valve: Layer, log: FaultLog) -> Int8:
    """Which way the valves close. One that does not say is unknown: a crew that forces it the wrong way breaks it."""
    unknown = Turning.UNKNOWN
    return _codes("valve", valve, "closes", _CLOSES, null=unknown, unknown=unknown, log=log)


def source_kinds(source: Layer, log: FaultLog) -> Int8:
    """Kinds of the sources; one that is not told counts as a tank, which supplies least by itself, and is reported."""
    missing = int((_plain(source, "kind") == "").sum())
    log.count(FaultKind.NOT_RECORDED, "source", missing, Action.KEPT, column="kind", taken="tank")
    return _codes("source", source, "kind", _SOURCES, null=SourceKind.TANK, unknown=SourceKind.TANK, log=log)


def outside_diameters(pipe: Layer, log: FaultLog) -> Bool:
    """Which diameters are outside ones; nominal is what is meant where nothing is said."""
    found: Bool = _codes("pipe", pipe, "dn_basis", _BASES, null=_Basis.NOMINAL, unknown=_Basis.NOMINAL, log=log) > 0
    return found


def check_pump_kinds(pump: Layer, log: FaultLog) -> None:
    """Report kinds of pumps that are not known: every pump lifts, whatever it is called."""
    _codes("pump", pump, "kind", {"booster": _Pump.BOOSTER}, null=_Pump.BOOSTER, unknown=_Pump.BOOSTER, log=log)


def _plain(layer: Layer, column: str) -> NDArray[np.object_]:
    """Texts in lower case, trimmed; each distinct text is handled once."""
    texts = layer.text(column)
    known = {text: str(text).strip().lower() for text in set(texts.tolist())}
    plain = np.empty(len(texts), dtype=object)
    plain[:] = [known[text] for text in texts.tolist()]
    return plain


def _codes(
    name: str, layer: Layer, column: str, words: Mapping[str, int], *, null: int, unknown: IntEnum, log: FaultLog
) -> Int8:
    plain = _plain(layer, column).tolist()
    strange: dict[str, int] = {}
    for word in plain:
        if word and word not in words:
            strange[word] = strange.get(word, 0) + 1
    for word, count in sorted(strange.items()):
        taken = unknown.name.lower()
        log.count(FaultKind.UNKNOWN_WORD, name, count, Action.KEPT, column=column, value=word, taken=taken)
    return np.array([words.get(word, unknown) if word else null for word in plain], dtype=np.int8)
