"""How often a mistaken unit is proposed where nothing is mistaken, and how often it is found where it is.

    python benchmarks/bench_units.py [--inp L-TOWN.inp] [--days N]

L-Town (BattLeDIM 2020) comes with the ``epyt`` package, and is left out without it. A month without leaks is run by
EPANET; every logger is new at its beginning, and is looked at every hour of the first day and every six hours after it,
as the recorder does. The demo city's instruments have their own month, with all that happens in it: trips, bursts and
power failures. Then each instrument by itself, and all at once, sends in a unit that is off.
"""

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from burst_years import Year

from app.operations.demo_history import set_demo_up
from app.operations.instrument_sites import find_sites
from app.operations.make_city import make_demo, make_import
from app.requests import BuildDemo, ImportCity
from app.telemetry.alarm_feeding import Feeders
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channel, Channels
from app.telemetry.expectation import Known, suspicions
from app.telemetry.findings import FindingKind
from app.telemetry.history import DAY_MS, HOUR_MS, History
from app.telemetry.instrument_watch import InstrumentWatch
from app.telemetry.live import Live
from app.telemetry.quantities import MISTAKES, Quantity, counts_of, values_of
from app.telemetry.readings import NO_VALUE, Readings
from app.telemetry.setup import HISTORY, Setup
from app.workspace import open_workspace
from gis.hydraulic_records import source_heads
from gis.stores.in_turn import LayersInTurn
from network.lifted import LevelAreas
from network.supply import prepare

_NODES = (
    1, 4, 31, 54, 105, 114, 163, 188, 215, 229, 288, 296, 332, 342, 410, 415, 429, 458, 469, 495,
    506, 516, 519, 549, 613, 636, 644, 679, 722, 726, 740, 752, 769,
)  # fmt: skip
LOGGERS = tuple(f"n{number}" for number in _NODES)
STEP_S, SEED = 900, 101
NOW_MS = 1_773_297_000_000
DEMO_PIPES, DEMO_SEED = 1000, 3
RATIOS = [ratio for each in MISTAKES for ratio in (each, 1.0 / each)]
FIRST = 20
"""From so many readings on an instrument is judged."""


def silent(*_: object) -> None:
    """Nobody looks on."""


def placed(folder: Path, channels: Channels) -> Setup:
    """The set-up with what the network in *folder* says of the places."""
    with closing(open_workspace(folder)) as workspace:
        areas = LevelAreas.of(prepare(workspace.city, workspace.states))
        heads_m = source_heads(workspace.city, LayersInTurn(workspace.store))
        return Setup(channels, Limits(()), (), feeders=Feeders(sites=find_sites(areas, channels, heads_m)))


def l_town(inp: Path, folder: Path, days: int) -> tuple[Setup, Path]:
    """Imported as any city, with a month of its loggers."""
    city, history_file = folder / "l-town", folder / "l-town.sqlite"
    make_import(ImportCity((inp,), city), silent)
    with closing(open_workspace(city)) as workspace:
        nodes = workspace.city.network.nodes
        rows = [nodes.ids.find(name) for name in LOGGERS]
        channels = Channels(
            tuple(
                Channel(
                    name, name, Quantity.PRESSURE, "m", STEP_S, x_m=float(nodes.x_m[row]), y_m=float(nodes.y_m[row]),
                    elevation_m=float(nodes.elevation_m[row]),
                )
                for name, row in zip(LOGGERS, rows, strict=True)
            )
        )  # fmt: skip
    read_m = Year(inp, SEED).heads(list(LOGGERS), days, STEP_S, ())
    with closing(History.create(history_file)) as history:
        for column, channel in enumerate(channels.records):
            number = history.channel(channel.id, channel.step)
            at_ms = NOW_MS - days * DAY_MS + STEP_S * 1000 * np.arange(len(read_m), dtype=np.int64)
            same = np.ones(len(at_ms), dtype=np.int64)
            counts = counts_of(read_m[:, column], 1.0, channel.step)
            history.append(Readings(number * same, at_ms, at_ms + 400, counts, 0 * same))
        history.compact(NOW_MS)
    return placed(city, channels), history_file


def demo(folder: Path, days: int) -> tuple[Setup, Path]:
    """The demo city with its own instruments and their month."""
    city = folder / "demo"
    make_demo(BuildDemo(city, DEMO_PIPES, DEMO_SEED), silent)
    setup, _ = set_demo_up(city, NOW_MS, days, silent)
    return placed(city, setup.channels), city / HISTORY


def looked_at(setup: Setup, path: Path, days: int) -> tuple[int, list[tuple[str, float, float, str]]]:
    """How many looks there were, and what was proposed."""
    begin_ms, looks = NOW_MS - days * DAY_MS, 0
    with closing(History.open(path, readonly=True)) as history:
        watch = InstrumentWatch(history, setup, ())
        hours = [*range(1, 24), *range(24, 24 * days + 1, 6)]
        for hour in hours:
            now_ms = begin_ms + hour * HOUR_MS
            looks += watch.look(now_ms, 3600.0)
            watch.take(watch.judged(now_ms))
        found = [one for one in watch.findings(Live.silent(len(setup.channels)), ()) if one.kind is FindingKind.UNIT]
    return looks, [
        (one.where, float(one.facts["ratio"]), float(one.facts["value"]), str(one.facts["basis"])) for one in found
    ]


def first_known(setup: Setup, path: Path, days: int) -> dict[int, Known]:
    """What is known of each from its first readings."""
    begin_ms, found = NOW_MS - days * DAY_MS, {}
    with closing(History.open(path, readonly=True)) as history:
        known = history.channels()
        for row, channel in enumerate(setup.channels.records):
            number, resolution = known[channel.id]
            readings = history.readings(number, begin_ms, begin_ms + DAY_MS)
            value = values_of(readings.count[readings.count != NO_VALUE][:FIRST], resolution)
            if len(value) == FIRST:
                found[row] = Known(float(np.median(value)), *np.percentile(value, [2, 98]).tolist())
    return found


def told_of(setup: Setup, first: dict[int, Known], report: Callable[[str], None]) -> None:
    """Print how many mistaken instruments are told, and sound ones beside them, by quantity and ratio."""
    sites = {site.channel: site for site in setup.feeders.sites}
    records = setup.channels.records
    of_quantity = {quantity: [row for row in first if records[row].quantity is quantity] for quantity in Quantity}
    for quantity, rows in of_quantity.items():
        if not rows or quantity in {Quantity.STATE, Quantity.POWER_FEED}:
            continue
        alone, together, wrong = [], [], 0
        for ratio in RATIOS:
            caught = 0
            for row in rows:
                found = suspicions(setup.channels, {**first, row: _times(first[row], ratio)}, sites, lambda _: False)
                caught += row in found and abs(np.log(found[row].ratio / ratio)) < np.log(1.5)
                wrong += len(set(found) - {row})
            alone.append(caught)
            all_off = {**first, **{row: _times(first[row], ratio) for row in rows}}
            found = suspicions(setup.channels, all_off, sites, lambda _: False)
            together.append(sum(row in found and abs(np.log(found[row].ratio / ratio)) < np.log(1.5) for row in rows))
        told = ", ".join(f"{_name(ratio)} {one}" for ratio, one in zip(RATIOS, alone, strict=True))
        whole = ", ".join(f"{_name(ratio)} {one}" for ratio, one in zip(RATIOS, together, strict=True))
        report(f"  {quantity.value}, of {len(rows)}: one at a time {told}; sound ones told beside {wrong}")
        report(f"  {' ' * len(quantity.value)}  all at once {whole}")


def _times(known: Known, ratio: float) -> Known:
    return Known(known.middle * ratio, known.low * ratio, known.high * ratio)


def _name(ratio: float) -> str:
    return f"×{ratio:.4g}" if ratio > 1.0 else f"÷{1.0 / ratio:.4g}"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Units that look mistaken.")
    parser.add_argument("--inp", type=Path, help="L-TOWN.inp")
    parser.add_argument("--days", type=int, default=30)
    wanted = parser.parse_args()
    spec = importlib.util.find_spec("epyt") if wanted.inp is None else None
    inp = Path(spec.origin).parent / "networks" / "L-TOWN.inp" if spec and spec.origin else wanted.inp
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        subjects: dict[str, Callable[[], tuple[Setup, Path]]] = {"demo city": lambda: demo(folder, wanted.days)}
        if inp is not None:
            subjects["L-Town"] = lambda: l_town(inp, folder, wanted.days)
        else:
            print("L-Town not measured: needs L-TOWN.inp, which comes with the epyt package")
        for name, made in subjects.items():
            setup, path = made()
            began_s = time.perf_counter()
            looks, found = looked_at(setup, path, wanted.days)
            took_s = time.perf_counter() - began_s
            print(f"{name}, {wanted.days} days, {len(setup.channels)} instruments, {looks} looks in {took_s:.0f} s")
            print(f"  proposed though nothing is mistaken: {len(found)} {found or ''}")
            told_of(setup, first_known(setup, path, wanted.days), lambda line: print(line, flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
