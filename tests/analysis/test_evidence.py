"""Acts are counted once, by how few did them, and never before they were done."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from sim import countries, shipped
from sim.analysis import evidence as module
from sim.analysis.attributes import groups_at
from sim.analysis.bridge import Anchor
from sim.analysis.evidence import COLUMNS, evidence, inside
from sim.core.worlds import ISSUES
from sim.record import day, table
from sim.scenario.groups import shipped_groups

STATES = ("USA", "RUS", "FRA", "KEN")
DAY, LATER = dt.date(2010, 1, 1), dt.date(2011, 1, 1)
GROUPS = {"EU": ("FRA",)}


def document(actor: str, issue: str, said: str = "a law", known_by: dt.date = DAY) -> Anchor:
    return Anchor(actor, issue, 50.0, 10.0, f"document: {said}", "s", known_by)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the documents that a test gives."""
    monkeypatch.setattr(module, "table", lambda *_: [])


def found(*rows: Anchor, until: dt.date = LATER) -> module.Evidence:
    return evidence(STATES, ("SOV", "DATA"), GROUPS, until, rows, ())


@pytest.mark.usefixtures("alone")
def test_what_few_did_tells_more_and_what_bears_on_two_issues_half_of_each() -> None:
    did = found(document("USA", "SOV"), document("USA", "DATA"), document("RUS", "SOV"))
    one = np.log(4 / 2)  # two of four states
    np.testing.assert_allclose(did.on_issue[0], [one / 2, one / 2])
    np.testing.assert_allclose(did.on_issue[1], [one, 0])
    np.testing.assert_allclose(did.whole, [one, one, 0, 0])


@pytest.mark.usefixtures("alone")
def test_an_act_counts_once_and_what_all_did_tells_nothing() -> None:
    once, twice = found(document("USA", "SOV")), found(*[document("USA", "SOV")] * 2)
    np.testing.assert_array_equal(once.on_issue, twice.on_issue)
    everybody = found(*(document(state, "SOV") for state in STATES))
    assert (everybody.on_issue == 0).all()


@pytest.mark.usefixtures("alone")
def test_a_group_acts_for_its_members() -> None:
    np.testing.assert_array_equal(
        found(document("group EU", "SOV")).on_issue, found(document("FRA", "SOV")).on_issue
    )
    assert inside("group EU", GROUPS) == ("FRA",)
    assert inside("EU", GROUPS) == ("EU",)


@pytest.mark.usefixtures("alone")
def test_nothing_of_the_day_itself_or_later_counts_and_no_lack_of_an_act() -> None:
    assert found(document("USA", "SOV"), until=DAY).whole.sum() == 0
    assert found(document("USA", "SOV", "no attribution of its own")).whole.sum() == 0
    prior = Anchor("USA", "SOV", 50.0, 10.0, "analysts' prior", "s", DAY)
    assert found(prior).whole.sum() == 0


def test_evidence_only_grows_with_time_but_for_acts_that_become_common() -> None:
    states = tuple(countries.names())
    groups = groups_at(dt.date(2021, 3, 8))
    early = evidence(states, ISSUES, groups, dt.date(2012, 1, 1)).on_issue > 0
    late = evidence(states, ISSUES, groups, dt.date(2021, 3, 8)).on_issue > 0
    assert (late >= early).all()
    assert late.sum() > early.sum()


def test_the_shipped_table_is_sound() -> None:
    rows = table(shipped.data("evidence.csv"), COLUMNS)
    names, groups = countries.names(), shipped_groups()
    for row in rows:
        assert row.cells["trust"] in ("cited", "unverified"), row
        assert row.cells["source"], row
        assert day(row, "date").year > 1998
        assert {i for i in row.cells["issues"].split(";") if i} <= set(ISSUES), row
        for actor in row.cells["actors"].split(";"):
            assert actor in names or actor.removeprefix("group ") in groups, row
    assert len(rows) > 150


def test_every_pledge_and_signature_bears_on_something() -> None:
    pledges = {r.cells["pledge"] for r in table(shipped.data("pledge_members.csv"))}
    assert pledges == set(module.PLEDGES)
    assert {r.cells["event"] for r in table(shipped.data("signatures.csv"))} == set(
        module.SIGNATURES
    )
