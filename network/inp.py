"""EPANET input files as records in SI units. The file is read by EPANET itself, in a child process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from network.child import run_in_child
from network.errors import NetworkError, os_detail

READ_TIMEOUT_S = 300.0


class NodeKind(StrEnum):
    """What an INP node is."""

    JUNCTION = "junction"
    RESERVOIR = "reservoir"
    TANK = "tank"


class LinkKind(StrEnum):
    """What an INP link is."""

    CV_PIPE = "cv_pipe"
    PIPE = "pipe"
    PUMP = "pump"
    PRV = "prv"
    PSV = "psv"
    PBV = "pbv"
    FCV = "fcv"
    TCV = "tcv"
    GPV = "gpv"
    PCV = "pcv"


@dataclass(frozen=True)
class InpNode:
    """One node.

    Attributes:
        x, y: As in the file, in its own map units; None where it states none.
        elevation_m: Ground or bottom level; of a reservoir its head.
        demand_m3_d: Sum of the base demands.
        volume_m3: Of a tank, when full; 0 otherwise.
    """

    id: str
    kind: NodeKind
    x: float | None
    y: float | None
    elevation_m: float
    demand_m3_d: float = 0.0
    volume_m3: float = 0.0


@dataclass(frozen=True)
class InpLink:
    """One link.

    Attributes:
        length_m, dn_mm: 0 for pumps; a valve has no length.
        closed: Its initial status is CLOSED.
        vertices: Between the ends, in map units.
    """

    id: str
    kind: LinkKind
    from_id: str
    to_id: str
    length_m: float
    dn_mm: float
    closed: bool
    vertices: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class InpNetwork:
    """What an INP file holds of pipes and nodes.

    Attributes:
        us_units: The file is in feet and inches (the record is not).
        controls: How many controls and rules the file has: they say when links open and close by themselves.
    """

    nodes: tuple[InpNode, ...]
    links: tuple[InpLink, ...]
    title: str
    us_units: bool
    controls: int = 0


def read_inp(path: Path, timeout_s: float = READ_TIMEOUT_S) -> InpNetwork:
    """Read an INP file.

    Texts may be UTF-8 or GB 18030.

    Raises:
        NetworkError: ``inp_missing``; ``inp_broken`` with EPANET's own ``error`` number and ``why``, and where it names
            them ``line`` (from 1, 0 where it does not) and ``text`` of the faulty line; ``inp_empty`` for a file
            without links; ``inp_crashed`` and ``inp_timeout`` when EPANET did not survive it.
    """
    try:
        data = path.read_bytes()
    except OSError as missing:
        raise NetworkError("inp_missing", path=str(path), **os_detail(missing)) from missing
    try:
        found = run_in_child(timeout_s, "network.hydraulics:read_text", decoded(data))
    except NetworkError as failed:
        codes = {"child_timeout": "inp_timeout", "child_crashed": "inp_crashed"}
        raise NetworkError(codes.get(failed.code, failed.code), path=str(path), **failed.detail) from failed
    return cast("InpNetwork", found)


def decoded(data: bytes) -> str:
    """Text of an INP file: UTF-8, with or without mark, else GB 18030."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")
