"""Tickets of other systems, as rows by column name: the hotline's, 12345's, a web form's.

Columns may bear our names or those in use; words for kinds may be Chinese or English. What cannot be read is refused
row by row with its reason, and the other rows are taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.public.entries import ComplaintKind, Source
from app.times import BELIEVABLE_YEARS, CITY_TIME

Value = str | int | float | bool | None

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("ticket", "id", "工单号", "工单编号", "编号"),
    "ours": ("number",),
    "kind": ("kind", "type", "category", "类型", "诉求类型", "问题类型", "投诉类型"),
    "source": ("source", "channel", "来源", "渠道", "受理渠道"),
    "received": ("received", "time", "created", "received_at", "接报时间", "来电时间", "受理时间", "时间"),
    "customer": ("customer", "customer_id", "account", "用户编号", "户号", "客户编号"),
    "meter": ("meter", "meter_id", "水表编号", "表号"),
    "name": ("name", "caller", "姓名", "联系人", "客户姓名"),
    "phone": ("phone", "tel", "mobile", "电话", "联系电话", "来电号码"),
    "address": ("address", "place", "地址", "用水地址", "诉求地址"),
    "x": ("x", "x_m", "easting"),
    "y": ("y", "y_m", "northing"),
    "note": ("note", "text", "content", "description", "内容", "诉求内容", "备注"),
    "contacted": ("contacted", "contacted_at", "联系时间", "对接时间"),
    "replied": ("replied", "reply", "replied_at", "回复时间", "答复时间"),
    "settled": ("settled", "settled_at", "closed_at", "办结时间"),
}
"""Names that a column may bear, lower case; ours first."""

_KINDS: tuple[tuple[ComplaintKind, tuple[str, ...]], ...] = (
    (ComplaintKind.NO_WATER, ("停水", "无水", "没水", "no water", "outage")),
    (ComplaintKind.LOW_PRESSURE, ("水压", "水小", "压力", "pressure")),
    (
        ComplaintKind.COLOUR,
        ("黄水", "发黄", "黄色", "浑", "发红", "发白", "水色", "变色", "colour", "color", "brown", "turbid"),
    ),
    (ComplaintKind.ODOUR, ("异味", "气味", "臭", "氯味", "odour", "odor", "smell", "taste")),
    (ComplaintKind.PARTICLES, ("杂质", "颗粒", "红虫", "沉淀", "particle", "sediment", "worm")),
    (ComplaintKind.ILLNESS, ("腹泻", "不适", "中毒", "illness", "sick")),
    (ComplaintKind.LEAK, ("漏水", "爆管", "跑水", "leak", "burst")),
    (ComplaintKind.METER, ("水表", "表坏", "meter")),
    (ComplaintKind.BILL, ("水费", "账单", "缴费", "收费", "bill", "charge", "payment")),
    (ComplaintKind.SERVICE, ("服务", "态度", "service")),
)
"""Words by which a kind is known, the more telling first; what bears none of them is OTHER."""

_SOURCES: Mapping[str, Source] = {
    "电话": Source.PHONE, "热线": Source.PHONE, "12345": Source.CITY_LINE, "市民热线": Source.CITY_LINE,
    "网站": Source.WEB, "微信": Source.WEB, "app": Source.WEB, "大厅": Source.HALL, "营业厅": Source.HALL,
}  # fmt: skip

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?[分秒]?)?"
)
_SPREADSHEET_DAY = datetime(1899, 12, 30, tzinfo=UTC)
"""A spreadsheet's day nought; it knows no zone."""


@dataclass(frozen=True)
class Ticket:
    """One ticket.

    Attributes:
        row: Its place in what was read, from 1.
        ours: Our own number, of a row that we wrote.
        times: What the other system says was done, by fact, UTC milliseconds.
    """

    row: int
    kind: ComplaintKind
    source: Source
    received_ms: int | None
    ticket: str = ""
    ours: str = ""
    customer: str = ""
    meter: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""
    x_m: float | None = None
    y_m: float | None = None
    times: Mapping[FactKind, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Unread:
    """A row that is no ticket.

    Attributes:
        code: Words in the section ``ticket_no``.
    """

    row: int
    code: str
    column: str = ""
    value: str = ""
    ticket: str = ""


def ticket_of(row: int, values: Mapping[str, Value]) -> Ticket | Unread:
    """The ticket that a row of named values is."""
    said = _by_our_names(values)
    number = _text(said.get("ticket"))[:200]
    if not any(_text(value) for value in said.values()):
        return Unread(row, "empty")
    if not _text(said.get("kind")) and not _text(said.get("note")):
        return Unread(row, "no_kind", "kind", ticket=number)
    moments: dict[str, int | None] = {}
    for name in ("received", "contacted", "replied", "settled"):
        told = said.get(name)
        moments[name] = moment_ms(told)
        if _text(told) and moments[name] is None:
            return Unread(row, "no_moment", name, _text(told)[:80], number)
    places = {name: _number(said.get(name)) for name in ("x", "y")}
    wrong = next((name for name in places if _text(said.get(name)) and places[name] is None), None)
    if wrong is not None:
        return Unread(row, "no_number", wrong, _text(said.get(wrong))[:80], number)
    done = {fact: at_ms for name, fact in _DONE.items() if (at_ms := moments[name]) is not None}
    words = {name: _text(said.get(name)) for name in ("ours", "customer", "meter", "name", "phone", "address", "note")}
    kind = kind_of(_text(said.get("kind")) or words["note"])
    return Ticket(
        row, kind, _source(said), moments["received"], number, **words, x_m=places["x"], y_m=places["y"], times=done
    )


def kind_of(text: str) -> ComplaintKind:
    """What *text* complains of.

    >>> kind_of("水质发黄有异味").value, kind_of("家里没水").value, kind_of("colour").value
    ('odour', 'no_water', 'colour')
    """
    if text in set(ComplaintKind):
        return ComplaintKind(text)
    plain = text.casefold()
    return next((kind for kind, signs in _KINDS if any(sign in plain for sign in signs)), ComplaintKind.OTHER)


def moment_ms(value: Value) -> int | None:
    """A moment as systems write it: ISO, ``2026-03-12 14:09``, ``2026/3/12 14:09:30``, a spreadsheet's day number.

    Without an offset it is the city's time.

    >>> moment_ms("2026-03-12 14:09") == moment_ms("2026-03-12T06:09:00Z")
    True
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_spreadsheet(float(value))
    text = value.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        match = _MOMENT.fullmatch(text)
        if match is None:
            return _from_spreadsheet(number) if (number := _number(text)) is not None else None
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=CITY_TIME)
        except ValueError:
            return None
    if moment.year not in BELIEVABLE_YEARS:
        return None
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME))


def _from_spreadsheet(days: float) -> int | None:
    """Days since the end of 1899 by the city's clocks; what lies before 1990 is no such number."""
    if not 32_874 <= days <= 110_000:
        return None
    moment = _SPREADSHEET_DAY + timedelta(seconds=round(days * 86_400))
    return milliseconds(moment.replace(tzinfo=CITY_TIME))


_DONE = {
    "contacted": FactKind.CUSTOMER_CONTACTED,
    "replied": FactKind.REPLY_GIVEN,
    "settled": FactKind.COMPLAINT_SETTLED,
}


def _by_our_names(values: Mapping[str, Value]) -> dict[str, Value]:
    named = {name.strip().casefold(): value for name, value in values.items()}
    found: dict[str, Value] = {}
    for ours, names in COLUMNS.items():
        told = [named[name] for name in names if name in named]
        found[ours] = next((value for value in told if _text(value)), None)
    return found


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(value: Value) -> float | None:
    try:
        number = float(_text(value))
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None  # also refuses NaN


def _source(said: Mapping[str, Value]) -> Source:
    text = _text(said.get("source")).casefold()
    if text in set(Source):
        return Source(text)
    return next((source for word, source in _SOURCES.items() if word in text), Source.FILE)
