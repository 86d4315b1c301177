"""Records out of a file that people write: each field is of its kind, or the record is refused by its name.

A recorder reads such a file while it is at work, so that a slip of the pen must be told and never be stumbled over
later.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

_LARGEST: Final = 1e15
"""Beyond it no figure of a set-up means anything, and milliseconds no longer fit."""
_LARGEST_WHOLE: Final = 2**62


def made(kind: type, record: Mapping[str, Any], **change: Callable[[Any], Any]) -> Any:
    """A frozen record of *kind*; what the file says beyond its fields is no mistake of this version's.

    Args:
        kind: A dataclass.
        record: Its fields, as JSON has them.
        change: For some fields, what makes their values of what the file says.

    Raises:
        ValueError: A field is of another kind; its words name record, field and value.
        TypeError: A field that must be there is not.
    """
    known = {field.name for field in fields(kind)}
    who = record.get("id", record.get("name", ""))
    values = {}
    for name, value in record.items():
        if name in known:
            told = change[name](value) if name in change else value
            if not _fits(told, _kinds(kind)[name]):
                raise ValueError(f"{who}: {name} = {_said(told)}")
            # 5000.0 is as good as 5000 where whole numbers are meant.
            values[name] = int(told) if isinstance(told, float) and float not in _kinds(kind)[name] else told
    return kind(**values)


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts. Raises :class:`ValueError`: a single text is no list of its letters."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError(_said(value))
    return tuple(value)


@cache
def _kinds(kind: type) -> Mapping[str, tuple[type, ...]]:
    """Which types each field may be of."""
    return {name: _types_of(hint) for name, hint in get_type_hints(kind).items()}


def _types_of(hint: Any) -> tuple[type, ...]:
    if get_origin(hint) in {Union, types.UnionType}:
        return get_args(hint)
    return (get_origin(hint) or hint,)


def _fits(value: Any, kinds: tuple[type, ...]) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and float in kinds:
        return bool(abs(value) <= _LARGEST)
    if is_number and int in kinds:
        return bool(abs(value) <= _LARGEST_WHOLE and value == int(value))
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:60]
