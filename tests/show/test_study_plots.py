"""Figures of a study: their titles claim what the runs show, nothing overlaps, gaps stay gaps."""

from __future__ import annotations

import csv
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from sim.analysis.spread import spread
from sim.experiment.model import UNCHANGED, Factor, Plot, Point
from sim.forums.rules import Decision
from sim.sensitivity.effects import Effect, Index
from sim.sensitivity.induction import Leaf, Rules
from sim.show.plots.study import draw, sheets
from sim.show.plots.study.convergence import chosen
from sim.show.plots.study.figure import Figure, name
from sim.show.plots.study.read import correlation, measure, places, threshold
from sim.show.plots.study.ribbons import ORDER, shares
from sim.show.plots.study.said import factor, outcome
from sim.show.plots.study.tornado import differences
from sim.show.plots.study.trend import binned
from sim.show.plots.style import told_apart
from sim.show.tables import as_csv
from sim.study.findings import Study
from tests.show.paper import clashes, frames, written
from tests.studies import Floats, Ints, Memory, experiment, grid, numeric, study
from tests.yardstick import cost

FAVOUR, ADOPTED = "73/27.plenary.in_favour", "73/27.plenary.adopted"
KEPT = "73/27.retained if adopted"
EU = numeric("blocs.EU.cohesion", 0, 20, 40, 60, 80, 100)
ZEAL = numeric("parameters.insistence", 10, 50, 90)
RULES = Factor("forums.general_assembly.rules", ("simple", "two_thirds", "consensus"))
KINDS = ("line", "heat", "tornado", "multiples", "texts", "ribbons", "convergence")
Answered = Mapping[str, Floats]


def level(levels: Mapping[str, str], path: str, otherwise: float = 50.0) -> float:
    """The level of a numeric factor, or what it is where it is left alone."""
    text = levels.get(path, UNCHANGED)
    return otherwise if text == UNCHANGED else float(text)


def answer(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
    """Six votes over the range of EU cohesion, twelve fewer under two thirds, luck in common.

    With consensus nothing is adopted; nor is it in any run at an EU cohesion of 40.
    """
    luck = np.random.default_rng(5).normal(0, 6, len(runs))
    own = np.random.default_rng(int(1000 * level(levels, EU.path))).normal(0, 0.5, len(runs))
    luck, own = luck - luck.mean(), own - own.mean()  # so that means are known beforehand
    stricter = {"two_thirds": -12.0, "consensus": -60.0}.get(levels.get(RULES.path, ""), 0.0)
    eu, zeal = level(levels, EU.path), level(levels, ZEAL.path)
    votes = 99 + 0.06 * (eu - 50) - 0.3 * (zeal - 50) + stricter + luck + own
    adopted = (votes > 95) & (eu != 40)
    return {
        ADOPTED: adopted.astype(float),
        FAVOUR: votes,
        "73/27.plenary.against": np.full(len(runs), 46.0),
        "73/27.plenary.margin": votes - 95,
        KEPT: np.where(adopted, np.clip(50 + 0.3 * eu + luck, 0, 100), np.nan),
        "73/27.OP1.value": np.clip(20 + luck, 0, 100),
        "73/27.OP2.value": np.clip(0.8 * zeal + luck, 0, 100),
    }


def made(*factors: Factor, points: Sequence[Point] = (), **said: object) -> Study:
    """A study of these factors, by default of every combination of their levels."""
    design = str(said.pop("design", "grid"))
    said = {"outcomes": (ADOPTED, FAVOUR), **said}
    return study(
        experiment(factors, design, **said),  # type: ignore[arg-type]
        list(points) or grid(*factors),
        answer,
    )


def one(of: Study, *plot: str, **said: str) -> Figure:
    """The only figure of a study, asked for as `Plot` is."""
    asked = replace(of.experiment, plots=(Plot(*plot, **said),))  # type: ignore[arg-type]
    (figure,) = sheets(replace(of, experiment=asked))
    return figure


def alone(*factors: Factor) -> list[Point]:
    """The base, and every level of every factor alone."""
    plain = {f.path: UNCHANGED for f in factors}
    return [Point(plain), *(Point({**plain, f.path: x}) for f in factors for x in f.levels)]


def sampled(points: int, *paths: str, seed: int = 3) -> tuple[list[Factor], list[Point]]:
    """Factors drawn evenly from 0-100, and a sample of them after the base."""
    luck = np.random.default_rng(seed).uniform(0, 100, (points, len(paths)))
    factors = [Factor(path, (), "uniform", 0.0, 100.0) for path in paths]
    rows = [Point(dict(zip(paths, (f"{v:.4f}" for v in row), strict=True))) for row in luck]
    return factors, [Point(dict.fromkeys(paths, UNCHANGED)), *rows]


def test_words_that_lie_on_others_or_are_cut_are_noticed() -> None:
    sheet = one(made(EU), "line", FAVOUR).sheet
    assert clashes(sheet) == []
    sheet.text(300, 500, "one")
    sheet.text(310, 505, "other", turn=40)
    sheet.text(1850, 700, "too long for the page")
    assert [words.split("'")[1] for words in clashes(sheet)] == ["too long for the page", "one"]


# What titles claim


def test_a_line_says_what_the_whole_sweep_does_with_its_interval() -> None:
    figure = one(made(EU), "line", FAVOUR)
    assert figure.title == "73/27 gains 6.0 votes as EU cohesion goes from 0 to 100"
    of = made(EU).source
    ends = [next(p.id for p in grid(EU) if p.levels[EU.path] == x) for x in ("0", "100")]
    apart = of.values(ends[1], FAVOUR) - of.values(ends[0], FAVOUR)
    told = spread(apart, of.worlds(ends[0]))
    low, high = (told.mean + side * 1.96 * told.error for side in (-1, 1))
    between = f"difference, run by run: {low:.1f} to {high:.1f} (95% interval)"
    assert between in figure.sheet.subtitle
    zeal = made(numeric(ZEAL.path, 10, 90), runs=200)
    last = f"{100 * zeal.source.values(zeal.points[-1].id, ADOPTED).mean():.0f}%"
    assert one(zeal, "line", ADOPTED).title == (
        f"73/27 is adopted in {last} of runs instead of 100% as insistence goes from 10 to 90"
    )


def test_nothing_moves_where_differences_are_below_the_error() -> None:
    def noisy(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
        seed = int(level(levels, EU.path))
        return {FAVOUR: np.random.default_rng(seed).normal(99, 8, len(runs))}

    of = study(experiment([EU], outcomes=(FAVOUR,)), grid(EU), noisy)
    for kind in ("line", "heat", "multiples"):
        assert one(of, kind, FAVOUR).title == (
            "Nothing moves: over EU cohesion, votes in favour of 73/27 differ by less than these"
            " runs can show"
        )
    tornado = one(of, "tornado", FAVOUR)
    assert tornado.title.startswith("Nothing moves: over all changes")
    assert not any(tornado.data["seen"])


def test_what_is_the_same_in_every_run_is_said_to_be() -> None:
    against = "73/27.plenary.against"
    figure = one(made(EU), "line", against)
    assert figure.title == "Nothing moves: votes against 73/27 are 46 at every level of EU cohesion"
    assert one(made(EU, ZEAL), "heat", against).title == (
        "Nothing moves: votes against 73/27 are 46 votes whatever EU cohesion and insistence are"
    )
    assert one(made(EU), "tornado", against).title == (
        "Nothing moves: votes against 73/27 as at the base in every run"
    )


def test_a_peak_between_the_ends_is_not_told_as_a_rise() -> None:
    def bent(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
        votes = 99 - 0.01 * (level(levels, EU.path) - 40) ** 2
        return {FAVOUR: votes + np.random.default_rng(1).normal(0, 5, len(runs))}

    of = study(experiment([EU], outcomes=(FAVOUR,)), grid(EU), bent)
    assert one(of, "line", FAVOUR).title == (
        "73/27 gains 36 votes at EU cohesion 40 rather than 100"
    )


def test_levels_in_words_are_compared_not_swept() -> None:
    figure = one(made(RULES), "line", FAVOUR)
    assert figure.title == "73/27 gains 60 votes with rules simple rather than consensus"


def test_among_many_only_a_larger_difference_stands_out() -> None:
    assert threshold(1) == 2.8
    assert threshold(193) == pytest.approx(3.65, abs=0.01)


def test_one_run_claims_nothing() -> None:
    figure = one(made(EU, runs=1), "line", FAVOUR)
    assert figure.title.startswith("In one run, of which no error can be told: 73/27 gains")
    assert "one run: no error can be told" in figure.sheet.subtitle
    assert np.isnan(np.array(figure.data["error"], dtype=float)).all()
    assert "95% interval" not in written(figure.sheet)


def test_one_point_is_told_as_one() -> None:
    of = made(EU, points=[Point({EU.path: UNCHANGED})])
    title = "Votes in favour of 73/27 are 99.0 votes at the base, the only point played"
    assert one(of, "line", FAVOUR).title == title
    assert one(of, "tornado", FAVOUR).title.startswith("There is no change to compare")


def test_lines_by_a_factor_say_at_which_level_and_how_often() -> None:
    figure = one(made(EU, RULES), "line", FAVOUR, x=EU.path, by=RULES.path)
    assert figure.title.startswith("73/27 gains 6.0 votes as EU cohesion goes from 0 to 100, with")
    assert figure.title.endswith("(seen at 3 of 3 levels)")
    for text in ("simple", "two_thirds", "consensus"):
        assert text in written(figure.sheet).splitlines()  # a label at the line, not a legend only


def test_failed_runs_are_said() -> None:
    of = replace(made(EU), failed={"base": 2, made(EU).points[1].id: 1})
    for kind in KINDS:
        assert "3 runs failed and left out" in one(of, kind).sheet.subtitle


# Where an outcome is not defined


def test_a_line_breaks_where_nothing_is_defined() -> None:
    of = made(EU)
    figure = one(of, "line", KEPT)
    (line,) = frames(figure.sheet)[0].findobj(lambda a: a.get_gid() == "mean")
    assert np.isnan(line.get_ydata()).tolist() == [False, False, True, False, False, False]
    assert "not defined" in written(figure.sheet).splitlines()
    assert "share of runs in which it is defined" in written(figure.sheet)
    row = dict(zip(figure.data[EU.path], figure.data["defined"], strict=True))
    assert row["40"] == 0.0 < float(str(row["0"])) < float(str(row["100"])) < 1


def test_what_is_never_defined_is_not_drawn_as_nothing() -> None:
    def never(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
        return {KEPT: np.full(len(runs), np.nan), ADOPTED: np.zeros(len(runs))}

    of = study(experiment([EU, ZEAL], outcomes=(KEPT, ADOPTED)), grid(EU, ZEAL), never)
    for kind in ("line", "heat", "tornado", "multiples", "convergence"):
        figure = one(of, kind, KEPT)
        assert (
            figure.title
            == "Share of 73/27 that is kept (if adopted) is never defined in these runs"
        )
        assert clashes(figure.sheet) == []
        means = figure.data["difference" if kind == "tornado" else "mean"]
        assert np.isnan(np.array(means, dtype=float)).all()


def test_heat_maps_and_panels_show_in_how_many_runs_it_is_defined() -> None:
    heat = one(made(EU, ZEAL), "heat", KEPT)
    assert "Share of runs in which it is defined, %" in written(heat.sheet)
    assert "not defined in any run" in written(heat.sheet)
    panels = one(made(EU, RULES), "multiples", KEPT, x=EU.path, by=RULES.path)
    assert "not defined at any level" in written(panels.sheet)  # under consensus
    assert "share of runs in which it is defined" in written(panels.sheet)


# Each kind


def test_places_are_a_slice_through_the_base_where_there_is_one() -> None:
    loose = Factor(ZEAL.path, (UNCHANGED, "10"), low=10, high=10)
    assert {len(points) for points in places(made(EU, loose), EU.path).values()} == {1}
    of = made(EU, ZEAL)
    found = places(of, EU.path)
    assert {len(points) for points in found.values()} == {3}
    column = outcome(of, FAVOUR)
    mean = measure(of, found["0",], column).mean
    assert mean == pytest.approx(
        np.mean([measure(of, (p,), column).mean for p in found["0",]]), abs=1e-9
    )
    assert "each the mean over 3 settings" in one(of, "line", FAVOUR, x=EU.path).sheet.subtitle


def test_the_base_is_marked_where_it_lies_among_the_levels() -> None:
    here = Point({EU.path: "40", ZEAL.path: "50"}, base=True)
    others = [p for p in grid(EU, ZEAL, base=False) if p.levels != here.levels]
    of = made(EU, ZEAL, points=[here, *others])
    assert {len(points) for points in places(of, EU.path).values()} == {1}  # a slice through it
    line = one(of, "line", FAVOUR, x=EU.path)
    assert "the mean over" not in line.sheet.subtitle
    (axes,) = frames(line.sheet)
    (ring,) = axes.findobj(lambda artist: artist.get_gid() == "base")
    (mean,) = axes.findobj(lambda artist: artist.get_gid() == "mean")
    assert np.allclose(ring.get_xydata()[0], mean.get_xydata()[2])  # at 40, on the line
    assert "the base" in written(one(of, "heat", FAVOUR).sheet).splitlines()
    rows, _ = differences(of, outcome(of, FAVOUR))
    assert {"EU cohesion", "insistence"} < {row.words for row in rows}


def test_what_differs_in_other_factors_is_not_put_down_to_this_one() -> None:
    low = numeric(ZEAL.path, 10, 30)  # the base has 50, and OP2 goes with it
    texts = one(made(EU, low), "texts", by=EU.path)
    assert texts.title.startswith("Nothing moves in 73/27")
    assert one(made(EU, low), "texts", by=low.path).title == (
        "73/27: 1 of 2 clauses move, most OP2, from a mean of 8.1 to 24.0 with insistence 30"
        " rather than 10"
    )
    ribbons = one(made(EU, low), "ribbons", x=EU.path)
    assert "base" not in ribbons.title


def test_lines_of_which_none_moves_are_not_told_by_one_of_them() -> None:
    figure = one(made(EU, RULES), "line", "73/27.plenary.against", x=EU.path, by=RULES.path)
    assert figure.title == (
        "Nothing moves: votes against 73/27 move visibly over EU cohesion at no level of rules"
    )


def test_points_with_other_numbers_of_runs_are_compared_on_those_they_share() -> None:
    of = made(EU)
    source = of.source
    assert isinstance(source, Memory)
    last = of.points[-1].id
    source.of_worlds[last] = source.of_worlds[last][:30]
    source.table[last] = {k: v[:30] for k, v in source.table[last].items()}
    rows, _ = differences(of, outcome(of, FAVOUR))
    found = next(s.found for row in rows for s in row.steps if s.point.id == last)
    alike = source.values(last, FAVOUR) - source.values("base", FAVOUR)[:30]
    assert found.difference == pytest.approx(alike.mean())
    figure = one(of, "line", FAVOUR)
    assert "30 to 80 runs a point" in figure.sheet.subtitle
    assert figure.title.startswith("73/27 gains 6")


def test_a_heat_map_says_where_it_is_highest_and_draws_where_the_balance_tips() -> None:
    figure = one(made(EU, ZEAL), "heat", FAVOUR)
    assert figure.title == (
        "Votes in favour of 73/27 are highest (114.0) at EU cohesion 100 and insistence 10;"
        " lowest (84.0) at EU cohesion 0 and insistence 90"
    )
    assert len(figure.data["mean"]) == 18 + 1
    tips = "where adoption passes 50% of runs"
    assert tips in written(one(made(EU, ZEAL), "heat", ADOPTED).sheet)
    assert tips not in written(figure.sheet)


def test_two_factors_that_never_vary_together_are_said_to() -> None:
    of = made(EU, ZEAL, points=alone(EU, ZEAL), design="one_at_a_time")
    title = "No point varies both EU cohesion and insistence"
    assert one(of, "heat", FAVOUR, x=EU.path, y=ZEAL.path).title == title


def test_a_tornado_leads_with_the_longest_and_greys_what_cannot_be_seen() -> None:
    dull = Factor("USA", ("absent",))
    factors = (EU, ZEAL, dull)
    of = made(*factors, points=alone(*factors), design="one_at_a_time")
    figure = one(of, "tornado", FAVOUR)
    assert list(dict.fromkeys(figure.data["row"])) == ["insistence", "EU cohesion", "USA: absent"]
    assert figure.title.startswith("73/27 gains 12 votes with insistence 10; 2 of 3 changes")
    seen = dict(zip(figure.data["change"], figure.data["seen"], strict=True))
    assert not seen["USA=absent"]
    assert seen["blocs.EU.cohesion=0"]


def test_a_tornado_of_193_shows_the_first_twenty_and_says_so() -> None:
    everyone = [Factor(f"A{i:03d}", ("steps back",)) for i in range(193)]

    def moved(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
        who = next((int(k[1:]) for k, x in levels.items() if x != UNCHANGED), 193)
        own = np.random.default_rng(who).normal(0, 1, len(runs))
        return {FAVOUR: 99 + (20 - who) * (who < 12) + own}

    made_ = experiment(everyone, "one_at_a_time", 20, outcomes=(FAVOUR,))
    figure = one(study(made_, alone(*everyone), moved), "tornado", FAVOUR)
    assert "the 20 of 193 that lead furthest" in figure.sheet.subtitle
    assert "12 of 193 changes stand out" in figure.title
    assert len(figure.data["row"]) == 193
    sizes = np.abs(np.array(figure.data["difference"], dtype=float))
    assert (np.diff(sizes) <= 0).all()
    assert written(figure.sheet).count("steps back") == 20 + 1  # rows, and the title
    assert clashes(figure.sheet) == []


def test_a_sample_is_told_by_rank_correlations_and_a_cloud_with_its_trend() -> None:
    factors, points = sampled(120, EU.path, ZEAL.path, "parameters.dull")
    of = made(*factors, points=points, design="latin_hypercube", runs=12)
    tornado = one(of, "tornado", FAVOUR)
    assert tornado.title == (
        "Votes in favour of 73/27 fall with insistence, more closely than with any other factor"
    )
    assert tornado.data["factor"][0] == ZEAL.path
    assert float(str(tornado.data["rank_correlation"][0])) < -0.9
    cloud = one(of, "line", FAVOUR, x=ZEAL.path)
    assert cloud.title.startswith("Votes in favour of 73/27 fall with insistence (rank")
    assert len(cloud.data["mean"]) == 120
    dull = one(of, "line", FAVOUR, x="parameters.dull")
    assert (
        dull.title == "No trend of votes in favour of 73/27 over dull can be seen among 120 points"
    )


def test_rank_correlations_and_tenths() -> None:
    x = np.arange(40.0)
    assert correlation(x, x**3)[0] == pytest.approx(1.0)
    assert correlation(x, -np.floor(x / 2))[0] < -0.99
    assert np.isnan(correlation(x, np.ones(40))[0])
    tenths = binned(x[::-1], 2 * x[::-1])
    assert [t[2] for t in tenths] == [3.0 + 8 * k for k in range(10)]


def test_ribbons_share_out_the_members_and_leave_out_who_has_no_seat() -> None:
    of = made(EU)
    source = of.source
    assert isinstance(source, Memory)
    counted = np.zeros((2, 5, 7), dtype=np.int64)
    counted[:, :, Decision.ABSENT] = 80
    counted[1, :3, Decision.ABSENT] = 0
    counted[1, 0, Decision.SUPPORT] = 80
    counted[1, 1, Decision.SUPPORT], counted[1, 1, Decision.ABSTAIN] = 40, 40
    counted[1, 2, Decision.OPPOSE] = 80
    source.decided = {p.id: counted for p in of.points}
    there = np.array([True, True, True, False, False])
    found = dict(zip(ORDER, shares(of, of.points[:1], ("73/27", "plenary"), there), strict=True))
    assert found[Decision.SUPPORT] == pytest.approx(0.5)
    assert sum(found.values()) == pytest.approx(1.0)
    figure = one(of, "ribbons", x=EU.path)
    assert figure.data["in_favour"][0] == pytest.approx(0.5)
    assert "3 delegations that take part" in figure.sheet.subtitle
    stages = one(of, "ribbons", x="sessions")
    assert [c.partition(" ")[0] for c in map(str, stages.data["column"])] == [
        "committee",
        "plenary",
    ]


def test_texts_tell_medians_by_level_and_the_clause_that_moves() -> None:
    figure = one(made(ZEAL), "texts", by=ZEAL.path)
    assert figure.title.startswith("73/27: 1 of 2 clauses move, most OP2, from a mean of 40")
    rows = zip(*(figure.data[c] for c in ("clause", ZEAL.path, "q50")), strict=True)
    middles = {(clause, at): float(str(q)) for clause, at, q in rows}
    assert middles["OP1", "base"] == middles["OP1", "90"]
    assert middles["OP2", "90"] == pytest.approx(middles["OP2", "base"] + 32, abs=0.5)
    assert "median at the base" in written(figure.sheet)


def test_convergence_tells_the_error_and_whether_it_is_what_was_asked_for() -> None:
    figure = one(made(EU, until={FAVOUR: 0.1}, runs=400), "convergence", FAVOUR)
    assert figure.title.endswith("at most at these points: above the 0.1 votes asked for")
    base = [i for i, p in enumerate(figure.data["point"]) if p == "base"]
    errors = [float(str(figure.data["error"][i])) for i in base]
    assert errors[-1] == pytest.approx(6 / 20, rel=0.25)
    assert errors[-1] < errors[8]
    loose = one(made(EU, until={FAVOUR: 5.0}), "convergence", FAVOUR)
    assert "within the 5.0 votes asked for" in loose.title
    assert len(chosen(made(EU, ZEAL))) == 6


def test_effects_with_overlapping_intervals_are_not_ranked() -> None:
    of = made(EU, ZEAL, design="morris", plots=(Plot("morris", FAVOUR),))

    def title(second: float) -> str:
        effects = [Effect(EU.path, 6.0, 6.0, 1.0, 0.5), Effect(ZEAL.path, second, 1.0, 2.0, 0.5)]
        (figure,) = sheets(of, {"morris": {FAVOUR: effects}})
        assert clashes(figure.sheet) == []
        return figure.title

    assert title(2.0) == "EU cohesion moves votes in favour of 73/27 most: 6.0 votes over its range"
    assert title(5.8) == (
        "EU cohesion and insistence move votes in favour of 73/27 most; their intervals overlap"
    )


def test_shares_of_variance_are_told_by_their_interval() -> None:
    of = made(EU, ZEAL, design="sobol_indices", plots=(Plot("indices", ADOPTED),))
    found = [Index(EU.path, 0.5, 0.1, 0.6, 0.05), Index(ZEAL.path, 0.0, 0.1, 0.02, 0.05)]
    (figure,) = sheets(of, {"indices": {ADOPTED: found}})
    assert figure.title.startswith(
        "EU cohesion matters most to chance that 73/27 is adopted: 55 to"
    )
    assert figure.data["total"] == [0.6, 0.02]
    lost = [Index(EU.path, 0.0, 0.1, 0.02, 0.05)]
    (figure,) = sheets(of, {"indices": {ADOPTED: lost}})
    assert figure.title.endswith("can be told from none")


def test_rules_are_sentences_and_no_rule_is_said_to_be_none() -> None:
    of = made(EU, RULES, plots=(Plot("rules", ADOPTED),))
    where = (f"{EU.path} <= 40.5", f"{RULES.path} is two_thirds")
    leaves = (Leaf(where, 0.95, 40, 0.9), Leaf((f"{EU.path} > 40.5",), 0.1, 60, 0.2))
    found = Rules(ADOPTED, 0.5, leaves, 0.93, 0.7, 0.02, 100)
    (figure,) = sheets(of, {"rules": {ADOPTED: found}})
    assert figure.title == (
        "At 95% of points where EU cohesion at most 40.5 and rules is two_thirds, 73/27 is adopted"
        " in 50% of runs or more"
    )
    assert "the tree is right at 93%, the commoner answer at 70%" in figure.sheet.subtitle
    assert figure.data["points"] == [40, 60]
    nothing = replace(found, leaves=(Leaf((), 0.4, 100, 0.4),), accuracy=0.6, baseline=0.6)
    (figure,) = sheets(of, {"rules": {ADOPTED: nothing}})
    assert figure.title.startswith("No rule found for when 73/27 is adopted")


def test_a_figure_whose_analysis_is_missing_is_left_out() -> None:
    assert list(sheets(made(EU, plots=(Plot("morris", FAVOUR),)))) == []


# Which figures there are


@pytest.mark.parametrize(
    ("factors", "design", "kinds"),
    [
        ([EU], "grid", ["line", "line", "ribbons", "convergence"]),
        ([EU, ZEAL], "grid", ["heat", "heat", "line", "ribbons", "texts", "convergence"]),
        ([RULES], "grid", ["line", "line", "ribbons", "convergence"]),
        ([EU, RULES], "grid", ["line", "line", "ribbons", "convergence"]),
        ([EU, ZEAL, RULES], "one_at_a_time", ["tornado", "tornado", "convergence"]),
    ],
)
def test_figures_suit_the_design(factors: list[Factor], design: str, kinds: list[str]) -> None:
    points = alone(*factors) if design == "one_at_a_time" else grid(*factors)
    drawn = list(sheets(made(*factors, points=points, design=design, runs=40)))
    assert [figure.kind for figure in drawn if figure.kind != "texts" or "texts" in kinds] == kinds
    assert len({figure.name for figure in drawn}) == len(drawn) <= 8


def test_a_sample_gets_correlations_and_clouds_of_what_matters() -> None:
    factors, points = sampled(60, EU.path, ZEAL.path)
    of = made(*factors, points=points, design="latin_hypercube", runs=12)
    kinds = [figure.kind for figure in sheets(of)]
    assert kinds == ["tornado", "tornado", "line", "convergence"]


def test_without_outcomes_asked_for_the_one_that_moves_is_drawn() -> None:
    first = next(iter(sheets(made(ZEAL, outcomes=()))))
    assert first.name == "line-73-27.plenary.adopted-by-parameters.insistence"


# Files


def test_every_figure_has_its_numbers_beside_it(tmp_path: Path) -> None:
    of = made(EU, ZEAL, plots=tuple(Plot(kind) for kind in KINDS))
    drawn = draw(of, tmp_path)
    assert [d.kind for d in drawn] == list(KINDS)
    for figure in drawn:
        assert figure.file.with_suffix(".csv") == figure.data
        assert Image.open(figure.file).size == (1920, 1080)
        with figure.data.open() as lines:
            assert len(list(csv.DictReader(lines))) > 1
    with (tmp_path / f"{drawn[1].name}.csv").open() as lines:
        rows = {(r[EU.path], r[ZEAL.path]): float(r["mean"]) for r in csv.DictReader(lines)}
    at = next(p for p in of.points if p.levels == {EU.path: "100", ZEAL.path: "90"})
    share = of.source.values(at.id, ADOPTED).mean()
    assert rows["100", "90"] == pytest.approx(100 * share)


@pytest.mark.parametrize(("suffix", "kinds"), [(".png", KINDS), (".svg", KINDS[:2])])
def test_a_second_drawing_is_the_same_to_the_byte(
    suffix: str, kinds: Sequence[str], tmp_path: Path
) -> None:
    of = made(EU, RULES, plots=tuple(Plot(kind) for kind in kinds))
    for first, second in zip(
        draw(of, tmp_path / "a", suffix=suffix),
        draw(of, tmp_path / "b", suffix=suffix),
        strict=True,
    ):
        assert first.file.read_bytes() == second.file.read_bytes()
        assert first.data.read_bytes() == second.data.read_bytes()


def test_names_of_files_are_safe_short_and_their_own(tmp_path: Path) -> None:
    assert (
        name("line", FAVOUR, f"by-{EU.path}") == "line-73-27.plenary.in_favour-by-blocs.EU.cohesion"
    )
    long = [name("line", "größe" * 60 + end) for end in "ab"]
    assert long[0] != long[1]
    assert max(len(n.encode()) for n in long) <= 100
    of = made(EU, plots=(Plot("line", FAVOUR), Plot("line", FAVOUR)))
    assert [d.file.stem[-2:] for d in draw(of, tmp_path)] == ["on", "-2"]


def _pixels(drawing: Iterator[Figure]) -> None:
    next(drawing).sheet.pixels()


def test_a_figure_is_quick() -> None:
    of = made(EU, RULES, runs=1000, plots=tuple(Plot(kind, FAVOUR) for kind in KINDS))
    list(sheets(of))  # fonts and colours are read once
    drawing = iter(sheets(of))
    for kind in KINDS:
        assert cost(partial(_pixels, drawing), 1) < 80, kind


@dataclass
class Watched:
    """A source that counts how many of the columns it gave out are still held."""

    inner: Memory
    held: weakref.WeakSet[npt.NDArray[np.float64]] = field(default_factory=weakref.WeakSet)
    most: int = 0

    def runs(self, point: str) -> int:
        return self.inner.runs(point)

    def worlds(self, point: str) -> Ints:
        return self.inner.worlds(point)

    def counts(self, point: str) -> Ints:
        return self.inner.counts(point)

    def values(self, point: str, outcome: str) -> Floats:
        column = self.inner.values(point, outcome).copy().view(Column)
        self.held.add(column)
        self.most = max(self.most, len(self.held))
        return column


class Column(np.ndarray):  # type: ignore[type-arg]
    """A column that can be watched; two are never the same."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return self is other


@pytest.mark.parametrize("kind", KINDS)
def test_few_columns_are_in_memory_at_a_time(kind: str) -> None:
    of = made(EU, ZEAL)
    assert isinstance(of.source, Memory)
    source = Watched(of.source)
    one(replace(of, source=source), kind)
    assert source.most <= 4


# Whatever the study


def odd() -> Iterator[tuple[str, Study]]:
    many = numeric("blocs.EU.cohesion", *np.linspace(0, 100, 50).round(3))
    named = Factor(RULES.path, tuple(f"a level with a long name {i}" for i in range(50)))
    lists = Factor("drafts.73/27.sponsors", ("[RUS, CHN, IRN]", "[USA]", "größer Ωμέγα", "x" * 90))
    yield "one point", made(EU, points=[Point({EU.path: UNCHANGED})])
    yield "no base", made(EU, ZEAL, points=grid(EU, ZEAL, base=False))
    yield "one run", made(EU, ZEAL, runs=1)
    yield "50 levels", made(many, runs=8)
    yield "50 names", made(named, runs=8)
    yield "50 by 3", made(named, ZEAL, runs=8)
    yield "lists", made(lists, EU, runs=8)
    yield "unchanged among the levels", made(Factor(RULES.path, (UNCHANGED, "two_thirds")), EU)
    yield "never", made(Factor(RULES.path, ("consensus",)), EU, outcomes=(KEPT,))
    factors, points = sampled(30, EU.path, ZEAL.path)
    yield "sample", made(*factors, points=points, design="latin_hypercube", runs=4)


OF_AN_OUTCOME = ("line", "heat", "tornado", "multiples", "convergence")


@pytest.mark.parametrize("of", [pytest.param(of, id=what) for what, of in odd()])
def test_nothing_overlaps_whatever_the_study(of: Study, tmp_path: Path) -> None:
    """Each sheet is drawn once, as a file, and its words are looked at as they are drawn."""
    sweep = of.experiment.factors[0].path
    plots = tuple(Plot(kind, KEPT) for kind in OF_AN_OUTCOME)  # at times not defined
    plots += tuple(Plot(kind, FAVOUR) for kind in OF_AN_OUTCOME if kind != "multiples")
    plots += (Plot("ribbons"), Plot("texts"), Plot("ribbons", x=sweep), Plot("texts", by=sweep))
    plots += (Plot("line", ADOPTED, x=sweep),)
    drawn = list(sheets(replace(of, experiment=replace(of.experiment, plots=plots))))
    assert len(drawn) == len(plots)
    for number, figure in enumerate(drawn):
        file = tmp_path / f"{number}.png"
        assert clashes(figure.sheet, partial(figure.sheet.save, file)) == [], figure.name
        assert Image.open(file).size == (1920, 1080)
        assert as_csv(figure.data)


def test_huge_counts_have_room() -> None:
    def huge(levels: Mapping[str, str], runs: Ints, worlds: Ints) -> Answered:
        return {k: 1e7 * v for k, v in answer(levels, runs, worlds).items()}

    of = study(experiment([EU, RULES], outcomes=(FAVOUR,)), grid(EU, RULES), huge)
    for kind in ("line", "heat", "tornado", "multiples", "convergence"):
        assert clashes(one(of, kind, FAVOUR).sheet) == []


# Small things


def test_factors_are_called_by_what_tells_them_apart() -> None:
    of = made(EU, RULES)
    assert [factor(of, f.path) for f in (EU, RULES)] == ["EU cohesion", "rules"]
    twin = Factor("forums.first.rules", ("simple",))
    assert factor(made(RULES, twin), twin.path) == "first rules"


def test_outcomes_are_read_off_their_names() -> None:
    of = made(EU)
    assert outcome(of, "73/27.committee.adopted").name == "chance that 73/27 is adopted (committee)"
    assert outcome(of, "73/27.OP1.value").name == "73/27 OP1"
    assert outcome(of, "status_quo.SOV").name == "status quo on SOV"
    assert outcome(of, "something.else").name == "something.else"


def test_labels_that_are_cut_are_told_apart() -> None:
    for ends in (("a very long name 1", "a very long name 2"), ("1 very long name", "2 very long")):
        assert len(set(told_apart(ends, 80, 15))) == 2
    alike = [f"the same beginning {n} and the same ending" for n in range(11)]
    assert len(set(told_apart(alike, 120, 15))) == 11
    assert told_apart(["short", "short"], 120, 15) == ["short", "short"]
