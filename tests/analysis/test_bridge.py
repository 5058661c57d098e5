"""The bridge: leave-one-out errors of record, what it will not claim, and what it keeps."""

import datetime as dt

import numpy as np
import pytest

from sim import record
from sim.analysis import bridge, ideal
from sim.core import worlds
from sim.errors import InputError
from sim.scenario.groups import shipped_groups

# Mean absolute errors of an independent implementation, 27 anchors, votes to the end of 2019.
# Its ridge, dimensions' scale and treatment of clipping are not known: a band of 2.5 points.
ERRORS = {
    "TREATY": 13,
    "SOV": 12,
    "CRIME": 13,
    "ATTR": 10,
    "CAP": 12,
    "AIVEN": 7,
    "VENDOR": 13,
    "DATA": 16,
    "MSH": 16,
    "INST": 17,
    "IHL": 16,
}


@pytest.fixture(scope="module")
def priors() -> dict[tuple[str, str], bridge.Anchor]:
    other = ("from 2025", "early")
    rows = [a for a in bridge.anchors() if a.is_prior and not any(w in a.basis for w in other)]
    return bridge.known(rows, dt.date(2026, 1, 1))


def placed(until: dt.date, rows: dict[tuple[str, str], bridge.Anchor]) -> bridge.Positions:
    votes = record.votes().before(until)
    return bridge.place(ideal.fit(votes.codes, votes.states), rows, worlds.ISSUES, shipped_groups())


@pytest.fixture(scope="module")
def at_2019(priors: dict[tuple[str, str], bridge.Anchor]) -> bridge.Positions:
    return placed(dt.date(2020, 1, 1), priors)


@pytest.mark.parametrize("issue", ERRORS)
def test_leave_one_out_errors_are_those_of_record(issue: str, at_2019: bridge.Positions) -> None:
    found = at_2019.bridges[issue]
    assert found.anchors == 27
    assert found.informed
    assert found.mean_absolute_error == pytest.approx(ERRORS[issue], abs=2.5)


@pytest.mark.parametrize("issue", ["AIBIND", "CBM", "CIP"])
def test_an_issue_that_votes_do_not_inform_says_so(issue: str, at_2019: bridge.Positions) -> None:
    found = at_2019.bridges[issue]
    assert not found.informed
    assert found.r2 < 0.2
    k = at_2019.issues.index(issue)
    unplaced = np.isin(at_2019.basis[:, k], ("group", "uninformed"))
    assert unplaced.sum() > 100
    assert (at_2019.error[unplaced, k] >= 20).all()


def test_earlier_votes_inform_less(priors: dict[tuple[str, str], bridge.Anchor]) -> None:
    early = placed(dt.date(2018, 12, 6), priors).bridges
    for issue, error in {"TREATY": 18, "SOV": 15, "VENDOR": 18}.items():
        assert early[issue].mean_absolute_error == pytest.approx(error, abs=2.5)


def test_a_state_with_an_anchor_keeps_it(at_2019: bridge.Positions) -> None:
    cuba, ihl = at_2019.states.index("CUB"), at_2019.issues.index("IHL")
    assert at_2019.mean[cuba, ihl] == 5
    assert at_2019.basis[cuba, ihl] == "prior"
    votes = record.votes().before(dt.date(2020, 1, 1))
    carried = at_2019.bridges["IHL"].predict(ideal.fit(votes.codes, votes.states).theta)[cuba]
    assert carried > 25  # the regression would have drawn the outlier in


def test_errors_cover_the_anchors_left_out(at_2019: bridge.Positions) -> None:
    informed = [b for b in at_2019.bridges.values() if b.informed]
    ratio = [b.mean_absolute_error / b.root_mean_square_error for b in informed]
    # About .8 for normal errors; far below it a few wild misses would make the sd worthless.
    assert 0.7 < float(np.mean(ratio)) < 0.95


def test_coverage_on_simulated_positions() -> None:
    rng = np.random.default_rng(11)
    theta = rng.normal(size=(193, 3))
    truth = 50 + theta @ np.array([12.0, -6.0, 3.0]) + rng.normal(0.0, 6.0, 193)
    states = tuple(f"S{i}" for i in range(193))
    noise = np.tile(0.04 * np.eye(3), (193, 1, 1))
    seen = ideal.Ideal(
        states, theta + rng.normal(0, 0.2, theta.shape), noise, theta[:1], theta[0], theta[0], 0.0
    )
    day = dt.date(2000, 1, 1)
    rows = {
        (s, "X"): bridge.Anchor(s, "X", float(t), 5.0, "document", "", day)
        for s, t in zip(states[:40], truth, strict=False)
    }
    found = bridge.place(seen, rows, ["X"], {"EU": []})
    inside = np.abs(found.mean[40:, 0] - truth[40:]) < 1.96 * found.error[40:, 0]
    assert 0.90 <= inside.mean() <= 1.0  # nominal .95 of 153; below .90 has a chance under 1%


def test_the_latest_row_before_a_date_holds() -> None:
    rows = bridge.anchors()
    day = dt.date(2017, 6, 23)
    assert bridge.known(rows, day)["CUB", "IHL"].position == 15
    assert bridge.known(rows, day + dt.timedelta(1))["CUB", "IHL"].position == 5


def test_no_analysts_prior_of_a_state_is_known_before_2019_ends() -> None:
    until = dt.date(2019, 12, 31)
    states = set(record.votes().states)
    early = bridge.known(bridge.anchors(), until)
    assert not [
        a
        for a in early.values()
        if a.is_prior and (a.actor in states or a.actor.startswith("group"))
    ]
    assert [a for a in early.values() if a.is_prior and a.actor == "MICROSOFT"]


def test_a_bad_anchor_is_named_with_its_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "anchors.csv"
    file.write_text(
        "actor,issue,position,error,basis,source,known_by\nUSA,SOV,140,5,b,s,2011-01-01\n"
    )
    with pytest.raises(InputError, match=r"anchors\.csv:2.*140.*0 to 100"):
        bridge.anchors(file)
