"""Names of registers, the questions that are asked for them, and what their words say."""

import math
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AppError
from app.feeds.modbus_registers import MOST_WORDS, Register, Table, blocks, register, value_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1/holding/100/float32", Register("", 1, Table.HOLDING, 100, "float32")),
        ("3/input/12/int16*0.01", Register("", 3, Table.INPUT, 12, "int16", factor=0.01)),
        ("3/coil/7", Register("", 3, Table.COIL, 7, "bit")),
        ("0/discrete/65535/bit", Register("", 0, Table.DISCRETE, 65_535, "bit")),
        ("1/holding/0/float32-swapped", Register("", 1, Table.HOLDING, 0, "float32", is_swapped=True)),
    ],
)
def test_a_name_says_where_and_what(name: str, expected: Register) -> None:
    made = register(name)
    assert made == replace(expected, name=name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "100",
        "1/holding/100",
        "1/holding/x/int16",
        "256/holding/1/int16",
        "1/holding/65535/float32",
        "1/holding/-1/int16",
        "1/coil/7/int16",
        "1/holding/1/bit",
        "1/holding/1/int16/2",
        "1/holding/1/int16*x",
        "1/holding/1/int16*inf",
    ],
)
def test_what_names_no_register_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(AppError, match=r"feed\.bad_register") as refused:
        register(name)
    assert refused.value.detail["name"] == name


@pytest.mark.parametrize("kind", ["int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"])
def test_words_in_either_order_say_the_same_number(kind: str) -> None:
    code = {"int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q", "float32": "f"}
    packed = struct.pack(">" + code.get(kind, "d"), 305)
    words = struct.unpack(f">{len(packed) // 2}H", packed)
    assert value_of(register(f"1/holding/1/{kind}*0.1"), words) == pytest.approx(30.5)
    assert value_of(register(f"1/holding/1/{kind}-swapped"), words[::-1]) == 305.0


def test_bits_and_words_that_are_no_number() -> None:
    assert value_of(register("1/coil/7"), [1]) == 1.0
    assert math.isnan(value_of(register("1/holding/1/float32"), [0x7FC0, 0]))


@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 400), st.sampled_from(["int16", "float64"])), max_size=12))
def test_every_register_is_asked_for_once_in_questions_of_fair_length(wanted: list[tuple[int, int, str]]) -> None:
    named = [register(f"{unit}/holding/{address}/{kind}") for unit, address, kind in wanted]
    asked = blocks(named)
    told = [one for block in asked for one in block.registers]
    assert sorted(one.name for one in told) == sorted(one.name for one in named)
    for block in asked:
        assert block.words <= MOST_WORDS
        assert {one.unit for one in block.registers} == {block.unit}
        assert all(block.first <= one.address <= block.first + block.words - one.words for one in block.registers)
        assert [alone.words for alone in block.alone()] == [one.words for one in block.registers]
    # What stands side by side is one question.
    assert len(blocks(register(f"1/holding/{at}/int16") for at in range(0, 90, 3))) == 1
