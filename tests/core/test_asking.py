"""Questions are checked once on their way, whoever drives the session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.core.agenda import sessions
from sim.core.ask import Answer, Ask, Phase, play
from sim.core.asking import checked
from sim.core.mechanism import Mechanism
from sim.core.question import Answers, Question
from sim.core.registry import QUESTIONS
from sim.core.world import begin
from sim.errors import RunError
from tests.settings import make

SHAPE = (2, 6)


class Foreign(Mechanism):
    name = "aid"
    package = "far-away"


def everyone(*_: Any) -> Any:
    return np.ones(SHAPE[1], dtype=bool)


def right(answers: Answers, top: float = 1.0) -> Answer:
    """A right answer; but for ``top``, it spans the range."""
    if answers is Answers.YES_NO:
        return np.zeros(SHAPE, dtype=bool)
    if answers is Answers.DECISION:
        return np.full(SHAPE, 6 * top).astype(np.int8)
    return np.linspace(0.0, top, 12).reshape(SHAPE)


def problem(answers: Answers, answer: Answer) -> str:
    return Question("?", answers, everyone).problem(answer, SHAPE)


@pytest.mark.parametrize("answers", Answers)
def test_what_is_right_passes_and_what_is_out_of_shape_or_kind_does_not(answers: Answers) -> None:
    assert problem(answers, right(answers)) == ""
    assert "shape (1, 6); it must be (2, 6)" in problem(answers, right(answers)[:1])
    assert "is of complex128" in problem(answers, right(answers).astype(complex))


@pytest.mark.parametrize("answers", [a for a in Answers if a is not Answers.YES_NO])
@pytest.mark.parametrize("by", [1.5, -1.0])
def test_what_is_out_of_range_does_not_pass(answers: Answers, by: float) -> None:
    unbounded = answers is Answers.ACTS and by > 0  # the room says how much there is to spend
    assert ("it must be" in problem(answers, right(answers, by))) != unbounded


def test_only_a_clause_may_be_left_open() -> None:
    for answers in (Answers.PERCENT, Answers.POSITIONS, Answers.CLAUSES):
        gap = right(answers)
        gap[0, 3] = np.nan
        assert bool(problem(answers, gap)) == (answers is not Answers.CLAUSES)
    assert problem(Answers.CLAUSES, np.full(SHAPE, np.nan)) == ""


def driven(ask: Ask, answer: Callable[[Answer], Answer] = lambda a: a) -> None:
    """One question of a foreign mechanism, asked in a setting of two runs and six states."""
    setting = make(6, issues=2, clauses=2)

    def phase() -> Phase:
        yield ask

    asked = checked(phase(), Foreign(), setting, begin(setting, [0, 1]))
    asked.send(answer(next(asked).answer))


def test_a_question_that_nothing_declares_is_refused_with_whose_it_is() -> None:
    said = r"aid \(of far-away\) asks 'shout', which none declares; declared: .*speak.*vote"
    with pytest.raises(RunError, match=said):
        driven(Ask("shout", right(Answers.YES_NO)))


def test_a_question_about_a_draft_needs_one() -> None:
    with pytest.raises(RunError, match=r"aid \(of far-away\) asks 'join' of no draft"):
        driven(Ask("join", right(Answers.YES_NO)))


def test_a_wrong_standard_answer_is_the_mechanisms_and_a_wrong_reply_is_not() -> None:
    asks = r"to 'vote', asked by the mechanism aid \(of far-away\), goes from 7 to 7"
    with pytest.raises(RunError, match=f"the standard answer {asks}"):
        driven(Ask("vote", np.full(SHAPE, 7, dtype=np.int8), draft=0))
    with pytest.raises(RunError, match=f"an answer that was given {asks}"):
        driven(Ask("vote", right(Answers.DECISION), draft=0), lambda a: np.full_like(a, 7))
    with pytest.raises(StopIteration):
        driven(Ask("vote", right(Answers.DECISION), draft=0))


def test_shapes_follow_from_what_is_asked_about() -> None:
    with pytest.raises(StopIteration):
        driven(Ask("speak", np.full((*SHAPE, 2), 0.5)))
    with pytest.raises(RunError, match=r"'speak'.*shape \(2, 6\); it must be \(2, 6, 2\)"):
        driven(Ask("speak", np.full(SHAPE, 0.5)))
    with pytest.raises(RunError, match=r"'amend'.*shape \(2, 6, 3\); it must be \(2, 6, 2\)"):
        driven(Ask("amend", np.full((*SHAPE, 3), np.nan), draft=0))


@pytest.mark.parametrize("rules", ["un_general_assembly", "ad_hoc_committee", "consensus"])
def test_all_that_our_mechanisms_ask_is_declared_and_right(rules: str) -> None:
    setting = make(6, 1, 1, issues=3, drafts=2, forums=[rules], sessions=2)
    play(sessions(setting, begin(setting, range(3))))
    assert {"speak", "amend", "join", "block", "vote"} <= QUESTIONS.keys()
