"""Random looped networks against a solution found apart from EPANET: SciPy's least content, and root of its loops.

Unknown are the flows round the loops: all flows that balance at the nodes are one of them plus these, and round each
loop the losses of Hazen and Williams add up to nothing (10.667 C^-1.852 d^-4.871 L q^1.852 in SI; EPANET 2.2 Users
Manual, chapter 12). EPANET solves for heads and flows together; its iterations, its unit conversions and our layout of
points and pieces are not used.
"""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import minimize, root
from small_city import Draft, recorded
from soak import soak_examples

from network import hydraulic_effect, hydraulics
from network.hydraulic_defaults import HydraulicSettings
from network.hydraulic_effect import Snapshot, snapshot, state_before
from network.hydraulic_inputs import HydraulicInputs, StatedHydraulics, hydraulic_inputs
from network.hydraulic_records import HydraulicWarning, Leg, Moment
from network.supply import SupplyModel, prepare

ACCURACIES = (1e-5, 1e-4, 1e-3)
"""EPANET's finest, and coarser ones for the one network in some hundreds where it circles around a balance."""


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hydraulic_effect, "run_in_child", lambda _limit, _name, texts, **_more: hydraulics.solve_texts(texts)
    )


def network_of(rng: np.random.Generator) -> tuple[SupplyModel, HydraulicInputs]:
    """A spanning tree with some more mains, one or two plants, a customer at some nodes."""
    nodes = int(rng.integers(4, 12))
    names = [f"n{number}" for number in range(nodes)]
    pairs = {(int(rng.integers(0, node)), node) for node in range(1, nodes)}
    for _ in range(int(rng.integers(1, 5))):
        one, other = sorted(rng.choice(nodes, 2, replace=False).tolist())
        pairs.add((one, other))
    draft = Draft()
    for one, other in sorted(pairs):
        draft.pipe(f"p{one}-{other}", names[one], names[other])
    draft.source("R0", node=names[0])
    if rng.random() < 0.5:
        draft.source("R1", node=names[-1])
    ends = {pipe: f"p{one}-{other}" for pipe, (one, other) in enumerate(sorted(pairs))}
    for pipe, name in ends.items():
        # One customer at least: without any flow EPANET's measure of convergence means nothing.
        if pipe == 0 or rng.random() < 0.6:
            draft.customer(f"c{pipe}", name, 0.0, category="fire_service")
    city = draft.city()
    model = prepare(city, recorded(city))
    heads = 50.0 + rng.uniform(-2.0, 2.0, len(city.network.sources))
    stated = StatedHydraulics(rng.uniform(50.0, 900.0, len(city.customers)), heads)
    settings = HydraulicSettings(pressure_driven=False)
    inputs = hydraulic_inputs(model, stated, year=2024, settings=settings)
    mains = len(city.network.pipes)
    own = replace(
        inputs, bore_mm=rng.choice([100.0, 150.0, 200.0, 300.0], mains), roughness=rng.uniform(70.0, 150.0, mains)
    )
    return model, own


def solved_apart(model: SupplyModel, inputs: HydraulicInputs, hour: float) -> tuple[np.ndarray, np.ndarray]:
    """Heads of nodes in m and flows of pipes in m3/s."""
    pipes, customers = model.city.network.pipes, model.city.customers
    sources = model.city.network.sources
    resistance = 10.667 * pipes.length_m / inputs.roughness**1.852 / (inputs.bore_mm / 1000.0) ** 4.871
    drawn_m3_s = np.zeros(len(model.city.network.nodes))
    wanted = inputs.customer_demand_m3_h(model.city, hour) / 3600.0
    np.add.at(drawn_m3_s, pipes.from_node[customers.tap.pipe], wanted)
    mains, nodes = len(pipes), len(drawn_m3_s)
    incidence = np.zeros((nodes, mains))
    incidence[pipes.to_node, np.arange(mains)] += 1.0
    incidence[pipes.from_node, np.arange(mains)] -= 1.0
    known = np.unique(sources.node)
    free = np.setdiff1d(np.arange(nodes), known)
    head_m = np.zeros(nodes)
    head_m[sources.node] = inputs.source_head_m
    # Every flow that balances is one of them plus some round the loops (and from source to source).
    one, loops = np.linalg.lstsq(incidence[free], drawn_m3_s[free], rcond=None)[0], null_space(incidence[free])

    def loss_m(flow: np.ndarray) -> np.ndarray:
        return resistance * np.abs(flow) ** 0.852 * flow

    def content(amounts: np.ndarray) -> float:
        flow = one + loops @ amounts
        return float((resistance * np.abs(flow) ** 2.852).sum() / 2.852 + head_m @ incidence @ flow)

    def round_loops(amounts: np.ndarray) -> np.ndarray:
        return loops.T @ (loss_m(one + loops @ amounts) + incidence.T @ head_m)

    def slope(amounts: np.ndarray) -> np.ndarray:
        steep = 1.852 * resistance * np.abs(one + loops @ amounts) ** 0.852
        return loops.T @ (steep[:, None] * loops)

    flow = one
    if loops.shape[1]:
        # The balance is the least of a convex function, which is found from anywhere; then its root, to the last digit.
        start = minimize(content, np.zeros(loops.shape[1]), jac=round_loops, hess=slope, method="trust-exact").x
        start = root(round_loops, start, jac=slope, method="lm", tol=1e-13).x
        assert np.abs(round_loops(start)).max() < 1e-4, "the independent solver found no balance"
        flow = one + loops @ start
    falls = -incidence.T
    known_part = falls[:, known] @ head_m[known]
    head_m[free] = np.linalg.lstsq(falls[:, free], loss_m(flow) - known_part, rcond=None)[0]
    return head_m, flow


def is_coarse(found: Snapshot) -> bool:
    return HydraulicWarning.COARSE in found.warnings


@soak_examples(5_000, usual=25)
@given(st.integers(0, 2**32 - 1))
def test_heads_and_flows_are_those_of_the_balance(seed: int) -> None:
    model, inputs = network_of(np.random.default_rng(seed))
    note(f"{len(model.city.network.pipes)} mains, {len(model.city.network.sources)} sources")
    asked = (replace(inputs, settings=replace(inputs.settings, accuracy=accuracy)) for accuracy in ACCURACIES)
    answers = (snapshot(model, one, 3.0) for one in asked)
    found = next((answer for answer in answers if isinstance(answer, Snapshot) and not is_coarse(answer)), None)
    assert found is not None, "EPANET found no balance"
    head_m, flow_m3_s = solved_apart(model, inputs, 3.0)
    # EPANET takes 10.67 as the constant's feet-and-cfs twin 4.727: heads agree to some ten-thousandths of the loss.
    loss_m = max(float(np.ptp(head_m)), 0.1)
    assert np.abs(found.node_head_m - head_m).max() < 5e-4 * loss_m
    assert np.abs(found.pipe_flow_m3_s - flow_m3_s).max() < 1e-5


def test_where_epanet_circles_around_a_balance_a_coarser_one_is_found_and_told() -> None:
    model, inputs = network_of(np.random.default_rng(24598))
    found = snapshot(model, inputs, 3.0)
    assert isinstance(found, Snapshot)
    assert is_coarse(found)
    head_m, _ = solved_apart(model, inputs, 3.0)
    assert np.abs(found.node_head_m - head_m).max() < 0.01
    text = state_before(model, inputs, 3.0).case.text
    wanted = array(
        "d", [float(line.split()[2]) for line in text.splitlines()[1 : text.splitlines().index("[RESERVOIRS]")]]
    )
    ((leg,),) = hydraulics.solve_runs(((Leg(text, (Moment(0, wanted), Moment(3600, wanted))),),))
    assert len(leg.moments) == 2
    assert HydraulicWarning.COARSE in leg.warnings
