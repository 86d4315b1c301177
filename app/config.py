"""Where the console keeps what is not in a workspace."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping
from pathlib import Path

from gis.stores.version import SCHEMA


def data_folder(environment: Mapping[str, str]) -> Path:
    """The user's folder for demo cities and reports; ``SLUICE_HOME`` puts it elsewhere."""
    if environment.get("SLUICE_HOME"):
        return Path(environment["SLUICE_HOME"])
    home = Path.home()
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Sluice"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Sluice"
    return Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share") / "sluice"


def demo_folder(environment: Mapping[str, str], pipes: int, seed: int) -> Path:
    """Where the demo city of that size and seed is kept between starts; after a change of format it is made anew."""
    return data_folder(environment) / f"demo-{pipes}-{seed}-{SCHEMA}"


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a window can be shown: always on Windows and macOS, with an X or Wayland display elsewhere.

    A Qt platform named by hand is taken at its word.
    """
    if sys.platform in ("win32", "darwin") or environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def language_of(environment: Mapping[str, str]) -> str:
    """Language that the terminal asks for: Chinese where the locale is Chinese, else English."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh_CN" if locale.lower().startswith("zh") else "en"


def operator() -> str:
    """Whose acts the journal records: the login name of this session.

    A machine without a user database (a bare container) has no login names: then "operator".
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "operator"
