"""A city from its layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gis.assumed_sources import assumed_sources
from gis.assumed_valves import assumed_valves, has_open_valves
from gis.fault_log import FaultLog
from gis.layers import Layer, LayerSet, stack_layers
from gis.noding.clean import Cleaned, clean_layer, without_strays
from gis.noding.devices import build_devices, build_sources, pumps_apart
from gis.noding.doubles import report_doubles
from gis.noding.doubts import report_doubts
from gis.noding.hanging import Hooks, build_customers, build_hydrants, build_services, build_stations, customers_at
from gis.noding.limits import without_impossible
from gis.noding.mains import Mains, node_pipes
from gis.noding.near_misses import report_near_misses
from gis.noding.options import Noded, NodingOptions
from network.topology import City, Network

Progress = Callable[[float], None]

_EMPTY = Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})


def _quiet(_share: float) -> None:
    """Tell nobody."""


def build_city(layers: LayerSet, options: NodingOptions, progress: Progress = _quiet) -> Noded:
    """Node *layers*: junctions, devices on pipes, customers on taps.

    The rules stand with the parts: :mod:`gis.noding.ends` (which ends meet), :mod:`gis.noding.places` (where devices
    stand), :mod:`gis.linking` (where customers hang), :mod:`gis.assumed_valves`. Nothing in *layers* is changed.
    *progress* is told the share of the work that is done, 0 to 1.
    """
    log = FaultLog()
    progress(0.0)
    cleaned = _cleaned(layers, options, log)
    settled = {name: part.layer for name, part in cleaned.items()}
    progress(0.3)
    mains = node_pipes(cleaned.get("pipe", _nothing()), settled.get("junction", _EMPTY), options, log)
    settled["pipe"] = mains.layer
    progress(0.5)
    if options.by != "ids":
        # Where ids alone count the drawing is often a scheme: what lies close says nothing.
        report_near_misses(mains, options, log)
        report_doubles(mains, options, log)
    progress(0.7)
    network = _network(settled, mains, options, log)
    progress(0.8)
    city = _city(settled, network, mains, options, log)
    settled = {name: mains.references_settled(name, layer) for name, layer in settled.items()}
    progress(1.0)
    return Noded(city, LayerSet(layers.crs_epsg, settled, layers.name, layers.synthetic), log.faults())


def _cleaned(layers: LayerSet, options: NodingOptions, log: FaultLog) -> dict[str, Cleaned]:
    possible = {name: without_impossible(name, layer, log) for name, layer in layers.layers.items()}
    cleaned = {name: clean_layer(name, layer, log) for name, layer in possible.items()}
    return cleaned if options.by == "ids" else without_strays(cleaned, log)


def _network(settled: dict[str, Layer], mains: Mains, options: NodingOptions, log: FaultLog) -> Network:
    """The network of *settled*, to which assumed valves and sources are added."""
    valve = settled.get("valve", _EMPTY)
    if options.assume_valves and not has_open_valves(valve):
        assumed = assumed_valves(mains.layer, mains.nodes, mains.pipes, log)
        valve = settled["valve"] = stack_layers([valve, assumed])
    pump = pumps_apart(valve, settled.get("pump", _EMPTY), log)
    if len(pump):
        settled["pump"] = pump
    devices = build_devices(valve, pump, mains, options, log)
    if options.assume_sources and not len(settled.get("source", _EMPTY)):
        settled["source"] = assumed_sources(mains.nodes, mains.pipes, log)
    sources = build_sources(settled.get("source", _EMPTY), mains, options, log)
    network = Network(mains.nodes, mains.pipes, devices, sources)
    report_doubts(network, len(valve), mains.index, log)
    return network


def _city(settled: dict[str, Layer], network: Network, mains: Mains, options: NodingOptions, log: FaultLog) -> City:
    """The city of *settled*, to which customers at the ends of service lines are added."""
    hooks = Hooks(mains, network.devices, options, log)
    stations = build_stations(settled.get("station", _EMPTY), hooks)
    service, customer = settled.get("service", _EMPTY), settled.get("customer", _EMPTY)
    services = build_services(service, customer, hooks)
    if options.customers_at_services and len(service) and not len(customer):
        customer = settled["customer"] = customers_at(services, service, log)
        services = replace(services, customer_id=service.text("id"))
        # Said in the record, so that noding the stored layers again hangs everybody on his own line.
        settled["service"] = Layer(service.geometry, {**service.columns, "customer_id": service.text("id")})
    return City(
        network=network,
        shapes=mains.shapes,
        customers=build_customers(customer, services, stations, hooks),
        hydrants=build_hydrants(settled.get("hydrant", _EMPTY), hooks),
        stations=stations,
    )


def _nothing() -> Cleaned:
    return Cleaned(_EMPTY, np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty((0, 2)))
