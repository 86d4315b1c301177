"""What bars the closing of an incident, in words that window and terminal share."""

from __future__ import annotations

from app.messages import Words


def bar_words(bar: str, words: Words) -> str:
    """One thing of :func:`app.operations.dispatch_drafts.bars_to_closing`, such as ``step:flushed``."""
    what, _, name = bar.partition(":")
    if what == "step":
        return words.say("life_bar", name)
    if what == "valve":
        return words.say("dispatch_told", "valve_away", {"valve": name})
    if what == "rule":
        return words.say("dispatch_told", "rule_open", {"rule": name})
    if what == "chore":
        chore, _, station = name.partition(":")
        return words.say(
            "dispatch_told", "chore_open", {"station": station, "chore": words.say("station_chore", chore)}
        )
    return words.say("dispatch_told", "no_photo")
