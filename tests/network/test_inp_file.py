"""Broken EPANET files: a coded fault with EPANET's number and the line, and never a crash."""

import random

import pytest
from epanet import toolkit
from soak import soak_count

from network.child import run_in_child
from network.errors import NetworkError
from network.hydraulics import read_text
from network.inp import decoded, read_inp

SMALL = """[TITLE]
t
[JUNCTIONS]
A 1 2
B 2 0
[RESERVOIRS]
R 60
[TANKS]
T 50 3 1 5 20 0
[PIPES]
P1 R A 100 300 100 0 Open
P2 A B 100 300 100 0 CV
P3 B T 100 300 100 0 Closed
[PUMPS]
U R B POWER 5
[VALVES]
V A T 300 TCV 0 0
[PATTERNS]
1 1.0 1.2
[CURVES]
1 10 20
[CONTROLS]
LINK P1 CLOSED IF NODE T ABOVE 5
[TIMES]
Duration 24:00
[OPTIONS]
Units LPS
Headloss D-W
[COORDINATES]
A 0 0
B 1 1
R 2 2
T 3 3
[VERTICES]
P1 1 2
[END]
"""


def refused(text: str) -> NetworkError:
    with pytest.raises(NetworkError) as fault:
        read_text(text)
    return fault.value


def test_a_sound_file_is_read_in_the_child_as_here(tmp_path):
    (tmp_path / "a.inp").write_text(SMALL)
    assert read_inp(tmp_path / "a.inp") == read_text(SMALL)


@pytest.mark.parametrize(
    ("old", "new", "error", "line"),
    [
        ("P2 A B 100", "P2 A NOPE 100", 203, 12),
        ("P2 A B 100", "P2 A B x100", 202, 12),
        ("P2 A B 100", "P2 A A 100", 222, 12),
        ("P2 A B", "P1 A B", 215, 12),
        ("[RESERVOIRS]\nR 60\n[TANKS]\nT 50 3 1 5 20 0\n", "", None, None),
        ("P2 A B 100 300", "P2 A B 100 -300", None, None),
    ],
)
def test_broken_lines_are_named(old, new, error, line):
    fault = refused(SMALL.replace(old, new))
    assert fault.code == "inp_broken"
    assert int(fault.detail["error"]) > 200
    if error is not None:
        assert fault.detail["error"] == error
        assert fault.detail["line"] == line


@pytest.mark.parametrize("text", ["", "nonsense\n", "[PIPES]\n", "\x00\x01\x02"])
def test_files_without_a_network_are_refused(text):
    assert refused(text).code in ("inp_empty", "inp_broken")


def test_missing_file(tmp_path):
    with pytest.raises(NetworkError) as fault:
        read_inp(tmp_path / "none.inp")
    assert fault.value.code == "inp_missing"


def test_a_broken_file_names_its_path(tmp_path):
    (tmp_path / "a.inp").write_text(SMALL.replace("P2 A B 100", "P2 A NOPE 100"))
    with pytest.raises(NetworkError) as fault:
        read_inp(tmp_path / "a.inp")
    assert (fault.value.code, fault.value.detail["line"]) == ("inp_broken", 12)
    assert fault.value.detail["path"] == str(tmp_path / "a.inp")


def test_a_file_that_takes_too_long(tmp_path):
    (tmp_path / "a.inp").write_text(SMALL)
    with pytest.raises(NetworkError) as fault:
        read_inp(tmp_path / "a.inp", timeout_s=0.01)
    assert fault.value.code == "inp_timeout"


def test_a_node_without_coordinates_has_no_place_and_other_complaints_are_not_swallowed(monkeypatch):
    nodes = {node.id: node for node in read_text(SMALL.replace("B 1 1\n", "")).nodes}
    assert (nodes["B"].x, nodes["B"].y) == (None, None)

    def undefined(project, index):
        raise Exception("Error 203: function call contains undefined node")  # noqa: TRY002 - as the toolkit does

    monkeypatch.setattr(toolkit, "getcoord", undefined)
    with pytest.raises(Exception, match="203"):
        read_text(SMALL)


def test_chinese_ids_in_either_encoding(tmp_path):
    text = SMALL.replace("A 1 2", "中 1 2").replace(" A ", " 中 ").replace("\nA 0 0", "\n中 0 0")
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        (tmp_path / "a.inp").write_bytes(text.encode(encoding))
        assert read_inp(tmp_path / "a.inp").nodes[0].id == "中"
    assert decoded("管".encode("gb18030")) == "管"


def mutated(text: str, chance: random.Random) -> str:
    """*text* with a few bytes, words or lines changed, doubled or lost."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(lines))
        words = lines[at].split(" ")
        match chance.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            case 2:
                words[chance.randrange(len(words))] = chance.choice(
                    ["", "-1", "1e308", "nan", "x" * 300, "%s%n", "[", "*"]
                )
                lines[at] = " ".join(words)
            case 3:
                cut = chance.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:cut] + chr(chance.randrange(1, 0x3000)) + lines[at][cut:]
            case 4:
                lines[at] = " ".join([*words, *chance.choices(words, k=chance.randint(1, 40))])
            case 5:
                lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            case _:
                chance.shuffle(lines)
        lines = lines or [""]
    return "\n".join(lines)


def read_many(seed: int, count: int) -> list[str]:
    """In the child: read *count* mutations; the code of each, or ``read``."""
    chance = random.Random(seed)
    codes = []
    for _ in range(count):
        try:
            read_text(mutated(SMALL, chance))
        except NetworkError as fault:
            codes.append(fault.code)
        else:
            codes.append("read")
    return codes


def _check_mutations(seed: int, count: int) -> None:
    # Mutations are read in batches of one child each; a batch that kills its child is read again one by one.
    codes = run_in_child(300, "test_inp_file:read_many", seed, count)
    assert isinstance(codes, list)
    assert len(codes) == count
    assert set(codes) <= {"read", "inp_broken", "inp_empty"}
    assert codes.count("inp_broken") > count / 10


def test_mutated_files_never_crash_the_desk():
    _check_mutations(seed=1, count=200)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20))
def test_many_mutated_files_never_crash_the_desk(seed):
    _check_mutations(seed, count=soak_count(1000))
