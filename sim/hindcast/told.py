"""The back-test of recorded votes in words: what came out, beside every baseline."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.hindcast import coders
from sim.hindcast.beside import CUT, LAST, LEFT_OUT, MAJORITY, NO_TEXT, OURS
from sim.hindcast.coders import Agreement
from sim.hindcast.hindcasts import AFTER, BEFORE, Hindcast
from sim.hindcast.inputs import Reading, plain
from sim.hindcast.marks import HABIT, RATE, Bin, Marked, Mean
from sim.hindcast.tables import COLUMNS
from sim.near import near
from sim.record import Votes
from sim.report.parts import Grid, Texts
from sim.scoring.beside import Beside, times
from sim.scoring.found import Figure, Found
from sim.show.tables import Table

TITLE = "Recorded votes of the General Assembly, hindcast state by state"
QUESTION = (
    "How each state votes on a resolution (in favour, against, abstaining, not voting),"
    " from what was known before the vote"
)
HEADLINE = (("with a precedent", LAST), ("changed text", LAST), ("without a precedent", CUT))
PRECEDENT = HEADLINE[0][0]
SHOWN = 20  # resolutions in the printed table
READS = (
    *("recorded_votes.csv", "resolutions.csv", "anchors.csv", "saliences.csv", "groups.csv"),
    *("evidence.csv", "pledge_members.csv", "signatures.csv", "codings.csv"),
    *("ideal_points.csv", "codings_first.csv", "codings_second.csv"),
)


@dataclass(frozen=True)
class Story:
    """All that is told of."""

    until: dt.date
    record: Votes
    readings: tuple[Reading, ...]
    found: Sequence[Hindcast]
    by: Mapping[str, Mapping[str, Marked]]
    means: Sequence[tuple[str, str, str, Mean, Mean]]
    absence: Mapping[str, Mapping[str, tuple[float, float, float]]]
    agreed: Sequence[Agreement]
    bins: Mapping[str, Sequence[Bin]]

    @property
    def counts(self) -> dict[str, int]:
        """Resolutions that are scored on each side of the cut."""
        sides = [h.side for h in self.found if h.item.codes is not None]
        return {side: sides.count(side) for side in (AFTER, BEFORE) if side in sides}

    @property
    def first(self) -> str:
        """The side that is told of first: from the cut on, if anything is."""
        return next(iter(self.counts))

    def scored(self, texts: str, names: Sequence[str] = ()) -> Iterator[Beside]:
        """Us beside baselines on some kind of texts, by accuracy and Brier score; all if none."""
        of = f"from {self.until}" if self.first == AFTER else f"before {self.until}"
        for side, kind, name, value, less in self.means:
            # Ours under one coding is no baseline, and the largest class knows the result.
            rival = not name.startswith(OURS) or name in (NO_TEXT, LEFT_OUT)
            if (side, kind) != (self.first, texts) or name not in (names or (name,)):
                continue
            for n, measure in enumerate(("accuracy", "Brier score") if rival else ()):
                yield Beside(
                    what=f"votes at the United Nations {of}, {texts}",
                    n=times(value.resolutions, "resolution"),
                    measure=measure,
                    ours=float(value.value[n] + less.value[n]),
                    baseline=name + (", which knows the result" if name == MAJORITY else ""),
                    theirs=float(value.value[n]),
                    low=float(less.low[n]),
                    high=float(less.high[n]),
                    lower=n == 1,
                )

    def absent(self) -> Beside:
        """Who does not vote, beside each state's own habit."""
        ours, habit = (self.absence[self.first][name][0] for name in (OURS, HABIT))
        when = f"{'from' if self.first == AFTER else 'before'} {self.until}"
        count = times(self.counts[self.first], "resolution")
        what, measure = f"who does not vote, {when}", "Brier score"
        return Beside(what, count, measure, ours, HABIT, habit)


def found(story: Story, tables: Mapping[str, Table], figures: Mapping[str, Figure]) -> Found:
    """Put it all together; the answer follows from the numbers."""
    headline = [one for texts, name in HEADLINE for one in story.scored(texts, (name,))]
    told = {(one.what, one.baseline) for one in headline}
    return Found(
        name="votes",
        title=TITLE,
        question=QUESTION,
        until=story.until.isoformat(),
        headline=(*headline, story.absent()),
        others=tuple(b for b in story.scored(PRECEDENT) if (b.what, b.baseline) not in told),
        remarks=tuple(_remarks(story)),
        limits=(*_limits(story), *(f"{note}." for note in story.record.notes)),
        grids=(_each(story),),
        tables=tables,
        columns=COLUMNS,
        figures=figures,
        sources=SOURCES,
        reads=READS,
    )


def _remarks(story: Story) -> Iterator[str]:
    for side, count in story.counts.items():
        ours, rate, habit = (story.absence[side][n] for n in (OURS, RATE, HABIT))
        yield (
            f"{side.capitalize()}, {times(count, 'resolution')} scored. Not voting: Brier"
            f" {ours[0]:.4f}, base rate {rate[0]:.4f}, own habit {habit[0]:.4f}; AUC {ours[2]:.2f}"
            f" against {habit[2]:.2f} of own habit."
        )
    for a in story.agreed:
        if a.issue == coders.ALL:
            yield (
                f"Coders ({a.one}; {a.other}): on {a.coded_by_both} distinct changes that both"
                f" coded, correlation {a.correlation:.2f}, Krippendorff's alpha {a.alpha:.2f}, the"
                f" same sign in {a.same_sign:.0%}; {a.coded_by_one - a.coded_by_both} were coded by"
                f" the one alone and {a.coded_by_other - a.coded_by_both} by the other."
            )
    waiting = [h.item.resolution for h in story.found if h.item.codes is None]
    if waiting:
        yield f"Chances are given and not scored, no vote being on record: {', '.join(waiting)}."


def _limits(story: Story) -> Iterator[str]:
    yield (
        "A hindcast and no forecast: its makers, and the coders of the texts, know the history."
        " What the model is was chosen on votes to 2022: those are no test of it. Resolutions are"
        " few and hang together; intervals are from drawing resolutions and states anew."
    )
    yield (
        "The codings are general knowledge of the texts, unverified against the documents; what"
        " a coder has heard of a vote cannot be taken out of a coding."
    )
    yield "Not voting is absence or silence; the record does not tell them apart."
    told = {h.item.resolution for h in story.found}
    some = {
        "Not hindcast, because fewer than three votes lie before": [
            r for r in story.record.resolutions if r not in told
        ],
        "Read as the first of their series, from the cut on": [
            _first_of(h) for h in story.found if h.side == AFTER and not h.precedent
        ],
        "Hindcast without a text, because no coding has it": [
            h.item.resolution for h in story.found if not h.coded
        ],
        "Coded by some of the coders only": [
            h.item.resolution for h in story.found if 0 < len(h.told) < len(story.readings)
        ],
    }
    yield from (f"{said}: {', '.join(which)}." for said, which in some.items() if which)


def _first_of(of: Hindcast) -> str:
    """A text without a precedent, with the known series most like its own: a misspelling?"""
    own = "" if of.series == of.item.resolution else f"{of.series}"
    earlier = {plain(s) for s in of.known.votes.series}
    close = near(own, earlier) if own else ""
    said = "; ".join([*([own] if own else []), *([f"like {close!r}"] if close else [])])
    return f"{of.item.resolution} ({said})" if said else of.item.resolution


def _each(story: Story) -> Grid:
    """The last resolutions one by one, also where we lose."""
    rows = []
    for label, marks in list(story.by.items())[-SHOWN:]:
        ours = marks[OURS]
        others = (
            f"{marks[n].scores.accuracy:.3f}" if n in marks else ""
            for n in (LAST, CUT, MAJORITY, NO_TEXT)
        )
        star = "*" if ours.of.side == AFTER else ""
        scores = f"{ours.scores.brier:.3f}", _number(ours.scores.abstention_recall)
        rows.append((label + star, f"{ours.scores.accuracy:.3f}", *others, *scores))
    return Grid(
        f"The last {len(rows)} resolutions: accuracy, and our Brier score",
        ("resolution", OURS, LAST, CUT, MAJORITY, NO_TEXT, "Brier", "abstention recall"),
        tuple(rows),
        "* from the cut on. Each baseline is scored on the states of which it says something. More:"
        " scores.csv, means.csv, series.csv.",
    )


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


SOURCES: Texts = (
    "Votes: Erik Voeten and others, United Nations General Assembly voting data.",
    "Ideal points: Clinton, Jackman and Rivers 2004; Bailey, Strezhnev and Voeten 2017.",
    "Ordered logit: McCullagh 1980; random effects by penalised mode: Breslow and Clayton 1993.",
    "Ranked probability score: Epstein 1969. Agreement of coders: Krippendorff 2004.",
    "Intervals: the pigeonhole bootstrap, Owen 2007.",
)
