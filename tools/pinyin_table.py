"""Write how Chinese is read, ``gis/pinyin.arrays``, from the dictionaries of pypinyin.

Run it after pypinyin was renewed; a test compares the file with what that library says.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from itertools import groupby

import numpy as np
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from gis.cache import save_tables
from gis.pinyin import FOLDER, NAME, Readings
from network.columns import TextColumn


def made() -> Readings:
    """The readings as pypinyin tells them."""
    signs = sorted(PINYIN_DICT)
    phrases = sorted(phrase for phrase in PHRASES_DICT if len(phrase) > 1)
    counts = {first: len(list(group)) for first, group in groupby(phrases, key=lambda phrase: ord(phrase[0]))}
    return Readings(
        signs=np.array(signs, dtype=np.int32),
        alone=TextColumn.of(said(chr(sign))[0] for sign in signs),
        begin=np.cumsum([0, *(counts.get(sign, 0) for sign in signs)]).astype(np.int32),
        phrases=TextColumn.of(phrases),
        spoken=TextColumn.of(" ".join(said(phrase)) for phrase in phrases),
    )


def said(text: str) -> list[str]:
    """The syllables of *text* by pypinyin, small letters."""
    return [part.casefold() for part in lazy_pinyin(text, style=Style.NORMAL)]


def main() -> int:
    """Write the file."""
    save_tables(FOLDER, NAME, made(), f"pypinyin {version('pypinyin')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
