"""Several shutdowns at once: from a file to shutdowns, and from the answer to plain data."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.messages import Words
from app.operations.isolate import TARGET_KEYS, Desk, parse_query
from app.operations.running_beside import Beside, reckoned_beside
from app.operations.text_files import text_of
from app.times import BELIEVABLE_YEARS
from network.columns import NO_INDEX
from network.errors import os_detail
from network.supply import SupplyModel
from network.together_records import Conflict, Interval, JointEffect, Refused, Shutdown, Together
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
    except OSError as error:
        raise AppError("cannot_read_file", path=str(path), **os_detail(error)) from error
    text = text_of(path)
    is_json = path.suffix.lower() == ".json"
    try:
        found: object = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if is_json else "TOML"
        raise AppError("shutdowns_unreadable", path=str(path), format=kind, line=_line_of(error)) from error
    listed = found.get("shutdown") if isinstance(found, Mapping) else found
    if not isinstance(listed, list):
        # Brackets in a sentence of the catalogue mean that a part may be left out.
        raise AppError("shutdowns_not_a_list", path=str(path), heading="[[shutdown]]")
    return listed


def _line_of(error: Exception) -> str:
    """The line that a parser stumbled over; "" where it names none. TOML's names it in its sentence alone."""
    named = re.search(r"\(?(?:at )?line (\d+)", str(error))
    return named[1] if named else ""


def parse_shutdown(desk: Desk, record: object) -> Shutdown:
    """One shutdown by the ids of the city.

    Raises:
        AppError: ``shutdown_not_a_table``, ``shutdown_bad_value``, ``shutdown_bad_time``, ``shutdown_unknown_key``,
            ``unknown_valve`` and what :meth:`Desk.resolve` raises.
    """
    if not isinstance(record, Mapping) or any(record.get(key) in (None, "") for key in ("id", "start", "end")):
        raise AppError("shutdown_not_a_table")
    named = {key: value for key, value in record.items() if key not in _OWN_KEYS}
    unknown = [str(key) for key in named if key not in _TARGET_KEYS]
    if unknown:
        raise AppError("shutdown_unknown_key", key=unknown[0], known=", ".join((*_OWN_KEYS, *_TARGET_KEYS)))
    return Shutdown(
        id=_text(record, "id"),
        start=_instant(record, "start"),
        end=_instant(record, "end"),
        target=desk.resolve(parse_query(named)) if named else None,
        close=_valves(desk.model.city, record, "close"),
        open=_valves(desk.model.city, record, "open"),
        crew=_text(record, "crew"),
    )


def _text(record: Mapping[str, object], key: str) -> str:
    value = record.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    # An id is part of a sentence on one line.
    if not isinstance(value, str) or len(value.splitlines()) > 1:
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
    if value.year not in BELIEVABLE_YEARS:
        raise AppError("shutdown_bad_time", key=key, value=str(value))
    return value if value.tzinfo is None else value.astimezone(UTC)


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


def reckon(desk: Desk, records: Sequence[object], words: Words, running: Sequence[Shutdown] = ()) -> Beside:
    """What the shutdowns *records* do together, and with those *running*, which have other ids.

    What of *running* cannot be reckoned with is left out: nobody can mend it in the file.

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
        found = reckoned_beside(desk.model, shutdowns, running)
        if isinstance(found, Beside):
            return found
        for refused in found:
            sentence = refusal(desk.model, refused, words)
            faults.append(words.say("together", "fault", {"place": refused.place + 1, "sentence": sentence}))
    raise AppError("bad_shutdowns", faults=" ".join(faults))


def refusal(model: SupplyModel, refused: Refused, words: Words) -> str:
    """Why a shutdown, or a valve of it, cannot be reckoned with."""
    return words.say("shutdown_refused", refused.why, {"id": refused.id, "valve": _valve(model, refused) or ""})


def _valve(model: SupplyModel, refused: Refused) -> str | None:
    return model.city.network.devices.ids[refused.device] if refused.device >= 0 else None


def over(together: Together, now: datetime) -> tuple[str, ...]:
    """Ids of the shutdowns that have ended by *now*: they are reckoned with, but their dates may be a slip."""
    running = {name for interval in together.intervals if interval.end > now for name in interval.active}
    return tuple(name for name in together.alone if name not in running)


def as_record(model: SupplyModel, found: Beside, now: datetime) -> dict[str, Any]:
    """The answer as one JSON object; times are UTC."""
    together = found.together
    return {
        "running": {one.id: one.end.isoformat() for one in found.running},
        "left_out": [{"id": one.id, "valve": _valve(model, one), "why": one.why.value} for one in found.left_out],
        "over": list(over(together, now)),
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
