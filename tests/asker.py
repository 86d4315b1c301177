"""The window's end of real worker processes, without a window: asks, and waits for the answer."""

import queue

from app.bootstrap import make_worker
from app.requests import Progress, Reply, Request

PATIENCE_S = 120


class Asker:
    """Asks and waits, as a window would without freezing."""

    def __init__(self) -> None:
        self._events: queue.Queue[tuple[int, Reply | Progress]] = queue.Queue()
        self.client = make_worker(lambda ticket, event: self._events.put((ticket, event)))
        self.steps: list[str] = []

    def ask(self, request: Request) -> Reply:
        return self.answer(self.client.submit(request))

    def answer(self, ticket: int) -> Reply:
        while True:
            other, event = self._events.get(timeout=PATIENCE_S)
            if isinstance(event, Progress):
                self.steps.append(event.step)
            elif other == ticket:
                return event

    def first_progress(self, ticket: int) -> None:
        while True:
            other, event = self._events.get(timeout=PATIENCE_S)
            if other == ticket and isinstance(event, Progress):
                return
