"""A small scenario of two years in which all but one event is laid down."""

from __future__ import annotations

SCRIPTED = """\
title: Two years
date: 2018-12-31
seed: 7
calendar: {start: 2019-01, end: 2020-12, step: half}
question: How do the members of a club grow?
issues:
  SOV: {low: open, high: governed, status_quo: 40, words: {25: a little, 50: half, 75: much}}
actors:
  and:
    USA: {position: {SOV: 8}, capability: 90}
    RUS: {position: {SOV: 97}, capability: 60}
    FRA: {position: {SOV: 20}, capability: 50}
    DEU: {position: {SOV: 20}, capability: 40}
    BRA: {position: {SOV: 50}, capability: 30}
    IND: {position: {SOV: 62}, capability: 35}
clubs:
  paris_call: {stands: {SOV: 20}, hosts: [FRA], members: [FRA]}
parameters: {club_leaving: 0}
observed:
  in_clubs: {2019-H1: 2, 2020-H2: 3}
forums:
  room:
    rules: un_general_assembly
    stages: {plenary: {session: 2019-H2}}
    drafts:
      "74/28":
        title: A text on borders (tabled by France)
        sponsors: [FRA]
        clauses: {OP1: {issue: SOV, value: 20}}
  other:
    rules: un_general_assembly
    opens: 2020-H1
    stages: {plenary: {session: 2020-H2}}
    drafts:
      borders:
        title: Borders are closed
        sponsors: [RUS]
        clauses: {OP1: {issue: SOV, value: 90}}
record:
  "74/28": {plenary: {adopted: true}}
events:
  - session: 2019-H1
    do: [DEU accedes to paris_call, USA quits paris_call, RUS quits paris_call,
         BRA quits paris_call, IND quits paris_call]
    why: A forum of peace
  - session: 2019-H2
    do: [USA votes for 74/28, FRA votes for 74/28, DEU votes for 74/28,
         BRA votes for 74/28, IND abstains 74/28, RUS opposes 74/28]
  - {session: 2020-H1, do: [USA accedes to paris_call, BRA accedes to paris_call]}
  - {session: 2020-H1, name: election, chance: 50, set: {BRA.position.SOV: 20}, why: Brazil votes}
  - session: 2020-H2
    do: [USA opposes borders, FRA opposes borders, DEU opposes borders,
         BRA opposes borders, IND opposes borders, RUS votes for borders]
"""
