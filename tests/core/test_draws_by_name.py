"""A what-if changes only what it changes: draws, worlds and decisions of all else stay as they are.

Scenarios are drawn at random: rooms by every kind of rules, texts, clauses, blocs, events, side
payments. Each is played as it is and changed: a draft, clause or actor less or more, lists in
another order, a parameter more. Whatever both have must be the same, bit for bit. A change that
others would answer in the model (an actor by those who hear it, say) is compared where nothing
connects them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.build import setting as build
from sim.core import draws, mechanism
from sim.core.ensemble import ensemble
from sim.core.mechanism import Mechanism
from sim.core.parameters import Parameter
from sim.core.setting import Setting
from sim.scenario import load
from tests.registered import registered

Spec = dict[str, Any]
Addresses = dict[tuple[Any, ...], bytes]
RUNS = 6
WORDS = {25: "a little", 50: "half", 75: "much"}
STATES = ("USA", "RUS", "FRA", "DEU", "BRA", "IND", "KEN", "JPN")
ISSUES = ("SOV", "DATA", "IHL", "TAX")
RULES = ("un_general_assembly", "ad_hoc_committee", "consensus", "simple_majority", "unanimity")
AS_TABLED, UNTIED = {"drafting": "as_tabled"}, {"influence": 0}
PERCENT = st.integers(0, 100)


@st.composite
def specs(draw: st.DrawFn, *, tied: bool = True, by_vote: bool = False) -> Spec:
    """A small scenario; not ``tied``: nothing connects its actors, and texts stay as tabled."""
    issues = draw(st.lists(st.sampled_from(ISSUES), min_size=1, max_size=3, unique=True))
    states = draw(st.lists(st.sampled_from(STATES), min_size=4, max_size=7, unique=True))
    some = st.lists(st.sampled_from(states), min_size=1, max_size=3, unique=True)
    rules = ("un_general_assembly", "simple_majority", "two_thirds") if by_vote else RULES

    def clauses() -> Spec:
        count = draw(st.integers(1, 3))
        each = {"issue": st.sampled_from(issues), "value": PERCENT, "weight": st.integers(1, 3)}
        return {f"OP{n + 1}": draw(st.fixed_dictionaries(each)) for n in range(count)}

    def drafts(room: int) -> Spec:
        count = draw(st.integers(1, 2))
        return {f"{room}/{n}": {"sponsors": draw(some), "clauses": clauses()} for n in range(count)}

    spec: Spec = {
        "title": "A scenario drawn at random",
        "seed": draw(st.integers(0, 99)),
        "sessions": 2,
        "issues": {
            code: {"low": "l", "high": "h", "status_quo": draw(PERCENT), "words": WORDS}
            for code in issues
        },
        "actors": {"and": {s: _stance(draw, issues) for s in states}},
        "forums": {
            f"room{room}": {
                "rules": draw(st.sampled_from(rules)),
                "stages": draw(st.sampled_from([{"b": {"session": 2}}, _TWO_STAGES])),
                "drafts": drafts(room),
            }
            | ({} if tied else AS_TABLED)
            for room in range(draw(st.integers(1, 2)))
        },
        "parameters": {} if tied else dict(UNTIED),
    }
    if tied:
        spec["actors"]["and"]["ACME"] = {"kind": "company"} | _stance(draw, issues)
        spec["blocs"] = {
            name: {"members": draw(some), "cohesion": draw(PERCENT)} for name in ("A", "B")
        }
        told = draw(st.sampled_from(["absent", "opposes", "steps back"]))
        place = f"{draw(st.sampled_from(states))}.position.{issues[0]}"
        event = {"session": 2, "set": {place: draw(PERCENT)}, "do": f"{states[0]} {told}"}
        spec["events"] = [event]
        offer = {"donor": "ACME", "to": draw(some), "draft": "0/0", "amount": draw(PERCENT)}
        spec["side_payments"] = [offer]
    return spec


_TWO_STAGES = {"a": {"session": 1}, "b": {"session": 2}}  # nothing is locked in before the end


def _stance(draw: st.DrawFn, issues: list[str]) -> Spec:
    each = {issue: draw(PERCENT) for issue in issues}
    return {"position": each, "absence": draw(st.integers(0, 30)), "capability": draw(PERCENT)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Spec], Setting]:
    """Make a setting of a scenario by writing and reading its file."""
    file: Path = tmp_path_factory.mktemp("drawn") / "drawn.yaml"

    def making(spec: Spec) -> Setting:
        file.write_text(json.dumps(spec), encoding="utf-8")
        return build(load(file))

    return making


Make = Callable[[Spec], Setting]
property_test = settings(
    max_examples=20, phases=[Phase.explicit, Phase.generate]
)  # a case is told whole


# What is compared


def world(setting: Setting) -> dict[tuple[str, ...], np.ndarray]:
    """All that is not known, by name: positions, saliences, parameters, values of clauses."""
    w, found = setting.worlds, {}
    for i, actor in enumerate(setting.actors):
        for k, issue in enumerate(setting.issues):
            found["position", actor, issue] = w.position[:, i, k]
            found["base", actor, issue] = w.base[:, i, k]
            found["salience", actor, issue] = w.salience[:, i, k]
    for draft, values in zip(setting.drafts, w.values, strict=True):
        for c, clause in enumerate(draft.clauses):
            found["value", draft.label, clause] = values[:, c]
    return found | {("parameter", name): drawn for name, drawn in w.parameters.items()}


def played(setting: Setting) -> tuple[Addresses, dict[tuple[str, ...], np.ndarray]]:
    """Play it: every draw that was made, by address, and every decision, by ballot and actor."""
    seen: Addresses = {}

    def noted(keys: Any, purpose: str, about: Any = None, *shared: Any) -> np.ndarray:
        drawn = draws.uniforms(keys, purpose, about, *shared)
        for place, label in np.ndenumerate([] if about is None else about):
            seen[purpose, shared, int(label)] = drawn[(slice(None), *place)].tobytes()
        return drawn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mechanism, "uniforms", noted)
        outcomes = ensemble(setting, RUNS)
    decided = {
        (*ballot, actor): outcomes.decisions[:, b, i]
        for b, ballot in enumerate(outcomes.ballots)
        for i, actor in enumerate(outcomes.actors)
    }
    return seen, decided


def assert_kept(one: dict[Any, Any], other: dict[Any, Any], gone: Callable[[Any], bool]) -> None:
    """The two have the same keys but for those that are gone, and the same under each."""
    assert {key for key in one if not gone(key)} == {key for key in other if not gone(key)}
    for key in one.keys() & other.keys():
        assert np.array_equal(one[key], other[key]), key


def assert_same_but(one: Setting, other: Setting, gone: Callable[[Any], bool]) -> None:
    """Worlds, draws and decisions are the same but for what is gone."""
    assert_kept(world(one), world(other), gone)
    (drawn, decided), (also_drawn, also_decided) = played(one), played(other)
    assert drawn
    assert_kept(drawn, also_drawn, gone)
    assert_kept(decided, also_decided, gone)


def of_both(one: Addresses, other: Addresses) -> tuple[Addresses, Addresses]:
    """The draws for which both had an occasion: whether a vote follows, say, may depend on all."""
    both = {key[:2] for key in one} & {key[:2] for key in other}
    assert both
    first, second = ({k: v for k, v in each.items() if k[:2] in both} for each in (one, other))
    return first, second


def about_draft(label: str) -> Callable[[Any], bool]:
    """Whether an address, or what else has names, is of one draft."""
    return lambda key: label in key or (isinstance(key[1], tuple) and label in key[1])


def about_actor(actor: str) -> Callable[[Any], bool]:
    """The same of one actor, which addresses know by its hash."""
    hashed = draws.label(actor)
    return lambda key: actor in key or key[-1] == hashed


def of_a_subject(key: tuple[Any, ...]) -> bool:
    """What the chair takes a delegation to bear on an issue: only where a text is on that issue."""
    return key[0] == "chair.subject"


def nothing(_: Any) -> bool:
    """Nothing is gone."""
    return False


def changed(spec: Spec) -> Spec:
    return copy.deepcopy(spec)


def turned(named: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The same, told in another order."""
    return {name: named[name] for name in rng.permutation(list(named)).tolist()}


# The changes


@property_test
@given(spec=specs(), data=st.data())
def test_a_draft_less_or_more_changes_no_other(spec: Spec, data: st.DataObject, made: Make) -> None:
    """With blocs, influence, drafting and consensus: before anything holds, texts are apart."""
    rooms = [room for room in spec["forums"].values() if len(room["drafts"]) > 1]
    if not rooms:
        return
    room = data.draw(st.sampled_from(rooms))
    label = data.draw(st.sampled_from(sorted(set(room["drafts"]) - {"0/0"})))
    whole = made(spec)
    del room["drafts"][label]
    assert_same_but(whole, made(spec), about_draft(label))


@property_test
@given(spec=specs(), data=st.data())
def test_a_clause_less_changes_no_other(spec: Spec, data: st.DataObject, made: Make) -> None:
    """Decisions on its own text may change, and so may what is paid for them; no others."""
    texts = [
        (label, text)
        for room in spec["forums"].values()
        for label, text in room["drafts"].items()
        if len(text["clauses"]) > 1
    ]
    if not texts:
        return
    label, text = data.draw(st.sampled_from(texts))
    clause = data.draw(st.sampled_from(sorted(text["clauses"])))
    whole = made(spec)
    del text["clauses"][clause]
    less = made(spec)
    assert_kept(world(whole), world(less), lambda key: key == ("value", label, clause))
    (drawn, decided), (also_drawn, also_decided) = played(whole), played(less)
    assert_kept(*of_both(drawn, also_drawn), of_a_subject)
    others = [
        {key: d for key, d in each.items() if key[0] != label} for each in (decided, also_decided)
    ]
    assert_kept(*others, nothing)


@property_test
@given(spec=specs(tied=False, by_vote=True), data=st.data())
def test_an_actor_less_or_more_changes_nobody_else(
    spec: Spec, data: st.DataObject, made: Make
) -> None:
    """Where nothing connects them: no blocs, no influence, votes on texts as tabled."""
    actor = data.draw(st.sampled_from(list(spec["actors"]["and"])))
    whole = made(spec)
    del spec["actors"]["and"][actor]
    for room in spec["forums"].values():
        for text in room["drafts"].values():
            text["sponsors"] = [s for s in text["sponsors"] if s != actor]
            text["dates"] = {}
    fewer = made(spec)
    assert_kept(world(whole), world(fewer), about_actor(actor))
    (drawn, decided), (also_drawn, also_decided) = played(whole), played(fewer)
    assert_kept(drawn, also_drawn, about_actor(actor))
    assert_kept(decided, also_decided, about_actor(actor))


@property_test
@given(spec=specs(), data=st.data())
def test_an_actor_more_draws_beside_the_others(spec: Spec, data: st.DataObject, made: Make) -> None:
    """Whatever connects them: others may answer to it, and their own luck is what it was."""
    newcomer = data.draw(st.sampled_from(sorted({*STATES, "NOR"} - set(spec["actors"]["and"]))))
    fewer = made(spec)
    stance = next(iter(spec["actors"]["and"].values()))
    told = list(spec["actors"]["and"].items())
    told.insert(data.draw(st.integers(0, len(told))), (newcomer, stance))
    spec["actors"]["and"] = dict(told)
    more = made(spec)
    assert_kept(world(fewer), world(more), about_actor(newcomer))
    about = about_actor(newcomer)
    drawn = of_both(played(fewer)[0], played(more)[0])
    assert_kept(*drawn, lambda key: about(key) or of_a_subject(key))


@property_test
@given(spec=specs(), seed=st.integers(0, 999))
def test_the_order_of_lists_changes_nothing(spec: Spec, seed: int, made: Make) -> None:
    """Actors, issues, blocs, forums, drafts and clauses in any other order; texts as tabled.

    A chair or sponsor takes up clauses in their order, and sums are rounded by the order of their
    terms, which a search goes on from: drafting is left out, all else is played.
    """
    rng, one = np.random.default_rng(seed), changed(spec)
    for room in one["forums"].values():
        room.update(AS_TABLED)
    other = changed(one)
    for section in ("issues", "forums", "blocs"):
        other[section] = turned(other[section], rng)
    other["actors"]["and"] = turned(other["actors"]["and"], rng)
    for room in other["forums"].values():
        room["drafts"] = turned(room["drafts"], rng)
        for text in room["drafts"].values():
            text["clauses"] = turned(text["clauses"], rng)
            text["sponsors"].reverse()
    assert_same_but(made(one), made(other), nothing)


class Fake(Mechanism):
    """A mechanism that does nothing and has a parameter."""

    name = "fake"
    parameters = (Parameter("a_fake", "f", 0.5, 0.0, 1.0, "nothing at all"),)


class First(Fake):
    """Another, with a name that is first in any order."""

    name = "aa_first"
    parameters = (Parameter("aa_fake", "f", 3.0, 1.0, 5.0, "nothing either", ratio=True),)


@property_test
@given(spec=specs())
def test_a_parameter_more_changes_nothing(spec: Spec, made: Make) -> None:
    before = made(spec)
    expected = world(before), *played(before)
    with registered(Fake, First):
        after = made(spec)
        assert {"a_fake", "aa_fake"} <= after.worlds.parameters.keys()
        found = world(after), *played(after)
    for one, other in zip(expected, found, strict=True):
        assert_kept(one, other, lambda key: key[1] in ("a_fake", "aa_fake"))


def test_a_forum_less_changes_no_other_room(made: Make) -> None:
    """A room may open debate to companies; one that opens it no further can go unnoticed."""
    spec = _two_rooms()
    whole = made(spec)
    del spec["forums"]["room1"]
    fewer = made(spec)
    assert_kept(world(whole), world(fewer), about_draft("1/0"))
    (drawn, decided), (also_drawn, also_decided) = played(whole), played(fewer)
    assert_kept(*of_both(drawn, also_drawn), nothing)
    assert_kept(decided, also_decided, about_draft("1/0"))


def _two_rooms() -> Spec:
    text = {"clauses": {"OP1": {"issue": "SOV", "value": 80}}}
    return {
        "title": "Two rooms",
        "issues": {"SOV": {"low": "l", "high": "h", "status_quo": 20, "words": WORDS}},
        "actors": {
            "and": {s: {"position": {"SOV": 12 * n}} for n, s in enumerate(STATES)},
        },
        "blocs": {"A": {"members": list(STATES[:3]), "cohesion": 50}},
        "forums": {
            f"room{n}": {"rules": rules, "drafts": {f"{n}/0": {"sponsors": ["USA"], **text}}}
            for n, rules in enumerate(("un_general_assembly", "open_ended_working_group"))
        },
    }


# The case of history


def test_without_the_code_of_conduct_votes_on_its_rivals_are_what_they_were() -> None:
    """73/266 is decided beside 73/27 and before 73/187: before it holds, they do not feel it."""
    name, gone = "rival-resolutions-2018", "73/266"
    still = ["rivals={}", "lobbying=off", "coalitions.form=off", "cosponsorship={gather: off}"]
    base = load(name, still)
    whole, less = build(base), build(load(name, [*still, f"drafts.{gone}=null"]), base)
    assert_kept(world(whole), world(less), about_draft(gone))
    (drawn, decided), (also_drawn, also_decided) = played(whole), played(less)
    assert_kept(drawn, also_drawn, about_draft(gone))
    last = {d.label: max(whole.forums[d.forum].stages.values()) for d in whole.drafts}
    locked = last[gone]
    stages = {
        (d.label, stage): session
        for d in whole.drafts
        for stage, session in whole.forums[d.forum].stages.items()
    }
    before = {key for key in decided if key[0] != gone and stages[key[:2]] <= locked}
    assert {key[0] for key in before} >= {"73/27", "73/187"}
    for key in before:
        assert np.array_equal(decided[key], also_decided[key]), key
