"""Bodies as others may send them: read within bounds, or not at all.

The chain promises that a body is what its author wrote, not that it does any good. What one program reads and another
stumbles over would give two consoles two truths, so the bounds stand here and not in a library: numbers that the stores
hold, text that can be written down, nesting that no reader's stack runs out of.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

DEEPEST = 64
"""Lists and objects inside each other; what this program writes has six at most."""

_MOST_DIGITS = 20
_SMALLEST, _GREATEST = -(2**63), 2**63 - 1
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def facts_in(body: str) -> dict[str, Any] | None:
    """The facts that *body* holds; None where it is no JSON object, or one beyond the bounds."""
    if body.count("[") + body.count("{") > DEEPEST and _depth(body) > DEEPEST:
        return None
    try:
        facts = _DECODER.decode(body)
        if "\\u" in body:
            # Half a surrogate pair is a text in memory that no file takes.
            json.dumps(facts, ensure_ascii=False).encode()
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def _depth(body: str) -> int:
    depth = deepest = 0
    for token in _TOKENS.finditer(body):
        if token[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in "]}":
            depth -= 1
    return deepest


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= _MOST_DIGITS else _GREATEST + 1
    if not _SMALLEST <= number <= _GREATEST:
        raise ValueError(digits[:_MOST_DIGITS])
    return number


def _real(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits[:_MOST_DIGITS])
    return number


def _refused(word: str) -> float:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_real, parse_constant=_refused)
