"""``sluice erase``: whom incidents and complaints were about goes when that has been over for so long."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

from app.config import operator
from app.messages import Words
from app.operations.erasure import erase_old


def erase(options: argparse.Namespace, words: Words) -> int:
    """Erase, and say how much.

    Raises:
        CodedError: It cannot be done as asked.
    """
    done = erase_old(options.workspace, options.after_days, datetime.now(UTC), operator(), all_words=options.all_words)
    if options.json:
        sys.stdout.write(json.dumps(asdict(done)) + "\n")
        return 0
    sys.stdout.write(words.say("summary", "words_erased", {"count": done.words, "entities": done.entities}) + "\n")
    if not done.reached:
        sys.stdout.write(words.say("summary", "laptop_decided_hub_away", {}) + "\n")
    return 0
