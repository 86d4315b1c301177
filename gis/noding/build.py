"""A city from its layers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gis.assumed_valves import assumed_valves
from gis.fault_log import FaultLog
from gis.layers import Layer, LayerSet
from gis.noding.clean import Cleaned, clean_layer, without_strays
from gis.noding.devices import build_devices, build_sources, pumps_apart
from gis.noding.doubles import report_doubles
from gis.noding.hanging import Hooks, build_customers, build_hydrants, build_services, build_stations, customers_at
from gis.noding.mains import node_pipes
from gis.noding.near_misses import report_near_misses
from gis.noding.options import Noded, NodingOptions
from network.topology import City, Network

_EMPTY = Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})


def build_city(layers: LayerSet, options: NodingOptions) -> Noded:
    """Node *layers*: junctions, devices on pipes, customers on taps.

    The rules stand with the parts: :mod:`gis.noding.ends` (which ends meet), :mod:`gis.noding.places` (where devices
    stand), :mod:`gis.linking` (where customers hang), :mod:`gis.assumed_valves`. Nothing in *layers* is changed.
    """
    log = FaultLog()
    cleaned = {name: clean_layer(name, layer, log) for name, layer in layers.layers.items()}
    if options.by != "ids":
        cleaned = without_strays(cleaned, log)
    settled = {name: part.layer for name, part in cleaned.items()}
    mains = node_pipes(cleaned.get("pipe", _nothing()), settled.get("junction", _EMPTY), options, log)
    settled["pipe"] = mains.layer
    report_near_misses(mains, options, log)
    report_doubles(mains, options, log)
    valve = settled.get("valve", _EMPTY)
    if options.assume_valves and not len(valve):
        valve = settled["valve"] = assumed_valves(mains.layer, mains.nodes, mains.pipes, log)
    pump = pumps_apart(valve, settled.get("pump", _EMPTY), log)
    if len(pump):
        settled["pump"] = pump
    devices = build_devices(valve, pump, mains, options, log)
    sources = build_sources(settled.get("source", _EMPTY), mains, options, log)
    hooks = Hooks(mains, devices, options, log)
    stations = build_stations(settled.get("station", _EMPTY), hooks)
    service, customer = settled.get("service", _EMPTY), settled.get("customer", _EMPTY)
    services = build_services(service, hooks)
    if options.customers_at_services and len(service) and not len(customer):
        customer = settled["customer"] = customers_at(services, service, log)
        services = replace(services, customer_id=service.text("id"))
    city = City(
        network=Network(mains.nodes, mains.pipes, devices, sources),
        shapes=mains.shapes,
        customers=build_customers(customer, services, stations, hooks),
        hydrants=build_hydrants(settled.get("hydrant", _EMPTY), hooks),
        stations=stations,
    )
    return Noded(city, LayerSet(layers.crs_epsg, settled, layers.name, layers.synthetic), log.faults())


def _nothing() -> Cleaned:
    return Cleaned(_EMPTY, np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty((0, 2)))
