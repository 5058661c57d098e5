"""What-ifs on tables: what may be set, and what is told of what may not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.errors import InputError
from sim.published.changes import changed

from .plain import table

TABLE = replace(
    table([[10, 20], [60, 70]], capability=[1, 2]),
    actors=("a", "S.Actor 1"),
    high=np.array([7.0, 100.0]),
)


def test_each_number_can_be_set_in_the_files_units() -> None:
    made = changed(
        TABLE,
        [
            "a.position.K1=3.5",
            "S.Actor 1.salience.K2=25",
            "a.capability=9",
            "issues.K2.status_quo=30",
        ],
    )
    assert made.position[0, 0] == 0.5
    assert made.salience[1, 1] == 0.25
    assert made.capability[0].tolist() == [9, 9]
    assert made.status_quo[1] == 0.3
    assert TABLE.position[0, 0] == 0.1  # the first table is as it was


def test_an_actor_can_be_sent_away() -> None:
    made = changed(replace(TABLE, proposer=1), ["a=absent"])
    assert made.actors == ("S.Actor 1",)
    assert made.position.shape == (1, 2)
    assert made.proposer == 0


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = [
        *("b.position.K1=3", "a.posit.K1=3", "a.position.K3=3", "a.position.K1=8", "x"),
        *("a=there", "issues.K9.status_quo=3"),
    ]
    with pytest.raises(InputError) as told:
        changed(TABLE, wrong)
    text = str(told.value)
    assert len(told.value.mistakes) == len(wrong)
    for words in ("neither an actor", "did you mean 'position'", "no such issue", "0 to 7",
                  "is not PATH=VALUE", "allowed: absent"):  # fmt: skip
        assert words in text
