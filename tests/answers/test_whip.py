"""Whip: who is near, at what price, and sets that do it when the runs are counted again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from sim.answers import whipped, writing
from sim.answers.whip import SHARES, Whip, whip
from sim.core.world import RUNS_PER_WORLD
from sim.errors import InputError
from sim.forums.decision import by_vote
from sim.forums.rules import Decision
from tests.small import CONSENSUS, VOTE, write
from tests.test_cli import Run, plenary

__all__ = ["plenary"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small"), VOTE)


@pytest.fixture(scope="module", params=["carry", "defeat"])
def found(request: pytest.FixtureRequest, small: Path) -> Whip:
    return whip(str(small), "L.60", request.param, stage="committee", runs=16)


def test_the_nearest_come_first_and_none_is_there_already(found: Whip) -> None:
    leaning = [target.leans for target in found.targets]
    assert leaning == sorted(leaning)
    needs = [target.needs for target in found.targets if not target.leans]
    assert needs == sorted(needs)
    assert all(target.wanted < 1 for target in found.targets)


def test_sets_do_it_when_the_same_votes_are_counted_by_hand(found: Whip) -> None:
    forum = found.setting.forums[found.setting.drafts[1].forum]
    wanted = Decision.SUPPORT if found.side == "carry" else Decision.OPPOSE
    for one, share in zip(found.sets, SHARES, strict=True):
        if one.members is None:
            continue
        votes = found.account.decisions.copy()
        for actor in one.members:
            mine = votes[:, found.setting.slot(actor)]
            mine[mine != Decision.ABSENT] = wanted
        counted = by_vote(votes, forum.members, forum.vetoes, forum.weights, forum.rules)
        adopted = np.zeros(found.runs, dtype=bool)  # not where an earlier stage has defeated it
        adopted[found.account.runs] = counted.adopted
        carried = adopted.reshape(-1, RUNS_PER_WORLD).mean(axis=1) >= 0.5
        reached = np.mean(carried) if found.side == "carry" else 1 - np.mean(carried)
        assert reached == pytest.approx(one.counted)
        assert reached >= share


def test_only_the_draft_that_is_asked_about_is_told_of_on_one_screen(found: Whip) -> None:
    lines = whipped.lines(found)
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "L.60 committee carries in" in lines[0]
    assert "73/27" not in "\n".join(lines)


def test_a_table_and_a_figure_are_written(found: Whip, tmp_path: Path) -> None:
    figure, table = writing.whip(found, tmp_path)
    assert figure.stat().st_size > 10_000
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    assert [row["actor"] for row in rows] == [target.actor for target in found.targets]
    assert list(found.to_dataframe()["actor"]) == [row["actor"] for row in rows]


def test_a_text_that_mostly_falls_before_is_told_of_there(small: Path) -> None:
    """And where the stage is asked for, the runs in which it falls before are not adopted."""
    found = whip(str(small), "L.60", "carry", runs=16, nearest=0)
    assert found.stage == "committee"
    later = whip(str(small), "73/27", "carry", stage="plenary", runs=16, nearest=0)
    assert len(later.account.runs) < 16
    assert later.adopted < 1


def test_by_consensus_who_blocks_is_to_be_won(tmp_path: Path) -> None:
    file = write(tmp_path, CONSENSUS)
    carry = whip(str(file), "report", "carry", runs=16)
    assert carry.account.by_consensus
    assert "Cuba" in "\n".join(whipped.lines(carry))
    assert whipped.data(carry)["sets"][0]["members"] is not None


def test_the_command_gives_data_and_names_mistakes(plenary: Run, small: Path) -> None:
    done = plenary("whip", str(small), "L.60", "--carry", "--runs", "8", "--json")
    assert json.loads(done.stdout)["kind"] == "whip"
    wrong = plenary("whip", str(small), "L.6", "--carry", status=2)
    assert "L.60" in wrong.stderr
    with pytest.raises(InputError, match="committee"):
        whip(str(small), "L.60", "carry", stage="comittee", runs=4)


def test_why_is_told_on_one_screen_with_its_figure(plenary: Run, small: Path) -> None:
    asked = ("why", str(small), "Brazil", "--runs", "8", "--out", "answers")
    lines = plenary(*asked).stdout.splitlines()
    assert len(lines) <= 24
    assert lines[-1].startswith("Figure: answers")
    assert Path(lines[-1].removeprefix("Figure: ")).stat().st_size > 10_000
    data = json.loads(plenary(*asked, "--json").stdout)
    assert data["actor"] == "BRA"
    assert sum(term["shown_run"] for term in data["terms"]) == pytest.approx(data["total"])
