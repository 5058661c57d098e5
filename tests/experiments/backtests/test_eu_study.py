"""The EU back-test as a whole: scores by hand, words that turn with the numbers, the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import eu
import eu_fitted as options
import numpy as np
import pytest
from eu import BASE, COLUMNS, Study
from eu_decisions import read
from eu_files import issue, made_up, written
from eu_fitted import MAIN

from sim.scoring import writing
from sim.scoring.found import Found

ROOT = Path(__file__).parents[3]
REAL = ROOT / ".." / "shared" / "data" / "deu3_train.tsv"
ALONE = os.environ | {"PYTHONPATH": str(ROOT)}
real = pytest.mark.skipif(not REAL.is_file(), reason="the part of DEU III is not here")


def study_of(file: Path, **options: object) -> Study:
    return eu.study(file, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("eu")


@pytest.fixture(scope="module")
def taken_up(folder: Path) -> Study:
    """Outcomes are the position next to the mean: the compromise lies mostly beside it."""

    def outcome(rng: np.random.Generator, said: Sequence[float]) -> float:
        return float(min(said, key=lambda option: abs(option - np.mean(said))))

    return study_of(written(folder / "taken-up.tsv", made_up(24, outcome)))


@pytest.fixture(scope="module")
def averaged(folder: Path) -> Study:
    """Outcomes are the compromise itself: nothing can beat it."""
    file = written(folder / "averaged.tsv", made_up(24, lambda rng, said: 50.0))
    made = read(file)
    means = dict(zip(made.issue, 100 * eu.OTHERS[0].hindcast(made, 1), strict=True))
    rows = made_up(24, lambda rng, said: 0.0)
    for row in rows:
        row["out"], row["rp"] = means[str(row["isnr"])], ""
    return study_of(written(file, rows))


@pytest.fixture(scope="module")
def found(taken_up: Study) -> Found:
    return eu.found(taken_up)


# Scores


def test_a_score_by_hand() -> None:
    error = np.array([0.0, 10.0, 20.0, np.nan, 50.0])
    base = np.array([10.0, 10.0, 40.0, 5.0, np.nan])
    found = eu.score(error, base, np.array([0, 0, 1, 1, 2]), 1)
    assert (found.issues, found.proposals) == (3, 2)
    assert (found.mean, found.median, found.close) == (10.0, 10.0, pytest.approx(2 / 3))
    assert found.compromise == 20.0
    assert found.difference.mean == -10.0
    assert (found.difference.low, found.difference.high) == (-20.0, -5.0)  # one proposal alone


def test_an_interval_covers_as_often_as_it_says() -> None:
    """Of 200 samples of 30 proposals, 95% and a false alarm of 1 in 1,000: 175 at the least."""
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(30), 3)
    held = 0
    for seed in range(200):
        values = rng.normal(size=30)[group] + rng.normal(size=90)
        found = eu.interval(values, group, seed)
        held += found.low <= 0 <= found.high
    assert 175 <= held < 200


def test_an_interval_of_one_proposal_has_no_ends_and_of_many_models_is_wider() -> None:
    alone = eu.interval(np.array([1.0, 2.0]), np.array([4, 4]), 1)
    assert alone.mean == 1.5
    assert np.isnan(alone.low)
    assert alone.seen == 0
    many = eu.interval(np.arange(20.0), np.arange(20), 1, among=20)
    assert many.widest_low < many.low < many.mean < many.high < many.widest_high


def test_ranked_score_is_the_error_of_a_sure_hindcast_and_less_of_a_fair_one() -> None:
    outcome = np.array([0.0, 0.31, 1.0])
    sure = options.on_points(np.array([0.5, 0.5, 0.5]))
    assert eu.ranked(sure, outcome) == pytest.approx([50.0, 19.0, 50.0])
    either = np.zeros((1, 21))
    either[0, [0, 20]] = 0.5
    assert eu.ranked(either, np.array([1.0])) == pytest.approx([25.0])
    assert eu.ranked(either, np.array([0.3])) == pytest.approx([25.0])


def test_errors_put_about_a_hindcast() -> None:
    made = options.about(np.array([0.5, 0.9]), np.array([-0.1, 0.2]))
    assert made[0, [8, 14]] == pytest.approx([0.5, 0.5])
    assert made[1, [16, 20]] == pytest.approx([0.5, 0.5])  # clipped at the end of the scale


# What is said


def test_where_options_are_taken_up_the_model_of_options_is_said_to_win(taken_up: Study) -> None:
    score = taken_up.scores[MAIN]
    assert score.difference.high < 0
    said = eu.found(taken_up)
    assert "ours beats 'weighted mean'" in said.answer[0]
    assert "leaves out zero" in said.answer[0]
    assert "options on the table" in " ".join(said.answer)
    assert "beat" in said.figures["models"].title
    assert "options on the table" in said.figures["models"].title


def test_where_the_compromise_is_right_nobody_is_said_to_beat_it(averaged: Study) -> None:
    assert averaged.scores[BASE].mean == pytest.approx(0.0, abs=1e-9)
    said = eu.found(averaged)
    assert "ours loses to 'weighted mean'" in said.answer[0]
    assert "None of 16 other models beats it" in " ".join(said.answer)
    assert said.figures["models"].title.startswith("None of 16 models beats")


def test_the_allowance_for_many_models_is_told(taken_up: Study) -> None:
    def still(of: Study) -> str:
        said = next(one for one in eu.found(of).answer if "Bonferroni" in one)
        return said.partition("(Bonferroni): ")[2]

    assert still(taken_up).startswith("options on the table")
    wide = {
        n: replace(s, difference=replace(s.difference, widest_high=1.0))
        for n, s in taken_up.scores.items()
    }
    assert still(replace(taken_up, scores=wide)) == "none."


def test_scores_are_those_of_the_hindcasts_written(taken_up: Study, found: Found) -> None:
    table = found.tables["hindcasts"]
    recorded = np.array(table["recorded"])
    for place, name in enumerate(found.tables["scores"]["model"]):
        error = np.abs(np.array(table[f"p_{name}"]) - recorded)
        score = found.tables["scores"]["mean_error"][place]
        assert np.nanmean(error) == pytest.approx(score, abs=1e-5), name


def test_all_on_the_same_issues_are_those_where_all_have_a_say(taken_up: Study) -> None:
    numbers = {s.issues for s in taken_up.again.values()}
    assert numbers == {int((~np.isnan(taken_up.decisions.reference)).sum())}


def test_every_column_is_described(found: Found) -> None:
    assert writing.undescribed(found) == []
    used = {c for t in found.tables.values() for c in t} | {
        c for f in found.figures.values() for c in f.data
    }
    assert set(COLUMNS) - used == set()


def test_the_folder_is_whole_and_the_same_each_time(found: Found, tmp_path: Path) -> None:
    for name in ("a", "b"):
        writing.write(found, tmp_path / name, ["eu.py", "f.tsv"])
    files = sorted(
        f.relative_to(tmp_path / "a") for f in (tmp_path / "a").rglob("*") if f.is_file()
    )
    assert {str(f) for f in files} >= {
        *("hindcasts.csv", "scores.csv", "kinds.csv", "distributions.csv", "coefficients.csv"),
        *("figures/models.png", "figures/kinds.png", "figures/hindcasts.png", "report.html"),
    }
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


# Whole files of other kinds


def test_of_one_proposal_nothing_can_be_fitted_and_that_is_said(tmp_path: Path) -> None:
    said = {"com": 0, "de": 100, "fr": 40}
    rows = [issue("n98092", n, said, 70) for n in (1, 2)]
    file = written(tmp_path / "f.tsv", rows)
    found = eu.found(eu.study(file))
    assert "Nothing could be fitted" in " ".join(found.answer)
    assert set(found.figures) == {"models"}
    writing.write(found, tmp_path / "out", ["eu.py", str(file)])


def test_without_capabilities_populations_stand_in(tmp_path: Path) -> None:
    rows = made_up(4, lambda rng, said: 50.0)
    of = study_of(written(tmp_path / "f.tsv", rows, capability={}))
    assert of.guessed
    assert any("populations stand in" in text for text in eu.found(of).limits)
    assert np.isfinite(of.hindcasts[BASE]).all()


def test_what_could_not_be_read_is_among_the_limits(tmp_path: Path) -> None:
    rows = made_up(3, lambda rng, said: 50.0)
    rows[0] |= {"proc": "ABC", "rp": ""}
    odd = [*rows, issue("n98001", 1, {}, 50)]
    said = eu.found(study_of(written(tmp_path / "f.tsv", odd))).limits
    assert any("proc 'ABC'" in text for text in said)
    assert any("On 1 issue nobody takes a position" in text for text in said)


def test_trained_on_another_file_the_proposals_in_both_are_left_out(
    taken_up: Study, folder: Path, tmp_path: Path
) -> None:
    whole = folder / "taken-up.tsv"
    rows = made_up(6, lambda rng, said: 50.0, seed=5)
    for row in rows:
        row |= {"prnr": f"x{row['prnr']}", "isnr": f"x{row['isnr']}", "rp": ""}
    new = written(tmp_path / "new.tsv", rows)
    of = study_of(new, train=whole)
    assert of.trained == 48
    assert of.coefficients == taken_up.coefficients
    assert not of.splits
    assert "fitted to" in " ".join(eu.found(of).answer)
    both = study_of(new, train=new)
    assert both.trained == 0
    assert np.isnan(both.hindcasts[MAIN]).all()
    assert "Nothing could be fitted" in " ".join(eu.found(both).answer)


# The script


def script(*args: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "experiments/backtests/eu.py", *args],
        capture_output=True, text=True, check=False, cwd=ROOT, env=ALONE,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_the_script_writes_and_prints(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", made_up(5, lambda rng, said: float(rng.choice(said))))
    out = tmp_path / "out"
    done = script(str(file), "--out", str(out), "--folds", "3", "--json", "--no-figures")
    said = json.loads(done.stdout)
    assert len(said["tables"]["hindcasts"]["issue"]) == 10
    assert (out / "manifest.json").is_file()
    assert (out / "report.html").is_file()


def test_the_script_tells_a_mistake_and_writes_nothing(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [issue("n98092", 1, {"com": 0, "fr": 200}, 50)])
    done = script(str(file), "--out", str(tmp_path / "out"), status=2)
    assert f"{file}:3: pfr: is out of range" in done.stderr
    assert not (tmp_path / "out").exists()
    assert "2 to 1,000" in script(str(file), "--folds", "1", status=2).stderr


# The data set itself, where it is


@real
def test_means_of_the_data_set_by_an_independent_count() -> None:
    lines = [line.split("\t") for line in REAL.read_text().splitlines()]
    place = {name: n for n, name in enumerate(lines[0])}
    actors = [name[1:] for name in lines[0] if name[0] == "p" and f"s{name[1:]}" in place]
    errors: dict[str, list[float]] = {BASE: [], "mean": []}
    for cells in (c for c in lines[2:] if c[place["out"]]):
        here = [a for a in actors if cells[place[f"p{a}"]]]
        x = np.array([float(cells[place[f"p{a}"]]) for a in here])
        s = np.array([float(cells[place[f"s{a}"]] or 0) for a in here])
        c = np.array([float(lines[1][place[f"p{a}"]]) for a in here])
        out = float(cells[place["out"]])
        errors[BASE].append(abs((c * s * x).sum() / (c * s).sum() - out))
        errors["mean"].append(abs(x.mean() - out))
    decisions = read(REAL)
    for name, by_hand in errors.items():
        model = next(m for m in eu.OTHERS if m.name == name)
        found = eu.errors(model.hindcast(decisions.blind(), 1), decisions)
        assert np.nanmean(found) == pytest.approx(np.mean(by_hand), abs=1e-9)
    assert np.mean(errors[BASE]) == pytest.approx(23.68, abs=0.01)
    assert np.mean(errors["mean"]) == pytest.approx(25.30, abs=0.01)


@real
@pytest.mark.slow
def test_the_whole_back_test_of_the_data_set() -> None:
    """Options lead the compromise by one to two and a half points, on any division."""
    found = study_of(REAL)
    assert found.scores[BASE].issues == 217
    assert -2.5 < found.scores[MAIN].difference.mean < -1.0
    assert found.scores["status_quo"].issues == 154
    assert max(found.splits) - min(found.splits) < 0.6
