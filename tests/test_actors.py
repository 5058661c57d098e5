"""Agents' methods are the questions that mechanisms declare."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sim.actors
from sim.actors import Company, Delegation, State
from sim.core.registry import QUESTIONS
from sim.errors import InputError, RunError
from sim.forums.rules import Decision
from sim.model import Diplomacy
from tests.settings import DraftSpec, exact
from tests.small import write

OURS = ("speak", "act", "amend", "join", "block", "vote")

MECHANISM = '''\
"""Aid: what a donor would give."""

import numpy as np

from sim.core.mechanism import Mechanism, When
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.question import Answers, Question


def everyone(setting, world, ask):
    return np.ones(len(setting.actors), dtype=bool)


class Aid(Mechanism):
    """Aid: what a donor would give."""

    name = "gifts"
    when = When.FLOOR
    questions = {"NAME": Question("how much aid it gives", Answers.PERCENT, everyone, states=True)}
    outcomes = (Outcome("gifts_given", "aid of {actor}", "aid given", SCALE, Over.ACTOR, 0, 100),)

    def begin(self, setting, world):
        return {"given": np.zeros((world.size, len(setting.actors)))}

    def play(self, setting, world, meeting):
        standard = np.full((world.size, len(setting.actors)), 0.2)
        given = yield self.ask("NAME", standard, meeting, setting.forums[meeting.forum].drafts[0])
        kept = self.state(world)["given"]
        np.maximum(kept, given, out=kept)  # a text that fell asks nobody any more

    def collect(self, setting, world):
        for place, actor in enumerate(setting.actors):
            yield "gifts_given", (actor,), self.state(world)["given"][:, place].copy()
'''


def small(rules: str = "simple_majority") -> Any:
    """Two states and a company before one text."""
    return exact(2, 1, drafts=[DraftSpec([0], label="A")], forums=[rules])


def refused(cls: type[Delegation], actor: str = "AAA") -> str:
    """What is said of a class when its model is made."""
    with pytest.raises(InputError) as found:
        Diplomacy(small(), delegations={actor: cls})
    return str(found.value)


def derived(base: type[Delegation], *methods: str) -> type[Delegation]:
    """A class with methods of these names."""
    return type("Mine", (base,), {name: lambda self, *_: None for name in methods})


# Methods


def test_every_question_is_a_method_that_says_what_it_asks() -> None:
    for name, question in QUESTIONS.items():
        method = getattr(State, name)
        assert question.meaning in method.__doc__
        assert question.answers.value in method.__doc__
        assert method.__qualname__ == f"{'State' if question.states else 'Delegation'}.{name}"
        assert hasattr(Company, name) != question.states


def test_what_editors_are_told_is_what_is_declared() -> None:
    """The stubs of our own questions: nothing is said there that is not made."""
    classes = ast.parse(Path(sim.actors.__file__).read_text(encoding="utf-8")).body
    told = {
        method.name: (owner.name, len(method.args.args) - 1)
        for owner in classes
        if isinstance(owner, ast.ClassDef)
        for block in owner.body
        if isinstance(block, ast.If)
        for method in block.body
        if isinstance(method, ast.FunctionDef)
    }
    assert told == {
        name: ("State" if said.states else "Delegation", int(said.about_a_draft or name == "act"))
        for name, said in QUESTIONS.items()
        if name in OURS
    }


def test_standard_answers_are_in_users_units() -> None:
    seen: dict[str, Any] = {}

    class Curious(State):
        def speak(self) -> Any:
            seen["speak"] = super().speak()
            return seen["speak"]

        def amend(self, draft: Any) -> Any:
            seen["amend"] = super().amend(draft)
            return seen["amend"]

        def block(self, draft: Any) -> bool:
            seen["block"] = super().block(draft)
            return bool(seen["block"])

        def vote(self, draft: Any) -> Decision:
            seen["vote"] = super().vote(draft)
            return Decision(seen["vote"])

    model = Diplomacy(small("consensus"), delegations={"AAA": Curious})
    held = dict(model.delegation("AAA").position)
    model.play()
    assert dict(seen["speak"]) == held
    assert dict(seen["amend"]) == {}
    assert isinstance(seen["block"], bool)
    assert isinstance(seen["vote"], Decision)


def test_one_question_is_no_answer_to_another() -> None:
    class Confused(State):
        def vote(self, draft: Any) -> Decision:
            return Decision.BLOCK if super().block(draft) else Decision.ACCEPT

    with pytest.raises(RunError, match="AAA was not asked about A, so 'block' has no answer"):
        Diplomacy(small(), delegations={"AAA": Confused}).play()


@pytest.mark.parametrize("vote", [Decision.SUPPORT, Decision.BLOCK])
def test_whether_it_blocks_reaches_the_vote_by_consensus(vote: Decision) -> None:
    """Who blocks is settled first; a vote of its own comes after and is the last word."""
    heard: list[Decision] = []

    class Blocker(State):
        def block(self, draft: Any) -> bool:
            assert draft.by_consensus
            return True

        def vote(self, draft: Any) -> Decision:
            heard.append(super().vote(draft))
            return vote

    model = Diplomacy(small("consensus"), delegations={"AAA": Blocker})
    model.play()
    said = model.delegation("AAA").decisions["A", "decision"]
    assert heard == [Decision.BLOCK]
    assert said is (Decision.BLOCK if vote is Decision.BLOCK else Decision.ACCEPT)


# Names that are nearly right


@pytest.mark.parametrize(
    ("name", "meant"),
    [("votes", "vote"), ("Vote", "vote"), ("speaks", "speak"), ("amendment", "amend")]
    + [("blok", "block"), ("voting", "vote"), ("joins", "join")],
)
def test_a_method_that_nothing_asks_is_refused_with_the_nearest(name: str, meant: str) -> None:
    said = refused(derived(State, name))
    assert said.startswith("delegations.AAA: is never asked; begin a helper's name with _")
    assert f"Mine.{name}" in said
    assert f"did you mean {meant!r}?" in said


@pytest.mark.parametrize("name", ["_votes", "note", "trust", "opinion", "allies", "decide"])
def test_other_methods_are_its_own_affair(name: str) -> None:
    Diplomacy(small(), delegations={"AAA": derived(State, name, "vote")})


def test_what_is_no_method_may_have_any_name() -> None:
    Diplomacy(small(), delegations={"AAA": type("Mine", (State,), {"votes": 3})})


@pytest.mark.parametrize("name", [n for n in OURS if QUESTIONS[n].states] + ["votes"])
def test_a_company_is_never_asked_what_only_states_are(name: str) -> None:
    assert f"only states do this (it says 'Mine.{name}')" in refused(derived(Company, name), "CO1")


def test_a_company_may_answer_what_is_for_all() -> None:
    Diplomacy(small(), delegations={"CO1": derived(Company, "speak", "amend")})


def test_an_actor_has_one_class() -> None:
    scenario = "gge-2017"
    with pytest.raises(InputError, match=r"delegations\.EST: has two classes.*'Estonia'"):
        Diplomacy(scenario, delegations={"EST": State, "Estonia": State})


# Mechanisms of other packages


def installed(folder: Path, name: str = "offer") -> None:
    """Write a package that declares a question, as pip would install it."""
    (folder / "foreign.py").write_text(MECHANISM.replace("NAME", name), encoding="utf-8")
    about = folder / "foreign-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[plenary.mechanisms]\naid = foreign:Aid\n")


def told(folder: Path, program: str) -> str:
    """What a program says for which that package is installed."""
    begin = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + program], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_a_question_of_an_installed_mechanism_is_a_method(tmp_path: Path) -> None:
    installed(tmp_path)
    file = write(tmp_path)
    said = told(
        tmp_path,
        f"""
import sim

class Mine(sim.State):
    factor = 3
    def offer(self, draft):
        assert draft.label == "73/27"
        return self.factor * super().offer(draft)

class Lavish(Mine):
    factor = 10

class Near(sim.State):
    def offers(self, draft): ...

print(sim.State.offer.__doc__)
found = sim.run({str(file)!r}, 2, delegations={{"IND": Mine}})
for actor in ("IND", "BRA"):
    print(actor, found.number(f"gifts_given.{{actor}}").round(6).tolist())
for cls in (Lavish, Near):
    try:
        sim.run({str(file)!r}, 1, delegations={{"IND": cls}})
    except sim.InputError as error:
        print(error)
""",
    )
    assert said.splitlines() == [
        "Answer how much aid it gives: a number from 0 to 100.",
        "IND [0.6, 0.6]",
        "BRA [0.2, 0.2]",
        "Lavish.offer (for IND): must return a number from 0 to 100 (it says '200.0')",
        "delegations.IND: is never asked; begin a helper's name with _ (it says 'Near.offers');"
        " did you mean 'offer'?",
    ]


def test_a_question_cannot_have_the_name_of_what_agents_have(tmp_path: Path) -> None:
    installed(tmp_path, "position")
    said = told(tmp_path, "import sim\ntry: sim.State\nexcept sim.InputError as e: print(e)")
    assert said == (
        "foreign: gifts: the question 'position' has the name of something else that agents have\n"
    )
