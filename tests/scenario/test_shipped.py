"""The scenarios that come with plenary: what each must hold, and what no run of it may do."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import delimited, record, shipped
from sim.build import setting
from sim.core.gain import shares
from sim.core.registry import mechanism
from sim.forums.decision import by_vote, needed
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, How
from sim.scenario import check, load
from tests.played import RUNS, played, scenario

VOTED = ("rival-resolutions-2018", "cybercrime-2019")
CODED_BY_TWO = ("gge-2005", "gge-2010", "gge-2013", "gge-2015", "gge-2021", "oewg-2025")
UNVOTED = ("gge-2017", "oewg-2021", *CODED_BY_TWO)
ALL = (*VOTED, *UNVOTED)  # those of which each state's part is on record, held to the most
EVERY = tuple(shipped.scenarios())
EXPERTS = {
    **{"gge-2005": 15, "gge-2010": 15, "gge-2013": 15, "gge-2015": 20},
    **{"gge-2017": 25, "gge-2021": 25},
}
MEMBERS = dict.fromkeys(ALL, 193) | EXPERTS
FAILED = ("gge-2005", "gge-2017")
CODED = ("73/27", "73/266", "73/187", "74/247")
TALLY = ("in_favour", "against", "abstaining", "not_voting")


@pytest.fixture(params=ALL)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=EVERY)
def one(request: pytest.FixtureRequest) -> str:
    return request.param


def drafts() -> list[tuple[str, str]]:
    return [(name, draft) for name in EVERY for draft in scenario(name).drafts]


# What a scenario holds


def test_all_are_listed_with_their_titles() -> None:
    listed = shipped.scenarios()
    assert set(ALL) < set(listed)
    assert all(scenario(name).title == listed[name] for name in EVERY)


def test_nothing_in_it_may_not_be_meant(one: str) -> None:
    assert check(one) == []


def test_it_says_what_it_is_about_and_where_from(one: str) -> None:
    said = scenario(one)
    assert said.name == one
    assert said.drafts
    assert said.about
    assert said.question.endswith("?")
    assert said.sources
    assert said.date


def test_every_part_of_the_world_is_shown_and_played_by_what_is_tested() -> None:
    rows = delimited.read(shipped.data("world.csv"), "world.csv").named()
    shown = {part for name in EVERY for part in scenario(name).covers}
    assert shown == {int(row["part"]) for row in rows} - {26}  # of claims there is a table only
    for row in rows:
        for name in filter(None, row["mechanisms"].split(";")):
            assert mechanism(name)
            tests = Path(__file__).parents[1] / "mechanisms"
            assert list(tests.glob(f"test_{name}*.py")), name


def test_each_stands_under_a_heading() -> None:
    themes = shipped.themes()
    assert sorted(name for names in themes.values() for name in names) == sorted(EVERY)
    assert all(themes)


def test_seeds_are_years(name: str) -> None:
    assert scenario(name).seed == int(name[-4:])


def test_consensus_scenarios_say_that_they_are_no_evidence_of_skill() -> None:
    for name in UNVOTED:
        assert "illustration" in scenario(name).about
        assert "no evidence of skill" in scenario(name).about


def test_every_issue_has_both_poles_and_wordings_between(one: str) -> None:
    for issue in scenario(one).issues.values():
        assert issue.low
        assert issue.high
        assert len([point for point in issue.words if 0 < point < 100]) >= 3
        assert list(issue.words) == sorted(issue.words)


def _undated(words: str) -> str:
    """Words of a scale as they can be said before 2015, whose report later ones name."""
    return words.removesuffix(" (2015)").removesuffix(" of 2015")


def test_an_issue_is_the_same_scale_wherever_it_stands() -> None:
    scales: dict[str, tuple[str, str, dict[int, str]]] = {}
    for name in ALL:
        for code, issue in scenario(name).issues.items():
            words = {at: _undated(said) for at, said in issue.words.items()}
            scale = (issue.low, issue.high, words)
            assert scales.setdefault(code, scale) == scale


def test_every_issue_is_touched_by_a_clause_and_every_clause_has_words(name: str) -> None:
    clauses = [c for d in scenario(name).drafts.values() for c in d.clauses.values()]
    assert {c.issue for c in clauses} == set(scenario(name).issues)
    assert all(c.words for c in clauses)


def test_no_parameter_is_set_but_the_spread_of_coders_and_no_red_line_listed(name: str) -> None:
    assert set(scenario(name).parameters) == ({"coding_error"} if name in CODED_BY_TWO else set())
    assert scenario(name).sections["red_lines"] == ()


def test_its_rules_are_those_of_a_preset(name: str) -> None:
    for forum in scenario(name).forums.values():
        assert forum.overrides().keys() <= {"drafting"}  # who drafts is not a rule of decision


def test_members_are_as_many_as_there_were(name: str) -> None:
    for forum in scenario(name).forums.values():
        assert len(forum.members) == MEMBERS[name]


def test_companies_and_civil_society_are_there_but_among_experts() -> None:
    kinds = {name: {a.kind for a in scenario(name).actors.values()} for name in ALL}
    everyone = {"state", "company", "civil_society"}
    assert kinds == dict.fromkeys(ALL, everyone) | {experts: {"state"} for experts in EXPERTS}
    assert "Tech Accord" in scenario("rival-resolutions-2018").actors["MICROSOFT"].name


def test_the_union_has_the_members_of_its_time() -> None:
    blocs = {name: scenario(name).sections["blocs"] for name in ALL if name not in EXPERTS}
    sizes = {name: len(of["EU"].members) for name, of in blocs.items()}
    late = {"oewg-2021": 27, "oewg-2025": 27}
    assert sizes == {"rival-resolutions-2018": 28, "cybercrime-2019": 28} | late


def test_the_documented_change_of_a_clause_works() -> None:
    changed = load("rival-resolutions-2018", ["drafts.73/27.OP3=55"])
    assert changed.draft("73/27").clauses["OP3"].value == 55


# What it may know


def test_no_actor_is_known_later_than_the_date(one: str) -> None:
    known = {a.known_by for a in scenario(one).actors.values()}
    assert all(day <= scenario(one).date for day in known if day)


def test_the_worlds_were_drawn_from_what_was_known_by_the_date(name: str) -> None:
    file = scenario(name).worlds
    if name in ("gge-2005", "gge-2010"):  # too few votes before
        assert file is None
        return
    assert file is not None
    said = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert f"# known_by: {scenario(name).date}" in said


def test_a_text_remembers_only_votes_before_the_date(name: str) -> None:
    votes = record.votes()
    for draft in scenario(name).drafts.values():
        days = [votes.dates[votes.column[label]] for label in draft.series]
        assert all(day < scenario(name).date for day in days)


def test_every_decision_lies_on_or_after_the_date(name: str) -> None:
    made = setting(scenario(name))
    days = [day for draft in made.drafts for day in draft.dates.values()]
    assert None not in days
    assert min(days) >= scenario(name).date


# Texts


def _coding(resolution: str) -> dict[str, tuple[float, float]]:
    text = shipped.data("codings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["issue"]: (float(row["status_quo"]), float(row["value"]))
        for row in rows
        if row["resolution"] == resolution
    }


@pytest.mark.parametrize("label", CODED)
def test_clauses_keep_the_coding_of_their_text(label: str) -> None:
    name = next(n for n, d in drafts() if d == label)
    made = setting(scenario(name))
    draft = made.drafts[list(scenario(name).drafts).index(label)]
    each = shares(draft.issue, draft.weight) * draft.value
    found = {
        code: (float(made.status_quo[k]) * 100, float(each[draft.issue == k].sum()) * 100)
        for k, code in enumerate(made.issues)
        if (draft.issue == k).any()
    }
    coded = _coding(label)
    assert found.keys() == coded.keys()
    for code, pair in coded.items():
        assert found[code] == pytest.approx(pair, abs=0.5)


@pytest.mark.parametrize("name", CODED_BY_TWO)
def test_drafts_of_rooms_are_the_means_of_two_coders(name: str) -> None:
    text = shipped.data("room_codings.csv").read_text(encoding="utf-8")
    coded: dict[tuple[str, str], list[float]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        if row["room"] == name:
            coded.setdefault((row["clause"], row["issue"]), []).append(float(row["value"]))
    said = scenario(name)
    clauses = said.draft("report").clauses.items()
    here = {(label, clause.issue): clause.value for label, clause in clauses}
    here |= {("status_quo", code): issue.status_quo for code, issue in said.issues.items()}
    assert here.keys() == coded.keys()
    for key, values in coded.items():
        assert len(values) == 2
        assert here[key] == pytest.approx(sum(values) / 2)


def test_the_contested_additions_of_2017_go_beyond_what_was_agreed() -> None:
    said = scenario("gge-2017")
    contested = {k: c for k, c in said.draft("report").clauses.items() if k.startswith("P34")}
    assert len(contested) == 3
    assert all(c.value - said.issues[c.issue].status_quo > 25 for c in contested.values())


# The record


def test_every_text_has_its_record_at_every_stage(name: str) -> None:
    said = scenario(name)
    for label in said.drafts:
        stages = said.forums[said.forum_of(label)].stages
        assert said.record[label].keys() == stages.keys()
        for outcome in said.record[label].values():
            assert outcome.adopted is not None
            assert outcome.source


@pytest.mark.parametrize("name", VOTED)
def test_recorded_tallies_are_of_193_and_agree_with_each_states_vote(name: str) -> None:
    votes = record.votes()
    for label, stages in scenario(name).record.items():
        for outcome in stages.values():
            assert sum(getattr(outcome, count) for count in TALLY) == 193
        plenary = stages["plenary"]
        assert plenary.votes is not None
        assert tuple(getattr(plenary, count) for count in TALLY) == votes.tally(label)


@pytest.fixture(scope="module")
def forums() -> dict[str, dict[str, str]]:
    """The rows of the record of consensus forums, by id."""
    columns = ("id", "date", "outcome", "members")
    rows = record.table(shipped.data("consensus_record.csv"), columns)
    return {row.cells["id"]: row.cells for row in rows}


@pytest.mark.parametrize("name", UNVOTED)
def test_what_happened_without_a_vote(name: str, forums: dict[str, dict[str, str]]) -> None:
    agreed = forums[name]["outcome"] == "agreed"
    [outcome] = scenario(name).record["report"].values()
    assert outcome.adopted == agreed == (name not in FAILED)
    apart = {"oewg-2021": ("IRN",), "oewg-2025": ("USA",)}
    assert outcome.dissociated == apart.get(name, ())
    [stage] = next(iter(scenario(name).forums.values())).stages.values()
    assert str(stage.date) == forums[name]["date"]


@pytest.mark.parametrize("name", EXPERTS)
def test_experts_are_those_of_the_record(name: str, forums: dict[str, dict[str, str]]) -> None:
    assert sorted(scenario(name).actors) == sorted(forums[name]["members"].split(";"))


def test_77_states_voted_for_both_rivals() -> None:
    votes = record.votes()
    for_both = (votes.of("73/27") == record.IN_FAVOUR) & (votes.of("73/266") == record.IN_FAVOUR)
    assert int(for_both.sum()) == 77


def _recounted(label: str, preset: str) -> int:
    """By how many the recorded votes carry (or, below zero, fall short) under other rules."""
    cast = record.votes().of(label)[None, :]
    read = {
        record.IN_FAVOUR: Decision.SUPPORT,
        record.AGAINST: Decision.OPPOSE,
        record.ABSTAINING: Decision.ABSTAIN,
        record.NOT_VOTING: Decision.ABSENT,
    }
    decisions = np.vectorize(read.__getitem__, otypes=[np.int8])(cast)
    seats = np.ones(cast.shape[1], dtype=bool)
    verdict = by_vote(decisions, seats, ~seats, np.zeros(len(seats)), PRESETS[preset])
    return int(verdict.margin[0])


def test_two_thirds_would_have_left_the_committee_on_cybercrime_14_short() -> None:
    assert _recounted("74/247", "un_general_assembly") >= 0
    assert _recounted("74/247", "two_thirds") == -14


@pytest.mark.parametrize(
    ("label", "carries"), [("73/27", True), ("73/266", True), ("73/187", False)]
)
def test_which_texts_of_2018_two_thirds_would_have_passed(label: str, carries: bool) -> None:
    assert (_recounted(label, "two_thirds") >= 0) is carries


# What no run may do


@pytest.mark.parametrize(("name", "draft"), drafts())
def test_decisions_of_members_sum_to_the_members(name: str, draft: str) -> None:
    found, kinds = played(name), (*TALLY, "blocking", "dissociating")
    members = np.isin(found.actors, scenario(name).forums[scenario(name).forum_of(draft)].members)
    for place, (label, stage) in enumerate(found.ballots):
        if label != draft:
            continue
        reached = found.table[f"{label}.{stage}.how"] != How.NOT_REACHED
        counted = np.nansum([found.number(f"{label}.{stage}.{kind}") for kind in kinds], axis=0)
        how = found.table[f"{label}.{stage}.how"]  # who blocked before a vote also voted
        voted = np.isin(how, (How.VOTE, How.SHORTFALL, How.VETO))
        counted -= np.where(voted, np.nan_to_num(found.number(f"{label}.{stage}.blocking")), 0)
        accepted = (found.decisions[:, place] == Decision.ACCEPT)[:, members].sum(axis=1)
        assert (counted + accepted)[reached] == pytest.approx(members.sum())


@pytest.mark.parametrize("name", VOTED)
def test_a_text_reaches_plenary_if_its_committee_adopted_it(name: str) -> None:
    for draft in scenario(name).drafts:
        adopted = played(name).table[f"{draft}.committee.adopted"]
        reached = played(name).table[f"{draft}.plenary.how"] != How.NOT_REACHED
        np.testing.assert_array_equal(adopted, reached)


@pytest.mark.parametrize("name", VOTED)
def test_nobody_blocks_in_an_assembly_that_votes_and_margins_are_the_count(name: str) -> None:
    found = played(name)
    rules = PRESETS["un_general_assembly"]
    for draft, stage in found.ballots:
        column = f"{draft}.{stage}."
        reached = found.table[f"{column}how"] != How.NOT_REACHED
        assert np.isnan(found.table[f"{column}blocking"]).all()
        favour, against = (found.table[f"{column}{c}"] for c in ("in_favour", "against"))
        margin = favour - needed(favour + against, rules)
        np.testing.assert_array_equal(found.table[f"{column}margin"][reached], margin[reached])


@pytest.mark.parametrize("name", UNVOTED)
def test_a_room_of_consensus_never_votes(name: str) -> None:
    draft, stage = played(name).ballots[0]
    counts = played(name).counts[0]
    voted = counts[:, [Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN]]
    assert not voted.any()
    how = played(name).table[f"{draft}.{stage}.how"]
    assert set(how.tolist()) <= {How.CONSENSUS, How.BLOCKED}


def test_companies_never_decide(name: str) -> None:
    found = played(name)
    outside = [a.kind != "state" for a in scenario(name).actors.values()]
    assert (found.counts[:, outside, Decision.ABSENT] == RUNS).all()


def test_the_base_case_moves_nobody_by_talk(name: str) -> None:
    quiet = sim.run(name, 2, settings=["parameters.influence=0"])
    np.testing.assert_array_equal(quiet.decisions, played(name).decisions[:2])


@pytest.mark.parametrize("name", UNVOTED)
def test_one_delegation_that_opposes_is_enough_to_end_consensus(name: str) -> None:
    found = sim.run(name, 2, settings=["RUS=opposes report"])
    draft, stage = found.ballots[0]
    assert (found.table[f"{draft}.{stage}.how"] == How.BLOCKED).all()
    assert not found.table[f"{draft}.{stage}.text_existed"].any()


STILL = ["forums.general_assembly.drafting=as_tabled", "lobbying=off"]  # nobody answers the rule


def test_a_recount_leaves_the_votes_as_they_were() -> None:
    base, recounted = (
        sim.run("cybercrime-2019", RUNS, settings=said)
        for said in (STILL, [*STILL, "forums.general_assembly.majority=two_thirds"])
    )
    np.testing.assert_array_equal(base.decisions, recounted.decisions)
    short = recounted.number("74/247.committee.margin") - base.number("74/247.committee.margin")
    assert (short < 0).all()


def test_sponsors_ask_for_less_of_a_higher_majority() -> None:
    simple = sim.run("cybercrime-2019", 40)
    rule = "forums.general_assembly.majority=two_thirds"
    higher = sim.run("cybercrime-2019", 40, settings=[rule])
    asked = [found.number("74/247.OP2-committee.value").mean() for found in (simple, higher)]
    assert asked[1] < asked[0]
