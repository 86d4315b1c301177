"""What the window asks of the watch for bursts, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.telemetry.alarm_events import Deed
from app.telemetry.bursts.picture import BurstsPicture, Explained, WatchFacts


@dataclass(frozen=True)
class LearnBursts:
    """Learn what is usual from the history of a workspace; a job of its own. Answer: :class:`BurstsLearned`.

    Attributes:
        folder: The workspace.
        now_ms: The window's clock, UTC milliseconds.
        from_ms, until_ms: The quiet time to learn from; None: the four weeks up to yesterday.
        budget_s: One false alarm in so long is allowed.
    """

    folder: Path
    now_ms: int
    from_ms: int | None = None
    until_ms: int | None = None
    budget_s: float = 7 * 86_400.0


@dataclass(frozen=True)
class WatchBursts:
    """Begin to watch a workspace; what was learned since is taken up. Answer: :class:`BurstsShown`."""

    folder: Path
    now_ms: int


@dataclass(frozen=True)
class LookBursts:
    """How the watch stands. Answer: :class:`BurstsShown`, or :class:`BurstsQuiet` where nothing has changed.

    Attributes:
        since: The turn that the window has seen; -1 for none.
    """

    since: int = -1


@dataclass(frozen=True)
class DoBursts:
    """Do something to bursts by their ids. Answer: :class:`BurstsShown`."""

    deed: Deed
    bursts: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class ExplainBurst:
    """What a burst rests on. Answer: :class:`BurstExplained`."""

    burst: str


@dataclass(frozen=True)
class BurstsLearned:
    """It is learned and kept."""

    folder: Path
    facts: WatchFacts


@dataclass(frozen=True, eq=False)
class BurstsShown:
    """How the watch stands."""

    picture: BurstsPicture


@dataclass(frozen=True)
class BurstsQuiet:
    """Nothing has changed."""

    turn: int


@dataclass(frozen=True, eq=False)
class BurstExplained:
    """Tick by tick."""

    explained: Explained


BURST_REQUESTS = (WatchBursts, LookBursts, DoBursts, ExplainBurst)
"""What the watch's own process answers."""
BurstRequest = LearnBursts | WatchBursts | LookBursts | DoBursts | ExplainBurst
BurstReply = BurstsLearned | BurstsShown | BurstsQuiet | BurstExplained
