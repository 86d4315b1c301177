"""The city's arrays as files that window and worker share."""

from __future__ import annotations

from pathlib import Path

from app.requests import Failed
from gis.cache import open_city, open_tables
from network.errors import CodedError
from network.topology import City, DeviceStates


def mapped(folder: Path, stamp: str | None = None) -> tuple[City, DeviceStates] | Failed:
    """The arrays that the worker has just written or compared with their checksums, or why they cannot be had."""
    try:
        return open_city(folder, stamp, verify=False), open_tables(folder, "states", DeviceStates, stamp, verify=False)
    except CodedError as error:
        return Failed(error.code, error.detail)
