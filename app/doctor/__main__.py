"""``python -m app.doctor``: the doctor without the rest of the console, for machines on which that does not start."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import data_folder
from app.doctor.checks import examine
from app.doctor.findings import system_name
from app.doctor.report import as_json, as_text, healthy
from app.messages import LANGUAGES, load_words


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine this machine, print what was found, and return 0 if the console can work here, else 1."""
    options = _parser().parse_args(arguments)
    findings = examine(options.folder)
    tell = as_json if options.json else as_text
    sys.stdout.write(tell(findings, load_words(options.lang), system_name()) + "\n")
    return 0 if healthy(findings) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sluice doctor", description="Look at this machine and say what to mend.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the words (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=data_folder(os.environ), help="where workspaces are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
