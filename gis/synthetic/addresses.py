"""Where customers live: road, number, community, building, stairway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gis.synthetic.houses import Houses
from gis.synthetic.labels import Labels
from gis.synthetic.names import CITY, Texts, pick
from gis.synthetic.plan import Use
from gis.synthetic.skeleton import Skeleton
from network.columns import Bool, Int64

INSTITUTIONS = (Use.SCHOOL, Use.HOSPITAL, Use.FIRE_STATION)
_HOSPITAL_PARTS = ("", "门诊楼", "住院楼", "血液透析中心")
_METRES_A_NUMBER = 9


@dataclass(frozen=True, eq=False)
class Doors:
    """Stairways and doors that are customers, each column of shape (n,).

    Attributes:
        house: Building row.
        unit: 0 and up within the building.
        units: Customers in that building.
        pipe: Pipe of the tap.
    """

    house: Int64
    unit: Int64
    units: Int64
    pipe: Int64


def write_addresses(skeleton: Skeleton, houses: Houses, labels: Labels, doors: Doors) -> tuple[Texts, Texts]:
    """Names and addresses of all doors."""
    house = doors.house
    block, use, fronts = houses.block[house], houses.use[house], houses.fronts[house]
    road = np.where(fronts, pick(labels.road, doors.pipe), _gate_roads(skeleton, labels)[block])
    at = np.where(fronts, houses.along_m[house], skeleton.interior.entrance_m[block])
    gate = (np.abs(at) // _METRES_A_NUMBER).astype(np.int64) * 2 + (at >= 0) + 1
    pairs = list(_written(road, gate, pick(labels.block, block), houses.number[house], doors, use, fronts))
    name, address = np.empty(len(pairs), dtype=object), np.empty(len(pairs), dtype=object)
    name[:] = [pair[0] for pair in pairs]
    address[:] = [pair[1] for pair in pairs]
    return name, address


def _written(
    road: Texts, gate: Int64, estate: Texts, number: Int64, doors: Doors, use: Int64, fronts: Bool
) -> Iterator[tuple[str, str]]:
    lone = np.isin(use, (Use.OLD_TOWN, Use.HOUSES))
    form = np.select([fronts & lone, fronts, lone, np.isin(use, INSTITUTIONS)], [0, 1, 2, 3], 4)
    columns = (form, road, gate, estate, number, doors.unit + 1, doors.units, use == Use.HOSPITAL)
    for kind, street, gate_no, place, house_no, door_no, door_count, hospital in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        where = f"{street}{gate_no}号"
        if kind == 0:
            yield where, where
        elif kind == 1:
            shop = f"{where}商铺" + (f"{door_no}室" if door_count > 1 else "")
            yield shop, shop
        elif kind == 2:
            yield f"{place}{house_no}号", f"{where}{place}{house_no}号"
        elif kind == 3:
            yield place + (_HOSPITAL_PARTS[house_no] if hospital else ""), where
        else:
            name = f"{place}{house_no}号楼" + (f"{door_no}单元" if door_count > 1 else "")
            yield name, where + name


def _gate_roads(skeleton: Skeleton, labels: Labels) -> Texts:
    """Road at the gate of each block, by the name of the pipe that lies there."""
    interior, web = skeleton.interior, skeleton.web
    out = np.array([CITY] * len(interior.spine), dtype=object)
    rows = np.flatnonzero(interior.spine >= 0)
    before = web.pipe_at(interior.entrance[rows], interior.entrance_m[rows] - 1)
    after = web.pipe_at(interior.entrance[rows], interior.entrance_m[rows] + 1)
    pipe = np.where(before >= 0, before, after)
    out[rows[pipe >= 0]] = pick(labels.road, pipe[pipe >= 0])
    return out
