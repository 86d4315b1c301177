"""The checks, one function each; what needs an outside library is tried in a child process."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from app.doctor.findings import Finding, Status
from app.errors import AppError
from app.sounds import SoundWay, sound_ways, try_way
from gis.stores.secrets_kept import Keyring, SystemKeyring
from network.child import run_in_child
from network.errors import CodedError

Environment = Mapping[str, str]
Probe = Callable[..., object]

OLDEST_PYTHON = (3, 11)
PROBE_TIMEOUT_S = 60.0
_KEYRING_WAIT_S = 5.0
NEEDED_MEMORY_GB = 4.0
COMFORTABLE_DISK_GB = 5.0
NEEDED_DISK_GB = 0.5
SMALLEST_INP = """\
[JUNCTIONS]
 J 0 0
[RESERVOIRS]
 R 10
[PIPES]
 P R J 100 100 100 0 OPEN
[OPTIONS]
 UNITS LPS
[END]
"""
LIBRARIES = ("numpy", "scipy", "networkx", "rustworkx", "shapely", "pyproj", "pyogrio",
             "PySide6-Essentials", "XlsxWriter")  # fmt: skip


def examine(folder: Path, environment: Environment = os.environ) -> tuple[Finding, ...]:
    """Look at everything the console needs.

    Args:
        folder: Where workspaces are, or will be, kept.
        environment: The process's environment variables.
    """
    return (
        python(sys.version_info[:3]),
        libraries(),
        sqlite(),
        spatialite(),
        epanet(),
        *qt_and_fonts(),
        display(environment),
        sound(),
        keyring(),
        locking(folder),
        disk(folder),
        memory(),
    )


def python(version: tuple[int, ...]) -> Finding:
    """Whether the interpreter is new enough."""
    good = version >= OLDEST_PYTHON
    detail = {"version": ".".join(map(str, version))}
    return Finding("python", Status.OK if good else Status.BAD, "python_ok" if good else "python_old", detail)


def libraries(names: tuple[str, ...] = LIBRARIES) -> Finding:
    """Whether the libraries are installed, not yet whether they load."""
    missing = [name for name in names if not _installed(name)]
    if missing:
        return Finding("libraries", Status.BAD, "libraries_missing", {"names": ", ".join(missing)})
    return Finding("libraries", Status.OK, "libraries_ok", {"count": str(len(names))})


def _installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def sqlite(run: Probe = run_in_child) -> Finding:
    """Whether the SQLite driver loads and is new enough to trust its write-ahead log."""
    try:
        version = run(PROBE_TIMEOUT_S, "app.doctor.probe_sqlite:version")
    except CodedError as error:
        return _refused("sqlite", error, "sqlite_missing", {"store.sqlite_too_old": "sqlite_old"})
    return Finding("sqlite", Status.OK, "sqlite_ok", {"version": str(version)})


def spatialite(run: Probe = run_in_child) -> Finding:
    """Whether SQLite can load SpatiaLite."""
    try:
        version = run(PROBE_TIMEOUT_S, "app.doctor.probe_sqlite:spatialite")
    except CodedError as error:
        return _refused("spatialite", error, "spatialite_missing")
    return Finding("spatialite", Status.OK, "spatialite_ok", {"version": str(version)})


def epanet(run: Probe = run_in_child) -> Finding:
    """Whether EPANET loads and reads a network of two nodes."""
    try:
        run(PROBE_TIMEOUT_S, "network.hydraulics:read_text", SMALLEST_INP)
    except CodedError as error:
        # Everything but the import of EPANET's own files works without it.
        return replace(_refused("epanet", error, "epanet_missing"), status=Status.WARN)
    return Finding("epanet", Status.OK, "epanet_ok")


def qt_and_fonts(run: Probe = run_in_child) -> tuple[Finding, ...]:
    """Whether Qt draws, and has a font with Chinese characters to draw with."""
    try:
        version, font = _pair(run(PROBE_TIMEOUT_S, "app.ui.probe:draws"))
    except CodedError as error:
        return (_refused("qt", error, "qt_fails"),)
    drawn = Finding("qt", Status.OK, "qt_ok", {"version": version})
    if not font:
        return (drawn, Finding("fonts", Status.BAD, "fonts_missing"))
    return (drawn, Finding("fonts", Status.OK, "fonts_ok", {"font": font}))


def display(environment: Environment, run: Probe = run_in_child) -> Finding:
    """Whether there is a screen; without one the console still writes pictures and answers on the command line."""
    if sys.platform.startswith("linux") and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return Finding("display", Status.WARN, "display_none")
    try:
        platform_name, screens = _pair(run(PROBE_TIMEOUT_S, "app.ui.probe:opens_display"))
    except CodedError as error:
        return Finding("display", Status.WARN, "display_refused", {"reason": _reason(error)})
    return Finding("display", Status.OK, "display_ok", {"platform": platform_name, "screens": screens})


def sound(ways: Sequence[SoundWay] | None = None, play: Callable[[SoundWay], None] = try_way) -> Finding:
    """By what alarms sound: by the first of *ways* (None: those of this system) that plays a moment of silence."""
    refused: AppError | None = None
    for way in sound_ways() if ways is None else ways:
        try:
            play(way)
        except AppError as error:
            refused = error
        else:
            return Finding("sound", Status.OK, "sound_ok", {"program": way.name})
    if refused is None:
        return Finding("sound", Status.WARN, "sound_bell")
    return Finding("sound", Status.WARN, "sound_refused", {name: str(one) for name, one in refused.detail.items()})


def keyring(kept: Keyring | None = None) -> Finding:
    """Where the hub's password and the keys that sign can be kept: in the desktop's keyring, or in files alone."""
    name = (kept or SystemKeyring(wait_s=_KEYRING_WAIT_S)).name()
    return Finding("keyring", Status.OK, "keyring_ok" if name else "keyring_files_ok", {"name": name})


def locking(folder: Path, run: Probe = run_in_child) -> Finding:
    """Whether a lock that one process takes on a file in *folder* holds against another."""
    place = existing(folder)
    if not os.access(place, os.W_OK):
        return Finding("locking", Status.BAD, "locking_read_only", {"folder": str(place)})
    try:
        held = run(PROBE_TIMEOUT_S, "app.doctor.probe_sqlite:lock_holds", str(place))
    except CodedError as error:
        refused = _refused("locking", error, "locking_failed", {"store.network_path": "locking_network"})
        return replace(refused, detail={**refused.detail, "folder": str(place)})
    if not held:
        return Finding("locking", Status.BAD, "locking_failed", {"folder": str(place)})
    return Finding("locking", Status.OK, "locking_ok", {"folder": str(place)})


def existing(folder: Path) -> Path:
    """*folder*, or the nearest folder above it that is there."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())


def disk(folder: Path) -> Finding:
    """Whether there is room for workspaces; a city of 1,000,000 pipes takes some gigabytes."""
    place = existing(folder)
    return judge_disk(shutil.disk_usage(place).free / 1e9, place)


def judge_disk(free_gb: float, place: Path) -> Finding:
    """What *free_gb* at *place* means."""
    detail = {"free": f"{free_gb:.1f} GB", "folder": str(place)}
    if free_gb < NEEDED_DISK_GB:
        return Finding("disk", Status.BAD, "disk_full", detail)
    if free_gb < COMFORTABLE_DISK_GB:
        return Finding("disk", Status.WARN, "disk_low", detail)
    return Finding("disk", Status.OK, "disk_ok", detail)


def memory() -> Finding:
    """Whether there is memory for a whole city, where the system tells."""
    names = getattr(os, "sysconf_names", {})
    if not {"SC_PAGE_SIZE", "SC_PHYS_PAGES"} <= set(names):
        return Finding("memory", Status.OK, "memory_unknown")
    return judge_memory(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)


def judge_memory(total_gb: float) -> Finding:
    """What *total_gb* of memory means."""
    enough = total_gb >= NEEDED_MEMORY_GB
    detail = {"total": f"{total_gb:.1f} GB"}
    return Finding("memory", Status.OK if enough else Status.WARN, "memory_ok" if enough else "memory_low", detail)


def _refused(check: str, error: CodedError, otherwise: str, known: Mapping[str, str] | None = None) -> Finding:
    """A bad finding from a probe's fault: by its code where that is known, else as *otherwise* with its last words."""
    return Finding(check, Status.BAD, (known or {}).get(error.code, otherwise), {"reason": _reason(error)})


def _pair(answer: object) -> tuple[str, str]:
    assert isinstance(answer, tuple)
    first, second = answer
    return str(first), str(second)


def _reason(error: CodedError) -> str:
    """The part of a probe's fault that helps a technician: its last words, or its code."""
    for name in ("last_words", "reason", "version", "file_system"):
        if error.detail.get(name):
            return str(error.detail[name])
    return error.code
