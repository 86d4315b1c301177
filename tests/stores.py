"""Every kind of store of a city, for the tests that all of them pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from handmade import Noded

from gis.stores import sqlite
from gis.stores.base import CityStore
from gis.stores.postgis import CITY, PostgisStore
from gis.stores.postgis import write_city as write_postgis
from gis.stores.spatialite import SpatialiteStore, write_city


@dataclass(frozen=True)
class Maker:
    """How to put a city into one kind of store, to open that store again, and to write there as other programs do."""

    write: Callable[[Noded, str], None]
    open: Callable[[], CityStore]
    meddle: Callable[[str], None]


@contextmanager
def opened(maker: Maker) -> Iterator[CityStore]:
    store = maker.open()
    try:
        yield store
    finally:
        store.close()


def spatialite(folder: Path) -> Maker:
    path = folder / "network.sqlite"

    def meddle(statement: str) -> None:
        with closing(sqlite.connect(path, spatial=True)) as connection:
            connection.execute(statement)

    return Maker(lambda noded, revision: write_city(path, noded, revision), lambda: SpatialiteStore.open(path), meddle)


def postgis(address: str) -> Maker:
    def meddle(statement: str) -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"SET search_path = {CITY}, public".encode())
            connection.execute(statement.encode())

    return Maker(
        lambda noded, revision: write_postgis(address, noded, revision), lambda: PostgisStore.open(address), meddle
    )
