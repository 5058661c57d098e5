"""The text-and-vote rules once more, agent by agent: a plain Mesa program.

It is written from the equations (docs/ODD.md), not from the phases, and shares no code with
them: an oracle for their decisions and texts, and the "plain Mesa" of the benchmark. It covers
voting (noise, blocs, absence), the chair's drafting and what it learns, consensus with a vote to
fall back on, counting under every rule, adopted texts becoming the status quo, coalitions
(plain_coalitions.py), and effort and lobbying (plain_lobbying.py). Influence, shifts of position,
trades and sponsors' drafting are left out. Uniform draws come from the same addresses as the
model's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from math import ceil, erf, erfc, exp, floor, inf, log, log1p, sqrt
from statistics import NormalDist, median
from typing import Any

import mesa
import numpy as np

from sim.core.draws import labels, pairs, uniforms
from sim.core.setting import Draft, Forum, Kind, Setting
from sim.core.world import begin
from sim.forums.rules import Decision, How, Rules
from tests.reference.plain_coalitions import Coalitions
from tests.reference.plain_lobbying import Lobbying

NORMAL = NormalDist()
UNWILLING = 1e9
FURTHER, SPARE = 1.05, 0.002
LESS = 1e-9
SEARCH_MOVES = 200
FAR = 4
THE_WHOLE = "the whole text"
ROUNDING = 1e-9
ORDER = 10.0  # logits


@dataclass
class Clause:
    """A clause on the table."""

    issue: int
    value: float
    share: float  # of its issue
    active: bool = True


@dataclass
class Result:
    """What became of one draft in one room."""

    decisions: list[Decision]
    adopted: bool
    how: How
    text_existed: int = -1  # 1 yes, 0 no, -1 not asked


@dataclass
class Text:
    """A draft in the course of the negotiation."""

    place: int
    draft: Draft
    clauses: list[Clause]
    alive: bool = True
    heard: float = 1.0  # how much what it is by itself counts beside memory, when last read
    results: dict[str, Result] = field(default_factory=dict)

    @property
    def values(self) -> list[float]:
        return [clause.value for clause in self.clauses]

    @property
    def active(self) -> list[bool]:
        return [clause.active for clause in self.clauses]

    @cached_property
    def subjects(self) -> list[list[int]]:
        """What an objection may be about, by places of clauses: all, and those of each issue."""
        whole = list(range(len(self.clauses)))
        issues = list(dict.fromkeys(clause.issue for clause in self.clauses))
        each = [[c for c in whole if self.clauses[c].issue == issue] for issue in issues]
        return [whole, *each] if len(each) > 1 else [whole]


@dataclass
class Estimate:
    """What the chair has heard of what one delegation bears on one subject."""

    misread: float
    least: float = 0.0
    most: float = inf


@dataclass
class Chair:
    """What the chair of a room remembers of one text from session to session."""

    estimates: list[list[Estimate]]  # by delegation and subject
    quiet: bool = False
    unblocked: bool = False


@dataclass
class RedLine:
    """A listed limit on one issue."""

    issue: int
    at_most: float
    at_least: float

    def breach(self, clause: Clause) -> float:
        if clause.issue != self.issue or not clause.active:
            return 0.0
        return max(clause.value - self.at_most, self.at_least - clause.value, 0.0)


class Delegate(mesa.Agent):
    """One actor: its stance, and what it holds against the text before it."""

    def __init__(self, model: PlainMesa, row: int) -> None:
        super().__init__(model)
        world = model.world
        self.row = row
        self.state = bool(model.setting.kind[row] == Kind.STATE)
        self.position = world.position[0, row].tolist()
        self.salience = world.salience[0, row].tolist()
        self.habit = float(model.setting.absence[row])
        self.red_lines = [
            RedLine(line.issue, line.at_most, line.at_least)
            for line in model.setting.parts["red_lines"] or ()
            if line.actor == row
        ]
        self.sit()

    def sit(self) -> None:
        """Take its seat in this session, or leave it."""
        row, scene = self.row, self.model.scene
        self.capability = float(scene.capability[row])
        self.seated = bool(scene.seated[row])
        self.present = self.seated and bool(scene.attending[row])
        self.votes = self.present and self.state
        self.insists = self.present and bool(scene.insisting[row])
        aside = scene.parts["coalitions"]
        self.aside = aside is not None and bool(aside[row])
        orders = scene.parts["instructions"][row]
        self.opposes = [order == Decision.OPPOSE for order in orders.tolist()]

    # How it reads a text

    def read(self, text: Text) -> None:
        """Work out once, for each clause: position, weight, and distance of the status quo."""
        self.readings = []
        for clause in text.clauses:
            x = self.position[clause.issue]
            weight = self.salience[clause.issue] * clause.share
            before = abs(self.model.status_quo[clause.issue] - x) ** self.model.power
            self.readings.append((x, weight, before))

    def gain(self, place: int, clause: Clause) -> float:
        """What one clause is worth to it over the status quo."""
        if not clause.active:
            return 0.0
        x, weight, before = self.readings[place]
        return weight * (before - abs(clause.value - x) ** self.model.power)

    def gains(self, text: Text) -> list[float]:
        return [self.gain(place, clause) for place, clause in enumerate(text.clauses)]

    def slope(self, place: int, clause: Clause) -> float:
        if not clause.active:
            return 0.0
        x, weight, _ = self.readings[place]
        ahead = clause.value - x
        if self.model.power == 2:
            return -2 * weight * ahead
        return -weight * ((ahead > 0) - (ahead < 0))

    # How it votes

    def weigh(self, text: Text, familiar: float) -> None:
        """Work out its own support, without noise, and its band of indifference."""
        p = self.model.p
        self.read(text)
        self.expected = p["readiness"] + p["stakes"] * sum(self.gains(text))
        if text.draft.sponsors[self.row]:
            self.expected += p["sponsorship"]
        if text.draft.kindred is not None:
            self.expected += p["kindred"] * text.draft.kindred[self.row]
        self.band, text.heard = p["band"], 1.0
        series = text.draft.series
        if familiar and series is not None:
            text.heard = p["text_weight"] + p["changed_text"] * (1 - familiar)
            self.expected = text.heard * min(max(self.expected, -4.0), 4.0)
            self.expected += p["memory"] * familiar * series.mean[self.row]
            wider = p["abstainers"] * familiar * series.abstained[self.row]
            self.band = p["familiar_band"] * exp(wider)
        self.missed = bool(series is not None and series.missed[self.row])
        if self.model.lobbying:
            self.expected += self.model.lobbying.moved(text.place, self.row)

    def add_noise(self, kept: float, fresh: float) -> float:
        """Its support with what no term explains, mostly the same at all stages."""
        p = self.model.p
        echo = p["echo"]
        z = sqrt(echo) * NORMAL.inv_cdf(kept) + sqrt(1 - echo) * NORMAL.inv_cdf(fresh)
        u = (1 + erf(z / sqrt(2))) / 2
        return self.expected + p["noise"] * (log(u) - log1p(-u))

    def choose(self, support: float, day: float, late: bool, luck: float) -> Decision:
        p = self.model.p
        habit = min(max(self.habit, 0.002), 0.98)
        logit = p["absence"] + p["habit"] * log(habit / (1 - habit)) + p["missed"] * self.missed
        logit += p["absence_surprise"] * day
        if late:
            logit += p["late_december"]
        if luck < 1 / (1 + exp(-logit)):
            return Decision.ABSENT
        if support > self.band:
            return Decision.SUPPORT
        return Decision.OPPOSE if support < -self.band else Decision.ABSTAIN

    # What it holds against a text in a room that seeks consensus

    def prepare_to_object(
        self, text: Text, forum: Forum, insistence: float, resolve: float
    ) -> None:
        self.read(text)
        self.may_block = self.insists and bool(forum.members[self.row])
        cost = self.model.p["blocking_cost"] * resolve / (1 + self.capability)
        self.cost = cost if self.may_block else UNWILLING
        tabled = [
            self.gain(place, Clause(c.issue, value, c.share))
            for place, (c, value) in enumerate(
                zip(text.clauses, self.model.tabled[text.place], strict=True)
            )
        ]
        self.demanded = [self.may_block and gain > 0 for gain in tabled]
        wanted = [gain if mine else 0.0 for gain, mine in zip(tabled, self.demanded, strict=True)]
        self.insisted = [insistence * sum(wanted[c] for c in s) for s in text.subjects]

    def objections(self, text: Text) -> list[tuple[float, float]]:
        """By subject: what it loses, gains buying off only a part; what it lacks of its demands."""
        buy_off, lobbying = self.model.p["buy_off"], self.model.lobbying
        gains, found = self.gains(text), []
        calmed = lobbying.calmed(text.place, self.row) if lobbying else 0.0
        for subject, insisted in zip(text.subjects, self.insisted, strict=True):
            felt = got = 0.0
            for c in subject:
                felt += min(gains[c], buy_off * gains[c])
                got += gains[c] if self.demanded[c] else 0.0
            found.append((-felt - calmed, insisted - got - calmed))
        return found

    def grievances(
        self, text: Text, restraint: float, borne: list[float] | None = None
    ) -> list[tuple[float, float]]:
        """By subject: how far both exceed what it bears, or what the chair takes it to bear."""
        held = self.objections(text)
        borne = borne or [self.cost] * len(held)
        return [
            ((1 - restraint) * loses - bears, lacks - bears)
            for (loses, lacks), bears in zip(held, borne, strict=True)
        ]


class PlainMesa(mesa.Model):
    """One run of a setting; each step is a session."""

    def __init__(self, setting: Setting, run: int = 0) -> None:
        super().__init__(rng=run)
        self.setting = setting
        self.world = begin(setting, [run])
        self.p = {name: float(value[0]) for name, value in self.world.parameters.items()}
        self.power = int(self.p["curvature"])
        self.status_quo = setting.status_quo.tolist()
        self.session, self.scene = 0, setting.scene(1)
        self.coalitions: Coalitions | None = None
        self.lobbying: Lobbying | None = None
        self.delegates = [Delegate(self, row) for row in range(len(setting.actors))]
        self.tabled = [value[0].tolist() for value in self.world.value]
        self.texts = [self.table(place, draft) for place, draft in enumerate(setting.drafts)]
        self.chairs: dict[int, Chair] = {}
        if setting.parts["coalitions"] is not None:
            self.coalitions = Coalitions(self)
        if setting.parts["lobbying"] is not None:
            self.lobbying = Lobbying(self)
        # Mesa 3.3 would keep every model alive through this table.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def table(self, place: int, draft: Draft) -> Text:
        total: dict[int, float] = {}
        for issue, weight in zip(draft.issue.tolist(), draft.weight.tolist(), strict=True):
            total[issue] = total.get(issue, 0.0) + weight
        clauses = [
            Clause(issue, value, weight / total[issue])
            for issue, value, weight in zip(
                draft.issue.tolist(), self.tabled[place], draft.weight.tolist(), strict=True
            )
        ]
        return Text(place, draft, clauses)

    def step(self) -> None:
        self.session += 1
        self.open()
        closing: list[tuple[str, Text]] = []
        for forum in self.setting.forums:
            stage = next((s for s, when in forum.stages.items() if when == self.session), "")
            texts = [self.texts[place] for place in forum.drafts]
            if self.session <= min(forum.stages.values()) and forum.rules.drafting == "chair":
                for text in texts:
                    Room(self, forum, text).draft()
            if stage:
                for text in texts:
                    self.decide(forum, text, stage)
            if self.session == max(forum.stages.values()):
                closing += [(stage, text) for text in texts if text.alive]
        days = [text.draft.dates.get(stage) or date.min for stage, text in closing]
        for day in sorted(set(days)):
            self.lock_in(
                [text for when, (_, text) in zip(days, closing, strict=True) if when == day]
            )
        self.running = self.session < self.setting.sessions

    def open(self) -> None:
        """Before any room meets: seats, coalitions, and campaigns."""
        self.scene = self.setting.scene(self.session)
        for delegate in self.delegates:
            delegate.sit()
        if self.coalitions:
            self.coalitions.form()
        if self.lobbying:
            self.lobbying.campaign()

    def decide(self, forum: Forum, text: Text, stage: str) -> None:
        if forum.rules.consensus:
            result = Room(self, forum, text).decide(stage)
            if not result.adopted and forum.rules.vote:
                result = self.vote(forum, text, stage, result.text_existed)
        else:
            result = self.vote(forum, text, stage)
        if not text.alive:
            result.adopted, result.how = False, How.NOT_REACHED
        text.alive = text.alive and result.adopted
        text.results[stage] = result

    def lock_in(self, texts: list[Text]) -> None:
        """Texts of one day: an issue goes to the mean of where each of them alone would put it."""
        puts: dict[int, list[float]] = {}
        for text in texts:
            alone: dict[int, float] = {}
            for clause in text.clauses:
                if clause.active:
                    before = self.status_quo[clause.issue]
                    step = clause.share * (clause.value - before)
                    alone[clause.issue] = alone.get(clause.issue, before) + step
            for issue, value in alone.items():
                puts.setdefault(issue, []).append(value)
        for issue, values in puts.items():
            self.status_quo[issue] = sum(values) / len(values)

    def draws(self, purpose: str, *about: str | int) -> list[float]:
        return uniforms(self.world.keys, purpose, labels(self.setting.actors), *about)[0].tolist()

    def draw(self, purpose: str, *about: str | int) -> float:
        return float(uniforms(self.world.keys, purpose, None, *about)[0])

    # Voting

    def familiar(self, text: Text) -> float:
        """How far the text still calls its series to mind; 0 where it is read as a new one."""
        series = text.draft.series
        if series is None or self.setting.parts["memory"] is None:
            return 0.0
        change = [0.0] * len(self.status_quo)
        for clause in text.clauses:
            if clause.active:
                step = clause.share * (clause.value - self.status_quo[clause.issue])
                change[clause.issue] += step
        then = series.change.tolist()
        size = sqrt(sum(c * c for c in change))
        size *= sqrt(sum(c * c for c in then) + series.elsewhere**2)
        alike = sum(a * b for a, b in zip(change, then, strict=True))
        turn = max(1 - alike / size, 0.0) if size else 0.0
        kept = max(exp(-self.p["erosion"] * turn), self.p["least_memory"])
        return kept if self.draw("memory.recall", text.draft.label) < kept else 0.0

    def vote(self, forum: Forum, text: Text, stage: str, existed: int = -1) -> Result:
        kept = self.draws("voting.reading", text.draft.label)
        fresh = self.draws("voting.vote", stage, text.draft.label)
        luck = self.draws("attendance.absence", stage, text.draft.label)
        familiar, label = self.familiar(text), text.draft.label
        sd = self.p["surprise"] * (1 - familiar) + self.p["familiar_surprise"] * familiar
        shock = sd * NORMAL.inv_cdf(self.draw("voting.surprise", label))
        mood = NORMAL.inv_cdf(self.draw("attendance.surprise", stage, label))
        self.weigh(text)
        own = [d.add_noise(kept[d.row], fresh[d.row]) + shock for d in self.delegates]
        pulled = self.bound(text, own)
        day = text.draft.dates.get(stage)
        late = day is not None and day.month == 12 and day.day >= 20
        decisions = []
        for i, delegate in enumerate(self.delegates):
            decision = delegate.choose(pulled[i], mood, late, luck[i])
            if delegate.opposes[text.place]:
                decision = Decision.OPPOSE
            if not (delegate.present and forum.members[i]):
                decision = Decision.ABSENT
            decisions.append(decision)
        return self.count_votes(forum, decisions, existed)

    def weigh(self, text: Text) -> None:
        familiar = self.familiar(text)
        for delegate in self.delegates:
            delegate.weigh(text, familiar)

    def expected(self, text: Text) -> list[float]:
        """Everyone's support, without noise, as bound to that of others."""
        self.weigh(text)
        return self.bound(text, [delegate.expected for delegate in self.delegates])

    def bound(self, text: Text, own: list[float]) -> list[float]:
        """Support after lines of coalitions, orders, and lines of blocs."""
        felt = self.coalitions.lines(own) if self.coalitions else own
        ordered = [
            -ORDER if delegate.opposes[text.place] else support
            for delegate, support in zip(self.delegates, felt, strict=True)
        ]
        return self.with_blocs(ordered)

    def with_blocs(self, own: list[float]) -> list[float]:
        """Support after blocs have pulled their members towards their lines."""
        felt, strength = list(own), self.strength()
        for bloc, cohesion, members in self.blocs():
            if not members:
                continue
            inside = [own[i] for i in members]
            if bloc.line == "leader" and bloc.leader in members:
                line = own[bloc.leader]
            elif bloc.line == "inner" and bloc.rules is not None:
                weights = bloc.weights.tolist() or [1.0] * len(own)
                line = inner_line(inside, [weights[i] for i in members], bloc.rules)
            else:
                line = median(inside)
            for i in members:
                felt[i] += cohesion / strength[i] * (line - own[i])
        return felt

    def strength(self) -> list[float]:
        """How cohesive the blocs of each delegation are in all, or 1: what they share out."""
        strength = [0.0] * len(self.delegates)
        for _, cohesion, members in self.blocs():
            for i in members:
                strength[i] += cohesion
        return [max(each, 1.0) for each in strength]

    def blocs(self) -> list[tuple[Any, float, list[int]]]:
        """Each bloc, its cohesion, and its members whose seats are not empty."""
        scene, found = self.scene, []
        for b, bloc in enumerate(self.setting.parts["blocs"] or ()):
            part = scene.parts["blocs"]
            inside = [i for i in np.flatnonzero(part.listed[b]).tolist() if scene.attending[i]]
            found.append((bloc, float(part.cohesion[b]), inside))
        return found

    def count_votes(self, forum: Forum, decisions: list[Decision], existed: int) -> Result:
        rules = forum.rules
        members = [d.row for d in self.delegates if d.seated and forum.members[d.row]]
        yes = [i for i in members if decisions[i] is Decision.SUPPORT]
        no = [i for i in members if decisions[i] is Decision.OPPOSE]
        base = len(members) if rules.vote == "members" else len(yes) + len(no)
        enough = len(yes) >= votes_needed(base, rules)
        if rules.weight_share:
            share = sum(forum.weights[i] for i in yes) / sum(forum.weights[i] for i in members)
            aside = len(members) - len(yes)
            heavy = share >= rules.weight_share - ROUNDING or aside < rules.blocking_minority
            enough = enough and heavy
        if not self.quorate(forum, members, decisions):
            return Result(decisions, False, How.NO_QUORUM, existed)
        if not enough:
            return Result(decisions, False, How.SHORTFALL, existed)
        if any(forum.vetoes[i] for i in no):
            return Result(decisions, False, How.VETO, existed)
        return Result(decisions, True, How.VOTE, existed)

    def quorate(self, forum: Forum, members: list[int], decisions: list[Decision]) -> bool:
        present = sum(decisions[i] is not Decision.ABSENT for i in members)
        return present >= forum.rules.quorum * len(members) - ROUNDING


class Room:
    """A room that seeks consensus on one text: its chair, and who stands in the way."""

    def __init__(self, model: PlainMesa, forum: Forum, text: Text) -> None:
        self.model, self.forum, self.text = model, forum, text
        self.delegates, self.restraint = model.delegates, forum.rules.restraint
        self.believed: dict[int, list[float]] | None = None
        last = max(forum.stages.values())
        insistence = model.p["insistence"] * (1 - model.p["deadline"] * model.session / last)
        for delegate, resolve in zip(self.delegates, self.resolves(), strict=True):
            delegate.prepare_to_object(text, forum, insistence, resolve)
        seats = [d for d in self.delegates if d.seated and forum.members[d.row]]
        total = max(sum(d.capability for d in seats), 1e-12)
        self.weight = [0.0] * len(self.delegates)
        for delegate in seats:
            self.weight[delegate.row] = delegate.capability / total

    def resolves(self) -> list[float]:
        """Each delegation's own price of blocking, members of a bloc sharing a part of it."""
        model = self.model
        alone = [NORMAL.inv_cdf(u) for u in model.draws("objections.resolve")]
        alone = model.coalitions.prices(alone) if model.coalitions else alone
        strength, own, shared = model.strength(), [1.0] * len(alone), [0.0] * len(alone)
        for bloc, cohesion, members in model.blocs():
            drawn = uniforms(model.world.keys, "blocs.resolve", labels([bloc.name]))
            for i in members:
                rho = cohesion / strength[i]
                own[i] -= rho
                shared[i] += sqrt(rho) * NORMAL.inv_cdf(float(drawn[0, 0]))
        z = [sqrt(max(o, 0.0)) * a + s for o, a, s in zip(own, alone, shared, strict=True)]
        return [exp(model.p["resolve_spread"] * each) for each in z]

    # The chair

    def draft(self) -> None:
        """Revise the text by what the chair believes, then hear who objects to what."""
        chair = self.chair()
        last = self.model.session == min(self.forum.stages.values())
        if not (chair.unblocked if last else chair.quiet):
            self.revise(chair)
        self.believed = None
        self.hear(chair)

    def chair(self) -> Chair:
        """The chair as it stands, or one that has yet to hear anybody."""
        text, model = self.text, self.model
        if text.place not in model.chairs:
            whom = model.draws("chair.delegation")
            names = [model.setting.issues[text.clauses[s[0]].issue] for s in text.subjects[1:]]
            about = pairs(labels([THE_WHOLE, *names]), labels(model.setting.actors))
            what = uniforms(model.world.keys, "chair.subject", about, text.draft.label)[0].tolist()
            misread = [
                [sqrt(0.5) * (NORMAL.inv_cdf(whom[i]) + NORMAL.inv_cdf(row[i])) for row in what]
                for i in range(len(whom))
            ]
            model.chairs[text.place] = Chair([[Estimate(m) for m in each] for each in misread])
        return model.chairs[text.place]

    def revise(self, chair: Chair) -> None:
        """Look for a text that all like better, one that is safe, one that should do, any."""
        last = min(self.forum.stages.values())
        gone = (self.model.session - 1) / (last - 1) if last > 1 else 1.0
        caution = self.model.p["caution"] * (2 * gone - 1)
        frank, found = self.model.p["frankness"], self.snapshot()
        for careful, price in ((caution, frank), (caution, 1.0), (min(caution, 0.0), 1.0)):
            safe = {d.row: self.estimated(chair, d, careful) for d in self.delegates}
            self.believed = {row: [price * e for e in bears] for row, bears in safe.items()}
            self.search(self.forum.rules.rounds)
            self.believed = safe
            if self.agreed() or (price == 1.0 and careful <= 0):
                return
            self.put_back(found)

    def estimated(self, chair: Chair, delegate: Delegate, caution: float) -> list[float]:
        """What the chair takes one delegation to bear, subject by subject."""
        sd, bears = 1 - self.model.p["knowledge"], []
        for heard in chair.estimates[delegate.row]:
            first = delegate.cost * exp(sd * heard.misread)
            reach = exp(FAR * sd)
            if sd > 0 and (heard.least * reach > first or heard.most < first * reach):
                low, high = (
                    (log(bound / first) / sd if bound else -inf) if bound < inf else inf
                    for bound in (heard.least, heard.most)
                )
                z = between(low, high, share_below(-caution))
                bears.append(min(max(first * exp(sd * z), heard.least), heard.most))
            else:
                bears.append(first * exp(-caution * sd))
        return bears

    def hear(self, chair: Chair) -> None:
        """Learn from what everybody objects to, and what not; agents here say what they mean."""
        frank, objected = self.model.p["frankness"], False
        for delegate in self.delegates:
            held = delegate.grievances(self.text, self.restraint)
            for heard, sides in zip(chair.estimates[delegate.row], held, strict=True):
                costs = max(sides) + delegate.cost
                if costs > delegate.cost:
                    least, most = 0.0, costs
                elif costs > frank * delegate.cost:
                    least, most = costs, costs / frank
                else:
                    least, most = costs / frank, inf
                objected = objected or costs > frank * delegate.cost
                least, most = max(least, 0.0), max(most, LESS)
                heard.least = min(max(heard.least, least), most)
                heard.most = min(max(heard.most, least), most)
        chair.unblocked = not self.blockers() and not self.worst_breach()
        chair.quiet = chair.unblocked and not objected

    def search(self, rounds: int) -> None:
        """Move, bracket and restore until nobody blocks or nothing helps; never make it worse."""
        found, before = self.snapshot(), self.deficiency()
        self.move_until_agreed(rounds)
        if not self.agreed():
            self.bracket_while_it_helps()
            self.move_until_agreed(rounds)
        for clause in self.text.clauses:
            if not clause.active:
                clause.active = True
                clause.active = self.agreed()
        if self.deficiency() > before:
            self.put_back(found)

    def snapshot(self) -> list[tuple[float, bool]]:
        return [(clause.value, clause.active) for clause in self.text.clauses]

    def put_back(self, snapshot: list[tuple[float, bool]]) -> None:
        for clause, (value, active) in zip(self.text.clauses, snapshot, strict=True):
            clause.value, clause.active = value, active

    def move_until_agreed(self, rounds: int) -> None:
        for _ in range(rounds):
            if not self.move():
                return

    def move(self) -> bool:
        """Take one step against the largest grievance, red lines first; False if there is none."""
        size, gradient = self.worst_breach() or self.worst_grievance()
        steep = sum(g * g for g in gradient)
        if size <= 0 or steep == 0:
            return False
        for clause, g in zip(self.text.clauses, gradient, strict=True):
            step = (FURTHER * size + SPARE) / steep
            clause.value = min(max(clause.value - step * g, 0.0), 1.0)
        return True

    def held(self, delegate: Delegate) -> list[tuple[float, float]]:
        """What one delegation holds against the text, or what the chair takes it to hold."""
        borne = self.believed[delegate.row] if self.believed else None
        return delegate.grievances(self.text, self.restraint, borne)

    def worst_grievance(self) -> tuple[float, list[float]]:
        """The largest grievance and how it grows with each clause."""
        held = [self.held(delegate) for delegate in self.delegates]
        most, worst = -1e300, (0, 0, 0)
        for side in (0, 1):
            for s in range(len(held[0])):
                for i in range(len(held)):
                    if held[i][s][side] > most:
                        most, worst = held[i][s][side], (side, s, i)
        side, s, i = worst
        delegate, about = self.delegates[i], self.text.subjects[s]
        gradient = []
        for place, clause in enumerate(self.text.clauses):
            if side == 0:
                bought = delegate.gain(place, clause) > 0
                part = (1 - self.restraint) * (self.model.p["buy_off"] if bought else 1.0)
            else:
                part = 1.0 if delegate.demanded[place] else 0.0
            gradient.append(-part * delegate.slope(place, clause) if place in about else 0.0)
        return most, gradient

    def worst_breach(self) -> tuple[float, list[float]] | None:
        """The red line overstepped most, if any, and how it grows with each clause."""
        worst, found = 0.0, None
        for line in self.red_lines():
            breach = max(line.breach(clause) for clause in self.text.clauses)
            if breach > worst:
                worst, found = breach, line
        if found is None:
            return None
        return worst, [
            (0.0 if found.breach(c) == 0 else 1.0 if c.value > found.at_most else -1.0)
            for c in self.text.clauses
        ]

    def red_lines(self) -> list[RedLine]:
        return [line for d in self.delegates if d.may_block for line in d.red_lines]

    def agreed(self) -> bool:
        """Whether nobody holds enough against the text to block it alone."""
        return not self.worst_breach() and all(
            max(max(sides) for sides in self.held(d)) <= 0 for d in self.delegates
        )

    def deficiency(self) -> float:
        """All that stands against the text."""
        held = [max(g, 0.0) for d in self.delegates for sides in self.held(d) for g in sides]
        broken = [line.breach(c) for line in self.red_lines() for c in self.text.clauses]
        return sum(held) + sum(broken)

    def bracket_while_it_helps(self) -> None:
        clauses = self.text.clauses
        for _ in clauses:
            before = self.deficiency()
            if before <= 0:
                return
            best = self.best_flip(before, [(c,) for c in clauses])
            best = best or self.best_flip(before, list(combinations(clauses, 2)))
            if not best:
                return
            flip(best)

    def best_flip(self, least: float, sets: list[tuple[Clause, ...]]) -> tuple[Clause, ...] | None:
        best = None
        for clauses in sets:
            flip(clauses)
            left = self.deficiency()
            flip(clauses)
            if left < least - LESS:
                best, least = clauses, left
        return best

    def text_exists(self) -> bool:
        """Whether a text that nobody blocks is found, from one of a few starts."""
        as_it_stands = self.snapshot()
        found = self.agreed()
        for start in self.starts():
            if not found:
                self.put_back(start)
                self.search(SEARCH_MOVES)
                found = self.agreed()
        self.put_back(as_it_stands)
        return found

    def starts(self) -> list[list[tuple[float, bool]]]:
        """The draft, the status quo, and the draft without the clauses that red lines dispute."""
        draft, status_quo, undisputed = [], [], []
        for clause in self.text.clauses:
            limits = [line for line in self.red_lines() if line.issue == clause.issue]
            low = max((line.at_least for line in limits), default=0.0)
            high = min((line.at_most for line in limits), default=1.0)
            before = self.model.status_quo[clause.issue]
            draft.append((clause.value, low <= high))
            status_quo.append((before, low <= high))
            undisputed.append((clause.value, low <= before <= high))
        return [draft, status_quo, *([undisputed] if self.red_lines() else [])]

    # The decision

    def decide(self, stage: str) -> Result:
        """Ask who blocks; the text is adopted if nobody does and the room is full enough."""
        model, forum, text = self.model, self.forum, self.text
        blocking = self.blockers()
        luck = model.draws("attendance.absence", stage, text.draft.label)
        decisions = []
        for i, delegate in enumerate(self.delegates):
            if i in blocking:
                decision = Decision.BLOCK
            elif self.reserves(delegate):
                decision = Decision.DISSOCIATE
            else:
                decision = Decision.ABSENT if luck[i] < delegate.habit else Decision.ACCEPT
            if delegate.opposes[text.place]:
                decision = Decision.BLOCK
            if not (delegate.present and forum.members[i]):
                decision = Decision.ABSENT
            decisions.append(decision)
        members = [d.row for d in self.delegates if d.seated and forum.members[d.row]]
        if not model.quorate(forum, members, decisions):
            return Result(decisions, False, How.NO_QUORUM)
        if all(decisions[i] is not Decision.BLOCK for i in members):
            return Result(decisions, True, How.CONSENSUS)
        stubborn = any(
            d.opposes[text.place] and d.present and forum.members[d.row] for d in self.delegates
        )
        return Result(decisions, False, How.BLOCKED, int(not stubborn and self.text_exists()))

    def reserves(self, delegate: Delegate) -> bool:
        gains = delegate.gains(self.text)
        loses = max(loses for loses, _ in delegate.objections(self.text))
        return loses > delegate.cost or min(gains) < -self.model.p["reservation"]

    def blockers(self) -> set[int]:
        """The least fixed point, from nobody blocking: company makes it cheaper, side by side."""
        loses, lacks, objecting = {}, {}, set()
        for delegate in self.delegates:
            held = delegate.objections(self.text)
            loses[delegate.row] = (1 - self.restraint) * max(lost for lost, _ in held)
            lacks[delegate.row] = max(lacked for _, lacked in held)
            broken = [line.breach(c) > 0 for line in delegate.red_lines for c in self.text.clauses]
            if delegate.may_block and any(broken):
                objecting.add(delegate.row)
        demanding = self.blocking_side(lacks, set())
        return self.blocking_side(loses, objecting) | demanding

    def blocking_side(self, grievance: dict[int, float], side: set[int]) -> set[int]:
        while True:
            together = sum(self.weight[i] for i in side)
            more = set(side)
            for delegate in self.delegates:
                i = delegate.row
                others = together - (self.weight[i] if i in side else 0.0)
                if grievance[i] > delegate.cost * exp(-self.model.p["company"] * others):
                    more.add(i)
            if more == side:
                return side
            side = more


def share_below(z: float) -> float:
    return erfc(-z / sqrt(2)) / 2


def between(low: float, high: float, share: float) -> float:
    """The quantile of a standard normal deviate that is known to lie between two bounds."""
    if low + high > 0:  # its mirror image, so that small chances keep their digits
        return -between(-high, -low, 1 - share)
    p = (1 - share) * share_below(low) + share * share_below(high)
    return NORMAL.inv_cdf(p) if p > 0 else -inf


def flip(clauses: tuple[Clause, ...]) -> None:
    for clause in clauses:
        clause.active = not clause.active


def votes_needed(base: int, rules: Rules) -> int:
    share = rules.majority * base
    return max(floor(share + ROUNDING) + 1 if rules.more_than else ceil(share - ROUNDING), 1)


def inner_line(inside: list[float], weights: list[float], rules: Rules) -> float:
    """A bloc's line by its own rule: as far as the pivot goes, or 0 where no side wins."""
    keenest_first = sorted(range(len(inside)), key=lambda i: -inside[i])
    for order, sign in ((keenest_first, 1), (keenest_first[::-1], -1)):
        pivot = inside[pivotal(order, weights, rules)]
        if sign * pivot > 0:
            return pivot
    return 0.0


def pivotal(order: list[int], weights: list[float], rules: Rules) -> int:
    """The member, in this order, whose consent completes a winning coalition."""
    weight, total = 0.0, sum(weights)
    for joined, member in enumerate(order, start=1):
        weight += weights[member]
        share = joined / len(order)
        enough = (
            share > rules.majority + 1e-12 if rules.more_than else share >= rules.majority - 1e-12
        )
        heavy = weight / total >= rules.weight_share - 1e-12
        if enough and (heavy or len(order) - joined < rules.blocking_minority):
            return member
    return order[0]
