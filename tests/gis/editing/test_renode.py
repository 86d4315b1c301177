"""A city noded again around an edit is the city noded whole, row for row."""

from __future__ import annotations

from hypothesis import given, note, settings
from hypothesis import strategies as st
from random_edits import changes
from same import differences

from gis.editing.renode import noded_again, noded_around
from gis.editing.source import LayersInMemory, touch
from gis.noding import NodingOptions, build_city
from network.segments import find_segments
from network.topology import City
from oracle.layers import town_layers
from oracle.strategies import towns

NEAR = NodingOptions(link_reach_m=6.0)
"""A short reach, so that even a small town has parts that an edit does not concern."""


def segments_of(city: City) -> set[tuple[frozenset[str], frozenset[str]]]:
    """Segments told by ids: the pipes they have parts of, and the devices around them."""
    found = find_segments(city.network)
    pipes, devices = city.network.pipes.ids, city.network.devices.ids
    told = []
    for segment in range(found.count):
        parts = found.parts_of[segment]
        around = [row for row in range(len(devices)) if segment in (found.side_a[row], found.side_b[row])]
        told.append((frozenset(pipes.take(found.pipe_of(parts))), frozenset(devices[row] for row in around)))
    return set(told)


@settings(deadline=None)
@given(st.data())
def test_noding_around_edits_equals_noding_everything(data: st.DataObject) -> None:
    layers = town_layers(data.draw(towns(most_mains=10, most_things=8)))
    noded = build_city(layers, NEAR)
    city, layers = noded.city, noded.layers
    for number in range(data.draw(st.integers(1, 4))):
        edit = data.draw(changes(layers, number))
        note(f"{edit}")
        layers, touched = touch(layers, edit)
        whole = noded_again(layers, city, NEAR)
        around = noded_around(city, touched, LayersInMemory(layers), NEAR)
        if around is not None:
            assert list(differences(around, whole)) == []
            assert segments_of(around) == segments_of(whole)
        city = whole
