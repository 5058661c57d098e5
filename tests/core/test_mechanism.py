"""The contract: what a mechanism gives that it may not is an error that says whose it is."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sim.core.ensemble import ensemble
from sim.core.mechanism import HOOKS, Mechanism, When, overrides
from sim.core.outcome import Outcome, Over
from sim.core.registry import mechanism, mechanisms
from sim.core.setting import Meeting, Setting
from sim.core.world import World, begin
from sim.errors import RunError
from tests.registered import registered
from tests.settings import make

Make = Callable[[Setting, World], Any]


def fake(**attributes: Any) -> type[Mechanism]:
    """A mechanism of somebody else's, with these attributes and methods."""
    said: dict[str, Any] = {"name": "meddling", "package": "elsewhere", "__doc__": "It meddles."}
    return type("Meddling", (Mechanism,), said | attributes)


def played(cls: type[Mechanism], rules: str = "simple_majority") -> Any:
    with registered(cls):
        return ensemble(make(5, forums=[rules]), 6)


def filled(value: float) -> Make:
    return lambda setting, world: np.full((world.size, len(setting.actors)), value)


WRONG: list[tuple[str, Make, str]] = [
    ("nan", filled(np.nan), "not a finite number for AAA"),
    ("infinite", filled(np.inf), "not a finite number for AAA"),
    ("a column", lambda _, world: np.zeros((world.size, 1)), r"has the shape \(6, 1\)"),
    ("a row", lambda setting, _: np.zeros(len(setting.actors)), r"has the shape \(5,\)"),
    ("a number", lambda *_: 3.0, r"has the shape \(\)"),
    ("turned", lambda s, w: np.zeros((len(s.actors), w.size)), r"it must be \(6, 5\)"),
]
wrong = pytest.mark.parametrize(("term", "says"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])


@wrong
def test_a_wrong_term_of_support_names_its_mechanism(term: Make, says: str) -> None:
    def support(_: Mechanism, setting: Setting, world: World, draft: int) -> Iterator[Any]:
        yield "good", np.zeros((world.size, len(setting.actors)))
        yield "bad", term(setting, world)

    with pytest.raises(RunError, match=says) as refused:
        played(fake(support=support))
    assert "meddling (of elsewhere)" in str(refused.value)
    assert "bad" in str(refused.value)
    assert "voting" not in str(refused.value)


@wrong
def test_so_does_one_of_grievance(term: Make, says: str) -> None:
    def grievance(
        _: Mechanism, setting: Setting, world: World, meeting: Meeting, draft: int
    ) -> Iterator[Any]:
        yield "bad", term(setting, world)

    with pytest.raises(RunError, match=says) as refused:
        played(fake(grievance=grievance), "consensus")
    assert "meddling (of elsewhere)" in str(refused.value)


@wrong
def test_so_does_what_binds(term: Make, says: str) -> None:
    def bind(_: Mechanism, setting: Setting, world: World, *more: Any) -> Any:
        return term(setting, world)

    with pytest.raises(RunError, match=says) as refused:
        played(fake(bind=bind))
    assert "meddling (of elsewhere)" in str(refused.value)


def test_terms_that_are_right_add_up() -> None:
    def support(_: Mechanism, setting: Setting, world: World, draft: int) -> Iterator[Any]:
        yield "push", np.full((world.size, len(setting.actors)), 99.0)

    assert (played(fake(support=support)).decisions % 6 == 0).all()  # in favour, or absent


def test_a_grievance_that_is_right_blocks_and_pays() -> None:
    def weighs(size: float) -> type[Mechanism]:
        def grievance(
            _: Mechanism, setting: Setting, world: World, meeting: Meeting, draft: int
        ) -> Iterator[Any]:
            yield "push", np.full((world.size, len(setting.actors)), size)

        return fake(grievance=grievance)

    assert not played(weighs(9.0), "consensus").table["L.1.decision.adopted"].any()
    assert played(weighs(-9.0), "consensus").table["L.1.decision.adopted"].all()


@pytest.mark.parametrize("name", ["voting", "objections"])
def test_a_draw_that_is_not_declared_is_refused(name: str) -> None:
    setting = make(4)
    with pytest.raises(RunError, match=f"{name} does not declare the draw 'fortune'"):
        mechanism(name).luck(begin(setting, [0]), "fortune", setting.labels)


def acting(what: str) -> type[Mechanism]:
    def play(self: Mechanism, setting: Setting, world: World, meeting: Meeting) -> Any:
        self.act(world, meeting, what, 1, 2, draft=0, size=2.5, reason="as it likes")
        yield from ()

    return fake(when=When.CLOSING, acts={"meddles": "in points"}, play=play)


def test_an_act_that_is_not_declared_is_refused() -> None:
    with pytest.raises(RunError, match=r"meddling \(of elsewhere\) does not declare the act 'n"):
        played(acting("nags"))


def test_acts_are_told_by_name() -> None:
    (told,) = played(acting("meddles")).acts
    assert tuple(told) == (1, "AAB", "meddles", "AAC", "L.1", 6, 2.5, "as it likes")


STATED = Outcome("stated", "what {actor} stated", "how much", "points", Over.ACTOR, 0, None, 0)


def collecting(
    name: str = "stated", actors: int = 5, shape: int = 6, start: int = 0
) -> type[Mechanism]:
    def collect(_: Mechanism, setting: Setting, world: World) -> Iterator[Any]:
        for actor in (*setting.actors, "NOBODY")[start:actors]:
            yield name, (actor,), np.zeros(shape)

    return fake(outcomes=(STATED,), collect=collect)


@pytest.mark.parametrize(
    ("cls", "says"),
    [
        (collecting("unstated"), "meddling .* collects 'unstated', which it does not declare"),
        (collecting(start=1), "meddling .* declares, and does not collect, stated.AAA"),
        (collecting(actors=6), "stated.NOBODY"),
        (collecting(shape=5), r"stated.AAA of meddling .* has the shape \(5,\)"),
    ],
    ids=["undeclared", "missing", "too many", "of another shape"],
)
def test_outcomes_are_those_declared(cls: type[Mechanism], says: str) -> None:
    with pytest.raises(RunError, match=says):
        played(cls)
    assert played(collecting()).table["stated.AAE"].shape == (6,)


def test_a_mechanism_crosses_to_another_process_by_name() -> None:
    for one in mechanisms():
        assert pickle.loads(pickle.dumps(one)) is one


@pytest.mark.parametrize("one", mechanisms(), ids=lambda m: m.name)
def test_every_mechanism_says_what_it_is(one: Mechanism) -> None:
    assert one.summary.endswith(".")
    assert one.title() == one.name
    if one.when is When.NEVER:
        assert not overrides(one, "play")
        said = any(overrides(one, hook) for hook in HOOKS)
        assert said or one.verbs or one.parameters or one.questions or one.scenario
    else:
        assert overrides(one, "play")
    assert overrides(one, "collect") == bool(one.outcomes)
