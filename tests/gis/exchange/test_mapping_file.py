"""Mapping files: what they can say, and faults that name their key and line."""

import inspect
import re

import pytest

from gis.errors import GisError
from gis.exchange import mapping
from gis.exchange.mapping import ColumnRule, JoinRule, natural_rule
from gis.exchange.mapping_file import parse_mapping, read_mapping

WHOLE = """\
[mapping]
name = "South town"

[[layer]]
source = "node"
target = "valve"
where = { kind = ["a", "b"], state = 1 }
unless = { removed = true }

[layer.columns]
id = "node_id"
dn_mm = { column = "size", unit = "inch" }
normal = { value = "open" }
kind = { column = "kind", words = { a = "isolation" }, default = "other", doubtful = ["a"] }
landmark = { column = "place", null = ["-", "?"] }

[layer.features.1092]
toward_pipe_id = "2037"
turns = 12

[[layer]]
source = "connec"
target = "customer"

[layer.columns]
id = "id"

[[layer.join]]
file = "meters.csv"
on = "code"
key = "customer_code"
where = { state_id = 1 }
count = "households"
take = { phone = "telephone" }
"""


def test_everything_that_a_mapping_can_say():
    mapping = parse_mapping(WHOLE)
    valve, customer = mapping.rules
    assert mapping.name == "South town"
    assert (valve.source, valve.target) == ("node", "valve")
    assert valve.where == {"kind": ("a", "b"), "state": ("1",)}
    assert valve.unless == {"removed": ("1",)}
    assert valve.columns["id"] == ColumnRule(column="node_id")
    assert valve.columns["dn_mm"] == ColumnRule(column="size", unit="inch")
    assert valve.columns["normal"] == ColumnRule(value="open")
    assert valve.columns["kind"] == ColumnRule("kind", words={"a": "isolation"}, default="other", doubtful=("a",))
    assert valve.columns["landmark"].null == ("-", "?")
    assert valve.features == {"1092": {"toward_pipe_id": "2037", "turns": 12}}
    assert customer.joins == (
        JoinRule("meters.csv", "code", "customer_code", {"state_id": ("1",)}, "households", {"phone": "telephone"}),
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "line"),
    [
        ('target = "valve"', 'target = "valves"', "mapping_layer_unknown", "valves", 6),
        ('source = "node"\n', "", "mapping_key_missing", "source", 0),
        ('source = "node"', "source = 7", "mapping_type", "source", 5),
        ("landmark =", "landmarc =", "mapping_column_unknown", "landmarc", 15),
        ('"isolation" }', '"insulation" }', "mapping_word_unknown", "insulation", 14),
        ('default = "other"', 'default = "thing"', "mapping_word_unknown", "thing", 14),
        ('value = "open"', 'value = "ajar"', "mapping_word_unknown", "ajar", 13),
        ('unit = "inch"', 'unit = "barrel"', "mapping_unit_unknown", "barrel", 12),
        ('unit = "inch"', 'unit = "m3"', "mapping_unit_unknown", "m3", 12),
        ('column = "size", ', "", "mapping_key_missing", "dn_mm", 12),
        ('value = "open"', 'value = "open", column = "x"', "mapping_key_missing", "normal", 13),
        ('value = "open"', "value = []", "mapping_type", "normal", 13),
        ('id = "node_id"', "id = 7", "mapping_type", "id", 11),
        ("null = [", "nul = [", "mapping_key_unknown", "nul", 15),
        ("unless =", "except =", "mapping_key_unknown", "except", 8),
        ("toward_pipe_id =", "towards =", "mapping_column_unknown", "towards", 18),
        ('count = "households"', 'count = "flats"', "mapping_column_unknown", "flats", 33),
        ('file = "meters.csv"\n', "", "mapping_key_missing", "file", 0),
        ("key =", "keys =", "mapping_key_unknown", "keys", 31),
        ("[mapping]", "[maping]", "mapping_key_unknown", "maping", 1),
        ("state = 1 }", "state = { a = 1 } }", "mapping_type", "state", 7),
        ("[layer.features.1092]", "[layer.feature.1092]", "mapping_key_unknown", "feature", 17),
    ],
)
def test_faults_name_their_key_and_line(old, new, code, key, line):
    assert WHOLE.count(old) >= 1
    with pytest.raises(GisError) as fault:
        parse_mapping(WHOLE.replace(old, new, 1), "m.toml")
    assert fault.value.code == code
    assert fault.value.detail["key"] == key
    assert fault.value.detail["line"] == line
    assert fault.value.detail["path"] == "m.toml"


def test_the_line_is_that_of_the_right_block():
    twice = WHOLE + '\n[[layer]]\nsource = "x"\ntarget = "pipe"\n[layer.columns]\nkind = "k"\n'
    with pytest.raises(GisError) as fault:
        parse_mapping(twice)
    assert (fault.value.code, fault.value.detail["line"]) == ("mapping_column_unknown", 40)


@pytest.mark.parametrize("text", ["", "[mapping]\n", "layer = 7\n", "layer = []\n"])
def test_a_mapping_without_rules(text):
    with pytest.raises(GisError) as fault:
        parse_mapping(text)
    assert fault.value.code == "mapping_key_missing"


@pytest.mark.parametrize("text", ['layer = ["a"]', '[[layer]]\nsource="a"\ntarget="pipe"\njoin = 3'])
def test_things_that_are_no_tables(text):
    with pytest.raises(GisError) as fault:
        parse_mapping(text)
    assert fault.value.code == "mapping_type"


def test_join_without_purpose():
    with pytest.raises(GisError) as fault:
        parse_mapping(WHOLE.replace('count = "households"\n', "").replace('take = { phone = "telephone" }\n', ""))
    assert fault.value.code == "mapping_key_missing"


def test_syntax_faults_name_the_line(tmp_path):
    (tmp_path / "m.toml").write_text('[mapping]\nname = "a\n')
    with pytest.raises(GisError) as fault:
        read_mapping(tmp_path / "m.toml")
    assert (fault.value.code, fault.value.detail["line"]) == ("mapping_syntax", 2)


def test_files_that_are_none(tmp_path):
    (tmp_path / "m.toml").write_bytes("名".encode("gbk"))
    for name, code in (("m.toml", "mapping_not_utf8"), ("none.toml", "mapping_missing")):
        with pytest.raises(GisError) as fault:
            read_mapping(tmp_path / name)
        assert fault.value.code == code


def test_the_examples_of_the_documents_can_be_read(project):
    page = (project / "docs" / "import.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(parse_mapping(example).rules) == 2
    told = inspect.cleandoc((mapping.__doc__ or "").split("::")[1])
    assert len(parse_mapping(told).rules) == 2


def test_layers_in_our_names_need_no_mapping():
    rule = natural_rule("Pipe", {"ID": 0, "Dn_mm": 0, "other": 0}, shapefile=False)
    assert rule is not None
    assert {name: column.column for name, column in rule.columns.items()} == {"id": "ID", "dn_mm": "Dn_mm"}
    assert natural_rule("pipes", {}, shapefile=False) is None


def test_names_that_a_shapefile_cuts():
    columns = {"id": 0, "toward_pip": 0, "condition": 0}
    rule = natural_rule("valve", columns, shapefile=True)
    assert rule is not None
    assert rule.columns["toward_pipe_id"].column == "toward_pip"
    rule = natural_rule("valve", columns, shapefile=False)
    assert rule is not None
    assert "toward_pipe_id" not in rule.columns
