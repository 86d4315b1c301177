"""Secrets in the keyring of the desktop (Secret Service: GNOME's, KDE's), where there is one that is open.

``secret-tool`` of libsecret asks it, in a process of its own with a time limit: a keyring that waits for somebody to
unlock it shall not hold up who asks, and no library is needed for it. Why not one: docs/decisions.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import Protocol

from gis.errors import GisError

PROGRAM = "secret-tool"
NAME = "Secret Service"

_WAIT_S = 30.0
"""Somebody may have to type the keyring's password."""


class Keyring(Protocol):
    """Where secrets are kept by name."""

    def name(self) -> str:
        """What it is called; "" where there is none."""

    def get(self, entry: str) -> str | None:
        """What is kept as *entry*; None where nothing is."""

    def put(self, entry: str, secret: str) -> None:
        """Keep *secret* as *entry*."""

    def drop(self, entry: str) -> None:
        """Keep *entry* no more, whether it was kept or not."""


@dataclass(frozen=True)
class SystemKeyring:
    """The desktop's.

    What is asked of it raises :class:`GisError` ``keyring.none`` where there is none, ``keyring.refused`` where it does
    not do what it was asked, or does not answer.

    Attributes:
        program: What asks it.
        wait_s: So long an answer is waited for.
    """

    program: str = PROGRAM
    wait_s: float = _WAIT_S

    def name(self) -> str:
        """What it is called; "" where there is none, or none that answers."""
        try:
            self.get("whether it answers")
        except GisError:
            return ""
        return NAME

    def get(self, entry: str) -> str | None:
        """What is kept as *entry*; None where nothing is."""
        status, found = self._ask("lookup", entry)
        return found if status == 0 and found else None

    def put(self, entry: str, secret: str) -> None:
        """Keep *secret* as *entry*."""
        # By its standard input: what stands on a command line every user of the machine may read.
        if self._ask("store", entry, f"--label=Sluice: {entry}", secret=secret)[0] != 0:
            raise GisError("keyring.refused", reason=PROGRAM)

    def drop(self, entry: str) -> None:
        """Keep *entry* no more, whether it was kept or not."""
        self._ask("clear", entry)

    def _ask(self, act: str, entry: str, *options: str, secret: str = "") -> tuple[int, str]:
        """Its status and what it said; it says something about faults alone, and nothing where nothing is found."""
        program = shutil.which(self.program)
        if program is None:
            raise GisError("keyring.none")
        command = [program, act, *options, "service", "sluice", "entry", entry]
        try:
            done = subprocess.run(  # noqa: S603 - found on the path as the shell would find it
                command, input=secret, capture_output=True, text=True, timeout=self.wait_s, check=False
            )
        except subprocess.TimeoutExpired:
            # Without what came before: the fault would bear the secret along.
            raise GisError("keyring.refused", reason=f"> {self.wait_s:g} s") from None
        if done.returncode != 0 and done.stderr.strip():
            raise GisError("keyring.refused", reason=done.stderr.strip().splitlines()[-1][:200])
        return done.returncode, done.stdout
