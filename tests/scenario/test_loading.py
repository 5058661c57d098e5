# ruff: noqa: E501 - cases stand one to a row
"""From a file to a scenario: all mistakes at once, `extends`, and the bounds of what is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim import countries, shipped
from sim.errors import InputError, Mistake
from sim.scenario import load
from sim.scenario.loading import known_issues
from tests.yardstick import cost

from .conftest import SMALL, Change, Refused, Write, line_of


def test_a_scenario_is_read_with_every_name_resolved(write: Write) -> None:
    text = SMALL.replace("    FRA:", "    France:").replace("[RUS]", "[Russian Federation]")
    there = load(write(text))
    assert list(there.actors) == ["USA", "RUS", "FRA", "DEU", "ACME"]
    assert there.actors["FRA"].name == "France"
    assert there.draft("73/27").sponsors == ("RUS",)
    assert there.sections["blocs"]["EU"].members == ("FRA", "DEU")
    assert there.forums["room"].members == ("USA", "RUS", "FRA", "DEU")
    assert list(there.issues) == ["SOV", "DATA"]


def test_the_mistakes_of_one_file_are_all_reported_at_once_in_order(refused: Refused) -> None:
    text = (
        SMALL.replace("seed", "sed")
        .replace("sessions: 2", "sesions: 2")
        .replace("SOV: 8,", "SOV: 140,")
        .replace("sponsors: [RUS]", "sponsors: [Rusia]")
        .replace("OP5: {issue: DATA", "OP5: {issue: DTA")
        .replace("session: 2, set", "session: 9, set")
        .replace("group EU", "group EUU")
        .replace("rules: un_general_assembly", "rules: un_general_asembly")
    )
    found = refused(text)
    assert [m.line for m in found] == sorted(m.line or 0 for m in found)
    said = {(m.field, m.value, m.suggestion) for m in found}
    assert said == {
        ("sesions", "sesions", "sessions"),
        ("actors.and.USA.position.SOV", "140", ""),
        ("blocs.EU.members.1", "EUU", "EU"),
        ("forums.room.rules", "un_general_asembly", "un_general_assembly"),
        ("forums.room.drafts.73/27.sponsors.1", "Rusia", "Russia"),
        ("forums.room.drafts.73/27.clauses.OP5.issue", "DTA", "DATA"),
        ("events.1.session", "9", ""),
    }
    assert all(m.file.endswith("small.yaml") and m.line for m in found)


@pytest.mark.parametrize(
    ("old", "new", "field", "problem", "value", "allowed", "suggestion"),
    [
        ("title:", "titel:", "titel", "not a field", "titel", "title, about", "title"),
        ("SOV: 8,", "SOV: .nan,", "actors.and.USA.position.SOV", "not a number", ".nan", "0 to 100", ""),
        ("SOV: 8,", "SOV: nan,", "actors.and.USA.position.SOV", "not a finite", "nan", "0 to 100", ""),
        ("SOV: 8,", "SOV: -1,", "actors.and.USA.position.SOV", "out of range", "-1", "0 to 100", ""),
        ("SOV: 8,", "SOV: ,", "actors.and.USA.position.SOV", "no value", "", "0 to 100", ""),
        ("{SOV: 8, DATA: 10}", "5", "actors.and.USA.position", "not a map", "5", "", ""),
        ("USA: {pos", "USA: {cares: 1, pos", "actors.and.USA.cares", "not a field", "cares", "", ""),
        ("kind: company", "kind: compny", "actors.and.ACME.kind", "may stand", "compny", "state, company", "company"),
        ("kind: company, ", "", "actors.and.ACME.kind", "is missing", "", "state, company", ""),
        ("date: 2018-10-01", "date: 1.10.2018", "date", "YYYY-MM-DD", "1.10.2018", "", ""),
        ("date: 2018-10-01", "date: 2018-13-01", "date", "", "2018-13-01", "", ""),
        ("date: 2018-10-01", "date: 20181001", "date", "YYYY-MM-DD", "20181001", "", ""),
        ("sessions: 2", "sessions: 2.5", "sessions", "whole number", "2.5", "1 to 60", ""),
        ("sessions: 2", "sessions: 61", "sessions", "out of range", "61", "1 to 60", ""),
        ("sessions: 2", "seed: many", "seed", "whole number", "many", "0 or more", ""),
        ("75: c}}\n  DATA", "}}\n  DATA", "issues.SOV", "at least three points", "", "", ""),
        ("75: c}}\n  DATA", "x: c}}\n  DATA", "issues.SOV.words.x", "whole number", "x", "", ""),
        ("  DATA: {low", "  Data: {low", "issues.Data", "not a code", "Data", "", ""),
        ("low: open, ", "", "issues.SOV.low", "is missing", "", "", ""),
        ("events:\n", "events: none\nx:\n", "events", "not a list", "none", "", ""),
        ("value: 70}", "value: 70, weight: 0}", "forums.room.drafts.73/27.clauses.OP3.weight", "out of range", "0", "more than 0", ""),
        (", at_most: 80", "", "red_lines.1", "one of at_most and at_least", "", "", ""),
        ("at_most: 80", "at_most: 80, at_least: 3", "red_lines.1", "one of", "", "", ""),
        ("rules: un_general_assembly", "rules: two_thirds\n    majority: most", "forums.room.majority", "neither simple", "most", "", ""),
    ],
)  # fmt: skip
def test_a_mistake_of_form_says_where_what_and_what_would_be_right(
    refused: Refused,
    small: Change,
    old: str,
    new: str,
    field: str,
    problem: str,
    value: str,
    allowed: str,
    suggestion: str,
) -> None:
    [mistake] = [m for m in refused(small(old, new)) if m.field == field]
    assert problem in mistake.problem
    assert mistake.value.startswith(value)
    assert mistake.allowed.startswith(allowed)
    assert mistake.suggestion == suggestion
    assert mistake.line is not None


def test_a_mistake_names_the_line_it_stands_on(refused: Refused, small: Change) -> None:
    text = small("OP5: {issue: DATA, value: 60}", "OP5: {issue: DATA, value: 101}")
    [mistake] = refused(text)
    assert mistake.line == line_of("OP5", text)
    assert "small.yaml" in str(mistake)
    assert f":{mistake.line}: forums.room.drafts.73/27.clauses.OP5.value: is out of range" in str(
        mistake
    )


def test_a_bad_value_does_not_hide_other_mistakes_nor_make_new_ones(
    refused: Refused, small: Change
) -> None:
    text = small("kind: company", "kind: compny").replace("at_most: 80", "at_most: 180")
    assert {m.field for m in refused(text)} == {"actors.and.ACME.kind", "red_lines.1.at_most"}


@pytest.mark.parametrize("section", ["issues", "actors", "forums"])
def test_a_scenario_without_a_part_it_needs_is_refused(refused: Refused, section: str) -> None:
    parts = {"issues": SMALL.index("issues:"), "actors": SMALL.index("actors:")}
    ends = {"issues": SMALL.index("actors:"), "actors": SMALL.index("blocs:")}
    start = parts.get(section, SMALL.index("forums:"))
    text = SMALL[:start] + SMALL[ends.get(section, SMALL.index("red_lines:")) :]
    assert (section, "is missing, and nothing can be negotiated without it") in {
        (m.field, m.problem) for m in refused(text)
    }


def test_a_missing_file_and_an_unknown_name_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="no shipped scenario of this name"):
        load("no-such-scenario")


def test_words_that_yaml_would_take_for_truth_stay_words(write: Write, small: Change) -> None:
    text = small("title: A small room", "title: NO").replace("RUS: {", "Norway: {name: on, ")
    there = load(write(text.replace("[RUS]", "[NOR]")))
    assert there.title == "NO"
    assert there.actors["NOR"].name == "on"


def test_no_is_a_word_and_in_capitals_norway(refused: Refused, small: Change) -> None:
    [mistake] = refused(small("sponsors: [RUS]", "sponsors: [NO]"))
    assert mistake.value == "NOR"
    [mistake] = refused(small("sponsors: [RUS]", "sponsors: [no]"))
    assert mistake.value == "no"


def test_tags_anchors_and_aliases_are_refused_with_the_rest(
    refused: Refused, small: Change
) -> None:
    text = small("title: A", "title: &a !!str A").replace("SOV: 8,", "SOV: *a,")
    problems = " ".join(m.problem for m in refused(text))
    assert "tags are not allowed" in problems
    assert "anchors are not allowed" in problems
    assert "refers to an anchor" in problems


# Another scenario, changed


def test_extends_merges_maps_and_replaces_lists(write: Write) -> None:
    write()
    over = (
        "extends: small.yaml\ntitle: Other\nactors: {and: {United States: {position: {SOV: 50}}}}\n"
        "forums: {room: {drafts: {73/27: {sponsors: [FRA], clauses: {OP3: {value: 1}, OP5: null}}}}}\n"
        "red_lines: []\n"
    )
    there = load(write(over, "other.yaml"))
    assert there.title == "Other"
    assert there.actors["USA"].position == {"SOV": 50, "DATA": 10}
    assert there.draft("73/27").sponsors == ("FRA",)
    assert {label: c.value for label, c in there.draft("73/27").clauses.items()} == {"OP3": 1}
    assert there.sections["red_lines"] == ()
    assert there.sessions == 2


def test_what_comes_from_each_file_keeps_its_place(write: Write) -> None:
    write()
    there = load(write("extends: small.yaml\nseed: 7\n", "other.yaml"))
    assert there.where("seed").file.endswith("other.yaml")
    assert there.where("issues", "SOV").file.endswith("small.yaml")


def test_a_mistake_in_the_base_names_the_base(write: Write) -> None:
    write(SMALL.replace("SOV: 8,", "SOV: 140,"))
    with pytest.raises(InputError) as caught:
        load(write("extends: small.yaml\ntitle: x\n", "other.yaml"))
    [mistake] = caught.value.mistakes
    assert mistake.file.endswith("small.yaml")


@pytest.mark.parametrize(
    ("files", "chain"),
    [
        ({"a.yaml": "a.yaml"}, "a.yaml -> a.yaml"),
        ({"a.yaml": "b.yaml", "b.yaml": "a.yaml"}, "a.yaml -> b.yaml -> a.yaml"),
        ({"a.yaml": "b.yaml", "b.yaml": "b.yaml"}, "a.yaml -> b.yaml -> b.yaml"),
    ],
)
def test_extends_of_itself_is_refused_with_the_circle(
    tmp_path: Path, files: dict[str, str], chain: str
) -> None:
    for name, base in files.items():
        (tmp_path / name).write_text(f"title: x\nextends: {base}\n")
    with pytest.raises(InputError) as caught:
        load(tmp_path / "a.yaml")
    [mistake] = caught.value.mistakes
    assert chain in mistake.problem
    assert (mistake.line, mistake.field) == (2, "extends")


def test_a_long_chain_is_refused(tmp_path: Path) -> None:
    for n in range(12):
        (tmp_path / f"s{n}.yaml").write_text(f"title: x\nextends: s{n + 1}.yaml\n")
    with pytest.raises(InputError, match="more than 10 scenarios"):
        load(tmp_path / "s0.yaml")


def test_extends_of_an_unknown_name_suggests_the_nearest(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "folder", lambda kind="scenarios": tmp_path / "ours")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "rivals.yaml").write_text(SMALL)
    with pytest.raises(InputError) as caught:
        load(write("title: x\nextends: rival\n", "other.yaml"))
    [mistake] = caught.value.mistakes
    assert (mistake.line, mistake.field, mistake.suggestion) == (2, "extends", "rivals")
    assert load(write("extends: rivals\n", "other.yaml")).title == "A small room"


# No file outside its own folder and the shipped data


@pytest.mark.parametrize(
    "path", ["../secret.yaml", "/etc/passwd", "a/../../secret.yaml", "..\\secret.yaml", "C:\\x.yaml", "~/x.yaml"]
)  # fmt: skip
@pytest.mark.parametrize(
    ("old", "field"),
    [
        ("title: A small room", "extends"),
        ("title: A small room", "worlds"),
        ("actors:\n", "actors.from"),
    ],
)
def test_a_path_that_leads_away_is_refused(
    tmp_path: Path, write: Write, path: str, old: str, field: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.yaml").write_text(SMALL)
    said = f"actors:\n  from: {path}\n" if field == "actors.from" else f"title: x\n{field}: {path}"
    name = path if path.endswith(".yaml") or field != "extends" else f"{path}.yaml"
    file = write(SMALL.replace(old, said.replace(path, name), 1), "in/small.yaml")
    with pytest.raises(InputError) as caught:
        load(file)
    assert [(m.field, m.problem) for m in caught.value.mistakes] == [
        (field, "leads outside the scenario's own folder")
    ]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_a_link_that_leads_away_is_refused(tmp_path: Path, write: Write) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.csv").write_text("id,name,kind,SOV,DATA\nCHN,China,state,1,1\n")
    (tmp_path / "in" / "t.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "in" / "way").symlink_to(tmp_path)
    for path in ("t.csv", "way/secret.csv"):
        file = write(SMALL.replace("actors:\n", f"actors:\n  from: {path}\n", 1), "in/small.yaml")
        with pytest.raises(InputError, match="link that leads outside"):
            load(file)


@pytest.mark.parametrize("path", ["none.csv", "''", "x" * 400, "a\\0b"])
def test_a_table_that_is_not_there_is_named_and_its_actors_are_not_missed(
    refused: Refused, path: str
) -> None:
    text = SMALL.replace("actors:\n", f"actors:\n  from: {path}\n", 1).replace("[RUS]", "[CHN]")
    [mistake] = refused(text)
    assert mistake.field == "actors.from"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file_to_wait_on(tmp_path: Path, refused: Refused) -> None:
    os.mkfifo(tmp_path / "t.csv")
    [mistake] = refused(SMALL.replace("actors:\n", "actors:\n  from: t.csv\n", 1))
    assert mistake.problem == "is not a file"


# Time


def _hostile() -> Iterator[tuple[str, str]]:
    yield (
        "sponsors",
        SMALL.replace("[RUS]", "[" + ",".join(f"Norwa{n}" for n in range(9_000)) + "]"),
    )
    yield "fields", SMALL + "".join(f"field{n}: 1\n" for n in range(9_000))
    yield "events", SMALL + "".join("  - {session: 99, do: [Norwya flies]}\n" for _ in range(2_400))
    yield "issues", "title: x\nissues:\n" + "".join(f"  I{n}: {{}}\n" for n in range(9_000))
    yield "number", SMALL.replace("sessions: 2", "sessions: " + "9" * 200_000)
    yield "name", SMALL.replace("[RUS]", "[" + "R" * 200_000 + "]")
    yield (
        "positions",
        SMALL.replace("{SOV: 8,", "{" + ", ".join(f"S{n}: 5" for n in range(9_000)) + ","),
    )


HOSTILE = dict(_hostile())


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_a_file_full_of_mistakes_is_refused_within_a_second(refused: Refused, text: str) -> None:
    found: list[Mistake] = []
    assert cost(lambda: found.extend(refused(text)), 1) < 60
    assert len(found) <= 101
    if len(found) == 101:
        assert "more mistakes, not listed" in found[-1].problem
    assert all(len(m.value) <= 60 for m in found)


def test_all_members_of_the_united_nations_are_read_quickly(write: Write) -> None:
    issues = ("SOV", "DATA")
    head = "id,name,kind," + ",".join(f"{i},{i}_error,{i}_salience,{i}_basis" for i in issues)
    rows = [f'{id_},"{name}",state,5,1,2,a,6,3,4,b' for id_, name in countries.names().items()]
    text = SMALL.replace("actors:\n", "actors:\n  from: t.csv\n", 1)
    file = write(text, t__csv="\n".join([head, *rows]))
    assert len(load(file).actors) == 194
    assert cost(lambda: load(file)) < 10


def test_a_hindcast_refuses_what_was_known_only_later(refused: Refused) -> None:
    (mistake,) = refused(SMALL.replace("USA: {", "USA: {known_by: 2019-01-01, "))
    assert "USA's data were known only after the scenario's date, 2018-10-01" in mistake.problem
    assert (mistake.value, mistake.line) == ("2019-01-01", line_of("USA: {", SMALL))
    with pytest.raises(InputError, match="201 more were known only after"):
        load("rival-resolutions-2018", ["date=2018-01-01"])


def test_an_actor_of_a_table_cannot_be_taken_away_only_leave_its_seat() -> None:
    with pytest.raises(InputError) as caught:
        load("gge-2017", ["actors.and.CUB=null"])
    (mistake,) = caught.value.mistakes
    assert "cannot be taken away" in mistake.problem
    assert "CUB=withdraws" in mistake.allowed


# The issues of the field


def test_an_issue_of_the_field_need_only_say_where_things_stand(write: Write) -> None:
    start, _, rest = SMALL.partition("issues:\n")
    rest = rest.partition("actors:\n")[2]
    own = "  SOV: {status_quo: 33, low: a, high: b, words: {10: c, 20: d, 30: e}}\n  DATA: {status_quo: 25}\n"
    found = load(write(f"{start}issues:\n{own}actors:\n{rest}")).issues
    assert (found["SOV"].low, found["SOV"].status_quo) == ("a", 33)
    assert found["DATA"].low == known_issues()["DATA"]["low"]
    assert sum(0 < point < 100 for point in found["DATA"].words) >= 3


def test_an_issue_of_one_s_own_needs_words_and_one_of_the_field_a_status_quo(
    refused: Refused,
) -> None:
    fields = {m.field for m in refused(SMALL.replace("DATA: {low: flows", "MINE: {low: flows"))}
    assert fields  # DATA is used and not there
    start, _, rest = SMALL.partition("issues:\n")
    rest = rest.partition("actors:\n")[2]
    text = f"{start}issues:\n  SOV: {{}}\n  DATA: {{status_quo: 2}}\nactors:\n{rest}"
    assert "issues.SOV.status_quo" in {m.field for m in refused(text)}


def test_every_issue_of_the_tables_is_known() -> None:
    table = shipped.data("un_members_2021.csv").read_text(encoding="utf-8").splitlines()
    head = next(line for line in table if line.startswith("id,")).split(",")
    issues = {name for name in head if name.isupper()}
    assert issues == set(known_issues())
