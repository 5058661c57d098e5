"""One run told session by session: who did what to whom, what moved, how the count stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim.core.setting import Setting
from sim.scenario.schema import Issue
from sim.show import words
from sim.show.sheets.page import near_words
from sim.study.story import Chapter, Deed, Standing, Step

SHOWN = 6  # deeds of one kind on one draft that are told one by one, the largest first
COURTED = 4  # targets that are named


def opening(setting: Setting, run: int) -> list[str]:
    """The head of the story."""
    texts = ", ".join(f"{d.label} ({d.title})" if d.title else d.label for d in setting.drafts)
    return [f"{setting.title}: run {run}, {setting.sessions} sessions", f"On the table: {texts}"]


def chapter(
    setting: Setting, told: Chapter, issues: Mapping[str, Issue], full: bool = False
) -> list[str]:
    """One session in lines; ``issues`` put values in words, ``full`` names everybody."""
    lines = ["", f"Session {told.session} of {setting.sessions}"]
    lines += _deeds(told.deeds, full)
    lines += [f"  {line}" for line in _steps(told.steps)] or ["  No text moves."]
    for one in told.standings:
        lines += [f"  {_standing(one)}", *(f"  {line}" for line in _missed(one, issues))]
    return lines


def _deeds(deeds: Sequence[Deed], full: bool) -> Iterator[str]:
    """Deeds by kind and draft, the largest first; the rest are counted."""
    kinds = dict.fromkeys((deed.what, deed.draft) for deed in deeds)
    for what, draft in kinds:
        of_kind = [d for d in deeds if (d.what, d.draft) == (what, draft)]
        of_kind.sort(key=lambda deed: -deed.size)
        shown = of_kind if full else of_kind[:SHOWN]
        yield f"  {len(of_kind)} {_do(what, len(of_kind))}{f' {draft}' if draft else ''}:"
        yield from (f"    {_deed(deed, full)}" for deed in shown)
        if rest := of_kind[len(shown) :]:
            yield f"    and {len(rest)} more ({sum(d.size for d in rest):.0f} in all)"


def _do(what: str, many: int) -> str:
    """The verb of one or of several: lobbies for, lobby for."""
    verb, _, rest = what.partition(" ")
    if many == 1:
        return what
    plural = f"{verb[:-3]}y" if verb.endswith("ies") else verb.removesuffix("s")
    return f"{plural} {rest}".rstrip()


def _deed(deed: Deed, full: bool) -> str:
    named = deed.targets if full else deed.targets[:COURTED]
    to = f", first of all {', '.join(named)}" if named else ""
    if not deed.actor:
        return deed.reason
    why = f", because of {deed.reason}" if deed.reason else ""
    return f"{deed.actor} ({deed.size:.0f}){to}{why}"


def _steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if step.after is None:
            yield f"{step.draft} {step.clause} goes into brackets (it stood at {step.before:g})"
        elif step.before is None:
            yield f"{step.draft} {step.clause} comes out of its brackets, at {step.after:g}"
        else:
            yield f"{step.draft} {step.clause} moves from {step.before:g} to {step.after:g}"


def _standing(one: Standing) -> str:
    counts = ", ".join(f"{n} {words.DECISION[d]}" for d, n in one.counts.items())
    if not one.stage:
        return f"{one.draft} is open; as things stand: {counts}"
    head = f"{one.draft}, {one.stage}: {words.HOW[one.how]}"
    who = f"; blocked by {', '.join(one.objectors)}" if one.objectors else ""
    return f"{head}{f' ({counts})' if counts else ''}{who}"


def _missed(one: Standing, issues: Mapping[str, Issue]) -> Iterator[str]:
    """The text that was not found, clause by clause, where one existed."""
    if one.missed:
        yield "A text existed that nobody would have blocked, and was not found:"
    for said in one.missed:
        near = near_words(issues[said.issue], said.value)
        yield f"  {said.clause}: {said.issue} {said.value:g}, near {near}"
