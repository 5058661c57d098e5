"""The Mesa model: agents are views of their row, and a class that overrides a method decides."""

from __future__ import annotations

import contextlib
import gc
import io
import re
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

import sim
from sim.actors import CivilSociety, Company, Delegation, State
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError, RunError
from sim.forums.rules import Decision, How
from sim.mechanisms.cosponsors import Lists
from sim.model import Diplomacy
from tests.chunks import assert_same
from tests.settings import DraftSpec, ForumSpec, exact, make, restage

PAGES = Path(__file__).parents[1] / "docs" / "how-to"
_BLOCK = re.compile(r"^```(python|output)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def small(rules: str = "simple_majority", **changes: Any) -> Setting:
    """Five states, a company and an organisation on two issues; two texts, without chance."""
    position = [[0.1, 0.1], [0.2, 0.9], [0.6, 0.5], [0.9, 0.8], [0.9, 0.9], [0.9, 0.2], [0.1, 0.2]]
    drafts = [
        DraftSpec([0, 1], [0.8, 0.4], sponsors=[3], label="A"),
        DraftSpec([1], [0.9], sponsors=[4], label="B"),
    ]
    defaults: dict[str, Any] = {"drafts": drafts, "forums": [rules], "position": position}
    defaults |= {"status_quo": [0.2, 0.3], "salience": np.full((7, 2), 0.8), "capability": 0.5}
    return exact(5, 1, 1, **(defaults | changes))


def playing(setting: Setting, actor: str, cls: type[Delegation]) -> Diplomacy:
    """Play all of a setting with one delegation that decides for itself."""
    model = Diplomacy(setting, delegations={actor: cls})
    model.play()
    return model


# Views


def test_agents_are_views_of_their_row_on_0_to_100() -> None:
    model = Diplomacy(small())
    agent = model.delegation("AAC")
    assert (agent.id, agent.name, agent.row) == ("AAC", "Delegation of AAC", 2)
    assert isinstance(agent.unique_id, int)
    assert dict(agent.position) == {"TREATY": 60.0, "SOV": 50.0}
    assert dict(agent.salience) == {"TREATY": 80.0, "SOV": 80.0}
    assert agent.capability == 50.0
    model.world.position[0, 2, 0] = 0.25
    assert agent.position["TREATY"] == 25.0
    with pytest.raises(TypeError):
        agent.position["TREATY"] = 10.0  # type: ignore[index]  # the point of the test


def test_every_actor_is_an_agent_of_its_kind() -> None:
    model = Diplomacy(small())
    kinds = [type(agent) for agent in model.agents]
    assert kinds == [State] * 5 + [Company, CivilSociety]
    assert [agent.id for agent in model.agents] == list(model.setting.actors)
    assert repr(model.delegation("CO1")) == "<Company CO1>"


def test_drafts_are_seen_as_they_stand() -> None:
    model = Diplomacy(small())
    draft = model.drafts["A"]
    assert (draft.label, draft.title, draft.forum) == ("A", "Draft 1", "forum_1")
    assert draft.sponsors == ("AAD",)
    clause = draft.clauses["OP2"]
    assert (clause.issue, clause.value, clause.status_quo) == ("SOV", 40.0, 30.0)
    assert (clause.words, clause.bracketed) == ("decides on OP2", False)
    model.world.active[0][0, 1] = False
    assert model.drafts["A"].clauses["OP2"].bracketed


def test_support_is_that_of_the_model_without_noise() -> None:
    model = Diplomacy(small(stakes=10.0))
    # One clause on issue SOV from .3 to .9: salience .8, position .9 gains .36 of distance squared.
    assert model.delegation("AAE").support("B") == pytest.approx(10 * 0.8 * 0.36)
    assert model.delegation("AAE").support(model.drafts["B"]) == model.support("B")[4]


def test_decisions_are_told_draft_by_draft_and_stage_by_stage() -> None:
    forum = ForumSpec("simple_majority", stages={"committee": 1, "plenary": 2})
    model = Diplomacy(small(sessions=2, forums=[forum]))
    agent = model.delegation("AAE")
    assert dict(agent.decisions) == {}
    model.step()
    assert dict(agent.decisions) == dict.fromkeys(
        [("A", "committee"), ("B", "committee")], Decision.SUPPORT
    )
    model.step()
    assert list(agent.decisions)[2:] == [("A", "plenary"), ("B", "plenary")]


# The model


def test_a_step_is_a_session_and_the_last_one_ends_the_run() -> None:
    model = Diplomacy(small(sessions=2))
    assert (model.running, model.session) == (True, 0)
    model.step()
    assert (model.running, model.session) == (True, 1)
    with pytest.raises(RunError, match="1 of 2 sessions"):
        model.outcomes()
    model.step()
    assert (model.running, model.session) == (False, 2)
    before = model.outcomes()
    model.step()
    assert model.session == 2
    assert np.array_equal(model.outcomes().decisions, before.decisions)


def test_mesas_own_loop_plays_it_to_the_end() -> None:
    model = Diplomacy(small(sessions=3))
    model.run_model()
    assert (model.session, model.steps, model.running) == (3, 3, False)


def test_mesas_generators_follow_from_the_seed_and_the_run() -> None:
    setting = small()
    first, again, other = Diplomacy(setting), Diplomacy(setting), Diplomacy(setting, run=1)
    dice = [(m.rng.random(), m.random.random()) for m in (first, again, other)]
    assert dice[0] == dice[1]
    assert dice[0] != dice[2]
    assert Diplomacy(setting, rng=5).rng.random() == np.random.default_rng(5).random()


def test_fifty_models_do_not_stay_alive() -> None:
    setting = small()
    models = [Diplomacy(setting, run=run) for run in range(50)]
    for model in models:
        model.play()
    seen = [weakref.ref(model) for model in models]
    del model, models
    gc.collect()
    assert not any(reference() for reference in seen)
    # Mesa 3.3 numbers agents in a table on the class, by model; 3.5 has none.
    assert not any(isinstance(key, Diplomacy) for key in getattr(mesa.Agent, "_ids", {}))


# Deciding for oneself


def test_a_delegation_that_only_repeats_the_standard_changes_no_bit() -> None:
    class Same(State):
        def speak(self) -> Any:
            return dict(super().speak())

        def amend(self, draft: Any) -> Any:
            return super().amend(draft)

        def join(self, draft: Any) -> bool:
            return super().join(draft)

        def block(self, draft: Any) -> bool:
            return super().block(draft)

        def vote(self, draft: Any) -> Decision:
            return super().vote(draft)

    for rules in ("un_general_assembly", "ad_hoc_committee", "open_ended_working_group"):
        setting = make(9, issues=3, drafts=2, clauses=3, forums=[rules], sessions=2, seed=4)
        runs = ensemble(setting, 3)
        for run in range(3):
            model = Diplomacy(setting, run=run, delegations=dict.fromkeys(setting.actors, Same))
            alone = model.play()
            assert np.array_equal(alone.decisions[0], runs.decisions[run])
            for column, value in alone.table.items():
                of_run = runs.table[column][run : run + 1]
                assert_same(value, of_run, column)
            assert np.array_equal(model.world.position, begin(setting, [run]).position)


def test_its_vote_is_its_own_and_nobody_elses() -> None:
    class No(State):
        def vote(self, draft: Any) -> Decision:
            return Decision.OPPOSE if draft.label == "A" else super().vote(draft)

    plain = Diplomacy(small()).play().decisions[0]
    changed = playing(small(), "AAE", No).outcomes().decisions[0]
    assert plain[0, 4] == Decision.SUPPORT
    assert changed[0, 4] == Decision.OPPOSE
    changed[0, 4] = plain[0, 4]
    assert np.array_equal(plain, changed)


def test_in_a_room_without_votes_to_oppose_is_to_block() -> None:
    class No(State):
        def vote(self, draft: Any) -> Decision:
            assert draft.by_consensus
            return Decision.OPPOSE

    model = playing(small("consensus"), "AAE", No)
    assert model.delegation("AAE").decisions["A", "decision"] is Decision.BLOCK
    assert model.outcomes().table["A.decision.how"][0] == How.BLOCKED


def test_where_a_vote_follows_to_block_is_to_oppose() -> None:
    asked: list[bool] = []

    class Never(State):
        def vote(self, draft: Any) -> Decision:
            asked.append(draft.by_consensus)
            return Decision.BLOCK if draft.label == "A" else Decision.ACCEPT

    model = playing(small("ad_hoc_committee"), "AAE", Never)
    assert model.delegation("AAE").decisions["A", "decision"] is Decision.OPPOSE
    assert asked[:2] == [True, False]


def test_accepting_by_silence_counts_as_abstaining_where_a_vote_is_taken() -> None:
    class Quiet(State):
        def vote(self, draft: Any) -> Decision:
            return Decision.ACCEPT

    model = playing(small(), "AAE", Quiet)
    assert model.delegation("AAE").decisions["A", "decision"] is Decision.ABSTAIN


@pytest.mark.parametrize("blocks", [True, False])
def test_overriding_block_alone_is_enough(blocks: bool) -> None:
    class Mine(State):
        def block(self, draft: Any) -> bool:
            return blocks

    eager = small("consensus", blocking_cost=1e-6, insistence=0.99, deadline=0.0)
    model = playing(eager, "AAA", Mine)
    said = model.delegation("AAA").decisions["A", "decision"]
    assert (said is Decision.BLOCK) == blocks


def test_what_it_says_moves_those_who_listen() -> None:
    class Loud(State):
        def speak(self) -> Any:
            return {"SOV": 100}

    setting = small(influence=1.0, confidence=1.0, susceptibility=0.5)
    model = playing(setting, "AAA", Loud)
    start = begin(setting, [0]).position
    assert (model.world.position[0, 1:, 1] > start[0, 1:, 1]).all()  # nearer to what it said
    assert np.array_equal(model.world.position[0, :, 0], start[0, :, 0])  # it said nothing of it


def test_an_amendment_is_taken_up_where_it_leaves_less_against_the_text() -> None:
    class Broker(State):
        def amend(self, draft: Any) -> Any:
            return {"OP1": 20.0} if draft.label == "A" else {}

    rules = ForumSpec("consensus", stages={"decision": 1})
    setting = small(forums=[rules], insistence=0.0)
    plain, brokered = Diplomacy(setting), playing(setting, "AAC", Broker)
    plain.play()
    assert plain.world.value[0][0, 0] != 0.2
    assert brokered.world.value[0][0, 0] == 0.2


def test_a_company_proposes_where_the_room_is_open_to_it() -> None:
    asked: list[str] = []

    class Guest(Company):
        def amend(self, draft: Any) -> Any:
            asked.append(draft.forum)
            return {}

    playing(small("open_ended_working_group"), "CO1", Guest)
    assert asked == ["forum_1", "forum_1"]
    playing(small("group_of_governmental_experts"), "CO1", Guest)
    assert len(asked) == 2


def test_a_state_joins_a_text_by_its_own_choice() -> None:
    class Joiner(State):
        def join(self, draft: Any) -> bool:
            return draft.label == "A"

    quiet = small("un_general_assembly")
    nobody = np.zeros((2, len(quiet.actors)), dtype=bool)
    gathering = {**quiet.parts, "cosponsors": Lists(nobody, nobody.any(axis=1))}
    model = playing(replace(quiet, parts=gathering), "AAA", Joiner)
    assert "AAA" in model.drafts["A"].sponsors
    assert "AAA" not in model.drafts["B"].sponsors


def test_only_those_in_the_room_are_asked() -> None:
    asked: list[str] = []

    class Curious(State):
        def speak(self) -> Any:
            asked.append(f"{self.id} speaks")
            return super().speak()

        def vote(self, draft: Any) -> Decision:
            asked.append(f"{self.id} votes on {draft.label}")
            return super().vote(draft)

    forum = ForumSpec("simple_majority", members=[0, 1, 2, 3])
    everywhere = small(forums=[forum])
    empty = restage(everywhere, attending=np.arange(7) != 1, speaking=np.arange(7) != 2)
    Diplomacy(empty, delegations=dict.fromkeys(["AAA", "AAB", "AAC", "AAE"], Curious)).play()
    speaks = ["AAA speaks", "AAE speaks"]
    votes = [f"{who} votes on {draft}" for draft in "AB" for who in ("AAA", "AAC")]
    assert asked == speaks + votes


def test_a_defeated_text_brings_no_second_question() -> None:
    asked: list[str] = []

    class Curious(State):
        def vote(self, draft: Any) -> Decision:
            asked.append(f"{draft.label} {draft.stage}")
            return super().vote(draft)

    forum = ForumSpec("unanimity", stages={"committee": 1, "plenary": 2})
    playing(small(sessions=2, forums=[forum]), "AAC", Curious)
    assert asked == ["A committee", "B committee"]


# Mistakes


@pytest.mark.parametrize(
    ("delegations", "says"),
    [
        ({"AAF": State}, "no actor of this name.*'AAF'.*did you mean"),
        ({"CO1": State}, "delegations.CO1: must be a subclass of Company.*'State'"),
        ({"AAA": Company}, "delegations.AAA: must be a subclass of State.*'Company'"),
        ({"AAA": "Mine"}, "delegations.AAA: must be a subclass of State"),
    ],
)
def test_wrong_delegations_are_refused(delegations: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        Diplomacy(small(), delegations=delegations)


def test_a_company_cannot_be_made_to_vote() -> None:
    class Voter(Company):
        def vote(self, draft: Any) -> Decision:
            return Decision.SUPPORT

    with pytest.raises(InputError, match=r"delegations.CO1: only states do this.*Voter\.vote"):
        Diplomacy(small(), delegations={"CO1": Voter})


@pytest.mark.parametrize(
    ("method", "answer", "says"),
    [
        ("vote", "no", r"Wrong\.vote \(for AAA\): must return a Decision.*'no'.*Decision\.ABSTAIN"),
        ("vote", 4, "must return a Decision"),
        ("block", 1, r"Wrong\.block \(for AAA\): must return True or False"),
        ("speak", 50.0, r"Wrong\.speak.*must return a mapping of issue to 0-100"),
        ("speak", {"SOVV": 50.0}, "names nothing known.*'SOVV'.*did you mean 'SOV'"),
        ("speak", {"SOV": 140}, "must say where on SOV.*140.*0 to 100"),
        ("amend", {"OP1": float("nan")}, r"Wrong\.amend.*must say where on OP1"),
        ("amend", {"OP1": True}, "must say where on OP1"),
        ("amend", {"OP3": 20.0}, "names nothing known.*OP1, OP2"),
        ("amend", None, "must return a mapping of clause to 0-100"),
    ],
)
def test_a_wrong_answer_names_class_and_method(method: str, answer: Any, says: str) -> None:
    wrong = type("Wrong", (State,), {method: lambda self, *_: answer})
    model = Diplomacy(small("consensus"), delegations={"AAA": wrong})
    with pytest.raises(InputError, match=says) as refused:
        model.play()
    assert refused.value.exit_code == 2


def test_a_delegation_has_no_answer_to_what_it_is_not_asked() -> None:
    model = Diplomacy(small())
    agent = model.delegation("AAA")
    with pytest.raises(RunError, match="AAA was not asked about A"):
        agent.vote(model.drafts["A"])  # type: ignore[attr-defined]


def test_an_unknown_draft_is_refused_with_the_nearest() -> None:
    setting = make(4, drafts=[DraftSpec(label="L.27"), DraftSpec(label="L.29")])
    with pytest.raises(InputError, match=r"no draft of this name.*'L.72'.*did you mean 'L.2"):
        Diplomacy(setting).support("L.72")


# The page


@pytest.mark.parametrize("page", ["agents.md", "python.md"])
def test_pages_do_what_they_say(page: str) -> None:
    out, names = "", {}
    for language, body in _BLOCK.findall((PAGES / page).read_text(encoding="utf-8")):
        if language == "output":
            assert out == body
            continue
        with contextlib.redirect_stdout(io.StringIO()) as written:
            exec(compile(body, page, "exec"), names)
        out = written.getvalue()
    assert names


# In Mesa's own tools


def test_batches_are_run_and_collected_by_mesa() -> None:
    found = mesa.batch_run(
        Diplomacy,
        {"scenario": "gge-2017", "run": range(3)},
        data_collection_period=1,
        display_progress=False,
    )
    outcomes = sim.run("gge-2017", runs=3).to_dataframe()
    last = [row for row in found if row["actor"] == "CUB" and row["report.retained"] is not None]
    assert [row["run"] for row in last] == [0, 1, 2]
    for row in last:
        told = outcomes.iloc[row["run"]]
        assert row["report.decision.adopted"] == told["report.decision.adopted"]
        assert row["report.retained"] == told["report.retained"]
    begun = min(row["Step"] for row in found)
    first = [row for row in found if row["Step"] == begun and row["run"] == 0]
    assert {row["actor"] for row in first} == set(sim.load("gge-2017").actors)
    assert first[0]["report.decision.adopted"] is None
    leaders = {row["coalition"] for row in first} - {""}
    assert leaders
    assert all({r["actor"]: r["coalition"] for r in first}[leader] == leader for leader in leaders)


def test_who_is_removed_leaves_its_seat_empty() -> None:
    model = Diplomacy("gge-2017")
    model.step()
    model.delegation("CUB").remove()
    assert "CUB" not in {agent.id for agent in model.agents}
    model.play()
    cuba = model.setting.slot("CUB")
    (decided,) = model.decided().values()
    assert decided[cuba] == Decision.ABSENT
    rest = Diplomacy("gge-2017")
    rest.play()
    (otherwise,) = rest.decided().values()
    assert otherwise[cuba] != Decision.ABSENT
