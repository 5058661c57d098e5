"""Patterns 15-17, 19-22 and 24 of the public record: offices, laws, clubs, markets, signatures.

They are read off the scenarios that tell them, as shipped. What was used in fitting is said: the
scripts of experiments/fits make those numbers again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from patterns_found import (
    CALENDAR,
    ROOMS,
    Found,
    Pattern,
    happened,
    loaded,
    number,
    played,
    real,
)

from sim import shipped

Floats = npt.NDArray[np.float64]

OFFICES, LAWS, OBJECTIONS = (
    "bureau-created-and-downgraded",
    "data-localization-2017",
    "early-consultation",
)
CLUBS = {
    "freedom-online": "Freedom Online Coalition",
    "paris-call": "Paris Call",
    "counter-ransomware": "Counter Ransomware Initiative",
}
CUT = "2022-12-31"  # counts after it were not used in fitting
CASCADE, DUBAI, CODES = "g20-2015-cascade", "wcit-2012", "ai-code-of-conduct"
AFTER_A_LOOK = "in part: the rule of the room was changed after the first runs"
NO_DEAL = ("forums.washington=null", "record.US-CN=null")
# A convention, and not of the United Nations, in the place of the statement of Paris: our reading.
BINDING = (
    "forums.paris.drafts.Paris.clauses.trust.value=80",
    "forums.paris.drafts.Paris.clauses.dialogue.value=30",
)
CONVENTION = "CoE AI convention"


def offices() -> Iterator[Found]:
    """Pattern 15: ministries with an office: over twenty, and over twenty-five."""
    found = played(OFFICES, CALENDAR)
    for session, count, fitted in (
        ("2017-H2", 21.0, "yes: the counts of 2011 to 2017"),
        ("2018-H2", 26.0, "no: from the counts to 2017"),
    ):
        yield number(f"offices, {session}", count, found.number(f"offices_by.{session}"), fitted)


def laws() -> Iterator[Found]:
    """Pattern 16: states that keep data at home, and laws; those of 2017 are where it begins."""
    found = played(LAWS, CALENDAR)
    row = real("localization_counts.csv", who="world", year="2021")
    states, count = float(row["states"]), float(row["measures"])
    yield number("states that keep data at home, 2021", states, found.number("localizing_states"))
    fitted = "yes: the rate of laws"
    yield number("laws that do, 2021", count, found.number("localization_laws"), fitted)


def clubs() -> Iterator[Found]:
    """Pattern 17: members, at every count that a scenario has."""
    for name, title in CLUBS.items():
        _, made = loaded(name)
        for session, count in made.observed["in_clubs"].items():
            values = played(name, CALENDAR).number(f"in_clubs.{made.label(session)}")
            late = made.calendar is not None and str(made.calendar.day(session)) > CUT
            fitted = "no: from counts to 2022" if late else "in part: the rates of four pledges"
            if session > 1:  # where it begins
                yield number(f"{title}, {made.label(session)}", count, values, fitted)


def objections() -> Iterator[Found]:
    """Pattern 19: organisations refused."""
    found = played(OBJECTIONS, ROOMS).number("refused.working_group")
    yield number("refused, of 86", 32.0, found, "yes: how readily each objects")


def cascade() -> Iterator[Found]:
    """Pattern 20: a bilateral deal is taken up by others."""
    with_it, without = (played(CASCADE, ROOMS, changed) for changed in ((), NO_DEAL))
    signed = with_it.number("US-CN.signed.adopted") > 0
    taken_up = signed & (with_it.number("G20-26.leaders.adopted") > 0)
    yield happened("the two agree, and the leaders take it up", True, float(taken_up.mean()))
    gained = with_it.number("status_quo.THEFT") - without.number("status_quo.THEFT")
    what = "where they agree, the norm ends higher than without the deal"
    yield happened(what, True, float((gained[signed] > 0).mean()))


def dubai() -> Iterator[Found]:
    """Pattern 21: who signs a treaty that a majority carried."""
    if DUBAI in shipped.scenarios():
        columns = {
            "signed, of 144": ("regulations.signature.in_favour", 89.0),
            "vote on the preamble: in favour": ("access.preamble.in_favour", 77.0),
            "vote on the preamble: against": ("access.preamble.against", 33.0),
        }
        for what, (column, count) in columns.items():
            yield number(what, count, played(DUBAI, ROOMS).number(column), AFTER_A_LOOK)


def firms() -> Iterator[Found]:
    """Pattern 22: who leaves over a fee for networks, and that most comply."""
    found = played("network-fees", CALENDAR)
    for who, left in (("TWITCH", True), ("NETFLIX", False), ("GOOGLE", False)):
        share = float((found.number(f"markets_left_by.{who}") > 0).mean())
        yield happened(f"{who.title()} leaves a market over a fee for networks", left, share)
    complied = played("data-localization", ROOMS).number("markets_complied")
    what = "most of digital business complies with laws that keep data at home"
    yield happened(what, True, float((complied > 0.5).mean()))


def codes(data: Path | None) -> Iterator[Found]:
    """Pattern 24: who signs a soft text on AI, and who a binding one."""
    if CODES not in shipped.scenarios():
        return
    column = "Paris.signatures.in_favour"
    yield number("Paris: signed, of 28", 22.0, played(CODES, ROOMS).number(column))
    if data is not None:
        scenario, made = loaded(CODES, BINDING)
        room = [made.actors[i] for i in np.flatnonzero(made.forums[-1].members)]
        count = float(len(signed(data, scenario.groups["EU"]) & set(room)))
        what = f"a binding convention in its place: signed, of {len(room)}"
        soft, bound = (played(CODES, ROOMS, more).number(column) for more in ((), BINDING))
        yield number(what, count, bound)
        yield happened("fewer sign it than the statement", True, float((bound < soft).mean()))
    for draft, stage in (("Hiroshima", "leaders"), ("Bletchley", "declaration")):
        share = float(played(CODES, ROOMS).number(f"{draft}.{stage}.adopted").mean())
        yield happened(f"{draft}: all who were in the room agree", True, share)


def signed(data: Path, union: tuple[str, ...]) -> set[str]:
    """Who signed the convention on AI by DATA/ai_track_memberships.csv, members by their Union."""
    text = (data / "ai_track_memberships.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    names = {row["who"] for row in rows if row["event"] == CONVENTION}
    return names | (set(union) if "EU" in names else set())


SHIPPED = "scenarios/data/"


def patterns(data: Path | None) -> tuple[Pattern, ...]:
    """All of them; ``data`` is a folder of tables that the project does not ship."""
    return (
        Pattern(
            15,
            "offices for cyberspace spread from one",
            f"{SHIPPED}offices.csv and accounts of 2017 and 2018",
            f"{OFFICES}: offices_by",
            offices,
        ),
        Pattern(
            16,
            "states keep data at home",
            f"ITIF 2021, {SHIPPED}localization_counts.csv",
            f"{LAWS}: localizing_states, localization_laws",
            laws,
        ),
        Pattern(
            17,
            "clubs and pledges grow",
            f"{SHIPPED}pledges.csv",
            f"{', '.join(CLUBS)}: in_clubs",
            clubs,
        ),
        Pattern(
            19,
            "objections shut out organisations",
            "dig.watch, thecfma.org (2022)",
            f"{OBJECTIONS}: refused",
            objections,
        ),
        Pattern(
            20,
            "a bilateral deal cascades",
            "communique of Antalya, 16 November 2015",
            f"{CASCADE}: adopted, status_quo",
            cascade,
        ),
        Pattern(
            21,
            "a treaty conference that splits",
            "ITU, Dubai 2012",
            f"{DUBAI}: in_favour",
            dubai,
            needs=f"the scenario {DUBAI}",
        ),
        Pattern(
            22,
            "firms leave where costs outrun the market, and most comply",
            f"{SHIPPED}market_exits.csv",
            "network-fees, data-localization: markets_left_by, markets_complied",
            firms,
        ),
        Pattern(
            24,
            "who signs soft texts on AI, and who a binding one",
            "sources of the scenario; DIR/ai_track_memberships.csv",
            f"{CODES}: adopted, in_favour",
            partial(codes, data),
            needs=f"the scenario {CODES}",
        ),
    )
