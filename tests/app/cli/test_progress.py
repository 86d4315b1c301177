"""Word of progress is for people: a terminal gets one line that is written over, a script nothing."""

import io
import sys

import pytest

from app.cli.progress import progress_of
from app.messages import load_words


class Terminal(io.StringIO):
    """Standard error as a person sees it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("step", ["tracing", "checking_pressures"])
def test_a_terminal_sees_one_line_that_ends_when_the_work_does(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words, screen = load_words("en"), Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    tell = progress_of(words, step)
    tell(0.5)
    assert screen.getvalue() == f"\r\033[K 50% {words.say('progress', step)}"
    tell(1.0)
    assert screen.getvalue().endswith(f"100% {words.say('progress', step)}\n")
    assert screen.getvalue().count("\n") == 1


def test_a_script_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    progress_of(load_words("en"), "tracing")(0.5)
    assert not screen.getvalue()
