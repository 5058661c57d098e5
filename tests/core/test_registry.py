"""The register: what is wrong with a mechanism is refused before anything is played."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.fields import Part
from sim.core.happenings import Verb
from sim.core.mechanism import Bars, Mechanism, Section, When
from sim.core.outcome import Outcome
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.registry import (
    OUTCOMES,
    OWNERS,
    PARAMETERS,
    QUESTIONS,
    drafting,
    mechanism,
    mechanisms,
    ordered,
)
from sim.errors import InputError
from sim.mechanisms import AGENDA
from sim.scenario.schema import _with_sections
from tests.registered import registered

PUSH = Parameter("push", "p", 1.0, 0.0, 2.0, "how hard it pushes")
PUSHED = Outcome("pushed", "pushed", "how far it got", "points")


def fake(name: str = "pushing", **attributes: Any) -> type[Mechanism]:
    return type("Pushing", (Mechanism,), {"name": name, "package": "pushes"} | attributes)


def refused(*classes: type[Mechanism]) -> list[str]:
    """What is said against these mechanisms, each with the field and the nearest right word."""
    with pytest.raises(InputError) as error, registered(*classes):
        mechanisms()
    return [f"{m.field}: {m.problem}; {m.suggestion}" for m in error.value.mistakes]


def everybody(*_: Any) -> Any:
    """Everyone is asked; never called here."""


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({"name": "voting"}, "the mechanism 'voting' is taken by voting"),
        ({"parameters": (replace(PUSH, name="band"),)}, "the parameter 'band' is taken by voting"),
        ({"outcomes": (replace(PUSHED, name="how"),)}, "the outcome 'how' is taken by ballots"),
        (
            {"when": When.DRAFTING, "drafting": "chair"},
            "the way of drafting 'chair' is taken by chair",
        ),
        ({"drafting": "push"}, "what plays at DRAFTING has a word for `drafting`"),
        ({"verbs": {"leaves": Verb("goes")}}, "the verb 'leaves' is taken by blocs"),
        ({"events": {"ACTOR.capability": "how"}}, "path of an event 'ACTOR.capability' is taken"),
        ({"acts": {"pays": "pays"}}, "the act 'pays' is taken by side_payments"),
        ({"scenario": {"blocs": Section(dict, {}, "its")}}, "section of a scenario 'blocs' is"),
        (
            {"questions": {"vote": Question("how", Answers.YES_NO, everybody)}},
            "the question 'vote' is taken by voting",
        ),
        ({"parameters": (PUSH, PUSH)}, "the parameter 'push' is taken by pushing"),
        ({"name": "Pushing"}, "'Pushing' is not a name"),
        ({"name": "side pushing"}, "'side pushing' is not a name"),
        ({"name": ""}, "'' is not a name"),
        ({"parameters": (replace(PUSH, low=3.0),)}, "low 3, default 1 and high 2 are not in this"),
        ({"parameters": (replace(PUSH, default=9.0),)}, "low 0, default 9 and high 2 are not"),
        ({"parameters": (replace(PUSH, high=float("nan")),)}, "must be finite numbers"),
        ({"parameters": (replace(PUSH, ratio=True),)}, "and its range begins at 0"),
        ({"parameters": (replace(PUSH, meaning=""),)}, "says nothing of what it means"),
        ({"outcomes": (replace(PUSHED, unit=""),)}, "outcome pushed: has no unit"),
        ({"outcomes": (replace(PUSHED, title=""),)}, "outcome pushed: has no title"),
        ({"outcomes": (replace(PUSHED, meaning=""),)}, "outcome pushed: has no meaning"),
        ({"outcomes": (replace(PUSHED, low=3, high=2),)}, "low 3 is above high 2"),
        ({"off": {"band": 0.0}}, "is off with band at 0, which is no parameter of it"),
        ({"off": {"push": 0.0}}, "is off with push at 0, which is no parameter of it"),
        ({"figures": (Bars("pushed", "How far"),)}, "draws 'pushed', which is no outcome of it"),
        ({"after": ("voting", "pushing")}, "wait for one another"),
        ({"after": ("votin",)}, "comes after 'votin', and there is no such mechanism; voting"),
        (
            {"when": When.OPENING, "after": ("voting",)},
            "comes after voting, which plays later in a session",
        ),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(attributes: dict[str, Any], says: str) -> None:
    found = refused(fake(**attributes))
    assert any(says in one for one in found), found
    assert len(found) <= 2


def test_one_that_is_right_is_read_everywhere() -> None:
    asks = {"push": Question("whether it pushes", Answers.YES_NO, everybody)}
    said = {"parameters": (PUSH,), "outcomes": (PUSHED,), "questions": asks}
    with registered(fake(when=When.DRAFTING, drafting="push", **said)):
        assert mechanism("pushing").title() == "pushing (of pushes)"
        assert PARAMETERS["push"] is PUSH
        assert OUTCOMES["pushed"] is PUSHED
        assert QUESTIONS["push"] is asks["push"]
        assert OWNERS["pushed"].name == "pushing"
        assert "push" in drafting()
    assert not {"push", "pushed"} & {*PARAMETERS, *OUTCOMES, *QUESTIONS, *OWNERS, *drafting()}


def test_two_that_have_one_name_are_both_told() -> None:
    one, other = fake("one", parameters=(PUSH,)), fake("other", parameters=(PUSH,))
    (said,) = refused(one, other)
    assert said.startswith("other: the parameter 'push' is taken by one (of pushes)")


def test_all_that_is_wrong_is_told_at_once() -> None:
    low, unit = replace(PUSH, low=3.0), replace(PUSHED, unit="")
    assert (
        len(refused(fake(parameters=(low,), outcomes=(unit,)), fake("band", off={"band": 0}))) == 3
    )


def test_circles_are_told_with_everyone_in_them() -> None:
    ring = [
        fake("one", after=("two",)),
        fake("two", after=("three",)),
        fake("three", after=("one",)),
    ]
    (said,) = refused(*ring)
    assert all(f"{m.name} (of pushes) after {m.after[0]}" in said for m in ring)


class _Pushes(Part):
    """Nothing."""


@pytest.mark.parametrize("section", ["title", "actors", "record", "parameters"])
def test_a_section_that_every_scenario_has_is_refused(section: str) -> None:
    owner = fake(scenario={section: Section(tuple[_Pushes, ...], (), "its own")})
    with registered(owner), pytest.raises(InputError, match=f"'{section}' is part of every scen"):
        _with_sections()


# The order of the agenda

NAMES = [f"m{n}" for n in range(7)]


@given(
    when=st.lists(st.sampled_from(list(When)), min_size=7, max_size=7),
    arrows=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8),
    order=st.permutations(range(7)),
)
def test_the_agenda_is_by_when_then_after_whom_then_as_given(
    when: list[When], arrows: set[tuple[int, int]], order: list[int]
) -> None:
    """Arrows go from a lower to a higher number here, and so in no circle."""
    after = {
        n: tuple(NAMES[low] for low, high in sorted(arrows) if high == n and low < n)
        for n in range(7)
    }
    every = [fake(NAMES[n], when=when[n], after=after[n])() for n in order]
    early = [
        (n, int(name[1:]))
        for n in range(7)
        for name in after[n]
        if (When.OPENING if when[int(name[1:])] is When.NEVER else when[int(name[1:])]) > when[n]
    ]
    if early:
        with pytest.raises(InputError, match="plays later in a session"):
            ordered(every)
        return
    found = ordered(every)
    assert sorted(m.name for m in found) == NAMES
    assert [m.when for m in found] == sorted(when)
    place = {m.name: n for n, m in enumerate(found)}
    for m in found:
        for other in m.after:
            assert place[other] < place[m.name] or mechanism_of(found, other).when > m.when
    free = [m for m in every if not m.after]
    for same in When:
        listed = [m for m in free if m.when is same]
        assert [m for m in found if m in listed] == listed


def mechanism_of(found: tuple[Mechanism, ...], name: str) -> Mechanism:
    return next(m for m in found if m.name == name)


def test_ours_stand_on_the_agenda_as_listed() -> None:
    for when in When:
        listed = [cls.name for cls in AGENDA if cls.when is when]
        assert [m.name for m in mechanisms() if m.when is when and m.package == "plenary"] == listed
