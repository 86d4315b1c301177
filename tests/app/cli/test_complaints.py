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
    (["rank", "w", "--most", "0"], "not_a_row_count"),
    (["hydraulics", "w", "--pipe", "A", "--hour", "24"], "not_an_hour"),
    (["hydraulics", "w", "--pipe", "A", "--hour", "-1"], "not_an_hour"),
    (["isolate", "w", "--at", "1,nan"], "not_a_place"),
    (["isolate", "w", "--at", "1e300,1"], "not_a_place"),
    (["isolate", "w", "--pipe", "A", "--pipe", "B"], "twice"),
    (["order", "w", "--pipe", "A", "--crews", "1", "--crews", "2"], "twice"),
    (["isolate", "w", "--pipe", "A", "--o", "B"], "ambiguous"),
    (["order", "w", "--pipe", "A", "--crews", "-1"], "not_a_crew_count"),
    (["order", "w", "--pipe", "A", "--work-hours", "nan"], "not_a_duration"),
    (["order", "w", "--pipe", "A", "--start", "22:00"], "not_a_time"),
    (["order", "w", "--pipe", "A", "--start", "9999-12-31T23:00"], "not_a_time"),
    (["replay", "w", "--at", "²²:00"], "not_a_count"),
    (["replay", "w", "--every", "1441"], "not_a_count"),
    (["complaint", "w", "poll", "--times", "1000000"], "not_a_count"),
    (["frobnicate"], "choice"),
    (["check", "w", "--frobnicate"], "unrecognized"),
]
COMMANDS = (
    "", "window", "tour", "demo", "import", "check", "backup", "rescue", "doctor", "picture", "isolate", "rank",
    "hydraulics", "export", "resupply", "together", "order", "alternatives", "edit", "mend",
    "print", "coverage", "positions", "tours", "incident", "crew", "orders", "log", "rules", "permit",
    "feed", "outage", "hotline", "calls", "complaint", "information", "hydrant", "report", "replay", "hub", "take",
    "bundle", "merge", "disputes", "laptop", "erase",
)  # fmt: skip
TYPED = {*COMMANDS, "workspace", "json", "auto", "ids", "geometry", "link", "node", "seed", "shutdowns", "toml"}
TYPED |= {"network", "sqlite", "pipe", "material", "jsonl", "docs", "editing"}
TYPED |= {"mqtt", "mqtts", "http", "csv", "xlsx", "pdf", "png", "from", "skills", "minutes", "weight"}
TYPED |= {"list", "show", "plan", "approve", "refuse", "waive", "cancel", "record", "notice", "recipients", "send"}
TYPED |= {"init", "join", "leave", "status", "verify", "person", "reveal"}
TYPED |= {"withdraw", "readmit", "zones", "layers", "seal", "unseal", "password"}
TYPED |= {"promise", "apply", "receipts", "calendar", "templates", "water", "drill", "archive", "teach"}
TYPED |= {"share", "fetch", "made", "published", "reopen", "draw", "runs"}
TYPED |= {"callbacks", "take", "callback", "escalate", "warn", "push", "poll"}
TYPED |= {"end", "middle", "near", "miss", "island", "valve", "off", "duplicate", "feature"}


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


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_all_in_the_language_asked_for(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of help holds Chinese, or else nothing but what is typed."""
    with pytest.raises(SystemExit) as ended:
        parse([*command.split(), "--help", "--lang=zh_CN"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith("用法：sluice")
    # What is typed: options, their values, and the lists of choices.
    typed = r"(?m)^usage.*|[a-z]+\.[a-z]+|[A-Z][A-Za-z]*(?:[,:.|x][A-Za-z]+)*|--?[\w-]+|\{[^}]*\}|sluice|INP|zip"
    described = re.sub(typed, "", told)
    english = [word for word in re.findall(r"[a-z]{3,}", described) if word not in TYPED]
    assert not english, english
    with pytest.raises(SystemExit):
        parse([*command.split(), "--help", "--lang", "en"])
    assert not re.search(r"[一-鿿]", capsys.readouterr().out)


def test_help_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.raises(SystemExit):
        parse(["--help"])
    assert capsys.readouterr().out.startswith("用法：")


def test_a_language_may_stand_before_or_after_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert parse(["--lang", "zh_CN"]).lang_named == "zh_CN"
    assert parse(["--lang", "zh_CN", "check", "w"]).lang == "zh_CN"
    assert parse(["check", "w", "--lang=zh_CN"]).lang == "zh_CN"
    plain = parse(["check", "w"])
    assert (plain.lang, plain.lang_named) == ("en", None)
