"""Whether a text exists that nobody blocks, against other ways to find out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from sim.answers.convex import TOLERANCE
from sim.answers.moments import moments
from sim.answers.zone import agreement, landing, nash, only
from sim.core.ensemble import ensemble
from sim.core.world import take
from sim.forums.rules import How
from sim.mechanisms.chair import agreeable, search
from sim.mechanisms.objections import FREE, Room, blockers
from tests.rooms import again, hall, halls
from tests.settings import make


def worst(room: Room, values: np.ndarray) -> np.ndarray:
    """The largest grievance of each text, all clauses in: (texts,)."""
    gains = room.reading.gains(values, np.ones((1, values.shape[1]), dtype=bool))
    losing, lacking = room.grievances(gains)
    return np.maximum(losing, lacking).max(axis=(1, 2))


@pytest.mark.parametrize("curvature", [1.0, 2.0])
def test_no_text_on_a_fine_grid_does_better_and_the_text_found_does_as_well(
    curvature: float,
) -> None:
    grid = np.array(list(product(np.linspace(0, 1, 101), repeat=2)))
    for room, _ in halls(1, 30, clauses=2, curvature=curvature):
        best, on_grid = agreement(room), worst(room, grid).min()
        assert best.bound - 1e-9 <= best.slack <= on_grid + TOLERANCE
        assert on_grid <= best.slack + 0.02  # within a step of the grid, at slopes up to 2
        assert best.slack == room.worst(best.text)[0]


def test_linear_gains_agree_with_the_linear_programme_written_out() -> None:
    for room, _ in halls(2, 30, curvature=1.0, actors=6, clauses=4):
        assert agreement(room).slack == pytest.approx(_linear_programme(room), abs=1e-7)


def _linear_programme(room: Room) -> float:
    """Min t over z, distances d, felt losses h and t; p = 1 and no red lines."""
    x, w = room.reading.position[0], room.reading.weight[0]
    a, lam = room.reading.at_status_quo[0], room.buy_off[0, 0]
    n, m = x.shape
    cell = np.arange(n * m).reshape(n, m)
    width = m + 2 * n * m + 1
    d, h = m + cell, m + n * m + cell
    rows, right = [], []

    def add(terms: dict[int, float], most: float) -> None:
        row = np.zeros(width)
        for place, factor in terms.items():
            row[place] += factor
        rows.append(row)
        right.append(most)

    for i, c in product(range(n), range(m)):
        add({c: 1, d[i, c]: -1}, x[i, c])
        add({c: -1, d[i, c]: -1}, -x[i, c])
        for part in (1.0, lam):  # h >= part * w (d - a)
            add({d[i, c]: part * w[i, c], h[i, c]: -1}, part * w[i, c] * a[i, c])
    for i, (s, clauses) in product(range(n), enumerate(room.subjects)):
        add({**{h[i, c]: 1.0 for c in clauses}, width - 1: -1}, room.cost[0, i])
        asked = [c for c in clauses if room.demanded[0, i, c]]
        lacks = {d[i, c]: w[i, c] for c in asked}
        enough = sum(w[i, c] * a[i, c] for c in asked)
        add({**lacks, width - 1: -1}, room.cost[0, i] - room.insisted[0, s, i] + enough)
    bounds = [(0, 1)] * m + [(0, None)] * (n * m) + [(None, None)] * (n * m + 1)
    goal = np.zeros(width)
    goal[-1] = 1.0
    return float(linprog(goal, np.array(rows), right, bounds=bounds).fun)


def test_quadratic_gains_agree_with_a_general_solver() -> None:
    """SLSQP in epigraph form; it may stop early at kinks, so its best of several starts counts."""
    for room, _ in halls(3, 12, curvature=2.0):

        def held(v: np.ndarray, room: Room = room) -> np.ndarray:
            gains = room.reading.gains(v[None, :-1], np.ones((1, 3), dtype=bool))
            return v[-1] - np.concatenate(room.grievances(gains), axis=1)[0].ravel()

        found = []
        for start in (0.1, 0.3, 0.5, 0.7):
            done = minimize(
                lambda v: v[-1],
                np.append(np.full(3, start), 1.0),
                constraints={"type": "ineq", "fun": held},
                bounds=[(0, 1)] * 3 + [(None, None)],
                method="SLSQP",
            )
            found.append(float(worst(room, np.clip(done.x[None, :-1], 0, 1))[0]))
        best = agreement(room)
        assert best.slack <= min(found) + TOLERANCE
        assert min(found) <= best.slack + 1e-3


def test_the_weights_prove_the_bound_on_any_text() -> None:
    rng = np.random.default_rng(4)
    for room, _ in halls(5, 20):
        best = agreement(room)
        gains = room.reading.gains(rng.random((500, 3)), np.ones((1, 3), dtype=bool))
        losing, lacking = room.grievances(gains)
        mean = (losing * best.weights[0] + lacking * best.weights[1]).sum(axis=(1, 2))
        assert best.weights.sum() == pytest.approx(1.0)
        assert mean.min() >= best.bound - 1e-9
        assert best.slack - best.bound <= TOLERANCE


def test_red_lines_bind_what_is_said_and_silence_is_always_open() -> None:
    for room, _ in halls(6, 25, clauses=2, red_lines=3):
        assert agreement(room).slack == pytest.approx(_by_cases(room), abs=0.015)


def _by_cases(room: Room) -> float:
    """The least grievance over a grid, each clause within its red lines or left out."""
    lower, upper = room.lower.max(axis=1)[0], room.upper.min(axis=1)[0]
    choices = []
    for c in range(2):
        said = np.linspace(lower[c], upper[c], 81) if lower[c] <= upper[c] else []
        choices.append([*said, room.reading.status_quo[0, c]])
    return float(worst(room, np.array(list(product(*choices)))).min())


def test_two_red_lines_that_exclude_each_other_leave_the_clause_out() -> None:
    room, _ = hall(np.random.default_rng(7), clauses=1, red_lines=2, insistence=0.0)
    room.upper[0, :, 0], room.lower[0, :, 0] = [0.2, 1.0], [0.0, 0.9]
    best = agreement(room)
    assert not best.text.active[0, 0]
    assert best.exists
    assert (blockers(room, best.text) == FREE).all()


@pytest.mark.parametrize("red_lines", [0, 2])
def test_the_chair_finds_a_text_wherever_one_exists_with_room_to_spare(red_lines: int) -> None:
    """Of 80 rooms each; a zone narrower than .001 of gain may be missed, a false one never is."""
    rooms = halls(8, 40, red_lines=red_lines)
    rooms += halls(9, 40, actors=12, clauses=5, issues=4, red_lines=red_lines)
    for room, text in rooms:
        best, found = agreement(room), bool(agreeable(room, text)[0][0])
        if best.slack < -0.001:
            assert found
        if best.ruled_out:
            assert not found


def test_moves_alone_find_a_text_whenever_the_convex_programme_does() -> None:
    for room, text in halls(10, 100, actors=10, clauses=4):
        if agreement(room).slack < -0.001:
            trial = again(text)
            search(room, trial, 200)
            assert room.worst(trial)[0] <= 0


def test_a_larger_cost_of_blocking_never_closes_a_zone() -> None:
    for room, _ in halls(11, 20):
        slacks = []
        for dearer in (0.5, 1.0, 2.0, 4.0):
            trial = again(room)
            trial.cost *= dearer
            slacks.append(agreement(trial).slack)
        assert np.all(np.diff(slacks) <= TOLERANCE)


def test_a_new_member_never_opens_a_zone() -> None:
    for room, _ in halls(12, 20, actors=6):
        few, all_ = agreement(only(room, range(5))), agreement(room)
        assert few.slack <= all_.slack + TOLERANCE


def test_nobody_may_block_so_there_is_nothing_to_find() -> None:
    room, _ = hall(np.random.default_rng(17))
    assert agreement(only(room, [])).exists


def test_one_run_at_a_time() -> None:
    room, _ = hall(np.random.default_rng(18))
    with pytest.raises(ValueError, match="of one run"):
        agreement(take(room, np.array([0, 0])))


def test_the_room_of_a_run_is_the_one_in_which_it_was_decided() -> None:
    setting = make(
        states=8, issues=3, drafts=2, clauses=3, forums=["consensus"], sessions=2, seed=3,
        blocking_cost=0.02, insistence=0.8,
    )  # fmt: skip
    outcomes = ensemble(setting, 6)
    for moment in moments(setting, range(6)):
        rooms, texts = moment.room(), moment.text
        ballot = f"{setting.drafts[moment.draft].label}.{moment.meeting.stage}"
        for run in range(6):
            one = np.array([run])
            room, text = take(rooms, one), take(texts, one)
            blocked = bool((blockers(room, text) != FREE).any())
            assert blocked == (outcomes.table[f"{ballot}.how"][run] == How.BLOCKED)
            if outcomes.table[f"{ballot}.text_existed"][run] == 1:
                assert agreement(room).exists


def open_rooms(seed: int, count: int, **kinds: object) -> list[Room]:
    """Rooms with a zone of agreement that is wider than a point."""
    rooms = [room for room, _ in halls(seed, count, blocking_cost=0.2, **kinds)]
    return [room for room in rooms if agreement(room).slack < -0.01]


@pytest.mark.parametrize("curvature", [1.0, 2.0])
def test_every_clause_can_land_where_texts_on_a_grid_that_nobody_blocks_lie(
    curvature: float,
) -> None:
    grid = np.array(list(product(np.linspace(0, 1, 101), repeat=2)))
    rooms = open_rooms(13, 30, clauses=2, curvature=curvature)
    assert len(rooms) > 9
    for room in rooms:
        free = grid[worst(room, grid) <= 0]
        zone = landing(room, agreement(room), range(2))
        assert zone[:, 0] == pytest.approx(free.min(axis=0), abs=0.03)
        assert zone[:, 1] == pytest.approx(free.max(axis=0), abs=0.03)


def test_a_clause_that_nobody_asks_about_is_not_measured() -> None:
    (room, *_) = open_rooms(14, 30)
    zone = landing(room, agreement(room), [1])
    assert np.isfinite(zone[1]).all()
    assert np.isnan(zone[[0, 2]]).all()


@pytest.mark.parametrize("curvature", [1.0, 2.0])
def test_the_fair_text_is_nash_s_on_a_grid(curvature: float) -> None:
    grid = np.array(list(product(np.linspace(0, 1, 101), repeat=2)))
    for room in open_rooms(15, 30, clauses=2, curvature=curvature):
        fair = nash(room, agreement(room))
        assert worst(room, fair[None])[0] <= TOLERANCE
        free = grid[worst(room, grid) <= 0]
        assert _product(room, fair[None])[0] >= _product(room, free).max() - 0.01


def _product(room: Room, values: np.ndarray) -> np.ndarray:
    """The sum of logarithms of what each has from a text beside blocking it: (texts,)."""
    gains = room.reading.gains(values, np.ones((1, values.shape[1]), dtype=bool)).sum(axis=2)
    return np.log(np.maximum(gains + room.cost[0], 1e-6)).sum(axis=1)
