"""A laptop begins to follow the hub: so that its sticks are still known when its entries went there by the network."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.config import operator
from app.journal.hub import HubJournal
from app.journal.hub_laptops import JOINED
from app.journal.log import Journal
from app.operations.hub import HubStatus, join_hub
from app.sync.exchange import refuse_another_order
from app.sync.laptops import joined, laptop_of
from app.workspace_files import JOURNAL, refuse_stranger
from app.workspace_lease import lease_of
from gis.stores import postgres


def join(folder: Path, address: str, now: datetime) -> HubStatus:
    """Have the workspace in *folder* follow the hub at *address*; a laptop's says there which device is its own.

    Raises:
        AppError, GisError: As :func:`app.operations.hub.join_hub`.
    """
    lease = lease_of(folder)
    if lease is not None:
        _say_whose(folder, address, lease.laptop, now)
    return join_hub(folder, address)[1]


def _say_whose(folder: Path, address: str, laptop: str, now: datetime) -> None:
    """Write down that this device is the laptop's, once; not where the hub would refuse that for good."""
    postgres.refuse_secrets(address)
    refuse_stranger(folder)
    with closing(HubJournal.open(address)) as hub, closing(Journal.open(folder / JOURNAL)) as journal:
        refuse_another_order(journal, hub)
        known = laptop_of(journal, laptop)
        if (known is None or journal.device() not in known.devices) and hub.takes(JOINED):
            signs = hub.signatures()
            journal.append([joined(laptop)], now, signs[0] if signs else operator())
