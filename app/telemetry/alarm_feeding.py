"""Which pressures lie below which pumps and plants, as the network told it last: ``telemetry/feeding.json``.

The desk process finds it from pipes, valves and pumps; the recorder, which knows no network, keeps it for its next
start. An alarm that tells of a pump or plant that stands still is so the cause of low pressures below it.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.telemetry.alarms import NOBODY, Feeding, Limits, Side
from app.telemetry.channels import Channels
from app.telemetry.quantities import Quantity
from app.telemetry.sites import Site
from gis.durable import sync_file, sync_folder

_LOG = logging.getLogger(__name__)

FEEDING: Final = "feeding.json"
FALLING: Final = frozenset({Quantity.PRESSURE, Quantity.FLOW})
"""What falls at once when a pump stands still. A tank that runs empty is an emergency of its own."""


@dataclass(frozen=True)
class Feeder:
    """A pump or plant whose running is measured.

    Attributes:
        channel: Id of the channel that says whether it runs.
        alone: Ids of channels that it alone feeds; in the order of the set-up.
        shared: Ids of channels that others feed as well.
    """

    channel: str
    alone: tuple[str, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Feeders:
    """All of them.

    Attributes:
        known: Those that stand on the network.
        unplaced: Channels of states whose place is no pump and no plant of the network, or one whose direction
            nobody knows: nothing is put below them.
        sites: What the network says of the places of instruments.
    """

    known: tuple[Feeder, ...] = ()
    unplaced: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()


NO_FEEDERS: Final = Feeders()


def feedings_of(channels: Channels, limits: Limits, feeders: Feeders) -> tuple[Feeding, ...]:
    """Which alarm may come from which: low pressures and flows from a state that is too low."""
    falling: dict[str, list[int]] = {}
    stops: dict[str, list[int]] = {}
    for at, limit in enumerate(limits.records):
        channel = channels.records[limit.channel]
        if limit.side is Side.LOW and channel.quantity in FALLING:
            falling.setdefault(channel.id, []).append(at)
        elif limit.side is Side.LOW and channel.quantity is Quantity.STATE:
            stops.setdefault(channel.id, []).append(at)
    return tuple(
        Feeding(alarm, cause, is_alone)
        for feeder in feeders.known
        for cause in stops.get(feeder.channel, ())
        for is_alone, names in ((True, feeder.alone), (False, feeder.shared))
        for name in names
        for alarm in falling.get(name, ())
        if not _comes_from(limits, cause, alarm)
    )


def _comes_from(limits: Limits, at: int, other: int) -> bool:
    """Whether the set-up says that the alarm *at* comes from *other*: nothing may explain itself."""
    while at != NOBODY:
        if at == other:
            return True
        at = limits.records[at].unless
    return False


def read_feeders(folder: Path) -> Feeders:
    """What was kept in the folder *folder* (``telemetry``); nothing where nothing was.

    Nothing, too, where the file cannot be read: the network tells it anew, and for that nobody is left without alarms.
    """
    path = folder / FEEDING
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        known = tuple(Feeder(one["channel"], tuple(one["alone"]), tuple(one["shared"])) for one in record["known"])
        sites = tuple(Site(**one) for one in record.get("sites", ()))
        return Feeders(known, tuple(record["unplaced"]), sites)
    except FileNotFoundError:
        return NO_FEEDERS
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _LOG.warning("%s cannot be read, and is found anew: %s", path, error)
        return NO_FEEDERS


def write_feeders(folder: Path, feeders: Feeders) -> None:
    """Keep *feeders* in the folder *folder*, whole or not at all.

    In one line: with thousands of sites, laying it out for people takes a second in which nobody hears of readings.
    """
    known, sites = [vars(one) for one in feeders.known], [vars(one) for one in feeders.sites]
    record = {"known": known, "unplaced": feeders.unplaced, "sites": sites}
    partial = folder / f".partial-{FEEDING}"
    partial.write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")
    sync_file(partial)
    partial.replace(folder / FEEDING)
    sync_folder(folder)
