"""EPANET files, link by link, through EPANET itself."""

from pathlib import Path

import numpy as np
import pytest

from gis.crs import from_epsg
from gis.errors import GisError
from gis.exchange.assemble import settle
from gis.exchange.inp import BODY_LENGTH_M, InpOptions, inp_layers, inp_source, read_valve_pairs
from gis.fault_log import FaultLog
from gis.faults import FaultKind
from gis.layers import LayerSet
from gis.noding import NodingOptions, build_city
from network.assets import DeviceKind, Direction, Position
from network.inp import LinkKind, NodeKind, read_inp

TOWN = """
[TITLE]
Two streets

[JUNCTIONS]
A 10 1.5
B 11 0
C 12 2
D 13 0
E 14 0
F 15 0
G 16 0
H 17 -1

[RESERVOIRS]
R 60

[TANKS]
T 50 3 1 5 20 0

[PIPES]
RA R A 100 600 100 0 Open
AB A B 200 400 100 0 Closed
BC B C 300 300 100 0 CV
GT G T 50 300 100 0 Open

[PUMPS]
PU R A POWER 10

[VALVES]
V1 C D 300 TCV 0 0
V2 D E 300 PRV 30 0
V3 E F 300 FCV 30 0
V4 F G 300 GPV 1 0
V5 A C 200 TCV 0 0
V6 D G 200 PBV 5 0
V7 B H 200 PSV 20 0

[STATUS]
V5 CLOSED

[CURVES]
1 0 0
1 100 1

[OPTIONS]
UNITS LPS

[COORDINATES]
R 0 0
A 100 0
B 300 0
C 600 0
D 700 0
E 700 0
F 900 0
G 900 100
H 950 0
T 900 200

[VERTICES]
AB 200 50

[END]
"""


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "小镇.inp"
    path.write_text(TOWN)
    return path


def layers_of(path: Path, options: InpOptions | None = None, epsg: int | None = None) -> tuple[LayerSet, FaultLog]:
    log = FaultLog()
    network = read_inp(path)
    mapped = inp_layers(network, inp_source(network, path, log), options or InpOptions(), log)
    told = from_epsg(epsg) if epsg else None
    return settle(mapped, told, "town", log, local=told is None).layers, log


def column(layers: LayerSet, layer: str, name: str) -> dict[str, object]:
    found = layers.get(layer)
    return dict(zip(found.text("id"), found.columns[name], strict=True))


def test_record_is_in_si_units(town):
    network = read_inp(town)
    nodes = {node.id: node for node in network.nodes}
    links = {link.id: link for link in network.links}
    assert not network.us_units
    assert network.title == "Two streets"
    assert nodes["A"].demand_m3_d == pytest.approx(1.5 * 86.4)
    assert nodes["T"].kind is NodeKind.TANK
    assert nodes["T"].volume_m3 == pytest.approx(np.pi * 100 * 5, rel=1e-3)
    assert nodes["R"].elevation_m == 60
    assert links["BC"].kind is LinkKind.CV_PIPE
    assert links["AB"].closed
    assert not links["RA"].closed
    assert links["AB"].vertices == ((200.0, 50.0),)
    assert links["V1"].length_m == 0


def test_us_units_are_converted(town):
    town.write_text(TOWN.replace("UNITS LPS", "UNITS GPM"))
    network = read_inp(town)
    links = {link.id: link for link in network.links}
    assert network.us_units
    assert links["RA"].length_m == pytest.approx(30.48)
    assert links["RA"].dn_mm == pytest.approx(600 * 25.4)
    assert network.nodes[0].elevation_m == pytest.approx(3.048)
    assert network.nodes[0].demand_m3_d == pytest.approx(1.5 * 5.450993, rel=1e-5)


def test_every_link_is_a_pipe_with_its_stated_length(town):
    layers, _ = layers_of(town)
    lengths = column(layers, "pipe", "length_m")
    assert set(lengths) == {"RA", "AB", "BC", "GT", "PU", "V1", "V2", "V3", "V4", "V5", "V6", "V7"}
    assert (lengths["RA"], lengths["AB"], lengths["BC"]) == (100, 200, 300)
    assert lengths["V1"] == lengths["PU"] == BODY_LENGTH_M


def test_devices_by_the_rules(town):
    layers, _ = layers_of(town, InpOptions(tcv_isolates=True))
    assert column(layers, "valve", "kind") == {
        "AB!closed": "isolation",
        "BC!cv": "check",
        "V1": "isolation",
        "V2": "prv",
        "V3": "fcv",
        "V4": "other",
        "V5": "isolation",
        "V6": "other",
        "V7": "psv",
    }
    assert column(layers, "valve", "current")["AB!closed"] == "closed"
    assert column(layers, "valve", "current")["V5"] == "closed"
    assert column(layers, "valve", "current")["V1"] == "open"
    assert column(layers, "valve", "flow")["V2"] == "with"
    assert column(layers, "pump", "flow") == {"PU": "with"}
    assert column(layers, "source", "kind") == {"R": "reservoir", "T": "tank"}


def test_tcvs_do_not_cut_unless_told(town):
    kinds = column(layers_of(town)[0], "valve", "kind")
    assert kinds["V1"] == kinds["V5"] == "other"
    assert kinds["V5!closed"] == "isolation", "a closed throttle is still shut"


def test_junctions_with_demand_become_customers_on_a_pipe_that_meets_them(town):
    layers, _ = layers_of(town)
    assert column(layers, "customer", "pipe_id") == {"A": "RA", "C": "BC"}
    assert column(layers, "customer", "demand_m3_d")["C"] == pytest.approx(2 * 86.4)


def test_noded_devices_stand_in_the_middle_and_point_with_the_link(town):
    layers, _ = layers_of(town, InpOptions(tcv_isolates=True))
    noded = build_city(layers, NodingOptions(by="ids"))
    devices, pipes = noded.city.network.devices, noded.city.network.pipes
    assert (devices.node == -1).all()
    assert devices.offset_m == pytest.approx(pipes.length_m[devices.pipe] / 2, rel=1e-6)
    assert [pipes.ids[int(pipe)] for pipe in devices.pipe] == [name.split("!")[0] for name in devices.ids]
    one_way = np.isin(devices.kind, [DeviceKind.PRV, DeviceKind.FCV, DeviceKind.CHECK, DeviceKind.PUMP, DeviceKind.PSV])
    assert (devices.direction[one_way] == Direction.WITH).all()
    assert devices.position[devices.ids.find("AB!closed")] == Position.CLOSED
    assert noded.city.network.nodes.ids.take(noded.city.network.sources.node) == ["R", "T"]


def test_ends_drawn_on_one_spot_stay_two_junctions(town):
    network = build_city(layers_of(town)[0], NodingOptions(by="ids")).city.network
    row = network.pipes.ids.find("V2")
    ends = network.nodes.ids.take(np.array([network.pipes.from_node[row], network.pipes.to_node[row]]))
    assert ends == ["D", "E"]


def test_what_a_file_says_and_a_map_cannot_hold_is_told(town):
    rules = (
        "[CONTROLS]\nLINK V5 OPEN AT TIME 5\n\n[RULES]\nRULE 1\nIF TANK T LEVEL > 4\nTHEN PUMP PU STATUS IS CLOSED\n\n"
    )
    text = town.read_text().replace("[CURVES]", f"{rules}[CURVES]").replace("\nB 1", "\nB 0", 1)
    town.write_text(text)
    told = {fault.kind: fault for fault in layers_of(town)[1].faults()}
    assert told[FaultKind.CONTROLS_LEFT_OUT].detail["count"] == 2


def test_valve_layer_stands_at_that_end_of_that_link(town, tmp_path):
    table = tmp_path / "valves.csv"
    table.write_text(",link,node\n0,RA,A\n1,BC,B\n2,BC,C\n3,V2,D\n4,BC,C\n5,NO,A\n6,RA,T\n")
    layers, log = layers_of(town, InpOptions(valve_pairs=read_valve_pairs(table)))
    places = column(layers, "valve", "pipe_id")
    assert {name: places[name] for name in ("RA", "BC@B", "BC@C", "V2@D")} == {
        "RA": "RA",
        "BC@B": "BC",
        "BC@C": "BC",
        "V2@D": "V2",
    }
    kinds = [fault.kind for fault in log.faults()]
    assert kinds.count(FaultKind.UNKNOWN_REFERENCE) == 2
    assert kinds.count(FaultKind.DUPLICATE_VALVE) == 1
    network = build_city(layers, NodingOptions(by="ids")).city.network
    at = network.devices.node[[network.devices.ids.find(name) for name in ("RA", "BC@B", "BC@C")]]
    assert network.nodes.ids.take(at) == ["A", "B", "C"]
    assert column(layers, "customer", "pipe_id")["C"] == "V1", "every pipe there has its valve, and V1 has none"


def test_local_plane_where_no_crs_is_told_and_the_told_one_otherwise(town):
    layers, log = layers_of(town)
    assert layers.crs_epsg == 0
    assert FaultKind.CRS_MISSING in [fault.kind for fault in log.faults()]
    text = "\n".join(_shifted(line) for line in TOWN.split("\n"))
    town.write_text(text)
    layers, _ = layers_of(town, epsg=4548)
    assert layers.crs_epsg == 4548
    assert layers.get("pipe").geometry[0].coords[0] == (500000.0, 4060000.0)


def _shifted(line: str) -> str:
    cells = line.split()
    if len(cells) == 3 and cells[0] in "RABCDEFGHT" and all(cell.isdigit() for cell in cells[1:]) and cells[0] != "A":
        return f"{cells[0]} {500000 + int(cells[1])} {4060000 + int(cells[2])}"
    return "A 500100 4060000" if line == "A 100 0" else line


def test_missing_places_are_filled_in_and_reported(town):
    town.write_text(TOWN.replace("\nH 950 0", "").replace("\nB 300 0", ""))
    layers, log = layers_of(town)
    lost = [fault.feature for fault in log.faults() if fault.kind is FaultKind.EMPTY_GEOMETRY]
    assert sorted(lost) == ["B", "H"]
    places = dict(zip(layers.get("junction").text("id"), layers.get("junction").geometry, strict=True))
    assert places["B"].distance(places["A"]) > 1
    assert 100 < places["B"].x < 600


def test_places_that_are_none_count_as_missing(town):
    town.write_text(
        TOWN.replace("H 950 0", "H nan 0").replace("B 300 0", "B 1e300 7").replace("AB 200 50", "AB inf 50")
    )
    layers, log = layers_of(town)
    assert sorted(fault.feature for fault in log.faults() if fault.kind is FaultKind.EMPTY_GEOMETRY) == ["B", "H"]
    assert np.isfinite([line.length for line in layers.get("pipe").geometry]).all()


def test_a_file_without_places_is_refused(town):
    start, end = TOWN.index("[COORDINATES]"), TOWN.index("[VERTICES]")
    town.write_text(TOWN[:start] + "[END]" + TOWN[end + 1000 :])
    with pytest.raises(GisError) as refused:
        layers_of(town)
    assert refused.value.code == "inp_without_coordinates"


def test_valve_layer_needs_its_columns(tmp_path):
    table = tmp_path / "valves.csv"
    table.write_text("pipe,node\n1,2\n")
    with pytest.raises(GisError) as refused:
        read_valve_pairs(table)
    assert refused.value.code == "table_column_missing"
    assert refused.value.detail["column"] == "link"
