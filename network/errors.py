"""Faults as a code and parameters; words are made in ``app.messages``."""

from __future__ import annotations


class CodedError(Exception):
    """Root of every fault that an operator is told about.

    Attributes:
        code: Key of the sentence in the message catalogues.
        detail: Parameters of that sentence.
    """

    def __init__(self, code: str, **detail: str | float) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __reduce__(self) -> tuple[object, ...]:
        """Keep code and parameters when the fault travels between processes."""
        return _restored, (type(self), self.code, self.detail)


def _restored(kind: type[CodedError], code: str, detail: dict[str, str | int | float]) -> CodedError:
    return kind(code, **detail)


class NetworkError(CodedError):
    """A network file or an engine cannot be used as asked."""
