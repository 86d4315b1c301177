"""The programme of a plan for the window: the order of closing, and every step in words of both languages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache

from app.dispatch.reach_told import Standby
from app.messages import Words, load_words
from app.messages.words import LANGUAGES
from app.operations.isolate import Answer
from app.operations.order import Crews, order_of
from app.operations.step_words import step_text, when_text
from app.plan_requests import PlanOrdered, ToldStep, ValveVisit
from gis.roads import RoadNetwork
from network.closing_order import TravelBasis
from network.method_steps import NoMethod, Step, StepKind
from network.supply import SupplyModel

_CLOSES = (StepKind.CLOSE, StepKind.VERIFY_CLOSED)


@lru_cache(maxsize=1)
def _catalogues() -> Sequence[Words]:
    return tuple(load_words(language) for language in LANGUAGES)


def programme_of(
    model: SupplyModel,
    answer: Answer,
    crews: int,
    roads: RoadNetwork | None = None,
    *,
    standing: Sequence[Standby] = (),
) -> PlanOrdered:
    """How *crews* carry the plan out; ways over *roads* where they lead.

    *standing* are as many crews with their places, or none where nobody knows where they are.
    """
    started = time.perf_counter()
    method = order_of(model, answer, Crews(crews, tuple(one.place_m for one in standing)), roads=roads)
    if isinstance(method, NoMethod):
        basis, elapsed_s = TravelBasis.STRAIGHT_LINE.value, time.perf_counter() - started
        return PlanOrdered((), 0, 0, True, basis, False, crews, (), elapsed_s)
    order = method.order
    return PlanOrdered(
        visits=tuple(ValveVisit(each.device, each.crew, each.arrives_s, each.done_s) for each in order.visits),
        stops_s=order.stops_s,
        ends_s=order.ends_s,
        proven=order.proven,
        basis=order.basis.value,
        starts_known=order.starts_known,
        crews=order.crews,
        steps=tuple(_told(model, step) for step in method.steps),
        elapsed_s=time.perf_counter() - started,
        who=tuple(one.crew for one in standing),
    )


def _told(model: SupplyModel, step: Step) -> ToldStep:
    return ToldStep(
        phase=step.phase.value,
        closes=step.kind in _CLOSES,
        device=step.device,
        text={words.language: step_text(model, step, words) for words in _catalogues()},
        when={words.language: when_text(step, (None, None), None, words) for words in _catalogues()},
    )
