"""What falls dry when vertices are taken out, against a plain search of the whole graph."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from network.supply_tree import SupplyTree

VERTICES = 12
ROOT = 0


@st.composite
def arcs(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Mostly arcs both ways, as valves are; some one way, as pumps and check valves; parallel ones and loops too."""
    pairs = draw(st.lists(st.tuples(*[st.integers(0, VERTICES - 1)] * 2, st.booleans()), max_size=30))
    found = [(one, other) for one, other, _ in pairs]
    return found + [(other, one) for one, other, both in pairs if both and one != ROOT]


def supplied(arcs: list[tuple[int, int]], removed: set[int]) -> set[int]:
    """The readable reference: what a search from the root reaches when *removed* is not there."""
    graph = nx.DiGraph(arcs)
    graph.add_node(ROOT)
    graph.remove_nodes_from(removed)
    return {ROOT} | nx.descendants(graph, ROOT)


def grown(arcs: list[tuple[int, int]]) -> SupplyTree:
    tail, head = np.array(arcs, dtype=np.int32).reshape(-1, 2).T
    return SupplyTree.grown(tail, head, vertices=VERTICES, root=ROOT)


@given(arcs(), st.sets(st.integers(1, VERTICES - 1), max_size=5))
def test_what_is_lost_is_what_a_new_search_does_not_reach(arcs: list[tuple[int, int]], removed: set[int]) -> None:
    lost = grown(arcs).lost_without(np.array(sorted(removed), dtype=np.int64))
    assert set(lost.tolist()) == supplied(arcs, set()) - supplied(arcs, removed) - removed


@given(arcs())
def test_what_hangs_under_a_position_is_one_range(arcs: list[tuple[int, int]]) -> None:
    tree = grown(arcs)
    reached = supplied(arcs, set())
    assert set(tree.vertex.tolist()) == reached
    assert set(np.flatnonzero(tree.position >= 0).tolist()) == reached
    for at in range(1, len(tree.vertex)):
        parent = int(tree.parent[at])
        assert parent < at < tree.end[at] <= tree.end[parent]
        assert (int(tree.vertex[parent]), int(tree.vertex[at])) in arcs


@given(arcs())
def test_equal_heads_are_joined_both_ways(arcs: list[tuple[int, int]]) -> None:
    tree = grown(arcs)
    for at in range(1, len(tree.vertex)):
        up = (int(tree.vertex[at]), int(tree.vertex[tree.parent[at]])) in arcs
        assert (tree.head[at] == at) is not up
        if up:
            assert tree.head[at] == tree.head[tree.parent[at]]


def test_a_long_line_goes_dry_behind_the_gap_and_nowhere_else() -> None:
    line = [(at, at + 1) for at in range(VERTICES - 1)]
    assert grown(line).lost_without(np.array([5])).tolist() == [6, 7, 8, 9, 10, 11]


def test_a_line_closed_to_a_ring_stays_wet() -> None:
    ring = [(at, (at + 1) % VERTICES) for at in range(VERTICES)]
    both_ways = ring + [(other, one) for one, other in ring]
    assert grown(both_ways).lost_without(np.array([5])).tolist() == []
