"""The demo city as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gis.errors import GisError
from gis.layers import LayerSet
from gis.packed import PackedLayers
from gis.synthetic.assemble import Built, assemble
from gis.synthetic.borders import guard_borders, legs_of
from gis.synthetic.customers import settle
from gis.synthetic.districts import make_districts
from gis.synthetic.fittings import place_hydrants, place_valves
from gis.synthetic.houses import build_houses
from gis.synthetic.labels import make_labels
from gis.synthetic.mains import distance_from_plants, make_mains, shape_pipes
from gis.synthetic.plan import DENSE_CORE, USUAL_CORE, make_plan
from gis.synthetic.sheet import LineStock
from gis.synthetic.skeleton import draw_skeleton
from gis.synthetic.terrain import make_terrain
from gis.synthetic.warp import make_ground

FEWEST_PIPES, MOST_PIPES = 300, 2_000_000
ProgressSink = Callable[[str, float], None]
"""Takes a step's code for the message catalogues, and how much is done, 0 to 1."""


@dataclass(frozen=True)
class _Dice:
    """Independent randomness for each part of the work, so that a change in one leaves the others as they were."""

    pipes: int
    seed: int

    def roll(self, part: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, self.pipes, part])))


def generate_city(
    pipes: int, seed: int, progress: ProgressSink | None = None, *, dense_core: bool = False, packed: bool = False
) -> LayerSet:
    """Make a synthetic city: everything in it is invented, and it says so in its name.

    Args:
        pipes: How many pipes; the city has exactly so many, and about as many customers.
        seed: Not negative. The same pipes and seed give the same network, roads, buildings and customers on every
            machine; the outlines of hills may differ with GEOS.
        progress: Told of each step.
        dense_core: With an old town of narrow crooked lanes in the middle, a quarter of the city's land.
        packed: The layers as :class:`gis.packed.PackedLayers`: for whoever needs one after another.

    Returns:
        All layers in EPSG:4548, metres, x east and y north, around a made-up place.

    Raises:
        GisError: ``demo_pipes_out_of_range`` or ``demo_seed_negative``.
    """
    if not FEWEST_PIPES <= pipes <= MOST_PIPES:
        raise GisError("demo_pipes_out_of_range", pipes=pipes, fewest=FEWEST_PIPES, most=MOST_PIPES)
    if seed < 0:
        raise GisError("demo_seed_negative", seed=seed)
    tell = progress or _nobody
    dice, stock = _Dice(pipes, seed), LineStock()
    tell("demo_plan", 0.0)
    core = DENSE_CORE if dense_core else USUAL_CORE
    plan = make_plan(pipes, stock, dice.roll(1), core)
    river_y = sum(plan.river_m) / 2
    terrain = make_terrain(plan.radius_m, river_y, dice.roll(2))
    skeleton = draw_skeleton(pipes, plan, stock, terrain, dice.roll(3))
    tell("demo_ground", 0.12)
    ground = make_ground(plan.half_m, plan.radius_m, river_y, dice.roll(4), core)
    shapes = shape_pipes(skeleton, ground)
    tell("demo_mains", 0.2)
    mains = make_mains(skeleton, distance_from_plants(skeleton, shapes), dice.roll(5))
    labels = make_labels(skeleton, dice.roll(6))
    districts = make_districts(skeleton, terrain, dice.roll(7))
    tell("demo_valves", 0.3)
    legs = legs_of(skeleton)
    borders = guard_borders(skeleton, legs, districts, mains.nominal_mm, dice.roll(8))
    elevation = terrain.at(skeleton.web.x_m, skeleton.web.y_m)
    valves = place_valves(skeleton, legs, borders, mains, shapes, elevation, dice.roll(9))
    hydrants = place_hydrants(skeleton, shapes, dice.roll(10))
    tell("demo_customers", 0.4)
    houses = build_houses(skeleton, ground, dice.roll(11))
    customers, stations = settle(skeleton, houses, shapes, labels, pipes, dice.roll(12))
    tell("demo_layers", 0.6)
    built = Built(
        skeleton, terrain, ground, shapes, mains, labels, districts, legs, borders, elevation, valves, hydrants, houses,
        customers, stations,
    )  # fmt: skip
    layers = assemble(built, dice.roll(13), PackedLayers() if packed else {})
    tell("demo_layers", 1.0)
    return layers


def _nobody(step: str, fraction: float) -> None:
    """Nobody listens."""
