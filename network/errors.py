"""Faults as a code and parameters; words are made in ``app.messages``."""

from __future__ import annotations


class CodedError(Exception):
    """Root of every fault that an operator is told about.

    Attributes:
        code: Key of the sentence in the message catalogues.
        detail: Parameters of that sentence.
    """

    def __init__(self, code: str, **detail: str | int | float) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class NetworkError(CodedError):
    """A network file or an engine cannot be used as asked."""
