"""Keyrings for tests: one in memory, and a program that behaves as ``secret-tool`` does."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from gis.errors import GisError

TOOL = """#!{python}
import json, pathlib, sys, time
act, kept = sys.argv[1], pathlib.Path({kept!r})
said = dict(zip(sys.argv[-4::2], sys.argv[-3::2]))
mood = pathlib.Path({mood!r})
mood = mood.read_text() if mood.exists() else ""
if mood == "locked":
    sys.exit("secret-tool: Cannot get secret of a locked object")
if mood == "waits":
    time.sleep(60)
held = json.loads(kept.read_text()) if kept.exists() else {{}}
assert said["service"] == "sluice"
if act == "lookup":
    if said["entry"] not in held:
        sys.exit(1)
    sys.stdout.write(held[said["entry"]])
elif act == "store":
    assert sys.argv[2].startswith("--label=")
    held[said["entry"]] = sys.stdin.read()
elif act == "clear":
    if held.pop(said["entry"], None) is None:
        sys.exit(1)
kept.write_text(json.dumps(held))
"""


def tool(folder: Path) -> Path:
    """A program in *folder* that keeps secrets in ``kept.json`` there; ``mood`` has it be locked, or wait."""
    program = folder / "secret-tool"
    kept, mood = str(folder / "kept.json"), str(folder / "mood")
    program.write_text(TOOL.format(python=sys.executable, kept=kept, mood=mood))
    program.chmod(0o700)
    return program


@dataclass
class MemoryKeyring:
    """Keeps secrets as long as it lives; *broken* it does nothing that it is asked."""

    kept: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def name(self) -> str:
        return "memory"

    def get(self, entry: str) -> str | None:
        self._refuse()
        return self.kept.get(entry)

    def put(self, entry: str, secret: str) -> None:
        self._refuse()
        self.kept[entry] = secret

    def drop(self, entry: str) -> None:
        self._refuse()
        self.kept.pop(entry, None)

    def _refuse(self) -> None:
        if self.broken:
            raise GisError("keyring.refused", reason="locked")
