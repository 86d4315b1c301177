"""Two consoles of one hub, each with its real processes: how soon the window of one knows what is done at the other.

Painting is left out: a window draws what it knows in a few milliseconds (``bench_frames.py``).
"""

from __future__ import annotations

import queue
import shutil
import time
from contextlib import closing
from pathlib import Path
from random import Random

from app.bootstrap import make_worker
from app.dispatch.acts import TakeReport
from app.dispatch.entries import IncidentKind
from app.dispatch_requests import ActAnswered, DispatchQuiet, DispatchShown, DoAct, LookAtDispatch
from app.hub_requests import Following, HubShown, LookAtHub
from app.operations.hub import join_hub, make_hub
from app.operations.make_city import make_demo
from app.requests import BuildDemo, JournalMoved, OpenWorkspace, Progress, Reply, Request
from app.workspace import open_workspace

PATIENCE_S = 120.0


class Window:
    """What a window asks of its processes, without a window."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._told: queue.SimpleQueue[tuple[int, Reply | Progress]] = queue.SimpleQueue()
        self.client = make_worker(lambda ticket, event: self._told.put((ticket, event)))
        self.ask(OpenWorkspace(folder))
        self.ask(LookAtDispatch())
        while not self._follows():
            time.sleep(0.1)

    def _follows(self) -> bool:
        shown = self.ask(LookAtHub(self.folder))
        return (
            isinstance(shown, HubShown) and shown.standing is not None and (shown.standing.state is Following.FOLLOWING)
        )

    def ask(self, request: Request) -> Reply:
        ticket = self.client.submit(request)
        while True:
            other, event = self._told.get(timeout=PATIENCE_S)
            if other == ticket and not isinstance(event, Progress):
                return event

    def until_shown(self, incidents: int) -> float:
        """When the queue held so many, asking whenever the desk process tells of news, as the window does."""
        while True:
            _, event = self._told.get(timeout=PATIENCE_S)
            if isinstance(event, JournalMoved):
                self.client.submit(LookAtDispatch(None, always=True))
            elif isinstance(event, DispatchShown) and len(event.view.queue) >= incidents:
                return time.monotonic()
            else:
                assert isinstance(event, DispatchShown | DispatchQuiet | Progress | HubShown), event


def delays_s(home: Path, address: str, acts: int) -> tuple[list[float], list[float]]:
    """For each act the seconds from the key, and from its being on its own disk, to the other window's knowing."""
    one, two = home / "one", home / "two"
    make_demo(BuildDemo(one, 300, 3), lambda _step, _fraction=None: None)
    with closing(open_workspace(one)) as workspace:
        nodes = workspace.city.network.nodes
        places = [(float(nodes.x_m[row]), float(nodes.y_m[row])) for row in range(acts)]
    shutil.copytree(one, two)
    make_hub(one, address)
    join_hub(two, address)
    here, there = Window(one), Window(two)
    random, from_key, from_disk = Random(5), [], []
    try:
        for number, (x_m, y_m) in enumerate(places, 1):
            time.sleep(random.uniform(0.2, 0.5))
            begun = time.monotonic()
            answer = here.ask(DoAct(TakeReport(IncidentKind.VISIBLE_LEAK, x_m, y_m)))
            assert isinstance(answer, ActAnswered), answer
            done = time.monotonic()
            shown = there.until_shown(number)
            from_key.append(shown - begun)
            from_disk.append(shown - done)
    finally:
        here.client.close()
        there.client.close()
    return from_key, from_disk
