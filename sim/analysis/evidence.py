"""What states did or suffered that tells what they care about, by a date.

An act is something that states take up or not: a document that places one on a scale
(anchors.csv), a pledge, a signature, a draft sponsored and since voted on (one act a series), a
row of evidence.csv (seats in groups of experts, joint statements, attributions, laws, offices,
incidents suffered).

    S_ik = sum over the acts e that i took up by the date of  log(N / n_e) / m_ei
    T_i  = sum over issues of S_ik, and log(N / n_e) of acts that bear on no issue

N is the number of states, n_e how many of them took the act up, m_ei on how many issues it
bears: what few did tells more than what nearly all did, as rare words tell more of a document
(Spärck Jones 1972), and what bears on ten issues tells a tenth of each. Votes are no acts here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim import codings, shipped
from sim.analysis import bridge
from sim.analysis.bridge import GROUP, Anchor, Groups
from sim.codings import Text
from sim.record import day, table

Floats = npt.NDArray[np.float64]

COLUMNS = ("act", "issues", "date", "actors", "source", "trust")
PLEDGES = {  # of pledge_members.csv, and what they bear on
    "budapest": ("CRIME",),
    "freedom_online": ("CONT", "MSH"),
    "counter_ransomware": ("CRIME",),
    "paris_call": ("MSH", "CIP"),
}
SIGNATURES = {  # of signatures.csv
    "dfi": (dt.date(2022, 4, 28), ("CONT", "DATA", "MSH")),
    "hanoi": (dt.date(2025, 10, 25), ("CRIME",)),
}
DOCUMENT = "document: "
NO_ACT = (  # documents that tell of something not done, or of a seat that evidence.csv has
    *("no ", "networks supplied", "vendors absent", "caution without"),
    *("took part in groups", "took part in the groups"),
)


@dataclass(frozen=True)
class Evidence:
    """How much states did by a date, in nats of surprise."""

    states: tuple[str, ...]
    issues: tuple[str, ...]
    on_issue: Floats  # (states, issues): S
    whole: Floats  # (states,): T


@dataclass(frozen=True)
class _Deed:
    """Some actors took up an act, by a day."""

    act: str
    issues: tuple[str, ...]
    actors: tuple[str, ...]
    day: dt.date


def evidence(
    states: Sequence[str],
    issues: Sequence[str],
    groups: Groups,
    until: dt.date,
    anchors: Sequence[Anchor] | None = None,
    texts: Sequence[Text] | None = None,
) -> Evidence:
    """Add up what each state did before ``until``; errors in a table name file and line.

    Args:
        states: ISO3 codes.
        issues: codes of the scales wanted.
        groups: members, for acts of "group NAME".
        until: what is dated on or after this day is not looked at.
        anchors: documents that place actors (shipped by default).
        texts: coded texts with their sponsors (shipped by default).
    """
    takers: dict[str, set[str]] = defaultdict(set)
    on: dict[tuple[str, str], set[str]] = defaultdict(set)
    for deed in _deeds(anchors, texts):
        if deed.day < until:
            there = {m for who in deed.actors for m in inside(who, groups)}.intersection(states)
            takers[deed.act] |= there
            for actor in there:
                on[deed.act, actor].update(deed.issues)
    seat = {state: i for i, state in enumerate(states)}
    column = {issue: k for k, issue in enumerate(issues)}
    on_issue, whole = np.zeros((len(states), len(issues))), np.zeros(len(states))
    for (act, actor), bears in on.items():
        surprise = float(np.log(len(states) / len(takers[act])))
        whole[seat[actor]] += surprise
        for issue in bears.intersection(column):
            on_issue[seat[actor], column[issue]] += surprise / len(bears)
    return Evidence(tuple(states), tuple(issues), on_issue, whole)


def inside(who: str, groups: Groups) -> Sequence[str]:
    """Return the members of "group NAME", or the actor itself."""
    group = who.removeprefix(GROUP)
    return groups.get(group, ()) if group != who else (who,)


def _deeds(anchors: Sequence[Anchor] | None, texts: Sequence[Text] | None) -> Iterator[_Deed]:
    yield from _documents(bridge.anchors() if anchors is None else anchors)
    for row in table(shipped.data("pledge_members.csv")):
        pledge = row.cells["pledge"]
        yield _Deed(pledge, PLEDGES[pledge], (row.cells["iso3"],), day(row, "by"))
    for row in table(shipped.data("signatures.csv")):
        if row.cells["signed"] == "yes":
            when, issues = SIGNATURES[row.cells["event"]]
            yield _Deed(row.cells["event"], issues, (row.cells["iso3"],), when)
    for text in codings.codings() if texts is None else texts:
        issues = tuple({clause.issue for clause in text.clauses})
        yield _Deed(f"series {text.series}", issues, text.sponsors, max(text.date, text.known_by))
    for row in table(shipped.data("evidence.csv"), COLUMNS):
        cells = row.cells
        yield _Deed(cells["act"], _list(cells["issues"]), _list(cells["actors"]), day(row, "date"))


def _documents(anchors: Sequence[Anchor]) -> Iterator[_Deed]:
    """Each document that tells of an act: one act, whoever is placed by it and on whatever."""
    for anchor in anchors:
        said = anchor.basis.removeprefix(DOCUMENT)
        if said != anchor.basis and not said.startswith(NO_ACT):
            act = f"{said} ({anchor.source})"
            yield _Deed(act, (anchor.issue,), (anchor.actor,), anchor.known_by)


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
