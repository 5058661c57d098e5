"""Six slides, 16:9, one idea each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.forums.rules import Decision
from sim.report.brief import NOBODY, Brief
from sim.report.parts import Texts
from sim.show import words

WIDE, HIGH, DPI = 19.2, 10.8, 100  # inches, and dots an inch
LEFT, RIGHT, TOP, BOTTOM = 0.05, 0.95, 0.80, 0.09  # of the slide
LARGEST, LEAST = 40, 12  # points of the letters
INK, QUIET, RULE, BLUE, GREY = "#1b1f24", "#56606b", "#c9d0d8", "#0072b2", "#9aa3ad"
RED, OCHRE = "#d55e00", "#8a7b2d"
OF = {  # the colour of each decision
    Decision.SUPPORT: BLUE,
    Decision.ACCEPT: BLUE,
    Decision.OPPOSE: RED,
    Decision.BLOCK: RED,
    Decision.ABSTAIN: OCHRE,
    Decision.DISSOCIATE: OCHRE,
}
COLOUR = {words.DECISION[decision]: colour for decision, colour in OF.items()}
BANDS = (  # of the scale of probability: from, to, and what is written in it
    (0.0, 0.10, "very\nunlikely"),
    (0.10, 0.33, "unlikely"),
    (0.33, 0.66, "about as likely as not"),
    (0.66, 0.90, "likely"),
    (0.90, 1.0, "very\nlikely"),
)


def slides(brief: Brief) -> Iterator[tuple[str, Figure]]:
    """Draw the slides, by file name, in their order."""

    def blank(heading: str) -> Figure:
        return _blank(heading, brief.title, brief.ground)

    yield "01-question.png", _said(blank("The question"), (brief.question,))
    yield "02-answer.png", _said(blank("The answer"), brief.answer, lead=True)
    yield "03-how-sure.png", _sure(blank("How sure"), brief)
    changes = brief.what_would_change_it
    yield "04-what-would-change-it.png", _said(blank("What would change it"), changes)
    yield "05-persuadables.png", _near(blank("Who is near to deciding otherwise"), brief)
    yield "06-limits.png", _said(blank("What this cannot tell"), brief.limits)


def save(brief: Brief, folder: Path) -> list[Path]:
    """Write the slides into a folder; it is made if need be.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, slide in slides(brief):
        slide.savefig(folder / name, metadata={"Software": None, "Title": brief.title})
        files.append(folder / name)
    return files


def _blank(heading: str, title: str, ground: str) -> Figure:
    made = Figure(figsize=(WIDE, HIGH), dpi=DPI, facecolor="white")
    FigureCanvasAgg(made)
    _text(made, LEFT, 0.93, heading, 30, bold=True)
    _text(made, LEFT, 0.87, words.short(title, 110), 18, QUIET)
    _text(made, LEFT, 0.03, words.short(ground, 190), 11, QUIET)
    return made


def _text(
    slide: Figure, x: float, y: float, text: str, size: float, colour: str = INK, bold: bool = False
) -> None:
    weight = "bold" if bold else "normal"
    style = {"fontsize": size, "color": colour, "fontweight": weight, "parse_math": False}
    slide.text(x, y, text, va="center", linespacing=1.3, **style)  # type: ignore[arg-type]


def _said(slide: Figure, sentences: Texts, top: float = TOP, *, lead: bool = False) -> Figure:
    """Write sentences as large as they fit; the first is bold if it leads."""
    size = next(
        (s for s in range(LARGEST, LEAST, -1) if _height(sentences, s) <= top - BOTTOM), LEAST
    )
    y = top - max(top - BOTTOM - _height(sentences, size), 0.0) * 0.3
    for place, lines in enumerate(_lines(sentences, size)):
        high = len(lines) * _line(size)
        bullet = "\N{BULLET} " * (len(sentences) > 1)
        told = f"\n{' ' * 2 * bool(bullet)}".join(lines)
        _text(slide, LEFT, y - high / 2, bullet + told, size, bold=lead and place == 0)
        y -= high + 0.6 * _line(size)
    return slide


def _line(size: float) -> float:
    """How much of the slide's height a line of letters takes."""
    return size * 1.45 / 72 / HIGH


def _lines(sentences: Sequence[str], size: float) -> list[list[str]]:
    """Break sentences into lines at a size; none is cut."""
    letters = int((RIGHT - LEFT) * WIDE * 72 / (size * 0.60))  # a bold letter is 0.6 high at most
    return [textwrap.wrap(said, letters - 2, break_on_hyphens=False) for said in sentences]


def _height(sentences: Sequence[str], size: float) -> float:
    lines = sum(map(len, _lines(sentences, size)))
    return (lines + 0.6 * (len(sentences) - 1)) * _line(size)


def _sure(slide: Figure, brief: Brief) -> Figure:
    """Chances on a scale of probability: the interval as a line, the share as a dot."""
    if not brief.chances:
        return _said(slide, brief.how_sure or ("One run shows what can happen, not how likely.",))
    many = len(brief.chances)
    axes = slide.add_axes((LEFT, 0.80 - 0.14 * many, RIGHT - LEFT, 0.10 * many))
    for place, (low, high, word) in enumerate(BANDS):
        axes.axvspan(low, high, color="#f1f3f6" if place % 2 == 0 else "white", zorder=0)
        axes.text(
            (low + high) / 2, many + 0.05, word, ha="center", va="bottom", color=QUIET, fontsize=14
        )
    for place, chance in enumerate(brief.chances):
        y = many - place - 0.75
        axes.plot([chance.low, chance.high], [y, y], color=BLUE, lw=6, solid_capstyle="round")
        axes.plot([chance.share], [y], "o", color=BLUE, ms=18, mec="white", mew=2, clip_on=False)
        share = f"{chance.word} ({words.percent(chance.share)} of {chance.of})"
        said = f"{words.short(chance.what, 70)}: {share}"
        axes.text(0.01, y + 0.32, said, fontsize=18, fontweight="bold", color=INK)
    axes.set(xlim=(0, 1), ylim=(0, many), yticks=[], xticks=[0, 0.1, 0.33, 0.66, 0.9, 1])
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.tick_params(labelsize=13, colors=QUIET)
    axes.spines[["top", "left", "right"]].set_visible(False)
    beside = brief.baselines[:1]
    return _said(slide, (*brief.how_sure[: 2 - len(beside)], *beside), 0.72 - 0.14 * many)


def _near(slide: Figure, brief: Brief) -> Figure:
    """A bar for each delegation: how often it decides which way."""
    if not brief.persuadables:
        return _said(slide, (NOBODY,))
    many = len(brief.persuadables)
    axes = slide.add_axes((0.32, 0.80 - 0.135 * many, RIGHT - 0.32, 0.135 * many))
    for place, who in enumerate(brief.persuadables):
        y, start = many - place - 0.4, 0.0
        sides = [(who.chance, who.first), (who.chance_of_second, who.second)]
        for share, word in sides:
            colour = COLOUR.get(word, GREY)
            axes.barh(y, share, left=start, height=0.4, color=colour, edgecolor="white", lw=3)
            start += share
        told = [f"{words.percent(share)} {word}" for share, word in sides]
        told += [f"{words.percent(who.absent)} not voting"] if who.absent else []
        axes.text(0, y - 0.36, "  \N{MIDDLE DOT}  ".join(told), fontsize=16, color=INK, va="center")
        name = f"{words.short(who.name, 22)}\non {words.short(who.draft, 22)}"
        axes.text(-0.02, y, name, fontsize=19, ha="right", va="center", parse_math=False)
    axes.set(xlim=(0, 1), ylim=(0, many))
    axes.axis("off")
    return slide
