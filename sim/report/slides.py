"""Six slides, 16:9, one idea each, in the house style of the figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.report.brief import NOBODY, Brief
from sim.report.parts import Chance, Ground, Persuadable, Texts
from sim.show import words
from sim.show.plots import style
from sim.show.plots.style import (
    BLUE,
    BOTTOM,
    GREY,
    INK,
    LEFT,
    LOOKS,
    PAPER,
    QUIET,
    RIGHT,
    RULE,
    SHADE,
    Footer,
    Look,
    Sheet,
)

LARGEST, LEAST = 78.0, 30.0  # pixels of the letters of a slide
FIRST, APART = 1.25, 0.62  # size of the first sentence beside the others; space between, in lines
RAISED = 0.3  # of the height that is left stands above the sentences
ROW = 160.0  # pixels of a chance on its scale
LEAD = 1.3  # lines are this many letters apart
TOP = 215.0
BANDS = (  # of the scale of probability: from, to, and what is written in it
    (0.0, 0.10, "very unlikely"),
    (0.10, 0.33, "unlikely"),
    (0.33, 0.66, "about as likely as not"),
    (0.66, 0.90, "likely"),
    (0.90, 1.0, "very likely"),
)
LOOK_OF = {look.word: look for look in LOOKS.values()}


def slides(brief: Brief, ground: Ground) -> Iterator[tuple[str, Sheet]]:
    """Draw the slides, by file name, in their order."""
    about = Footer(
        ground.scenario, ground.data, ground.runs, ground.seed, ground.version, ground.settings
    )

    def blank(heading: str) -> Sheet:
        return Sheet(heading, brief.title, about)

    yield "01-question.png", _said(blank("The question"), (brief.question,))
    yield "02-answer.png", _said(blank("The answer"), brief.answer[:3], lead=True)
    yield "03-how-sure.png", _sure(blank("How sure"), brief)
    yield (
        "04-what-would-change-it.png",
        _said(blank("What would change it"), brief.what_would_change_it),
    )
    yield "05-persuadables.png", _near(blank("Who is near to deciding otherwise"), brief)
    yield "06-limits.png", _said(blank("What this cannot tell"), brief.limits)


def _said(
    sheet: Sheet,
    sentences: Texts,
    top: float = TOP,
    *,
    lead: bool = False,
    most: float = LARGEST,
) -> Sheet:
    """Write sentences as large as they fit; the first larger and bold if it leads."""
    size = _largest(sentences, BOTTOM - top, lead, most)
    left = BOTTOM - top - _height(_set(sentences, size, lead), size, lead)
    y = top + RAISED * max(left, 0.0)
    for place, lines in enumerate(_set(sentences, size, lead)):
        first = lead and place == 0
        high = size * FIRST if first else size
        for line in lines:
            y += high * LEAD
            sheet.text(LEFT + _indent(sentences), y - 0.3 * high, line, high, INK, bold=first)
        if len(sentences) > 1:
            _bullet(sheet, y - high * LEAD * (len(lines) - 1) - 0.62 * high)
        y += high * APART
    return sheet


def _indent(sentences: Sequence[str]) -> float:
    return 44.0 if len(sentences) > 1 else 0.0


def _bullet(sheet: Sheet, y: float) -> None:
    sheet.area([style.box(LEFT, y - 8, 16, 16)], BLUE)


def _set(sentences: Texts, size: float, lead: bool) -> list[list[str]]:
    """Break sentences into lines at a size; none is cut."""
    wide = RIGHT - LEFT - _indent(sentences)
    found = []
    for place, sentence in enumerate(sentences):
        first = lead and place == 0
        high = size * FIRST if first else size
        found.append(style.wrapped(sentence, wide, high, most=99, bold=first))
    return found


def _largest(sentences: Texts, room: float, lead: bool, most: float) -> float:
    """The largest size at which sentences fit into so many pixels of height."""
    size = most
    while size > LEAST and not _fits(sentences, size, room, lead):
        size -= 2
    return size


def _fits(sentences: Texts, size: float, room: float, lead: bool) -> bool:
    """Whether sentences fit at a size: all of their lines, and the longest word on one."""
    told = _set(sentences, size, lead)
    whole = all(" ".join(t) == " ".join(s.split()) for t, s in zip(told, sentences, strict=True))
    return whole and _height(told, size, lead) <= room


def _height(told: Sequence[Sequence[str]], size: float, lead: bool) -> float:
    sizes = [size * FIRST if lead and place == 0 else size for place in range(len(told))]
    each = (high * (LEAD * len(lines) + APART) for high, lines in zip(sizes, told, strict=True))
    return sum(each)


# How sure: a scale of probability


def _sure(sheet: Sheet, brief: Brief) -> Sheet:
    if not brief.chances:
        return _said(sheet, brief.how_sure or ("One run shows what can happen, not how likely.",))
    top = TOP + 40
    bottom = top + 20 + ROW * len(brief.chances)
    _scale(sheet, top, bottom)
    for place, chance in enumerate(brief.chances):
        _placed(sheet, chance, top + 90 + ROW * place)
    beside = brief.baselines[:1]
    told = (*brief.how_sure[: 2 - len(beside)], *beside)
    if told:
        _said(sheet, told, bottom + 60, most=44)
    return sheet


def _across(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share


def _scale(sheet: Sheet, top: float, bottom: float) -> None:
    for place, (low, high, word) in enumerate(BANDS):
        x, wide = _across(low), _across(high) - _across(low)
        if place % 2 == 0:
            sheet.area([style.box(x, top, wide, bottom - top)], SHADE)
        size, lines = style.fitted(word, wide - 12, 24, 15, most=2, bold=False)
        for row, line in enumerate(lines):
            sheet.text(
                x + wide / 2,
                top - 14 - (len(lines) - 1 - row) * size * 1.1,
                line,
                size,
                QUIET,
                align="center",
            )
    for share in (0.0, 0.10, 0.33, 0.66, 0.90, 1.0):
        align = "left" if share == 0 else "right" if share == 1 else "center"
        sheet.text(_across(share), bottom + 26, f"{share:.0%}", 20, QUIET, align=align)
    sheet.line([[(LEFT, bottom), (RIGHT, bottom)]], RULE, 2)


def _placed(sheet: Sheet, chance: Chance, y: float) -> None:
    """One chance on the scale: its interval as a line, its share as a dot, its words above."""
    said = f"{chance.what}: {chance.word} ({words.percent(chance.share)} of {chance.of})"
    size, lines = style.fitted(said, RIGHT - LEFT - 60, 36, 22, most=1)
    sheet.text(LEFT + 14, y - 22, lines[0], size, INK, bold=True)
    ends = [(_across(chance.low), y + 22), (_across(chance.high), y + 22)]
    sheet.line([ends], BLUE, 8)
    at = min(max(_across(chance.share), LEFT + 16), RIGHT - 16)
    sheet.marks([(at, y + 22)], Look("", BLUE, "o"), 32, edge=4)


# Who is near: two bars a delegation


def _near(sheet: Sheet, brief: Brief) -> Sheet:
    if not brief.persuadables:
        return _said(sheet, (NOBODY,))
    step = min((BOTTOM - TOP) / len(brief.persuadables), 165.0)
    for place, who in enumerate(brief.persuadables):
        _divided(sheet, who, TOP + step * place, step)
    return sheet


def _divided(sheet: Sheet, who: Persuadable, y: float, step: float) -> None:
    """A delegation's name, and a bar of how often it decides which way."""
    sheet.text(LEFT, y + 0.45 * step, style.cut(who.name, 560, 40, bold=True), 40, INK, bold=True)
    sheet.text(LEFT, y + 0.45 * step + 36, f"on {style.cut(who.draft, 500, 26)}", 26, QUIET)
    x, wide, high = LEFT + 600.0, RIGHT - LEFT - 600.0, 0.42 * step
    sheet.area([style.box(x, y + 0.1 * step, wide, high)], SHADE, RULE)
    sides = ((who.chance, who.first), (who.chance_of_second, who.second))
    for share, word in sides:
        look = LOOK_OF.get(word, Look(word, GREY, "o"))
        sheet.area([style.box(x, y + 0.1 * step, wide * share, high)], look.colour, PAPER, width=4)
        sign = look._replace(colour=PAPER, hollow=False)
        sheet.marks([(x + wide * share / 2, y + 0.1 * step + high / 2)], sign, 26)
        x += wide * share
    told = [f"{words.percent(share)} {word}" for share, word in sides]
    told += [f"{words.percent(who.absent)} not voting"] if who.absent else []
    below = y + 0.1 * step + high + 34
    sheet.text(LEFT + 600.0, below, "  ·  ".join(told), 28, INK, bold=True)


def save(brief: Brief, ground: Ground, folder: Path) -> list[Path]:
    """Write the slides into a folder; it is made if need be.

    Raises:
        OSError: a file cannot be written.
    """
    return [sheet.save(folder / name) for name, sheet in slides(brief, ground)]
