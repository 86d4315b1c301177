"""How Chinese is read: syllables without tones, of texts as of single signs.

The readings come from the library pypinyin, by ``tools/pinyin_table.py``, as a file of arrays beside this module. That
library's own dictionaries are Python objects: 55 MB in every process that loads it, for one list of some 90,000 words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from gis.cache import open_tables
from network.columns import Int32, TextColumn

FOLDER, NAME = Path(__file__).resolve().parent, "pinyin"
_SIGNS_REMEMBERED = 512


@dataclass(frozen=True, eq=False)
class Readings:
    """How signs and phrases are read.

    Attributes:
        signs: Shape (n,), code points, ascending.
        alone: Shape (n,), the syllable of each sign by itself.
        begin: Shape (n + 1,): the phrases that begin with sign i are ``begin[i]`` to ``begin[i + 1]``.
        phrases: Those phrases, signs that stand in *signs* and nothing else.
        spoken: Shape as *phrases*, their syllables with spaces between them, one a sign.
    """

    signs: Int32
    alone: TextColumn
    begin: Int32
    phrases: TextColumn
    spoken: TextColumn


@cache
def readings() -> Readings:
    """The readings that come with the program, mapped from their file.

    Raises:
        GisError: ``cache.missing`` or ``cache.damaged``: the program is not installed as it should be.
    """
    return open_tables(FOLDER, NAME, Readings)


class Speller:
    """Spells texts; remembers what begins with the signs that it met last."""

    def __init__(self, known: Readings) -> None:
        self._known = known
        self._beginning = lru_cache(_SIGNS_REMEMBERED)(self._look_up)

    def syllables(self, text: str) -> list[str]:
        """A syllable for each Chinese sign, small letters; what stands between such signs as it is, in one piece.

        How a sign is read depends on its neighbours: from left to right the longest known phrase decides.
        """
        found: list[str] = []
        at, was_read = 0, True
        while at < len(text):
            told = self._beginning(text[at])
            if told is None:
                if was_read:
                    found.append("")
                found[-1] += text[at].casefold()
                at, was_read = at + 1, False
                continue
            alone, phrases, longest = told
            length = next((one for one in range(longest, 1, -1) if text[at : at + one] in phrases), 1)
            found += phrases[text[at : at + length]].split(" ") if length > 1 else [alone]
            at, was_read = at + length, True
        return found

    def of_sign(self, sign: str) -> str:
        """How *sign* is read by itself; what is no Chinese sign stands for itself."""
        told = self._beginning(sign)
        return sign.casefold() if told is None else told[0]

    def _look_up(self, sign: str) -> tuple[str, dict[str, str], int] | None:
        """Its syllable, the phrases that begin with it, and the length of the longest; None for other signs."""
        known = self._known
        row = int(np.searchsorted(known.signs, ord(sign)))
        if row == len(known.signs) or known.signs[row] != ord(sign):
            return None
        first, last = int(known.begin[row]), int(known.begin[row + 1])
        phrases = {known.phrases[at]: known.spoken[at] for at in range(first, last)}
        return known.alone[row], phrases, max(map(len, phrases), default=1)
