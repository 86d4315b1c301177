"""Root of this floor's faults."""

from __future__ import annotations

from network.errors import CodedError


class AppError(CodedError):
    """Something the operator asked for cannot be done."""
