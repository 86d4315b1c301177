"""Messages that a feed of ours writes itself, where what comes is no text: the JSON that telemetry opens."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

GOOD, UNCERTAIN, BAD = "good", "uncertain", "bad"


@dataclass(frozen=True)
class Said:
    """One value.

    Attributes:
        name: Node or register.
        at_ms: Instant at the source, UTC milliseconds; None where it says none.
        value: A number, None where there is none; anything else is written as text, and refused by who opens it.
        quality: ``GOOD``, ``UNCERTAIN`` or ``BAD``.
    """

    name: str
    at_ms: int | None
    value: object
    quality: str = GOOD


def written(said: Iterable[Said]) -> bytes:
    """One message of all of them."""
    return json.dumps([_record(one) for one in said], ensure_ascii=False).encode()


def _record(one: Said) -> dict[str, Any]:
    value = one.value
    if isinstance(value, float) and not math.isfinite(value):
        value = None
    if value is not None and not isinstance(value, bool | int | float):
        value = str(value)
    record = {"id": one.name, "v": value, "q": one.quality}
    return record if one.at_ms is None else {**record, "ts": one.at_ms}
