"""What the Hotline desk knows: who was looked up, complaints with their clocks, and where calls point.

The window works nothing out. The dispatch desk's model watches the journal's files; what it hears of concerns this desk
as well.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.dispatch.acts import Done, No
from app.journal.events import milliseconds
from app.public.acts import ComplaintAct
from app.public.calls import CallsRead
from app.public.entries import QUALITY, ComplaintKind
from app.public.found import Found
from app.public.view import ComplaintRow, ComplaintView
from app.public_requests import (
    CallsPoint,
    ComplaintAnswered,
    ComplaintsQuiet,
    ComplaintsShown,
    CustomersFound,
    DoComplaint,
    LookAtComplaints,
    LookUpCustomer,
    ReadCalls,
)
from app.requests import Failed, Reply
from app.ui.asking import Latest, OneByOne
from app.ui.dispatch.model import DispatchModel
from app.ui.dispatch.rows import Moment

_CALLS_MS = 3 * 3_600_000
_DAY_MS = 24 * 3_600_000
_FEWEST_CALLS, _FEWEST_QUALITY = 2, 3


class HotlineModel(QObject):
    """State and commands of the desk.

    Attributes:
        found: Customers of the last search; *asked* is its text.
        customer: The one of them in front.
        view: Complaints; None before the first answer. *moment* is their clocks at this second.
        selected: Entity of the complaint in front; "" for none.
        calls: Where calls point, as last read.

    Signals:
        found_changed: A search was answered, or the customer in front is another.
        view_changed, selected_changed, calls_changed: As they say.
        refused: An act was answered by No. ticked: Another second.
    """

    found_changed = Signal()
    view_changed = Signal()
    selected_changed = Signal()
    calls_changed = Signal()
    refused = Signal(object)
    ticked = Signal()

    def __init__(self, dispatch: DispatchModel, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dispatch, self.session, self._now = dispatch, dispatch.session, now
        self.asked = ""
        self.found: tuple[Found, ...] = ()
        self.customer: Found | None = None
        self.view: ComplaintView | None = None
        self.moment: Moment | None = None
        self.selected = ""
        self.calls: CallsRead | None = None
        self._searching, self._reading = Latest(self.session.client), Latest(self.session.client)
        self._looking = OneByOne(self.session.client, self._question, self._take_look)
        self._read_for: frozenset[str] = frozenset()
        self._is_watched = False
        self.session.workspace_changed.connect(self._begin)
        dispatch.view_changed.connect(self._heard)
        dispatch.ticked.connect(self._tick)

    @property
    def now_ms(self) -> int:
        """This moment, UTC milliseconds."""
        return milliseconds(self._now())

    @property
    def row(self) -> ComplaintRow | None:
        """The complaint in front."""
        return None if self.view is None else self.view.row(self.selected)

    def _begin(self) -> None:
        self.asked, self.found, self.customer = "", (), None
        self.view, self.moment, self.selected, self.calls = None, None, "", None
        self._looking.forget()
        self._read_for = frozenset()
        for changed in (self.found_changed, self.view_changed, self.selected_changed, self.calls_changed):
            changed.emit()
        if self._is_watched:
            self.look()

    # Looking up

    def look_up(self, text: str) -> None:
        """Ask who is meant; only the latest question counts."""
        self.asked = text.strip()
        if not self.asked:
            self._searching.give_up()
            self.found, self.customer = (), None
            self.found_changed.emit()
        elif self.session.workspace is not None:
            take = self.session.expecting(CustomersFound, self._take_found)
            self._searching.ask(LookUpCustomer(self.asked, self.now_ms), take)

    def _take_found(self, answer: CustomersFound) -> None:
        before = self.customer
        self.found = answer.found
        same = [one for one in answer.found if before is not None and one.id == before.id]
        self.customer = same[0] if same else next(iter(answer.found), None)
        self.found_changed.emit()

    def choose(self, found: Found) -> None:
        """Bring a customer to the front."""
        if found != self.customer:
            self.customer = found
            self.found_changed.emit()

    # Complaints

    def watch(self) -> None:
        """The desk was opened: from now on it follows the journal."""
        if not self._is_watched:
            self._is_watched = True
            self.look()

    def _heard(self) -> None:
        if self._is_watched and self.dispatch.view is not None:
            self.look()
            if self.asked:
                self.look_up(self.asked)

    def look(self) -> None:
        """Ask for the view; while one is under way, once more after it."""
        self._looking.ask()

    def _question(self) -> LookAtComplaints | None:
        since = None if self.view is None else self.view.heads
        return None if self.session.workspace is None else LookAtComplaints(since, self.now_ms)

    def _take_look(self, reply: Reply) -> None:
        if not self.session.is_refusal(reply) and not isinstance(reply, ComplaintsQuiet):
            assert isinstance(reply, ComplaintsShown)
            self._show(reply.view)

    def _show(self, view: ComplaintView) -> None:
        self.view, self.moment = view, Moment.of(view.table, self.now_ms)
        if self.selected and view.row(self.selected) is None:
            self.selected = ""
            self.selected_changed.emit()
        self.view_changed.emit()
        self._read_calls()

    def select(self, entity: str) -> None:
        """Bring a complaint to the front."""
        if entity != self.selected:
            self.selected = entity
            self.selected_changed.emit()

    def do(self, act: ComplaintAct, then: Callable[[Done], None] | None = None) -> None:
        """Carry out *act*; *then* hears of it where it was done."""

        def take(answer: ComplaintAnswered) -> None:
            self._show(answer.view)
            if isinstance(answer.outcome, No):
                self.refused.emit(answer.outcome)
            elif then is not None:
                then(answer.outcome)

        self.session.client.ask(DoComplaint(act, now_ms=self.now_ms), self.session.expecting(ComplaintAnswered, take))

    def _tick(self) -> None:
        if self.view is not None:
            self.moment = Moment.of(self.view.table, self.now_ms)
            self.ticked.emit()

    # Where calls point

    def _read_calls(self) -> None:
        """Read again where there are other calls than when they were last read."""
        workspace, now_ms = self.session.workspace, self.now_ms
        assert self.view is not None
        rows = self.view.rows
        calls = {row.entity for row in rows
                 if row.kind is ComplaintKind.NO_WATER and row.opened_ms > now_ms - _CALLS_MS}  # fmt: skip
        dirty = {row.entity for row in rows if row.kind in QUALITY and row.opened_ms > now_ms - _DAY_MS}
        wanted = frozenset((calls if len(calls) >= _FEWEST_CALLS else set()) |
                           (dirty if len(dirty) >= _FEWEST_QUALITY else set()))  # fmt: skip
        if workspace is None or wanted == self._read_for:
            return
        self._read_for = wanted
        if not wanted:
            self.calls = None
            self.calls_changed.emit()
            return
        self._reading.ask(ReadCalls(workspace.folder, now_ms), self._take_calls)

    def _take_calls(self, reply: Reply) -> None:
        if isinstance(reply, Failed):
            # Cancelled or broken: the next call asks again.
            self._read_for = frozenset()
            self.session.is_refusal(reply)
            return
        assert isinstance(reply, CallsPoint)
        self.calls = reply.read
        self.calls_changed.emit()
