"""An answer as lines of a page: three plain sentences first, then the terms as a waterfall."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from sim.answers import naming
from sim.answers.flips import NEARLY, Flip
from sim.answers.why import Part, Why, flip_data
from sim.forums.rules import Decision
from sim.report.text import HIGH, command
from sim.show import words
from sim.show.words import WIDE, percent, sentence, signed

NAME, NUMBERS, BAR = 46, 14, 18  # columns of a waterfall: what, by how much, and drawn
FEW = 7  # terms on the first screen, the rest in one
SMALL = 0.005  # what prints as nothing
CAVEAT = "This explains the model's runs; it does not say what the government thinks."
DREW = "Chance is drawn anew in every run: nobody holds it."


def lines(why: Why, *, full: bool = False, folder: str = "", source: str = "") -> list[str]:
    """Tell an answer: on one screen, or in ``full``."""
    first = [*sentence(decides(why)), *sentence(movers(why)), *sentence(flip_sentence(why))]
    last = [*sentence(CAVEAT)]
    if folder:
        last.append(f"Figure: {folder}")
    if full:
        rest = [*_flip_lines(why, source), *_stance_lines(why)]
        return [*first, "", *waterfall(why, len(why.parts)), "", *rest, *last]
    if source and (flip := chosen(why)):
        about = ("--draft", why.draft, "--stage", why.stage, "--run", str(why.run))
        written = command("why", source, why.actor, *about, "--set", flip.text)
        fits = max(map(len, written)) <= WIDE
        last = [*(written if fits else ["  --full gives it as --set takes it"]), *last]
    room = HIGH - len(first) - len(last) - 4
    return [*first, "", *waterfall(why, max(2, min(FEW, room - 2))), *last]


# The three sentences


def decides(why: Why) -> str:
    """Say what it decides, and how often; of a comparison, beside what."""
    who, verb = naming.actor(why.scenario, why.actor), naming.VERBS[why.decision][0]
    what = words.ballot(why.draft, why.stage)
    runs = len(why.account.runs)
    if why.only:
        said = f"In run {why.run}, {who} {verb} {what}"
    else:
        said = f"{who} {verb} {what} {words.of_runs(why.share, runs)}"
        if runs < why.asked:
            said += f" that come to this, of {why.asked}"
        others = [(d, s) for d, s in why.chances.items() if d != why.decision]
        if others:
            told = [f"{words.DECISION[d]} in {percent(s)}" for d, s in others[:3]]
            said += f" ({', '.join(told)})"
    return f"{said}{_beside(why)}."


def _beside(why: Why) -> str:
    other = why.other
    if other is None:
        return ""
    if why.change:
        before = other.chances.get(why.decision, 0.0)
        return f" with {why.change}, and in {percent(before)} without"
    verb = naming.VERBS[other.decision][0]
    who = naming.actor(other.scenario, other.actor)
    return f"; {who} {verb} it {words.of_runs(other.share, len(other.account.runs))}"


def movers(why: Why) -> str:
    """Name the two terms that move it most; of a comparison, those that differ most."""
    found = sorted(differing(why), key=lambda one: -abs(one[1]))[:2]
    if why.red_line:
        return "It blocks because a red line of its own is overstepped, whatever else it gains."
    if not found:
        return "Nothing moves it at all." if why.other is None else "Nothing in it differs."
    if why.other is not None:
        where = "the change" if why.change else naming.actor(why.other.scenario, why.other.actor)
        of = "What the change moves most" if why.change else f"What most sets it apart from {where}"
    else:
        of = "What moves it most"
    digits = 3 if why.account.by_consensus else 1
    told = [f"{says} ({signed(value, digits)})" for says, value in found]
    return f"{of}: {words.both(told)}{_line(why)}."


def differing(why: Why) -> list[tuple[str, float]]:
    """Each term in words, with what it moves on average; beside another, what it differs by."""
    if why.other is None:
        return [(part.says, part.mean) for part in why.parts if abs(part.mean) >= SMALL / 10]
    mine = {part.named: part for part in why.parts}
    theirs = {part.named: part for part in why.other.parts}
    found = []
    for named in {**mine, **theirs}:
        one, other = mine.get(named), theirs.get(named)
        amount = (one.mean if one else 0.0) - (other.mean if other else 0.0)
        says = (one or other or next(iter(mine.values()))).says
        if abs(amount) >= SMALL / 10:
            found.append((says, amount))
    return found


def _line(why: Why) -> str:
    if why.account.by_consensus:
        return f"; it would block from {words.number(why.threshold, 2)} on"
    band = words.number(why.threshold, 1)
    return f"; it votes in favour above {band}, against below -{band}"


def flip_sentence(why: Why) -> str:
    """Say what is the smallest change that turns it; first one that somebody holds."""
    where = "" if why.only else f" In run {why.run}, which is typical,"
    flip = chosen(why)
    if flip is None:
        return words.first_up(f"{where} no change of one thing that was tried turns it.".strip())
    nobody = "" if flip.lever.holder else ", which nobody holds"
    return words.first_up(
        f"{where.strip()} the smallest change found that turns it: with {told(why, flip)}{nobody},"
        f" it would {naming.VERBS[flip.becomes][1]}.".strip()
    )


def chosen(why: Why) -> Flip | None:
    """The smallest flip that somebody holds, or else the smallest."""
    held = (flip for flip in why.flips if flip.lever.holder)
    return next(held, None) or next(iter(why.flips), None)


def told(why: Why, flip: Flip) -> str:
    """A flip within a sentence: what at how much instead of how much."""
    to, now = naming.amount(flip.value), naming.amount(flip.now)
    name = naming.lever(why.scenario, flip.lever)
    return f"{name} at {to} instead of {now}" if flip.now else f"{name} at {to}"


# The waterfall


def waterfall(why: Why, most: int) -> list[str]:
    """The terms of the run that is shown, each on top of those before, against the threshold."""
    parts = _chosen(why.parts, most)
    ends, total = [0.0], 0.0
    for _, value in parts:
        total += value
        ends.append(total)
    band = why.threshold
    marks = (band,) if why.account.by_consensus else (-band, band)
    low, high = min(*ends, *marks), max(*ends, *marks)
    scale = (BAR - 1) / ((high - low) or 1.0)

    def at(value: float) -> int:
        return round((value - low) * scale)

    what = "what it costs" if why.account.by_consensus else "what moves it"
    head = f"Run {why.run}: {what}"
    rows = [f"{head:<{NAME}}{'adds':>7}{'sum':>7}  {_ruler(at, marks)}"]
    for n, (says, value) in enumerate(parts):
        ends_at = sorted((at(ends[n]), at(ends[n + 1])))
        sign = "+" if value >= 0 else "-"
        bar = [" "] * BAR
        for place in marks:
            bar[at(place)] = "|"
        for place in range(ends_at[0], ends_at[1] + 1):
            bar[place] = sign
        named = sentence(says, "  ", NAME - 1)
        rows += [f"{line}" for line in named[:-1]]
        numbers = f"{signed(value, 2):>7}{words.number(ends[n + 1], 2):>7}"
        rows.append(f"{named[-1]:<{NAME}}{numbers}  {''.join(bar).rstrip()}")
    return [*rows, _outcome(why)]


def _ruler(at: Any, marks: Sequence[float]) -> str:
    bar = [" "] * BAR
    for place in marks:
        bar[at(place)] = "|"
    return "".join(bar).rstrip()


def _outcome(why: Why) -> str:
    band = words.number(why.threshold, 2)
    did = words.DECISION[Decision(int(why.account.decisions[why.row, why.slot]))]
    if why.account.by_consensus:
        return f"Sum {words.number(why.total, 2)}, and blocking costs {band} (|): {did}."
    return f"Sum {words.number(why.total, 2)}, indifferent from -{band} to {band} (|): {did}."


def _chosen(parts: Sequence[Part], most: int) -> list[tuple[str, float]]:
    """The largest terms in their order, and all others as one."""
    largest = sorted(parts, key=lambda part: -abs(part.here))[:most]
    kept = [part for part in parts if part in largest]
    rest = [part for part in parts if part not in largest]
    told = [(part.says, part.here) for part in kept]
    return [*told, (f"all else ({len(rest)})", sum(p.here for p in rest))] if rest else told


# In full


def _flip_lines(why: Why, source: str) -> Iterator[str]:
    yield f"What turns run {why.run}, least first; {percent(NEARLY)} of each does not:"
    for flip in why.flips:
        by = naming.holder(why.scenario, flip.lever)
        size = f"{words.number(flip.size, 1)}% of its range"
        did = words.DECISION[flip.becomes]
        yield from sentence(f"  {told(why, flip)}: {did} ({size}; {by})", "    ")
        yield f"    --set {shlex.quote(flip.text)}"
    if not why.flips:
        yield "  none of the single changes that were tried"
    yield DREW
    yield ""


def _stance_lines(why: Why) -> Iterator[str]:
    yield "Its positions, with error and basis:"
    for s in why.stances:
        about = naming.issue(why.scenario, s.issue)
        basis = f"{s.position:.0f}, error {s.error:.0f} ({s.basis}); cares {s.salience:.0f}"
        yield from sentence(f"  {about}: {basis}", "    ")
    yield ""


# As data


def data(why: Why) -> dict[str, Any]:
    """An answer as data; numbers of terms in logits, or in units of gain by consensus."""
    beside = {"other": data(why.other), "change": why.change} if why.other else {}
    return {
        "kind": "why",
        "scenario": why.scenario.name,
        "actor": why.actor,
        "draft": why.draft,
        "stage": why.stage,
        "by_consensus": why.account.by_consensus,
        "runs": len(why.account.runs),
        "decision": why.decision.name.lower(),
        "chances": {d.name.lower(): share for d, share in why.chances.items()},
        "sentences": [decides(why), movers(why), flip_sentence(why), CAVEAT],
        "shown_run": why.run,
        "total": why.total,
        "threshold": why.threshold,
        "terms": [
            {
                "mechanism": part.named[0],
                "term": part.named[1],
                "says": part.says,
                "mean": part.mean,
                "shown_run": part.here,
            }
            for part in why.parts
        ],
        "flips": [flip_data(why.scenario, flip) for flip in why.flips],
        "positions": [stance._asdict() for stance in why.stances],
        **beside,
    }


__all__ = ["WIDE", "data", "lines"]
