"""Noding against a plain reading of its rules, and in whatever order and direction the lines were drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations

from drawings import layer, meets, node
from hypothesis import example, given
from hypothesis import strategies as st
from soak import soak_examples

from gis.layers import Layer
from gis.noding import NodingOptions

TOLERANCE_M = 0.01
Place = tuple[float, float]


@dataclass(frozen=True)
class Line:
    name: str
    start: Place
    end: Place
    from_id: str
    to_id: str

    def turned(self) -> Line:
        return replace(self, start=self.end, end=self.start, from_id=self.to_id, to_id=self.from_id)


# Corners ten metres apart, each end a little off its corner: within the tolerance of another, or beyond it.
corners = st.integers(0, 3)
offsets = st.sampled_from([0.0, 0.004, 0.008, 0.03])
node_ids = st.sampled_from(["sound", "sound", "null", "strange", "shared"])


@st.composite
def ends(draw: st.DrawFn, number: int) -> tuple[tuple[int, int], Place, str]:
    corner = (draw(corners), draw(corners))
    place = (10.0 * corner[0] + draw(offsets), 10.0 * corner[1])
    kind = draw(node_ids)
    names = {"sound": f"n{corner[0]}{corner[1]}", "null": "", "strange": f"x{number}", "shared": "anywhere"}
    return corner, place, names[kind]


@st.composite
def drawings(draw: st.DrawFn) -> list[Line]:
    lines = []
    for number in range(draw(st.integers(1, 8))):
        first, start, from_id = draw(ends(2 * number))
        second, end, to_id = draw(ends(2 * number + 1))
        if first != second:
            lines.append(Line(f"P{number}", start, end, from_id, to_id))
    return lines


def pipes(lines: list[Line]) -> Layer:
    return layer(
        [(line.name, [line.start, line.end]) for line in lines],
        from_node=[line.from_id for line in lines],
        to_node=[line.to_id for line in lines],
    )


def groups(lines: list[Line], joined: list[tuple[str, str]]) -> set[frozenset[str]]:
    """Ends that meet, from pairs that do."""
    group = {end: {end} for line in lines for end in (line.name + "<", line.name + ">")}
    for one, other in joined:
        merged = group[one] | group[other]
        for end in merged:
            group[end] = merged
    return {frozenset(members) for members in group.values()}


def all_ends(lines: list[Line]) -> list[tuple[str, Place, str]]:
    found = [(line.name + "<", line.start, line.from_id) for line in lines]
    return found + [(line.name + ">", line.end, line.to_id) for line in lines]


@soak_examples(4_000)
@given(drawings())
def test_by_geometry_ends_closer_than_the_tolerance_meet_and_no_others(lines: list[Line]) -> None:
    close = [
        (one, other)
        for (one, at, _), (other, there, _) in combinations(all_ends(lines), 2)
        if math.dist(at, there) <= TOLERANCE_M
    ]

    assert meets(node(NodingOptions(by="geometry"), pipe=pipes(lines))) == groups(lines, close)


@soak_examples(4_000)
@given(drawings())
def test_by_ids_equal_ids_meet_and_no_others(lines: list[Line]) -> None:
    same = [
        (one, other) for (one, _, name), (other, _, again) in combinations(all_ends(lines), 2) if name and name == again
    ]

    assert meets(node(NodingOptions(by="ids"), pipe=pipes(lines))) == groups(lines, same)


@soak_examples(4_000)
@given(drawings(), st.randoms(use_true_random=False), st.sampled_from(["auto", "ids", "geometry"]))
def test_neither_order_nor_direction_of_the_lines_matters(lines: list[Line], random, by) -> None:  # type: ignore[no-untyped-def]
    turned = {line.name for line in lines if random.random() < 0.5}
    other = [line.turned() if line.name in turned else line for line in lines]
    random.shuffle(other)

    def name(end: str) -> str:
        return end[:-1] + {"<": ">", ">": "<"}[end[-1]] if end[:-1] in turned else end

    first, second = node(NodingOptions(by=by), pipe=pipes(lines)), node(NodingOptions(by=by), pipe=pipes(other))
    assert {frozenset(map(name, group)) for group in meets(second)} == meets(first)
    assert set(second.city.network.nodes.ids) == set(first.city.network.nodes.ids)
    assert sorted((f.kind, f.action) for f in second.faults) == sorted((f.kind, f.action) for f in first.faults)


@soak_examples(4_000)
@given(drawings())
def test_what_is_stored_is_noded_the_same_again(lines: list[Line]) -> None:
    first = node(pipe=pipes(lines))
    again = node(NodingOptions(by="ids"), **first.layers.layers)

    assert meets(again) == meets(first)
    assert list(again.city.network.nodes.ids) == list(first.city.network.nodes.ids)


@soak_examples(4_000)
@given(drawings(), st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=1, max_size=6))
@example(
    [
        Line("P0", (0.0, 0.0), (0.0, 10.0), "n00", "n01"),
        Line("P1", (0.0, 0.0), (0.004, 10.0), "n00", "n01"),
    ],
    # Nearer to P1 or as near to both: the rounding of a distance hangs on the direction of the line.
    [(2.0**-52, 0.0)],
)
def test_taps_and_valves_do_not_depend_on_order_or_direction(lines: list[Line], places: list[Place]) -> None:
    points = layer([(f"C{row}", place) for row, place in enumerate(places)])
    valves = layer([(f"V{row}", place) for row, place in enumerate(places)], kind=["isolation"] * len(places))
    turned = [line.turned() for line in reversed(lines)]

    def hung(drawn: list[Line]) -> list[tuple[str, ...]]:
        city = node(pipe=pipes(drawn), customer=points, valve=valves).city
        network = city.network
        names = [*network.pipes.ids, ""]
        nodes = [*network.nodes.ids, ""]
        return [
            (names[tap], names[pipe], nodes[at])
            for tap, pipe, at in zip(city.customers.tap.pipe, network.devices.pipe, network.devices.node, strict=True)
        ]

    assert hung(turned) == hung(lines)
