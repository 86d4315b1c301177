"""Rows of other systems become tickets; what cannot be read says why."""

import pytest

from app.dispatch.facts import FactKind
from app.public.entries import ComplaintKind, Source
from app.public.tickets import Ticket, Unread, kind_of, moment_ms, ticket_of

MOMENTS = [
    ("2026-03-12 14:09", "2026-03-12T06:09:00Z"),
    ("2026/3/12 14:09:30", "2026-03-12T06:09:30Z"),
    ("2026年3月12日 14时09分", "2026-03-12T06:09:00Z"),
    ("2026-03-12T14:09:00+08:00", "2026-03-12T06:09:00Z"),
    (46093.5, "2026-03-12T04:00:00Z"),
    ("46093.5", "2026-03-12T04:00:00Z"),
]


@pytest.mark.parametrize(("said", "meant"), MOMENTS)
def test_moments_as_systems_write_them(said: str | float, meant: str | None) -> None:
    assert moment_ms(said) == (None if meant is None else moment_ms(meant))


@pytest.mark.parametrize("wrong", ["昨天", "2026-13-40 10:00", "9999-01-01", "", 17, True, None])
def test_what_is_no_moment(wrong: object) -> None:
    assert moment_ms(wrong) is None  # type: ignore[arg-type]  # whatever a file holds


def test_a_row_with_chinese_names() -> None:
    row = {
        "工单编号": 20260312001.0, "诉求类型": "水质发黄", "来源": "12345转办", "来电时间": "2026-03-12 14:00",
        "联系电话": "139 1234 5678", "用水地址": "银杏路 1 号", "对接时间": "2026-03-12 14:10", "备注": "=1+1",
    }  # fmt: skip
    found = ticket_of(3, row)
    assert isinstance(found, Ticket)
    assert (found.ticket, found.kind, found.source) == ("20260312001", ComplaintKind.COLOUR, Source.CITY_LINE)
    assert found.times == {FactKind.CUSTOMER_CONTACTED: moment_ms("2026-03-12 14:10")}
    assert (found.phone, found.address, found.note) == ("139 1234 5678", "银杏路 1 号", "=1+1")


WRONG = [
    ({}, "empty"),
    ({"kind": " ", "note": None}, "empty"),
    ({"ticket": "1"}, "no_kind"),
    ({"ticket": "1", "kind": "leak", "received": "soon"}, "no_moment"),
    ({"kind": "leak", "x": "east", "y": 3.0}, "no_number"),
    ({"kind": "leak", "x": "nan"}, "no_number"),
]


@pytest.mark.parametrize(("row", "code"), WRONG)
def test_rows_that_are_no_tickets(row: dict[str, object], code: str) -> None:
    found = ticket_of(1, row)  # type: ignore[arg-type]  # whatever a file holds
    assert isinstance(found, Unread)
    assert found.code == code


def test_kinds_by_their_words() -> None:
    said = {"水表不走": "meter", "Brown water": "colour", "没水了": "no_water", "水有臭味": "odour", "？": "other"}
    assert {text: kind_of(text).value for text in said} == said
