"""Every term of the model and of its results, with its meaning: the one place that says so.

`plenary glossary` prints it, and docs/reference is made from it. Outcomes, parameters and rules of
procedure bring their own meaning (`sim.core.registry`).
"""

from __future__ import annotations

import textwrap

from sim.core.registry import PARAMETERS, rules
from sim.experiment.outcomes import Declared, forms
from sim.forums.rules import Decision
from sim.show import words

WIDE = 80

SCENARIO = {
    "scenario": "a file that says who negotiates what, where, by which rules",
    "issue": "one question in dispute, as a scale from 0 to 100 whose poles are put in words",
    "status quo": "where an issue stands without a new text, 0-100",
    "actor": "a state, a company or an organisation of civil society; only states vote",
    "delegation": "an actor in a forum",
    "position": "what an actor wants on an issue, 0-100 (ideal point)",
    "salience": "how much it cares about an issue, 0-100; a further issue takes nothing from it",
    "error": "standard deviation of what we know of a position, in its units",
    "basis": "one word for how a position is known",
    "capability": "weight of an actor's voice and of its objection, 0-100",
    "forum": "a room with members and rules of procedure",
    "stage": "a meeting at which a forum decides, such as committee and plenary",
    "session": "one round of events, influence, drafting and decisions",
    "draft": "a text on the table: numbered clauses",
    "clause": "one paragraph of a draft; it would move one issue to a value",
    "sponsor": "a delegation that puts its name to a draft",
    "series": "the earlier texts that a draft follows",
    "bloc": "a group whose members lean towards a common line",
    "cohesion": "agreement in a bloc beyond what its members' own positions give, 0-100",
    "red line": "a limit an actor has declared: beyond it it blocks, whatever else it is given",
    "event": "what a scenario says happens at the opening of a session",
    "record": "what really happened, to compare with",
    "what-if": "a scenario with changes (--set), beside the same without them",
}
MODEL = {
    "gain": "what a clause is worth to a delegation over the status quo: salience times how much"
    " nearer it comes to its position",
    "support": "the sum of all that speaks for a draft in a vote, in logits",
    "influence": "positions move towards those who are heard, if something differs from the base",
    "drafting": "who may change a text before a decision: nobody (as_tabled), sponsors, the chair",
    "objector": "a delegation that loses too much by a text and blocks it",
    "demandeur": "a delegation that gets too little of what it asked for and blocks the text",
    "restraint": "the share of a loss that is borne in silence in a room of all members",
    "zone of agreement": "the texts that nobody would block; there may be none",
    "failure of procedure": "a text was blocked though one existed that nobody would have blocked",
    "lock-in": "an adopted text becomes the status quo of its issues",
}
DECISIONS = {
    Decision.SUPPORT: "votes for the text",
    Decision.OPPOSE: "votes against it",
    Decision.ABSTAIN: "is present and takes no side",
    Decision.ABSENT: "is absent, or present and silent; under consensus that is to accept",
    Decision.ACCEPT: "lets a text pass by silence",
    Decision.DISSOCIATE: "joins consensus and reserves its position on a part",
    Decision.BLOCK: "objects, so that there is no consensus",
}
HOW = {
    "consensus": "adopted without a vote: nobody blocks",
    "vote": "adopted by a vote",
    "shortfall": "defeated: too few in favour",
    "veto": "defeated: enough in favour, and a member with a veto against",
    "blocked": "defeated: somebody blocks, and the rules have no vote to fall back on",
    "no_quorum": "no decision: too few members in the room",
    "not_reached": "an earlier stage had already defeated it",
}
RESULTS = {
    "run": "one play of a scenario from start to end; its number is its seed's address",
    "world": "one joint draw of all that is not known (positions, saliences, parameters); four"
    " runs in a row share a world",
    "range": "what nine runs in ten lie in (5th to 95th percentile): the spread of outcomes",
    "error of the mean": "how far the mean of these runs may lie from that of endless runs; it"
    " shrinks with more runs, the range does not",
    "chance": "standard deviation between runs of one world: what nobody could know",
    "ignorance": "standard deviation across worlds: what we do not know",
    "base": "the unchanged scenario, played on the same runs and worlds as a what-if",
    "difference": "changed minus base, run by run; +- is its paired standard error",
    "worlds with/against": "shares of worlds whose difference has the sign of the mean, and the"
    " other sign; in the rest nothing changes",
    "recount": "other rules counting the same votes: nobody writes or votes differently",
    "simulated": "an outcome of runs, not of the record",
    "hindcast": "runs of a scenario whose outcome is on record, with data from before it",
    "forecast": "what was sealed before the event; nothing else is called so",
    "seal": "SHA-256 of a forecast's content: it shows a change, and not when it was made",
    "accuracy": "share of states whose likeliest vote is the recorded one, of three",
    "Brier score": "squared error of the three chances, 0 to 2; lower is better",
    "ranked probability score": "the same for chances in order (against, abstaining, in favour),"
    " 0 to 1; lower is better",
    "abstention recall": "share of the recorded abstentions that were called",
    "majority class": "a baseline: the largest recorded category, for all states",
    "one cut": "a baseline: two cut points on earlier ideal points",
    "last vote": "a baseline: what each state did on the last text of the series",
    "called right": "accuracy, on the printed page: of the runs, and of each baseline",
    "own positions": "a baseline: all decide by their own positions on the text as tabled, without"
    " blocs, memory, sponsorship, influence and drafting",
    "as tabled": "a baseline: the text as its sponsors put it",
    "weighted mean": "a baseline: the members' mean position, by capability times salience",
    "median": "a baseline: the position of the members' median voter",
    "base rate": "a sealed baseline: the shares of earlier votes, the same for all",
    "own rate": "a sealed baseline: each state's own shares of earlier votes",
}
EXPERIMENTS = {
    "experiment": "a file that says what is varied about a scenario, and what is looked at",
    "factor": "one thing that is varied: a path, or several that move together",
    "level": "a value that a factor takes; `unchanged` is the scenario as it is",
    "point": "one setting of all factors; its name is made of what it changes",
    "design": "how points are chosen: every combination, one factor at a time, a sample, a table",
    "sweep": "all points of an experiment, each played many times on the same seeds and worlds",
    "batch": "runs of one point that are sent, written and gone on with together",
    "part": "the file that a batch becomes on the disk",
    "paired difference": "a point minus the base, run by run: the luck that both share is gone",
    "until": "a standard error: a point is played on until its mean is known that well",
}
SECTIONS = {
    "In a scenario": SCENARIO,
    "In the model": MODEL,
    "What a delegation decides": {
        words.DECISION[decision]: f"{meaning} ({decision.name})"
        for decision, meaning in DECISIONS.items()
    },
    "How a text is decided": HOW,
    "In results": RESULTS,
    "In experiments and sweeps": EXPERIMENTS,
}


def terms() -> dict[str, dict[str, str]]:
    """Give every section with its terms and their meanings, parameters and rules included."""
    parameters = {
        p.name: f"{p.meaning} ({p.symbol}; {p.low:g} to {p.high:g}, best guess {p.default:g};"
        f" {'fitted to votes' if p.fitted else 'assumed'})"
        for p in PARAMETERS.values()
    }
    titles = {name: preset.title for name, preset in rules().items()}
    return {**worded(), "Parameters": parameters, "Rules of procedure": titles}


def worded() -> dict[str, dict[str, str]]:
    """Give the sections of terms, those of outcomes included."""
    return {**SECTIONS, "Outcomes": {name: _outcome(said) for name, said in forms().items()}}


def _outcome(said: Declared) -> str:
    """What an outcome means, in what unit, and when there is none."""
    ends = [f"{end:g}" for end in (said.low, said.high) if end is not None]
    unit = said.unit if said.kind.scaled or len(ends) < 2 else f"{said.unit}, {' to '.join(ends)}"
    return f"{said.meaning} ({unit}{f'; missing if {said.missing}' * bool(said.missing)})"


def lines() -> list[str]:
    """Write the glossary for a terminal."""
    written: list[str] = []
    for title, section in terms().items():
        written += ["", title] if written else [title]
        for term, meaning in section.items():
            written += textwrap.wrap(
                f"{term}: {meaning}", WIDE, initial_indent="  ", subsequent_indent="      "
            )
    return written
