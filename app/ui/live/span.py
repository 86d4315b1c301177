"""A span of time on screen, and the ticks of its axis. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.times import CITY_TIME

SECOND_MS: Final = 1000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
SHORTEST_MS: Final = SECOND_MS
LONGEST_MS: Final = 400 * DAY_MS
_AHEAD: Final = 0.03
"""So much room is left behind the present."""
_TICK_PX: Final = 92
_STEPS: Final = (
    *(SECOND_MS * step for step in (1, 2, 5, 10, 15, 30)),
    *(MINUTE_MS * step for step in (1, 2, 5, 10, 15, 30)),
    *(HOUR_MS * step for step in (1, 2, 3, 6, 12)),
    *(DAY_MS * step for step in (1, 2, 7, 14, 28, 56)),
)


@dataclass(frozen=True)
class Span:
    """What is shown of time.

    Attributes:
        end_ms: Its end, UTC milliseconds; None: it follows the present.
        width_ms: How long it is.
    """

    end_ms: int | None = None
    width_ms: int = 4 * HOUR_MS

    @property
    def is_live(self) -> bool:
        """Whether it follows the present."""
        return self.end_ms is None

    def limits(self, now_ms: int) -> tuple[int, int]:
        """Beginning and end."""
        end = now_ms + round(self.width_ms * _AHEAD) if self.end_ms is None else self.end_ms
        return end - self.width_ms, end

    def zoomed(self, factor: float, now_ms: int, about_ms: int | None = None) -> Span:
        """A span *factor* times as long; what stands at *about_ms* stays there, a live one stays live without it."""
        width = min(max(round(self.width_ms * factor), SHORTEST_MS), LONGEST_MS)
        start, end = self.limits(now_ms)
        if about_ms is None:
            return Span(self.end_ms, width)
        share = (end - about_ms) / (end - start)
        return _settled(Span(round(about_ms + share * width), width), now_ms)

    def moved(self, share: float, now_ms: int) -> Span:
        """The same length, later by *share* of it; what reaches the present follows it."""
        _, end = self.limits(now_ms)
        return _settled(Span(round(end + share * self.width_ms), self.width_ms), now_ms)

    def of_width(self, width_ms: int) -> Span:
        """The same end, another length."""
        return Span(self.end_ms, width_ms)


def _settled(span: Span, now_ms: int) -> Span:
    assert span.end_ms is not None
    return Span(None, span.width_ms) if span.end_ms >= now_ms else span


def ticks_of(start_ms: int, end_ms: int, columns: int) -> tuple[tuple[int, str], ...]:
    """Instants of the axis with what is written there, on the city's clock; some ``_TICK_PX`` apart."""
    wanted = (end_ms - start_ms) * _TICK_PX / max(columns, 1)
    step = next((one for one in _STEPS if one >= wanted), _STEPS[-1])
    midnight = datetime.fromtimestamp(start_ms / 1000, CITY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    base = round(midnight.timestamp() * 1000)
    first = base + -(-(start_ms - base) // step) * step
    return tuple((at, _written(at, step)) for at in range(first, end_ms + 1, step))


def _written(at_ms: int, step_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, CITY_TIME)
    if step_ms >= DAY_MS:
        return f"{moment:%m-%d}"
    if moment.time() == datetime.min.time():
        return f"{moment:%m-%d}"
    return f"{moment:%H:%M:%S}" if step_ms < MINUTE_MS else f"{moment:%H:%M}"


WIDTHS: Final = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=366),
)
"""Lengths with a button of their own."""
