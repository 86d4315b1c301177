"""What the window asks about water drawn from hydrants, and what comes back. Frozen, picklable, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.dispatch.acts import Outcome
from app.hydrants.acts import HydrantAct
from app.hydrants.view import UsesView


@dataclass(frozen=True)
class LookAtUses:
    """What is drawn from hydrants. Answer: :class:`UsesShown`, or :class:`UsesQuiet`.

    Attributes:
        now_ms: The window's clock, UTC.
        since: ``heads`` of the view that the window has, while all in it stand as then; None to be told in any case.
    """

    now_ms: int
    since: Mapping[str, int] | None = None


@dataclass(frozen=True)
class DoUse:
    """Say something of water drawn from a hydrant. Answer: :class:`UseAnswered`.

    Attributes:
        now_ms: The moment at which the key was pressed.
        who: Who does it; "" for whoever is logged in.
    """

    act: HydrantAct
    now_ms: int
    who: str = ""


@dataclass(frozen=True, eq=False)
class UsesShown:
    """The list."""

    view: UsesView


@dataclass(frozen=True)
class UsesQuiet:
    """Nothing was written since."""


@dataclass(frozen=True, eq=False)
class UseAnswered:
    """What became of an act, and the list after it."""

    outcome: Outcome
    view: UsesView


HydrantRequest = LookAtUses | DoUse
HydrantReply = UsesShown | UsesQuiet | UseAnswered
