"""How long a search takes: every kind of question over a workspace's own names, and the worst ones.

Promise at 1,000,000 customers: 99 of 100 answers within 50 ms.

Usage: ``python benchmarks/bench_search.py WORKSPACE [--questions N]``
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pypinyin import Style, lazy_pinyin

from app.operations.desk_cache import kept_search, prepare_cache
from app.workspace import open_workspace
from gis.search import SearchIndex
from gis.search_terms import terms_of
from network.topology import City

WORST = ("1", "路", "l", "号", "号楼", "1号", "路 1", "lu", "1 1", "一", "zzzz", "没有这条路", "0000", "号楼 单元", "a")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time searches.")
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--questions", type=int, default=1000)
    options = parser.parse_args()
    workspace = open_workspace(options.workspace)
    started = time.perf_counter()
    prepare_cache(workspace, lambda _step, _fraction=None: None)
    print(f"cache ready in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    index = SearchIndex(workspace.city, kept_search(workspace))
    index.warm_up()
    print(f"opened in {time.perf_counter() - started:.2f} s; {len(workspace.city.customers):,} customers")
    rng = np.random.default_rng(5)
    print("question              number       p50       p95       p99   longest   answered")
    for name, make in questions(workspace.city).items():
        report(
            name, index, [make(int(row)) for row in rng.integers(0, len(workspace.city.customers), options.questions)]
        )
    for text in WORST:
        report(f"worst: {text}", index, [text] * 5)


def questions(city: City) -> dict[str, Callable[[int], str]]:
    """Ways to ask for the customer of a row."""
    customers, devices = city.customers, city.network.devices

    def address(row: int) -> str:
        return customers.address[row]

    def words(row: int) -> list[str]:
        return terms_of(address(row))

    def initials(row: int) -> str:
        return "".join(lazy_pinyin(words(row)[0], style=Style.FIRST_LETTER))

    def slipped(row: int) -> str:
        road, *rest = words(row)
        return road[1:2] + road[:1] + road[2:] + "".join(rest)

    return {
        "whole address": address,
        "road": lambda row: words(row)[0],
        "road + number": lambda row: "".join(words(row)[:2]),
        "two characters": lambda row: words(row)[0][:2],
        "pinyin initials": initials,
        "initials + number": lambda row: f"{initials(row)} {words(row)[1]}",
        "full pinyin": lambda row: "".join(lazy_pinyin(words(row)[0])),
        "customer id": lambda row: customers.ids[row],
        "valve id": lambda row: devices.ids[row % len(devices)],
        "id, digits exchanged": lambda row: customers.ids[row][:-2] + customers.ids[row][:-3:-1],
        "road, slip": slipped,
        "valve's landmark": lambda row: devices.landmark[row % len(devices)] or "井",
    }


def report(name: str, index: SearchIndex, asked: list[str]) -> None:
    """One line of the table."""
    took, answered = [], 0
    for text in asked:
        started = time.perf_counter()
        answered += bool(index.find(text))
        took.append((time.perf_counter() - started) * 1000)
    p50, p95, p99 = np.percentile(took, (50, 95, 99))
    print(f"{name:<20}{len(asked):>8}{p50:>8.1f} ms{p95:>7.1f} ms{p99:>7.1f} ms{max(took):>7.1f} ms{answered:>8}")


if __name__ == "__main__":
    main()
