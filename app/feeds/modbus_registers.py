"""How registers of a Modbus device are named in the set-up, asked for in few questions, and what their words mean.

A name is ``UNIT/TABLE/ADDRESS/TYPE``, with ``*FACTOR`` behind it where the device sends whole numbers of something:
``1/holding/100/float32``, ``3/input/12/int16*0.01``, ``3/coil/7``. Addresses count from 0, as they travel on the line
(a manual's 40101 is ``holding/100``). ``float32-swapped`` has its low word first. No network here.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from app.errors import AppError

MOST_WORDS: Final = 120
"""A question may ask for 125 registers; some gateways keep a few for themselves."""
LONGEST_HOLE: Final = 8
"""Registers that nobody wants are read along where that saves a question."""
_UNITS, _ADDRESSES = 256, 65_536
_SWAPPED: Final = "-swapped"
_FORMATS: Final = {
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "int64": ">q",
    "uint64": ">Q",
    "float32": ">f",
    "float64": ">d",
}
_BIT: Final = "bit"


class Table(StrEnum):
    """The four tables of a device."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"

    @property
    def is_bits(self) -> bool:
        """Whether its entries are single bits."""
        return self in {Table.COIL, Table.DISCRETE}


@dataclass(frozen=True)
class Register:
    """A value of a device.

    Attributes:
        name: As in the set-up.
        unit: Number of the device on the line or behind the gateway.
        table, address: Where it stands.
        layout: Its type, a key of the formats, or ``bit``.
        is_swapped: Whether the low word comes first.
        factor: What the number is multiplied with.
    """

    name: str
    unit: int
    table: Table
    address: int
    layout: str
    is_swapped: bool = False
    factor: float = 1.0

    @property
    def words(self) -> int:
        """How many entries of its table it takes."""
        return 1 if self.layout == _BIT else struct.calcsize(_FORMATS[self.layout]) // 2


@dataclass(frozen=True)
class Block:
    """One question: registers that stand near to each other."""

    unit: int
    table: Table
    registers: tuple[Register, ...]

    @property
    def first(self) -> int:
        """Its first address."""
        return self.registers[0].address

    @property
    def words(self) -> int:
        """How many entries it asks for."""
        return max(one.address + one.words for one in self.registers) - self.first

    def alone(self) -> tuple[Block, ...]:
        """The same, a question for each register."""
        return tuple(Block(self.unit, self.table, (one,)) for one in self.registers)


def register(name: str) -> Register:
    """What *name* means. Raises :class:`AppError` ``feed.bad_register``."""
    place, _, factor = name.partition("*")
    parts = place.strip().split("/")
    try:
        unit, table, address = int(parts[0]), Table(parts[1]), int(parts[2])
        multiply = float(factor) if factor else 1.0
    except (ValueError, IndexError) as error:
        raise AppError("feed.bad_register", name=name) from error
    layout = parts[3] if len(parts) == 4 else _BIT
    kind = layout.removesuffix(_SWAPPED)
    is_known = layout == _BIT if table.is_bits else kind in _FORMATS
    if not is_known or len(parts) > 4 or not math.isfinite(multiply):
        raise AppError("feed.bad_register", name=name)
    made = Register(name, unit, table, address, kind, layout != kind, multiply)
    if not (0 <= unit < _UNITS and 0 <= address <= _ADDRESSES - made.words):
        raise AppError("feed.bad_register", name=name)
    return made


def blocks(registers: Iterable[Register]) -> tuple[Block, ...]:
    """*registers* in as few questions as may be, each of at most ``MOST_WORDS`` entries."""
    ordered = sorted(registers, key=lambda one: (one.unit, one.table, one.address))
    found: list[Block] = []
    for (unit, table), group in groupby(ordered, key=lambda one: (one.unit, one.table)):
        held: list[Register] = []
        for one in group:
            if held and not _fits(held, one):
                found.append(Block(unit, table, tuple(held)))
                held = []
            held.append(one)
        found.append(Block(unit, table, tuple(held)))
    return tuple(found)


def _fits(held: Sequence[Register], one: Register) -> bool:
    reached = max(each.address + each.words for each in held)
    is_near = one.address - reached <= LONGEST_HOLE
    return is_near and one.address + one.words - held[0].address <= MOST_WORDS


def value_of(one: Register, entries: Sequence[int]) -> float:
    """What *one* says; NaN where its words are no number.

    Args:
        one: The register.
        entries: Its words or bits, as many as it takes.
    """
    if one.layout == _BIT:
        return float(bool(entries[0])) * one.factor
    words = entries[::-1] if one.is_swapped else entries
    packed = struct.pack(f">{len(words)}H", *words)
    return float(struct.unpack(_FORMATS[one.layout], packed)[0]) * one.factor
