"""Who drinks the water: households behind a stairway door, schools, hospitals, works; pump stations of high houses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gis.synthetic.addresses import INSTITUTIONS, Doors, write_addresses
from gis.synthetic.houses import Houses, kind_column
from gis.synthetic.labels import Labels
from gis.synthetic.mains import Shapes
from gis.synthetic.names import Texts
from gis.synthetic.plan import Use
from gis.synthetic.sheet import counter
from gis.synthetic.skeleton import Skeleton
from network.columns import NO_INDEX, Bool, Float64, Int64

_CATEGORIES = np.array(
    ["residential", "residential", "high_rise", "residential", "industry", "business", "school", "hospital",
     "fire_service", "business"],
    dtype=object,
)  # fmt: skip
_STATION_WITH_TANK = 0.6


@dataclass(frozen=True, eq=False)
class Customers:
    """Accounts, each column of shape (n,).

    Attributes:
        house: Building row.
        pipe, share: Tap.
        xy_m, tap_xy_m: Shape (n, 2), on the ground: the meter at the building's wall, and the tap on the main.
        station: Row of the pump station that serves it, -1 for none.
        valved: Has a service valve of its own.
    """

    house: Int64
    name: Texts
    address: Texts
    category: Texts
    critical: Bool
    people: Int64
    households: Int64
    pipe: Int64
    share: Float64
    xy_m: Float64
    tap_xy_m: Float64
    station: Int64
    valved: Bool
    demand_m3_d: Float64

    def __len__(self) -> int:
        return len(self.house)


@dataclass(frozen=True, eq=False)
class Stations:
    """Secondary-supply pump stations, each column of shape (n,)."""

    block: Int64
    pipe: Int64
    share: Float64
    storage_m3: Float64
    demand_m3_h: Float64


def settle(
    skeleton: Skeleton, houses: Houses, shapes: Shapes, labels: Labels, wanted: int, rng: np.random.Generator
) -> tuple[Customers, Stations]:
    """About *wanted* customers: one a building, or one a stairway unit where there is room for more rows."""
    rows = _rows_per_house(houses, wanted, rng)
    house, unit = counter(rows)
    use = houses.use[house]
    each = houses.units[house] / rows[house]
    pipe, share = _taps(skeleton, houses, house, unit, rows[house])
    xy = _doors(houses, house, unit, rows[house])
    category = _CATEGORIES[use].copy()
    low, high = kind_column(np.arange(len(Use)), "households").T
    households = np.round(rng.integers(low[use], high[use] + 1) * each).astype(np.int64)
    name, address = write_addresses(skeleton, houses, labels, Doors(house, unit, rows[house], pipe))
    category[(use == Use.HOSPITAL) & (houses.number[house] == 3)] = "dialysis"
    well = (use == Use.HOUSES) & (rng.random(len(house)) < 0.01)
    category[well] = "private_well"
    critical = np.isin(category.astype(str), ("hospital", "dialysis", "school", "fire_service"))
    people = np.round(households * rng.uniform(2.2, 3.1, len(house))).astype(np.int64)
    people = np.where(households > 0, np.maximum(people, 1), _crowd(use, rng))
    per_head = np.where(households > 0, 0.115, np.where(use == Use.HOSPITAL, 0.4, 0.06))
    demand = np.round(people * per_head * rng.uniform(0.7, 1.4, len(house)), 2)
    stations, served = _stations(houses, house, use, households, pipe, share, rng)
    customers = Customers(
        house, name, address, category, critical, people, households, pipe, share, xy, shapes.at(pipe, share), served,
        critical | (category == "industry"), demand,
    )  # fmt: skip
    return customers, stations


def _rows_per_house(houses: Houses, wanted: int, rng: np.random.Generator) -> Int64:
    """One row a building; stairway units get rows of their own in some, until there are *wanted*."""
    institution = np.isin(houses.use, INSTITUTIONS)
    base = np.where(institution & (houses.number > np.where(houses.use == Use.HOSPITAL, 3, 1)), 0, 1)
    extra = np.where(institution, 0, houses.units - 1)
    order = rng.permutation(len(houses))
    surplus = max(0, int(base.sum()) - wanted)
    base[order[~institution[order]][:surplus]] = 0
    extra[base == 0] = 0
    expanded = np.zeros(len(houses), dtype=bool)
    expanded[order] = base.sum() + np.cumsum(extra[order]) <= wanted
    return base + np.where(expanded, extra, 0)


def _taps(skeleton: Skeleton, houses: Houses, house: Int64, unit: Int64, units: Int64) -> tuple[Int64, Float64]:
    """Pipe and place of each tap: in front of the door."""
    web, line = skeleton.web, houses.line[house]
    offset = ((unit + 0.5) / units - 0.5) * houses.length_m[house] * 0.8
    along = houses.along_m[house] + offset
    pipe = web.pipe_at(line, along)
    lost = pipe < 0
    pipe[lost] = web.pipe_at(line[lost], houses.along_m[house[lost]])
    share = (along - web.low_m[pipe]) / (web.high_m[pipe] - web.low_m[pipe])
    return pipe, np.clip(np.round(share, 6), 0.04, 0.96)


def _doors(houses: Houses, house: Int64, unit: Int64, units: Int64) -> Float64:
    """Where the meters are: just inside the wall that faces the main."""
    offset = ((unit + 0.5) / units - 0.5) * houses.length_m[house] * 0.8
    inward = houses.depth_m[house] / 2 - 1.0
    xy = houses.centre_m[house] + houses.heading[house] * offset[:, None] + houses.facing[house] * inward[:, None]
    rounded: Float64 = np.round(xy, 3)
    return rounded


def _crowd(use: Int64, rng: np.random.Generator) -> Int64:
    """People at work or in care where nobody lives."""
    low = np.array([1, 1, 1, 1, 20, 3, 500, 200, 25, 5])
    high = np.array([2, 2, 2, 2, 400, 40, 2_400, 1_500, 60, 10])
    return rng.integers(low[use], high[use] + 1)


def _stations(
    houses: Houses,
    house: Int64,
    use: Int64,
    households: Int64,
    pipe: Int64,
    share: Float64,
    rng: np.random.Generator,
) -> tuple[Stations, Int64]:
    """One station for each estate of high houses, tapped where its first house would be."""
    high = np.flatnonzero(use == Use.TOWERS)
    block = houses.block[house[high]]
    with_station, first, which = np.unique(block, return_index=True, return_inverse=True)
    served = np.full(len(house), NO_INDEX, dtype=np.int64)
    served[high] = which
    homes = np.bincount(which, weights=households[high], minlength=len(with_station))
    demand = np.round(homes * 0.32 / 24 * 1.6, 1)
    hours = rng.uniform(3, 9, len(with_station))
    tank = rng.random(len(with_station)) < _STATION_WITH_TANK
    storage = np.where(tank, np.maximum(np.round(demand * hours / 10) * 10, 20), 0.0)
    tap = high[first]
    return Stations(with_station, pipe[tap], np.clip(share[tap] - 0.02, 0.03, 0.97), storage, demand), served


def phones(count: int, rng: np.random.Generator) -> Texts:
    """Numbers that cannot ring: there is no area code 0000."""
    return np.array([f"0000-555{number:05d}" for number in rng.integers(0, 100_000, count).tolist()], dtype=object)
