"""The console's own faults: a code and parameters; words are made in :mod:`app.messages`."""

from __future__ import annotations


class AppError(Exception):
    """Something the operator asked for cannot be done.

    Attributes:
        code: Key of the sentence in the message catalogues.
        detail: Parameters of that sentence.
    """

    def __init__(self, code: str, **detail: str | int | float) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
