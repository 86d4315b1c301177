"""Rankings of small cities worked out on paper, and cities in which there is nothing to rank."""

import numpy as np
import pytest
from small_city import Draft, recorded

import network.rank_pairs
import network.rank_refine
from network.losses import Losses
from network.outage import Weights, traced_loss
from network.rank import Ranking, rank_outages
from network.rank_refine import refine, settle_valves
from network.supply import SupplyModel, prepare


def made(draft: Draft) -> tuple[SupplyModel, Weights, Ranking]:
    city = draft.city()
    model = prepare(city, recorded(city))
    weights = Weights.of(model.structure)
    return model, weights, rank_outages(model, weights)


def feeder() -> Draft:
    """A plant, and one main with three valves along it; a customer behind each."""
    draft = Draft().chain("a", "b", "c", "d").source("S", node="a")
    for at, pipe in enumerate(("ab", "bc", "cd")):
        draft.device(f"V{at}", pipe=pipe, at=50.0).customer(f"C{at}", pipe, 90.0, people=at + 1, critical=at == 2)
    return draft


def ladder(rungs: int = 2) -> Draft:
    """A main that forks into two and meets again *rungs* times; between the forks hang customers on both sides.

    Neither side dries up what lies beyond; both together do.
    """
    draft = Draft().pipe("in", "a", "b").source("S", node="a").device("V", pipe="in", at=50.0)
    draft.pipe("left", "b", "l").pipe("right", "b", "r").pipe("across", "l", "r")
    draft.device("L", pipe="left", at=10.0).device("R", pipe="right", at=10.0).device("X", pipe="across", at=50.0)
    draft.pipe("l2", "l", "m").pipe("r2", "r", "m").device("L2", pipe="l2", at=50.0).device("R2", pipe="r2", at=50.0)
    end = "m"
    for rung in range(rungs):
        draft.pipe(f"t{rung}", end, f"t{rung}").device(f"T{rung}", pipe=f"t{rung}", at=50.0)
        draft.customer(f"C{rung}", f"t{rung}", 75.0)
        end = f"t{rung}"
    return draft


def by_device(model: SupplyModel, ranking: Ranking, losses: Losses) -> dict[str, int]:
    ids = model.city.network.devices.ids.take(ranking.device)
    return dict(zip(ids, losses.customers.tolist(), strict=True))


def test_what_lies_behind_is_lost_too() -> None:
    model, weights, ranking = made(feeder())
    ranking = refine(model, weights, ranking)
    assert by_device(model, ranking, ranking.valves) == {"V0": 3, "V1": 3, "V2": 2}
    assert by_device(model, ranking, ranking.more()) == {"V0": 0, "V1": 1, "V2": 1}
    assert ranking.more_exact().all()
    first = ranking.valves.take(ranking.valves.worst_first()[-1:])
    assert (first.customers, first.households, first.people, first.critical) == (2, 2, 5, 1)
    assert first.length_m.tolist() == [150.0]
    assert len(first) == 1


def test_a_source_in_the_segment_makes_it_infeasible() -> None:
    model, weights, ranking = made(feeder())
    at_source = model.structure.segmentation.source_legs[0]
    assert np.flatnonzero(~ranking.segments_feasible).tolist() == at_source.tolist()
    assert not ranking.segments_exact[at_source].any()
    assert refine(model, weights, ranking, segments=at_source).segments_exact.all()


def test_two_sides_may_dry_up_more_together() -> None:
    model, weights, ranking = made(ladder())
    across = model.city.network.devices.ids.take(ranking.device).index("X")
    assert ranking.valves.customers[across] == 0
    assert not ranking.valves_exact[across]
    settled = settle_valves(ranking)
    assert settled.valves_exact[across]
    traced = refine(model, weights, ranking, links=np.array([across]))
    assert settled.valves.customers[across] == traced.valves.customers[across] == 2
    assert settled.valves.table[:, across].tolist() == pytest.approx(traced.valves.table[:, across].tolist())


@pytest.mark.parametrize("limit", ["_MOST_ARCS", "_MOST_FOUND"])
def test_what_takes_too_long_together_is_traced(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network.rank_pairs, limit, 0)
    model, weights, ranking = made(ladder())
    across = model.city.network.devices.ids.take(ranking.device).index("X")
    settled = settle_valves(ranking)
    assert not settled.valves_exact[across]
    assert refine(model, weights, settled).valves.customers[across] == 2


def test_on_storage_is_not_lost() -> None:
    draft = feeder().source("T", "TANK", node="d").station("B", "bc", 90.0, storage_m3=20.0)
    draft.customer("upstairs", station="B")
    model, weights, ranking = made(draft)
    ranking = refine(model, weights, ranking)
    assert by_device(model, ranking, ranking.valves)["V0"] == 1, "only the customer between the valves is out"


def test_progress_is_told_and_may_end_the_work() -> None:
    model, weights, ranking = made(feeder())
    told: list[float] = []
    refine(model, weights, ranking, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(_: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        refine(model, weights, ranking, progress=stop)


def test_many_valves_are_settled_together_and_few_steps_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network.rank_refine, "_STEPS", 2)
    draft = Draft().source("S", node="n0").source("S2", node="n150")
    draft.chain(*(f"n{at}" for at in range(151)))
    for row, pipe in enumerate(list(draft.pipes)):
        draft.device(f"V{row}", pipe=pipe["id"], at=50.0).customer(f"C{row}", pipe["id"], 20.0)
    model, weights, ranking = made(draft)
    told: list[float] = []
    ranking = refine(model, weights, ranking, progress=told.append)
    assert ranking.valves_exact.all()
    assert ranking.segments_exact.all()
    assert len(told) == 2
    assert by_device(model, ranking, ranking.valves)["V70"] == 2


def test_without_a_source_nothing_is_lost() -> None:
    model, weights, ranking = made(Draft().chain("a", "b", "c").device("V", pipe="ab", at=50.0).customer("C", "bc"))
    assert ranking.segments_exact.all()
    assert ranking.valves_exact.all()
    assert not ranking.segments.table.any()
    assert not traced_loss(model, weights, ranking.side_a[:1]).any()
    assert not refine(model, weights, ranking).valves.table.any()


def test_an_empty_network_has_an_empty_ranking() -> None:
    model, weights, ranking = made(Draft())
    refined = refine(model, weights, settle_valves(ranking))
    assert len(refined.segments) == len(refined.valves) == len(refined.more()) == 0
