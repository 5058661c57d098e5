"""A calibration knows nothing later than its date, repeats itself, and says what it rests on."""

import csv
import dataclasses
import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim import codings, record, shipped
from sim.analysis import attributes, bridge, calibrate, matching, publish, scores, support
from sim.analysis.known import known
from sim.analysis.skill import certain, largest
from sim.core import worlds
from sim.core.registry import PARAMETERS
from sim.errors import InputError, RunError
from sim.record import Votes

CUTS = {"2017": "2017-06-19", "2018": "2018-11-08", "2019": "2019-11-18", "2021": "2021-03-08"}
UNTIL = dt.date(2018, 11, 8)
WORLDS = 40


@pytest.fixture(scope="module")
def made() -> calibrate.Calibration:
    return calibrate.calibrate(UNTIL, worlds_wanted=WORLDS, seed=3)


@cache
def of_cut(name: str) -> calibrate.Calibration:
    """A calibration by the seed of shipped tables, with few worlds: tables of actors have none."""
    return calibrate.calibrate(dt.date.fromisoformat(CUTS[name]), worlds_wanted=WORLDS)


def scrambled_votes(until: dt.date) -> Votes:
    votes = record.votes()
    later = np.array([day >= until for day in votes.dates])
    codes = votes.codes.copy()
    codes[:, later] = np.random.default_rng(1).integers(-1, 2, (len(codes), later.sum()))
    return dataclasses.replace(votes, codes=codes)


def test_nothing_later_than_the_date_is_used(made: calibrate.Calibration) -> None:
    anchors = [
        dataclasses.replace(a, position=100 - a.position) if a.known_by >= UNTIL else a
        for a in bridge.anchors()
    ]
    texts = [
        dataclasses.replace(t, clauses=t.clauses[:1]) if t.date >= UNTIL else t
        for t in codings.codings()
    ]
    again = calibrate.calibrate(
        UNTIL, worlds.ISSUES, WORLDS, 3, scrambled_votes(UNTIL), texts, anchors
    )
    assert publish.actor_table(again) == publish.actor_table(made)
    assert publish.worlds_table(again) == publish.worlds_table(made)
    assert publish.report(again) == publish.report(made)


def test_tables_of_the_actors_themselves_are_cut_too() -> None:
    groups = attributes.groups_at(UNTIL)
    before = attributes.capabilities(("USA", "EST"), groups, dt.date(2017, 7, 5))
    assert before[0] == pytest.approx(82.4)  # the edition of 2014; that of 2017 came that day


def test_before_the_first_index_nothing_tells_capabilities_apart() -> None:
    early = dt.date(2013, 6, 3)
    found = attributes.capabilities(("USA", "MLI"), attributes.groups_at(early), early)
    assert found.tolist() == [50, 50]


def test_early_priors_give_way_to_what_was_known_by_2017() -> None:
    rows = bridge.anchors()
    early = [a for a in rows if a.basis.startswith("analysts' prior, early")]
    assert early
    assert max(a.known_by for a in early) < dt.date(2012, 1, 1)
    by_2017 = bridge.known(rows, dt.date(2017, 6, 19))
    assert not any(a in early for a in by_2017.values())


def test_the_united_kingdom_was_in_the_union_until_it_left() -> None:
    assert "GBR" in attributes.groups_at(UNTIL)["EU"]
    assert "GBR" not in attributes.groups_at(dt.date(2021, 3, 8))["EU"]


def test_one_seed_one_calibration_and_another_seed_other_worlds(
    made: calibrate.Calibration,
) -> None:
    """That one seed gives the same again is seen where later facts are scrambled."""
    other = of_cut("2018")
    assert other.until == made.until
    assert other.parameters == made.parameters  # the fit itself draws nothing
    assert not set(other.matched.draws) & set(made.matched.draws)


def test_the_same_votes_as_a_long_table_are_the_same(tmp_path: Path) -> None:
    votes = record.votes()
    letter = {code: name for name, code in record.LETTERS.items()}
    rows = [
        f"{r},{votes.dates[j]},{votes.topics[j]},{s},{letter[int(votes.codes[i, j])]}"
        for j, r in enumerate(votes.resolutions)
        for i, s in enumerate(votes.states)
    ]
    file = tmp_path / "long.csv"
    file.write_text("resolution,date,topic,iso3,vote\n" + "\n".join(rows))
    again = record.votes(file)
    np.testing.assert_array_equal(again.codes, votes.codes)
    for field in ("states", "resolutions", "dates", "topics"):
        assert getattr(again, field) == getattr(votes, field)


def test_before_any_coded_vote_it_says_so() -> None:
    with pytest.raises(InputError, match="no coded vote lies before 1990"):
        calibrate.calibrate(dt.date(1990, 1, 1))


def test_no_state_has_a_prior_before_2019_ends_and_companies_do(
    made: calibrate.Calibration,
) -> None:
    basis = dict(zip(made.actors.ids, made.actors.basis, strict=True))
    states = [
        i for i, kind in zip(made.actors.ids, made.actors.kinds, strict=True) if kind == "state"
    ]
    assert len(states) == 193
    assert not any("prior" in basis[s] for s in states)
    assert "prior" in basis["MICROSOFT"]
    assert {"votes", "document", "group"} <= {word for row in made.actors.basis for word in row}


def test_a_vague_basis_has_a_wide_error(made: calibrate.Calibration) -> None:
    vague = np.isin(made.actors.basis, ("group", "uninformed", "none"))
    assert (made.actors.error[vague] >= 20).all()
    assert (made.actors.error > 0).all()
    assert (made.actors.salience[made.actors.basis == "none"] == 0).all()


def test_worlds_keep_to_their_ranges_and_to_the_record(made: calibrate.Calibration) -> None:
    table = made.worlds
    assert list(table) == ["world", "draw", *PARAMETERS]
    assert len(table["world"]) == WORLDS
    for name, p in PARAMETERS.items():
        assert ((table[name] >= p.low) & (table[name] <= p.high)).all(), name
    assert set(table["curvature"]) == {1.0, 2.0}
    assert (table["noise"] == 1.0).all()
    assert (made.matched.implausibility <= matching.LIMIT).all()
    assert 0.0 < made.matched.acceptance <= 1.0


def test_a_text_of_that_autumn_is_forecast_better_than_by_the_majority_class(
    made: calibrate.Calibration,
) -> None:
    # Out of sample: 73/27 was voted on 5 December.
    votes, texts = record.votes(), {t.resolution: t for t in codings.codings()}
    text = texts["73/27"]
    before = known(votes, text.resolution, text.date, "", UNTIL, bridge.anchors())
    series = {r: t.series for r, t in texts.items()}
    series |= {r: r for r in votes.resolutions if r not in texts}
    about = support.about(before, texts, series)
    at = before.position[None], before.salience[None]
    chances = support.chances(about, *at, made.best.values)[0]
    codes = votes.of("73/27")
    found = scores.score(chances, codes)
    assert found.accuracy > scores.score(certain(largest(codes)), codes).accuracy + 0.1


def test_a_world_that_contradicts_the_record_is_implausible(made: calibrate.Calibration) -> None:
    odd = {**made.best.values, "readiness": -1.0, "memory": 0.0, "stakes": 1.0, "kindred": 0.0}
    found = []
    for values in (made.best.values, odd):
        told = [
            support.tally(c.about, c.position[None], c.salience[None], values) for c in made.cases
        ]
        chances = np.stack([chance for chance, _ in told], axis=2)
        variance = np.stack([spread for _, spread in told], axis=1)
        found.append(matching.implausibility(chances, variance, made.cases)[0])
    likely, unlikely = found
    assert likely < matching.LIMIT < unlikely


def test_tables_are_written_whole_and_read_as_actors(
    made: calibrate.Calibration, tmp_path: Path
) -> None:
    actors, drawn, about = publish.write(made, tmp_path / "out", "x")
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == [
        about.name,
        actors.name,
        drawn.name,
    ]
    text = actors.read_text()
    assert (
        "# made by: plenary calibrate --until 2018-11-08 --seed 3\n# known_by: 2018-11-08\n" in text
    )
    assert "# basis votes: " in text
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(rows) == len(made.actors.ids)
    assert set(rows[0]) >= {
        "id",
        "name",
        "kind",
        "groups",
        "home",
        "capability",
        "absence",
        "SOV",
        "SOV_error",
    }
    assert all(0 <= float(r[i]) <= 100 for r in rows for i in worlds.ISSUES)


def test_a_folder_that_cannot_be_written_to_is_a_run_error(
    made: calibrate.Calibration, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="cannot write"):
        publish.write(made, tmp_path / "file" / "out", "x")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))


@pytest.mark.parametrize("name", CUTS)
def test_shipped_tables_are_those_that_the_command_makes(name: str) -> None:
    made = cells(publish.actor_table(of_cut(name)))
    shipped_rows = cells(shipped.data(f"un_members_{name}.csv").read_text(encoding="utf-8"))
    assert made[0] == shipped_rows[0]
    for ours, theirs in zip(made[1:], shipped_rows[1:], strict=True):
        for column, a, b in zip(made[0], ours, theirs, strict=True):
            # Another processor or library may round a position the other way, no more.
            same = a == b or abs(float(a) - float(b)) <= 1.0
            assert same, (ours[0], column, a, b)


@pytest.mark.parametrize(("name", "until"), CUTS.items())
def test_shipped_worlds_say_what_they_rest_on(name: str, until: str) -> None:
    text = shipped.data(f"worlds_{name}.csv").read_text(encoding="utf-8")
    assert f"# made by: plenary calibrate --until {until} --seed 0\n# known_by: {until}\n" in text
    assert "were fitted on" in text
    rows = cells(text)
    made = rows[0][2:]  # what a mechanism has brought since is drawn as ever, without a column
    assert [*rows[0][:2], *made] == ["world", "draw", *(p for p in PARAMETERS if p in made)]
    assert {p.name for p in PARAMETERS.values() if p.fitted} <= set(made)
    assert len(rows) == 301
