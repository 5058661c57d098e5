"""The brief: what fits on one page and on six slides, chosen from a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.dossier import Dossier, Picture
from sim.report.parts import TO_TRY, Chance, Persuadable, Texts
from sim.show import words

FIGURED = ("board", "tornado", "line", "heat", "blockers", "ribbons", "multiples")
LONGEST = 220  # letters of a sentence
A_LINE = 112  # of one that has a line
ON_PAGE = 3  # delegations on the page; a slide has room for all
NOBODY = "No delegation is near: each has one decision that is far likelier than the next."


@dataclass(frozen=True)
class Brief:
    """What is said on one page: so many sentences of each part, none too long."""

    title: str
    question: str
    answer: Texts
    chances: tuple[Chance, ...]
    how_sure: Texts
    baselines: Texts
    what_would_change_it: Texts
    persuadables: tuple[Persuadable, ...]
    limits: Texts
    ground: str
    picture: Picture | None


def brief(dossier: Dossier) -> Brief:
    """Choose what goes into the brief: the first and most telling of each part."""
    return Brief(
        title=words.short(dossier.title, 120),
        question=words.short(dossier.question, LONGEST),
        answer=_first(dossier.answer, 3),
        chances=dossier.chances[:3],
        how_sure=_first(dossier.how_sure, 2),
        baselines=_first(dossier.baselines, 2, A_LINE),
        what_would_change_it=_first(_untried(dossier.what_would_change_it), 3),
        persuadables=dossier.persuadables[:5],
        limits=_first(dossier.limits, 3),
        ground=_ground(dossier),
        picture=_picture(dossier),
    )


def _untried(sentences: Texts) -> Texts:
    """Leave out commands to try: they are for those who have the program."""
    return tuple(sentence for sentence in sentences if not sentence.startswith(TO_TRY))


def _first(sentences: Texts, most: int, longest: int = LONGEST) -> Texts:
    return tuple(words.short(sentence, longest) for sentence in sentences[:most])


def _ground(dossier: Dossier) -> str:
    g = dossier.ground
    data = f", data before {g.data}" if g.data else ""
    return (
        f"{g.scenario}{data}; {g.runs:,} runs, {g.worlds:,} worlds, seed {g.seed};"
        f" plenary {g.version}. Simulated; the full report is report.html."
    )


def _picture(dossier: Dossier) -> Picture | None:
    """The figure that says most at a glance: of its kind first, then of the first draft."""

    def rank(picture: Picture) -> tuple[int, bool]:
        kind = picture.file.rpartition("/")[2].partition("-")[0]
        place = FIGURED.index(kind) if kind in FIGURED else len(FIGURED)
        return place, not picture.title.startswith(first)

    first = next(iter(dossier.ground.drafts), "").partition(" ")[0].rstrip(":")
    return min(dossier.figures, key=rank, default=None)
