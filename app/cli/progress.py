"""Word of progress on standard error, where a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable

from app.messages import Words
from app.requests import ProgressSink


def progress_on(words: Words) -> ProgressSink:
    """A sink for work of several steps."""
    if not sys.stderr.isatty():
        return lambda step, fraction=None: None  # noqa: ARG005 - the sink's own names

    def tell(step: str, fraction: float | None = None) -> None:
        share = "" if fraction is None else f"{fraction:4.0%} "
        end = "\n" if fraction is not None and fraction >= 1.0 else ""
        sys.stderr.write(f"\r\033[K{share}{words.say('progress', step)}{end}")
        sys.stderr.flush()

    return tell


def progress_of(words: Words, step: str) -> Callable[[float], None]:
    """A sink for work of one step, which tells only how far it is."""
    tell = progress_on(words)
    return lambda fraction: tell(step, fraction)
