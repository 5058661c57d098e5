"""Reading the conditions of events: a small language, checked when the file is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sim import countries
from sim.core.conditions import (
    ADOPTED,
    HAPPENED,
    LEVEL,
    POSITION,
    REJECTED,
    SALIENCE,
    STATUS_QUO,
    Test,
)
from sim.core.mechanism import overrides
from sim.core.outcome import Over
from sim.core.registry import mechanisms
from sim.errors import InputError, Mistake
from sim.near import near

FORMS = "status_quo.DATA > 60, IND.position.SOV < 40, 74/247 adopted, election happened"
COMPARED = re.compile(r"(?P<of>\S+)\s*(?P<sign>>=|<=|>|<)\s*(?P<value>[+-]?\d+(\.\d+)?)\s*%?")
STATED = re.compile(rf"(?P<of>.+?)\s+(?P<what>{ADOPTED}|{REJECTED}|{HAPPENED})")


@dataclass(frozen=True)
class Known:
    """What conditions may name."""

    issues: Sequence[str]
    actors: Sequence[str]
    drafts: Mapping[str, int]  # with the session of the last decision on each
    events: Sequence[str]  # that may happen or not
    sections: Mapping[str, Any]


def read(texts: Sequence[str], known: Known) -> tuple[Test, ...]:
    """Read what must hold: texts, each one test or several joined by `and`.

    Raises:
        InputError: all that is wrong, with the nearest name.
    """
    found: list[Test] = []
    mistakes: list[Mistake] = []
    for text in (part for whole in texts for part in re.split(r"\s+and\s+", whole.strip())):
        try:
            found.append(_test(text.strip(), known))
        except InputError as error:
            mistakes.extend(error.mistakes)
    mistakes += [] if mistakes else list(_apart(found))
    if mistakes:
        raise InputError(mistakes)
    return tuple(found)


def too_late(tests: Sequence[Test], known: Known, last: int) -> Iterator[str]:
    """Say why some tests never hold by the opening of session ``last``."""
    for test in tests:
        if test.what in (ADOPTED, REJECTED) and known.drafts[test.names[0]] >= last:
            decided = f"{test.names[0]} is decided at the end of session"
            yield (
                f"is never true: {decided} {known.drafts[test.names[0]]},"
                f" and the event is due until the opening of session {last}"
            )


def circle(whens: Mapping[str, Sequence[Test]]) -> list[str]:
    """Find events that wait for one another: their names in a ring; none where nobody does."""
    waits = {n: [t.names[0] for t in tests if t.what == HAPPENED] for n, tests in whens.items()}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))  # each waits for the next
    return []


def _test(text: str, known: Known) -> Test:
    if found := COMPARED.fullmatch(text):
        what, names, scaled = _compared(found["of"], known)
        test = Test(what, names, found["sign"], float(found["value"]))
        if scaled and not _possible(test):
            raise _wrong("is never true: it is on 0-100", text, "0 to 100")
        return test
    if found := STATED.fullmatch(text):
        what, of = found["what"], found["of"]
        there = list(known.events if what == HAPPENED else known.drafts)
        if of not in there:
            kind = "event with chance or when" if what == HAPPENED else "draft"
            raise _wrong(f"there is no such {kind}", of, ", ".join(there), near(of, there))
        return Test(what, (of,))
    raise _wrong("is no condition that events know", text, FORMS)


def _compared(of: str, known: Known) -> tuple[str, tuple[str, ...], bool]:
    """What a comparison is about: its kind, names, and whether it is on 0-100."""
    steps = of.split(".")
    if len(steps) == 3 and steps[0] == "issues" and steps[2] == STATUS_QUO:
        steps = [STATUS_QUO, steps[1]]
    if len(steps) == 2 and steps[0] == STATUS_QUO:
        return STATUS_QUO, (_known(steps[1], known.issues, "issue"),), True
    if len(steps) == 3 and steps[1] in (POSITION, SALIENCE):
        actor = steps[0] if steps[0] in known.actors else countries.code(steps[0]) or steps[0]
        who = _known(actor, known.actors, "actor")
        return steps[1], (who, _known(steps[2], known.issues, "issue")), True
    levels = {
        outcome.name: outcome.scaled
        for m in mechanisms()
        if overrides(m, "level") and m.said(known.sections)
        for outcome in m.outcomes
        if outcome.over is Over.SESSION
    }
    if len(steps) == 1 and of in levels:
        return LEVEL, (of,), levels[of]
    allowed = ", ".join(("status_quo.ISSUE", "ACTOR.position.ISSUE", *levels))
    raise _wrong("is nothing that a condition can compare", of, allowed, near(of, levels))


def _known(name: str, there: Sequence[str], what: str) -> str:
    if name not in there:
        some = ", ".join(there) if len(there) <= 20 else ""
        raise _wrong(f"there is no such {what} here", name, some, near(name, there))
    return name


def _possible(test: Test) -> bool:
    return {">": test.value < 100, ">=": test.value <= 100, "<": test.value > 0}.get(
        test.sign, test.value >= 0
    )


def _apart(tests: Sequence[Test]) -> Iterator[Mistake]:
    """Tests of one thing that exclude each other."""
    for n, one in enumerate(tests):
        for other in tests[n + 1 :]:
            if one[:2] == other[:2] and one.sign and _exclude(one, other):
                said = f"{one.sign} {one.value:g} and {other.sign} {other.value:g}"
                yield Mistake("is never true: no number is both", value=said)
            stated = {one.what, other.what} == {ADOPTED, REJECTED}
            if stated and one.names == other.names:
                yield Mistake("is never true: a draft is one or the other", value=one.names[0])


def _exclude(one: Test, other: Test) -> bool:
    if one.sign[0] == other.sign[0]:
        return False
    low, high = (one, other) if one.sign[0] == ">" else (other, one)
    both = low.sign == ">=" and high.sign == "<="
    return low.value > high.value or (low.value == high.value and not both)


def _wrong(problem: str, value: str, allowed: str = "", close: str = "") -> InputError:
    return InputError(Mistake(problem, value=value, allowed=allowed, suggestion=close))
