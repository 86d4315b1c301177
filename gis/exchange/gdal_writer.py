"""GDAL's side of writing files for other programs. Runs in a child process only: see :mod:`gis.exchange.gdal_pen`."""

from __future__ import annotations

import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from gis.errors import GisError
from gis.exchange.gdal_pen import GdalLayer


def write(layers: list[GdalLayer], shown: str) -> None:
    """Write *layers*; *shown* is what the file is called where it cannot be written.

    Raises:
        GisError: ``cannot_write_file``.
    """
    try:
        for layer in layers:
            pyogrio.raw.write(
                layer.file,
                geometry=layer.wkb,
                field_data=list(layer.columns.values()),
                fields=list(layer.columns),
                layer=layer.name,
                driver=layer.driver,
                geometry_type=layer.geometry_type,
                crs=layer.crs,
                append=layer.append,
                **layer.options,
            )
    except (DataLayerError, DataSourceError, FieldError) as error:
        raise GisError("cannot_write_file", path=shown, why=str(error)) from error
