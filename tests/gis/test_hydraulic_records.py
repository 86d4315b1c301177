"""What layers state for hydraulics, at the rows of the city."""

from dataclasses import replace

import numpy as np
import shapely

from gis.hydraulic_records import stated_hydraulics
from gis.layers import Layer
from gis.noding import NodingOptions, build_city
from gis.synthetic.city import generate_city


def test_figures_find_their_rows_whatever_the_order_of_the_layer() -> None:
    layers = generate_city(300, 5)
    city = build_city(layers, NodingOptions()).city
    customers = layers.get("customer")
    back = np.arange(len(customers))[::-1]
    turned = Layer(customers.geometry[back], {name: values[back] for name, values in customers.columns.items()})
    stated = stated_hydraulics(city, replace(layers, layers={**layers.layers, "customer": turned}))
    by_id = dict(zip(customers.text("id"), customers.real("demand_m3_d"), strict=True))
    assert stated.customer_demand_m3_d is not None
    assert stated.source_head_m is not None
    assert stated.customer_demand_m3_d.tolist() == [by_id[name] for name in city.customers.ids]
    assert not np.isnan(stated.source_head_m).any()


def test_a_node_has_the_lowest_head_of_its_zones_and_nothing_without_any() -> None:
    layers = generate_city(300, 5)
    city = build_city(layers, NodingOptions()).city
    nodes = city.network.nodes
    boxes = np.array(
        [shapely.box(-1e9, -1e9, float(np.median(nodes.x_m)), 1e9), shapely.box(-1e9, -1e9, 1e9, 1e9), None]
    )
    zones = Layer(boxes, {"id": np.array(["a", "b", "c"], dtype=object), "head_m": np.array([50.0, 70.0, 1.0])})
    stated = stated_hydraulics(city, replace(layers, layers={**layers.layers, "zone": zones}))
    assert stated.node_zone_head_m is not None
    assert stated.node_zone_head_m.tolist() == np.where(nodes.x_m <= np.median(nodes.x_m), 50.0, 70.0).tolist()
    bare = stated_hydraulics(city, replace(layers, layers={}))
    for column in (bare.node_zone_head_m, bare.customer_demand_m3_d, bare.source_head_m):
        assert column is not None
        assert np.isnan(column).all()
