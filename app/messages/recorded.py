"""Figures of people, told only as far as they are recorded: in a customer table nought means "not recorded"."""

from __future__ import annotations

from app.messages.formats import number
from app.messages.words import Words
from network.answers import Impact


def households(impact: Impact, words: Words) -> str:
    """``12 households``, or that they are not recorded where none of the customers out says how many it has."""
    return _told("households", impact.households, len(impact.out), words)


def people(impact: Impact, words: Words) -> str:
    """``30 people``, or that they are not recorded where none of the customers out says how many it has."""
    return people_of(len(impact.out), impact.people, words)


def people_of(customers: int, count: int, words: Words) -> str:
    """The same of *count* people among so many *customers*."""
    return _told("people", count, customers, words)


def figure(value: int, words: Words) -> str:
    """The number alone, or that it is not recorded."""
    return number(value) if value else words.say("recorded", "nothing")


def _told(what: str, value: int, customers: int, words: Words) -> str:
    if value or not customers:
        return words.say("recorded", what, {"count": number(value)})
    return words.say("recorded", f"no_{what}")
