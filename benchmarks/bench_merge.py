"""A laptop comes home after a fortnight: 5,000 events and 500 pictures in one bundle, taken in and answered.

Times by the clock and of the processor; the workspace is a demo city that stands alone.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from app.journal.events import Draft
from app.journal.log import Journal
from app.operations.bundling import bundle, merge
from app.operations.evidence import keep_contents
from app.operations.make_city import make_demo
from app.operations.taking import Along, take
from app.requests import BuildDemo
from app.workspace import open_workspace
from app.workspace_files import JOURNAL

EVENTS, PICTURES, PICTURE_BYTES = 5_000, 500, 400_000
DAYS = 14

T = TypeVar("T")


def timed(what: str, act: Callable[[], T]) -> T:
    """Carry out *act* and say what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    result = act()
    print(
        f"{what}: {time.perf_counter() - clock:.1f} s by the clock, "
        f"{time.process_time() - processor:.1f} s of processor time"
    )
    return result


def silent(_step: str, _fraction: float | None = None) -> None:
    """Progress that nobody watches."""


def fortnight(folder: Path, valves: list[str], began: datetime) -> None:
    """A fortnight's work: valves seen, notes and pictures kept."""
    chance = random.Random(8)
    with closing(Journal.open(folder / JOURNAL)) as journal:
        for number in range(EVENTS // 10):
            picture = keep_contents(folder, chance.randbytes(PICTURE_BYTES), ".jpg") if number < PICTURES else ""
            turned = [(chance.choice(valves), chance.choice(["open", "closed"])) for _ in range(8)]
            seen = [Draft("valve.observed", f"valve/{valve}", {"position": position}) for valve, position in turned]
            entity, checked = f"incident/W{number}", {"fact": "utilities.checked", "values": {}}
            noted = Draft("incident.noted", entity, {"photo": picture}, {"note": "found by the old shop"})
            happened = Draft("incident.happened", entity, checked, {"note": "gas"})
            journal.append([*seen, noted, happened], began + timedelta(days=DAYS) * number / (EVENTS // 10), "field")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pipes", type=int, default=20_000)
    options = parser.parse_args()
    began = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as place:
        city, laptop, stick = Path(place) / "city", Path(place) / "laptop", Path(place) / "home.sluice"
        make_demo(BuildDemo(city, options.pipes, 7), silent)
        with closing(open_workspace(city)) as workspace:
            valves = list(workspace.city.network.devices.ids)[:2_000]
        taken = timed("taken", lambda: take(city, laptop, Along("a", DAYS), began, "a", silent))
        fortnight(laptop, valves, began)
        now = began + timedelta(days=DAYS)
        print(timed("bundled", lambda: bundle(laptop, stick, now)), f"{stick.stat().st_size / 1e6:.0f} MB")
        print(timed("merged", lambda: merge(city, stick, now, "a")))
        timed("opened again", lambda: open_workspace(city).close())
        answer = stick.with_name("answer.sluice")
        timed("answered", lambda: bundle(city, answer, now, laptop=taken.laptop))
        print(timed("answer merged", lambda: merge(laptop, answer, now, "a")))


if __name__ == "__main__":
    main()
