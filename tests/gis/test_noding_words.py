"""Words and numbers of the layers that nobody knows, that are missing, or that cannot be."""

from __future__ import annotations

import pytest
from drawings import faults_of, layer, node

from app.messages import load_words
from gis.noding import Noded
from network.assets import Turning

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


@pytest.mark.parametrize(
    ("column", "language", "said"),
    [
        ("current", "en", "current “half” (1 features), taken as disputed"),
        ("current", "zh_CN", "current“half”（1 个要素），按 争议 处理"),
        ("flow", "en", "flow “half” (1 features), taken as not recorded"),
        ("closes", "zh_CN", "closes“half”（1 个要素），按 未记录 处理"),
        ("condition", "en", "condition “half” (1 features), taken as passing"),
        ("kind", "en", "kind “half” (1 features), taken as fitting"),
    ],
)
def test_what_a_strange_word_was_taken_for_is_said_in_words(column: str, language: str, said: str) -> None:
    assert [sentence for sentence in sentences(with_valve(**{column: "half"}), language) if said in sentence]
