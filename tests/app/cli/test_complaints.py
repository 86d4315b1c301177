"""Bad arguments are told in the operator's language, whatever argparse thinks."""

import re

import pytest

from app.cli.arguments import parse
from app.cli.complaints import complaint
from app.messages import load_words

BAD = [
    (["isolate"], "required"),
    (["isolate", "w"], "one_of"),
    (["isolate", "w", "--pipe"], "needs_value"),
    (["isolate", "w", "--pipe", "A", "--valve", "B"], "not_together"),
    (["isolate", "w", "--pipe", "A", "--json=1"], "no_value"),
    (["isolate", "w", "--at", "1"], "not_a_place"),
    (["isolate", "w", "--at", "nan,1"], "not_a_place"),
    (["isolate", "w", "--pipe", "\udcff"], "not_a_text"),
    (["isolate", "w", "--pipe", "A", "--offset-m", "-1"], "not_a_length"),
    (["import", "x", "--out", "y", "--tolerance", "11"], "not_a_tolerance"),
    (["import", "x", "--out", "y", "--crs", "here"], "not_a_crs"),
    (["import", "x", "--out", "y", "--noding", "luck"], "choice"),
    (["demo", "--out", "y", "--pipes", "many"], "not_a_count"),
    (["demo", "--out", "y", "--seed", "x"], "bad_value"),
    (["picture", "w", "--out", "p.png", "--size", "big"], "not_a_size"),
    (["frobnicate"], "choice"),
    (["check", "w", "--frobnicate"], "unrecognized"),
]


@pytest.mark.parametrize(("arguments", "code"), BAD)
@pytest.mark.parametrize(("locale", "language"), [("zh_CN.UTF-8", "zh_CN"), ("C", "en")])
def test_a_bad_argument_is_one_line_in_the_language_of_the_terminal(
    arguments: list[str],
    code: str,
    locale: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    # The words around the parameters are those of the catalogue.
    template = load_words(language).sections["arguments"][code]
    longest = max((part for part in re.split(r"\{\w+\}", template)), key=len)
    assert longest.strip() in err


def test_a_language_named_by_hand_goes_before_the_terminal_s(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    with pytest.raises(SystemExit):
        parse(["check", "--lang", "zh_CN"])
    assert "缺少参数" in capsys.readouterr().err


def test_what_argparse_may_say_one_day_is_passed_on() -> None:
    assert complaint("the moon is full") == ("other", {"message": "the moon is full"})
