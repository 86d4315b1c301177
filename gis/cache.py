"""A city's arrays as memory-mapped files: disposable, shared between window and worker."""

from __future__ import annotations

from pathlib import Path

from network.topology import City


def save_city(folder: Path, city: City) -> None:
    """Write every array of *city* into *folder*, which is replaced whole."""
    raise NotImplementedError


def open_city(folder: Path) -> City:
    """Map the arrays of *folder*, read-only."""
    raise NotImplementedError
