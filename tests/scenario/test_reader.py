"""YAML as text: what is read, and what is refused before anything can happen."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError, Mistake
from sim.scenario import reader
from tests.yardstick import cost

SECOND = 60  # pieces of plain work: a second of a machine that is not slow


def refusal(text: str) -> Mistake:
    with pytest.raises(InputError) as caught:
        reader.parse(text, "a.yaml")
    return caught.value.mistakes[0]


def test_every_scalar_stays_the_text_that_was_written() -> None:
    said = "a: NO\nb: on\nc: yes\nd: 1.0\ne: 0x10\nf: 2018-01-01\ng: ~\nh:\ni: 1_000\n"
    assert reader.parse(said, "a.yaml").value == {
        "a": "NO",
        "b": "on",
        "c": "yes",
        "d": "1.0",
        "e": "0x10",
        "f": "2018-01-01",
        "g": "~",
        "h": "",
        "i": "1_000",
    }


def test_only_a_bare_null_is_nothing() -> None:
    assert reader.parse("a: null\nb: 'null'\n", "a.yaml").value == {"a": None, "b": "null"}


def test_each_path_knows_its_line() -> None:
    tree = reader.parse("a: 1\nb:\n  c:\n    - x\n    - {d: 1,\n       e: 2}\n", "a.yaml")
    lines = {path: tree.where(path).line for path in [("a",), ("b", "c"), ("b", "c", 0)]}
    assert lines == {("a",): 1, ("b", "c"): 3, ("b", "c", 0): 4}
    assert tree.where(("b", "c", 1, "e")).line == 6
    assert tree.where(("b", "nothing", "here")).line == 2


@pytest.mark.parametrize("loader", ["CLoader", "Loader"])
def test_the_c_parser_and_the_python_parser_read_the_same(
    loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "LOADER", getattr(yaml, loader))
    tree = reader.parse('a: [NO, "x", null]\nb:\n  c: >-\n    d\n    e\n', "a.yaml")
    assert tree.value == {"a": ["NO", "x", None], "b": {"c": "d e"}}
    assert tree.where(("b", "c")).line == 3


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "is empty", None),
        ("# only a comment\n", "is empty", None),
        ("just words\n", "is not a map", None),
        ("- a\n- b\n", "is not a map", None),
        ("a: 1\n\tb: 2\n", "indented with a tab", 2),
        ("a: 1\nb:\n  \tc: 2\n", "indented with a tab", 3),
        ("a: [1, 2\n", "is not YAML", 2),
        ("a: b: c\n", "is not YAML", 1),
        ("a: 1\n---\nb: 2\n", "second document", 2),
        ("[a, b]: 1\n", "a name cannot be a list", 1),
        ("a: \x07\n", "does not allow", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    text: str, problem: str, line: int | None
) -> None:
    mistake = refusal(text)
    assert problem in mistake.problem
    assert (mistake.file, mistake.line) == ("a.yaml", line)


def test_marks_and_doubles_are_noted_with_their_lines_and_reading_goes_on() -> None:
    tree = reader.parse("a: &x 1\nb: *x\nc: !!python/object/apply:os.system [ls]\na: 2\n", "f")
    noted = [(m.line, m.problem.split()[0], m.value) for m in tree.mistakes]
    assert noted == [
        (1, "anchors", "&x"),
        (2, "refers", "*x"),
        (3, "tags", "tag:yaml.org,2002:python/object/apply:os.system"),
        (4, "is", "a"),
    ]


def test_a_merge_key_is_a_word_like_any_other() -> None:
    assert reader.parse("<<: {a: 1}\n", "f").value == {"<<": {"a": "1"}}


@pytest.mark.parametrize(
    ("data", "problem", "line"),
    [
        ("title: x\n".encode("utf-16"), "UTF-16", None),
        ("title: x\n".encode("utf-16-le"), "UTF-16", None),
        ("title: x\nabout: Côte\n".encode("latin-1"), "is not in UTF-8", 2),
        (b"x" * (reader.LARGEST + 1), "larger than 256 KB", None),
    ],
)
def test_other_encodings_and_sizes_are_named(
    tmp_path: Path, data: bytes, problem: str, line: int | None
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    with pytest.raises(InputError) as caught:
        reader.read(file)
    [mistake] = caught.value.mistakes
    assert problem in mistake.problem
    assert (mistake.file, mistake.line) == (str(file), line)


def test_a_byte_order_mark_of_utf_8_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbftitle: x\n")
    assert reader.read(file).value == {"title": "x"}


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for file, problem in [(tmp_path / "no.yaml", "no such file"), (tmp_path, "is not a file")]:
        with pytest.raises(InputError, match=problem):
            reader.read(file)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "]" * 5000,
        "title: " + "[" * 5000,
        "{a: " * 5000,
        "- " * 5000,
        "".join(" " * n + "a:\n" for n in range(600)),
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(5000)),
        "a: [" + "x," * 120_000 + "]",
        "title: x\n" * 25_000,
        "a: " + "'" * 200_001,
    ],
    ids=["brackets", "open", "braces", "dashes", "indents", "laughs", "values", "twice", "quotes"],
)
def test_a_hostile_file_is_refused_within_a_second(text: str) -> None:
    def read() -> None:
        with pytest.raises(InputError) as caught:
            raise InputError(reader.parse(text, "f").mistakes)  # noted, where it did not stop
        assert 1 <= len(caught.value.mistakes) <= 100

    assert cost(read, 1) < SECOND


def test_twenty_levels_are_read_and_one_more_is_not() -> None:
    deep = reader.DEEPEST - 1
    assert reader.parse("a: " + "[" * deep + "]" * deep, "f").value
    assert "20 deep" in refusal("a: " + "[" * (deep + 1) + "]" * (deep + 1)).problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55", "55"),
        (" NO ", "NO"),
        ("What if: yes", "What if: yes"),
        ("null", None),
        ('"null"', "null"),
        ("[RUS, CHN]", ["RUS", "CHN"]),
        ("{issue: SOV, value: 5}", {"issue": "SOV", "value": "5"}),
    ],
)
def test_the_value_of_a_setting(text: str, value: object) -> None:
    assert reader.value(text, "--set x") == value


@pytest.mark.parametrize("text", ["[a", "[a], b: c", "{a: *b}", '"a" b', "[!!str a]"])
def test_a_value_that_is_more_or_less_than_one_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        reader.value(text, "--set x")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(InputError):
        assert isinstance(reader.parse(text, "f").value, dict)
