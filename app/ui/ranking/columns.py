"""Columns of the ranking's lists. Rows are row numbers of its tables; figures are read when a cell is painted.

So a list whose figures become exact meanwhile stays in its order until it is filled again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from PySide6.QtCore import QCoreApplication

from app.messages import formats
from app.rank_tables import NEVER_MS, RankTables
from app.ui.tables import Column
from network.columns import Bool, Int64
from network.losses import Losses
from network.topology import City

EXERCISE_MONTHS = 12
"""A valve of DN 100 and more is due so many months after it was last turned (house value; V1)."""


class Counted:
    """Losses as whole numbers, counted once."""

    def __init__(self, losses: Losses) -> None:
        self.customers, self.people, self.critical = losses.customers, losses.people, losses.critical
        self.length_m = losses.length_m


@dataclass(frozen=True, eq=False)
class Figures:
    """The tables as the lists read them."""

    tables: RankTables
    city: City
    now: datetime

    @cached_property
    def segments(self) -> Counted:
        """What is lost with each segment."""
        return Counted(self.tables.segments.losses)

    @cached_property
    def valves(self) -> Counted:
        """What is lost with both sides of each valve."""
        return Counted(self.tables.valves.losses)

    @cached_property
    def more(self) -> Counted:
        """What is lost more when each valve fails."""
        return Counted(self.tables.valves.more)

    def main(self, segment: int) -> int:
        """Pipe row that a segment is named by."""
        return int(self.tables.segments.main_pipe[segment])

    def device(self, row: int) -> int:
        """Device row of a row of the valve table."""
        return int(self.tables.valves.device[row])

    def overdue(self, row: int) -> bool:
        """Whether a valve that was turned once is due again."""
        turned_ms = int(self.tables.valves.turned_ms[row])
        months = (self.now - datetime.fromtimestamp(turned_ms / 1000.0, UTC)).days / 30.44
        return turned_ms != NEVER_MS and months > EXERCISE_MONTHS


Read = Callable[[], Figures]


def _count(title: str, read: Callable[[], tuple[Int64, Bool]], width: int, *, strong: bool = False) -> Column:
    """Counts, with ≥ before those that are lower bounds."""

    def text(row: int) -> str:
        counts, exact = read()
        return ("" if exact[row] else "≥ ") + formats.number(int(counts[row]))

    return Column(title, text, key=lambda row: int(read()[0][row]), width=width, number=True, strong=strong)


def segment_columns(read: Read) -> tuple[Column, ...]:
    """Columns for segments; *read* gives the figures of now."""

    def name(row: int) -> str:
        mains = int(read().tables.segments.mains[row])
        identity = read().city.network.pipes.ids[read().main(row)]
        return identity if mains == 1 else f"{identity} +{mains - 1}"

    def diameter(row: int) -> int:
        return int(read().city.network.pipes.dn_mm[read().main(row)])

    def exact() -> Bool:
        return read().tables.segments.exact

    def often(row: int) -> float:
        return float(read().tables.segments.outages[row])

    return (
        Column(
            QCoreApplication.translate("RankColumns", "Segment"),
            name,
            width=96,
            strong=True,
            icon=lambda row: None if read().tables.segments.feasible[row] else ("source", "amber_text"),
        ),
        _count(
            QCoreApplication.translate("RankColumns", "Out"),
            lambda: (read().segments.customers, exact()),
            60,
            strong=True,
        ),
        _count(QCoreApplication.translate("RankColumns", "People"), lambda: (read().segments.people, exact()), 68),
        _count(QCoreApplication.translate("RankColumns", "Critical"), lambda: (read().segments.critical, exact()), 56),
        Column("DN", lambda row: _dn(diameter(row)), key=diameter, width=48, number=True),
        Column(
            QCoreApplication.translate("RankColumns", "km"),
            lambda row: formats.kilometres(float(read().segments.length_m[row])),
            key=lambda row: float(read().segments.length_m[row]),
            width=56,
            number=True,
        ),
        Column(
            QCoreApplication.translate("RankColumns", "Outages"),
            lambda row: formats.number(often(row), 1) if often(row) else "0",
            key=often,
            width=64,
            number=True,
            tone=lambda row: "t1" if often(row) else "t3",
        ),
    )


def _valve(read: Read) -> Column:
    ids = read().city.network.devices.ids
    title = QCoreApplication.translate("RankColumns", "Valve")
    return Column(title, lambda row: ids[read().device(row)], width=92, strong=True)


def _diameter(read: Read) -> Column:
    dn_mm = read().city.network.devices.dn_mm

    def diameter(row: int) -> int:
        return int(dn_mm[read().device(row)])

    return Column("DN", lambda row: _dn(diameter(row)), key=diameter, width=48, number=True)


def valve_columns(read: Read) -> tuple[Column, ...]:
    """Columns for valves."""

    def exact() -> Bool:
        return read().tables.valves.exact

    return (
        _valve(read),
        _count(
            QCoreApplication.translate("RankColumns", "Customers out"),
            lambda: (read().valves.customers, exact()),
            96,
            strong=True,
        ),
        _count(QCoreApplication.translate("RankColumns", "People"), lambda: (read().valves.people, exact()), 72),
        _count(
            QCoreApplication.translate("RankColumns", "More if it fails"),
            lambda: (read().more.customers, read().tables.valves.more_exact),
            104,
        ),
        _diameter(read),
        _place(read),
    )


def exercise_columns(read: Read) -> tuple[Column, ...]:
    """Columns for valves to be exercised."""
    valves = read().tables.valves

    def turned(row: int) -> str:
        moment_ms = int(valves.turned_ms[row])
        if moment_ms == NEVER_MS:
            return QCoreApplication.translate("RankColumns", "not recorded")
        return f"{datetime.fromtimestamp(moment_ms / 1000.0, UTC).astimezone(read().now.tzinfo):%Y-%m-%d}"

    return (
        _valve(read),
        _count(
            QCoreApplication.translate("RankColumns", "More if it fails"),
            lambda: (read().more.customers, read().tables.valves.more_exact),
            104,
            strong=True,
        ),
        Column(
            QCoreApplication.translate("RankColumns", "May fail, %"),
            lambda row: formats.number(100.0 * (1.0 - float(valves.chance[row]))),
            key=lambda row: 1.0 - float(valves.chance[row]),
            width=80,
            number=True,
        ),
        Column(
            QCoreApplication.translate("RankColumns", "Last turned"),
            turned,
            key=lambda row: int(valves.turned_ms[row]),
            width=96,
            icon=lambda row: ("warning", "amber_text") if read().overdue(row) else None,
            tone=lambda row: "t3" if valves.turned_ms[row] == NEVER_MS else "t1",
        ),
        _diameter(read),
        _place(read),
    )


def _place(read: Read) -> Column:
    devices = read().city.network.devices
    return Column(
        QCoreApplication.translate("RankColumns", "Place"),
        lambda row: devices.landmark[read().device(row)],
        width=120,
        most=150,
        elide=True,
        tone=lambda _row: "t2",
    )


def _dn(dn_mm: int) -> str:
    return str(dn_mm) if dn_mm else formats.NO_VALUE
