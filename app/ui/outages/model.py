"""What the desk of planned outages knows: all of them, the one in front, and what its plan does now.

Nothing is asked before the desk first comes to the front. Another console on the same workspace is noticed with the
journal, which the dispatch desk watches.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.dispatch.acts import Done, No
from app.dispatch.view import number_of
from app.journal.events import milliseconds
from app.outage_requests import (
    DoOutage,
    DraftOutage,
    FindLow,
    JointReckoned,
    LookAtOutages,
    LowFound,
    OutageAnswered,
    OutagePlanned,
    OutageShown,
    OutagesShown,
    PlanOutage,
    ReckonJoint,
    ReviseOutage,
    ShowOutage,
)
from app.outages.clashes import ClashKind
from app.outages.showing import JointLosses, OutageRow, OutageSheet, OutagesView
from app.requests import Failed, Reply
from app.ui.asking import Latest
from app.ui.dispatch.rows import Moment
from app.ui.session import Session

SOON_MS = 86_400_000
"""Outages that begin so soon meet emergencies that run now."""
AGAIN_MS = 60_000
"""Standings move with time: so often everything is asked for though nothing was written."""

OutageWrite = DraftOutage | ReviseOutage | DoOutage


class OutagesModel(QObject):
    """State and commands of the desk.

    Attributes:
        view: The latest one; None before the first.
        moment: Its clocks at this second.
        selected: Number of the outage in front; "" for none.
        sheet: That outage whole; None until it has come.
        planned: What its plan does now; None until that has come.
        joint: What it and the outages under way at the same time do together.
        low_trouble: Why the newly low of the outage in front are not known; None where nothing went wrong.

    Signals:
        view_changed, selected_changed, sheet_changed, planned_changed: As the attributes.
        joint_changed: As the attribute.
        low_changed: The search for the newly low has begun, or come to an end.
        ticked: Another second.
        refused: An act was answered by No.
        done: An act was carried out: the request, its number.
    """

    view_changed = Signal()
    selected_changed = Signal()
    sheet_changed = Signal()
    planned_changed = Signal()
    joint_changed = Signal()
    low_changed = Signal()
    ticked = Signal()
    refused = Signal(object)
    done = Signal(object, str)

    def __init__(self, session: Session, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self._now = session, now
        self.view: OutagesView | None = None
        self.moment: Moment | None = None
        self.selected = ""
        self.sheet: OutageSheet | None = None
        self.planned: OutagePlanned | None = None
        self.joint = JointLosses()
        self._joined: object = None
        self.low_trouble: Failed | None = None
        self._refusal: No | None = None
        self._active = False
        self._asked_ms = 0
        self._looking, self._showing, self._planning, self._finding, self._joining = (
            Latest(session.client) for _ in range(5)
        )
        session.workspace_changed.connect(self._forget)
        session.events_changed.connect(self._hear)
        session.city_changed.connect(self._plan)

    @property
    def now_ms(self) -> int:
        """This moment, UTC milliseconds."""
        return milliseconds(self._now())

    @property
    def row(self) -> OutageRow | None:
        """The outage in front, as the list has it."""
        return None if self.view is None else self.view.row(self.selected)

    @property
    def finding_low(self) -> bool:
        """Whether the newly low are being worked out."""
        return self._finding.under_way

    # Asking

    def begin(self) -> None:
        """The desk is in front: from now on it knows what is planned."""
        self._active = True
        self.look()

    def _forget(self) -> None:
        self.view = self.moment = self.sheet = self.planned = self.low_trouble = None
        self.selected = ""
        for asking in (self._looking, self._showing, self._planning, self._finding):
            asking.drop()
        self._drop_joint()
        for changed in (self.view_changed, self.selected_changed, self.sheet_changed, self.planned_changed):
            changed.emit()
        if self._active:
            self.look()

    def _hear(self) -> None:
        """The journal has grown: by this desk's own acts its view has come with their answers."""
        if self._active and (self.view is None or self.view.events != self.session.events):
            self.look()

    def look(self) -> None:
        """Ask for everything."""
        if self.session.workspace is None:
            return
        self._asked_ms = self.now_ms

        def take(reply: Reply) -> None:
            if not self.session.is_refusal(reply):
                assert isinstance(reply, OutagesShown)
                self._show(reply.view)
                self.show_sheet()

        self._looking.ask(LookAtOutages(self.now_ms), take)

    def _show(self, view: OutagesView) -> None:
        self.view, self.moment = view, Moment.of(view.table, self.now_ms)
        if view.events != self.session.events:
            self.session.note_events(view.events)
        if self.selected and view.row(self.selected) is None:
            self.selected = ""
            self.selected_changed.emit()
        self.view_changed.emit()

    # The outage in front

    def select(self, number: str) -> None:
        """Bring an outage to the front."""
        if number == self.selected:
            return
        self.selected = number
        self.sheet = self.planned = self.low_trouble = None
        self._finding.drop()
        self._drop_joint()
        for changed in (self.selected_changed, self.sheet_changed, self.planned_changed):
            changed.emit()
        self.show_sheet()

    def show_sheet(self) -> None:
        """Ask for the outage in front, whole."""
        number = self.selected
        if not number:
            self._tell_refusal()
            return

        def take(reply: Reply) -> None:
            if self.session.is_refusal(reply):
                return
            assert isinstance(reply, OutageShown)
            before, self.sheet = self.sheet, reply.sheet
            self.sheet_changed.emit()
            self._tell_refusal()
            if reply.sheet is not None and (before is None or before.outage.plan.key != reply.sheet.outage.plan.key):
                self._plan()
            self._join()

        self._showing.ask(ShowOutage(number, self.now_ms), take)

    def _tell_refusal(self) -> None:
        no, self._refusal = self._refusal, None
        if no is not None:
            self.refused.emit(no)

    def _plan(self) -> None:
        number = self.selected
        if not number or self.sheet is None:
            return

        def take(reply: Reply) -> None:
            if self.session.is_refusal(reply):
                return
            assert isinstance(reply, OutagePlanned)
            self.planned = reply
            self.planned_changed.emit()

        self._planning.ask(PlanOutage(number), take)

    def _drop_joint(self) -> None:
        # What is still being reckoned belongs to the outage that was in front.
        self._joining.drop()
        self.joint, self._joined = JointLosses(), None
        self.joint_changed.emit()

    def _join(self) -> None:
        """Ask what outages at the same time do together, once for each change of the journal.

        The calendar does not tell of emergencies: for an outage of the next hours it is asked without a clash too.
        """
        number, view, sheet = self.selected, self.view, self.sheet
        if view is None or sheet is None:
            return
        met = tuple(one for one in view.clashes_of(number) if one.kind is not ClashKind.AGAIN)
        plan = sheet.outage.plan
        soon = self.now_ms < plan.end_ms and plan.start_ms < self.now_ms + SOON_MS
        key = (plan.key, met, view.events)
        if not met and not soon:
            self._drop_joint()
        elif key != self._joined:
            self._joined = key

            def take(reply: Reply) -> None:
                if self.session.is_refusal(reply):
                    # Asked again with the next look, though nothing has changed.
                    self._joined = None
                    return
                assert isinstance(reply, JointReckoned)
                self.joint = reply.found
                self.joint_changed.emit()

            self._joining.ask(ReckonJoint(number, self.now_ms), take)

    # Acts

    def do(self, request: OutageWrite, then: Callable[[str], None] | None = None) -> None:
        """Write something; *then* hears the outage's number where it was done."""

        def take(answer: OutageAnswered) -> None:
            self._show(answer.view)
            if isinstance(answer.outcome, No):
                # Told once the outage stands there as it is now: what somebody else changed is told with it.
                self._refusal = answer.outcome
                self.show_sheet()
                return
            assert isinstance(answer.outcome, Done)
            number = number_of(answer.outcome.about)
            self.done.emit(request, number)
            if then is not None:
                then(number)
            self.show_sheet()

        self.session.client.ask(request, self.session.expecting(OutageAnswered, take))

    # Newly low

    def find_low(self) -> None:
        """Work out whose pressure falls while the outage in front lasts, in a job of its own."""
        opened = self.session.workspace
        if opened is None or not self.selected:
            return
        self.low_trouble = None

        def take(reply: Reply) -> None:
            if isinstance(reply, Failed):
                self.low_trouble = reply
            else:
                assert isinstance(reply, LowFound)
                self._take_low(reply)
            self.low_changed.emit()

        self._finding.ask(FindLow(opened.folder, self.selected), take)
        self.low_changed.emit()

    def _take_low(self, found: LowFound) -> None:
        """Write the newly low into the plan; where there are none an approved plan is not touched."""
        sheet = self.sheet
        if sheet is None or sheet.outage.plan.key != found.revision:
            return
        decided = bool(sheet.outage.approvals)
        if found.low or sheet.outage.plan.effect.low or not (sheet.low_known or decided):
            self.do(ReviseOutage(found.number, found.revision, self.now_ms, low=found.low))

    def stop_low(self) -> bool:
        """Stop working out the newly low; False where nobody does."""
        if not self._finding.under_way:
            return False
        self._finding.cancel()
        return True

    # Time

    def tick(self) -> None:
        """Another second."""
        if self.view is None or not self._active:
            return
        self.moment = Moment.of(self.view.table, self.now_ms)
        self.ticked.emit()
        if self.now_ms - self._asked_ms > AGAIN_MS:
            self.look()
