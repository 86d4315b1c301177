"""``python -m app`` and the ``sluice`` command."""

from __future__ import annotations

import sys

from app.bootstrap import main as _main


def main() -> int:
    """Run the command line of this process."""
    return _main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
