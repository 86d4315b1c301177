"""What the doctor found, as codes and parameters."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    """Something works less well, and the console says so when it matters."""
    BAD = "bad"
    """The console cannot do its work."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: What was looked at; its name is ``doctor_check.<check>`` in the catalogues.
        status: How it stands.
        code: Key of the sentence in ``doctor``; how to mend it is ``mend.<code>_<system>``, else ``mend.<code>``.
        detail: Parameters of both sentences.
    """

    check: str
    status: Status
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)


def system_name() -> str:
    """The family of this operating system, as the ways to mend are sorted: debian, fedora, macos, windows or other."""
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "macos"
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "other"
    return family({release.get("ID", ""), *release.get("ID_LIKE", "").split()})


def family(names: set[str]) -> str:
    """The family that a Linux distribution's own *names* put it into."""
    if names & {"debian", "ubuntu"}:
        return "debian"
    if names & {"fedora", "rhel", "centos"}:
        return "fedora"
    return "other"
