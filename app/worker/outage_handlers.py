"""What the desk process does about planned outages, and what jobs do that take longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from app.config import operator
from app.dispatch.acts import No
from app.errors import AppError
from app.journal.events import EventKey
from app.messages import load_words
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.kept_structure import model_of
from app.operations.outage_joint import joint_losses
from app.operations.outage_notices import (
    Sending,
    ground_of,
    names_of,
    notice_counts,
    notice_text,
    published,
    send_and_record,
    write_recipients,
)
from app.operations.outage_revise import as_recorded, drafted_from, newly_low, planned_now, revised_from
from app.operations.outage_sheet import Taken, outage_sheet, outages_view
from app.operations.outages import OutageDesk, carry_out, open_outages, plan_of_revision
from app.operations.plan_subject import subject_of
from app.operations.running_shutdowns import running_shutdowns
from app.operations.told_otherwise import concerned, tell_otherwise, text_revision, to_be_told
from app.operations.water_points import P6_S, points_are_told, told_supply, water_lines, water_plan, water_text
from app.outage_requests import (
    MOST_UNTOLD,
    DoOutage,
    DraftOutage,
    FindLow,
    JointReckoned,
    LookAtOutages,
    LowFound,
    NoticeSent,
    NoticeShown,
    OutageAnswered,
    OutagePlanned,
    OutageReply,
    OutageRequest,
    OutageShown,
    OutagesShown,
    PlanOutage,
    RecipientsWritten,
    ReckonJoint,
    ReviseOutage,
    SendNotice,
    ShowNotice,
    ShowOutage,
    WriteRecipients,
)
from app.outages.acts import OutageAct
from app.outages.book import Outage, Revision
from app.outages.delivery import counted
from app.outages.fates import PUBLIC, Audience, Fate, Row
from app.outages.file_gateway import gateway_at
from app.outages.templates import NoticeForm, NoticeKind
from app.requests import ProgressSink
from app.suppositions import ValveOverride
from app.times import utc_of
from app.worker.dispatch_handlers import HasWorkspace, look_aside
from app.workspace import Workspace, open_workspace, refreshed
from gis.area_names import AreaNames
from gis.ground_names import GroundNames
from network.supply import SupplyModel


@dataclass(frozen=True, eq=False)
class OutageRoom:
    """The book of the open workspace, with what is kept of it between two requests.

    Attributes:
        taken: What revisions take, for the calendar.
        named: What the areas of revisions are called.
        ground: Names on the ground, read on first use.
    """

    desk: OutageDesk
    taken: Taken = field(default_factory=dict)
    named: dict[EventKey, AreaNames] = field(default_factory=dict)
    ground: list[GroundNames] = field(default_factory=list)


class HasOutages(HasWorkspace, Protocol):
    """What of the desk process's state is needed here."""

    outages: OutageRoom | None

    @property
    def model(self) -> SupplyModel:
        """Its supply model under the present states."""

    def supposing(self, overrides: tuple[ValveOverride, ...]) -> SupplyModel:
        """The model with *overrides* on top."""


def _room(state: HasOutages) -> OutageRoom:
    """The book, caught up; opened on first use."""
    workspace = refreshed(state.workspace)
    if workspace is not state.workspace:
        state.restate(workspace)
    # Going on may have written the city's arrays anew.
    return _keep(state, state.workspace)


def _keep(state: HasOutages, workspace: Workspace) -> OutageRoom:
    room = state.outages
    if room is None or room.desk.workspace.folder != workspace.folder:
        room = OutageRoom(open_outages(workspace, standards_of(workspace.folder)))
    elif room.desk.workspace is not workspace:
        if room.desk.workspace.meta.revision != workspace.meta.revision:
            room = OutageRoom(room.desk)
        room = replace(room, desk=open_outages(workspace, room.desk.standards))
    state.outages = room
    return room


def _do(state: HasOutages, act: OutageAct, who: str, now: datetime) -> OutageReply:
    room = _room(state)
    desk, outcome = carry_out(room.desk, act, Author(who or operator()), now)
    if desk.workspace is not state.workspace:
        state.restate(desk.workspace)
    room = _keep(state, state.workspace)
    return OutageAnswered(outcome, outages_view(room.desk, now, room.taken))


def _look(state: HasOutages, request: LookAtOutages) -> OutageReply:
    room = _room(state)
    return OutagesShown(outages_view(room.desk, utc_of(request.now_ms), room.taken))


def _show(state: HasOutages, request: ShowOutage) -> OutageReply:
    return OutageShown(request.number, outage_sheet(_room(state).desk, request.number, utc_of(request.now_ms)))


def _found(desk: OutageDesk, number: str) -> Outage:
    found = desk.book.get(number)
    if found is None:
        raise AppError("outage_gone", number=number)
    return found


def _plan(state: HasOutages, request: PlanOutage) -> OutageReply:
    started = time.perf_counter()
    room, model = _room(state), state.model
    plan = _found(room.desk, request.number).plan
    record = dict(plan_of_revision(room.desk, plan))
    given, subject = planned_now(model, room.desk, plan), subject_of(model, record)
    same = as_recorded(given, model, record)
    elapsed_s = time.perf_counter() - started
    return OutagePlanned(request.number, subject, given.result, given.impact, same, elapsed_s)


def _joint(state: HasOutages, request: ReckonJoint) -> OutageReply:
    room, model = _room(state), state.model
    _found(room.desk, request.number)
    view = outages_view(room.desk, utc_of(request.now_ms), room.taken)
    running = running_shutdowns(look_aside(state, utc_of(request.now_ms)), model.city)
    return JointReckoned(request.number, joint_losses(room.desk, model, view, request.number, running))


def _draft(state: HasOutages, request: DraftOutage) -> OutageReply:
    act = drafted_from(state.supposing(request.subject.overrides), request)
    return _do(state, act, "", utc_of(request.now_ms))


def _revise(state: HasOutages, request: ReviseOutage) -> OutageReply:
    room, now = _room(state), utc_of(request.now_ms)
    act = revised_from(room.desk, request)
    if isinstance(act, No):
        return OutageAnswered(act, outages_view(room.desk, now, room.taken))
    return _do(state, act, "", now)


def _act(state: HasOutages, request: DoOutage) -> OutageReply:
    return _do(state, request.act, request.who, utc_of(request.now_ms))


def _notice(state: HasOutages, request: ShowNotice) -> OutageReply:
    room = _room(state)
    outage = _found(room.desk, request.number)
    is_off = request.kind is NoticeKind.CALLED_OFF
    plan = text_revision(room.desk, outage) if is_off else outage.plan
    names, words = _names(room, plan), load_words(request.language)
    is_long = request.kind is NoticeKind.PLANNED and outage.plan.duration_s > P6_S
    places = water_plan(state.model, outage.plan) if is_long else None
    supply = water_text(places, words) if places is not None and points_are_told(outage) else ""
    web, sms = (
        notice_text(room.desk, outage, request.kind, form, names, words, supply, plan)
        for form in (NoticeForm.WEB, NoticeForm.SMS)
    )
    counts, rows = _counts(room.desk, outage, request.kind)
    untold = tuple(row for row in rows if row.fate is not Fate.TOLD)[:MOST_UNTOLD]
    water = () if places is None else tuple(water_lines(places, words))
    public = {one: published(room.desk, outage, request.kind, one) for one in PUBLIC}
    rows_by_place = {one: found.row for one, found in public.items() if found is not None}
    earlier = {one: found.earlier for one, found in public.items() if found is not None and found.earlier is not None}
    return NoticeShown(request, web, sms, counts, untold, water, rows_by_place, earlier)


def _counts(desk: OutageDesk, outage: Outage, kind: NoticeKind) -> tuple[Mapping[Fate, int], Sequence[Row]]:
    """How many stand how, and who."""
    if kind is not NoticeKind.CALLED_OFF:
        return notice_counts(desk, outage, kind)
    found = concerned(desk, outage)
    return counted(found.rows) if found.rows else {}, () if found.is_done else found.rows


def _names(room: OutageRoom, plan: Revision) -> AreaNames:
    key = plan.key
    if key not in room.named:
        if not room.ground:
            room.ground.append(ground_of(room.desk.workspace))
        room.named[key] = names_of(room.desk, plan, room.ground[0])
    return room.named[key]


def _write(state: HasOutages, request: WriteRecipients) -> OutageReply:
    desk = _room(state).desk
    everyone = to_be_told(desk, _found(desk, request.number), request.kind)
    count = write_recipients(request.number, everyone, request.path, load_words(request.language))
    return RecipientsWritten(request.path, count)


OUTAGE_HANDLERS: Mapping[type[OutageRequest], Callable[[HasOutages, Any], OutageReply]] = {
    LookAtOutages: _look,
    ShowOutage: _show,
    PlanOutage: _plan,
    ReckonJoint: _joint,
    DraftOutage: _draft,
    ReviseOutage: _revise,
    DoOutage: _act,
    ShowNotice: _notice,
    WriteRecipients: _write,
}


def send_notice(request: SendNotice, progress: ProgressSink) -> NoticeSent:
    """Tell everybody, and write down what is finished.

    Raises:
        CodedError: The workspace, its notices or the gateway's address cannot be used.
    """
    progress("opening", None)
    gateway, began_s = gateway_at(request.gateway), time.monotonic()

    def clock() -> int:
        """The window's clock, going on while this lasts."""
        return request.now_ms + round((time.monotonic() - began_s) * 1000)

    with closing(open_workspace(request.folder)) as workspace:
        desk = open_outages(workspace, standards_of(request.folder))
        outage, words = _found(desk, request.number), load_words(request.language)
        ground, audience, kind = ground_of(workspace), request.audience, request.kind
        supply = told_supply(lambda: model_of(workspace), outage, kind, words)
        form = NoticeForm.SMS if audience is Audience.CUSTOMERS else NoticeForm.WEB

        def say(plan: Revision) -> str:
            names = names_of(desk, plan, ground)
            return notice_text(desk, outage, kind, form, names, words, supply, plan)

        def tell(done: int, count: int) -> None:
            progress("notices", done / count)

        by = Sending(gateway, Author(request.who or operator()), clock, tell, audience)
        if kind is NoticeKind.CALLED_OFF:
            delivery = tell_otherwise(desk, outage, say, by)
        else:
            delivery = send_and_record(desk, outage, kind, say(outage.plan), by)
    return NoticeSent(request.number, kind, delivery, audience)


def find_low(request: FindLow, progress: ProgressSink) -> LowFound:
    """Work out whose pressure falls.

    Raises:
        CodedError: The workspace cannot be opened, or there are no pressures.
    """
    progress("opening", None)
    with closing(open_workspace(request.folder)) as workspace:
        return newly_low(open_outages(workspace, standards_of(request.folder)), request.number, progress)


OUTAGE_JOB_HANDLERS: Mapping[type, Callable[[Any, ProgressSink], OutageReply]] = {
    SendNotice: send_notice,
    FindLow: find_low,
}
