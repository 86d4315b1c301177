"""Only what touches an area leaves, and the window's list of layers is that of the workspace."""

from contextlib import closing
from pathlib import Path

import pytest
import shapely

from app.layer_requests import LAYER_ENCODINGS, LAYER_FORMATS, LAYER_NAMES, ExportLayers
from app.operations.export_layers import export_layers
from app.workspace import open_workspace
from gis.exchange.layer_files import ENCODINGS, FORMATS
from gis.exchange.vector_files import read_sources
from gis.layers import LAYERS
from network.errors import CodedError


def silent(step: str, fraction: float | None = None) -> None:
    """Nobody watches."""


def test_the_window_offers_what_there_is() -> None:
    assert set(LAYER_NAMES) == set(LAYERS)
    assert set(LAYER_FORMATS) == {*FORMATS, "dxf"}
    assert set(LAYER_ENCODINGS) == set(ENCODINGS)


def test_only_what_touches_the_area_is_written_and_whole(demo: Path, tmp_path: Path) -> None:
    with closing(open_workspace(demo)) as workspace:
        pipes = workspace.store.layers(("pipe",)).get("pipe")
    x_m, y_m = shapely.get_coordinates(pipes.geometry).mean(axis=0).tolist()
    area = shapely.box(x_m - 300, y_m - 300, x_m + 300, y_m + 300)
    ring_m = tuple(shapely.get_coordinates(area)[:-1].tolist())
    expected = shapely.intersects(area, pipes.geometry)
    assert 0 < expected.sum() < len(pipes)
    out = tmp_path / "part.gpkg"
    written = export_layers(ExportLayers(demo, out, "gpkg", ("pipe",), ring_m=ring_m), silent)
    (layer,) = read_sources([out])
    assert written.features == expected.sum()
    assert sorted(layer.columns["id"].tolist()) == sorted(pipes.columns["id"][expected].tolist())
    # A pipe that runs out of the area is not cut.
    assert shapely.union_all(layer.geometry).length == pytest.approx(
        shapely.union_all(pipes.geometry[expected]).length, rel=1e-6
    )


def test_an_area_without_anything_is_told_and_nothing_is_written(demo: Path, tmp_path: Path) -> None:
    nowhere = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    with pytest.raises(CodedError, match="nothing_there"):
        export_layers(ExportLayers(demo, tmp_path / "x.gpkg", "gpkg", ring_m=nowhere), silent)
    assert list(tmp_path.iterdir()) == []
