"""What is PostgreSQL's own: its names, its rights, what it cannot keep."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import handmade
import numpy as np
import psycopg
import pytest
from same import differences
from servers import Postgres

from gis.errors import GisError
from gis.layers import Layer
from gis.stores import postgres
from gis.stores.postgis import CITY, PostgisStore, add_postgis, in_postgres, write_city


def with_columns(**columns: np.ndarray) -> handmade.Noded:
    noded = handmade.noded()
    pipe = noded.layers.get("pipe")
    layer = Layer(pipe.geometry, {**pipe.columns, **columns})
    return replace(noded, layers=replace(noded.layers, layers={**noded.layers.layers, "pipe": layer}))


def test_statements_are_said_in_the_server_s_words() -> None:
    said = in_postgres('SELECT AsBinary("a?%"), x % 2 FROM "say ""AsBinary(""" WHERE y = GeomFromWKB(?, 5)')
    assert said == ('SELECT ST_AsBinary("a?%%"), x %% 2 FROM "say ""AsBinary(""" WHERE y = ST_GeomFromWKB(%s, 5)')


def test_any_name_of_a_column_comes_back(postgis_database: str) -> None:
    nasty = 'x" TEXT); DROP TABLE pipe; --'
    long = "施工单位" * 9
    names = [nasty, "100%? %s", "xmin", "CTID", long, long + "二", "Fid"]
    noded = with_columns(**{name: handmade.objects(name, "", "'; DROP TABLE pipe; --", "") for name in names})
    write_city(postgis_database, noded, "r1")
    with closing(PostgisStore.open(postgis_database)) as store:
        pipes = store.layers(["pipe"]).get("pipe")
        assert [pipes.columns[name][0] for name in names] == names
        assert list(differences(noded.city, store.city())) == []


def test_what_it_cannot_keep_changes_nothing(postgis_database: str) -> None:
    write_city(postgis_database, handmade.noded(), "r1")
    with pytest.raises(GisError, match="not_storable"):
        write_city(postgis_database, with_columns(note=handmade.objects("a\x00b", "", "", "")), "r2")
    unknown = handmade.noded()
    with pytest.raises(GisError, match="unknown_crs"):
        write_city(postgis_database, replace(unknown, layers=replace(unknown.layers, crs_epsg=999_999)), "r2")
    with closing(PostgisStore.open(postgis_database)) as store:
        assert store.meta.revision == "r1"
    write_city(postgis_database, handmade.noded(), "r2")
    with closing(PostgisStore.open(postgis_database)) as store:
        assert store.meta.revision == "r2"


def test_who_reads_meanwhile_reads_one_city(postgis_database: str) -> None:
    write_city(postgis_database, handmade.noded(), "r1")
    with closing(PostgisStore.open(postgis_database)) as store:
        with psycopg.connect(postgis_database, autocommit=True) as owner, store.one_picture():
            owner.execute(f"UPDATE {CITY}.pipe SET material = 'gold'".encode())
            assert "gold" not in store.layers(["pipe"]).get("pipe").text("material")
        assert "gold" in store.layers(["pipe"]).get("pipe").text("material")
        assert "gold" not in store.as_imported().get("pipe").text("material")


@pytest.mark.parametrize(("schema", "code"), [(99, "store.newer_schema"), (1, "store.older_schema")])
def test_tables_of_another_version_are_refused(postgis_database: str, schema: int, code: str) -> None:
    with pytest.raises(GisError, match="no_layers"):
        PostgisStore.open(postgis_database)
    write_city(postgis_database, handmade.noded(), "r1")
    with psycopg.connect(postgis_database, autocommit=True) as owner:
        owner.execute(f"UPDATE {CITY}.store_meta SET value = %s WHERE key = 'schema'".encode(), (str(schema),))
    with pytest.raises(GisError) as refused:
        PostgisStore.open(postgis_database)
    assert refused.value.code == code


def test_a_database_without_postgis_says_what_is_to_be_done(postgis_server: Postgres) -> None:
    with postgis_server.empty("bare") as address:
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute("CREATE ROLE clerk LOGIN; CREATE SCHEMA AUTHORIZATION clerk")
        try:
            clerk = postgis_server.database(postgres.parameters_of(address)["dbname"], "clerk")
            with pytest.raises(GisError, match="no_postgis"):
                add_postgis(clerk)
        finally:
            with psycopg.connect(address, autocommit=True) as owner:
                owner.execute("DROP OWNED BY clerk; DROP ROLE clerk")
