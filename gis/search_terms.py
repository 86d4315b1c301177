"""The words of a city's names and addresses, and which of them a typed word may mean.

A text is cut into *terms*: runs of digits, of Latin letters, of any other letters (Chinese). However many addresses a
city has, the terms are few, so that spellings, pinyin and slips are looked for among the terms, and the texts that hold
a term are then read from its postings.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gis.pinyin import Speller, readings
from network.columns import Bool, IdColumn, Int32, Int64, Ragged, TextColumn

_RUNS = re.compile(r"\d{1,20}|[a-z]+|[^\W\d_a-z与近]+")
"""与 and 近 ("with", "near") join the names of a crossing, and stand in no name themselves."""

_SPELLED_AS_PHRASES = 60_000
"""Terms spelled as whole words (a character's reading depends on its neighbours); those beyond it, the rare ones of a
very large city, character by character: the difference is a minute."""

_REMEMBERED = 512
"""Words whose meanings are kept: an operator types a word letter by letter, and corrects it."""

_MOST_NEAR = 250
"""Words compared letter by letter for each half of a Latin word typed with a slip."""
_MOST_SHARING = 4_000
"""Words compared sign by sign with a Chinese one."""
_SIGNS_REMEMBERED = 128
"""Signs of which is kept which words hold them: roads have few signs, and some of them in common."""

MOST_TERMS = 1_200
"""Terms that one typed word may mean; the first ones belong to the most important texts."""


def folded(text: str) -> str:
    """*text* as it is compared: full-width signs as ASCII, without case, single spaces.

    >>> folded(" Ｖ４４０６  东 ")
    'v4406 东'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def terms_of(text: str) -> list[str]:
    """The terms of a folded text, in order.

    >>> terms_of("和平路12号b座")
    ['和平路', '12', '号', 'b', '座']
    """
    return _RUNS.findall(text)


@dataclass(frozen=True, eq=False)
class Terms:
    """Every term of a city, and the texts that hold it.

    Texts are numbered by importance, so that the first of several is the one to show first.

    Attributes:
        words: Terms of letters, those of the most important texts first.
        pinyin: Shape as *words*: their pinyin without tones or spaces; Latin words as they are.
        begins: Shape (bytes of ``pinyin.data``,), True where a syllable begins.
        initials: Shape as *words*: first letters of the syllables.
        numbers: Terms of digits, sorted as text.
        word_texts, number_texts: By term, the texts that hold it, ascending.
    """

    words: TextColumn
    pinyin: TextColumn
    begins: Bool
    initials: TextColumn
    numbers: IdColumn
    word_texts: Ragged
    number_texts: Ragged


def collect_terms(texts: Iterable[str]) -> Terms:
    """Take the terms of *texts*, which are folded and in the order of importance."""
    words, numbers = _Gathered(), _Gathered()
    for number, text in enumerate(texts):
        for term in dict.fromkeys(_RUNS.findall(text)):
            (numbers if term[0].isdecimal() else words).note(term, number)
    syllables = _syllables(list(words.found))
    pinyin = TextColumn.of("".join(parts) for parts in syllables)
    begins = np.zeros(len(pinyin.data), dtype=np.bool_)
    lengths = [len(part.encode()) for parts in syllables for part in parts]
    begins[np.cumsum([0, *lengths[:-1]]) if lengths else []] = True
    order = sorted(range(len(numbers.found)), key=list(numbers.found).__getitem__)
    names = list(numbers.found)
    return Terms(
        words=TextColumn.of(words.found),
        pinyin=pinyin,
        begins=begins,
        initials=TextColumn.of("".join(part[:1] for part in parts) for parts in syllables),
        numbers=IdColumn.of(names[at] for at in order),
        word_texts=words.postings(np.arange(len(words.found))),
        number_texts=numbers.postings(np.array(order, dtype=np.int64)),
    )


class _Gathered:
    """Terms in the order in which they were met, and where."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}
        self._term, self._text = array("i"), array("i")

    def note(self, term: str, text: int) -> None:
        self._term.append(self.found.setdefault(term, len(self.found)))
        self._text.append(text)

    def postings(self, order: np.ndarray) -> Ragged:
        """Texts of each term, terms in *order*."""
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        term = rank[np.array(self._term, dtype=np.int64)]
        text = np.array(self._text, dtype=np.int32)
        by_term = Ragged.by_key(term, len(order))
        return Ragged(by_term.offsets, text[by_term.values])


def _syllables(words: list[str]) -> list[list[str]]:
    """Pinyin of each word, a syllable a character; what has none stands for itself."""
    speller = Speller(readings())
    found = []
    for at, word in enumerate(words):
        if word.isascii():
            found.append([word])
        elif at < _SPELLED_AS_PHRASES:
            found.append(speller.syllables(word))
        else:
            found.append([speller.of_sign(sign) for sign in word])
    return found


class TermFinder:
    """Which terms a typed word may mean: as written, by pinyin, by initials, and nearly so."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self._speller = terms, Speller(readings())
        self.words = lru_cache(_REMEMBERED)(self._words)
        self.near_words = lru_cache(_REMEMBERED)(self._near_words)
        self.with_sign = lru_cache(_SIGNS_REMEMBERED)(self._with_sign)

    def number_range(self, digits: str, *, whole: bool) -> tuple[int, int]:
        """Rows of the numbers that are (*whole*) or begin with *digits*: first, and one past the last."""
        data = self.terms.numbers.data
        if len(digits) > data.dtype.itemsize:
            return 0, 0
        low = int(np.searchsorted(data, np.bytes_(digits.encode())))
        if whole:
            hit = low < len(data) and bytes(data[low]) == digits.encode()
            return low, low + int(hit)
        beyond = digits[:-1] + chr(ord(digits[-1]) + 1)
        return low, int(np.searchsorted(data, np.bytes_(beyond.encode())))

    def _words(self, typed: str) -> Int32:
        """Rows of the words that hold *typed*, or, for Latin letters, whose pinyin or initials do."""
        found = [self._holding("words", typed)]
        if typed.isascii():
            found.append(self._holding("initials", typed) if len(typed) > 1 else self._beginning(typed))
        if typed.isascii() and len(typed) > 1:
            found.append(self._holding("pinyin", typed))
        return _first(found)

    def _near_words(self, typed: str) -> Int32:
        """Rows of the words that hold something like *typed*: of the same sound, or one slip away.

        A slip in fewer than three characters (four letters) could be anything, and is not looked for.
        """
        if typed.isascii():
            slips = [self._slipped(way, typed) for way in ("words", "pinyin")] if len(typed) >= 4 else []
            return _first(slips)
        sound = "".join(self._speller.syllables(typed))
        found = [self._holding("pinyin", sound)]
        if len(typed) >= 3:
            found.append(self._slipped("words", typed))
        return _first(found)

    def _holding(self, way: str, typed: str) -> Int32:
        column: TextColumn = getattr(self.terms, way)
        at = _places(column.data, typed.encode())
        if way == "pinyin":
            at = at[self.terms.begins[at]]
        return _rows_at(column, at, len(typed.encode()))

    def _beginning(self, letter: str) -> Int32:
        column = self.terms.initials
        filled = np.flatnonzero(column.offsets[1:] > column.offsets[:-1])
        found: Int32 = filled[column.data[column.offsets[filled]] == ord(letter)].astype(np.int32)
        return found

    def _slipped(self, way: str, typed: str) -> Int32:
        """Words that hold *typed* with one letter changed, missing, too many, or two neighbours exchanged."""
        column: TextColumn = getattr(self.terms, way)
        if not typed.isascii():
            rows = self._sharing(typed)
            return np.array([row for row in rows.tolist() if holds_nearly(column[row], typed)], dtype=np.int32)
        half = len(typed) // 2
        # One slip leaves the first or the last part whole; an exchange over the middle leaves what stands around it.
        pieces = dict.fromkeys((typed[:half], typed[half:], typed[: half - 1], typed[half + 1 :]))
        telling = [piece.encode() for piece in pieces if len(piece.encode()) >= 2]
        near = [_rows_at(column, _places(column.data, piece), len(piece))[:_MOST_NEAR] for piece in telling]
        rows = np.unique(np.concatenate(near)) if near else np.empty(0, dtype=np.int32)
        return np.array([row for row in rows.tolist() if holds_nearly(column[row], typed)], dtype=np.int32)

    def _sharing(self, typed: str) -> Int32:
        """Words that hold all signs of *typed* but one: no slip leaves fewer, and few words have so many of them."""
        signs, count = set(typed), len(self.terms.words)
        held = np.zeros(count, dtype=np.int8)
        for sign in signs:
            held += np.unpackbits(self.with_sign(sign), count=count).view(np.int8)
        found: Int32 = np.flatnonzero(held >= max(len(signs) - 1, 1)).astype(np.int32)
        return found[:_MOST_SHARING]

    def _with_sign(self, sign: str) -> NDArray[np.uint8]:
        """Which words hold a sign, a bit a word."""
        held, needle = np.zeros(len(self.terms.words), dtype=np.bool_), sign.encode()
        held[_rows_at(self.terms.words, _places(self.terms.words.data, needle), len(needle))] = True
        return np.packbits(held)


def _places(data: NDArray[np.uint8], needle: bytes) -> Int64:
    """Bytes of a column's data at which *needle* stands."""
    last = len(data) - len(needle) + 1
    if last < 1:
        return np.empty(0, dtype=np.int64)
    # The third byte of a Chinese character tells most.
    lead = 2 if len(needle) > 2 and needle[0] > 127 else 0
    at: Int64 = np.flatnonzero(data[lead : lead + last] == needle[lead])
    for further in range(len(needle)):
        if further != lead:
            at = at[data[at + further] == needle[further]]
    return at


def _rows_at(column: TextColumn, at: Int64, length: int) -> Int32:
    """Rows of the texts that hold all of the *length* bytes from each place on: two neighbours may make a word."""
    row = np.searchsorted(column.offsets, at, side="right") - 1
    inside = at + length <= column.offsets[row + 1]
    found: Int32 = row[inside].astype(np.int32)
    return found


def _first(found: list[Int32]) -> Int32:
    """Each row once, lowest first (the most important texts'), no more than make sense."""
    rows: Int32 = np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.int32)
    return rows[:MOST_TERMS]


def holds_nearly(text: str, wanted: str) -> bool:
    """Whether some part of *text* is *wanted* but for one slip.

    A slip is one sign changed, left out or put in, or two neighbours exchanged.

    >>> holds_nearly("历下区和平路", "和干路"), holds_nearly("和平路", "和路平"), holds_nearly("和平路", "和街巷")
    (True, True, False)
    """
    return any(_begins_nearly(text[start:], wanted) for start in range(len(text) - len(wanted) + 2))


def _begins_nearly(text: str, wanted: str) -> bool:
    same = 0
    while same < len(wanted) and same < len(text) and text[same] == wanted[same]:
        same += 1
    if same == len(wanted):
        return True
    rest, left = text[same:], wanted[same:]
    swapped = left[1:2] + left[:1] + left[2:] if len(left) > 1 else left
    changed = bool(rest) and rest[1:].startswith(left[1:])
    return changed or rest.startswith((left[1:], swapped)) or rest[1:].startswith(left)


def number_slips(digits: str) -> list[str]:
    """What *digits* may have been meant to be: neighbours exchanged first, then one digit changed, lost or doubled.

    >>> number_slips("12")[:2]
    ['21', '02']
    """
    swaps = [digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)]
    changed = [digits[:at] + sign + digits[at + 1 :] for at in range(len(digits)) for sign in "0123456789"]
    lost = [digits[:at] + digits[at + 1 :] for at in range(len(digits)) if len(digits) > 1]
    more = [digits[:at] + sign + digits[at:] for at in range(len(digits) + 1) for sign in "0123456789"]
    return [made for made in dict.fromkeys((*swaps, *changed, *lost, *more)) if made != digits]
