"""Where customers, hydrants and stations hang on the mains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawings import faults_of, layer, node

from gis.noding import Noded, NodingOptions
from network.assets import LinkMethod, TapTable

MAINS = layer([("A", [(0, 0), (100, 0)]), ("B", [(0, 50), (100, 50)])])


def tap(noded: Noded, table: TapTable, row: int = 0) -> tuple[str, float, str, float]:
    """Pipe id, offset, method and distance."""
    pipe = int(table.pipe[row])
    return (
        noded.city.network.pipes.ids[pipe] if pipe >= 0 else "",
        round(float(table.offset_m[row]), 2),
        LinkMethod(int(table.method[row])).name,
        round(float(table.distance_m[row]), 2),
    )


def customer(x: float, y: float, **columns: Any) -> Any:
    return layer([("C", (x, y))], **{key: [value] for key, value in columns.items()})


def test_a_customer_hangs_on_the_nearest_pipe() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 10))

    assert tap(noded, noded.city.customers.tap) == ("A", 30.0, "NEAREST", 10.0)
    assert noded.faults == ()


def test_of_pipes_equally_near_the_lowest_id_is_taken_whatever_the_order() -> None:
    turned = layer([("B", [(0, 50), (100, 50)]), ("A", [(0, 0), (100, 0)])])
    for mains in (MAINS, turned):
        noded = node(pipe=mains, customer=customer(30, 25))
        assert tap(noded, noded.city.customers.tap) == ("A", 30.0, "NEAREST", 25.0)


def test_the_pipe_that_the_record_names_goes_before_the_nearest() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 10, pipe_id="B"))

    assert tap(noded, noded.city.customers.tap) == ("B", 30.0, "GIVEN", 40.0)


@pytest.mark.parametrize(("x", "offset_m"), [(-20, 0.01), (120, 99.99)])
def test_a_customer_drawn_beyond_the_end_of_its_named_pipe_hangs_on_the_pipe_not_on_the_junction(
    x: float, offset_m: float
) -> None:
    noded = node(pipe=MAINS, customer=customer(x, 0, pipe_id="A"))

    assert tap(noded, noded.city.customers.tap) == ("A", offset_m, "GIVEN", 20.0)


def test_a_customer_drawn_on_the_junction_hangs_on_the_junction() -> None:
    noded = node(pipe=MAINS, customer=customer(0, 0, pipe_id="A"))

    assert tap(noded, noded.city.customers.tap) == ("A", 0.0, "GIVEN", 0.0)


def test_a_record_with_a_meter_is_the_meter_tables_word() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 10, pipe_id="B", meter_id="M7"))

    assert tap(noded, noded.city.customers.tap) == ("B", 30.0, "METER", 40.0)


def test_a_meter_on_a_pipe_leads_its_customer_there() -> None:
    meters = layer([("M7", (70.0, 50.0))], kind=["meter"], condition=["operable"])
    noded = node(pipe=MAINS, valve=meters, customer=customer(70, 10, meter_id="M7"))

    assert tap(noded, noded.city.customers.tap) == ("B", 70.0, "METER", 40.0)


@pytest.mark.parametrize("points", [[(20, 50), (20, 12)], [(20, 12), (20, 50)]])
def test_a_service_line_leads_its_customer_to_the_main(points: list[tuple[float, float]]) -> None:
    noded = node(pipe=MAINS, service=layer([("S", points)]), customer=customer(20, 12))

    assert tap(noded, noded.city.customers.tap) == ("B", 20.0, "SERVICE", 38.0)


def test_a_service_line_may_name_its_customer_and_its_pipe() -> None:
    service = layer([("S", [(20, 45), (20, 20)])], customer_id=["C"], pipe_id=["B"])
    noded = node(pipe=MAINS, service=service, customer=customer(20, 10))

    assert tap(noded, noded.city.customers.tap) == ("B", 20.0, "SERVICE", 40.0)


def test_a_service_line_that_ends_short_of_the_main_leads_nowhere() -> None:
    noded = node(pipe=MAINS, service=layer([("S", [(20, 49.9), (20, 12)])]), customer=customer(20, 12))

    assert tap(noded, noded.city.customers.tap) == ("A", 20.0, "NEAREST", 12.0)


def test_a_customer_of_a_station_hangs_on_the_stations_tap() -> None:
    station = layer([("T", (60.0, 45.0))], storage_m3=[30.0], demand_m3_h=[5.0])
    noded = node(pipe=MAINS, station=station, customer=customer(30, 10, station_id="T", pipe_id="A"))

    assert tap(noded, noded.city.stations.tap) == ("B", 60.0, "NEAREST", 5.0)
    assert tap(noded, noded.city.customers.tap) == ("B", 60.0, "STATION", 50.0)
    assert noded.city.customers.station.tolist() == [0]
    assert noded.city.stations.storage_m3.tolist() == [30.0]


def test_a_customer_beyond_reach_has_no_tap_and_is_reported() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 151))

    table = noded.city.customers.tap
    assert (table.pipe[0], LinkMethod(int(table.method[0]))) == (-1, LinkMethod.NONE)
    assert np.isnan(table.offset_m[0])
    assert np.isnan(table.distance_m[0])
    assert faults_of(noded) == [("unlinked_customer", "C", "kept")]
    assert noded.faults[0].detail == {"reach_m": 100.0, "distance_m": 101.0}


def test_references_to_nothing_are_reported_and_the_map_decides() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 10, pipe_id="Z", station_id="Y"))

    assert tap(noded, noded.city.customers.tap) == ("A", 30.0, "NEAREST", 10.0)
    assert [(fault.kind.value, fault.detail["column"]) for fault in noded.faults] == [
        ("unknown_reference", "pipe_id"),
        ("unknown_reference", "station_id"),
    ]


def test_a_named_pipe_far_away_is_believed_and_reported() -> None:
    noded = node(pipe=MAINS, customer=customer(30, 201, pipe_id="A"))

    assert tap(noded, noded.city.customers.tap) == ("A", 30.0, "GIVEN", 201.0)
    assert faults_of(noded) == [("id_contradicts_geometry", "C", "kept")]
    assert noded.faults[0].detail == {"other": "A", "distance_m": pytest.approx(201.0)}


def test_a_hydrants_branch_valve_is_the_named_one_or_the_one_at_its_place() -> None:
    valves = layer(
        [("V1", (10.0, 3.0)), ("V2", (50.0, 3.0)), ("V3", (90.0, 3.0))],
        kind=["hydrant", "hydrant", "service"],
        condition=["operable"] * 3,
    )
    hydrants = layer(
        [("H1", (10.0, 3.0)), ("H2", (30.0, 3.0)), ("H3", (90.0, 3.0))], valve_id=["", "V2", ""], name=["a", "b", "c"]
    )
    noded = node(pipe=MAINS, valve=valves, hydrant=hydrants)

    assert noded.city.hydrants.branch_valve.tolist() == [0, 1, -1]
    assert tap(noded, noded.city.hydrants.tap) == ("A", 10.0, "NEAREST", 3.0)
    assert list(noded.city.hydrants.name) == ["a", "b", "c"]


def test_a_service_valve_belongs_to_a_customer_only_where_it_is_his_alone() -> None:
    valves = layer([("V1", (20.0, 5.0)), ("V2", (60.0, 5.0))], kind=["service"] * 2, condition=["operable"] * 2)
    services = layer([("S1", [(20, 0), (20, 10)]), ("S2", [(60, 0), (60, 10)])], valve_id=["V1", "V2"])
    customers = layer([("C1", (20.0, 10.0)), ("C2", (60.0, 10.0)), ("C3", (60.0, 11.0))])
    noded = node(pipe=MAINS, valve=valves, service=services, customer=customers)

    assert noded.city.customers.branch_valve.tolist() == [0, -1, -1]
    assert noded.city.customers.tap.method.tolist() == [LinkMethod.SERVICE] * 3


def test_a_service_line_for_nobody_is_reported() -> None:
    service = layer([("S", [(20, 0), (20, 10)])], customer_id=["Z"])
    noded = node(pipe=MAINS, service=service, customer=customer(60, 10))

    assert [(fault.kind.value, fault.feature, dict(fault.detail)) for fault in noded.faults] == [
        ("unknown_reference", "S", {"column": "customer_id", "other": "Z"})
    ]


def test_service_lines_without_customers_are_customers_themselves() -> None:
    services = layer([("S1", [(20, 0), (20, 10)]), ("S2", [(60, 20), (60, 10)])], name=["x", ""])
    noded = node(pipe=MAINS, service=services)

    customers = noded.city.customers
    assert list(customers.ids) == ["S1", "S2"]
    assert customers.tap.method.tolist() == [LinkMethod.SERVICE, LinkMethod.NEAREST]
    assert (customers.x_m[0], customers.y_m[0]) == (20.0, 10.0)
    assert list(noded.layers.get("customer").text("id")) == ["S1", "S2"]
    assert faults_of(noded) == [
        ("service_off_pipe", "S2", "skipped"),
        ("customers_from_services", "", "repaired"),
    ]


def test_two_lines_to_one_customer_are_told() -> None:
    services = layer([("S1", [(20, 0), (20, 10)]), ("S2", [(60, 0), (60, 10)])], customer_id=["C", "C"])
    noded = node(pipe=MAINS, service=services, customer=layer([("C", (20, 10))]))

    (fault,) = noded.faults
    assert (fault.kind.value, fault.feature, fault.x_m) == ("several_services", "C", 20.0)
    assert dict(fault.detail) == {"other": "S1", "count": 2}


def test_that_can_be_turned_off() -> None:
    services = layer([("S1", [(20, 0), (20, 10)])])
    noded = node(NodingOptions(customers_at_services=False), pipe=MAINS, service=services)

    assert len(noded.city.customers) == 0


def test_a_customer_whose_own_line_leads_nowhere_does_not_hang_on_a_neighbours() -> None:
    services = layer([("S1", [(20, 0), (20, 10)]), ("S2", [(21, 20), (21, 10)])])
    noded = node(pipe=MAINS, service=services)

    assert noded.city.customers.tap.method.tolist() == [LinkMethod.SERVICE, LinkMethod.NEAREST]


def test_what_is_known_of_a_customer_is_kept() -> None:
    known = customer(
        30,
        10,
        name="第一医院",
        address="木桥路1号",
        phone="1",
        category="hospital",
        critical=True,
        people=1200,
        households=3_000_000_000,
    )
    customers = node(pipe=MAINS, customer=known).city.customers

    assert (customers.name[0], customers.address[0], customers.phone[0]) == ("第一医院", "木桥路1号", "1")
    assert customers.category[0] == "hospital"
    assert customers.critical.tolist() == [True]
    assert customers.people.tolist() == [1200]
    assert customers.households.tolist() == [0], "a number that cannot be is not recorded"
