"""Version of a store's tables; apart, so that asking for it loads nothing else."""

SCHEMA = 4
"""A store of another version is refused, with a sentence that says what to do."""
