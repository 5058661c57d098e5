"""Claims: strengths draw parameters to where a claim does not hold, and a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import shipped
from sim.build import setting
from sim.core.registry import PARAMETERS, kind_of, mechanisms
from sim.errors import InputError
from sim.mechanisms.claims import COLUMNS, NAMES, Claim, claims, read
from sim.scenario import load
from tests.attacked import ATTACKED, mean, played
from tests.small import VOTE, write

CARRIED = [name for name, claim in claims().items() if claim.parameters]


@pytest.mark.parametrize("strength", [0, 25, 50, 100])
@pytest.mark.parametrize("name", CARRIED)
def test_a_strength_draws_parameters_in_every_world(
    tmp_path: Path, name: str, strength: int
) -> None:
    file = write(tmp_path, VOTE)
    usual = setting(load(file)).worlds.parameters
    changed = setting(load(file, (f"claims.{name}={strength}",))).worlds.parameters
    for parameter, nothing in claims()[name].parameters.items():
        expected = nothing + strength / 100 * (usual[parameter] - nothing)
        assert changed[parameter] == pytest.approx(expected)
    for parameter in usual.keys() - claims()[name].parameters.keys():
        assert np.array_equal(usual[parameter], changed[parameter])


def test_at_full_strength_nothing_changes_by_a_bit(tmp_path: Path) -> None:
    every = "; ".join(f"{name}: on" for name in CARRIED).replace("; ", ", ")
    plain = played(tmp_path, runs=16)
    whole = played(tmp_path, text=f"{ATTACKED}claims: {{{every}}}\n", runs=16)
    for column, values in plain.table.items():
        assert np.array_equal(values, whole.table[column], equal_nan=True), column


def test_off_half_and_on_are_steps(tmp_path: Path) -> None:
    found = [
        mean(played(tmp_path, "parameters.deterrence=1", f"claims.R04={said}", runs=64), "attacks")
        for said in ("off", "half", "on")
    ]
    assert found[0] > found[1] > found[2]


def test_off_is_the_parameter_at_nothing(tmp_path: Path) -> None:
    off = played(tmp_path, "claims.R04=off", runs=16)
    nothing = played(tmp_path, "parameters.deterrence=0", runs=16)
    for column, values in off.table.items():
        assert np.array_equal(values, nothing.table[column], equal_nan=True), column


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("{R29: off}", "is no claim: there are R01 to R28; did you mean R28?"),
        ("{R04: 120}", "is out of range"),
        ("{R25: off}", "no mechanism carries it"),
        ("{R07: half}", "no parameter carries it: change deterrence.announced"),
    ],
)
def test_what_is_no_claim_is_refused(tmp_path: Path, said: str, problem: str) -> None:
    file = write(tmp_path, f"{VOTE}claims: {said}\n")
    with pytest.raises(InputError) as told:
        load(file)
    (mistake,) = told.value.mistakes
    assert problem in str(mistake)
    assert mistake.field.startswith("claims.R")
    assert mistake.line == len(VOTE.splitlines()) + 1


def table(folder: Path, **cells: str) -> Path:
    row = {
        **dict.fromkeys(COLUMNS, ""),
        **{"claim": "R04", "scenario": "joint-attribution", "outcomes": "attacks -"},
        **cells,
    }
    file = folder / "claims.csv"
    file.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("cells", "field", "problem"),
    [
        ({"claim": "R29"}, "claim", "no such claim"),
        ({"scenario": "joint-atribution"}, "scenario", "no such scenario"),
        ({"scenario": ""}, "scenario", "neither a scenario nor a reason"),
        ({"parameters": "deterence 0"}, "parameters", "there is no parameter deterence"),
        ({"parameters": "deterrence none"}, "parameters", "says no number"),
        ({"outcomes": "attacks"}, "outcomes", "has no sign"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(
    tmp_path: Path, cells: dict[str, str], field: str, problem: str
) -> None:
    with pytest.raises(InputError) as told:
        read(table(tmp_path, **cells))
    (mistake,) = told.value.mistakes
    assert problem in mistake.problem
    assert (mistake.field, mistake.line) == (field, 2)
    assert mistake.allowed or mistake.suggestion


def test_every_claim_has_one_row_and_at_most_four_are_not_carried() -> None:
    assert tuple(claims()) == NAMES
    assert sum(bool(claim.not_carried) for claim in claims().values()) <= 4
    declared = {name for m in mechanisms() for name in m.claims}
    assert declared <= set(NAMES)


@pytest.mark.parametrize(
    "claim", [c for c in claims().values() if c.scenario], ids=lambda claim: claim.name
)
def test_a_row_can_be_played(claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    from claims import each

    assert claim.words
    assert claim.evidence
    assert claim.outcomes
    assert claim.parameters.keys() <= PARAMETERS.keys()
    for outcome in claim.outcomes:
        assert kind_of(outcome) is not None, outcome
    sides = [load(claim.scenario, tuple(each(said))) for said in (claim.off, claim.on)]
    assert sides[0] != sides[1]
    if claim.half is not None:
        assert load(claim.scenario, tuple(each(claim.half))) not in sides
