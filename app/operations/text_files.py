"""Text files that an operator names."""

from __future__ import annotations

import sys
from pathlib import Path

from app.errors import AppError
from network.errors import os_detail


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark; of standard input where *path* is ``-``.

    Raises:
        AppError: ``cannot_read_file``; ``text_not_utf8``, as of a file that was saved as GBK.
    """
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise AppError("cannot_read_file", path=str(path), **os_detail(error)) from error
    except UnicodeDecodeError as error:
        raise AppError("text_not_utf8", path=str(path)) from error
