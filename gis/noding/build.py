"""A city from its layers."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import replace

import numpy as np

from gis.assumed_sources import assumed_sources
from gis.assumed_valves import assumed_valves, has_open_valves
from gis.fault_log import FaultLog
from gis.layers import Layer, LayerSet, stack_layers
from gis.noding.clean import Cleaned, clean_layer, middle_of, near, without_strays
from gis.noding.devices import build_devices, build_sources, pumps_apart
from gis.noding.doubles import report_doubles
from gis.noding.doubts import report_doubts
from gis.noding.hanging import Hooks, build_customers, build_hydrants, build_services, build_stations, customers_at
from gis.noding.limits import without_impossible
from gis.noding.mains import Mains, node_pipes
from gis.noding.near_misses import report_near_misses
from gis.noding.options import Noded, NodingOptions
from gis.packed import PackedLayers
from network.topology import City, Network

Progress = Callable[[float], None]

_EMPTY = Layer(np.empty(0, dtype=object), {"id": np.empty(0, dtype=object)})


def _quiet(_share: float) -> None:
    """Tell nobody."""


def build_city(layers: LayerSet, options: NodingOptions, progress: Progress = _quiet) -> Noded:
    """Node *layers*: junctions, devices on pipes, customers on taps.

    The rules stand with the parts: :mod:`gis.noding.ends` (which ends meet), :mod:`gis.noding.places` (where devices
    stand), :mod:`gis.linking` (where customers hang), :mod:`gis.assumed_valves`. Nothing in *layers* is changed.
    *progress* is told the share of the work that is done, 0 to 1. Packed layers are taken apart: they are empty
    afterwards, and those of the answer are packed.
    """
    log = FaultLog()
    progress(0.0)
    pipe, settled = _cleaned(layers, options, log)
    progress(0.3)
    mains = node_pipes(pipe, settled.get("junction", _EMPTY), options, log)
    del pipe
    settled["pipe"] = mains.layer
    progress(0.5)
    if options.by != "ids":
        # Where ids alone count the drawing is often a scheme: what lies close says nothing.
        report_near_misses(mains, options, log)
        report_doubles(mains, options, log)
    progress(0.7)
    if isinstance(settled, PackedLayers) and not options.assume_valves:
        # It lies there already; nothing but the ids is asked of it from here on.
        mains = replace(mains, layer=Layer(mains.layer.geometry, {"id": mains.layer.columns["id"]}))
    network = _network(settled, mains, options, log)
    progress(0.8)
    city = _city(settled, network, mains, options, log)
    if mains.references.any_split:
        for name in list(settled):
            settled[name] = mains.references_settled(name, settled[name])
    progress(1.0)
    return Noded(city, LayerSet(layers.crs_epsg, settled, layers.name, layers.synthetic), log.faults())


def _cleaned(layers: LayerSet, options: NodingOptions, log: FaultLog) -> tuple[Cleaned, MutableMapping[str, Layer]]:
    """The pipes cleaned, and every layer."""
    if isinstance(layers.layers, PackedLayers):
        return _cleaned_in_turn(layers.layers, options, log)
    possible = {name: without_impossible(name, layer, log) for name, layer in layers.layers.items()}
    cleaned = {name: clean_layer(name, layer, log) for name, layer in possible.items()}
    if options.by != "ids":
        cleaned = without_strays(cleaned, log)
    return cleaned.get("pipe", _nothing()), {name: part.layer for name, part in cleaned.items()}


def _cleaned_in_turn(
    layers: PackedLayers, options: NodingOptions, log: FaultLog
) -> tuple[Cleaned, MutableMapping[str, Layer]]:
    """As :func:`_cleaned`, holding one layer beside the pipes; faults come layer by layer."""
    settled, pipe, middle = PackedLayers(), _nothing(), None
    # The pipes first: by them it is told what lies far away.
    for name in sorted(layers, key=lambda one: one != "pipe"):
        cleaned = clean_layer(name, without_impossible(name, layers.pop(name), log), log)
        if name == "pipe" and options.by != "ids":
            middle = middle_of(cleaned)
        cleaned = near(name, cleaned, middle, log)
        if name == "pipe":
            pipe = cleaned
        settled[name] = cleaned.layer
        # Before the next one is made.
        del cleaned
    return pipe, settled


def _network(settled: MutableMapping[str, Layer], mains: Mains, options: NodingOptions, log: FaultLog) -> Network:
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


def _city(
    settled: MutableMapping[str, Layer], network: Network, mains: Mains, options: NodingOptions, log: FaultLog
) -> City:
    """The city of *settled*, to which customers at the ends of service lines are added."""
    hooks = Hooks(mains, network.devices, options, log)
    stations = build_stations(settled.get("station", _EMPTY), hooks)
    services = build_services(settled.get("service", _EMPTY), _ids_of(settled, "customer"), hooks)
    customer = settled.get("customer", _EMPTY)
    if options.customers_at_services and len(services.valve) and not len(customer):
        service = settled["service"]
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


def _ids_of(settled: MutableMapping[str, Layer], name: str) -> Layer:
    """Layer *name*; of a packed one nothing but places and ids."""
    if isinstance(settled, PackedLayers) and name in settled:
        return settled.only(name, ("id",))
    return settled.get(name, _EMPTY)


def _nothing() -> Cleaned:
    return Cleaned(_EMPTY, np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty((0, 2)))
