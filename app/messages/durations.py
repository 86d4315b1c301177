"""Lengths of time as notices say them."""

from __future__ import annotations

from app.messages.formats import number
from app.messages.words import Words


def duration_text(duration_s: int, words: Words) -> str:
    """Hours and minutes."""
    hours, minutes = divmod(duration_s // 60, 60)
    parts = [words.say("notice_words", "hours", {"count": number(hours)})] if hours else []
    parts += [words.say("notice_words", "minutes", {"count": minutes})] if minutes or not hours else []
    return words.say("notice_words", "and_then").join(parts)
