"""Pictures of the Plan desk: plans to choose from, fallbacks, order of closing, water brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.messages.describe import Thing, target_of
from app.plan_requests import FindResupply, PlansWeighed, ResupplyFound, Subject, WeighPlans
from app.ui.tour_guide import LOOKS, Guide, answer_to
from network.resupply_records import Resupply

_MOST_TRIES, _ONE_OF = 120, 10
_GOOD_CHOICES = 6
_SMALL_PX = (1366, 768)


def planning_states(tour: Guide) -> Iterator[Path]:
    """One picture after the other."""
    window, study = tour.window, tour.window.study
    rich, whole = _rich_pipe(tour), window.size()
    for language, theme in LOOKS:
        window.set_language(language)
        window.set_theme(theme)
        tour.plan(rich)
        window.map.zoom_to_plan()
        yield tour.picture(f"front-{theme}-{language}")
        study.choose(study.choices[len(study.choices) // 2])
        tour.idle()
        study.send_crews(2)
        tour.idle()
        assert study.ordered is not None
        tour.session.mark_closed(study.ordered.visits[0].device, closed=True)
        window.inspector.focus_order()
        window.map.zoom_to_plan()
        yield tour.picture(f"order-{theme}-{language}")
        study.send_crews(1)
        window.resize(*_SMALL_PX)
        tour.idle()
        window.map.zoom_to_plan()
        window.inspector.reveal(window.inspector.proof)
        yield tour.picture(f"fallbacks-{theme}-{language}")
        window.resize(whole)
    dry = _dry_pipe(tour)
    for language, theme in LOOKS if dry is not None else ():
        window.set_language(language)
        window.set_theme(theme)
        assert dry is not None
        tour.plan(dry)
        tour.idle()
        window.inspector.reveal(window.inspector.resupply)
        window.inspector.resupply.point_at(0)
        window.map.zoom_to_plan()
        yield tour.picture(f"resupply-{theme}-{language}")


def _pipes(tour: Guide) -> Iterator[Thing]:
    """Pipes all over the city."""
    city = tour.session.city
    assert city is not None
    step = max(len(city.network.pipes) // _MOST_TRIES, _ONE_OF)
    return (Thing("pipe", row) for row in range(step // 3, len(city.network.pipes), step))


def _rich_pipe(tour: Guide) -> Thing:
    """A pipe with many plans to choose from."""
    best, most = Thing("pipe", 0), -1
    for thing in _pipes(tour):
        target = target_of(thing)
        assert target is not None
        weighed = answer_to(tour, WeighPlans(target))
        assert isinstance(weighed, PlansWeighed)
        if len(weighed.options) > most:
            best, most = thing, len(weighed.options)
        if most >= _GOOD_CHOICES:
            break
    return best


def _dry_pipe(tour: Guide) -> Thing | None:
    """A pipe whose plan dries more than itself, and for which closed valves bring some of it back."""
    for thing in _pipes(tour):
        target = target_of(thing)
        assert target is not None
        found = answer_to(tour, FindResupply(Subject(target)))
        assert isinstance(found, ResupplyFound)
        if isinstance(found.answer, Resupply):
            return thing
    return None
