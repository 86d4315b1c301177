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
    code = "words_erased" if done.reached else "words_erased_later"
    sys.stdout.write(words.say("summary", code, {"count": done.words, "entities": done.entities}) + "\n")
    return 0
