"""Faults as a code and parameters; words are made in ``app.messages``."""

from __future__ import annotations

import errno


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


def os_detail(error: Exception, name: str = "why") -> dict[str, str]:
    """Parameters of a sentence that says why the operating system refused.

    Args:
        error: What was raised; another error than the system's gives its own text alone.
        name: The sentence's parameter: it holds the system's words, in the system's language.

    Returns:
        *name*, and in ``os_error`` the symbol of the system's error (``ENOSPC``), by which the words are made.
    """
    if not isinstance(error, OSError):
        return {name: str(error)}
    symbol = errno.errorcode.get(error.errno or 0, "")
    return {name: error.strerror or str(error)} | ({"os_error": symbol} if symbol else {})


class NetworkError(CodedError):
    """A network file or an engine cannot be used as asked."""
