"""Shares of a long task, so that its steps count up once from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable

from app.requests import ProgressSink


def part_of(progress: ProgressSink, start: float, end: float) -> ProgressSink:
    """A sink for a step that takes the share from *start* to *end* of the whole."""

    def tell(step: str, fraction: float | None = None) -> None:
        progress(step, None if fraction is None else start + (end - start) * fraction)

    return tell


def named(progress: ProgressSink, step: str, start: float, end: float) -> Callable[[float], None]:
    """The same for a step that tells only how far it is."""
    tell = part_of(progress, start, end)
    return lambda fraction: tell(step, fraction)
