"""A million calls into Qt that return nothing: one release of PySide6 dropped a reference to None with each."""

import sys

from PySide6.QtCore import QObject

CALLS = 1_000_000
SPARE = 1_000
"""References to None that come and go elsewhere meanwhile."""


def test_a_million_calls_that_return_nothing_are_survived() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("")
    assert abs(sys.getrefcount(None) - before) < SPARE
