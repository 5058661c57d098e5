"""Engagement: what dialogues and publications move, and the ties they make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.errors import InputError
from sim.mechanisms.ties import strength
from sim.scenario import load
from tests.chunks import assert_chunk_free
from tests.small import VOTE, write

TALKS = "dialogues:\n  - {between: [USA, BRA], about: [SOV], intensity: 100}\n"
TEXT = "publications:\n  - {by: ACME, says: {DATA: 90}, session: 1, weight: 100}\n"
STRONG = "parameters: {dialogue_pull: 0.2, publication_pull: 0.2}\n"


def made(folder: Path, more: str, *settings: str) -> Setting:
    return build(load(write(folder, VOTE + more), settings))


def played(setting: Setting) -> tuple[World, np.ndarray]:
    """The world at the end, and positions at the beginning."""
    world = begin(setting, range(8))
    before = world.position.copy()
    play(sessions(setting, world))
    return world, before


def test_parties_come_nearer_at_the_rate_that_is_said(tmp_path: Path) -> None:
    """Of two, the distance shrinks by the square of what each goes; others stay."""
    setting = made(tmp_path, TALKS + STRONG)
    world, before = played(setting)
    usa, bra = setting.slot("USA"), setting.slot("BRA")
    gap = [x[:, usa, 0] - x[:, bra, 0] for x in (before, world.position)]
    step = -np.expm1(-0.25 * 0.2)
    np.testing.assert_allclose(gap[1], gap[0] * (1 - 2 * step) ** 2)
    others = [n for n in range(len(setting.actors)) if n not in (usa, bra)]
    assert np.array_equal(world.position[:, others], before[:, others])
    assert np.array_equal(world.position[:, :, 1], before[:, :, 1])


def test_readers_are_drawn_to_what_is_published(tmp_path: Path) -> None:
    """By ties: more so the state the company is at home in, and only on that issue."""
    setting = made(tmp_path, TEXT + STRONG)
    world, before = played(setting)
    moved = world.position[:, :, 1] - before[:, :, 1]
    share = moved / (0.9 - before[:, :, 1])
    usa, ind = setting.slot("USA"), setting.slot("IND")
    np.testing.assert_allclose(share[:, usa], 0.2)
    assert (share[:, ind] < 0.1).all()
    assert np.array_equal(world.position[:, :, 0], before[:, :, 0])


def test_dialogues_make_ties_stronger_session_by_session(tmp_path: Path) -> None:
    setting = made(tmp_path, TALKS)
    usa, bra, ind = (setting.slot(actor) for actor in ("USA", "BRA", "IND"))
    first, second = strength(setting, 1), strength(setting, 2)
    assert np.array_equal(first, strength(made(tmp_path, "")))
    assert second[usa, bra] == second[bra, usa] > first[usa, bra]
    grown = 1 - (1 - first[usa, bra]) * np.exp(-0.2 * 0.25)
    assert second[usa, bra] == pytest.approx(grown)
    assert second[usa, ind] == first[usa, ind]
    assert second[usa, usa] == 0


def test_what_does_nothing_changes_nothing(tmp_path: Path) -> None:
    off = "parameters: {dialogue_pull: 0, publication_pull: 0}\n"
    plain, still = (
        ensemble(made(tmp_path, more + off), 40, keep=True) for more in ("", TALKS + TEXT)
    )
    assert np.array_equal(plain.decisions, still.decisions)
    assert (still.number("drawn.SOV") == 0).all()


def test_runs_do_not_see_each_other(tmp_path: Path) -> None:
    played_ = assert_chunk_free(made(tmp_path, TALKS + TEXT + STRONG + "lobbying: on\n"))
    assert "engagement" in played_


def test_who_is_away_neither_talks_nor_publishes(tmp_path: Path) -> None:
    setting = made(tmp_path, TALKS + TEXT + STRONG, "USA=absent", "ACME=absent")
    world, before = played(setting)
    assert np.array_equal(world.position, before)


def test_what_is_done_is_told(tmp_path: Path) -> None:
    outcomes = ensemble(made(tmp_path, TALKS + TEXT + STRONG), 8)
    done = {(a.act, a.actor, a.target) for a in outcomes.acts}
    assert {("talks", "USA", "BRA"), ("publishes", "ACME", "")} <= done
    assert outcomes.number("drawn.SOV").mean() > 0
    assert outcomes.number("drawn.DATA").mean() > 0


WRONG = [
    ("dialogues", "{between: [USA]}", "between", "two or more"),
    ("dialogues", "{between: [USA, BRA], opens: 3}", "opens", "1 to 2"),
    ("dialogues", "{between: [USA, BRA], opens: 2, until: 1}", "until", "2 or later"),
    ("dialogues", "{between: [USA, BRA], about: [DATE]}", "about.1", "DATA"),
    ("dialogues", "{between: [USA, BRA], intensity: 101}", "intensity", "0 to 100"),
    ("publications", "{by: ACME, says: {}, session: 1}", "says", "one issue"),
    ("publications", "{by: ACNE, says: {SOV: 1}, session: 1}", "by", "ACME"),
    ("publications", "{by: ACME, says: {SOV: 1}, session: 5}", "session", "1 to 2"),
]


@pytest.mark.parametrize(("section", "item", "field", "right"), WRONG)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, section: str, item: str, field: str, right: str
) -> None:
    said = f"{VOTE}{section}:\n  - {item}\n"
    with pytest.raises(InputError) as caught:
        load(write(tmp_path, said))
    mistake = next(m for m in caught.value.mistakes if m.field == f"{section}.1.{field}")
    assert mistake.line == len(said.splitlines())
    assert right in mistake.allowed + mistake.suggestion
