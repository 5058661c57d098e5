"""A new scenario file, commented, that is valid as it stands: for whoever starts one."""

from __future__ import annotations

import re
from pathlib import Path

from sim import shipped
from sim.core.registry import rules as presets
from sim.disk import write_once
from sim.errors import InputError, Mistake
from sim.forums.rules import Rules
from sim.near import near
from sim.scenario import shares
from sim.scenario.loading import SUFFIXES, load, locate
from sim.scenario.scenario import Scenario

DEFAULT_FORUM = "un_general_assembly"
# Real states; positions on TREATY and MSH are an analyst's estimates, for the user to replace.
ESTIMATES = {
    "USA": (3, 88),
    "GBR": (3, 92),
    "FRA": (8, 92),
    "RUS": (100, 3),
    "CHN": (85, 8),
    "IND": (55, 40),
    "BRA": (50, 60),
    "KEN": (40, 65),
    "EGY": (85, 15),
    "SGP": (20, 60),
}


def write_new(
    name: str, *, base: str | None = None, forum: str | None = None, folder: Path | None = None
) -> Path:
    """Write NAME.yaml in a folder (the current one), and return its path.

    With ``base`` it extends that scenario, a shipped one or one of the same folder; otherwise it
    is a small whole one under the rules ``forum``. An existing file is never overwritten
    (InputError); what cannot be written is a RunError, and leaves nothing behind.
    """
    folder = folder or Path()
    stem = name.removesuffix(shipped.SUFFIX)
    if not re.fullmatch(r"[\w][\w .+-]*", stem):
        allowed = "letters, digits, spaces, - and _"
        raise InputError(Mistake("is not a name for a file", "", None, "NAME", name, allowed))
    target = folder / f"{stem}{shipped.SUFFIX}"
    write_once(target, text(stem, base=base, forum=forum, folder=folder).encode())
    return target


def text(
    name: str, *, base: str | None = None, forum: str | None = None, folder: Path | None = None
) -> str:
    """Return what `write_new` writes."""
    if base and forum:
        raise InputError(Mistake("give --from or --forum, not both", value=f"{base}, {forum}"))
    if base:
        return _changed(name, _named(base, folder or Path()), load(base))
    return _whole(name, forum or DEFAULT_FORUM)


def _named(base: str, folder: Path) -> str:
    """Name a scenario as `extends` may: a shipped one, or a file of the same folder."""
    file = locate(base)
    if file.parent.resolve() == shipped.folder().resolve():
        return file.stem
    if file.parent.resolve() != folder.resolve() or file.suffix not in SUFFIXES:
        problem = "a scenario extends one that is shipped or that lies in its own folder"
        raise InputError(
            Mistake(problem, "", None, "--from", base, f"a file of {folder.resolve()}")
        )
    return file.name


def _changed(name: str, base: str, scenario: Scenario) -> str:
    issue, about = next(iter(scenario.issues.items()))
    actor = next((i for i, a in scenario.actors.items() if a.kind == "state"), "")
    room, forum = next(iter(scenario.forums.items()))
    lines = [
        f"## {name}: another scenario, changed. Check it with `plenary check`, run it with",
        "## `plenary run`. All that is not written here is as in the scenario it extends.",
        f"title: {_quoted(scenario.title + ', changed')}",
        f"extends: {_quoted(base)}",
        "about: Say here what is changed, and why.",
        "",
        "## Lines that begin with one # are examples: take the # away to use them.",
        "",
        "## A rule of the forum: any field of `plenary schema` may be overridden.",
        "#forums:",
        f"#  {_quoted(room)}:",
        "#    majority: two_thirds  # simple, two_thirds, or a number of per cent",
        *_draft_lines(next(iter(forum.drafts), ""), scenario),
        "",
        "## Where things stand without a new text, 0-100.",
        "#issues:",
        f"#  {issue}: {{status_quo: {_per_cent(about.status_quo)}}}",
        *_actor_lines(actor, issue, scenario),
        "",
        "## A number of the model, in place of the range that runs are drawn from.",
        "#parameters:",
        "#  blocking_cost: 0.15",
    ]
    return "\n".join(lines) + "\n"


def _draft_lines(label: str, scenario: Scenario) -> list[str]:
    if not label:
        return []
    clause, about = next(iter(scenario.drafts[label].clauses.items()))
    value = _per_cent(about.value)
    return [
        "#    drafts:",
        f"#      {_quoted(label)}:",
        "#        clauses:",
        f"#          {_quoted(clause)}: {{value: {value}}}  # 0-100; now {value}",
    ]


def _actor_lines(actor: str, issue: str, scenario: Scenario) -> list[str]:
    if not actor:
        return []
    now = _per_cent(scenario.actors[actor].position[issue])
    return [
        "",
        "## What a delegation wants, 0-100.",
        "#actors:",
        "#  and:",
        f"#    {actor}:",
        f"#      position: {{{issue}: {now}}}  # now {now}",
        "",
        "## What happens in a session: absent, withdraws, leaves BLOC, opposes DRAFT, steps back.",
        "## A list replaces that of the scenario extended: repeat the events you keep.",
        "#events:",
        f"#  - {{session: 1, do: {actor} steps back, why: say why}}",
    ]


def _per_cent(value: float) -> str:
    """Write a number of a table so that it can stand in a file: with its sign, if it needs one."""
    return f"{value:g}%" if shares.problem(value) else f"{value:g}"


def _whole(name: str, forum: str) -> str:
    if forum not in presets():
        problem, allowed = "there are no such rules of procedure", ", ".join(presets())
        close = near(forum, presets())
        raise InputError(Mistake(problem, "", None, "--forum", forum, allowed, close))
    rules = presets()[forum]
    actors = "\n".join(
        f"    {actor}: {{position: {{TREATY: {treaty}, MSH: {others}}}}}  # REPLACE"
        for actor, (treaty, others) in ESTIMATES.items()
    )
    return WHOLE.format(
        name=name,
        title=_quoted(name.replace("-", " ")),
        actors=actors,
        forum=forum,
        rules=rules.title,
        weights=_weights(rules),
    )


def _weights(rules: Rules) -> str:
    if not rules.weight_share:
        return ""
    ones = ", ".join(f"{actor}: 1" for actor in ESTIMATES)
    return f"    weights: {{{ones}}}  # REPLACE: each member's weight, such as its population\n"


def _quoted(said: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][\w/.+-]*", said):
        return said
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"') + '"'


WHOLE = """\
## {name}: a small scenario to start from. Check it with `plenary check`, run it with `plenary run`.
## It is valid as it stands; replace what is marked REPLACE. All numbers are on 0-100.
title: {title}
about: REPLACE by a paragraph for the reader.
question: REPLACE by the question that this scenario is there to answer.
seed: 1        # same seed, same runs
sessions: 3    # of negotiation; the forum decides in the last

issues:        # each a scale from 0 to 100; word both ends so that their advocates would sign them
  TREATY:
    low: existing law and voluntary norms suffice, and need to be carried out
    high: a comprehensive treaty is needed, and should be negotiated now
    status_quo: 12
    words:     # at least three points between the ends
      25: further norms are developed, all of them voluntary
      50: elements of a binding instrument are studied
      75: negotiation of an instrument on some subjects begins
  MSH:
    low: states alone decide who attends, and one objection keeps others out
    high: companies and civil society take full part, and no one state can keep them out
    status_quo: 45
    words:
      25: others send statements in writing
      50: others are consulted between sessions
      75: others attend and speak, and do not decide

actors:
  ## Real states with an analyst's estimates of their positions (2021-24): REPLACE by your own.
  ## A table of actors can be read as well: `from: my_actors.csv`, in this folder.
  and:
{actors}
    ACME:      # a company; civil_society is the third kind
      name: REPLACE by a company
      kind: company
      home: USA
      position: {{MSH: 90}}
      salience: {{MSH: 80}}

## A group with a common line: cohesion is agreement beyond what positions alone give.
#blocs:
#  WEST: {{members: [USA, GBR, FRA], cohesion: 20, line: median}}

forums:
  room:
    rules: {forum}  # {rules}
    members: all states
{weights}    stages:
      decision: {{session: 3}}
    drafts:
      "draft-1":
        title: REPLACE by the title of the text
        sponsors: [BRA, KEN]
        clauses:
          OP1: {{issue: TREATY, value: 40, words: REPLACE by what the paragraph says}}
          OP2: {{issue: MSH, value: 60, words: REPLACE by what the paragraph says}}

## A limit that an actor has declared: no clause on the issue beyond it.
#red_lines:
#  - {{actor: RUS, issue: MSH, at_most: 70, why: say why}}

## What happens in a session: absent, withdraws, leaves BLOC, opposes DRAFT, steps back; or new
## values, such as USA.position.TREATY.
#events:
#  - {{session: 2, do: SGP steps back, set: {{USA.position.TREATY: 10}}, why: say why}}
"""
