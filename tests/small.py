"""Small scenarios as text: one that votes, one that seeks consensus, with a record each."""

from __future__ import annotations

from pathlib import Path

VOTE = """\
title: A small vote
date: 2018-10-01
seed: 7
sessions: 2
issues:
  SOV: {low: open, high: governed, status_quo: 40, words: {25: a little, 50: half, 75: much}}
  DATA: {low: flows, high: stays, status_quo: 20, words: {25: a little, 50: half, 75: much}}
actors:
  and:
    USA: {position: {SOV: 8, DATA: 10}, capability: 90}
    RUS: {position: {SOV: 97, DATA: 95}, salience: {SOV: 90}, source: a speech of 2017}
    FRA: {position: {SOV: 20, DATA: 40}}
    DEU: {position: {SOV: 20, DATA: 40}}
    BRA: {position: {SOV: 50, DATA: 45}}
    IND: {position: {SOV: 62, DATA: 70}}
    ACME: {name: Acme, kind: company, home: USA, position: {DATA: 5}}
blocs:
  EU: {members: [FRA, DEU], cohesion: 60}
forums:
  room:
    rules: un_general_assembly
    stages: {committee: {session: 1}, plenary: {session: 2}}
    drafts:
      "73/27":
        title: A text on sovereignty
        sponsors: [RUS]
        clauses:
          OP3: {issue: SOV, value: 70, words: sovereignty applies}
          OP5: {issue: DATA, value: 60, words: data stay at home}
      L.60:
        sponsors: [USA]
        clauses: {OP1: {issue: SOV, value: 10, words: borders are open}}
record:
  "73/27":
    committee: {in_favour: 2, against: 3, abstaining: 1, not_voting: 0, adopted: false}
    plenary: {in_favour: 4, against: 1, abstaining: 1, adopted: true, votes: votes.csv}
"""
VOTES = """\
resolution,date,topic,iso3,vote
73/27,2018-12-05,cyber,USA,N
73/27,2018-12-05,cyber,RUS,Y
73/27,2018-12-05,cyber,FRA,Y
73/27,2018-12-05,cyber,DEU,Y
73/27,2018-12-05,cyber,BRA,A
73/27,2018-12-05,cyber,IND,Y
"""
CONSENSUS = """\
title: A small room of experts
seed: 3
sessions: 2
issues:
  IHL: {low: silent, high: explicit, status_quo: 30, words: {25: a little, 50: half, 75: much}}
actors:
  and:
    USA: {position: {IHL: 95}, salience: {IHL: 90}}
    CUB: {position: {IHL: 2}, salience: {IHL: 95}}
    FRA: {position: {IHL: 80}, salience: {IHL: 60}}
    IDN: {position: {IHL: 40}}
forums:
  experts:
    rules: group_of_governmental_experts
    members: [USA, CUB, FRA, IDN]
    drafting: as_tabled
    drafts:
      report:
        sponsors: [FRA]
        clauses: {law: {issue: IHL, value: 90, words: the law of war applies}}
record:
  report: {decision: {adopted: false}}
"""


def write(folder: Path, text: str = VOTE, name: str = "small.yaml") -> Path:
    """Write a scenario and its votes into a folder; return its file."""
    (folder / "votes.csv").write_text(VOTES, encoding="utf-8")
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
