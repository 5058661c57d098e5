"""A figure of a study: a sheet, the numbers it shows, and a name for its files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.show.plots.study.read import Table
from sim.show.plots.style import Footer, Sheet, filed
from sim.study.findings import Study


@dataclass(frozen=True)
class Figure:
    """One figure, not yet in a file."""

    name: str  # of its files, without suffix
    kind: str
    sheet: Sheet
    data: Table

    @property
    def title(self) -> str:
        """What it finds."""
        return self.sheet.title


def page(study: Study, title: str, subtitle: str) -> Sheet:
    """A sheet that says where a study comes from."""
    facts, fixed = study.facts, study.experiment.fixed
    about = Footer(facts.scenario, facts.data, study.runs, facts.seed, facts.version, fixed)
    return Sheet(title, subtitle, about)


def name(kind: str, *parts: str) -> str:
    """Make a file's name of what a figure shows; one that is too long ends in a digest."""
    whole = "-".join(part for part in (kind, *parts) if part)
    return filed(re.sub(r"-{2,}", "-", filed(whole, longest=10_000)), whole, 91)
