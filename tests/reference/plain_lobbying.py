"""Ties, effort and lobbying once more, one campaigner and one target at a time.

Written from the equations of `sim.mechanisms.ties`, `.effort` and `.lobbying`; shares no code with
them. What delegations are said to have, and votes of the record, come from setting and record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import exp, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from sim import record
from sim.core.setting import Forum
from tests.reference.plain_coalitions import GROUPS, Table, shared_groups

if TYPE_CHECKING:
    from tests.reference.plain_mesa import Delegate, PlainMesa, Text

NORMAL = NormalDist()
QUIETEST = 0.2
ANYBODY = 0.2
LOUD = {"open": 1.0, "consultative": 0.5, "closed": 0.0}
STEP = 1e-9


@dataclass
class Campaign:
    """Who would win others over on one text, and who may be won."""

    text: Text
    members: int
    worth: list[float]  # by delegation; below 0: against the text
    pull: list[float]  # by target
    through: list[list[float]]  # by delegation and target


class Lobbying:
    """What delegations spend on texts in one run, and what reached whom."""

    def __init__(self, model: PlainMesa) -> None:
        self.model = model
        self.axes = model.setting.parts["ties"].axes
        self.tie = ties(model.setting.parts["ties"])
        spread = model.p["effort_spread"]
        self.error = [exp(spread * NORMAL.inv_cdf(u)) for u in model.draws("effort.error")]
        drafts, n = range(len(model.setting.drafts)), len(model.delegates)
        self.reached = {side: [[0.0] * n for _ in drafts] for side in (1, -1)}
        self.received = [0.0] * n
        self.spent = [0.0 for _ in drafts]

    def moved(self, draft: int, row: int) -> float:
        """What lobbying adds to the support of one delegation."""
        for_, against = (self.reached[side][draft][row] for side in (1, -1))
        return self.model.p["lobbying_effect"] * (sqrt(for_) - sqrt(against))

    def calmed(self, draft: int, row: int) -> float:
        """What it takes off the cost of a text where consensus is sought; never below 0."""
        return max(self.moved(draft, row), 0.0) / self.model.p["stakes"]

    # A session

    def campaign(self) -> None:
        """Divide everyone's effort among its campaigns and other business, and spend it."""
        campaigns, have = list(self.campaigns()), self.effort()
        self.fade()
        for i, mine in enumerate(have):
            stakes = sum(abs(campaign.worth[i]) for campaign in campaigns)
            for campaign in campaigns:
                other = self.model.p["other_business"]
                self.spend(campaign, i, mine * abs(campaign.worth[i]) / (other + stakes))

    def fade(self) -> None:
        """A part of what was spent before is gone, of the texts that are not yet defeated."""
        for text in self.model.texts:
            for lists in self.reached.values():
                if text.alive:
                    kept = 1 - self.model.p["lobbying_fades"]
                    lists[text.place] = [kept * before for before in lists[text.place]]

    def spend(self, campaign: Campaign, i: int, much: float) -> None:
        """Turn to targets by tie and pull; of what goes to one, the tie's share gets through."""
        draft, through = campaign.text.place, campaign.through[i]
        shares = [tie * pull for tie, pull in zip(through, campaign.pull, strict=True)]
        whole, side = sum(shares), 1 if campaign.worth[i] > 0 else -1
        self.spent[draft] += much
        for j, share in enumerate(shares):
            if share > 0:
                got = much * share / whole * through[j]
                self.received[j] += got
                self.reached[side][draft][j] += campaign.members * got

    def effort(self) -> list[float]:
        """E_i, by staff and office or as it is said; leaders have what members put in."""
        have = [self.own_effort(delegate) for delegate in self.model.delegates]
        return self.model.coalitions.pooled(have) if self.model.coalitions else have

    def own_effort(self, delegate: Delegate) -> float:
        means, i = self.model.scene.parts["effort"], delegate.row
        if not delegate.present:
            return 0.0
        if means.said[i]:
            return float(means.amount[i])
        staff = QUIETEST + (1 - QUIETEST) * delegate.capability
        office = 1.0 if means.office[i] else self.model.p["without_office"]
        return staff * office * self.error[i]

    # What it is worth, and to whom it may turn

    def campaigns(self) -> Iterator[Campaign]:
        """One for each text that is before a room in this session."""
        for forum in self.model.setting.forums:
            if self.model.session <= max(forum.stages.values()):
                through = self.through(forum)
                for place in forum.drafts:
                    if self.model.texts[place].alive:
                        yield self.campaign_on(self.model.texts[place], forum, through)

    def through(self, forum: Forum) -> Table:
        """How each gets through to members that are there; companies as access allows, or home."""
        through = []
        for delegate in self.model.delegates:
            home = self.axes.home.get(self.axes.actors[delegate.row])
            row = []
            for j, other in enumerate(self.model.delegates):
                at_home = home is not None and self.axes.actors[j] == home
                loud = 1.0 if delegate.state or at_home else LOUD[forum.rules.access]
                listens = forum.members[j] and other.present
                row.append(loud * self.tie[delegate.row][j] if listens else 0.0)
            through.append(row)
        return through

    def campaign_on(self, text: Text, forum: Forum, through: Table) -> Campaign:
        """Weigh one text: what is at stake for each, how close it is, and who may be moved."""
        model, p = self.model, self.model.p
        support, scale = model.expected(text), max(p["noise"], STEP)
        ready = p["readiness"] * text.heard
        yes, no, pull = ([0.0] * len(support) for _ in range(3))
        for j, delegate in enumerate(model.delegates):
            if forum.members[j] and delegate.present:
                up, down = ((a - delegate.band) / scale for a in (support[j], -support[j]))
                yes[j], no[j] = chance(up), chance(down)
                pull[j] = chance(up) * chance(-up) + chance(down) * chance(-down)
        seats = [d.row for d in model.delegates if d.seated and forum.members[d.row]]
        wide = p["wide_majority"]
        value = wide + (1 - wide) * closeness(yes, no, forum, len(seats))
        stakes = [a - ready for a in support]
        sizes = [max(abs(s) - d.band, 0.0) for s, d in zip(stakes, model.delegates, strict=True)]
        worth = [value * (z if s > 0 else -z) for s, z in zip(stakes, sizes, strict=True)]
        return Campaign(text, int(forum.members.sum()), worth, pull, through)


def chance(x: float) -> float:
    """The logistic function."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def closeness(yes: list[float], no: list[float], forum: Forum, seats: int) -> float:
    """Density of the tally at what is needed, over its highest; 1 where consensus is sought."""
    rules, mean, variance = forum.rules, 0.0, STEP
    if rules.consensus:
        return 1.0
    if rules.vote == "members":
        mean, variance = sum(yes) - rules.majority * seats, variance + sum(y * (1 - y) for y in yes)
    else:
        for y, n in zip(yes, no, strict=True):
            one = (1 - rules.majority) * y - rules.majority * n
            square = (1 - rules.majority) ** 2 * y + rules.majority**2 * n
            mean, variance = mean + one, variance + square - one * one
    return exp(-0.5 * mean * mean / variance)


# Ties


def ties(web: Any) -> Table:
    """T_ij by groups, past agreement and home, or as it is said; 0 with oneself."""
    axes = web.axes
    return worked_out(
        axes.actors,
        tuple((name, tuple(axes.groups.get(name, ()))) for name in GROUPS),
        tuple(axes.home.items()),
        tuple((one, other, t) for one, row in web.written.items() for other, t in row.items()),
        axes.date,
    )


@cache
def worked_out(
    actors: Sequence[str],
    groups: Sequence[tuple[str, Sequence[str]]],
    home: Sequence[tuple[str, str]],
    said: Sequence[tuple[str, str, float]],
    day: date | None,
) -> Table:
    shared, alike = shared_groups(actors, dict(groups)), agreement(actors, day)
    most = max(max(row[:i] + row[i + 1 :]) for i, row in enumerate(shared)) or 1.0
    tie = [
        [
            ANYBODY + (1 - ANYBODY) * (shared[i][j] / most + alike.get((i, j), 0.0)) / 2
            for j in range(len(actors))
        ]
        for i in range(len(actors))
    ]
    for one, other, strength in [*((a, b, 100.0) for a, b in home), *said]:
        i, j = actors.index(one), actors.index(other)
        tie[i][j] = tie[j][i] = strength / 100
    for i in range(len(actors)):
        tie[i][i] = 0.0
    return tie


def agreement(actors: Sequence[str], day: date | None) -> Mapping[tuple[int, int], float]:
    """How much more than the average pair two have voted alike before the day, 0-1."""
    if day is None:
        return {}
    votes = record.votes().before(day)
    cast = {state: votes.codes[row].tolist() for row, state in enumerate(votes.states)}
    alike = {}
    for i, one in enumerate(actors):
        for j, other in enumerate(actors):
            both = zip(cast.get(one, ()), cast.get(other, ()), strict=False)
            pairs = [1 - abs(a - b) / 2 for a, b in both if abs(a) <= 1 and abs(b) <= 1]
            if pairs and i != j:
                alike[i, j] = sum(pairs) / len(pairs)
    usual = sum(alike.values()) / len(alike) if alike else 0.0
    return {
        pair: min(max((each - usual) / max(1 - usual, 1e-12), 0.0), 1.0)
        for pair, each in alike.items()
    }
