"""Acts of several desks on one journal, one after the other: each is checked against all that was written before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from app.errors import AppError

T = TypeVar("T")
_TRIES: Final = 50


def in_turn(attempt: Callable[[], T]) -> T:
    """What *attempt* answers; made anew, from the journal as it is then, where somebody wrote in between.

    Args:
        attempt: Raises :class:`AppError` ``journal.moved_on`` where it was not alone, with nothing written.

    Raises:
        AppError: ``journal.moved_on`` where others write without pause; whatever else *attempt* raises.
    """
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except AppError as error:
            if error.code != "journal.moved_on":
                raise
    return attempt()
