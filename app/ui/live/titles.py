"""What instruments are called on screen: their place without the city's name, and what they are to it. No Qt."""

from __future__ import annotations

from typing import Final

from app.messages import Words
from app.telemetry.channels import Channel, Role
from app.telemetry.quantities import Quantity

_TOLD_APART: Final = frozenset({*Role} - {Role.NONE})
"""Figures of which a station may have several of one quantity."""


def short_name(name: str, city: str) -> str:
    """*name* without the city's before it, which tells nothing on the city's own desk."""
    return name.removeprefix(city).strip() or name


def figure_of(channel: Channel) -> str:
    """What a figure is to its station: its role, else by the manner in which pressures are named, else its quantity."""
    if channel.role is not Role.NONE:
        return channel.role.value
    if channel.quantity is Quantity.PRESSURE:
        return {"PI": "inlet", "PS": "inlet"}.get(channel.id[:2], "outlet")
    return channel.quantity.value


def part_of(channel: Channel) -> str:
    """Code of the catalogue's section ``part``: which of a station's pressures or levels it is; "" for all others."""
    figure = figure_of(channel)
    return figure if channel.station_id and figure in _TOLD_APART else ""


def title_of(words: Words, channel: Channel, city: str) -> str:
    """A curve's name: a station has several, and two pressures that bear its name alone are taken for each other."""
    name = short_name(channel.name or channel.id, city)
    if not channel.station_id and channel.quantity is Quantity.PRESSURE:
        return name
    return f"{name} · {words.say('station', figure_of(channel))}"
