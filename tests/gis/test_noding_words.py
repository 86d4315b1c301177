"""Words and numbers of the layers that nobody knows, that are missing, or that cannot be."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from drawings import faults_of, layer, node

from app.messages import load_words
from gis.noding import Noded
from network.assets import SourceKind, Turning

PIPES = layer([("A", [(0, 0), (100, 0)])])


def with_valve(**columns: str) -> Noded:
    columns = {"kind": "isolation", "condition": "operable", **columns}
    valve = layer([("V", (40.0, 0.0))], **{key: [value] for key, value in columns.items()})
    return node(pipe=PIPES, valve=valve)


def sentences(noded: Noded, language: str) -> list[str]:
    words = load_words(language)
    return [words.fault(fault) for fault in noded.faults]


@pytest.mark.parametrize(
    ("said", "means"),
    [("cw", Turning.CLOCKWISE), (" CCW ", Turning.COUNTERCLOCKWISE), ("", Turning.UNKNOWN), ("xx", Turning.UNKNOWN)],
)
def test_a_way_of_closing_is_never_guessed(said: str, means: Turning) -> None:
    noded = with_valve(closes=said)

    assert noded.city.network.devices.closes[0] == means
    assert faults_of(noded) == ([("unknown_word", "", "kept")] if said == "xx" else [])


def test_a_source_without_a_kind_is_a_tank_and_that_is_said() -> None:
    noded = node(pipe=PIPES, source=layer([("S", (0.0, 0.0)), ("T", (100.0, 0.0))], kind=["", "plant"]))

    assert noded.city.network.sources.kind.tolist() == [SourceKind.TANK, SourceKind.PLANT]
    assert faults_of(noded) == [("not_recorded", "", "kept")]
    assert sentences(noded, "en") == ["1 feature of source does not record kind; it is taken as tank"]


def test_numbers_that_cannot_be_are_reported_and_count_as_not_recorded() -> None:
    lines = [(name, [(at, 0), (at + 100, 0)]) for at, name in ((0, "A"), (100, "B"), (200, "C"), (300, "D"))]
    pipe = layer(
        lines,
        dn_mm=[1e30, -5.0, 300.0, -5.0],
        year=[99_999_999_999, 1998, 0, 1700],
        depth_m=[-1e308, np.inf, 1.2, np.nan],
    )
    customer = layer([("U", (50.0, 5.0)), ("W", (60.0, 5.0))], people=[10**18, 3], households=[-4, 0])
    noded = node(pipe=pipe, customer=customer)

    pipes, customers = noded.city.network.pipes, noded.city.customers
    assert pipes.dn_mm.tolist() == [0, 0, 300, 0]
    assert pipes.year.tolist() == [0, 1998, 0, 0]
    assert np.isnan(pipes.depth_m).tolist() == [True, True, False, True]
    assert (customers.people.tolist(), customers.households.tolist()) == ([0, 3], [0, 0])
    assert {(fault.feature, fault.detail["column"], fault.detail["word"]) for fault in noded.faults} == {
        ("A", "dn_mm", "1e+30"),
        ("B", "dn_mm", "-5"),
        ("A", "year", "99999999999"),
        ("D", "year", "1700"),
        ("A", "depth_m", "-1e+308"),
        ("B", "depth_m", "inf"),
        ("U", "people", "1e+18"),
        ("U", "households", "-4"),
    }
    assert "pipe B: dn_mm says -5, which cannot be; it counts as not recorded (2 features)" in sentences(noded, "en")


@pytest.mark.parametrize(
    ("column", "language", "said"),
    [
        ("current", "en", "current “half” (1 feature), taken as disputed"),
        ("current", "zh_CN", "current“half”（1 个要素），按争议处理"),
        ("flow", "en", "flow “half” (1 feature), taken as not recorded"),
        ("closes", "zh_CN", "closes“half”（1 个要素），按未记录处理"),
        ("condition", "en", "condition “half” (1 feature), taken as passing"),
        ("kind", "en", "kind “half” (1 feature), taken as fitting"),
    ],
)
def test_what_a_strange_word_was_taken_for_is_said_in_words(column: str, language: str, said: str) -> None:
    assert [sentence for sentence in sentences(with_valve(**{column: "half"}), language) if said in sentence]


def test_what_a_collection_holds_beside_is_left_out_and_reported() -> None:
    mixed = shapely.GeometryCollection([shapely.Point(5, 5), shapely.LineString([(0, 0), (100, 0)])])
    noded = node(pipe=layer([("A", mixed)]))

    assert list(noded.city.network.pipes.ids) == ["A"]
    assert faults_of(noded) == [("wrong_geometry_type", "A", "repaired")]
