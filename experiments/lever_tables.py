"""The tables of docs/reference/levers.md: how much each lever moves in each shipped scenario.

    python experiments/lever_tables.py docs/reference/levers.md

plays every scenario as it is shipped, and again with one thing changed: a parameter at either end
of its range, a mechanism off, another rule of procedure. Runs are paired, so that what differs is
due to the lever. Without a file the tables are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pages import parser, publish

import sim
from sim.analysis.baselines import has_switch, switched_off
from sim.build import rules_of, setting
from sim.core.ensemble import ensemble
from sim.core.mechanism import Mechanism
from sim.core.outcomes import Outcomes
from sim.core.parameters import Parameter
from sim.core.registry import OURS, drafting, mechanisms
from sim.core.setting import Setting
from sim.core.world import RUNS_PER_WORLD
from sim.experiment.outcomes import kind_of
from sim.forums.access import VOICE
from sim.forums.presets import PRESETS
from sim.forums.rules import MAJORITIES, Rules
from sim.scenario import Scenario

SHOWN = ("cybercrime-2019", "gge-2017", "oewg-2021", "rival-resolutions-2018")
BETWEEN = "digital-solidarity-vs-sovereignty"  # for levers that apply in none of those
FEWER = 8  # runs of it at most: each takes as long as a hundred of the others
ROUNDING = 1e-9
SEEN = 0.001  # a smaller share is told as "<0.1"
FAINT, FEW = 0.02, 0.15  # next to nothing: of decisions and of ballots' ends; of outcomes
LONGER = 5  # sessions added
PERMANENT = PRESETS["council_with_vetoes"].vetoes
HEAVY = PRESETS["double_majority"].weight_share
PARAMETERS, MECHANISMS, RULES = "parameters", "mechanisms", "rules"
NO_SWITCH = "cannot be switched off"

ASIDE = {  # mechanisms that by what they are move nobody by themselves
    "effort": "what lobbying and coalitions spend",
    "ties": "what lobbying and coalitions look at",
    "consultation": "moves its own outcomes alone",
    "indices": "only measures",
    "claims": "acts through other parameters",
}
HOMES: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]] = {
    # levers that move nothing in any of those: where they live, and with what added
    ("influence", "susceptibility", "confidence"): (BETWEEN, ()),
    ("red_lines",): ("gge-2017", ("red_lines=[{actor: CUB, issue: IHL, at_most: 40}]",)),
    ("coalition_threat",): ("rival-resolutions-2018", ("coalitions.against=RUS",)),
    ("silence_habit",): ("oewg-2021", ("forums.working_group.silence=yes",)),
    ("payment_weight", "payment_openness", "side_payments"): (
        "rival-resolutions-2018",
        ("side_payments=[{donor: USA, to: [BRA, IND, FRA], draft: 73/27, amount: 50}]",),
    ),
    ("club_tolerance",): ("freedom-online", ()),
    ("chain_mutes", "office_dismay"): ("bureau-created-and-downgraded", ()),
    ("response_quiet", "response_cleaning"): ("botnet-demarches", ()),
}
KNOWN = (  # levers that move next to nothing, why, and what becomes of them
    (
        ("blocs",),
        "The European Union is the only bloc listed. Its members' own positions mostly agree"
        " already, and its cohesion was estimated at 0 before the votes of 2018.",
        "Stays: it counts where members differ. Coalitions that form in the run come beside it.",
    ),
    (
        ("coalition_crowding",),
        "Crowding is small beside bonds.",
        "Stays, for scenarios in which it matters.",
    ),
    (
        ("familiar_surprise", "absence_surprise"),
        "How far a text or a day surprises all alike: it widens the range of tallies, and seldom"
        " turns one vote by itself.",
        "Stay: without them tallies would be told as surer than they are.",
    ),
    (
        ("missed",),
        "Only the few states that missed the last text of a series are more likely to be away.",
        "Stays: it is fitted, and it earned its place on series left out.",
    ),
    (
        ("company",),
        "Few block a text together: the chair hears the first, and mends what they hold against"
        " it.",
        "Stays: it counts where several block on the same side.",
    ),
    (
        ("companies", "organisations", "access"),
        "They have little effort beside that of 193 states, and lobby from outside the vote.",
        "Stay: a scenario may give them more.",
    ),
)


@dataclass(frozen=True)
class Lever:
    """One thing to change, and to what.

    ``change`` gives the changed settings of a scenario, whose shares are averaged: none where the
    lever does not apply. ``texts``: only outcomes of texts are compared.
    """

    part: str  # the table it is in
    name: str
    end: str
    change: Callable[[Scenario], Iterator[Setting]]
    texts: bool = False


@dataclass(frozen=True)
class Moved:
    """Shares of decisions, of outcomes and of ballots' ends that a lever changes, on 0-1."""

    decisions: float
    outcomes: float
    ends: float  # how a text was decided, or what defeated it

    @property
    def nothing(self) -> bool:
        """Whether not one decision or outcome is another."""
        return not (self.decisions or self.outcomes)

    @property
    def little(self) -> bool:
        """Whether hardly a decision or the end of a text is another, and few outcomes are."""
        return max(self.decisions, self.ends) < FAINT and self.outcomes < FEW

    def __str__(self) -> str:
        return "0" if self.nothing else f"{told(self.decisions)} / {told(self.outcomes)}"


Found = dict[Lever, list[Moved | None]]  # by scenario; None: does not apply


# What can be changed


def levers() -> Iterator[Lever]:
    """Every lever, in the order of the tables."""
    ours = [m for m in mechanisms() if m.package == OURS]
    for mechanism in ours:
        for parameter in mechanism.parameters:
            yield from of_parameter(mechanism, parameter)
    yield from map(of_mechanism, ours)
    yield from of_rules()
    yield Lever(RULES, "sessions", "as few as can be", _fewest)
    yield Lever(RULES, "sessions", f"{LONGER} more", lambda s: _moved(s, LONGER))
    yield Lever(RULES, "companies", "do not speak", lambda s: _silent(s, "company"))
    yield Lever(RULES, "organisations", "do not speak", lambda s: _silent(s, "civil_society"))
    yield Lever(RULES, "rival drafts", "each taken away in turn", _alone, texts=True)


def of_parameter(mechanism: Mechanism, parameter: Parameter) -> Iterator[Lever]:
    """A parameter the same in all worlds, at either end of its range."""
    for value in (parameter.low, parameter.high):

        def change(scenario: Scenario, value: float = value) -> Iterator[Setting]:
            fixed = {**scenario.parameters, parameter.name: value}
            if mechanism in setting(scenario).active:
                yield setting(replace(scenario, parameters=fixed), scenario)

        yield Lever(PARAMETERS, parameter.name, f"{value:g}", change)


def of_mechanism(mechanism: Mechanism) -> Lever:
    """A mechanism that does nothing, as it declares."""

    def change(scenario: Scenario) -> Iterator[Setting]:
        whole = setting(scenario)
        if has_switch(mechanism) and mechanism in whole.active:
            yield switched_off(whole, [mechanism])

    end = ASIDE.get(mechanism.name, "off") if has_switch(mechanism) else NO_SWITCH
    return Lever(MECHANISMS, mechanism.name, end, change)


def of_rules() -> Iterator[Lever]:
    """Rules of procedure: the fields of a forum that a scenario may set."""
    ways = [way for way in drafting() if way not in _foreign()]
    yield from _ends("quorum", {"none": 0.0, "all members": 100.0})
    yield from _ends("majority", {m.replace("_", " "): m for m in MAJORITIES})
    yield from _ends("access", {word: word for word in VOICE})
    yield from _ends("restraint", {"none": 0.0, "full": 100.0}, lambda r: r.consensus)
    yield from _ends("rounds", {"0": 0, "1000": 1000}, lambda r: r.drafting == "chair")
    yield from _ends("vetoes", {"none": (), "five members": PERMANENT}, lambda r: bool(r.vote))
    yield from _ends("drafting", {way.replace("_", " "): way for way in ways})
    end = f"{HEAVY:.0%} of capability"
    yield Lever(RULES, "weight_share", end, lambda s: _changed(s, _weighed, lambda r: bool(r.vote)))


def _foreign() -> set[str]:
    return {m.drafting for m in mechanisms() if m.package != OURS}


def _ends(
    field: str, ends: Mapping[str, Any], asked: Callable[[Rules], bool] = lambda rules: True
) -> Iterator[Lever]:
    for word, value in ends.items():

        def change(scenario: Scenario, value: Any = value) -> Iterator[Setting]:
            return _changed(scenario, lambda _: {field: value}, asked)

        yield Lever(RULES, field, word, change)


def _changed(
    scenario: Scenario, fields: Callable[[Scenario], dict[str, Any]], asked: Callable[[Rules], bool]
) -> Iterator[Setting]:
    """Give the setting in which forums have other rules, unless they have these already."""
    forums = {
        name: forum.model_copy(update=fields(scenario)) if asked(rules_of(forum)) else forum
        for name, forum in scenario.forums.items()
    }
    if any(rules_of(forums[name]) != rules_of(old) for name, old in scenario.forums.items()):
        yield setting(replace(scenario, forums=forums), scenario)


def _weighed(scenario: Scenario) -> dict[str, Any]:
    """A second majority; weights are capabilities, for want of populations."""
    weights = {i: a.capability for i, a in scenario.actors.items() if a.kind == "state"}
    return {"weight_share": 100 * HEAVY, "weights": weights}


def _fewest(scenario: Scenario) -> Iterator[Setting]:
    first = min(s.session for forum in scenario.forums.values() for s in forum.stages.values())
    return _moved(scenario, 1 - first)


def _moved(scenario: Scenario, by: int) -> Iterator[Setting]:
    """Every stage, and the end, so many sessions later."""
    if by:
        yield setting(later(scenario, by), scenario)


def later(scenario: Scenario, by: int) -> Scenario:
    """Move every stage, and the end, by so many sessions."""
    forums = {
        name: forum.model_copy(
            update={
                "stages": {
                    word: stage.model_copy(update={"session": stage.session + by})
                    for word, stage in forum.stages.items()
                }
            }
        )
        for name, forum in scenario.forums.items()
    }
    return replace(scenario, forums=forums, sessions=scenario.sessions + by)


def _silent(scenario: Scenario, kind: str) -> Iterator[Setting]:
    quiet = {i: a for i, a in scenario.actors.items() if a.kind == kind}
    if quiet:
        away = {i: a.model_copy(update={"present": False}) for i, a in quiet.items()}
        yield setting(replace(scenario, actors={**scenario.actors, **away}), scenario)


def _alone(scenario: Scenario) -> Iterator[Setting]:
    for label in scenario.drafts if len(scenario.drafts) > 1 else ():
        forums = {
            name: forum.model_copy(
                update={"drafts": {k: d for k, d in forum.drafts.items() if k != label}}
            )
            for name, forum in scenario.forums.items()
        }
        yield setting(replace(scenario, forums=forums, sections=_untied(scenario, label)), scenario)


def _untied(scenario: Scenario, label: str) -> dict[str, Any]:
    """What mechanisms are told, without a word of one draft."""
    lists = scenario.sections["cosponsorship"]
    began = {draft: who for draft, who in lists.began.items() if draft != label}
    names = lists.model_copy(update={"began": began})
    return {**scenario.sections, "rivals": {}, "cosponsorship": names}


# What that changes


def find(names: Sequence[str], runs: int) -> Found:
    """Pull every lever in every scenario, on as many worlds as there are runs."""
    found: Found = {lever: [] for lever in levers()}
    for name in names:
        scenario, every = sim.load(name), list(found)
        if name == BETWEEN:
            every = [lever for lever in every if lever.part != RULES and not any(found[lever])]
        moved = dict(pulled(scenario, every, min(runs, FEWER) if name == BETWEEN else runs))
        for lever, known in found.items():
            known.append(moved.get(lever))
    return found


def at_home(runs: int) -> Iterator[tuple[Lever, str, tuple[str, ...], Moved | None]]:
    """Pull levers where they live: the lever, the scenario, what is added to it, what moves."""
    for names, (name, added) in HOMES.items():
        every = [lever for lever in levers() if lever.name in names and lever.part != RULES]
        number = min(runs, FEWER) if name == BETWEEN else runs
        for lever, moved in pulled(sim.load(name, added), every, number):
            yield lever, name, added, moved


def pulled(
    scenario: Scenario, every: Sequence[Lever], runs: int
) -> Iterator[tuple[Lever, Moved | None]]:
    """Play a scenario, and again with each lever."""
    numbers = range(0, runs * RUNS_PER_WORLD, RUNS_PER_WORLD)  # a world each
    whole = setting(scenario)
    base = ensemble(whole, numbers)
    for lever in every:
        moved = [
            compare(whole, base, ensemble(changed, numbers), lever.texts)
            for changed in lever.change(scenario)
        ]
        yield lever, _mean(moved)


def _mean(moved: Sequence[Moved]) -> Moved | None:
    if not moved:
        return None
    mean = np.mean([(m.decisions, m.outcomes, m.ends) for m in moved], axis=0)
    return Moved(*mean.tolist())


def compare(whole: Setting, base: Outcomes, changed: Outcomes, texts: bool = False) -> Moved:
    """Compare runs in pairs: what members decide, and every outcome that both sides have."""
    ballots = [b for b in base.ballots if b in changed.ballots]
    places = [changed.actors.index(actor) for actor in base.actors]
    differ = []
    for label, stage in ballots:
        old = base.decisions[:, base.ballots.index((label, stage))]
        new = np.take(changed.decisions[:, changed.ballots.index((label, stage))], places, axis=1)
        draft = next(d for d in whole.drafts if d.label == label)
        differ.append((old != new)[:, whole.forums[draft.forum].members])
    apart = {
        column: _apart(base.number(column), changed.number(column)).mean()
        for column in base.table
        if column in changed.table and _compared(column, texts)
    }
    ends = [apart[f"{label}.{stage}.how"] for label, stage in ballots]
    return Moved(
        decisions=float(np.concatenate(differ, axis=1).mean()),
        outcomes=float(np.mean(list(apart.values()))),
        ends=float(np.mean(ends)),
    )


def _compared(column: str, texts: bool) -> bool:
    kind = kind_of(column)
    return kind is not None and (kind.over.of_draft or not texts)


def _apart(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    return ~np.isclose(old, new, rtol=0.0, atol=ROUNDING, equal_nan=True)


# How it is told


def told(share: float) -> str:
    """Tell a share in per cent; 0 is exactly nothing."""
    if 0 < share < SEEN:
        return "<0.1"
    return f"{100 * share:.{0 if not share or share >= 0.0995 else 1}f}"


def table(found: Found, names: Sequence[str], part: str, first: str) -> list[str]:
    """Make the table of one part: a row a lever and end, a column a scenario."""
    lines = [f"| {first} | | {' | '.join(names)} |", "|---|---|" + "---:|" * len(names)]
    before = ""
    for lever, moved in found.items():
        if lever.part == part:
            cells = ["-" if m is None else str(m) for m in moved]
            said = "" if lever.name == before else f"`{lever.name}`"
            lines.append(f"| {said} | {lever.end} | {' | '.join(cells)} |")
            before = lever.name
    return lines


Homes = Sequence[tuple[Lever, str, tuple[str, ...], Moved | None]]


def homes(found: Homes) -> list[str]:
    """Make the table of levers that live elsewhere."""
    lines = ["| lever | | scenario | with | decisions / outcomes |", "|---|---|---|---|---:|"]
    for lever, name, added, moved in found:
        change = f"`{'`, `'.join(added)}`" if added else ""
        said = "-" if moved is None else str(moved)
        lines.append(f"| `{lever.name}` | {lever.end} | {name} | {change} | {said} |")
    return lines


def living(found: Homes) -> set[str]:
    """Name those that move something where they live."""
    return {lever.name for lever, *_, moved in found if moved is not None and not moved.nothing}


def by_name(found: Found) -> dict[str, list[Moved | None]]:
    """Gather what each lever moves, whatever its end, in whichever scenario."""
    gathered: dict[str, list[Moved | None]] = {}
    for lever, moved in found.items():
        if lever.end not in (NO_SWITCH, *ASIDE.values()):
            gathered.setdefault(lever.name, []).extend(moved)
    return gathered


def dead(found: Found) -> list[str]:
    """Name the levers that move nothing in any scenario, or apply in none."""
    gathered = by_name(found)
    return [name for name, moved in gathered.items() if all(m is None or m.nothing for m in moved)]


def faint(found: Found) -> list[str]:
    """Name those that move something, and next to nothing in every scenario."""
    still = dead(found)
    return [
        name
        for name, moved in by_name(found).items()
        if name not in still and all(m is None or m.little for m in moved)
    ]


def unused(found: Found) -> list[str]:
    """Name those that apply in no scenario."""
    return [name for name, moved in by_name(found).items() if not any(moved)]


def explained(names: Sequence[str], never: Sequence[str] = ()) -> list[str]:
    """Make a table of levers: why, and what becomes of each; what is not known is asked for.

    Those in ``never`` apply nowhere, which explains them.
    """
    left, lines = list(names), ["| lever | why | what becomes of it |", "|---|---|---|"]
    for together, why, then in KNOWN:
        here = [name for name in together if name in left]
        left = [name for name in left if name not in here]
        if here:
            lines.append(f"| {_listed(here)} | {why} | {then} |")
    if here := [name for name in left if name in never]:
        why, then = "No shipped scenario uses it.", "Stays, for scenarios that do."
        lines.append(f"| {_listed(here)} | {why} | {then} |")
    ask = "**Not explained: say why, or take it away.**"
    return lines + [f"| {_listed([name])} | {ask} | |" for name in left if name not in never]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def tables(names: Sequence[str], runs: int) -> dict[str, list[str]]:
    """Make every part of the page, by its mark."""
    found, elsewhere = find(names, runs), list(at_home(runs))
    few = f" (of {BETWEEN} at most {FEWER})" if BETWEEN in names else ""
    of = f"{runs} runs of each scenario{few}, each in a world of its own"
    said = f"{of}, with each lever and without."
    nothing = [name for name in dead(found) if name not in living(elsewhere)]
    return {
        "runs": [said],
        PARAMETERS: table(found, names, PARAMETERS, "parameter"),
        MECHANISMS: table(found, names, MECHANISMS, "mechanism"),
        RULES: table(found, names, RULES, "rule"),
        "homes": homes(elsewhere),
        "dead": explained(nothing, unused(found)) if nothing else ["None."],
        "faint": explained(faint({lever: moved[: len(SHOWN)] for lever, moved in found.items()})),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into a file that marks their places."""
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=80)
    asked.add_argument("--homes", action="store_true", help="only levers that live elsewhere")
    said = asked.parse_args(arguments)
    if said.homes:
        publish({"homes": homes(list(at_home(said.runs)))}, said.files)
    else:
        publish(tables((*SHOWN, BETWEEN), said.runs), said.files)


if __name__ == "__main__":
    main()
