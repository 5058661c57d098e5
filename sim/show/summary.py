"""The printed summary: what came of it, how surely, beside the record, and what to try next.

At most 24 lines of 80 columns. The *range* holds nine runs in ten; the *error of the mean*
is another thing; *chance* is spread within worlds and *ignorance* spread across them.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.analysis.agreement import blockers
from sim.analysis.recorded import by_vote
from sim.analysis.spread import Spread, spread
from sim.analysis.tally import Tally, finals, tallies
from sim.analysis.watch import Watched, to_watch
from sim.build import DEFAULT_STAGE
from sim.core.outcomes import Outcomes
from sim.mechanisms.ballots import OBJECTIONS, VOTES
from sim.scenario.schema import Outcome
from sim.show import beside, words
from sim.study.run import Run

WIDE, HIGH = 80, 24
DRAFTS = 3  # drafts told in the summary; `--full` tells all
WATCHED = 4
LABEL, CELL, LAST = 16, 14, 8
SURE = (LABEL, 8, 15, 12, 14, 15)
EXPLAINED = "  chance: runs of one world differ; ignorance: we do not know which world it is"


def summary(run: Run, folder: Path) -> list[str]:
    """Write the summary of a run whose results lie in ``folder``, line by line."""
    told = finals(tallies(run.setting, run.outcomes))
    lines = [
        *sentence(bottom_line(run, told)),
        ground(run),
        *tables(run, told[:DRAFTS]),
        *([f"{len(told) - DRAFTS} more drafts: --full"] if len(told) > DRAFTS else []),
        *how_sure(run, told[:DRAFTS]),
    ]
    tail = [f"Results: {folder}", *to_try(run, told)]
    scores, near, texts = baselines(run, told[:DRAFTS]), list(watching(run)), list(distances(run))
    more = HIGH - sum(map(len, (lines, scores, near, tail)))
    if more < 0:
        lines = [line for line in lines if line != EXPLAINED]
    return page([*lines, *scores, *(texts if len(texts) <= more else ()), *near], tail)


def page(lines: Sequence[str], tail: Sequence[str]) -> list[str]:
    """Fit a page: what does not fit goes, but never the last lines, nor a part of a command."""
    kept = [line[:WIDE].rstrip() for line in lines[: HIGH - len(tail)]]
    return [*kept, *tail]


def sentence(text: str, indent: str = "", width: int = WIDE) -> list[str]:
    """Break a sentence into lines that fit."""
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)


# The bottom line


def bottom_line(run: Run, told: Sequence[Tally]) -> str:
    """Say in one sentence what becomes of the drafts, and whether that is what happened."""
    groups: dict[tuple[str, str], list[Tally]] = {}
    for tally in told:
        groups.setdefault(_fate(run, tally), []).append(tally)
    said = [_said(group, *fate, run.outcomes.runs) for fate, group in groups.items()]
    return f"{'Hindcast' if run.scenario.record else 'Simulated'}: {'; '.join(said)}."


def _said(group: Sequence[Tally], fate: str, happened: str, runs: int) -> str:
    shares = [t.adopted if fate == "adopted" else 1 - t.adopted for t in group]
    drafts = words.some([words.short(t.draft, 20) for t in group], 4)
    in_runs = words.of_runs(shares[0], runs)
    if len(set(shares)) > 1:
        in_runs = f"in {words.some([words.percent(s) for s in shares], 4)} of {runs:,} runs"
    ways = words.adopted_by(group[0].how) if len(group) == 1 else ""
    both = f"{': ' if fate == 'adopted' else '; adopted in '}{ways}" if ways else ""
    return f"{drafts} {'is' if len(group) == 1 else 'are'} {fate} {in_runs}{happened}{both}"


def _fate(run: Run, tally: Tally) -> tuple[str, str]:
    """What mostly becomes of a draft, and what the record says to that."""
    passes = tally.adopted >= 0.5
    fate = "adopted" if passes else _defeat(tally)
    recorded = outcome(run, tally)
    if recorded is None or recorded.adopted is None:
        return fate, ""
    if recorded.adopted == passes:
        return fate, f", as happened{_otherwise(tally, recorded) if passes else ''}"
    return fate, f", though it was {'adopted' if recorded.adopted else 'not adopted'}"


def _otherwise(tally: Tally, recorded: Outcome) -> str:
    """Say how a text was adopted on record, where it mostly is in the other way."""
    voted = tally.how.get("vote", 0.0) > tally.how.get("consensus", 0.0)
    if by_vote(recorded) in (None, voted):
        return ""
    return " (by consensus then)" if voted else " (by a vote then)"


def _defeat(tally: Tally) -> str:
    defeats = {how: share for how, share in tally.how.items() if how not in ("consensus", "vote")}
    usual = max(defeats, key=lambda how: defeats[how], default="")
    return {"blocked": "blocked", "veto": "vetoed"}.get(usual, "defeated")


def outcome(run: Run, tally: Tally) -> Outcome | None:
    """The record of a ballot, where there is one."""
    return run.scenario.record.get(tally.draft, {}).get(tally.stage)


def ground(run: Run) -> str:
    """Say what the numbers rest on."""
    worlds = len(set(run.outcomes.table["world"].tolist()))
    runs = run.outcomes.runs
    date = f", data before {run.scenario.date}" if run.scenario.date else ""
    return (
        f"{runs:,} run{'s' * (runs != 1)}, {worlds:,} world{'s' * (worlds != 1)},"
        f" seed {run.setting.seed}{date}"
    )


def short_set(run: Run) -> str:
    """Write a what-if's changes in a few words."""
    return words.short(" and ".join(run.settings), 60)


# Tallies


def tables(run: Run, told: Sequence[Tally]) -> Iterator[str]:
    """Write the tallies of votes, then what rooms that seek consensus made of their texts.

    Each says in what share of runs it adopted a text: by a vote, then without one.
    """
    voted = [t for t in told if not t.consensus or t.voted]
    if voted:
        yield row("mean, 90% range", [words.COUNT[name] for name in VOTES], "adopted")
    for tally in voted:
        yield row(narrow(tally), [ranged(tally.counts[n]) for n in VOTES], _share(tally, "vote"))
        yield from _counted_in(tally.voted, "came to this vote")
        yield from _record_of_votes(outcome(run, tally))
    sought = [t for t in told if t.consensus]
    if sought:
        yield row(
            "mean, 90% range",
            [*(words.COUNT[name] for name in OBJECTIONS), "draft kept", "text existed"],
            "adopted",
        )
    for tally in sought:
        cells = [
            *(ranged(tally.counts[n]) for n in OBJECTIONS),
            ranged(percents(tally.retained), "%"),
        ]
        yield row(narrow(tally), [*cells, words.percent(tally.zone)], _share(tally, "consensus"))
        yield from _counted_in(1 - tally.how.get("not_reached", 0.0), "came to the room")
        yield from _record_of_consensus(outcome(run, tally))


def _share(tally: Tally, way: str) -> str:
    return words.percent(tally.how.get(way, 0.0))


def _counted_in(share: float, which: str) -> Iterator[str]:
    """Say of which runs the counts are, where it is not all or none of them."""
    if 0 < share < 1:
        yield f"  counted in the {words.percent(share)} of runs that {which}"


def row(head: str, cells: Sequence[str], last: str = "") -> str:
    """Set one line of the summary's tables."""
    return words.columns((LABEL, *[CELL] * len(cells), LAST), head, *cells, last)


def label(tally: Tally) -> str:
    """Name a ballot: the draft, and its stage where it needs saying."""
    return label_of(tally.draft, tally.stage)


def narrow(tally: Tally) -> str:
    """Name a ballot in the first column of a table; where that is too long, by its draft alone."""
    return label(tally) if len(label(tally)) < LABEL else tally.draft


def label_of(draft: str, stage: str) -> str:
    """Name a ballot: the draft, and its stage where it needs saying."""
    return draft if stage == DEFAULT_STAGE else f"{draft} {stage}"


def ranged(of: Spread, unit: str = "") -> str:
    """Write a mean with the range of the runs."""
    mean = words.number(of.mean)
    if of.low == of.high or mean == words.UNKNOWN:
        return mean + unit * (mean != words.UNKNOWN)
    return f"{mean}{unit} {words.number(of.low)}-{words.number(of.high)}"


def percents(of: Spread) -> Spread:
    """The same spread on 0-100."""
    hundred = {
        k: getattr(of, k) * 100 for k in ("mean", "low", "high", "error", "chance", "ignorance")
    }
    return Spread(of.runs, of.worlds, **hundred)


def _record_of_votes(recorded: Outcome | None) -> Iterator[str]:
    if recorded is None or recorded.in_favour is None:
        return
    cells = [getattr(recorded, name) for name in VOTES]
    yield row("  record", ["" if c is None else str(c) for c in cells], _yes(recorded.adopted))


def _record_of_consensus(recorded: Outcome | None) -> Iterator[str]:
    if recorded is None or by_vote(recorded):
        return
    reserved = str(len(recorded.dissociated)) if recorded.adopted else ""
    yield row(
        "  record", ["0" if recorded.adopted else "", reserved, "", ""], _yes(recorded.adopted)
    )


def _yes(adopted: bool | None) -> str:
    return "" if adopted is None else "yes" if adopted else "no"


# How surely


def how_sure(run: Run, told: Sequence[Tally]) -> Iterator[str]:
    """Tell the error of the mean, chance and ignorance apart, for each draft's main number.

    Beside it what own positions alone give, without any dynamics: see `sim.analysis.baselines`.
    """
    outcomes = run.outcomes
    if outcomes.runs == 1:
        yield "One run shows what can happen, not how likely it is: use --runs 200."
        return
    plain = {found.draft: found for found in beside.plain(run)}
    heads = ("mean", "error of mean", "chance, sd", "ignorance, sd", "own positions")
    yield words.columns(SURE, "How sure", *heads)
    for tally in told:
        name, of, digits = main_number(outcomes, tally)
        cells = [words.number(n, digits) for n in (of.mean, of.error, of.chance, of.ignorance)]
        head = f"{words.short(tally.draft, LABEL - len(name) - 2)} {name}"
        yield words.columns(SURE, head, *cells, beside.main_number(plain[tally.draft], name))
    yield EXPLAINED


def baselines(run: Run, told: Sequence[Tally]) -> list[str]:
    """Put plain baselines beside the runs: votes called right, and what the dynamics change."""
    ballots = {(tally.draft, tally.stage) for tally in told}
    scored = [found for found in run.scored if (found.draft, found.stage) in ballots]
    lines = [line for found in scored for line in sentence(beside.called_right(found), "  ")]
    unlike = beside.unlike(run.scenario, run.outcomes, ballots)
    lines += [line for said in unlike for line in sentence(said, "  ")]
    several = run.outcomes.runs > 1
    return [*lines, *sentence(beside.changes_nothing(beside.plain(run)) if several else "")]


def distances(run: Run) -> Iterator[str]:
    """Tell how far each text ends from where plain baselines put it."""
    for found in beside.plain(run)[:DRAFTS] if run.outcomes.runs > 1 else ():
        yield from sentence(beside.distances(found), "  ")


def main_number(outcomes: Outcomes, tally: Tally) -> tuple[str, Spread, int]:
    """The number that says most of a ballot: votes in favour; of a room that seeks consensus how
    often it agrees or, where it always does or never, how much of the draft is kept, or who blocks.
    Where some runs come to a vote, how often the text is adopted stands for how often it agrees.
    """
    if not tally.consensus:
        return "for", tally.counts["in_favour"], 1
    if tally.adopted == 1.0:
        return "kept %", percents(tally.retained), 1
    if tally.adopted == 0.0 and tally.counts["blocking"].runs:
        return "blocks", tally.counts["blocking"], 1
    adopted = outcomes.number(f"{tally.draft}.{tally.stage}.adopted") * 100
    name = "passed %" if tally.voted else "agreed %"
    return name, spread(adopted, outcomes.table["world"]), 0


# Who, where, and what next


def watching(run: Run) -> Iterator[str]:
    """Name the delegations closest to deciding otherwise, with their chances."""
    found = to_watch(run.setting, run.outcomes, WATCHED) if run.outcomes.runs > 1 else []
    for place, watched in enumerate(found):
        yield f"{'         ' if place else 'To watch:'} {told_of(run, watched)}"


def told_of(run: Run, watched: Watched) -> str:
    """Say of a delegation which two decisions are likeliest."""
    first, second = words.DECISION[watched.first], words.DECISION[watched.second]
    away = watched.absent > watched.chance
    return (
        f"{words.named(run.setting, watched.actor)} on {watched.draft}:"
        f" {words.percent(watched.chance)} {first},"
        f" {words.percent(watched.chance_of_second)} {second}"
        f"{f', {words.percent(watched.absent)} not voting' if away else ''}"
    )


def to_try(run: Run, told: Sequence[Tally]) -> list[str]:
    """Suggest two commands that work for this scenario: a change, and a closer look."""
    changes = [command("run", run.source, "--set", c) for c in changes_to_try(run, told)]
    fits = [lines for lines in changes if len(lines) == 1]
    return ["Try next:", *(fits or changes)[0], *a_look(run)]


def a_look(run: Run) -> list[str]:
    """Suggest to look at the delegation that is closest to changing."""
    found = to_watch(run.setting, run.outcomes, 1)
    return command("show", run.source, found[0].actor if found else run.setting.actors[0])


def command(*said: str) -> list[str]:
    """Write a command that can be pasted; one that is too wide goes on in further lines."""
    lines = ["  plenary"]
    for part in _parts(said):
        if len(lines[-1]) + len(part) + 3 > WIDE and lines[-1].strip() != "plenary":
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {part}"
    return lines


def _parts(said: Sequence[str]) -> list[str]:
    """Keep an option and its value together."""
    parts: list[str] = []
    for word in said:
        if parts and parts[-1].startswith("--") and " " not in parts[-1]:
            parts[-1] += f" {shlex.quote(word)}"
        else:
            parts.append(shlex.quote(word))
    return parts


def changes_to_try(run: Run, told: Sequence[Tally]) -> list[str]:
    """Find changes worth trying: another rule where texts carry, one objector less where not."""
    tally = told[0]
    draft = next(d for d in run.setting.drafts if d.label == tally.draft)
    forum = run.setting.forums[draft.forum]
    if tally.consensus:
        found = blockers(run.setting, run.outcomes, tally.draft, tally.stage)
        rules = f"forums.{forum.name}.restraint=0"
        return [f"{found[0].actor}=steps back"] if found else [rules]
    rules = "simple_majority" if forum.rules.majority > 0.5 else "two_thirds"
    weight = np.where(draft.sponsors, run.setting.base_scene.capability, -1.0)
    first = run.setting.actors[int(weight.argmax())]
    return [f"forums.{forum.name}.rules={rules}", f"{first}=absent"]
