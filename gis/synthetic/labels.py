"""What roads, blocks and institutions are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.names import CITY, Texts, chinese_number, estates, pick, words
from gis.synthetic.plan import Use
from gis.synthetic.sheet import Level
from gis.synthetic.skeleton import Skeleton
from network.columns import NO_INDEX, Float64, Int64

_ARTERIAL = ("路", "大街", "大道")
_COLLECTOR = ("路", "街")
_STREET = ("街", "巷", "路", "里")
_RINGS = (("内环", 0.42), ("外环", 0.85))


@dataclass(frozen=True, eq=False)
class Labels:
    """Names.

    Attributes:
        road: Shape (pipes,), road under which each pipe lies; inside a block the block's own ways.
        ring: Shape (pipes,), True on a ring road.
        street: Shape (lines,), names of streets, "" for lines inside blocks.
        block: Shape (blocks,), community, school, works; "" for plain blocks not in the city.
    """

    road: Texts
    ring: np.ndarray
    street: Texts
    block: Texts


def make_labels(skeleton: Skeleton, rng: np.random.Generator) -> Labels:
    """Name every street and every block."""
    street = _street_names(skeleton, rng)
    block = _block_names(skeleton, rng)
    lines, web = skeleton.lines, skeleton.web
    inside = skeleton.block_of_line[web.line]
    line = np.where(lines.parent[web.line] >= 0, lines.parent[web.line], web.line)
    middle = (web.low_m + web.high_m) / 2
    road = np.where(inside >= 0, pick(block, inside) + "内", pick(street, np.where(inside >= 0, NO_INDEX, line)))
    arterial = (lines.level[line] == Level.ARTERIAL) & (inside < 0)
    road[arterial] = road[arterial] + _quarter(lines.vertical[line], middle, skeleton.plan.radius_m)[arterial]
    road[arterial] = road[arterial] + _suffix(line[arterial])
    ring = _on_ring(skeleton, line, middle, arterial, road)
    own = (skeleton.level == Level.TRUNK) & (lines.parent[web.line] < 0)
    road[own] = "输水专线"
    return Labels(road.astype(object), ring, street, block)


def _suffix(line: Int64) -> Texts:
    return np.array(_ARTERIAL, dtype=object)[line * 7 % 5 % 3]


def _quarter(vertical: np.ndarray, at_m: Float64, radius_m: float) -> Texts:
    """Which part of a long road: 东, 中, 西 or 南, 中, 北."""
    third = np.where(at_m < -0.3 * radius_m, 0, np.where(at_m > 0.3 * radius_m, 2, 1))
    table = np.array([["西", "中", "东"], ["南", "中", "北"]], dtype=object)
    return table[vertical.astype(np.int64), third]


def _on_ring(skeleton: Skeleton, line: Int64, at_m: Float64, arterial: np.ndarray, road: Texts) -> np.ndarray:
    """Rename the arterials that form the rings; tells which pipes lie on one."""
    plan, lines = skeleton.plan, skeleton.lines
    on = np.zeros(len(line), dtype=bool)
    for name, reach in _RINGS:
        low_x, high_x = (_nearest(plan.macro_x, sign * reach * plan.radius_m) for sign in (-1, 1))
        low_y, high_y = (_nearest(plan.macro_y, sign * reach * plan.radius_m) for sign in (-1, 1))
        if len({low_x, high_x}) < 2 or len({low_y, high_y}) < 2:
            continue
        sides = (("西路", True, low_x), ("东路", True, high_x), ("南路", False, low_y), ("北路", False, high_y))
        for suffix, vertical, at in sides:
            low, high = (low_y, high_y) if vertical else (low_x, high_x)
            here = arterial & (lines.vertical[line] == vertical) & (lines.at_m[line] == at)
            here &= (at_m > low) & (at_m < high) & ~on
            road[here] = name + suffix
            on |= here
    return on


def _nearest(places: Float64, wanted: float) -> float:
    return float(places[np.abs(places - wanted).argmin()])


def _street_names(skeleton: Skeleton, rng: np.random.Generator) -> Texts:
    """Arterials get a bare word (a part and a suffix follow), smaller streets their full name."""
    lines = skeleton.lines
    street = np.array([""] * len(lines), dtype=object)
    rows = np.flatnonzero((lines.level >= Level.ARTERIAL) & (lines.level <= Level.STREET))
    used = np.zeros(len(lines), dtype=bool)
    used[skeleton.web.line] = True
    rows = rows[used[rows] | (lines.level[rows] == Level.ARTERIAL)]
    street[rows] = words(len(rows), rng)
    for level, endings in ((Level.COLLECTOR, _COLLECTOR), (Level.STREET, _STREET)):
        named = rows[lines.level[rows] == level]
        street[named] = street[named] + np.array(endings, dtype=object)[rng.integers(0, len(endings), len(named))]
    return street


def _block_names(skeleton: Skeleton, rng: np.random.Generator) -> Texts:
    blocks = skeleton.plan.blocks
    names = np.array([""] * len(blocks), dtype=object)
    built = skeleton.built_blocks
    for use, ending in ((Use.OLD_TOWN, "坊"), (Use.HOUSES, "村"), (Use.SHOPS, "商业街区"), (Use.PARK, "公园")):
        rows = np.flatnonzero((blocks.use == use) & built)
        names[rows] = words(len(rows), rng) + ending
    rows = np.flatnonzero(((blocks.use == Use.HOMES) | (blocks.use == Use.TOWERS)) & built)
    names[rows] = estates(len(rows), rng)
    for use, form in (
        (Use.SCHOOL, "第{}学校"),
        (Use.HOSPITAL, "第{}医院"),
        (Use.FIRE_STATION, "第{}消防站"),
        (Use.WORKS, "第{}工业园"),
    ):
        for number, row in enumerate(np.flatnonzero((blocks.use == use) & built).tolist(), 1):
            names[row] = CITY + form.format(chinese_number(number))
    return names
