"""The field of a form that says when somebody began to report: the clock of the standard starts there."""

from __future__ import annotations

from datetime import datetime

from app.journal.events import milliseconds
from app.messages import formats
from app.ui.dispatch.moments import typed_moment
from app.ui.form_fields import FormLine


class ReceivedLine(FormLine):
    """The moment at which the form was opened, unless another is typed.

    Attributes:
        begun: When the form was opened.
    """

    def __init__(self, begun: datetime) -> None:
        super().__init__()
        self.begun = begun

    def begin(self, begun: datetime) -> None:
        """The form was opened."""
        self.begun = begun
        self.setText(formats.clock_time(begun))

    def moment_ms(self, now: datetime) -> int | None:
        """What it says, UTC milliseconds; None where that is no time."""
        received = typed_moment(self.text(), now)
        if received is None:
            return None
        # The field shows whole seconds: untouched it stands for the very moment.
        untouched = self.text() == formats.clock_time(self.begun)
        return milliseconds(self.begun if untouched else received)
