"""Mutated EPANET files all the way to a noded city: a city or a coded fault, never anything else."""

import random
from collections import Counter
from pathlib import Path

import pytest
from soak import soak_count

from gis.exchange.assemble import settle
from gis.exchange.inp import InpOptions, inp_layers, inp_source
from gis.fault_log import FaultLog
from gis.noding import NodingOptions, build_city
from network.child import run_in_child
from network.errors import CodedError
from network.hydraulics import read_text
from network.segments import find_segments

TOWN = """[JUNCTIONS]
A 1 2
B 2 0
C 2 1
[RESERVOIRS]
R 60
[TANKS]
T 50 3 1 5 20 0
[PIPES]
P1 R A 100 300 100 0 Open
P2 A B 100 300 100 0 CV
P3 B T 100 300 100 0 Closed
[PUMPS]
U R B POWER 5
[VALVES]
V A C 300 TCV 0 0
[COORDINATES]
A 0 0
B 1 1
C 1 1
R 2 2
T 3 3
[VERTICES]
P1 1 2
[END]
"""
_STRANGE = ["", "-1", "0", "1e308", "nan", "-inf", "x" * 40, "中", "*"]


def mutated(seed: int) -> str:
    chance = random.Random(seed)
    lines = [line.split(" ") for line in TOWN.split("\n")]
    for _ in range(chance.randint(1, 3)):
        words = chance.choice(lines)
        if chance.random() < 0.3:
            lines.insert(chance.randrange(len(lines)), list(words))
        else:
            words[chance.randrange(len(words))] = chance.choice([*_STRANGE, *"ABCRT"])
    return "\n".join(map(" ".join, lines))


def outcome(seed: int) -> str:
    """``city``, or the code of the fault."""
    log = FaultLog()
    try:
        network = read_text(mutated(seed))
        mapped = inp_layers(network, inp_source(network, Path("m.inp"), log), InpOptions(tcv_isolates=True), log)
        layers = settle(mapped, None, "m", log, local=True).layers
        city = build_city(layers, NodingOptions(by="ids", near_miss_m=0.0)).city
        assert find_segments(city.network).count > 0
    except CodedError as fault:
        return fault.code
    return "city"


def outcomes(first: int, count: int) -> Counter[str]:
    return Counter(outcome(seed) for seed in range(first, first + count))


def check(first: int, count: int) -> None:
    found = run_in_child(1500, "test_inp_mutations:outcomes", first, count)
    assert isinstance(found, Counter)
    assert found.total() == count
    assert set(found) <= {"city", "inp_broken", "inp_empty", "inp_without_coordinates"}
    assert found["city"] > count / 10


def test_mutated_files_become_a_city_or_a_fault():
    check(0, 150)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_many_mutated_files_become_a_city_or_a_fault():
    check(1000, soak_count(10_000))
