"""The hotline on a large city: one look-up by id, address, phone and meter; a complaint taken; where calls point.

Processor times; name a workspace of 1,000,000 pipes and customers. It is written to: name a copy.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from app.operations.call_watch import read_calls
from app.operations.complaints import carry_out, open_complaints
from app.operations.desk_cache import made_search
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.hotline import Hotline, PhoneBook
from app.operations.make_city import make_demo
from app.operations.meters import meter_book
from app.operations.outages import open_outages
from app.public.acts import TakeComplaint
from app.public.entries import ComplaintKind
from app.requests import BuildDemo
from app.workspace import open_workspace
from gis.search import SearchIndex
from network.supply import prepare

ROUNDS = 60


def timed(what: str, act: Callable[[], object]) -> object:
    """Carry out *act* and say what it took."""
    began = time.process_time()
    result = act()
    print(f"{what}: {time.process_time() - began:.2f} s of processor time")
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path, nargs="?", help="a demo city of 20,000 pipes where none is named")
    options = parser.parse_args()
    if options.workspace is not None:
        measure(options.workspace)
        return
    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder) / "city"
        make_demo(BuildDemo(city, 20_000, 7), lambda _step, _fraction=None: None)
        measure(city)


def measure(folder: Path) -> None:
    workspace, now = open_workspace(folder), datetime.now(UTC)
    customers, standards = workspace.city.customers, standards_of(folder)
    print(f"{len(workspace.city.network.pipes):,} pipes, {len(customers):,} customers")
    began = time.process_time()
    meters = meter_book(workspace)
    phones = PhoneBook.of(customers.phone)
    search = SearchIndex(workspace.city, made_search(workspace))
    search.warm_up()
    model = prepare(workspace.city, workspace.states)
    print(f"made ready once: {time.process_time() - began:.2f} s of processor time")
    dispatch, outages = open_dispatch(workspace, standards), open_outages(workspace, standards)
    line = Hotline.ready(model, search, outages, dispatch, now, (phones, meters))
    line.look_up(customers.ids[0])
    rng = np.random.default_rng(3)
    rows = rng.choice(len(customers), ROUNDS, replace=False).tolist()
    asked = {
        "id": [customers.ids[row] for row in rows],
        "address": [customers.address[row] for row in rows],
        "phone": [customers.phone[row] for row in rows],
        "last four digits": [customers.phone[row][-4:] for row in rows],
    }
    if len(meters.row):
        asked["meter"] = [meters.numbers[int(at)] for at in rng.choice(len(meters.row), ROUNDS)]
    for what, texts in asked.items():
        took_ms = []
        for text in texts:
            began = time.process_time()
            line.look_up(text)
            took_ms.append((time.process_time() - began) * 1000)
        print(f"look-up by {what}: median {np.median(took_ms):.1f} ms, worst {max(took_ms):.1f} ms")
    desk, took_ms = open_complaints(workspace, standards), []
    for at, row in enumerate(rows):
        kind = ComplaintKind.NO_WATER if at % 2 else ComplaintKind.COLOUR
        began = time.process_time()
        act = TakeComplaint(kind, customers.ids[row])
        desk, _ = carry_out(desk, act, Author("bench"), now - timedelta(minutes=ROUNDS - at))
        took_ms.append((time.process_time() - began) * 1000)
    print(f"a complaint taken: median {np.median(took_ms):.1f} ms")
    timed("where calls point, whole", lambda: read_calls(desk.book, workspace.city, lambda: model, now))
    workspace.close()


if __name__ == "__main__":
    main()
