"""A ranking as lists for spreadsheets: every row, worst first, lower bounds marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.errors import AppError
from app.messages import Words
from app.rank_tables import NEVER_MS, RankTables
from gis.exchange.tables import Cell, Sheet, write_csv, write_xlsx
from network.assets import DeviceKind
from network.losses import Losses
from network.topology import City

_LOST = ("customers_out", "households_out", "people_out", "critical_out", "length_out_m")
_SEGMENT = ("rank", "main", "dn_mm", "mains", *_LOST, "exactness", "outages_per_customer")
_VALVE = ("rank", "valve", "kind", "dn_mm", "place", *_LOST, "exactness", "more_customers", "more_people", "chance")


def export_ranking(what: str, path: Path, city: City, tables: RankTables, words: Words) -> None:
    """Write *tables* to *path*.

    *what* is one of segments_csv, valves_csv, exercise_csv, ranking_xlsx; lists are in the language of *words*.

    Raises:
        AppError: ``unknown_export``.
        GisError: ``cannot_write_file``.
    """
    sheets = {"segments_csv": segment_sheet, "valves_csv": valve_sheet, "exercise_csv": exercise_sheet}
    if what == "ranking_xlsx":
        write_xlsx(path, [make(city, tables, words) for make in sheets.values()])
    elif what in sheets:
        write_csv(path, sheets[what](city, tables, words))
    else:
        raise AppError("unknown_export", what=what)


def segment_sheet(city: City, tables: RankTables, words: Words) -> Sheet:
    """Segments, by what is lost if each must be isolated."""
    segments, pipes = tables.segments, city.network.pipes
    rows = []
    for rank, row in enumerate(segments.order.tolist(), start=1):
        main = int(segments.main_pipe[row])
        lost = _lost(segments.losses, row)
        often = round(float(segments.outages[row]), 4)
        exact = _exactness(bool(segments.exact[row]), words)
        rows.append(
            [rank, pipes.ids[main], int(pipes.dn_mm[main]) or None, int(segments.mains[row]), *lost, exact, often]
        )
    return _sheet("segments", _SEGMENT, rows, words)


def valve_sheet(city: City, tables: RankTables, words: Words) -> Sheet:
    """Valves, by what is lost if both sides of each must be isolated."""
    return _sheet("valves", _VALVE, _valve_rows(city, tables, tables.valves.order.tolist(), words), words)


def exercise_sheet(city: City, tables: RankTables, words: Words) -> Sheet:
    """Valves worth exercising, first those whose failure is expected to cost most, with when each was last turned."""
    rows = tables.valves.exercise.tolist()
    listed = [
        [*cells, _day(int(tables.valves.turned_ms[row]))]
        for row, cells in zip(rows, _valve_rows(city, tables, rows, words), strict=True)
    ]
    return _sheet("exercise", (*_VALVE, "last_turned"), listed, words)


def _valve_rows(city: City, tables: RankTables, rows: Iterable[int], words: Words) -> Iterator[list[Cell]]:
    valves, devices = tables.valves, city.network.devices
    more_customers, more_people = valves.more.customers, valves.more.people
    for rank, row in enumerate(rows, start=1):
        device = int(valves.device[row])
        yield [
            rank,
            devices.ids[device],
            words.say("device_kind", DeviceKind(int(devices.kind[device])).name.lower()),
            int(devices.dn_mm[device]) or None,
            devices.landmark[device],
            *_lost(valves.losses, row),
            _exactness(bool(valves.exact[row]), words),
            int(more_customers[row]),
            int(more_people[row]),
            round(float(valves.chance[row]), 3),
        ]


def _lost(losses: Losses, row: int) -> list[Cell]:
    customers, households, people, critical, length_m = losses.table[:, row].tolist()
    return [round(customers), round(households), round(people), round(critical), round(length_m, 1)]


def _exactness(exact: bool, words: Words) -> str:
    return words.say("rank", "exact" if exact else "at_least")


def _day(moment_ms: int) -> Cell:
    return None if moment_ms == NEVER_MS else datetime.fromtimestamp(moment_ms / 1000.0, UTC).date().isoformat()


def _sheet(title: str, columns: tuple[str, ...], rows: Iterable[list[Cell]], words: Words) -> Sheet:
    return Sheet(words.say("export", title), tuple(words.say("column", name) for name in columns), list(rows))
