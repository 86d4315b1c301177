"""Texts and lines strung one after the other come back row by row as lists of them would."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.stores.gather import gather
from gis.stores.strung import NOTHING, Strung

TEXTS = st.lists(st.one_of(st.none(), st.text("aß水𝄞 ", max_size=4)), max_size=12)


def texts_of(strung: Strung) -> list[str]:
    return [
        strung.values[start:end].tobytes().decode()
        for start, end in zip(strung.offsets, strung.offsets[1:], strict=False)
    ]


@given(TEXTS, TEXTS, st.data())
def test_each_row_has_its_own_text_else_the_one_at_its_place(
    first: list[str | None], second: list[str | None], data: st.DataObject
) -> None:
    strung = Strung.joined([Strung.of_texts(first), Strung.of_texts(second)])
    known = [text or "" for text in (*first, *second)]
    assert texts_of(strung) == known
    in_order = list(range(len(known)))
    any_place = st.lists(st.sampled_from([NOTHING, *in_order]), max_size=20)
    places = data.draw(st.one_of(st.just(in_order), st.just(in_order[1:]), any_place))
    own = data.draw(st.dictionaries(st.sampled_from(range(len(places))), st.text(max_size=3))) if places else {}
    told = {row: np.frombuffer(text.encode(), dtype=np.uint8) for row, text in own.items()}
    wanted = [own.get(row, "" if place == NOTHING else known[place]) for row, place in enumerate(places)]
    assert texts_of(strung.laid(np.array(places, dtype=np.int64), told)) == wanted


def test_columns_are_gathered_as_they_are_wanted() -> None:
    line = shapely.to_wkb(shapely.LineString([(0, 1), (2, 3), (4, 5)]))
    rows = [("a", "东路", "x", line), ("b12", None, None, None), (None, "", "x", line)]
    wanted = {"id": "ids", "name": "texts", "kind": "words", "line": "lines"}
    found = gather(wanted, [rows[:1], rows[1:]])
    assert list(found["id"]) == ["a", "b12", ""]
    assert found["id"].data.dtype == "S3"
    assert texts_of(found["name"]) == ["东路", "", ""]
    assert found["kind"].tolist() == ["x", "", "x"]
    assert found["kind"][0] is found["kind"][2]
    assert found["line"].offsets.tolist() == [0, 3, 3, 6]
    assert found["line"].values.tolist() == [[0, 1], [2, 3], [4, 5]] * 2
    nothing = gather(wanted, [])
    assert [len(nothing[name]) for name in wanted] == [0, 0, 0, 0]
