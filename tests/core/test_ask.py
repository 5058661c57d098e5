"""Phases ask; whoever drives them answers."""

from __future__ import annotations

import numpy as np

from sim.core.ask import Ask, Phase, play, same


def echoing(heard: list[np.ndarray]) -> Phase:
    for value in (1.0, 2.0):
        answer = yield Ask("speak", np.full((1, 2), value))
        heard.append(answer)


def test_play_sends_standard_answers_back() -> None:
    heard: list[np.ndarray] = []
    play(echoing(heard))
    assert [h.tolist() for h in heard] == [[[1.0, 1.0]], [[2.0, 2.0]]]


def test_a_phase_that_asks_nobody_is_played_too() -> None:
    play(ask for ask in ())  # type: ignore[arg-type]


def test_same_knows_an_answer_from_a_departure() -> None:
    standard = np.array([[np.nan, 0.5]])
    assert same(standard, standard)
    assert same(standard.copy(), standard)
    assert not same(np.array([[0.1, 0.5]]), standard)
    assert not same(np.array([[3]], dtype=np.int8), np.array([[4]], dtype=np.int8))
