"""Plans made in this session, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.messages.describe import Thing
from app.suppositions import ValveOverride
from app.ui.following import Moved
from app.ui.plan_facts import PlanFacts

MOST_RECENT = 50


@dataclass(frozen=True, eq=False)
class Recent:
    """A plan made in this session, for the list at the left.

    Attributes:
        thing: What it is for.
        overrides: Suppositions that it was made under.
        facts: The plan as it was shown last.
        close: The set of valves chosen instead of the tight one; None for the tight plan.
    """

    thing: Thing
    overrides: tuple[ValveOverride, ...]
    facts: PlanFacts
    close: tuple[int, ...] | None = None


def with_newest(plans: Sequence[Recent], made: Recent) -> list[Recent]:
    """*made* before *plans*, in place of what was made for the same thing under the same suppositions."""
    kept = [old for old in plans if (old.thing, old.overrides) != (made.thing, made.overrides)]
    return [made, *kept][:MOST_RECENT]


def after_edit(plans: Sequence[Recent], moved: Moved) -> list[Recent]:
    """Those of *plans* whose thing is still there, in the rows of now."""
    followed = []
    for plan in plans:
        thing = moved.thing(plan.thing)
        if thing is not None:
            close = None if plan.close is None else moved.devices(plan.close)
            followed.append(Recent(thing, moved.overrides(plan.overrides), plan.facts, close))
    return followed
