"""Complaints from the ring to the last callback: one act in, events in the journal, an outcome.

An act is checked against everything that the journal holds at that moment; where somebody wrote in between it is
checked again, so that two consoles never give one number twice and one ticket is never taken twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.dispatch.acts import Done, No, Outcome
from app.dispatch.board import Standards
from app.journal.events import milliseconds
from app.operations.complaint_drafts import DRAFTS
from app.operations.edit import Author
from app.operations.in_turn import in_turn
from app.operations.information_drafts import Desk
from app.public.acts import ComplaintAct
from app.public.book import Book, Complaint, advance
from app.public.entries import COMPLAINT, ESCALATION, INFORMATION
from app.workspace import Workspace, append, refreshed


@dataclass(frozen=True, eq=False)
class ComplaintDesk:
    """An open workspace with its book of complaints."""

    workspace: Workspace
    standards: Standards
    book: Book


def open_complaints(workspace: Workspace, standards: Standards) -> ComplaintDesk:
    """The book of *workspace*."""
    journal = workspace.journal
    events = [event for prefix in (COMPLAINT, ESCALATION, INFORMATION) for event in journal.beginning(prefix)]
    return ComplaintDesk(workspace, standards, advance(Book(), events, workspace.state.heads))


def caught_up(desk: ComplaintDesk) -> ComplaintDesk:
    """*desk* with what this and other windows wrote since; cheap where nobody did."""
    workspace = refreshed(desk.workspace)
    if dict(workspace.state.heads) == dict(desk.book.heads):
        return desk if workspace is desk.workspace else replace(desk, workspace=workspace)
    news = workspace.journal.events(desk.book.heads)
    return replace(desk, workspace=workspace, book=advance(desk.book, news, workspace.state.heads))


def carry_out(desk: ComplaintDesk, act: ComplaintAct, author: Author, now: datetime) -> tuple[ComplaintDesk, Outcome]:
    """Do *act*, or say why it cannot be done.

    Where a complaint is the tenth of its kind in its area within a day, its escalation is called in the same
    transaction.

    Raises:
        AppError: ``journal.moved_on`` where others write without pause.
        GisError: The disk is full, the file is damaged and the like; nothing was written then.
    """
    return in_turn(lambda: _carried_out(caught_up(desk), act, author, now))


def _carried_out(
    desk: ComplaintDesk, act: ComplaintAct, author: Author, now: datetime
) -> tuple[ComplaintDesk, Outcome]:
    made = DRAFTS[type(act)](Desk(desk.workspace, desk.book, milliseconds(now)), act)
    if isinstance(made, No):
        return desk, made
    about, drafts = made
    workspace, events = append(desk.workspace, drafts, now, author.actor, author.role, expecting=desk.book.heads)
    after = caught_up(replace(desk, workspace=workspace))
    return after, Done(about, tuple(event.key for event in events))


def text_of(desk: ComplaintDesk, complaint: Complaint, role: str) -> str:
    """Free words of its opening: name, phone, address, note; "" where there are none, or they were erased."""
    text_id = complaint.opened.texts.get(role)
    return "" if text_id is None else desk.workspace.journal.text(text_id) or ""
