"""What the desk process does for the Hotline desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.config import operator
from app.operations.complaint_view import look
from app.operations.complaints import ComplaintDesk, carry_out, caught_up, open_complaints
from app.operations.dispatch import DispatchDesk
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.hotline import Hotline, PhoneBook
from app.operations.meters import kept_meters
from app.operations.outages import OutageDesk, open_outages
from app.public_requests import (
    ComplaintAnswered,
    ComplaintsQuiet,
    ComplaintsShown,
    CustomersFound,
    DoComplaint,
    LookAtComplaints,
    LookUpCustomer,
    PublicReply,
    PublicRequest,
)
from app.worker.dispatch_handlers import HasWorkspace, dispatch_desk, moment_at
from gis.meters import MeterBook
from gis.search import SearchIndex
from network.supply import SupplyModel


@dataclass
class PublicState:
    """What of the hotline is kept between two questions; it is made anew where the journal or the city moved on.

    Attributes:
        books: Phones and meters of one revision of the city.
        ready: The look-up of one state of the journal, and of one model.
    """

    complaints: ComplaintDesk | None = None
    outages: OutageDesk | None = None
    books: tuple[str, PhoneBook, MeterBook | None] | None = None
    ready: tuple[Mapping[str, int], SupplyModel, Hotline] | None = None


class HasPublic(HasWorkspace, Protocol):
    """What of the desk process's state is needed here."""

    public: PublicState

    @property
    def model(self) -> SupplyModel:
        """The supply model under the present states."""

    @property
    def search(self) -> SearchIndex:
        """The search index."""


def _complaints(state: HasPublic, dispatch: DispatchDesk) -> ComplaintDesk:
    """The book, caught up with what the dispatch desk has read; opened on first use."""
    held = state.public.complaints
    if held is None or held.workspace.folder != dispatch.workspace.folder:
        held = open_complaints(dispatch.workspace, standards_of(dispatch.workspace.folder))
    state.public.complaints = caught_up(ComplaintDesk(dispatch.workspace, held.standards, held.book))
    return state.public.complaints


def _outages(state: HasPublic, dispatch: DispatchDesk) -> OutageDesk:
    held, workspace = state.public.outages, dispatch.workspace
    if held is None or held.workspace is not workspace:
        held = open_outages(workspace, standards_of(workspace.folder))
        state.public.outages = held
    return held


def _books(state: HasPublic) -> tuple[PhoneBook, MeterBook | None]:
    workspace = state.workspace
    held = state.public.books
    if held is None or held[0] != workspace.meta.revision or held[2] is None:
        same = held is not None and held[0] == workspace.meta.revision
        phones = held[1] if held is not None and same else PhoneBook.of(workspace.city.customers.phone)
        held = workspace.meta.revision, phones, kept_meters(workspace)
        state.public.books = held
    return held[1:]


def _look_up(state: HasPublic, request: LookUpCustomer) -> CustomersFound:
    dispatch = dispatch_desk(state)
    heads, model, held = dict(dispatch.board.heads), state.model, state.public.ready
    if held is None or held[0] != heads or held[1] is not model:
        outages, now = _outages(state, dispatch), moment_at(request.now_ms)
        hotline = Hotline.ready(model, state.search, outages, dispatch, now, _books(state))
        held = heads, model, hotline
        state.public.ready = held
    return CustomersFound(request.text, held[2].at(moment_at(request.now_ms)).look_up(request.text))


def _look(state: HasPublic, request: LookAtComplaints) -> PublicReply:
    dispatch = dispatch_desk(state)
    desk = _complaints(state, dispatch)
    if request.since is not None and dict(request.since) == dict(desk.book.heads):
        return ComplaintsQuiet()
    return ComplaintsShown(look(desk, dispatch, _outages(state, dispatch), moment_at(request.now_ms)))


def _act(state: HasPublic, request: DoComplaint) -> PublicReply:
    now, dispatch = moment_at(request.now_ms), dispatch_desk(state)
    desk, outcome = carry_out(_complaints(state, dispatch), request.act, Author(request.who or operator()), now)
    state.public.complaints = desk
    if desk.workspace is not state.workspace:
        state.restate(desk.workspace)
    dispatch = dispatch_desk(state)
    return ComplaintAnswered(outcome, look(desk, dispatch, _outages(state, dispatch), now))


PUBLIC_HANDLERS: Mapping[type[PublicRequest], Callable[[HasPublic, Any], PublicReply]] = {
    LookUpCustomer: _look_up,
    LookAtComplaints: _look,
    DoComplaint: _act,
}
