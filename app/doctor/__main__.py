"""``python -m app.doctor``: the doctor without the rest of the console, for machines on which that does not start."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import data_folder, language_of
from app.doctor.checks import examine
from app.doctor.findings import system_name
from app.doctor.report import as_json as in_json
from app.doctor.report import as_text, healthy
from app.messages import LANGUAGES, Words, load_words


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine this machine, print what was found, and return 0 if the console can work here, else 1."""
    options = _parser().parse_args(arguments)
    return report(options.folder, load_words(options.lang), as_json=options.json)


def report(folder: Path, words: Words, *, as_json: bool) -> int:
    """Examine this machine with workspaces in *folder*, print what was found, and return the exit status."""
    findings = examine(folder)
    tell = in_json if as_json else as_text
    sys.stdout.write(tell(findings, words, system_name()) + "\n")
    return 0 if healthy(findings) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sluice doctor", description="Look at this machine and say what to mend.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ), help="language of the words")
    parser.add_argument("--folder", type=Path, default=data_folder(os.environ), help="where workspaces are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
