"""Several shutdowns at once: from a file to shutdowns, and from the answer to plain data."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.messages import Words
from app.operations.isolate import TARGET_KEYS, Desk, parse_query
from network.columns import NO_INDEX
from network.supply import SupplyModel
from network.together import outages_together
from network.together_records import Conflict, Interval, JointEffect, Shutdown, Together
from network.topology import City

_OWN_KEYS = ("id", "start", "end", "close", "open", "crew")
_TARGET_KEYS = (*TARGET_KEYS, "offset_m")
_MOST_BYTES = 16 * 1024 * 1024


def read_shutdowns(path: Path) -> list[object]:
    """The list of shutdowns in a TOML file (``[[shutdown]]``) or a JSON file (a list, or ``{"shutdown": [...]}``).

    Raises:
        AppError: ``cannot_read_file``, ``shutdowns_too_large``, ``shutdowns_unreadable``, ``shutdowns_not_a_list``.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AppError("shutdowns_too_large", path=str(path), most_mb=_MOST_BYTES // 1024**2)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AppError(
            "cannot_read_file", path=str(path), why=getattr(error, "strerror", None) or str(error)
        ) from error
    try:
        found: object = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise AppError("shutdowns_unreadable", path=str(path), why=str(error)) from error
    listed = found.get("shutdown") if isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        raise AppError("shutdowns_not_a_list", path=str(path))
    return listed


def parse_shutdown(desk: Desk, record: object) -> Shutdown:
    """One shutdown by the ids of the city.

    Raises:
        AppError: ``shutdown_not_a_table``, ``shutdown_bad_value``, ``shutdown_bad_time``, ``query_unknown_key``,
            ``unknown_valve`` and what :meth:`Desk.resolve` raises.
    """
    if not isinstance(record, Mapping):
        raise AppError("shutdown_not_a_table")
    named = {key: value for key, value in record.items() if key not in _OWN_KEYS}
    unknown = [str(key) for key in named if key not in _TARGET_KEYS]
    if unknown:
        raise AppError("query_unknown_key", key=unknown[0])
    return Shutdown(
        id=_text(record, "id", needed=True),
        start=_instant(record, "start"),
        end=_instant(record, "end"),
        target=desk.resolve(parse_query(named)) if named else None,
        close=_valves(desk.model.city, record, "close"),
        open=_valves(desk.model.city, record, "open"),
        crew=_text(record, "crew"),
    )


def _text(record: Mapping[str, object], key: str, *, needed: bool = False) -> str:
    value = record.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (needed and not value):
        raise AppError("shutdown_bad_value", key=key, value=str(value))
    return value


def _instant(record: Mapping[str, object], key: str) -> datetime:
    value = record.get(key)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise AppError("shutdown_bad_time", key=key, value=str(record[key])) from None
    if not isinstance(value, datetime):
        raise AppError("shutdown_bad_time", key=key, value=str(value))
    try:
        return value if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise AppError("shutdown_bad_time", key=key, value=str(value)) from None


def _valves(city: City, record: Mapping[str, object], key: str) -> tuple[int, ...]:
    value = record.get(key, [])
    if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
        raise AppError("shutdown_bad_value", key=key, value=str(value))
    rows = []
    for name in value:
        row = city.network.devices.ids.find(name) if isinstance(name, str) else NO_INDEX
        if row == NO_INDEX:
            raise AppError("unknown_valve", id=str(name))
        rows.append(row)
    return tuple(rows)


def reckon(desk: Desk, records: Sequence[object], words: Words) -> Together:
    """What the shutdowns *records* do together.

    Raises:
        AppError: ``bad_shutdowns``, with one sentence for each that cannot be reckoned with.
    """
    shutdowns, faults = [], []
    for place, record in enumerate(records, start=1):
        try:
            shutdowns.append(parse_shutdown(desk, record))
        except AppError as fault:
            sentence = words.say("failed", fault.code, fault.detail)
            faults.append(words.say("together", "fault", {"place": place, "sentence": sentence}))
    if not faults:
        answer = outages_together(desk.model, shutdowns)
        if isinstance(answer, Together):
            return answer
        devices = desk.model.city.network.devices.ids
        for refused in answer:
            valve = devices[refused.device] if refused.device >= 0 else ""
            sentence = words.say("shutdown_refused", refused.why, {"id": refused.id, "valve": valve})
            faults.append(words.say("together", "fault", {"place": refused.place + 1, "sentence": sentence}))
    raise AppError("bad_shutdowns", faults=" ".join(faults))


def as_record(model: SupplyModel, together: Together) -> dict[str, Any]:
    """The answer as one JSON object; times are UTC."""
    return {
        "alone": {name: _effect_record(model, effect) for name, effect in together.alone.items()},
        "intervals": [_interval_record(model, interval) for interval in together.intervals],
    }


def _interval_record(model: SupplyModel, interval: Interval) -> dict[str, Any]:
    return {
        "start": interval.start.isoformat(),
        "end": interval.end.isoformat(),
        "active": list(interval.active),
        **_effect_record(model, interval.effect),
        "lost_together": model.city.customers.ids.take(interval.lost_together),
        "conflicts": [_conflict_record(model, conflict) for conflict in interval.conflicts],
    }


def _effect_record(model: SupplyModel, effect: JointEffect) -> dict[str, Any]:
    customers = model.city.customers
    affected = (*effect.out.tolist(), *effect.on_storage.tolist())
    return {
        "out": customers.ids.take(effect.out),
        "on_storage": customers.ids.take(effect.on_storage),
        "critical": [customers.ids[row] for row in affected if customers.critical[row]],
        "people": int(customers.people[effect.out].sum()),
        "length_m": round(effect.length_m, 3),
    }


def _conflict_record(model: SupplyModel, conflict: Conflict) -> dict[str, Any]:
    return {
        "kind": conflict.kind.value,
        "shutdowns": list(conflict.shutdowns),
        "valves": [model.city.network.devices.ids[row] for row in conflict.valves],
        "customers": model.city.customers.ids.take(conflict.customers),
        "crew": conflict.crew or None,
    }
