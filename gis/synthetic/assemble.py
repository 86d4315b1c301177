"""From columns of the generator to the layers that every other part of the product reads."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.given_back import give_back
from gis.layers import CONDITIONS, LAYERS, Layer, LayerSet
from gis.synthetic.borders import Borders, Guard, Legs, leg_places
from gis.synthetic.customers import Customers, Stations, phones
from gis.synthetic.districts import Districts
from gis.synthetic.fittings import Hydrants, Valves
from gis.synthetic.houses import Houses, footprints
from gis.synthetic.labels import Labels
from gis.synthetic.mains import Mains, Shapes
from gis.synthetic.names import CITY, Texts, chinese_number, ids, pick
from gis.synthetic.portable import distance
from gis.synthetic.scenery import Scene, draw_blocks, draw_districts, draw_nature, draw_roads
from gis.synthetic.sheet import Level
from gis.synthetic.skeleton import Skeleton
from gis.synthetic.terrain import Terrain
from gis.synthetic.warp import Ground
from network.assets import DeviceKind, SourceKind
from network.columns import Float64, Int64

CRS_EPSG = 4548
_ZONE_NAMES = ("低压区", "中压区", "高压区", "超高压区")
_KIND_WORDS = np.array(
    ["isolation", "boundary", "check", "prv", "psv", "fcv", "pump", "air", "washout", "hydrant", "service", "meter",
     "other"],
    dtype=object,
)  # fmt: skip
_SOURCE_WORDS = {
    SourceKind.PLANT: ("plant", "水厂"),
    SourceKind.RESERVOIR: ("reservoir", "水库"),
    SourceKind.TANK: ("tank", "高位水池"),
}
_CHAMBERS = np.array(["圆形阀门井", "矩形阀门井", "直埋套筒", "阀门室"], dtype=object)


@dataclass(frozen=True, eq=False)
class Built:
    """Everything that the generator has made."""

    skeleton: Skeleton
    terrain: Terrain
    ground: Ground
    shapes: Shapes
    mains: Mains
    labels: Labels
    districts: Districts
    legs: Legs
    borders: Borders
    elevation_m: Float64
    valves: Valves
    hydrants: Hydrants
    houses: Houses
    customers: Customers
    stations: Stations


@dataclass(frozen=True, eq=False)
class Ids:
    """Ids of what others refer to."""

    pipe: Texts
    node: Texts
    valve: Texts
    customer: Texts
    station: Texts
    dma: Texts


def assemble(built: Built, rng: np.random.Generator, layers: MutableMapping[str, Layer]) -> LayerSet:
    """All layers, put into *layers* one after another; empty ones are left out."""
    node = np.array([""] * len(built.elevation_m), dtype=object)
    used = np.unique(np.concatenate([built.skeleton.web.start, built.skeleton.web.end]))
    node[used] = ids("J", len(used))
    valved = int(built.hydrants.valved.sum()) + int((built.customers.valved & (built.customers.station < 0)).sum())
    names = Ids(
        ids("P", len(built.skeleton.web)),
        node,
        ids("V", len(built.valves) + valved),
        ids("C", len(built.customers)),
        ids("E", len(built.stations.block)),
        ids("D", int(built.districts.dma.max(initial=-1)) + 1),
    )
    made: dict[str, Callable[[], Layer]] = {
        "pipe": lambda: _pipes(built, names),
        "valve": lambda: _valves(built, names, rng),
        "pump": lambda: _pumps(built, names),
        "source": lambda: _sources(built),
        "customer": lambda: _customers(built, names, rng),
        "hydrant": lambda: _hydrants(built, names, rng),
        "service": lambda: _services(built, names),
        **_outlines(built, names),
        "road": lambda: _roads(built),
        "place": lambda: _places(built, rng),
        "sensor": lambda: _sensors(built, names, rng),
        "station": lambda: _stations(built, names),
        "junction": lambda: _junctions(built, names, used),
    }
    # In this order: what is drawn by lot for one comes after what is drawn for those before it.
    for name, make in made.items():
        layer = make()
        if len(layer):
            layers[name] = layer
        del layer
        give_back()
    return LayerSet(CRS_EPSG, layers, CITY, synthetic=True)


def _layer(layer: str, geometry: Any, /, **columns: Any) -> Layer:
    """A layer with columns of its specification."""
    known = LAYERS[layer].columns
    assert set(columns) <= set(known), set(columns) - set(known)
    return Layer(np.asarray(geometry, dtype=object), columns)


def _blank(count: int) -> Texts:
    return np.full(count, "", dtype=object)


def _pipes(built: Built, names: Ids) -> Layer:
    web, mains, shapes = built.skeleton.web, built.mains, built.shapes
    row = np.repeat(np.arange(len(web)), np.diff(shapes.offsets))
    return _layer(
        "pipe",
        shapely.linestrings(shapes.xy_m, indices=row),
        id=names.pipe,
        dn_mm=mains.dn_mm,
        dn_basis=np.where(mains.outside, "outside", "nominal").astype(object),
        material=mains.material,
        year=mains.year,
        depth_m=mains.depth_m,
        from_node=names.node[web.start],
        to_node=names.node[web.end],
        dma_id=pick(names.dma, built.districts.dma),
        length_m=np.round(shapes.length_m, 2),
        road=built.labels.road,
    )


def _valves(built: Built, names: Ids, rng: np.random.Generator) -> Layer:
    """Valves on mains first, then branch valves of hydrants, then of services."""
    valves, hydrants, customers = built.valves, built.hydrants, built.customers
    served = customers.valved & (customers.station < 0)
    own = len(names.valve) - len(valves)
    many = int(hydrants.valved.sum())
    pipe = np.concatenate([valves.pipe, hydrants.pipe[hydrants.valved], customers.pipe[served]])
    share = np.concatenate([valves.share, hydrants.share[hydrants.valved], customers.share[served]])
    branch = np.repeat([int(DeviceKind.HYDRANT), int(DeviceKind.SERVICE)], [many, own - many])
    kind = np.concatenate([valves.kind, branch])
    branch_dn = np.where(branch == DeviceKind.HYDRANT, 100.0, 80.0)
    dn = np.concatenate([built.mains.nominal_mm[valves.pipe], branch_dn])
    way = np.concatenate([valves.way, np.zeros(own, dtype=np.int64)])
    shut, closed = (np.concatenate([column, np.zeros(own, dtype=bool)]) for column in (valves.shut, valves.closed))
    condition = np.concatenate([valves.condition, np.zeros(own, dtype=np.int64)])
    count = len(pipe)
    position = np.array(["open", "closed"], dtype=object)
    dn = np.where(np.isin(kind, (DeviceKind.AIR, DeviceKind.WASHOUT)), np.minimum(dn, 100.0), dn)
    return _layer(
        "valve",
        shapely.points(built.shapes.at(pipe, share)),
        id=names.valve,
        kind=_KIND_WORDS[kind],
        dn_mm=dn,
        normal=position[shut.astype(np.int64)],
        current=position[closed.astype(np.int64)],
        condition=np.array(CONDITIONS, dtype=object)[condition],
        pipe_id=names.pipe[pipe],
        toward_pipe_id=_blank(count),
        flow=np.array(["", "with", "against"], dtype=object)[way],
        turns=np.round(dn * 0.125 + rng.integers(0, 3, count)),
        closes=np.where(rng.random(count) < 0.97, "cw", "ccw").astype(object),
        depth_m=np.round(np.maximum(built.mains.depth_m[pipe] - 0.2, 0.5), 2),
        chamber=_CHAMBERS[np.where(dn >= 600, 3, rng.integers(0, 3, count))],
        landmark=np.concatenate([_landmarks(built), built.labels.road[pipe[len(valves) :]]]),
        assumed=np.zeros(count, dtype=bool),
    )


def _landmarks(built: Built) -> Texts:
    """Where to look for each valve on the mains: its road and, at a crossing, the other."""
    valves, legs = built.valves, built.legs
    names, code = np.unique(built.labels.road.astype(str), return_inverse=True)
    count = len(built.elevation_m)
    low, high = np.full(count, len(names)), np.full(count, -1)
    np.minimum.at(low, legs.node, code[legs.pipe])
    np.maximum.at(high, legs.node, code[legs.pipe])
    at_node = valves.leg >= 0
    node = np.where(at_node, legs.node[valves.leg], 0)
    own = code[valves.pipe]
    other = np.where(at_node, np.where(high[node] != own, high[node], low[node]), own)
    table = names.astype(object)
    gate = built.skeleton.level[valves.pipe] >= Level.SPINE
    crossing = table[own] + np.where(gate, "近", "与") + table[other] + np.where(gate, "", "口")
    out: Texts = np.where(other == own, table[own], crossing).astype(object)
    return out


def _pumps(built: Built, names: Ids) -> Layer:
    borders, legs = built.borders, built.legs
    rows = np.flatnonzero(borders.guard >= Guard.BOOSTER)
    leg = borders.leg[rows]
    pipe = legs.pipe[leg]
    share, way = leg_places(legs, leg, borders.outward[rows], built.shapes.length_m, 6.0)
    tank = borders.guard[rows] == Guard.TANK_BOOSTER
    return _layer(
        "pump",
        shapely.points(built.shapes.at(pipe, share)),
        id=ids("B", len(rows)),
        kind=np.full(len(rows), "booster", dtype=object),
        name=np.array([f"{CITY}第{chinese_number(n)}加压站" for n in range(1, len(rows) + 1)], dtype=object),
        pipe_id=names.pipe[pipe],
        toward_pipe_id=_blank(len(rows)),
        flow=np.where(way > 0, "with", "against").astype(object),
        storage_m3=np.where(tank, 2_000.0 + 500.0 * (np.arange(len(rows)) % 7), 0.0),
    )


def _sources(built: Built) -> Layer:
    sources, web = built.skeleton.sources, built.skeleton.web
    kinds = [_SOURCE_WORDS[SourceKind(kind)] for kind in sources.kind.tolist()]
    seen: dict[str, int] = {}
    titles = []
    for _, title in kinds:
        seen[title] = seen.get(title, 0) + 1
        titles.append(f"{CITY}第{chinese_number(seen[title])}{title}")
    head = _zone_heads(built)[_own_pipe_zone(built)] + np.where(sources.kind == SourceKind.TANK, 0.0, 4.0)
    return _layer(
        "source",
        shapely.points(built.ground.place(web.x_m[sources.node], web.y_m[sources.node])),
        id=ids("W", len(kinds)),
        kind=np.array([kind for kind, _ in kinds], dtype=object),
        name=np.array(titles, dtype=object),
        volume_m3=sources.volume_m3,
        head_m=np.round(np.maximum(head, built.elevation_m[sources.node] + 8.0), 1),
    )


def _zone_heads(built: Built) -> Float64:
    """Head at which each zone is run: enough for the highest ground of its band, all but the last few mains.

    Zones of one band stand open to each other, so they have one head.
    """
    web, band = built.skeleton.web, built.districts.band
    ground_m = np.maximum(built.elevation_m[web.start], built.elevation_m[web.end])
    of_main = band[built.districts.zone]
    head_m = np.zeros(len(band))
    for level in np.unique(band).tolist():
        served = np.sort(ground_m[of_main == level])
        head_m[band == level] = np.round(served[int(len(served) * 0.97)] + 26.0, 1) if len(served) else 72.0
    return head_m


def _own_pipe_zone(built: Built) -> Int64:
    """Zone of the main that each source feeds: its head is that zone's, and a plant's a little more."""
    web = built.skeleton.web
    order = np.argsort(web.start, kind="stable")
    pipe = order[np.searchsorted(web.start[order], built.skeleton.sources.node)]
    zone: Int64 = built.districts.zone[pipe].astype(np.int64)
    return zone


def _customers(built: Built, names: Ids, rng: np.random.Generator) -> Layer:
    customers = built.customers
    direct = customers.station < 0
    return _layer(
        "customer",
        shapely.points(customers.xy_m),
        id=names.customer,
        name=customers.name,
        address=customers.address,
        phone=phones(len(customers), rng),
        category=customers.category,
        critical=customers.critical,
        people=customers.people,
        households=customers.households,
        pipe_id=np.where(direct, names.pipe[customers.pipe], ""),
        station_id=pick(names.station, customers.station),
        meter_id=ids("M", len(customers)),
        demand_m3_d=customers.demand_m3_d,
    )


def _hydrants(built: Built, names: Ids, rng: np.random.Generator) -> Layer:
    hydrants, shapes = built.hydrants, built.shapes
    at = shapes.at(hydrants.pipe, hydrants.share)
    ahead = shapes.at(hydrants.pipe, hydrants.share + 0.05) - shapes.at(hydrants.pipe, hydrants.share - 0.05)
    unit = ahead / np.maximum(distance(*ahead.T), 1e-6)[:, None]
    count = len(at)
    away = (hydrants.side * rng.uniform(2.5, 4.5, count))[:, None]
    xy = np.round(at + np.stack([-unit[:, 1], unit[:, 0]], axis=1) * away, 3)
    valve = _blank(count)
    first = len(built.valves)
    valve[hydrants.valved] = names.valve[first : first + int(hydrants.valved.sum())]
    broken = rng.random(count) < 0.03
    return _layer(
        "hydrant",
        shapely.points(xy),
        id=ids("H", count),
        name=built.labels.road[hydrants.pipe] + "消火栓",
        pipe_id=names.pipe[hydrants.pipe],
        valve_id=valve,
        dn_mm=np.full(count, 100.0),
        condition=np.where(broken, "inoperable", "operable").astype(object),
    )


def _services(built: Built, names: Ids) -> Layer:
    customers = built.customers
    rows = np.flatnonzero(customers.station < 0)
    ends = np.stack([customers.tap_xy_m[rows], customers.xy_m[rows]], axis=1)
    valve = _blank(len(rows))
    valved = customers.valved[rows]
    valve[valved] = names.valve[len(names.valve) - int(valved.sum()) :]
    return _layer(
        "service",
        shapely.linestrings(ends),
        id=ids("S", len(rows)),
        name=_blank(len(rows)),
        customer_id=names.customer[rows],
        pipe_id=names.pipe[customers.pipe[rows]],
        valve_id=valve,
    )


def _outlines(built: Built, names: Ids) -> dict[str, Callable[[], Layer]]:
    dma, zone = draw_districts(built.skeleton, built.districts, built.ground)
    band = built.districts.band
    zone_name = [f"{_ZONE_NAMES[min(level, 3)]}（{number}）" for number, level in enumerate(band.tolist(), 1)]
    dma_name = [f"第{chinese_number(number)}独立计量区" for number in range(1, len(dma) + 1)]
    named = np.array(zone_name, dtype=object)
    zones = _layer("zone", zone, id=ids("Z", len(zone)), name=named, head_m=_zone_heads(built))
    areas = _layer("dma", dma, id=names.dma, name=np.array(dma_name, dtype=object))
    return {"dma": lambda: areas, "zone": lambda: zones}


def _roads(built: Built) -> Layer:
    roads = draw_roads(built.skeleton, built.labels, built.ground)
    return _layer(
        "road", roads.geometry, id=ids("R", len(roads.name)), name=roads.name, kind=roads.kind, width_m=roads.width_m
    )


def _places(built: Built, rng: np.random.Generator) -> Layer:
    """Blocks and parks first, then water and hills, then buildings: the order in which they are painted."""
    xy, ring = footprints(built.houses, rng)
    buildings = np.asarray(shapely.polygons(shapely.linearrings(xy, indices=ring)), dtype=object)
    numbers = np.array([f"{number}号楼" for number in range(int(built.houses.number.max(initial=0)) + 1)], dtype=object)
    count = len(built.houses)
    scenes = [
        draw_blocks(built.skeleton, built.labels, built.ground),
        draw_nature(built.skeleton, built.ground, rng),
        Scene(buildings, numbers[built.houses.number], np.full(count, "building", dtype=object)),
    ]
    geometry, name, kind = (
        np.concatenate([getattr(scene, field) for scene in scenes]) for field in ("geometry", "name", "kind")
    )
    return _layer("place", geometry, id=ids("L", len(geometry)), name=name, kind=kind)


def _sensors(built: Built, names: Ids, rng: np.random.Generator) -> Layer:
    """A flow meter at every DMA inlet; pressure gauges along the mains; a few for water quality."""
    level = built.skeleton.level
    inlet = built.legs.pipe[built.borders.leg[built.borders.guard == Guard.INLET]]
    mains = np.flatnonzero((level <= Level.STREET) & (built.shapes.length_m > 20))
    wanted = min(len(mains), max(3, len(level) // 260))
    gauges = np.sort(rng.permutation(mains)[:wanted])
    quality = gauges[::12]
    pipe = np.concatenate([inlet, gauges, quality])
    kind = np.repeat(np.array(["flow", "pressure", "quality"], dtype=object), [len(inlet), len(gauges), len(quality)])
    unit = {"flow": "m3/h", "pressure": "MPa", "quality": "mg/L"}
    title = {"flow": "流量计", "pressure": "测压点", "quality": "水质点"}
    share = np.where(kind == "flow", 0.5, np.where(kind == "pressure", 0.35, 0.4))
    return _layer(
        "sensor",
        shapely.points(built.shapes.at(pipe, share)),
        id=ids("T", len(pipe)),
        name=built.labels.road[pipe] + np.array([title[word] for word in kind.tolist()], dtype=object),
        kind=kind,
        unit=np.array([unit[word] for word in kind.tolist()], dtype=object),
        pipe_id=names.pipe[pipe],
    )


def _stations(built: Built, names: Ids) -> Layer:
    stations = built.stations
    tank = stations.storage_m3 > 0
    return _layer(
        "station",
        shapely.points(built.shapes.at(stations.pipe, stations.share)),
        id=names.station,
        name=pick(built.labels.block, stations.block) + "二次供水泵房",
        kind=np.where(tank, "水箱", "叠压").astype(object),
        pipe_id=names.pipe[stations.pipe],
        storage_m3=stations.storage_m3,
        demand_m3_h=stations.demand_m3_h,
    )


def _junctions(built: Built, names: Ids, used: Int64) -> Layer:
    web = built.skeleton.web
    return _layer(
        "junction",
        shapely.points(built.ground.place(web.x_m[used], web.y_m[used])),
        id=names.node[used],
        name=_blank(len(used)),
        elevation_m=built.elevation_m[used],
        demand_m3_d=np.zeros(len(used)),
    )
