"""Every kind of thing is found again by its own id."""

from map_town import town

from gis.places import FEATURES, ids_of


def test_each_kind_has_ids_of_its_own_and_valves_share_theirs_with_pumps() -> None:
    city = town()
    tables = {kind: ids_of(city, kind) for kind in FEATURES | {"junction"}}
    for ids in tables.values():
        assert all(ids.find(ids[row]) == row for row in range(len(ids)))
    assert tables["valve"] is tables["pump"]
    assert len({id(ids) for ids in tables.values()}) == len(tables) - 1
