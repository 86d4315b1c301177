"""What became of a damaged workspace, in words; window and terminal say the same."""

from __future__ import annotations

from pathlib import Path

from app.care_requests import FilesRescued
from app.messages.words import Words


def rescued_lines(done: FilesRescued, words: Words, *, at: Path | None = None) -> tuple[str, ...]:
    """Sentences; *at*: where the sound one lies, None for in the place of the damaged one."""
    counts: dict[str, str | int] = {"path": str(at or done.folder), "salvaged": done.salvaged, "held": done.held}
    given = "hub" if done.from_hub else "backup"
    lines = [
        words.say("rescue", f"events_{given}", counts),
        words.say("rescue", "own_network" if done.own_network else f"network_{given}"),
    ]
    if at is None:
        lines.append(words.say("rescue", "aside", {"path": str(done.aside)}))
    for lost in done.lost:
        named: dict[str, str | int] = {"device": lost.device, "first": lost.first, "last": lost.last}
        lines.append(words.say("rescue", "lost", named))
    if not done.all_known:
        lines.append(words.say("rescue", "unknown"))
    return tuple(lines)
