"""Cells of foreign tables."""

import numpy as np
import pytest

from gis.exchange.values import as_flag, as_integer, as_real, as_text, natural, typed, unreadable


def cells(*values):
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def test_texts():
    assert list(as_text(np.array([1, 2]))) == ["1", "2"]
    assert list(as_text(np.array([1.0, 2.5, np.nan]))) == ["1", "2.5", ""]
    assert list(as_text(cells(" a ", None, 7, 3.0, b"\x00"))) == ["a", "", "7", "3", ""]
    dates = np.array(["1995-11-06", "NaT", "2001-01-01T12:30:00"], dtype="datetime64[ms]")
    assert list(as_text(dates)) == ["1995-11-06", "", "2001-01-01T12:30:00"]
    assert list(as_text(np.array([1e300]))) == ["1e+300"]


def test_numbers():
    assert as_real(cells("1.5", None, "x", " 2 ")) == pytest.approx([1.5, np.nan, np.nan, 2.0], nan_ok=True)
    assert as_real(np.array([1, 2])).dtype == np.float64


def test_whole_numbers_and_the_year_of_a_date():
    assert list(as_integer(cells("1995", "1995-11-06", "2001年", "1998.0"))) == [1995, 1995, 2001, 1998]
    assert np.isnan(as_integer(cells("unknown", None, "19951"))[:2]).all()
    assert list(as_integer(np.array(["1995-11-06"], dtype="datetime64[D]"))) == [1995]


def test_flags():
    assert list(as_flag(cells("是", "Yes", 1, True, "0", None, "否", 1.0))) == [
        True, True, True, True, False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["text", "real", "integer", "flag"])
def test_every_kind_has_the_type_that_layers_promise(kind):
    found = typed(cells("1", None, "x", 5.0, 1e300), kind)
    assert found.dtype == {"text": object, "real": np.float64, "integer": np.int64, "flag": np.bool_}[kind]
    assert len(found) == 5


def test_what_says_something_but_no_number():
    values = cells("DN?", None, "", "3")
    assert list(unreadable(values, typed(values, "real"), "real")) == [True, False, False, False]
    assert list(unreadable(values, typed(values, "integer"), "integer")) == [True, False, False, False]
    assert not unreadable(values, typed(values, "text"), "text").any()
    assert not unreadable(np.array([np.nan]), np.array([np.nan]), "real").any()


def test_columns_without_a_name_of_ours():
    assert natural(np.array([1], dtype=np.int32)).dtype == np.int64
    assert natural(np.array([1.0], dtype=np.float32)).dtype == np.float64
    assert natural(np.array([True])).dtype == np.bool_
    assert list(natural(cells("a", None))) == ["a", ""]
