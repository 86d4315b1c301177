"""What a tick of the alarms costs, against one alarm after the other.

Usage: ``python benchmarks/bench_alarms.py [--alarms N] [--channels C]``. Values wander, a sixth of the alarms is beyond
its limit at any time, and every second one is explained by another. Processor time of one core.
"""

import argparse
import statistics
import sys
import time

import numpy as np

from app.telemetry.alarms import Alarms, Limit, Limits, Side, states, tick

TICKS = 400
SIDES = (Side.LOW, Side.HIGH, Side.SILENT)


def limits_of(alarms: int, channels: int) -> Limits:
    """Low, high and silent limits in turn, in chains of fifty that explain each other."""
    return Limits(
        tuple(
            Limit(
                str(number),
                number % channels,
                SIDES[number % 3],
                18.0 + number % 7,
                deadband=0.5,
                on_delay_ms=2000,
                off_delay_ms=5000,
                unless=number - 1 if number % 50 else -1,
            )
            for number in range(alarms)
        )
    )


def one_by_one(beyond: list[bool], limits: Limits, values: list[float]) -> list[bool]:
    """The condition alone, without delays, states and transitions: the least that a loop would do."""
    after = []
    for record, was in zip(limits.records, beyond, strict=True):
        value = values[record.channel]
        if record.side is Side.HIGH:
            is_beyond = value > record.limit - (record.deadband if was else 0.0)
        else:
            is_beyond = value < record.limit + (record.deadband if was else 0.0)
        after.append(is_beyond)
    return after


def main() -> int:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description="Cost of a tick of the alarms.")
    parser.add_argument("--alarms", type=int, default=6000)
    parser.add_argument("--channels", type=int, default=5000)
    wanted = parser.parse_args()
    limits = limits_of(wanted.alarms, wanted.channels)
    rng = np.random.default_rng(1)
    values = 20 + 3 * rng.normal(size=wanted.channels)
    standings = np.zeros(wanted.channels, dtype=np.int64)
    alarms, beyond = Alarms.quiet(wanted.alarms, 0), [False] * wanted.alarms
    together, apart = [], []
    for second in range(1, TICKS):
        values += 0.1 * rng.normal(size=wanted.channels)
        began = time.process_time()
        alarms, _ = tick(alarms, limits, values, standings, second * 1000)
        states(alarms, limits, second * 1000)
        together.append((time.process_time() - began) * 1e3)
        plain = values.tolist()
        began = time.process_time()
        beyond = one_by_one(beyond, limits, plain)
        apart.append((time.process_time() - began) * 1e3)
    tick_ms, loop_ms = statistics.median(together), statistics.median(apart)
    p99 = float(np.percentile(together, 99))
    print(
        f"{wanted.alarms:,} alarms: a tick {tick_ms:.2f} ms (p99 {p99:.2f}); a loop over the conditions alone", end=" "
    )
    print(f"{loop_ms:.2f} ms, {loop_ms / tick_ms:.1f} x that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
