"""What a report refers to: the literature of the model, its data and its software, as BibTeX.

Only what docs/ and the docstrings of the code cite is here, each with the part of the model that
rests on it, so that a study cites what was at work in it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.report.parts import Ground

ALWAYS = "always"


@dataclass(frozen=True)
class Work:
    """One entry: its key, its kind, its fields, and which parts of the model rest on it."""

    key: str
    kind: str
    fields: Mapping[str, str]
    parts: tuple[str, ...] = (ALWAYS,)

    def __str__(self) -> str:
        lines = [f"  {name} = {{{value}}}," for name, value in self.fields.items()]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])

    @property
    def told(self) -> str:
        """The entry as a line of a list of references."""
        f = self.fields
        who = f.get("author", "").replace(" and ", "; ").replace("{", "").replace("}", "")
        where = next(
            (f[n] for n in ("journal", "booktitle", "publisher", "institution") if n in f), ""
        )
        volume = f.get("volume", "") + (f"({f['number']})" if "number" in f else "")
        pages = f.get("pages", "").replace("--", "-")
        place = ", ".join(part for part in (f"{where} {volume}".strip(), pages) if part)
        head = f"{who} ({f['year']}). " if who and "year" in f else f"{who}. " * bool(who)
        tail = " ".join(f"{part}." for part in (place, f.get("note", "")) if part)
        return plain(f"{head}{f['title']}. {tail}").strip()


def _article(
    key: str,
    author: str,
    year: int,
    title: str,
    journal: str,
    *,
    parts: tuple[str, ...],
    **more: str,
) -> Work:
    fields = {"author": author, "year": str(year), "title": title, "journal": journal, **more}
    return Work(key, "article", fields, parts)


WORKS: tuple[Work, ...] = (
    _article(
        "bailey2017",
        "Bailey, Michael A. and Strezhnev, Anton and Voeten, Erik",
        2017,
        "Estimating Dynamic State Preferences from {United Nations} Voting Data",
        "Journal of Conflict Resolution",
        volume="61",
        number="2",
        pages="430--456",
        parts=("votes", "calibrated", "scores"),
    ),
    _article(
        "clinton2004",
        "Clinton, Joshua and Jackman, Simon and Rivers, Douglas",
        2004,
        "The Statistical Analysis of Roll Call Data",
        "American Political Science Review",
        volume="98",
        number="2",
        pages="355--370",
        parts=(ALWAYS,),
    ),
    Work(
        "craig1997",
        "incollection",
        {
            "author": "Craig, Peter S. and Goldstein, Michael and Seheult, Allan H."
            " and Smith, James A.",
            "year": "1997",
            "title": "Pressure Matching for Hydrocarbon Reservoirs",
            "booktitle": "Case Studies in {Bayesian} Statistics {III}",
            "pages": "37--93",
            "publisher": "Springer",
        },
        ("calibrated",),
    ),
    _article(
        "dantzig1960",
        "Dantzig, George B. and Wolfe, Philip",
        1960,
        "Decomposition Principle for Linear Programs",
        "Operations Research",
        volume="8",
        number="1",
        pages="101--111",
        parts=("consensus",),
    ),
    _article(
        "friedkin1990",
        "Friedkin, Noah E. and Johnsen, Eugene C.",
        1990,
        "Social Influence and Opinions",
        "Journal of Mathematical Sociology",
        volume="15",
        number="3--4",
        pages="193--206",
        parts=("influence",),
    ),
    _article(
        "grimm2005",
        "Grimm, Volker and others",
        2005,
        "Pattern-Oriented Modeling of Agent-Based Complex Systems",
        "Science",
        volume="310",
        pages="987--991",
        parts=("calibrated",),
    ),
    _article(
        "grimm2020",
        "Grimm, Volker and others",
        2020,
        "The {ODD} Protocol for Describing Agent-Based and Other Simulation Models: A Second Update"
        " to Improve Clarity, Replication, and Structural Realism",
        "Journal of Artificial Societies and Social Simulation",
        volume="23",
        number="2",
        pages="7",
        parts=(ALWAYS,),
    ),
    _article(
        "hegselmann2002",
        "Hegselmann, Rainer and Krause, Ulrich",
        2002,
        "Opinion Dynamics and Bounded Confidence",
        "Journal of Artificial Societies and Social Simulation",
        volume="5",
        number="3",
        pages="2",
        parts=("influence",),
    ),
    Work(
        "mastrandrea2010",
        "techreport",
        {
            "author": "Mastrandrea, Michael D. and others",
            "year": "2010",
            "title": "Guidance Note for Lead Authors of the {IPCC} Fifth Assessment Report on"
            " Consistent Treatment of Uncertainties",
            "institution": "Intergovernmental Panel on Climate Change",
        },
    ),
    _article(
        "polyak1969",
        "Polyak, Boris T.",
        1969,
        "Minimization of Unsmooth Functionals",
        "USSR Computational Mathematics and Mathematical Physics",
        volume="9",
        number="3",
        pages="14--29",
        parts=("consensus",),
    ),
    _article(
        "romer1978",
        "Romer, Thomas and Rosenthal, Howard",
        1978,
        "Political Resource Allocation, Controlled Agendas, and the Status Quo",
        "Public Choice",
        volume="33",
        number="4",
        pages="27--43",
        parts=("sponsors",),
    ),
    Work(
        "salmon2011",
        "inproceedings",
        {
            "author": "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
            "year": "2011",
            "title": "Parallel Random Numbers: As Easy as 1, 2, 3",
            "booktitle": "Proceedings of {SC11}",
        },
    ),
    Work(
        "searle1992",
        "book",
        {
            "author": "Searle, Shayle R. and Casella, George and McCulloch, Charles E.",
            "year": "1992",
            "title": "Variance Components",
            "publisher": "Wiley",
        },
    ),
    _article(
        "vernon2010",
        "Vernon, Ian and Goldstein, Michael and Bower, Richard G.",
        2010,
        "Galaxy Formation: A {Bayesian} Uncertainty Analysis",
        "Bayesian Analysis",
        volume="5",
        number="4",
        pages="619--669",
        parts=("calibrated",),
    ),
    _article(
        "wilson1927",
        "Wilson, Edwin B.",
        1927,
        "Probable Inference, the Law of Succession, and Statistical Inference",
        "Journal of the American Statistical Association",
        volume="22",
        number="158",
        pages="209--212",
        parts=(ALWAYS,),
    ),
    Work(
        "votes",
        "misc",
        {
            "author": "Voeten, Erik and others",
            "title": "{United Nations} General Assembly Voting Data",
            "note": "recorded votes; votes are public record of the United Nations",
        },
        ("calibrated", "scores"),
    ),
)
ESCAPED = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
SOFTWARE = {"numpy": "NumPy", "scipy": "SciPy", "python": "Python"}


def works(ground: Ground, made: Mapping[str, object]) -> list[Work]:
    """The entries that a result rests on: literature, its scenario's sources, software."""
    at_work = {ALWAYS, *ground.uses}
    return [
        *(work for work in WORKS if at_work & set(work.parts)),
        *_sources(ground),
        *_software(ground, made),
    ]


def _sources(ground: Ground) -> Iterator[Work]:
    for place, text in enumerate(ground.sources, 1):
        what, _, rest = text.partition(": ")
        fields = (
            {"title": escaped(what), "howpublished": escaped(rest)}
            if rest
            else {"title": escaped(text)}
        )
        note = f"source {place} of the scenario {ground.scenario}"
        yield Work(f"source{place}", "misc", {**fields, "note": escaped(note)})


def _software(ground: Ground, made: Mapping[str, object]) -> Iterator[Work]:
    title = (
        "plenary: simulating how states, companies and civil society negotiate the rules of"
        " cyberspace"
    )
    fields = {
        "author": "{The plenary authors}",
        "title": title,
        "note": f"version {ground.version}",
    }
    yield Work("plenary", "misc", fields)
    for name, title in SOFTWARE.items():
        if name in made:
            yield Work(name, "misc", {"title": title, "note": escaped(f"version {made[name]}")})


def escaped(text: str) -> str:
    """Write a text so that BibTeX and LaTeX read it as it is."""
    return "".join(ESCAPED.get(c, c) for c in " ".join(text.split()))


def plain(text: str) -> str:
    """Undo `escaped`, and take away braces that only keep capitals."""
    marks = {written: c for c, written in ESCAPED.items() if c not in "{}"}
    for written, c in marks.items():
        text = text.replace(written, c)
    return (
        text.replace(r"\{", "\0")
        .replace(r"\}", "\1")
        .replace("{", "")
        .replace("}", "")
        .translate({0: "{", 1: "}"})
    )
