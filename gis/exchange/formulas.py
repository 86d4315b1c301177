"""Texts in lists that spreadsheets open: none begins like a formula."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """*text* so that no spreadsheet takes it for a formula: an apostrophe before what would begin one.

    >>> neutral("=1+1")
    "'=1+1"
    >>> neutral("V-1")
    'V-1'
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
