"""Scores of a sealed forecast: by hand on few states, beside what was sealed, and never earlier."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.report.beside import verdict
from sim.sealed import record, told
from sim.sealed.scoring import SIMULATION, BallotScores, Judged, _in_votes, judge

Data = dict[str, Any]
HEAD = "resolution,date,topic,iso3,vote\n"
SIX = {"USA": "N", "RUS": "Y", "FRA": "A", "DEU": "A", "BRA": "Y", "IND": "X"}
SURE = {"Y": "in_favour", "N": "against", "A": "abstaining", "X": "not_voting"}


def votes(folder: Path, cast: dict[str, str], label: str = "L.59", day: str = "2031-12-05") -> Path:
    file = folder / "votes.csv"
    rows = (f"{label},{day},cyber,{who},{vote}" for who, vote in cast.items())
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def table(folder: Path, text: str, name: str = "outcomes.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def resealed(vote: Data, folder: Path, chances: Data, adopted: float = 0.75) -> Path:
    """A sealed forecast with these chances for L.59 in plenary."""
    made = copy.deepcopy(vote)
    said = made["forecast"]["ballots"][2]
    assert (said["draft"], said["stage"]) == ("L.59", "plenary")
    said["actors"] = chances
    said["adopted"] = {"chance": adopted, "low": 0.6, "high": 0.9}
    for name in ("in_favour", "against", "abstaining", "not_voting"):
        mean = sum(c.get(name, 0.0) for c in chances.values())
        said["tally"][name] = {"mean": mean, "low": mean, "high": mean + 1}
    made["seal"] = record.seal(made)
    file = folder / "made.forecast.json"
    file.write_text(json.dumps(made), encoding="utf-8")
    return file


def only(judged: Judged) -> BallotScores:
    (ballot,) = judged.ballots
    return ballot


def test_a_forecast_that_was_right_is_perfect(vote: Data, tmp_path: Path) -> None:
    sure = {who: {SURE[cast]: 1.0} for who, cast in SIX.items()}
    found = only(judge(resealed(vote, tmp_path, sure, 1.0), votes(tmp_path, SIX)))
    assert found.votes
    scores = found.votes.scores
    assert (scores.voted, scores.accuracy, scores.brier, scores.ranked) == (5, 1.0, 0.0, 0.0)
    assert (scores.log, scores.tally_error, scores.absence_brier) == (0.0, 0.0, 0.0)
    assert found.adopted is True  # two to one of those voting
    assert found.adoption[SIMULATION] == 0.0
    assert all(count.inside for count in found.inside)


def test_scores_by_hand(vote: Data, tmp_path: Path) -> None:
    even = {"in_favour": 0.5, "against": 0.25, "abstaining": 0.25}
    found = only(judge(resealed(vote, tmp_path, dict.fromkeys(SIX, even)), votes(tmp_path, SIX)))
    assert found.votes
    scores = found.votes.scores
    assert scores.accuracy == pytest.approx(2 / 5)  # in favour is called for all
    right, other = 0.5**2 + 2 * 0.25**2, 0.5**2 + 0.75**2 + 0.25**2
    assert scores.brier == pytest.approx((2 * right + 3 * other) / 5)
    assert scores.log == pytest.approx(-(2 * math.log(0.5) + 3 * math.log(0.25)) / 5)
    assert scores.absence_brier == pytest.approx(1 / 6)  # India stayed away
    assert found.adoption[SIMULATION] == pytest.approx((1 - 0.75) ** 2)
    assert found.adoption["even chance"] == 0.25
    assert found.adoption["every text is adopted"] == 0.0


def test_baselines_are_those_that_were_sealed(vote: Data, tmp_path: Path, sealed: Path) -> None:
    found = only(judge(sealed, votes(tmp_path, SIX)))
    assert found.votes
    names = [b.baseline for b in found.votes.baselines]
    assert names == ["base rate", "own rate", "one cut", "own positions alone"]
    cut = next(b for b in vote["baselines"] if b["baseline"] == "one cut" and b["draft"] == "L.59")
    called = [next(iter(cut["actors"][who])) == SURE[c] for who, c in SIX.items() if c != "X"]
    scores = next(b.scores for b in found.votes.baselines if b.baseline == "one cut")
    assert scores.accuracy == pytest.approx(sum(called) / 5)
    mine = next(b.runs for b in found.votes.baselines if b.baseline == "one cut")
    assert mine == found.votes.scores or math.isnan(found.votes.scores.absence_brier)


def test_counts_of_a_vote_say_whether_it_was_carried(sealed: Path, tmp_path: Path) -> None:
    lost = dict(SIX, RUS="N")
    assert only(judge(sealed, votes(tmp_path, lost))).adopted is False  # one to two
    tied = dict(SIX, USA="Y", RUS="Y", BRA="N", FRA="N")
    assert only(judge(sealed, votes(tmp_path, tied))).adopted is False


def test_of_votes_of_some_members_neither_counts_nor_adoption_are_scored(
    sealed: Path, tmp_path: Path
) -> None:
    judged = judge(sealed, votes(tmp_path, {"RUS": "Y", "USA": "N", "ESP": "N", "JPN": "N"}))
    found = only(judged)
    assert found.adopted is None
    assert not found.adoption
    assert not found.inside
    assert found.votes
    assert found.votes.scores.voted == 2
    assert any("Not all members' votes on L.59 plenary" in note for note in judged.notes)
    assert set(found.absent) == {"ESP", "JPN"}
    others = only(judge(sealed, votes(tmp_path, dict(SIX, JPN="N", ESP="N", KEN="N"))))
    assert others.adopted is True  # those who are no members of the room count for nothing
    assert {c.count: c.recorded for c in others.inside}["against"] == 1


def test_where_no_state_voted_nobody_loses(sealed: Path, tmp_path: Path) -> None:
    found = only(judge(sealed, votes(tmp_path, dict.fromkeys(SIX, "X"))))
    assert found.votes
    assert {baseline.verdict() for baseline in found.votes.baselines} == {""}
    assert "No state's vote is on record" in verdict(found.votes)


def test_a_table_of_votes_without_votes_names_itself(sealed: Path, tmp_path: Path) -> None:
    file = table(tmp_path, "resolution,date,iso3\nL.59,2031-12-05,RUS\n")
    with pytest.raises(InputError, match=rf"{file.name}:1: vote: this column is missing"):
        judge(sealed, file)


def test_outcomes_without_votes(sealed: Path, tmp_path: Path, vote: Data) -> None:
    text = (
        "draft,stage,date,adopted,in_favour,against,abstaining\nL.59,plenary,2031-12-05,no,2,3,1\n"
    )
    found = only(judge(sealed, table(tmp_path, text)))
    said = vote["forecast"]["ballots"][2]
    assert found.votes is None
    assert found.adopted is False
    assert found.adoption[SIMULATION] == pytest.approx(said["adopted"]["chance"] ** 2)
    means = [said["tally"][n]["mean"] for n in ("in_favour", "against", "abstaining")]
    assert found.tally[SIMULATION] == pytest.approx(
        sum(abs(a - b) for a, b in zip(means, (2, 3, 1), strict=True)) / 3
    )
    assert "own positions alone" in found.tally
    assert found.day == "2031-12-05"


def test_without_a_stage_it_is_the_last_and_without_a_date_it_is_said(
    sealed: Path, tmp_path: Path
) -> None:
    judged = judge(sealed, table(tmp_path, "draft,adopted\nL.60,yes\n"))
    assert (only(judged).draft, only(judged).stage) == ("L.60", "plenary")
    assert any("no date of L.60 plenary" in note for note in judged.notes)


@pytest.mark.parametrize("wrap", ["{0}", "record:\n{1}"])
def test_outcomes_as_yaml(wrap: str, sealed: Path, tmp_path: Path) -> None:
    body = "L.59:\n  plenary: {adopted: no, date: 2031-12-05, in_favour: 2}\n"
    inside = "".join(f"  {line}\n" for line in body.splitlines())
    file = table(tmp_path, wrap.format(body, inside), "outcomes.yaml")
    found = only(judge(sealed, file))
    assert (found.adopted, found.day) == (False, "2031-12-05")
    assert [count.count for count in found.inside] == ["in_favour"]


def test_who_dissociates_in_a_room_of_consensus(room: Data, tmp_path: Path) -> None:
    file = tmp_path / "room.forecast.json"
    record.write(room, file)
    happened = table(tmp_path, "draft,date,adopted,dissociated\nreport,2032-01-01,yes,Cuba; FRA\n")
    found = only(judge(file, happened))
    (said,) = room["forecast"]["ballots"]
    chance = {who: c.get("dissociating", 0.0) for who, c in said["actors"].items()}
    expected = sum((chance[who] - (who in ("CUB", "FRA"))) ** 2 for who in chance) / len(chance)
    assert found.dissociation[SIMULATION] == pytest.approx(expected)
    assert found.dissociation["nobody dissociates"] == pytest.approx(2 / 4)
    count = next(c for c in found.inside if c.count == "dissociating")
    assert count.recorded == 2
    nobody = table(tmp_path, "draft,date,adopted,dissociated\nreport,2032-01-01,yes,nobody\n")
    assert only(judge(file, nobody)).dissociation["nobody dissociates"] == 0.0


# What is refused


def test_nothing_that_was_known_at_sealing(sealed: Path, tmp_path: Path) -> None:
    early = [
        votes(tmp_path, SIX, day="2031-08-31"),
        table(tmp_path, "draft,date,adopted\nL.59,2031-08-31,yes\n"),
        table(tmp_path, "L.59: {plenary: {date: 2031-08-31, adopted: yes}}\n", "early.yaml"),
    ]
    for file in early:
        with pytest.raises(InputError, match="that is a hindcast"):
            judge(sealed, file)
    judged = judge(sealed, votes(tmp_path, SIX, day="2031-09-01"))
    assert any("on the day of the seal" in note for note in judged.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "neither a column draft nor iso3"),
        ("draft,adoptd\nL.59,yes\n", "did you mean 'adopted'"),
        ("draft,adopted\nL.59,perhaps\n", "neither yes nor no"),
        ("draft,adopted\nL.5,yes\n", "was not forecast at this stage"),
        ("draft,stage,adopted\nL.59,third,yes\n", "was not forecast at this stage"),
        ("draft,stage,adopted\nL.59,,yes\nL.59,plenary,no\n", "appears twice"),
        ("draft,in_favour\nL.59,-3\n", "is not a number of delegations"),
        ("draft,date,adopted\nL.59,tomorrow,yes\n", "is not a date"),
        ("draft,stage,source\nL.59,plenary,a friend\n", "does not say what happened"),
        ("draft,adopted\nL.59\n", "the row has 1 cells, and the header 2"),
        ("draft,adopted\n", "holds no outcomes"),
        (HEAD + "L.77,2031-12-05,cyber,USA,Y\n", "tells of no ballot"),
        (HEAD + "L.59,2031-12-05,cyber,USA,maybe\n", "is not a vote"),
        (HEAD + "L.59,soon,cyber,USA,Y\n", "is not a date"),
        ('draft,adopted\n"' + "x" * 200_000 + '",yes\n', "has a cell of more than 131,072 letters"),
    ],
)
def test_what_cannot_be_scored_by_is_said(
    text: str, said: str, sealed: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said):
        judge(sealed, table(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("L.59: yes\n", "is not a map of fields"),
        ("L.59: {plenary: {adoptd: yes}}\n", "did you mean 'adopted'"),
        ("L.59: {plenary: [1]}\n", "is not a map of fields"),
        ("record: {}\n", "tells of no ballot"),
        ("- L.59\n", "is not a map of fields"),
        ("L.59: {plenary: &a {adopted: yes}}\n", "anchors"),
    ],
)
def test_yaml_that_cannot_be_scored_by_is_said(
    text: str, said: str, sealed: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=said):
        judge(sealed, table(tmp_path, text, "outcomes.yaml"))


# In words


def test_scores_are_printed_beside_the_baselines(sealed: Path, tmp_path: Path) -> None:
    judged = judge(sealed, votes(tmp_path, {**SIX, "NOR": "Y"}))
    lines = list(told.of_scores(judged))
    assert max(map(len, lines)) <= 80
    said = "\n".join(lines)
    for word in ("own rate", "one cut", "own positions alone", "accuracy", "Brier", "ranked"):
        assert word in said
    assert "L.59 plenary, 2031-12-05: adopted; forecast: adopted" in said
    assert "By accuracy on the same states the forecast" in said
    assert "not scored: NOR" in said
    assert "simulation" not in said


def test_scores_are_data_too(sealed: Path, tmp_path: Path) -> None:
    from sim.show.terminal import without_nan

    found = told.data(judge(sealed, votes(tmp_path, SIX)))
    text = json.dumps(without_nan(found), allow_nan=False)
    assert json.loads(text)["ballots"][0]["votes"]["baselines"][0]["baseline"] == "base rate"
    assert {c["inside"] for c in found["ballots"][0]["inside"]} <= {True, False}


def test_votes_are_not_held_against_a_room_that_decided_without_one(
    room: Data, tmp_path: Path
) -> None:
    file = tmp_path / "room.forecast.json"
    record.write(room, file)
    votes = "".join(f"report,2032-01-01,cyber,{who},Y\n" for who in ("USA", "CUB", "FRA", "IDN"))
    happened = table(tmp_path, f"resolution,date,topic,iso3,vote\n{votes}")
    assert only(judge(file, happened)).votes is None


def test_chances_of_votes_are_of_the_runs_that_came_to_one() -> None:
    half = {"accepting": 0.5, "in_favour": 0.4, "against": 0.1}
    said = {"USA": half, "CUB": {"accepting": 0.25, "not_voting": 0.75}}
    found = _in_votes(said, ("USA", "CUB"))
    assert found.tolist() == [pytest.approx([0.8, 0.0, 0.2, 0.0]), pytest.approx([0, 0, 0, 1.0])]
