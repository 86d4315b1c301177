"""Which hub a workspace follows: ``hub.json`` in its folder. No password is ever written there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from app.errors import AppError
from app.workspace_files import HUB, ORDER, keep_settings, settings_in


@dataclass(frozen=True)
class Membership:
    """Which hub a workspace follows.

    Attributes:
        address: What the driver takes; no password in it.
        hub: Id of the hub: another one's order is another order.
        server: The address for people.
    """

    address: str
    hub: str
    server: str


def membership_of(folder: Path) -> Membership | None:
    """The hub that the workspace in *folder* follows; None for none.

    Raises:
        AppError: ``hub.settings_damaged``.
    """
    path = folder / HUB
    try:
        said = settings_in(path)
        return None if said is None else Membership(str(said["address"]), str(said["hub"]), str(said["server"]))
    except (KeyError, TypeError, ValueError) as error:
        raise AppError("hub.settings_damaged", path=str(path)) from error


def required(folder: Path) -> Membership:
    """The hub that the workspace in *folder* follows. Raises :class:`AppError` ``hub.none``."""
    found = membership_of(folder)
    if found is None:
        raise AppError("hub.none", path=str(folder))
    return found


def keep_membership(folder: Path, membership: Membership) -> None:
    """Write down which hub the workspace in *folder* follows, whole or not at all."""
    keep_settings(folder / HUB, asdict(membership))
    # From now on the hub keeps the order, not this workspace.
    (folder / ORDER).unlink(missing_ok=True)


def forget_membership(folder: Path) -> None:
    """Follow no hub any more; what was written stays as it is."""
    (folder / HUB).unlink(missing_ok=True)
