"""Texts of SL 651-2014 in ASCII: words with blanks between them, an identifier and its value by turns.

``ST 0012345678 H TT 1707181112 Z 0.301 VT 10.91`` is a station (with what kind it is), the time of observation, a level
and a voltage. In the even report ``DRN05`` says that the values behind the next identifier are five minutes apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Final

from app.errors import AppError
from app.telemetry.json_messages import Sent
from app.telemetry.sl651_elements import ELEMENT_OF, EVEN_REPORT, FIVES, STATE, five_minutes
from app.telemetry.sl651_envelope import Envelope

_STEP: Final = re.compile(r"DR([DHN])(\d{2})")
_UNIT_MS: Final = {"D": 86_400_000, "H": 3_600_000, "N": 60_000}
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+")
_NOTHING: Final = re.compile(r"[-*M]+|F{2,}")
"""What stations write in place of a value that they do not have."""


def ascii_elements(text: str, envelope: Envelope, sent_ms: int, moment: Callable[[str], int]) -> Iterator[Sent]:
    """Readings in *text*, which stands behind the time of sending.

    Args:
        text: In ASCII.
        envelope: Whose station and function it is.
        sent_ms: The time of sending, for what has no time of observation.
        moment: UTC milliseconds of twelve digits, year to second.

    Raises:
        AppError: ``sl651.text``.
    """
    words = _Words(text)
    observed_ms, step_ms = sent_ms, 0
    while (name := words.next()) is not None:
        step = _STEP.fullmatch(name)
        if name == "ST":
            words.value(name)
            words.skip_kind()
        elif name == "TT":
            observed_ms = moment(words.value(name) + "00")
        elif step is not None:
            step_ms = int(step[2]) * _UNIT_MS[step[1]]
        elif envelope.function == EVEN_REPORT and step_ms and ELEMENT_OF.get(name) not in FIVES:
            at_ms = observed_ms
            for value in words.values(name):
                yield Sent(_name(envelope, name), at_ms, _value(value))
                at_ms += step_ms
        else:
            yield from _of_element(envelope, name, words.value(name), observed_ms)


def _of_element(envelope: Envelope, name: str, value: str, observed_ms: int) -> Iterator[Sent]:
    element = ELEMENT_OF.get(name, -1)
    if element in FIVES:
        raw = _hex(value)
        if len(raw) != 12 * FIVES[element][0]:
            raise AppError("sl651.text", place=-1, reason=value)
        yield from five_minutes(_name(envelope, name), raw, observed_ms, element)
    elif element == STATE:
        yield Sent(_name(envelope, name), observed_ms, float(int.from_bytes(_hex(value), "big")))
    else:
        yield Sent(_name(envelope, name), observed_ms, _value(value))


def _name(envelope: Envelope, name: str) -> str:
    """As in HEX/BCD, so that a channel need not know how its station writes."""
    element = ELEMENT_OF.get(name)
    return f"{envelope.station}/{name if element is None else f'{element:02X}'}"


def _value(word: str) -> float:
    if _NUMBER.fullmatch(word):
        return float(word)
    if _NOTHING.fullmatch(word):
        return math.nan
    raise AppError("sl651.text", place=-1, reason=word)


def _hex(word: str) -> bytes:
    try:
        return bytes.fromhex(word)
    except ValueError as error:
        raise AppError("sl651.text", place=-1, reason=word) from error


class _Words:
    """The words of a text, from its front."""

    def __init__(self, text: str) -> None:
        self._words = text.split()
        self._at = 0

    def next(self) -> str | None:
        """An identifier, in capitals; None behind the last."""
        if self._at >= len(self._words):
            return None
        self._at += 1
        return self._words[self._at - 1].upper()

    def value(self, name: str) -> str:
        """The word behind the identifier *name*."""
        found = self.next()
        if found is None:
            raise AppError("sl651.text", place=self._at, reason=name)
        return found

    def values(self, name: str) -> Iterator[str]:
        """That word, and all behind it that are values as well."""
        yield self.value(name)
        while self._at < len(self._words) and self._is_value(self._words[self._at].upper()):
            self._at += 1
            yield self._words[self._at - 1].upper()

    def skip_kind(self) -> None:
        """The letter that tells what kind of station it is, where it stands."""
        if self._at < len(self._words) and len(self._words[self._at]) == 1:
            self._at += 1

    @staticmethod
    def _is_value(word: str) -> bool:
        return bool(_NUMBER.fullmatch(word) or _NOTHING.fullmatch(word))
