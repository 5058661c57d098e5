"""The brief: what fits on one page and on six slides, chosen from a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report.dossier import Dossier, Picture
from sim.report.parts import Chance, Persuadable, Texts
from sim.show import words

FIGURED = ("timeline", "board", "tornado", "line", "heat", "blockers", "ribbons", "multiples")
LONGEST = 220  # letters of a sentence
A_LINE = 112  # of one that has a line
ON_PAGE = 3  # delegations on the page; a slide has room for all
NOBODY = "No delegation is near: each has one decision that is far likelier than the next."


@dataclass(frozen=True)
class Part:
    """A heading of the page and what stands under it, as a list or as plain sentences."""

    heading: str
    said: Texts
    plain: bool = False
    lead: bool = False  # the first sentence stands out, and the figure comes after


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

    @property
    def parts(self) -> tuple[Part, ...]:
        """The page, part by part."""
        sure = (*map(str, self.chances), *self.how_sure, *self.baselines)
        near = tuple(map(str, self.persuadables[:ON_PAGE]))
        return (
            Part("Question", (self.question,), plain=True),
            Part("Answer", self.answer, plain=True, lead=True),
            Part("How sure, and beside baselines", sure),
            Part("What would change it", self.what_would_change_it),
            Part("Who is near to deciding otherwise", near or (NOBODY,), plain=not near),
            Part("Limits", self.limits),
        )


def brief(dossier: Dossier) -> Brief:
    """Choose what goes into the brief: the first and most telling of each part."""
    sure = (*(said.sure for said in dossier.findings[:1] if said.sure), *dossier.how_sure)
    return Brief(
        title=words.short(dossier.title, 120),
        question=words.short(dossier.question, LONGEST),
        answer=_first(tuple(said.says for said in dossier.findings), 3),
        chances=dossier.chances[:3],
        how_sure=_first(sure, 2),
        baselines=_first(dossier.baselines, 2, A_LINE),
        what_would_change_it=_first(dossier.what_would_change_it, 3),
        persuadables=dossier.persuadables[:5],
        limits=_first(dossier.limits, 3),
        ground=f"{dossier.ground.scenario}. {dossier.ground}; plenary {dossier.ground.version}."
        " Simulated; the full report is report.html.",
        picture=_picture(dossier),
    )


def _first(sentences: Texts, most: int, longest: int = LONGEST) -> Texts:
    return tuple(words.short(sentence, longest) for sentence in sentences[:most])


def _picture(dossier: Dossier) -> Picture | None:
    """The figure that says most at a glance: of its kind first, then of the first draft."""

    def rank(picture: Picture) -> tuple[int, bool]:
        kind = picture.file.rpartition("/")[2].partition("-")[0]
        place = FIGURED.index(kind) if kind in FIGURED else len(FIGURED)
        return place, not picture.title.startswith(first)

    first = next(iter(dossier.ground.drafts), "").partition(" ")[0].rstrip(":")
    return min(dossier.figures, key=rank, default=None)
