"""The network at the hub: given by who owns the hub, and taken by a console that begins with an empty folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import AppError
from app.journal.fold import feature_states, valve_states
from app.journal.hub import HubJournal
from app.journal.hub_schema import group_of
from app.journal.log import Journal
from app.operations.hub import HubStatus, status_of
from app.operations.taking import refuse_laptop
from app.requests import ProgressSink
from app.sync.exchange import exchange_whole
from app.sync.membership import Membership, keep_membership, required
from app.workspace_care import built_beside, copy_database
from app.workspace_files import JOURNAL, NETWORK, refuse_occupied, refuse_stranger
from gis.faults import Fault
from gis.layers import LayerSet
from gis.stores import postgis, postgres, sqlite
from gis.stores.base import Applied
from gis.stores.masking import mark_masked
from gis.stores.postgis import PostgisStore, Readers
from gis.stores.spatialite import SpatialiteStore, write_city
from network.topology import City

SEES_CUSTOMERS = "sluice.sees_personal()"
"""SQL: whether who asks is shown whose names and phones a hub holds."""


@dataclass(frozen=True)
class LayersGiven:
    """A network that a hub holds now.

    Attributes:
        revision: Names its import.
        pipes, customers: How many it has.
    """

    server: str
    revision: str
    pipes: int
    customers: int


@dataclass(frozen=True)
class _Imported:
    """A city as it was imported; what a store takes in."""

    city: City
    layers: LayerSet
    faults: tuple[Fault, ...]


def give_layers(folder: Path, progress: ProgressSink, address: str = "") -> LayersGiven:
    """Put the network of the workspace in *folder*, as it was imported, into the database of its hub, for new consoles.

    What the journal says since is laid over it there too, for other programs; consoles have that from the journal.

    Args:
        folder: Follows the hub.
        progress: Told ``giving_layers``.
        address: Of the hub by the login that owns it; "" where the workspace follows by that login.

    Raises:
        AppError: ``hub.none``, ``hub.another_hub``, ``hub.layers_masked`` where customers have no names here,
            ``laptop.not_the_centre``.
        GisError: ``server.no_postgis``, ``server.not_storable``, ``server.not_allowed``, ``server.unreachable`` and the
            like.
    """
    refuse_stranger(folder)
    refuse_laptop(folder)
    membership = required(folder)
    address = address or membership.address
    with closing(SpatialiteStore.open(folder / NETWORK, readonly=True)) as store:
        if store.meta.masked:
            raise AppError("hub.layers_masked", path=str(folder))
    with closing(HubJournal.open(address)) as hub:
        if hub.identity() != membership.hub:
            raise AppError("hub.another_hub")
        with hub.as_owner():
            # A hub of an earlier version has no role of its own yet, to which the network could be shown.
            pass
    postgis.add_postgis(address)
    progress("giving_layers", 0.0)
    with _as_imported(folder) as (imported, revision):
        progress("giving_layers", 0.3)
        readers = Readers(group_of(membership.hub), SEES_CUSTOMERS)
        told = partial(_told_between, progress, "giving_layers", 0.3, 0.9)
        postgis.write_city(address, imported, revision, readers, told)
        pipes, customers = len(imported.city.network.pipes), len(imported.city.customers)
    progress("giving_layers", 0.9)
    with (
        closing(PostgisStore.open(address)) as store,
        closing(Journal.open(folder / JOURNAL, readonly=True)) as journal,
    ):
        state = journal.state()
        store.apply(valve_states(state), Applied(dict(state.heads)), feature_states(state, state.assets))
    progress("giving_layers", 1.0)
    return LayersGiven(postgres.name_of(address), revision, pipes, customers)


def _told_between(progress: ProgressSink, step: str, first: float, last: float, share: float) -> None:
    progress(step, first + (last - first) * share)


@contextmanager
def _as_imported(folder: Path) -> Iterator[tuple[_Imported, str]]:
    """The network as it was imported, whatever edits and other programs did since; and which import it is."""
    with TemporaryDirectory(prefix=".giving-", dir=folder) as place:
        copy = Path(place) / NETWORK
        copy_database(folder / NETWORK, copy)
        with closing(SpatialiteStore.open(copy)) as store:
            store.apply((), Applied(), afresh=True)
            yield _Imported(store.city(), store.layers(), store.faults()), store.meta.revision


def is_new(folder: Path) -> bool:
    """Whether there is nothing yet in *folder*, so that a workspace may be made there."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def join_anew(folder: Path, address: str, progress: ProgressSink) -> HubStatus:
    """Make a workspace in *folder* out of what the hub at *address* holds, which follows it from then on.

    It is there at the end, or nothing. Customers have their names where the login is shown them.

    Raises:
        AppError: ``workspace.not_empty``, ``workspace.not_a_folder``, ``hub.not_a_hub`` and the like.
        GisError: ``server.no_layers`` where nobody gave the hub its network, ``server.password_in_address``,
            ``server.unreachable``, ``store.network_path`` and the like.
    """
    postgres.refuse_secrets(address)
    refuse_occupied(folder)
    sqlite.refuse_network_path(folder)
    with closing(HubJournal.open(address)) as hub:
        masked = not hub.sees_personal()
        imported, revision = _fetched(address, progress)
        with built_beside(folder) as building:
            progress("fetching_layers", 0.2)
            told = partial(_told_between, progress, "fetching_layers", 0.2, 0.95)
            write_city(building / NETWORK, imported, revision, told)
            if masked:
                mark_masked(building / NETWORK)
            progress("fetching_layers", 0.95)
            with closing(Journal.create(building / JOURNAL)) as journal:
                exchange_whole(journal, hub)
                journal.settle()
                status = status_of(address, journal, hub, building)
            keep_membership(building, Membership(address, hub.identity(), postgres.name_of(address)))
            progress("fetching_layers", 1.0)
    return status


def _fetched(address: str, progress: ProgressSink) -> tuple[_Imported, str]:
    progress("fetching_layers", 0.0)
    with closing(PostgisStore.open(address, readonly=True)) as store, store.one_picture():
        city = store.city()
        progress("fetching_layers", 0.1)
        return _Imported(city, store.as_imported(), store.faults()), store.meta.revision
