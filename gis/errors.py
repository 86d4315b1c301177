"""Root of this floor's faults."""

from __future__ import annotations

from network.errors import CodedError


class GisError(CodedError):
    """A file, a store or a layer cannot be used as asked."""
