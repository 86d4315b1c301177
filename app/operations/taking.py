"""Taking a workspace along: one for a laptop that goes where there is no network, with a key and a day of return.

The network stays whole, and with it every answer about it; who the customers outside the district are stays at the
centre, and so do the names of callers whose incidents are over, and complaints. Readings go along where asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import AppError
from app.journal.events import Event, devices_in, milliseconds
from app.journal.log import Journal
from app.journal.writing import text_ids
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.evidence import evidence_path, pictures_of
from app.operations.hub import exchanged
from app.operations.hub_entitled import refuse_unentitled_as_told
from app.operations.outage_plan import ring_in
from app.operations.taken_readings import take_readings
from app.requests import ProgressSink
from app.sync.keys import has_key, id_of, make_key, public_key
from app.sync.laptops import LaptopKind, began, taken
from app.sync.membership import membership_of
from app.sync.own_order import keep_order, order_of
from app.workspace import open_workspace
from app.workspace_care import built_beside, copy_database, copy_settings
from app.workspace_files import (
    BASEMAP,
    EVIDENCE,
    JOURNAL,
    NETWORK,
    RULES,
    SIGNING_KEY,
    refuse_occupied,
    refuse_stranger,
)
from app.workspace_lease import Lease, keep_lease, lease_of
from gis.stores.masking import lies_in, mask_customers
from gis.stores.spatialite import SpatialiteStore

HOME_ONLY = ("complaint/", "escalation/")
"""What is said of these entities in free words stays at the centre: names and phones of citizens."""


@dataclass(frozen=True)
class Along:
    """What is taken.

    Attributes:
        dma: Id of a district; "" for none.
        polygon: A GeoJSON file with one polygon, project CRS; None for none. Without either it is the whole city.
        holder: Who takes it.
        days: So many days it may be written.
        readings_days: So far back go the readings of the district's instruments; 0 for none.
    """

    holder: str
    days: int
    dma: str = ""
    polygon: Path | None = None
    readings_days: int = 0


@dataclass(frozen=True)
class Taken:
    """A laptop's workspace that was made.

    Attributes:
        readings: How many readings it has along.
        masked: Customers of whom it does not know who they are.
        reached: Whether the hub was told, where there is one; it will be with the next exchange otherwise.
    """

    laptop: str
    until_ms: int
    masked: int
    reached: bool
    readings: int = 0


def refuse_laptop(folder: Path) -> None:
    """Raise :class:`AppError` ``laptop.not_the_centre`` where the workspace in *folder* is a laptop's."""
    if lease_of(folder) is not None:
        raise AppError("laptop.not_the_centre", path=str(folder))


def take(folder: Path, target: Path, along: Along, now: datetime, actor: str, progress: ProgressSink) -> Taken:
    """Make the workspace *target* for a laptop out of the one in *folder*, which may be open; whole or not at all.

    Args:
        folder: A workspace that follows a hub or stands alone.
        target: A folder that does not exist yet, or is empty.
        along: What is taken.
        now: The moment.
        actor: Who hands it out.
        progress: Told ``taking``, ``masking``, ``opening``.

    Raises:
        AppError: ``laptop.not_the_centre``, ``laptop.no_such_district``, ``laptop.nothing_there``, ``outage.bad_area``,
            ``laptop.left_hub``, ``hub.would_refuse`` and ``hub.rights_unknown``, and why the workspace cannot be
            copied.
        GisError: What the store raises.
    """
    refuse_stranger(folder)
    refuse_laptop(folder)
    refuse_occupied(target)
    area = _area(folder, along)
    if along.polygon is not None and area is not None and not lies_in(folder / NETWORK, area):
        # GeoJSON is in degrees as a rule: unnoticed, the crew would go out without a single name.
        raise AppError("laptop.nothing_there", path=str(along.polygon))
    with built_beside(target) as building:
        progress("taking", 0.0)
        copy_database(folder / NETWORK, building / NETWORK)
        progress("masking", 0.3)
        masked = 0 if area is None else mask_customers(building / NETWORK, area)
        key, console = make_key(building / SIGNING_KEY), _console_key(folder)
        until_ms = milliseconds(now + timedelta(days=along.days))
        reached = _registered(folder, (key, console), until_ms, along, now, actor)
        progress("taking", 0.5)
        copy_database(folder / JOURNAL, building / JOURNAL)
        order = order_of(folder)
        assert order is not None, "it was registered in it"
        copy_settings(folder, building, (RULES,))
        _copy_around(folder, building)
        progress("opening", 0.7)
        with closing(Journal.open(building / JOURNAL)) as journal:
            home = tuple(devices_in(journal.heads()))
        keep_lease(building, Lease(id_of(key), order, until_ms, console, home))
        _leave_at_home(folder, building)
        readings = take_readings(folder, building, area, along.readings_days, milliseconds(now))
        progress("opening", 1.0)
    return Taken(id_of(key), until_ms, masked, reached, readings)


def _area(folder: Path, along: Along) -> BaseGeometry | None:
    if along.polygon is not None:
        return shapely.make_valid(shapely.Polygon(ring_in(along.polygon)))
    if not along.dma:
        return None
    with closing(SpatialiteStore.open(folder / NETWORK, readonly=True)) as store:
        districts = store.layers(["dma"]).get("dma")
    found = np.flatnonzero(districts.text("id") == along.dma)
    if not len(found):
        known = ", ".join(map(str, districts.text("id")[:20])) or "–"
        raise AppError("laptop.no_such_district", district=along.dma, known=known)
    area: BaseGeometry = shapely.make_valid(shapely.union_all(districts.geometry[found]))
    return area


def _registered(folder: Path, keys: tuple[str, str], until_ms: int, along: Along, now: datetime, actor: str) -> bool:
    """Write into the journal that the laptop goes out; whether the hub knows, where there is one."""
    area = along.dma or (along.polygon.stem if along.polygon else "")
    with closing(Journal.open(folder / JOURNAL)) as journal:
        alone = membership_of(folder) is None
        if alone:
            keep_order(folder, journal, now)
        else:
            refuse_unentitled_as_told(folder, [(actor, "", LaptopKind.TAKEN)])
        drafts = [taken(*keys, until_ms, journal.reach(), area, along.holder)]
        order = order_of(folder)
        assert order is not None, "it follows a hub, or keeps its own"
        journal.append([*drafts, began(id_of(keys[0]), order)], now, actor)
        if alone:
            keep_order(folder, journal, now)
            return True
    return exchanged(folder)


def _console_key(folder: Path) -> str:
    """The public key by which the workspace in *folder* signs; made where there is none yet."""
    path = folder / SIGNING_KEY
    return public_key(path) if has_key(path) else make_key(path)


def _copy_around(folder: Path, building: Path) -> None:
    if (folder / BASEMAP).is_dir():
        shutil.copytree(folder / BASEMAP, building / BASEMAP)


def incidents_going_on(folder: Path) -> Callable[[str], bool]:
    """Whether an incident of the workspace in *folder*, or the one that it was merged into, is still open."""
    with closing(open_workspace(folder)) as workspace:
        board = open_dispatch(workspace, standards_of(folder)).board
    still_open = {entity for entity, incident in board.incidents.items() if incident.is_open}
    return lambda entity: board.holding(entity) in still_open


def _leave_at_home(folder: Path, building: Path) -> None:
    """Drop from the copied journal what free words say of what is over, and bring the pictures of what is not."""
    # Opened here for the first time: so it is known to open, and opens at once on the laptop.
    going_on = incidents_going_on(building)
    with closing(Journal.open(building / JOURNAL)) as journal:
        gone = [one for prefix in HOME_ONLY for event in journal.beginning(prefix) for one in text_ids(event)]
        for event in journal.beginning("incident/"):
            if going_on(event.entity):
                _copy_pictures(folder, building, event)
            else:
                gone += text_ids(event)
        journal.drop_texts(gone)


def _copy_pictures(folder: Path, building: Path, event: Event) -> None:
    for name in pictures_of(event):
        path = evidence_path(folder, name)
        if path is not None:
            home = building / EVIDENCE / path.parent.name
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / path.name)
