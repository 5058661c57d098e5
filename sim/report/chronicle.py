"""One run told year by year in plain sentences, each with the share of runs in which it came too.

It is made of the log of acts, of what became of the texts, of events, and of the outcomes that are
rows of the timeline. Mechanisms say how their acts are told (`sim.core.mechanism.Telling`). Of all
that happened only what mattered is told: see `_chosen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.analysis import turning
from sim.analysis.turning import Doer, Turn
from sim.core.acts import LOGGED
from sim.core.outcome import Outcome
from sim.core.setting import Draft, Setting
from sim.errors import InputError, Mistake
from sim.forums.rules import How
from sim.mechanisms.ballots import IN_VOTES
from sim.mechanisms.indices import TwoIndices
from sim.report import changes
from sim.report.parts import Passage, Texts
from sim.show import words
from sim.show.words import percent
from sim.study.run import Run

MOST = 40  # sentences, about
EACH = 2  # of a year, at least, beside its texts and events
NAMED = 3  # who are named of those who did the same
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
ORDINAL = ("first", "second", "third", "fourth")
ARTICLE = (  # how names begin that have one
    *("Netherlands", "Philippines", "Maldives", "Bahamas", "Gambia", "Comoros", "Republic"),
    *("DR ", "DPR ", "United Arab", "Central African", "Dominican Republic", "Marshall", "Solomon"),
)


@dataclass(frozen=True)
class _Said:
    """A sentence without its time, and when: the sessions of which it speaks."""

    text: str
    first: int
    last: int


def chronicle(run: Run, number: int | None = None) -> tuple[Passage, ...]:
    """Tell one run of a scenario with a calendar year by year; nothing of any other scenario.

    Args:
        run: what was played.
        number: which run; by default the most typical one.

    Raises:
        InputError: the log holds no such run.
    """
    if run.setting.calendar is None:
        return ()
    return tuple(_Teller(run, number).passages())


def title(run: Run, number: int | None = None) -> str:
    """What the chronicle is called."""
    teller = _Teller(run, number)
    first, last = teller.years[0], teller.years[-1]
    span = first if first == last else f"{first} to {last}"
    return f"{span}, as it happened in run {teller.number}"


def markdown(called: str, passages: Iterable[Mapping[str, Any]]) -> str:
    """Write a chronicle as a page in Markdown, from what `summary.json` holds."""
    blocks = [f"# {called}"]
    for passage in passages:
        blocks += [f"## {passage['heading']}"] * bool(passage["heading"])
        blocks.append(" ".join(passage["said"]))
    return "\n\n".join(blocks) + "\n"


def lines(run: Run, number: int | None = None) -> Iterator[str]:
    """Write it for a terminal."""
    yield title(run, number)
    for passage in chronicle(run, number):
        yield from ("", passage.heading) if passage.heading else ("",)
        yield from words.sentence(" ".join(passage.said))


def sessions_of(run: Run, number: int) -> Iterator[tuple[str, str, int]]:
    """Give the events that happened in a run: name, what they stand for, session."""
    when = turning.happened(run.outcomes, number)
    for event in run.scenario.events:
        if event.may is None and event.why:
            yield "", event.why, event.session
        elif event.may is not None and event.may.name in when:
            name = event.may.name
            yield name, event.why or name.replace("_", " "), when[name]


class _Teller:
    """One run, and how it is told."""

    def __init__(self, run: Run, number: int | None) -> None:
        self.run, self.setting, self.outcomes = run, run.setting, run.outcomes
        self.by_choice = number is not None
        numbers = self.outcomes.table["run"].astype(np.int64)
        logged = numbers[numbers < LOGGED]
        if number is None:
            number = turning.typical(self.outcomes, self.setting)
        elif number not in logged:
            right = f"0 to {logged.max()}"
            raise InputError(
                Mistake("no such run was played", field="run", value=str(number), allowed=right)
            )
        self.number, self.row = number, int(np.flatnonzero(numbers == number)[0])
        sessions = range(1, self.setting.sessions + 1)
        self.year_of = {session: str(turning.year(self.setting, session)) for session in sessions}
        self.lanes = turning.lanes(self.outcomes, self.setting)
        self.levels = {
            lane.outcome.name: lane.values(self.outcomes, self.setting)[:, self.row]
            for lane in self.lanes
        }
        self.years = tuple(dict.fromkeys(self.year_of.values()))

    def passages(self) -> Iterator[Passage]:
        """The head, each year, and what did not happen."""
        dated = [*self._texts(), *self._events()]
        room = MOST - len(self._head()) - len(dated) - 2 * len(self.years) - 1
        found = turning.turns(self.outcomes, self.setting, self.number)
        kept = _chosen(found, max(room, EACH * len(self.years)), self.year_of)
        dated += [_Said(self._turn(turn), turn.first, turn.last) for turn in kept]
        yield Passage("", self._head())
        for year in self.years:
            its = [said for said in dated if self.year_of[said.first] == year]
            if told := (*self._in_order(its), *self._levels(year)):
                yield Passage(year, told)
        if missing := self._missing():
            yield Passage("", (missing,))

    def _head(self) -> Texts:
        runs = self.outcomes.runs
        if runs == 1:
            return ("This is the one run that was played.",)
        why = (
            ", the most typical: over the fate of texts, events, and all that is measured session"
            " by session, it lies nearest to the mean of all runs"
        ) * (not self.by_choice)
        return (
            f"This is run {self.number} of {runs:,}{why}.",
            "Other runs went other ways: a percentage in brackets is the share of runs in which the"
            " same happened at some time.",
        )

    # Sentences in time

    def _in_order(self, said: Sequence[_Said]) -> Iterator[str]:
        """What is of one session, in order, with its time said once; then what took longer."""
        short = sorted((s for s in said if s.first == s.last), key=lambda s: s.first)
        before = 0
        for one in short:
            time = _time(self.setting, one.first) if one.first != before else ""
            yield words.first_up(f"{time}{one.text}.")
            before = one.first
        for place, one in enumerate(s for s in said if s.first != s.last):
            yield words.first_up(f"{'' if place else 'over the year '}{one.text}.")

    def _texts(self) -> Iterator[_Said]:
        """What became of each text that came to a decision in this run."""
        for place, stage in self.setting.ballots:
            draft = self.setting.drafts[place]
            forum = self.setting.forums[draft.forum]
            how = How(int(self._value(f"{draft.label}.{stage}.how")))
            last = forum.stages[stage] == forum.last
            adopted = bool(self._value(f"{draft.label}.{stage}.adopted"))
            if how is How.NOT_REACHED or (adopted and not last):
                continue
            session = forum.stages[stage]
            yield _Said(self._text(draft, stage, how, adopted), session, session)

    def _text(self, draft: Draft, stage: str, how: How, adopted: bool) -> str:
        fates = self.outcomes.number(f"{draft.label}.{stage}.adopted")
        share = float((fates == adopted).mean())
        also = f" ({percent(share)})" if self.outcomes.runs > 1 else ""
        recorded = self.run.scenario.record.get(draft.label, {}).get(stage)
        then = ""
        if recorded is not None and recorded.adopted is not None:
            then = ", as in the record" if recorded.adopted == adopted else ", unlike the record"
        return f"{_called(draft)} {self._fate(draft.label, stage, how)}{also}{then}"

    def _fate(self, label: str, stage: str, how: How) -> str:
        favour, against, abstained = (self._value(f"{label}.{stage}.{name}") for name in IN_VOTES)
        votes = ""
        if np.isfinite(favour):
            votes = f"{words.counted(int(favour), 'vote')} to {against:.0f}"
            if abstained:
                votes += f", with {words.counted(int(abstained), 'abstention')}"
        if how is How.VOTE:
            return f"was adopted by {votes}"
        if how is How.CONSENSUS:
            return "was adopted without a vote"
        if how is How.BLOCKED:
            who = self._blockers(label, stage)
            return f"was blocked{f' by {who}' if who else ''}"
        why = words.HOW[how.name.lower()]
        return f"failed: {why}{f' ({votes})' if votes else ''}"

    def _blockers(self, label: str, stage: str) -> str:
        from sim.forums.rules import Decision

        decisions = self.outcomes.decisions
        if not len(decisions):
            return ""
        its = decisions[self.row, self.outcomes.ballots.index((label, stage))]
        who = np.flatnonzero(its == Decision.BLOCK).tolist()
        who.sort(key=lambda actor: -float(self.setting.base_scene.capability[actor]))
        return words.some([self._name(self.setting.actors[actor]) for actor in who], NAMED)

    def _events(self) -> Iterator[_Said]:
        """Events that happened in this run, those of one session together."""
        by_session: dict[int, list[str]] = {}
        for name, why, session in sessions_of(self.run, self.number):
            share = f" ({percent(self._share(name))})" if name and self.outcomes.runs > 1 else ""
            by_session.setdefault(session, []).append(f"{words.first_down(why)}{share}")
        for session, told in by_session.items():
            yield _Said(f"this came from outside: {'; '.join(told)}", session, session)

    def _share(self, event: str) -> float:
        return float(self.outcomes.number(f"happened.{event}").mean())

    def _missing(self) -> str:
        """Say which events did not happen here and did in other runs."""
        here = turning.happened(self.outcomes, self.number)
        told = [
            f"{name.replace('_', ' ')} ({percent(self._share(name))})"
            for name in self.setting.may_happen
            if name not in here and self._share(name) > 0
        ]
        return (
            f"What did not happen here, and did in other runs: {words.both(told)}." if told else ""
        )

    # Turns

    def _turn(self, turn: Turn) -> str:
        what = turn.telling.says.format(
            target=self._name(turn.target), draft=turn.draft, reason=_proper(turn.reason)
        )
        size = f"{turn.size:.0f}"
        then = f"; {turn.telling.then.format(size=size)}" if turn.telling.then else ""
        if turn.telling.together:
            return f"{self._doers(turn.doers)} {what}{self._often(turn)}"
        return f"{self._doers(turn.doers)} {what}{then}"

    def _often(self, turn: Turn) -> str:
        """How a joint act stands beside those before, and in how many runs there was any."""
        if not turn.opens:
            return f": {len(turn.doers)}, more than ever before"
        share = f" ({percent(turn.share)})" if self.outcomes.runs > 1 else ""
        return f", for the first time{share}"

    def _doers(self, doers: Sequence[Doer]) -> str:
        told = [f"{self._name(one.actor)}{self._shown(one)}" for one in doers]
        return words.some(told, NAMED) if len(told) > NAMED + 1 else words.both(told)

    def _shown(self, doer: Doer) -> str:
        known = self.outcomes.runs > 1 and np.isfinite(doer.share)
        return f" ({percent(doer.share)})" if known else ""

    def _name(self, actor: str) -> str:
        if not actor:
            return ""
        name = changes.PROSE.get(actor) or words.named(self.setting, actor)
        return f"the {name}" if name.startswith(ARTICLE) else name

    # Levels

    def _levels(self, year: str) -> Iterator[str]:
        """How things stood at the end of a year: the indices, and the rows of the timeline."""
        sessions = [session for session, its in self.year_of.items() if its == year]
        indices, others = list[str](), list[str]()
        for lane in self.lanes:
            outcome, its = lane.outcome, self.levels[lane.outcome.name]
            values = [float(its[session - 1]) for session in sessions]
            value = float(np.nansum(values)) if lane.curve.adds else values[-1]
            text = f"{value:,.0f}{outcome.said_unit if outcome.scaled else ''}"
            if lane.mechanism.name == TwoIndices.name:
                indices.append(f"{noun(outcome)} stood at {text}")
            else:
                counted = self._counted(outcome, sessions)
                others.append(f"{words.first_down(lane.curve.lane)} {text}{counted}")
        if indices:
            yield f"At the end of {year} {words.both(indices)}."
        if others:
            yield f"The year in numbers: {', '.join(others)}."

    def _counted(self, outcome: Outcome, sessions: Sequence[int]) -> str:
        """What was counted in the world in these sessions, where anything was."""
        counted = self.setting.observed.get(outcome.name, {})
        known = [session for session in sessions if session in counted]
        if not known:
            return ""
        return f" ({counted[known[-1]]:g} counted in the world in {self.setting.label(known[-1])})"

    def _value(self, column: str) -> float:
        return float(self.outcomes.number(column)[self.row])


def noun(outcome: Outcome) -> str:
    """Name an outcome over sessions without its session."""
    return re.sub(r" (in|by) \{session\}$", "", outcome.title)


def _chosen(found: Iterable[Turn], room: int, year_of: dict[int, str]) -> list[Turn]:
    """Choose the weightiest turns, less so the more of their kind or year there are already."""
    rest, kept = list(found), list[Turn]()
    while rest and len(kept) < room:

        def worth(turn: Turn) -> float:
            same = sum(one.act == turn.act for one in kept)
            near = sum(year_of[one.first] == year_of[turn.first] for one in kept)
            return turn.weight / ((1.0 + 0.5 * same) * (1.0 + 0.3 * near))

        best = max(rest, key=worth)
        rest.remove(best)
        kept.append(best)
    return sorted(kept, key=lambda turn: turn.first)


def _time(setting: Setting, session: int) -> str:
    """When in its year a session was, as a sentence begins with it."""
    calendar = setting.calendar
    assert calendar is not None
    label, step, month = calendar.label(session), calendar.step, calendar.day(session).month
    if step == 12:
        return ""
    if step == 1 or ("-Q" not in label and "-H" not in label):
        return f"in {MONTHS[month - 1]} "
    span = "quarter" if step == 3 else "half"
    return f"in the {ORDINAL[(month - 1) // step]} {span} "


def _called(draft: Draft) -> str:
    """Name a text by its number and title."""
    named = re.sub(r" \(([^()]*)\)$", r", \1", draft.title)
    if not named:
        return draft.label
    if any(letter.isdigit() for letter in draft.label):
        return f'{draft.label}, "{named}",'
    return f'"{named}"'


def _proper(name: str) -> str:
    """Write what a scenario names as prose does: paris_call is Paris Call."""
    if name and name == name.lower() and " " not in name:
        return " ".join(word.capitalize() for word in name.split("_"))
    return name
