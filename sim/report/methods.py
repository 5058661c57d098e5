"""A paragraph on methods, to be pasted into a paper, and the references it rests on.

What it cites as ``[@key]`` is in `sim.literature`, and is what references.bib holds: a study cites
what was at work in it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.core.mechanism import Mechanism
from sim.core.registry import mechanisms
from sim.core.world import RUNS_PER_WORLD
from sim.experiment.reading import SAMPLES
from sim.literature import Work, citation, cited, escaped
from sim.literature import works as literature
from sim.report.findings import read
from sim.report.parts import Findings, Ground

HEAD = "# Methods\n\n"
DESIGNS = {
    "grid": "every combination of the factors' levels",
    "one_at_a_time": "one factor changed at a time",
    "list": "the settings listed in the experiment",
    "table": "the settings tabled in the experiment",
    "latin_hypercube": "a Latin hypercube sample of the factors [@mckay1979]",
    "sobol": "a Sobol' sequence over the factors [@sobol1967]",
    "morris": "Morris trajectories over the factors [@morris1991; @campolongo2007]",
    "sobol_indices": "a Saltelli sample for Sobol' indices [@sobol2001; @saltelli2010]",
}
ANALYSES = {  # of designs that are played for one
    "morris": "Elementary effects are worked out by SALib [@herman2017; @iwanaga2022].",
    "sobol_indices": "Shares of variance are worked out by SALib [@herman2017; @iwanaga2022].",
}
RULES = (
    "Conditions of adoption, where they are told, are leaves of a classification tree"
    " [@breiman1984], pruned and judged by cross-validation with scikit-learn [@pedregosa2011]."
)
MODEL = (
    "We simulated the negotiation with plenary {version} [@plenary], an agent-based model of"
    " states, companies and civil society that decide on texts of numbered clauses under the"
    " rules of procedure of their forums; it is described by the ODD protocol [@grimm2020] in its"
    " documentation. Delegations weigh a text against the status quo by its distance from their"
    " positions [@clinton2004]."
)
PARTS = {  # of the model, where they were at work
    "sponsors": "Sponsors revise their texts with the vote in view [@romer1978].",
    "consensus": (
        "Where a forum seeks consensus, a text carries unless a delegation's loss is worth the cost"
        " of blocking; whether any text existed that nobody would have blocked was decided by"
        " linear programming with decomposition [@dantzig1960] and a subgradient step"
        " [@polyak1969]."
    ),
    "influence": (
        "Positions answer a change by social influence within bounded confidence [@friedkin1990;"
        " @hegselmann2002]."
    ),
    "calibrated": (
        "Positions come from recorded votes and dated documents before the date by way of ideal"
        " points [@bailey2017; @votes], and worlds are those of many candidates that do not"
        " contradict the recorded votes [@craig1997; @vernon2010; @grimm2005]."
    ),
    "scores": (
        "Runs were set beside recorded votes [@votes], and beside a cut on ideal points"
        " [@bailey2017]."
    ),
}
SPREADS = (
    f"A world is one joint draw of what is not known: parameters, positions, saliences and the"
    f" values of texts. Every {RUNS_PER_WORLD} runs in a row share one, so that chance (within"
    " worlds) and ignorance (across worlds) are told apart by analysis of variance"
    " [@searle1992]. Every random number has an address [@salmon2011], so that a change"
    " of the scenario changes only what it changes."
)
INTERVALS = (
    "Ranges hold nine runs in ten. Intervals of shares are Wilson intervals [@wilson1927] for the"
    " number of independent runs that the share is worth; words of probability are those of"
    " Mastrandrea and others [@mastrandrea2010] and are of runs of the model."
)
PAIRED = (
    "Differences were taken run by run on common random numbers; their 95% intervals use Student's"
    " distribution on the worlds."
)
SOFTWARE = {
    "python": "Python {}",
    "numpy": "NumPy {} [@harris2020]",
    "scipy": "SciPy {} [@virtanen2020]",
}
AMONG = " The largest of several was given the level 0.05 divided by their number."


def methods(summary: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """Write methods.md.

    Args:
        summary: as `sim.report.findings` makes it of a run or a study.
        made: what goes into the manifest: versions of ``python``, ``numpy`` and ``scipy``, the
            ``command``; what is missing is left out.
    """
    found = read(summary)
    return HEAD + "\n\n".join(_paragraphs(found, made)) + "\n"


def references(summary: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """Write references.bib: what the model, its data and this result rest on; see `methods`."""
    return "\n\n".join(str(work) for work in works(read(summary), made)) + "\n"


def works(found: Findings, made: Mapping[str, Any]) -> list[Work]:
    """The entries that a result rests on: what its methods cite, its scenario's sources, plenary.

    Args:
        found: what was found, or the dossier of a folder.
        made: as in `methods`.
    """
    keys = cited(" ".join(_paragraphs(found, made)))
    known = [work for key, work in literature().items() if key in keys]
    return [*known, *_sources(found.ground), _plenary(found.ground)]


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


def _plenary(ground: Ground) -> Work:
    title = (
        "plenary: simulating how states, companies and civil society negotiate the rules of"
        " cyberspace"
    )
    author, note = "{The plenary authors}", f"version {ground.version}"
    return Work("plenary", "misc", {"author": author, "title": title, "note": note})


def _paragraphs(found: Findings, made: Mapping[str, Any]) -> Iterator[str]:
    ground = found.ground
    parts = [sentence for name, sentence in PARTS.items() if name in ground.uses]
    added = [_told(mechanism) for mechanism in mechanisms() if mechanism.name in ground.uses]
    yield " ".join([MODEL.format(version=ground.version), *parts, *added])
    yield " ".join([_played(found), *_analysed(ground.design), SPREADS])
    paired = PAIRED + (AMONG if found.kind == "sweep" else "")
    yield " ".join([INTERVALS, *([paired] if found.kind != "run" else [])])
    yield "Limits. " + " ".join(found.limits)
    yield _made(made, ground)


def _analysed(design: str) -> Iterator[str]:
    if design in ANALYSES:
        yield ANALYSES[design]
    if design in SAMPLES:
        yield RULES


def _told(mechanism: Mechanism) -> str:
    """One sentence on a mechanism that the scenario brings in: what its file says, and whose."""
    return f"{mechanism.summary.rstrip('.')}{citation(mechanism.sources)}."


def _played(found: Findings) -> str:
    ground = found.ground
    data = f", with data before {ground.data}" if ground.data else ""
    scenario = f'the scenario "{ground.title}" ({ground.scenario}{data})'
    worlds = f"{ground.worlds:,} world{'s' * (ground.worlds != 1)}"
    if found.kind == "sweep":
        fixed = f", with {', '.join(ground.settings)} at every point" if ground.settings else ""
        return (
            f"We played {ground.runs:,} runs of {scenario} at {ground.points:,} points"
            f" ({DESIGNS.get(ground.design, ground.design)}){fixed}, in {worlds}, from seed"
            f" {ground.seed}."
        )
    runs = f"{ground.runs:,} run{'s' * (ground.runs != 1)}"
    if found.kind == "what-if":
        return (
            f"We played {runs} of {scenario} with {' and '.join(ground.settings)}, and as many"
            f" without, on the same {worlds} and draws, from seed {ground.seed}."
        )
    return f"We played {runs} of {scenario} in {worlds}, from seed {ground.seed}."


def _made(made: Mapping[str, Any], ground: Ground) -> str:
    known = [said.format(made[name]) for name, said in SOFTWARE.items() if name in made]
    software = ", ".join([f"plenary {ground.version}", *known])
    return (
        f"Software: {software}. The manifest beside this file holds the digests of the scenario, of"
        " the program and of every file, and the command that makes them again."
    )
