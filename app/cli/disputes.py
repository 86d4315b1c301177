"""``sluice disputes``: what people said and decided without having heard of each other."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from app.dispatch.disputes import Dispute
from app.messages import Words
from app.operations.dispatch import open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.dispute_words import sentence_of
from app.operations.disputes import disputes_of
from app.workspace import open_workspace


def disputes(options: argparse.Namespace, words: Words) -> int:
    """List them, one a line.

    Raises:
        CodedError: The workspace cannot be opened.
    """
    found = disputes_in(options.workspace)
    if options.json:
        for dispute in found:
            sys.stdout.write(json.dumps(asdict(dispute), ensure_ascii=False) + "\n")
    elif found:
        tell(found, words)
    else:
        sys.stdout.write(words.say("dispute", "none") + "\n")
    return 0


def disputes_in(folder: Path) -> tuple[Dispute, ...]:
    """What is disputed in the workspace in *folder*."""
    with closing(open_workspace(folder)) as workspace:
        return disputes_of(workspace, open_dispatch(workspace, standards_of(folder)).board)


def tell(found: tuple[Dispute, ...], words: Words) -> None:
    """Each on a line of its own."""
    for dispute in found:
        sys.stdout.write(" ".join(sentence_of(dispute, words).split()) + "\n")
