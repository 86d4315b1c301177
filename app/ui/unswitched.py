"""Load the window's modules without having PySide read the source of each one.

From its first import on PySide looks through the source text of every module that is loaded after it, to learn
whether the module may use its feature switches (``from __feature__ import snake_case``). None of ours does, and
reading some five hundred files is a twentieth of the time until the window is there.
"""

from __future__ import annotations

import sys

import PySide6.QtCore  # noqa: F401 - what is looked for comes with it

PART = "shibokensupport.feature"
"""Comes with PySide, without types or documentation (6.11): what is not there any more is left alone."""

ASKED = "_mod_uses_pyside"


def leave_sources_unread() -> bool:
    """Answer for every module to come that it uses no switches; False where this PySide does not ask that way."""
    part = sys.modules.get(PART)
    if part is None or ASKED not in vars(part):
        return False
    vars(part)[ASKED] = lambda _module: False
    return True
