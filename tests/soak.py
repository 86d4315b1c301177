"""How often a test with random examples runs under ``make soak``, and how it is cut into slices."""

import math
import os

from hypothesis import settings

SHARE = float(os.environ.get("SLUICE_SOAK") or 0.0)
"""Share of the long counts that is run: 0 in everyday tests, 1 under ``make soak``, less where ``SHARE=`` says so."""

SOAK_EXAMPLES = 2_000
"""Examples of a property that says nothing else."""


def soak_count(full: int) -> int:
    """How many of *full* rounds are run with this share; never none."""
    return max(1, math.ceil(full * SHARE))


def soak_examples(full: int, *, usual: int | None = None) -> settings:
    """Decorator that has a property tried *full* times under ``make soak``.

    Args:
        full: Examples of a whole soak.
        usual: Examples of an everyday run; None for Hypothesis's own number.
    """
    if SHARE:
        return settings(max_examples=soak_count(full))
    return settings() if usual is None else settings(max_examples=usual)
