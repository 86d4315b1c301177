"""One action on a desk that keeps a book: who does it, when, and why it cannot be done."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from app.config import operator
from app.dispatch.acts import No, Outcome
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import Words
from app.operations.edit import Author
from app.operations.why_not import why_not

D = TypeVar("D")


class DeskCall(Generic[D]):
    """One action with what it needs.

    Attributes:
        REFUSED: Code of the error for an act that is refused, and the section of words for the reason.
        options: As the command line was read.
        desk: As it stands after what was done last.
        now: The moment of the call.
    """

    REFUSED: ClassVar[tuple[str, str]]

    def __init__(self, options: argparse.Namespace, words: Words, desk: D, now: datetime) -> None:
        self.options, self.words, self.desk, self.now = options, words, desk, now

    @property
    def author(self) -> Author:
        """Who does it."""
        return Author(self.options.who or operator())

    @property
    def at_ms(self) -> int | None:
        """The moment that was named."""
        return None if self.options.time is None else milliseconds(self.options.time)

    def needed(self, name: str) -> Any:
        """An option without which it cannot go on.

        Raises:
            AppError: ``outage.needs_option``: it was not given.
        """
        value = getattr(self.options, name)
        if not value:
            raise AppError("outage.needs_option", option=f"--{name}")
        return value

    def refusal(self, no: No) -> AppError:
        """Why it cannot be done."""
        code, section = self.REFUSED
        return AppError(code, reason=why_not(section, no, self.words))

    def accepted(self, carried: tuple[D, Outcome]) -> str:
        """The entity of what was carried out; the desk goes on as it is then.

        Raises:
            AppError: It was refused.
        """
        self.desk, outcome = carried
        if isinstance(outcome, No):
            raise self.refusal(outcome)
        return outcome.about

    def tell(self, *lines: str) -> int:
        """Write *lines* and return 0."""
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        return 0
