"""Columns for a whole city, against plain lists."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.columns import NO_INDEX, CodedColumn, IdColumn, Ragged, TextColumn

IDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)
KEYS = st.lists(st.integers(-1, 5), max_size=20)


@given(st.lists(IDS, max_size=8), st.lists(IDS, max_size=8))
def test_ids_are_found_where_they_first_occur(ids: list[str], wanted: list[str]) -> None:
    column = IdColumn.of(ids)
    assert list(column) == ids
    expected = [ids.index(one) if one in ids and one else NO_INDEX for one in wanted]
    assert column.find_many(IdColumn.of(wanted)).tolist() == expected
    assert [column.find(one) for one in wanted] == expected


def test_ids_of_rows() -> None:
    column = IdColumn.of(["v1", "v2", "阀"])
    assert column.take(np.array([2, 0])) == ["阀", "v1"]
    assert column[2] == "阀"


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)))))
def test_texts_come_back(texts: list[str]) -> None:
    column = TextColumn.of(texts)
    assert list(column) == texts
    assert len(column) == len(texts)


def test_texts_know_their_rows() -> None:
    assert list(TextColumn.blank(2)) == ["", ""]
    with pytest.raises(IndexError):
        TextColumn.of(["a"])[-1]


@given(st.lists(st.sampled_from(["", "iron", "PE", "钢"])))
def test_coded_texts_come_back(texts: list[str]) -> None:
    column = CodedColumn.of(texts)
    assert [column[row] for row in range(len(column))] == texts
    assert CodedColumn.blank(len(texts)).codes.tolist() == [0] * len(texts)


@given(KEYS)
def test_rows_are_grouped_by_key(keys: list[int]) -> None:
    groups = Ragged.by_key(np.array(keys, dtype=np.int32), 6)
    assert len(groups) == 6
    for key in range(6):
        assert groups[key].tolist() == [row for row, own in enumerate(keys) if own == key]


@given(KEYS, st.lists(st.integers(0, 5), max_size=5))
def test_gathered_rows_are_concatenated(keys: list[int], rows: list[int]) -> None:
    groups = Ragged.by_key(np.array(keys, dtype=np.int32), 6)
    expected = [value for row in rows for value in groups[row].tolist()]
    assert groups.gather(np.array(rows, dtype=np.int64)).tolist() == expected
