"""Areas of a model whose inflow is metered at their borders, for benchmarks: its links, and which mains lie inside."""

from dataclasses import dataclass

import numpy as np
from burst_years import Meters, Model
from epanet import toolkit as en
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.telemetry.bursts.inflow import WHOLE_CITY

LEAST_REST = 0.01
"""A smaller share of the nodes than this is no area of its own."""


@dataclass(frozen=True)
class Areas:
    """Metered areas.

    Attributes:
        names: Of each; ``WHOLE_CITY`` for what lies in no other.
        meters: Of each the links at its border.
        of_link: Shape (links,), which area a link lies in; -1 for none.
    """

    names: tuple[str, ...]
    meters: Meters
    of_link: np.ndarray


def areas_of(model: Model, area_of_node: np.ndarray) -> Areas:
    """Areas by their inner nodes, and all else as one more area where sources feed it.

    Args:
        model: Solved.
        area_of_node: Shape (nodes,), -1 for none.
    """
    count = int(area_of_node.max()) + 1
    start, end = area_of_node[model.ends].T
    meters = [border(model, start == area, end == area) for area in range(count)]
    names = [f"part {area + 1}" for area in range(count)]
    of_link = np.maximum(start, end)
    rest = (area_of_node < 0) & ~model.fixed
    if rest.mean() > LEAST_REST:
        inside = rest[model.ends]
        meters.append(border(model, inside[:, 0], inside[:, 1]))
        names.append(WHOLE_CITY)
        of_link = np.where(of_link < 0, count, of_link)
    return Areas(tuple(names), tuple(meters), of_link)


def border(model: Model, starts_inside: np.ndarray, ends_inside: np.ndarray) -> tuple[tuple[str, int], ...]:
    """Links between inside and outside, with 1 where they lead in."""
    at = np.flatnonzero(starts_inside != ends_inside)
    return tuple((model.links[link], 1 if ends_inside[link] else -1) for link in at.tolist())


def parts_behind_valves(model: Model) -> np.ndarray:
    """What hangs together by pipes alone, without sources: shape (nodes,), -1 for what is a single node."""
    plain = (model.kind == en.PIPE) & ~model.fixed[model.ends].any(axis=1)
    size = (len(model.nodes), len(model.nodes))
    part = connected_components(coo_array((np.ones(plain.sum()), model.ends[plain].T), shape=size), directed=False)[1]
    large = np.flatnonzero(np.bincount(part) > 1)
    number = np.full(int(part.max()) + 1, -1)
    number[large] = np.arange(len(large))
    return number[part]
