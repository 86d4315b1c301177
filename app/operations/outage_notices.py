"""What the public is told of a planned outage: the area by name, the notice, who is told, and their receipts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.dispatch.acts import No
from app.dispatch.facts import FactKind, Value
from app.errors import AppError
from app.messages import Words
from app.operations.edit import Author
from app.operations.outage_told import PUBLISHED, id_of, ledger_of, notice_id, stands, told_before
from app.operations.outage_words import notice_values, told_moment
from app.operations.outages import OutageDesk, carry_out, customers_of, is_approved, stage, text_of
from app.outages.acts import Happened
from app.outages.book import Outage, Revision, Stage
from app.outages.delivery import Clock, Notice, counted, deliver, message_id
from app.outages.fates import LEFT, Audience, Delivery, Fate, Row
from app.outages.gateway import Gateway
from app.outages.ledger import Ledger
from app.outages.templates import NoticeForm, NoticeKind, Templates, read_templates, standard_templates
from app.telemetry.setup import FOLDER, SETUP, FeedKind, read_setup
from app.workspace import Workspace
from gis.area_names import AreaNames, area_names
from gis.cache import open_tables, save_tables
from gis.errors import GisError
from gis.exchange.tables import Sheet, whole_file, write_csv, write_xlsx
from gis.ground_names import GroundNames, ground_names
from gis.stores.in_turn import LayersInTurn
from network.columns import Float64, IdColumn, Int32
from network.errors import os_detail

GROUND = "ground_names"
TEMPLATES = "notices.{language}.toml"
FIRE, POLICE = "119", "122"
SERVICES = frozenset({FIRE, POLICE})
"""Who is told of hydrants without water, and of closed roads."""


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told.

    Attributes:
        state: ``out``, ``on_storage``, ``low``; ``hydrants_out`` for the fire service, ``roads_closed`` for the police.
    """

    id: str
    name: str
    phone: str
    address: str
    state: str
    critical: bool


@dataclass(frozen=True)
class Sending:
    """How people are told, and in whose name.

    Attributes:
        gateway: Through which.
        author: Who has them told.
        clock: UTC milliseconds.
        tell: Is told how many of how many are done.
        audience: Customers, or one place where the public reads it.
    """

    gateway: Gateway
    author: Author
    clock: Clock
    tell: Callable[[int, int], None]
    audience: Audience = Audience.CUSTOMERS


def ground_of(workspace: Workspace) -> GroundNames:
    """The city's names on the ground, kept in its cache."""
    revision = workspace.meta.revision
    try:
        return open_tables(workspace.cache, GROUND, GroundNames, revision, verify=False)
    except GisError:
        # Missing, stale or damaged: caches are made again, never trusted.
        names = ground_names(LayersInTurn(workspace.store))
    try:
        save_tables(workspace.cache, GROUND, names, revision)
    except OSError:
        # No room or no right to write: work from memory.
        return names
    return names


def rows_of(desk: OutageDesk, revision: Revision) -> Mapping[str, Int32]:
    """Customer rows of *revision* by state, in the order in which they were written; who has left is passed over."""
    ids = desk.workspace.city.customers.ids
    found = {state: ids.find_many(IdColumn.of(names)) for state, names in customers_of(desk, revision).items()}
    return {state: rows[rows >= 0] for state, rows in found.items()}


def names_of(desk: OutageDesk, revision: Revision, ground: GroundNames) -> AreaNames:
    """What the area of *revision* is called."""
    city = desk.workspace.city
    everyone_m = np.column_stack([city.customers.x_m, city.customers.y_m])
    rows = np.concatenate(list(rows_of(desk, revision).values()))
    return area_names(ground, everyone_m, rows, _mains_m(desk, rows))


def _mains_m(desk: OutageDesk, rows: Int32) -> Float64:
    """Middles of the mains on which the customers' taps are."""
    city = desk.workspace.city
    pipes = np.unique(city.customers.tap.pipe[rows])
    offsets = city.shapes.offsets
    pipes = pipes[pipes >= 0]
    middles: Float64 = city.shapes.xy_m[(offsets[pipes] + offsets[pipes + 1]) // 2]
    return middles


def templates_of(folder: Path, language: str) -> Templates:
    """The notices of the workspace in *folder*: those that it adopted, else the program's own.

    Raises:
        AppError: ``notice.not_read``, ``notice.wrong``, ``notice.lacks``: no notice leaves by a damaged template.
    """
    own = folder / TEMPLATES.format(language=language)
    return read_templates(own, standard_templates(language)) if own.is_file() else standard_templates(language)


def adopt_templates(folder: Path, path: Path, language: str) -> Templates:
    """Take the notices in *path*, whole or not at all; those in use stay otherwise.

    Raises:
        AppError: As :func:`templates_of`; ``cannot_read_file``.
        GisError: ``cannot_write_file``.
    """
    standard = standard_templates(language)
    read_templates(path, standard)
    try:
        held = path.read_bytes()
    except OSError as error:
        raise AppError("cannot_read_file", path=str(path), **os_detail(error)) from error
    with whole_file(folder / TEMPLATES.format(language=language)) as partial:
        partial.write_bytes(held)
        # What was checked is what is kept, even if the file was changed in between.
        return read_templates(partial, standard)


def notice_text(
    desk: OutageDesk,
    outage: Outage,
    kind: NoticeKind,
    form: NoticeForm,
    names: AreaNames,
    words: Words,
    supply: str = "",
    plan: Revision | None = None,
) -> str:
    """The notice in the language of *words*; *supply* is said of drinking water where the planner said nothing.

    *plan* is the one of which it speaks: that which holds where none is given.
    """
    plan = outage.plan if plan is None else plan
    texts = {role: text_of(desk, plan, role) for role in ("title", "reason", "supply", "traffic")}
    texts["title"] = texts["title"] or outage.number
    texts["supply"] = texts["supply"] or supply
    texts["reason"] = texts["reason"] or words.say("notice_words", "no_reason")
    before = told_before(desk, outage) if kind is NoticeKind.PLANNED else None
    values = notice_values(outage.number, plan, names, texts, words)
    values["earlier"] = "" if before is None else told_moment(before.start_ms, words)
    return templates_of(desk.workspace.folder, words.language).filled(kind, form, values)


def recipients(desk: OutageDesk, plan: Revision) -> Iterator[Recipient]:
    """Everybody to be told of *plan*, critical customers first; the fire service for hydrants, the police for roads."""
    customers = desk.workspace.city.customers
    if plan.effect.hydrants:
        yield Recipient(FIRE, "", FIRE, "", "hydrants_out", True)
    if plan.effect.roads_closed:
        yield Recipient(POLICE, "", POLICE, "", "roads_closed", True)
    for state, rows in rows_of(desk, plan).items():
        critical = customers.critical[rows]
        for row in np.concatenate([rows[critical], rows[~critical]]).tolist():
            said = (customers.name[row], customers.phone[row], customers.address[row])
            yield Recipient(customers.ids[row], *said, state, bool(customers.critical[row]))


def recipients_sheet(number: str, everyone: Iterable[Recipient], words: Words) -> Sheet:
    """Everybody to be told, as a table; *number* is the outage's."""
    header = tuple(words.say("outage_column", name) for name in ("id", "name", "phone", "address", "state", "critical"))
    yes = words.say("outage_column", "yes")
    said = {state: words.name("outage_state", state) for state in ("out", "on_storage", "low")}
    said |= {state: words.say("outage_state", state) for state in ("hydrants_out", "roads_closed")}
    rows = [
        (one.id, one.name, one.phone, one.address, said[one.state], yes if one.critical else "") for one in everyone
    ]
    return Sheet(number, header, rows)


def write_recipients(number: str, everyone: Iterable[Recipient], path: Path, words: Words) -> int:
    """Write *everyone* to *path*, a .csv or .xlsx file, whole or not at all; how many rows.

    Raises:
        AppError: ``log.unknown_format``.
        GisError: ``cannot_write_file``.
    """
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise AppError("log.unknown_format", path=str(path), known="csv, xlsx")
    sheet = recipients_sheet(number, everyone, words)
    if path.suffix.lower() == ".csv":
        write_csv(path, sheet)
    else:
        write_xlsx(path, [sheet])
    return len(sheet.rows)


def send(desk: OutageDesk, outage: Outage, kind: NoticeKind, text: str, by: Sending) -> Delivery:
    """Tell everybody who was not told yet; ask again where it does not finish.

    A website and the media are told as somebody would be whose number is ``web`` or ``media``.

    Raises:
        AppError: ``notice.being_sent``.
    """
    audience = by.audience
    phones = {audience.value: audience.value}
    if audience is Audience.CUSTOMERS:
        phones = {
            one.id: one.phone for one in recipients(desk, outage.plan) if one.state in {"out", "on_storage", "low"}
        }
    with closing(Ledger(desk.workspace.folder)) as ledger:
        notice = Notice(notice_id(outage, kind, audience), text, phones, _replaced(outage, kind, audience, ledger))
        return deliver(ledger, by.gateway, notice, by.clock, secrets.token_hex(8), by.tell)


def _replaced(outage: Outage, kind: NoticeKind, audience: Audience, ledger: Ledger) -> str:
    """Id of the message that the public read before this one; "" where it read none, and for customers."""
    if audience is Audience.CUSTOMERS:
        return ""
    before = stands(outage, audience, ledger, outage.plan.number if kind is NoticeKind.PLANNED else 0)
    if before is None:
        return ""
    return message_id(id_of(outage.number, before.number, NoticeKind.PLANNED, audience), audience.value)


def facts_of(kind: NoticeKind, audience: Audience, *, everyone: bool) -> tuple[FactKind, ...]:
    """What the journal is told once everybody was told.

    Who has no phone is told by letter or at the door, which is then recorded by hand.
    """
    if not everyone:
        return ()
    if kind is NoticeKind.RESTORED:
        return (FactKind.SECOND_NOTICE,) if audience is Audience.CUSTOMERS else ()
    drafted = (FactKind.NOTICE_DRAFTED, FactKind.AREA_NAMED)
    if audience is not Audience.CUSTOMERS:
        return (*drafted, PUBLISHED[audience])
    return (*drafted, FactKind.NOTICE_DELIVERED, FactKind.EVERYONE_TOLD)


def send_and_record(desk: OutageDesk, outage: Outage, kind: NoticeKind, text: str, by: Sending) -> Delivery:
    """Tell everybody who was not told yet; once all were, say so in the journal.

    Raises:
        AppError: ``notice.drill``, ``notice.being_sent``, what refuses the set-up of the feeds, and what is not so:
            ``notice.called_off``, ``notice.not_approved``, ``notice.over``, ``notice.not_back``.
    """
    refuse_in_a_drill(desk.workspace.folder)
    refuse_what_is_not_so(desk, outage, kind, datetime.fromtimestamp(by.clock() / 1000, UTC))
    done = send(desk, outage, kind, text, by)
    counts: dict[str, Value] = {fate.value: count for fate, count in done.counts.items()}
    for fact in facts_of(kind, by.audience, everyone=done.everyone):
        now = datetime.fromtimestamp(by.clock() / 1000, UTC)
        # Of the plan that they were told of: it may have been planned anew while thousands were told.
        act = Happened(outage.number, fact, values=counts, of=outage.plan.key)
        desk, outcome = carry_out(desk, act, by.author, now)
        if isinstance(outcome, No):
            # Called off meanwhile: people were told all the same, as the ledger has it.
            break
    return done


def refuse_in_a_drill(folder: Path) -> None:
    """A drill has the city's own customers, whom nothing that is played may reach.

    Where the set-up cannot be read nobody knows whether it is one: that refuses too.
    """
    if (folder / FOLDER / SETUP).exists() and any(feed.kind is FeedKind.REPLAY for feed in read_setup(folder).feeds):
        raise AppError("notice.drill")


def refuse_what_is_not_so(desk: OutageDesk, outage: Outage, kind: NoticeKind, now: datetime) -> None:
    """Nobody is told of an outage that nobody has approved or that will not be, nor of water that is not back."""
    if outage.cancelled is not None:
        if kind is NoticeKind.CALLED_OFF:
            return
        raise AppError("notice.called_off", number=outage.number)
    how_far = stage(desk, outage, now)
    if kind is NoticeKind.RESTORED:
        if how_far not in {Stage.BACK, Stage.ENDED}:
            raise AppError("notice.not_back", number=outage.number)
    elif not is_approved(desk, outage, now):
        # Who was told of a plan that shrank since was told of that; what holds now is approved again first.
        raise AppError("notice.not_approved", number=outage.number)
    elif how_far in {Stage.BACK, Stage.ENDED}:
        raise AppError("notice.over", number=outage.number)


def notice_counts(desk: OutageDesk, outage: Outage, kind: NoticeKind) -> tuple[dict[Fate, int], list[Row]]:
    """How many stand how, and who; nothing where no notice was begun."""
    concerned = {one for some in customers_of(desk, outage.plan).values() for one in some}
    rows = [row for row in receipts(desk, outage, kind) if row.recipient in concerned]
    return counted(rows) if rows else {}, rows


def receipts(desk: OutageDesk, outage: Outage, kind: NoticeKind, audience: Audience = Audience.CUSTOMERS) -> list[Row]:
    """Who was told, with the gateway's receipts."""
    if audience is not Audience.CUSTOMERS:
        found = published(desk, outage, kind, audience)
        return [] if found is None else [found.row]
    with ledger_of(desk) as ledger:
        return [] if ledger is None else ledger.rows(notice_id(outage, kind, audience))


@dataclass(frozen=True)
class Published:
    """What the public reads in one place.

    Attributes:
        row: How the last notice stands that was begun there.
        earlier: Number of the plan whose text stands there, where it is not the one that holds; None else.
    """

    row: Row
    earlier: int | None


def published(desk: OutageDesk, outage: Outage, kind: NoticeKind, audience: Audience) -> Published | None:
    """What was begun there, for the plan that holds or for one before it; None where nothing was."""
    holds = outage.plan.number
    with ledger_of(desk) as ledger:
        if ledger is None:
            return None
        ids = {one: id_of(outage.number, one, kind, audience) for one in range(holds, 0, -1)}
        begun = [(revision, row) for revision, name in ids.items() for row in ledger.rows(name)]
    if not begun:
        return None
    # What never left, or was refused, has replaced nothing.
    left = next((revision for revision, row in begun if row.fate in LEFT), holds)
    return Published(begun[0][1], left if left < holds and kind is NoticeKind.PLANNED else None)


def earlier_text(outage: Outage, found: Published | None, audience: Audience, words: Words) -> str:
    """That what the public reads is the text of an earlier plan, in words; "" where it is not."""
    if found is None or found.earlier is None:
        return ""
    told: dict[str, str | int] = {"audience": words.say("outage_audience", audience)}
    return words.say("outage_told", "of_earlier", told | {"told": found.earlier, "plan": outage.plan.number})
