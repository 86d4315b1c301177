"""How a command answers, and refuses what it cannot do."""

import json
from typing import Any

import pytest

from app.bootstrap import main


def answer_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    """What a command answers as JSON; it complains of nothing."""
    assert main([*arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


def refusal_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which a command ends that was asked something wrong; it writes nothing else."""
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    assert status == 2
    assert not out
    assert err.count("\n") == 1
    return err
