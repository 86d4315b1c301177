"""Two real networks out into a GeoPackage and in again: nothing is lost, and the network is the same."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely

from app.layer_requests import ExportLayers
from app.operations.export_layers import export_layers
from app.operations.make_city import make_import
from app.requests import ImportCity
from app.workspace import open_workspace
from gis.layers import LayerSet
from network.topology import City

MAPPINGS = Path(__file__).parents[2] / "mappings"
SOURCES = {
    "giswater": (("giswater_ws/network.gpkg",), "giswater.toml"),
    "nanaimo": (("nanaimo",), "nanaimo.toml"),
}


def silent(step: str, fraction: float | None = None) -> None:
    """Nobody watches."""


def opened(folder: Path) -> tuple[LayerSet, City]:
    with closing(open_workspace(folder)) as workspace:
        return workspace.store.layers(), workspace.city


def same(one: np.ndarray, other: np.ndarray) -> bool:
    if one.dtype.kind in "fiub":
        return np.array_equal(one.astype(np.float64), other.astype(np.float64), equal_nan=True)
    return bool(one.tolist() == other.tolist())


@pytest.mark.parametrize("name", SOURCES)
def test_a_real_city_comes_back_as_it_went(reference_data: Path, tmp_path: Path, name: str) -> None:
    files, mapping = SOURCES[name]
    sources = tuple(reference_data / file for file in files)
    make_import(ImportCity(sources, tmp_path / "first", mapping=MAPPINGS / mapping), silent)
    out = tmp_path / "city.gpkg"
    written = export_layers(ExportLayers(tmp_path / "first", out, "gpkg"), silent)
    make_import(ImportCity((out,), tmp_path / "second"), silent)
    (before, city), (after, again) = opened(tmp_path / "first"), opened(tmp_path / "second")
    assert before.crs_epsg == after.crs_epsg
    assert written.features == sum(map(len, before.layers.values()))
    assert not written.shortened
    assert written.cut_texts == 0
    for layer_name, layer in before.layers.items():
        back = after.get(layer_name)
        assert len(back) == len(layer), layer_name
        assert set(back.columns) == set(layer.columns), layer_name
        # Ids may stand twice in what cities hand over, so rows are told apart by their shape as well.
        keys = [np.lexsort((shapely.to_wkb(one.geometry), one.columns["id"].astype(str))) for one in (layer, back)]
        assert shapely.equals_identical(layer.geometry[keys[0]], back.geometry[keys[1]]).all(), layer_name
        for column, values in layer.columns.items():
            assert same(values[keys[0]], back.columns[column][keys[1]]), (layer_name, column)
    assert len(again.network.pipes) == len(city.network.pipes)
    assert len(again.network.nodes) == len(city.network.nodes)
    assert again.network.pipes.length_m.sum() == pytest.approx(city.network.pipes.length_m.sum())
