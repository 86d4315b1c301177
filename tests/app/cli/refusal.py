"""How a command refuses what it cannot do."""

import pytest

from app.bootstrap import main


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
