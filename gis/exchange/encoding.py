"""Which encoding a shapefile's texts are in, when the file does not say it or says it wrongly.

Shapefiles from Chinese offices come with GBK attribute tables and no .cpg file; GDAL then reads them as Latin-1, byte
for byte, which loses nothing: the bytes can be had back and looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

LOSSLESS = "ISO-8859-1"
"""Reading with this encoding keeps every byte."""

_MIN_SHARE = 0.8


def sniff(texts: Iterable[str]) -> str:
    """Encoding of *texts* that were read byte for byte as Latin-1.

    Returns:
        ``ascii``, ``UTF-8``, ``GBK`` or, where nothing else fits, ``ISO-8859-1``. GBK is taken only where at least
        80 % of the bytes beyond ASCII stand in pairs that are everyday Chinese characters or punctuation (GB 2312):
        a Western "Straße" is valid GBK too, but its accents stand alone.
    """
    samples = [text.encode(LOSSLESS, errors="replace") for text in texts if not text.isascii()]
    if not samples:
        return "ascii"
    if all(_is_utf8(sample) for sample in samples):
        return "UTF-8"
    high = sum(sum(byte >= 0x80 for byte in sample) for sample in samples)
    paired = sum(_chinese_bytes(sample) for sample in samples)
    return "GBK" if paired >= _MIN_SHARE * high else LOSSLESS


def recode(text: str, encoding: str) -> str:
    """*text*, read as Latin-1, in its true *encoding*; a character cut in two by the column's width is dropped."""
    return text.encode(LOSSLESS, errors="replace").decode(encoding, errors="ignore")


def recode_columns(columns: Mapping[str, NDArray[Any]], encoding: str) -> dict[str, NDArray[Any]]:
    """Names and texts of *columns*, recoded."""
    return {recode(name, encoding): _recoded(values, encoding) for name, values in columns.items()}


def cut_texts(columns: Mapping[str, NDArray[Any]], encoding: str) -> int:
    """How many texts of *columns*, read as Latin-1, hold bytes that *encoding* cannot read, and so lose them."""
    return sum(_loses(text, encoding) for text in texts_of(columns) if not text.isascii())


def _loses(text: str, encoding: str) -> bool:
    try:
        text.encode(LOSSLESS, errors="replace").decode(encoding)
    except UnicodeDecodeError:
        return True
    return False


def texts_of(columns: Mapping[str, NDArray[Any]]) -> Iterable[str]:
    """Every text of *columns*, their names included."""
    for name, values in columns.items():
        yield name
        if values.dtype == object:
            yield from (value for value in values if isinstance(value, str))


def _recoded(values: NDArray[Any], encoding: str) -> NDArray[Any]:
    if values.dtype != object:
        return values
    out = np.empty(len(values), dtype=object)
    out[:] = [recode(value, encoding) if isinstance(value, str) else value for value in values]
    return out


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode("UTF-8")
    except UnicodeDecodeError as broken:
        # A last character cut by the column's width is no evidence against UTF-8.
        return broken.end == len(sample) and broken.start > 0 and broken.reason == "unexpected end of data"
    return True


def _chinese_bytes(sample: bytes) -> int:
    """Bytes of *sample* that stand in pairs of GB 2312: rows A1-A9 (signs) and B0-F7 (characters)."""
    at = found = 0
    while at < len(sample) - 1:
        lead, trail = sample[at], sample[at + 1]
        if (0xA1 <= lead <= 0xA9 or 0xB0 <= lead <= 0xF7) and 0xA1 <= trail <= 0xFE:
            found += 2
            at += 2
        else:
            at += 1
    return found
