"""Shares where per cents belong: refused from people, taken as they stand from programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sim.core.fields import PER_CENT, bare
from sim.errors import InputError
from sim.scenario import json_schema, load, loading, pack, reader, shape, shares, unpack
from sim.scenario.tree import Origin, Steps, written

from .conftest import SMALL, Change, Refused, Write, line_of

NAMES: dict[str, str | int] = {  # one that is there, in each map whose names are free
    "issues": "SOV",
    "and": "USA",
    "position": "SOV",
    "salience": "SOV",
    "salience_error": "SOV",
    "error": "SOV",
    "effort": "USA",
    "ties": "USA",
    "USA": "RUS",
    "blocs": "EU",
    "forums": "room",
    "drafts": "73/27",
    "clauses": "OP3",
    "set": "USA.position.DATA",
}


def on_a_scale(node: dict[str, Any], path: Steps = ()) -> Iterator[tuple[Steps, float]]:
    """Every place of the schema for a number from 0 to at most 100, with that most."""
    if "$ref" in node:
        node = json_schema()["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    for choice in node.get("anyOf", ()) if path else ():
        yield from on_a_scale(choice, path)
    for name, field in node.get("properties", {}).items():
        yield from on_a_scale(field, (*path, name))
    free = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
    for inside in (each for each in free if isinstance(each, dict)):
        yield from on_a_scale(inside, (*path, NAMES.get(str(path[-1]), "name")))
    if "items" in node:
        yield from on_a_scale(node["items"], (*path, 0))
    if {"number", "string"} <= {*node.get("type", ())} and node.get("maximum", 1e9) <= 100:
        yield path, node["maximum"]


PLACES = dict(on_a_scale(json_schema()))
each_place = pytest.mark.parametrize("path", PLACES, ids=written)


def test_the_places_are_those_that_we_know_of() -> None:
    known = ["actors.and.USA.error.SOV", "forums.room.majority", "forums.room.quorum"]
    known += ["red_lines.1.at_most", "events.1.set.USA.position.DATA", "issues.SOV.status_quo"]
    assert set(known) <= {written(path) for path in PLACES}


@pytest.fixture
def put(write: Write, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read the small scenario as if its file said something at a path."""

    def putting(path: Steps, said: str) -> Any:
        read = reader.read

        def changed(*args: Any) -> Any:
            tree = read(*args)
            tree.put(path, said, Origin("small.yaml", 7))
            return tree

        monkeypatch.setattr(loading.reader, "read", changed)
        return load(write(SMALL.replace("at_most: 80", _limit(path)) + _offer(path)))

    return putting


def _limit(path: Steps) -> str:
    return (
        "why: a test" if path[0] == "red_lines" else "at_most: 80"
    )  # it has one limit or the other


def _offer(path: Steps) -> str:
    """What a place in an offer stands in; the other sums are such that every value tried fits."""
    sums = {"amount": "at_most: 100", "at_most": "amount: 0"}
    if path[0] != "side_payments":
        return ""
    return f"side_payments: [{{donor: ACME, to: FRA, draft: 73/27, {sums[str(path[-1])]}}}]\n"


@each_place
def test_a_share_is_refused_wherever_a_per_cent_belongs(path: Steps, put: Any) -> None:
    with pytest.raises(InputError) as refused:
        put(path, "0.25")
    # By itself a place may lack what else it needs, which is told beside.
    [mistake] = [m for m in refused.value.mistakes if " is a share" in f" {m.problem}"]
    assert mistake.field == written(path)
    assert (mistake.file, mistake.line) == ("small.yaml", 7)
    assert mistake.value == "0.25"
    most = f"{PLACES[path]:g}"
    right = f"is a share; per cents run from 0 to {most}: write 25, or 0.25% if so little is meant"
    assert mistake.problem == right


@each_place
def test_with_its_sign_a_per_cent_means_what_it_says(path: Steps, put: Any) -> None:
    def read(text: str) -> Any:
        try:
            return put(path, text)
        except InputError as error:  # it lacks what else it needs, and nothing is wrong with it
            here = [m.problem for m in error.mistakes if m.field == written(path)]
            assert not [said for said in here if re.search("share|number|range", said)]
            return None

    for said, means in (("40 %", 40), (".5%", 0.5), ("0", 0), ("1", 1)):
        found, same = read(said), read(f"{means:g}%")
        assert (found and found.digest()) == (same and same.digest()), said
        if path == ("forums", "room", "majority"):
            assert found.forums["room"].majority == means


@each_place
def test_the_schema_for_editors_allows_the_sign(path: Steps) -> None:
    about = shape.per_cent(path)
    assert set(about["type"]) == {"number", "string"}
    assert re.search(about["pattern"], "70%")
    assert not re.search(about["pattern"], "seventy")


@pytest.mark.parametrize("said", ["70%", "70 %", " 70% ", "70.0%", "+7e1%"])
def test_a_sign_is_taken_off(said: str) -> None:
    assert float(bare(said)) == 70


@pytest.mark.parametrize("said", ["70", "%", "a%", "7%0", "7%%", "nan%", "inf%", 70, None, ["7%"]])
def test_anything_else_stays(said: object) -> None:
    assert bare(said) == said
    assert not (isinstance(said, str) and re.search(PER_CENT, said))


@pytest.mark.parametrize("said", ["140%", "-3%"])
def test_a_per_cent_with_its_sign_has_its_range(refused: Refused, small: Change, said: str) -> None:
    [mistake] = refused(small("cohesion: 60", f"cohesion: {said}"))
    assert (mistake.problem, mistake.allowed) == ("is out of range", "0 to 100")
    assert said.removesuffix("%") in mistake.value


def test_a_number_that_is_no_per_cent_has_no_sign(refused: Refused, small: Change) -> None:
    [mistake] = refused(small("red_lines:", "parameters: {memory: 50%}\nred_lines:"))
    assert (mistake.field, mistake.problem) == ("parameters.memory", "is not a number")


def test_other_numbers_may_be_below_one(write: Write, small: Change) -> None:
    text = small("{issue: SOV, value: 70}", "{issue: SOV, value: 70, weight: 0.5}")
    found = load(write(text), ["parameters.deadline=0.3", "forums.room.weights={USA: 0.2}"])
    assert found.draft("73/27").clauses["OP3"].weight == 0.5


def test_a_share_is_told_with_its_file_and_line(refused: Refused, small: Change) -> None:
    text = small("cohesion: 60", "cohesion: 0.6")
    [mistake] = refused(text)
    assert mistake.file.endswith("small.yaml")
    assert mistake.line == line_of("cohesion", text)
    assert "write 60, or 0.6% if so little is meant" in mistake.problem


def test_what_would_be_too_much_is_not_advised(refused: Refused) -> None:
    [mistake] = refused(SMALL, ("USA.error.SOV=0.9",))
    assert mistake.problem.endswith("per cents run from 0 to 50: write 0.9% if so little is meant")


SETTINGS = [
    "forums.room.majority=0.25",
    "forums.room.quorum=0.25",
    "USA.position.SOV=0.25",
    "France.salience.SOV=.25",
    "USA={position: {SOV: 0.25, DATA: 10}}",
    "drafts.73/27.OP3=25e-2",
    "drafts.73/27.OP9={issue: SOV, value: 0.25}",
    "events=[{session: 1, set: {USA.capability: 0.25}}]",
]


@pytest.mark.parametrize("said", SETTINGS)
def test_a_share_in_a_setting_is_refused(write: Write, refused: Refused, said: str) -> None:
    [mistake] = refused(SMALL, (said,))
    assert mistake.file == "--set"
    assert mistake.field.startswith(said.partition("=")[0])
    assert mistake.problem.startswith("is a share; per cents run from 0 to 100: write 25, or ")
    with pytest.raises(InputError, match="is a share"):
        load(load(write()), [said])  # and where the scenario was read before


@pytest.mark.parametrize("said", SETTINGS)
def test_a_setting_that_a_program_drew_means_what_it_says(write: Write, said: str) -> None:
    base = load(write())
    drawn = load(write(), [said], drawn=True)
    assert drawn.digest() != base.digest()
    assert load(base, [said], drawn=True).digest() == drawn.digest()
    assert unpack(pack(base), [said]).digest() == drawn.digest()


def test_a_program_reads_no_file_otherwise(write: Write, small: Change) -> None:
    with pytest.raises(InputError, match="is a share"):
        load(write(small("cohesion: 60", "cohesion: 0.6")), ["USA.capability=0.3"], drawn=True)


def test_what_a_setting_replaces_is_not_looked_at(write: Write, small: Change) -> None:
    text = small("cohesion: 60", "cohesion: 0.6")
    assert load(write(text), ["blocs.EU.cohesion=60"]).sections["blocs"]["EU"].cohesion == 60


TABLE = """\
id,name,kind,absence,SOV,DATA,SOV_error
USA,America,state,0.5,0.2,10,0.7
KEN,Kenya,state,5%,70%,9,3
"""


def test_rows_of_tables_are_taken_as_they_stand(write: Write, small: Change) -> None:
    text = small("actors:\n", "actors:\n  from: rows.csv\n").replace("USA: {", "BRA: {")
    found = load(write(text, rows__csv=TABLE), ["KEN.capability=0.4%"])
    usa, kenya = found.actors["USA"], found.actors["KEN"]
    assert (usa.absence, usa.position["SOV"], usa.error["SOV"]) == (0.5, 0.2, 0.7)
    assert (kenya.absence, kenya.position["SOV"], kenya.capability) == (5, 70, 0.4)
    assert unpack(pack(found)).digest() == found.digest()
    assert load(found, ["KEN.capability=0.3%"]).actors["USA"].absence == 0.5


def test_what_overrides_a_cell_is_a_persons(refused: Refused, small: Change) -> None:
    text = small("actors:\n", "actors:\n  from: rows.csv\n")
    text = text.replace("USA: {position: {SOV: 8", "USA: {position: {SOV: 0.8")
    [mistake] = refused(text, rows__csv=TABLE)
    assert (mistake.field, mistake.value) == ("actors.and.USA.position.SOV", "0.8")


def test_a_share_in_the_scenario_that_is_extended_has_its_own_line(write: Write) -> None:
    base = SMALL.replace("cohesion: 60", "cohesion: 0.6")
    with pytest.raises(InputError) as refused:
        load(write("title: Changed\nextends: base.yaml\n", base__yaml=base))
    [mistake] = refused.value.mistakes
    assert mistake.file.endswith("base.yaml")
    assert mistake.line == line_of("cohesion", base)


@pytest.mark.parametrize("said", ["0", "1", "1.0", "30", "-0.5", "x", None, [], {}, True, "nan"])
def test_nothing_else_is_a_share(said: object) -> None:
    assert shares.problem(said) == ""


@pytest.mark.parametrize(
    ("low", "high", "right"),
    [
        (0, 1, "write 0 to 100, or 0% to 1% if so little is meant"),
        (0.25, 0.75, "write 25 to 75, or 0.25% to 0.75% if so little is meant"),
        (0, 1.5, ""),
        (-1, 1, ""),
        (0.5, 100, ""),
    ],
)
def test_a_range_of_shares_lies_between_0_and_1(low: float, high: float, right: str) -> None:
    assert shares.range_problem(low, high).partition(": ")[2] == right
