"""What the window asks about the hub: whether the console follows it, and since when it goes on alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Following(StrEnum):
    """How a console stands to its hub.

    ALONE: the hub cannot be reached; work goes on, and is sent when it is back. REFUSED: it can be reached, and what is
    found there must be looked at by somebody.
    """

    BEGINNING = "beginning"
    FOLLOWING = "following"
    ALONE = "alone"
    REFUSED = "refused"


@dataclass(frozen=True)
class HubStanding:
    """How a console stands to its hub.

    Attributes:
        server: Name of the hub for people; nothing secret.
        since_ms: Since when it stands so, UTC milliseconds.
        pending: Events that the hub does not have yet; while it follows, those that the hub refused and that hold up
            nothing else.
        code, detail: Why, as a refusal; while it follows, what goes wrong beside that; "" for nothing.
    """

    state: Following
    server: str
    since_ms: int
    pending: int = 0
    code: str = ""
    detail: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class LookAtHub:
    """How does the workspace in *folder* stand to its hub? It follows from the first question on.

    Answer: :class:`HubShown`.
    """

    folder: Path


@dataclass(frozen=True)
class HubShown:
    """*standing* is None where the workspace has no hub."""

    standing: HubStanding | None


HUB_REQUESTS = (LookAtHub,)
"""What the process that follows the hub answers."""
