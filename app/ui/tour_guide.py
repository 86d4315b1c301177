"""What the parts of the tour need of whoever leads it, and in which dress each picture is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.dispatch.acts import Act, Done, Outcome
from app.dispatch_requests import ActAnswered, DoAct
from app.errors import AppError
from app.messages.describe import Thing
from app.outage_requests import OutageAnswered
from app.public_requests import ComplaintAnswered, DoComplaint
from app.requests import Reply, Request
from app.ui.outages.model import OutageWrite
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.window import MainWindow

LaptopRound = Callable[[Path, str, Sequence[Act], Callable[[], None], datetime, str], None]
"""See :func:`app.operations.laptop_round.laptop_round`; given from outside, for it loads what only the hub needs."""

LOOKS = (("zh_CN", "dark"), ("en", "light"))
"""Language and theme."""


class Guide(Protocol):
    """What leads through the console: :class:`app.ui.tour.Tour`."""

    @property
    def window(self) -> MainWindow:
        """The window."""

    @property
    def session(self) -> Session:
        """What it is about."""

    @property
    def laptop_round(self) -> LaptopRound | None:
        """Sends a laptop out and home again; None where that is not to be shown."""

    def plan(self, thing: Thing) -> PlanFacts:
        """Pick *thing* and wait for its plan."""

    def wait(self, until: Callable[[], bool]) -> None:
        """Let the window live until something is so."""

    def idle(self) -> None:
        """Let everything that is being asked be answered."""

    @property
    def busy(self) -> bool:
        """Whether something is being asked."""

    def portrait(self, widget: QWidget, name: str) -> Path:
        """Save a window of its own."""

    def picture(self, name: str) -> Path:
        """Save the window as it is once the map is sharp."""


def answer_to(tour: Guide, request: Request) -> Reply:
    """An answer behind the window's back."""
    replies: list[Reply] = []
    tour.session.client.ask(request, replies.append)
    tour.wait(lambda: bool(replies))
    return replies[0]


def outcome_of(tour: Guide, request: DoAct | DoComplaint | OutageWrite) -> Outcome | Reply:
    """What became of an act at a desk, once it is answered; the answer itself where it is none about an act."""
    answered = answer_to(tour, request)
    # It was asked behind the desks' back: to them it is as if somebody else had written it.
    tour.session.client.journal_moved.emit()
    return answered.outcome if isinstance(answered, ActAnswered | ComplaintAnswered | OutageAnswered) else answered


def carried_out(tour: Guide, request: DoAct | DoComplaint | OutageWrite) -> Done:
    """Have an act carried out at a desk, and wait for it.

    Raises:
        AppError: ``tour_refused``: the desk would not.
    """
    outcome = outcome_of(tour, request)
    if not isinstance(outcome, Done):
        raise AppError("tour_refused", reason=str(outcome))
    return outcome
