"""Reads a rule pack: a TOML file with the service standard's rules, checked whole before any of it is used.

A pack with an error is refused with the place of the error; the pack in use stays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.dispatch.facts import FactKind
from app.dispatch.rules import (
    ATTRIBUTES,
    MOMENTS,
    After,
    At,
    Before,
    CalendarDays,
    Condition,
    Gate,
    Judged,
    Least,
    Limit,
    Months,
    PauseGrant,
    Rule,
    RulePack,
    SameDay,
    Share,
    Subject,
    WorkingDays,
)
from app.errors import AppError
from app.resources import folder

STANDARD = "service-standard.toml"
_RULE_KEYS = {
    "id", "title_zh", "title_en", "clause", "heading", "source", "house", "subject", "limit", "when", "any_of",
    "starts", "readings", "met_by", "anew", "red_line_s", "pauses", "at_risk_percent", "told", "valid_from", "valid_to",
}  # fmt: skip
_LIMIT_KEYS = {
    "after_s", "days", "working_days", "and_half", "months", "before_s", "at", "late_s", "moment", "same_day_by",
    "gate", "night_from", "night_to", "judged", "peaks", "share", "least_percent", "quantity", "least",
}  # fmt: skip
_T = TypeVar("_T")


def standard_pack() -> RulePack:
    """The rule pack that comes with the program."""
    return read_pack(folder("rules") / STANDARD)


def read_pack(path: Path) -> RulePack:
    """The rule pack in *path*.

    Raises:
        AppError: ``rules.not_read`` (no such file, not UTF-8, not TOML) or ``rules.wrong`` with the rule and what is
            wrong with it.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        # ValueErrors are also TOML's own, Unicode's, and numbers of thousands of digits; nesting may be too deep.
        raise AppError("rules.not_read", file=path.name, reason=str(error)) from error
    return parse_pack(values)


def parse_pack(values: Mapping[str, Any]) -> RulePack:
    """The rule pack that the TOML *values* describe.

    Raises:
        AppError: ``rules.wrong``.
    """
    head = _Reader("pack", _table("pack", values.get("pack", {})))
    rules = tuple(_rule(one) for one in _tables("rule", values.get("rule", [])))
    ids = list(dict.fromkeys(rule.id for rule in rules))
    for rule_id in ids:
        _check_times([rule for rule in rules if rule.id == rule_id])
    if not rules:
        raise _wrong("pack", "rule", "none")
    zone = head.text("zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _wrong("pack", "zone", zone) from error
    differences = tuple(
        _difference(_Reader("difference", one), ids) for one in _tables("difference", values.get("difference", []))
    )
    said = (replace(rule, differs=_said_of(rule.id, differences)) for rule in rules)
    return RulePack(head.text("name"), head.text("version"), zone, tuple(said), differences)


def _check_times(versions: list[Rule]) -> None:
    """One rule may have several times, none of which overlap: every clock goes by exactly one of them."""
    for one in versions:
        if one.valid_from is not None and one.valid_to is not None and one.valid_to < one.valid_from:
            raise _wrong(one.id, "valid_to", str(one.valid_to))
        if one.subject is not versions[0].subject:
            raise _wrong(one.id, "subject", one.subject)
    for earlier, later in pairwise(sorted(versions, key=lambda one: one.valid_from or date.min)):
        if earlier.valid_from == later.valid_from:
            raise _wrong(later.id, "id", "twice")
        if earlier.valid_to is None or later.valid_from is None or earlier.valid_to >= later.valid_from:
            raise _wrong(later.id, "valid_from", f"{later.valid_from} ≤ valid_to {earlier.valid_to or '–'}")


def _said_of(rule_id: str, differences: Iterable[tuple[tuple[str, ...], str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((zh, en) for named, zh, en in differences if rule_id in named)


def _difference(reader: _Reader, ids: list[str]) -> tuple[tuple[str, ...], str, str]:
    named = reader.texts("rules")
    for rule_id in named:
        if rule_id not in ids:
            raise _wrong("difference", "rules", rule_id)
    return named, reader.text("zh"), reader.text("en")


def _rule(values: Mapping[str, Any]) -> Rule:
    reader = _Reader(str(values.get("id", "?")), values)
    reader.only(_RULE_KEYS)
    rule = Rule(
        id=reader.text("id"),
        title_zh=reader.text("title_zh"),
        title_en=reader.text("title_en"),
        clause=reader.text("clause", ""),
        heading=reader.text("heading", ""),
        source=reader.text("source", ""),
        house=tuple(_pair(reader, one) for one in reader.rows("house")),
        subject=reader.one("subject", Subject),
        limit=_limit(reader),
        when=tuple(_condition(reader, one) for one in reader.rows("when")),
        any_of=tuple(_condition(reader, one) for one in reader.rows("any_of")),
        starts=reader.kinds("starts"),
        readings=reader.kinds("readings"),
        met_by=reader.kinds("met_by"),
        anew=reader.kinds("anew"),
        red_line_s=reader.maybe("red_line_s", int),
        pauses=tuple(_pause(reader, one) for one in reader.rows("pauses")),
        at_risk_percent=reader.number("at_risk_percent", 25),
        told=reader.texts("told"),
        valid_from=reader.day("valid_from"),
        valid_to=reader.day("valid_to"),
    )
    if rule.has_clock and not (rule.starts and rule.met_by):
        raise _wrong(rule.id, "starts" if not rule.starts else "met_by", "none")
    if not 0 <= rule.at_risk_percent <= 100:
        raise _wrong(rule.id, "at_risk_percent", str(rule.at_risk_percent))
    if not rule.clause and not rule.house:
        raise _wrong(rule.id, "clause", "none")
    return rule


def _limit(reader: _Reader) -> Limit:
    """The one limit that the table ``limit`` names."""
    table = _Reader(reader.where, _table(reader.where, reader.values.get("limit", {})))
    table.only(_LIMIT_KEYS)
    kinds: dict[str, Callable[[], Limit]] = {
        "after_s": lambda: After(table.positive("after_s")),
        "days": lambda: CalendarDays(table.positive("days")),
        "working_days": lambda: WorkingDays(table.positive("working_days"), table.flag("and_half")),
        "months": lambda: Months(table.positive("months")),
        "before_s": lambda: Before(table.not_negative("before_s"), _moment(table, "moment")),
        "at": lambda: At(table.not_negative("late_s"), _moment(table, "at")),
        "same_day_by": lambda: SameDay(*(table.one_of(key, time) for key in ("night_from", "night_to", "same_day_by"))),
        "gate": lambda: _gate(table),
        "judged": lambda: _judged(table),
        "share": lambda: Share(table.text("share"), table.positive("least_percent")),
        "quantity": lambda: Least(table.text("quantity"), table.one_of("least", float)),
    }
    named = [key for key in kinds if key in table.values]
    if len(named) != 1:
        raise _wrong(reader.where, "limit", ", ".join(named) or "none")
    return kinds[named[0]]()


def _moment(table: _Reader, key: str) -> str:
    if table.text(key) not in MOMENTS:
        raise _wrong(table.where, key, table.text(key))
    return table.text(key)


def _gate(table: _Reader) -> Gate:
    if table.text("gate") not in {"at_once", "before_next"}:
        raise _wrong(table.where, "gate", table.text("gate"))
    return Gate(table.text("gate") == "at_once", table.maybe("night_from", time), table.maybe("night_to", time))


def _judged(table: _Reader) -> Judged:
    usual = Judged(table.text("judged"))
    return Judged(
        usual.check,
        table.maybe("night_from", time) or usual.night_from,
        table.maybe("night_to", time) or usual.night_to,
        tuple(_hours(table, one) for one in table.maybe("peaks", list) or usual.peaks),
    )


def _hours(table: _Reader, pair: object) -> tuple[time, time]:
    match pair:
        case (time() as first, time() as last) | [time() as first, time() as last]:
            return first, last
    raise _wrong(table.where, "peaks", str(pair))


def _condition(reader: _Reader, values: Mapping[str, Any]) -> Condition:
    table = _Reader(reader.where, values)
    table.only({"attribute", "more_than", "most", "least", "equals", "unknown_holds"})
    condition = Condition(
        table.text("attribute"),
        more_than=table.bound("more_than"),
        most=table.bound("most"),
        least=table.bound("least"),
        equals=values.get("equals"),
        unknown_holds=table.flag("unknown_holds"),
    )
    if all(bound is None for bound in (condition.more_than, condition.most, condition.least, condition.equals)):
        raise _wrong(reader.where, "when", condition.attribute)
    if condition.attribute not in ATTRIBUTES:
        raise _wrong(reader.where, "attribute", condition.attribute)
    return condition


def _pause(reader: _Reader, values: Mapping[str, Any]) -> PauseGrant:
    table = _Reader(reader.where, values)
    return PauseGrant(table.one("begins", FactKind), table.one("ends", FactKind), table.text("clause"))


def _pair(reader: _Reader, values: Mapping[str, Any]) -> tuple[str, str]:
    table = _Reader(reader.where, values)
    return table.text("zh"), table.text("en")


class _Reader:
    """Reads one table and says where it is wrong."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where, self.values = where, values

    def only(self, keys: set[str]) -> None:
        for key in self.values:
            if key not in keys:
                raise _wrong(self.where, key, "?")

    def one_of(self, key: str, kind: type[_T]) -> _T:
        found = self.maybe(key, kind)
        if found is None:
            raise _wrong(self.where, key, "none")
        return found

    def maybe(self, key: str, kind: type[_T]) -> _T | None:
        value = self.values.get(key)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise _wrong(self.where, key, str(value))
        return value

    def day(self, key: str) -> date | None:
        found = self.maybe(key, date)
        if isinstance(found, datetime):
            # TOML's moments are days to Python, and cannot be compared with them.
            raise _wrong(self.where, key, str(found))
        return found

    def text(self, key: str, otherwise: str | None = None) -> str:
        found = self.maybe(key, str)
        if found is None and otherwise is None:
            raise _wrong(self.where, key, "none")
        return found if found is not None else str(otherwise)

    def bound(self, key: str) -> float | None:
        value = self.values.get(key)
        if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
            raise _wrong(self.where, key, str(value))
        return None if value is None else float(value)

    def flag(self, key: str) -> bool:
        found = self.values.get(key, False)
        if not isinstance(found, bool):
            raise _wrong(self.where, key, str(found))
        return found

    def number(self, key: str, otherwise: int | None = None) -> int:
        found = self.maybe(key, int)
        if found is None and otherwise is None:
            raise _wrong(self.where, key, "none")
        return found if found is not None else int(otherwise or 0)

    def positive(self, key: str) -> int:
        found = self.number(key)
        if found <= 0:
            raise _wrong(self.where, key, str(found))
        return found

    def not_negative(self, key: str) -> int:
        found = self.number(key)
        if found < 0:
            raise _wrong(self.where, key, str(found))
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.maybe(key, list) or []
        for one in found:
            if not isinstance(one, str):
                raise _wrong(self.where, key, str(one))
        return tuple(found)

    def rows(self, key: str) -> list[Mapping[str, Any]]:
        return _tables(self.where, self.values.get(key, []))

    def one(self, key: str, kind: type[_T]) -> _T:
        return _member(self.where, key, self.text(key), kind)

    def kinds(self, key: str) -> tuple[FactKind, ...]:
        return tuple(_member(self.where, key, one, FactKind) for one in self.texts(key))


def _member(where: str, key: str, text: str, kind: Callable[[str], _T]) -> _T:
    try:
        return kind(text)
    except ValueError as error:
        raise _wrong(where, key, text) from error


def _table(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "table", str(value))
    return value


def _tables(where: str, value: object) -> list[Mapping[str, Any]]:
    if not isinstance(value, list):
        raise _wrong(where, "list", str(value))
    return [_table(where, one) for one in value]


def _wrong(where: str, what: str, found: str) -> AppError:
    return AppError("rules.wrong", rule=where, field=what, found=found)
