"""Why an act was refused, in words that window and terminal share."""

from __future__ import annotations

from app.dispatch.acts import No
from app.messages import Words

_NAMED = {"fact": "happened", "step": "order_step", "level": "escalation_level"}
"""What a refusal names by its code, and the section that has words for it."""


def why_not(section: str, no: No, words: Words) -> str:
    """The sentence of *section* (``dispatch_no``, ``outage_no``, ``complaint_no``) for *no*.

    Raises:
        MissingWordError: The section has no words for it.
    """
    named = {name: words.name(_NAMED[name], str(value)) for name, value in no.detail.items() if name in _NAMED}
    return words.say(section, no.code, {**no.detail, **named})
