"""Whose order of events a workspace follows: its hub's, its own where it stands alone, a laptop that of where it began.

A workspace alone keeps an order from the first laptop on: what laptops bring gets its places there, as at a hub, and so
it is known who knew what.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from app.errors import AppError
from app.journal.log import Journal
from app.sync.membership import membership_of
from app.workspace_files import ORDER, keep_settings, settings_in
from app.workspace_lease import lease_of


def order_of(folder: Path) -> str | None:
    """Id of the order that the workspace in *folder* follows; None where it follows none yet.

    Raises:
        AppError: ``hub.settings_damaged``, ``laptop.settings_damaged``, ``laptop.order_damaged``.
    """
    membership, lease = membership_of(folder), lease_of(folder)
    if membership is not None:
        return membership.hub
    if lease is not None:
        return lease.order
    try:
        said = settings_in(folder / ORDER)
        return None if said is None else str(said["order"])
    except (KeyError, ValueError) as error:
        raise AppError("laptop.order_damaged", path=str(folder / ORDER)) from error


def keep_order(folder: Path, journal: Journal, now: datetime) -> None:
    """Have the workspace in *folder*, which stands alone, give all its events their places.

    Raises:
        AppError: ``laptop.left_hub`` where the order in its journal is that of a hub that it left.
    """
    if order_of(folder) is None:
        if journal.reach():
            raise AppError("laptop.left_hub", path=str(folder))
        keep_settings(folder / ORDER, {"order": secrets.token_hex(8)})
    journal.give_places(now)
