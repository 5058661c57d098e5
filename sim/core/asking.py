"""Questions on their way from a mechanism to whoever answers: one that is not right stops the run.

It is checked here, once, whether the ensemble or a model with agents drives the session.
"""

from __future__ import annotations

from sim.core.ask import Answer, Ask, Phase
from sim.core.mechanism import Mechanism
from sim.core.question import Answers, Question
from sim.core.registry import QUESTIONS
from sim.core.setting import Setting
from sim.core.world import World
from sim.errors import RunError


def checked(phase: Phase, mechanism: Mechanism, setting: Setting, world: World) -> Phase:
    """Pass on what a phase asks, and the answers to it.

    Raises:
        RunError: a question that nothing declares, or answers (the standard ones, or those that
            are sent back) out of its range or shape; it says whose.
    """
    try:
        ask = next(phase)
        while True:
            question, shape = _declared(mechanism, ask, setting, world)
            _fits(mechanism, ask, question.problem(ask.answer, shape), "the standard answer")
            answer: Answer = yield ask
            if answer is not ask.answer:
                _fits(mechanism, ask, question.problem(answer, shape), "an answer that was given")
            ask = phase.send(answer)
    except StopIteration:
        return


def _declared(
    mechanism: Mechanism, ask: Ask, setting: Setting, world: World
) -> tuple[Question, tuple[int, ...]]:
    """Find the question that is asked, and the shape that answers to it have."""
    question = QUESTIONS.get(ask.what)
    if question is None:
        known = ", ".join(QUESTIONS)
        problem = f"the mechanism {mechanism.title()} asks {ask.what!r}, which none declares"
        raise RunError(f"{problem}; declared: {known}")
    if question.about_a_draft and ask.draft < 0:
        problem = f"the mechanism {mechanism.title()} asks {ask.what!r} of no draft"
        raise RunError(f"{problem}; {ask.what!r} is about one")
    rows = (world.size, len(setting.actors))
    if question.answers is Answers.POSITIONS:
        return question, (*rows, len(setting.issues))
    if question.answers is Answers.ACTS:
        return question, (*rows, len(ask.options), len(setting.actors))
    if question.answers is Answers.CLAUSES:
        return question, (*rows, len(setting.drafts[ask.draft].clauses))
    return question, rows


def _fits(mechanism: Mechanism, ask: Ask, problem: str, which: str) -> None:
    if problem:
        asks = f"asked by the mechanism {mechanism.title()}"
        raise RunError(f"{which} to {ask.what!r}, {asks}, {problem}")
