"""Texts are spelled as the library pypinyin spells them, without loading it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from gis.pinyin import Speller, readings


def said(text: str) -> list[str]:
    return [part.casefold() for part in lazy_pinyin(text, style=Style.NORMAL)]


SPELLER = Speller(readings())
SIGNS, PHRASES = sorted(map(chr, PINYIN_DICT)), sorted(PHRASES_DICT)
OTHERS = st.sampled_from(["a", "Z", "12", "号b", "，", " ", "é", "あ", "-"])


def test_every_sign_and_every_phrase_is_read_as_the_library_reads_it() -> None:
    """Where this fails the library was renewed: run ``tools/pinyin_table.py``."""
    known = readings()
    assert [chr(sign) for sign in known.signs.tolist()] == SIGNS
    assert list(known.alone) == [said(sign)[0] for sign in SIGNS]
    assert list(known.phrases) == PHRASES
    assert [spoken.split(" ") for spoken in known.spoken] == [said(phrase) for phrase in PHRASES]
    firsts = np.repeat(known.signs, np.diff(known.begin)).tolist()
    assert firsts == [ord(phrase[0]) for phrase in PHRASES]


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("重庆路", ["chong", "qing", "lu"]),
        ("重要", ["zhong", "yao"]),
        ("人民银行行长", ["ren", "min", "yin", "hang", "hang", "zhang"]),
        ("B座12号", ["b", "zuo", "12", "hao"]),
        ("A-B", ["a-b"]),
        ("", []),
    ],
)
def test_neighbours_decide_how_a_sign_is_read(text: str, syllables: list[str]) -> None:
    assert SPELLER.syllables(text) == syllables


def test_a_sign_by_itself() -> None:
    assert [SPELLER.of_sign(sign) for sign in "重庆Bあ"] == ["zhong", "qing", "b", "あ"]


@given(st.lists(st.sampled_from(PHRASES) | st.sampled_from(SIGNS) | OTHERS, max_size=6).map("".join), st.data())
def test_any_text_is_spelled_as_the_library_spells_it(text: str, data: st.DataObject) -> None:
    """Pieces of phrases too: where one breaks off another may begin."""
    first = data.draw(st.integers(0, len(text)))
    piece = text[first : data.draw(st.integers(first, len(text)))]
    assert SPELLER.syllables(piece) == (said(piece) if piece else [])
