"""Dominators against networkx, and against what a search no longer reaches."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from network.dominators import dominator_tree

VERTICES = 14
ROOT = 0


@st.composite
def arcs(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Mostly arcs both ways; parallel ones, loops and branches too."""
    pairs = draw(st.lists(st.tuples(*[st.integers(0, VERTICES - 1)] * 2, st.booleans()), max_size=30))
    return [(one, other) for one, other, _ in pairs] + [(other, one) for one, other, both in pairs if both]


def graph_of(arcs: list[tuple[int, int]]) -> nx.DiGraph:
    graph = nx.DiGraph(arcs)
    graph.add_node(ROOT)
    return graph


def expected_above(arcs: list[tuple[int, int]]) -> list[int]:
    above = np.full(VERTICES, -1)
    above[ROOT] = ROOT
    for vertex, dominator in nx.immediate_dominators(graph_of(arcs), ROOT).items():
        above[vertex] = ROOT if vertex == ROOT else dominator
    return above.tolist()


@given(arcs())
def test_dominators_are_those_of_networkx(arcs: list[tuple[int, int]]) -> None:
    tail, head = np.array(arcs, dtype=np.int32).reshape(-1, 2).T
    assert dominator_tree(tail, head, VERTICES, ROOT).above.tolist() == expected_above(arcs)


@given(arcs(), st.lists(st.integers(0, 9), min_size=VERTICES, max_size=VERTICES))
def test_sums_are_what_is_lost_without_a_vertex(arcs: list[tuple[int, int]], values: list[int]) -> None:
    tail, head = np.array(arcs, dtype=np.int32).reshape(-1, 2).T
    tree = dominator_tree(tail, head, VERTICES, ROOT)
    graph = graph_of(arcs)
    reached = {ROOT} | nx.descendants(graph, ROOT)
    sums = tree.sums(np.array(values))
    for vertex in set(range(VERTICES)) - {ROOT}:
        without = graph.copy()
        without.remove_nodes_from([vertex])
        lost = reached - {ROOT} - nx.descendants(without, ROOT)
        assert sums[vertex] == sum(values[gone] for gone in lost)
        under = tree.dominates(np.full(VERTICES, vertex), np.arange(VERTICES))
        assert set(np.flatnonzero(under).tolist()) == lost


@given(arcs(), st.integers(0, VERTICES - 1), st.integers(0, VERTICES - 1))
def test_the_climb_ends_just_below_the_meeting(arcs: list[tuple[int, int]], one: int, other: int) -> None:
    tail, head = np.array(arcs, dtype=np.int32).reshape(-1, 2).T
    tree = dominator_tree(tail, head, VERTICES, ROOT)
    pair = np.array([one]), np.array([other])
    if min(tree.position[[one, other]]) < 0 or tree.dominates(*pair)[0] or tree.dominates(*pair[::-1])[0]:
        return
    last = tree.below_meeting(*pair)
    assert tree.dominates(last, pair[0])[0]
    assert not tree.dominates(last, pair[1])[0]
    assert tree.dominates(tree.above[last], pair[1])[0]


def test_a_root_alone() -> None:
    nothing = np.empty(0, dtype=np.int32)
    tree = dominator_tree(nothing, nothing, 1, 0)
    assert tree.above.tolist() == [0]
    assert tree.sums(np.array([5])).tolist() == [5]
