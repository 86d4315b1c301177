"""Elements of SL 651-2014 (appendix C): their identifiers in both codings, and the twelve values of an hour."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from app.telemetry.json_messages import Sent

EVEN_REPORT: Final = 0x31
STEP, STATE = 0x04, 0x45
FIVES: Final = {0xF4: (1, 0.1), **dict.fromkeys(range(0xF5, 0xFD), (2, 0.01))}
"""Twelve values of an hour, each of so many bytes, not BCD, in such steps; all bits set: no value."""
_FIVE_MINUTES: Final = 300_000

_IN_ORDER: Final = (
    "AC AI C - DT ED EJ FL GH GN GS GT GTP H HW M10 M20 M30 M40 M50 M60 M80 M100 MST NS P1 P2 P3 P6 P12 PD PJ PN01 "
    "PN05 PN10 PN30 PR PT Q Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 QA QZ SW UC UE US VA VJ VT Z ZB ZU Z1 Z2 Z3 Z4 Z5 Z6 Z7 Z8 SQ ZT "
    "PH DO COND TURB CODMN REDOX NH4N TP TN TOC CU ZN SE AS THG CD PB CHLA WP1 WP2 WP3 WP4 WP5 WP6 WP7 WP8 SYL1 SYL2 "
    "SYL3 SYL4 SYL5 SYL6 SYL7 SYL8 SBL1 SBL2 SBL3 SBL4 SBL5 SBL6 SBL7 SBL8 VTA VTB VTC VIA VIB VIC"
)
"""Identifiers in ASCII of those from 01H on; 04H, the step of time, is written otherwise there."""
ELEMENT_OF: Final = {
    **{name: at for at, name in enumerate(_IN_ORDER.split(), start=1) if name != "-"},
    "DRP": 0xF4,
    **{f"DRZ{at}": 0xF4 + at for at in range(1, 9)},
}
"""Identifier in HEX/BCD by that in ASCII, in capitals."""


def five_minutes(name: str, raw: bytes, end_ms: int, element: int) -> Iterator[Sent]:
    """The twelve values of the hour up to *end_ms*.

    Args:
        name: Of the readings.
        raw: Twelve times as many bytes as ``FIVES`` says of *element*.
        end_ms: UTC milliseconds.
        element: ``F4`` to ``FC``.
    """
    width, step = FIVES[element]
    nothing = (1 << (8 * width)) - 1
    for number in range(12):
        value = int.from_bytes(raw[number * width : (number + 1) * width], "big")
        at_ms = end_ms - (11 - number) * _FIVE_MINUTES
        yield Sent(name, at_ms, math.nan if value == nothing else value * step)
