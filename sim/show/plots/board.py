"""The vote board: a light for every delegation, as on the wall of the General Assembly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision, How
from sim.show.plots import style
from sim.show.plots.ballot import UNVOTED, Ballot, Spread, in_runs, listed, percent
from sim.show.plots.recorded import Recorded
from sim.show.plots.style import BODY, INK, LOOKS, QUIET, RULE, SMALL, Footer, Look, Sheet

Floats = npt.NDArray[np.float64]

WALL = (style.LEFT, 172.0, 1310.0, 830.0)  # x, y, width, height
PANEL = 1440.0
CODE, NAME = 3.1, 6.0  # how long a cell is for its height: room for a code, or for a name
NAMED = 40  # delegations up to which there is room for names
TALLEST = 92.0
BAR = 120.0  # how often each decision was taken, where there is room
MEDIAN = ("those are medians, with the range of", "90% of runs")


def board(
    outcomes: Outcomes,
    setting: Setting,
    draft: str,
    stage: str,
    about: Footer,
    record: Recorded | None = None,
) -> Sheet:
    """Draw one draft's vote board at one stage.

    Each light shows the delegation's most likely decision by colour and symbol, and by how full
    its colour is, how sure. The small symbol beside it is the recorded decision; a cell is
    framed where the two differ. Tallies are medians with the range of 90% of runs.
    """
    ballot = Ballot(outcomes, setting, draft, stage)
    sheet = Sheet(finding(ballot), _subtitle(ballot), about)
    _wall(sheet, ballot, record)
    _panel(sheet, ballot, record)
    return sheet


def finding(ballot: Ballot) -> str:
    """Say in a sentence what came of the ballot."""
    if not ballot.counted.any():
        return f"{ballot.label} never comes to a decision ({ballot.stage})"
    passes = ballot.adopted >= 0.5
    share = in_runs(ballot.adopted if passes else 1 - ballot.adopted, ballot.outcomes.runs)
    if ballot.adopted_by:
        return _in_both(ballot, passes, share)
    if not ballot.by_vote:
        return _in_consensus(ballot, passes, share)
    if passes and (ballot.how == How.CONSENSUS).any():  # as often as it was voted down
        return _said(ballot.label, "is adopted by consensus", share)
    verb = "carries" if passes else "falls"
    tally = f"{ballot.tally(Decision.SUPPORT).median} in favour"
    against = f"{ballot.tally(Decision.OPPOSE).median} against"
    return f"{_said(ballot.label, verb, share)}: {tally}, {against}"


def _in_both(ballot: Ballot, passes: bool, share: str) -> str:
    """Tell a text apart that some runs adopt by consensus and others by a vote."""
    if passes:
        return f"{_said(ballot.label, 'is adopted', share)}: {ballot.adopted_by}"
    return f"{_said(ballot.label, 'falls', share)}; adopted in {ballot.adopted_by}"


def _in_consensus(ballot: Ballot, passes: bool, share: str) -> str:
    if passes:
        reserve = ballot.tally(Decision.DISSOCIATE).median
        said = _said(ballot.label, "is adopted by consensus", share)
        return (
            f"{said}; {reserve or 'none'} dissociating"
            if reserve
            else f"{said}; nobody dissociates"
        )
    if ballot.forum.rules.vote:  # it lacked votes too
        return _said(ballot.label, "falls", share)
    blocks = ballot.chances[:, ballot.kinds.index(Decision.BLOCK)]
    worst = [int(i) for i in np.argsort(-blocks, kind="stable")[:3] if blocks[i] > 0]
    who = listed([ballot.setting.actors[ballot.members[i]] for i in worst])
    return f"{_said(ballot.label, 'finds no consensus', share)}" + (
        f"; first to block: {who}" if who else ""
    )


def _said(*words: str) -> str:
    return " ".join(word for word in words if word)


def _subtitle(ballot: Ballot) -> str:
    rules = ballot.forum.rules.title
    stage = "" if len(ballot.forum.stages) == 1 else f", {ballot.stage}"
    return f"{ballot.draft.title}  ·  {rules}{stage}" if ballot.draft.title else f"{rules}{stage}"


def cells(count: int, wide: float, high: float) -> tuple[int, int]:
    """Choose columns and rows so that cells have the shape of what they hold."""
    shape = CODE if count > NAMED else NAME
    columns = np.arange(1, max(count, 1) + 1)
    rows = -(-count // columns)
    misfit = np.abs(np.log((wide / columns) / (high / np.maximum(rows, 1)) / shape))
    best = int(misfit.argmin())
    return int(columns[best]), int(max(rows[best], 1))


def _wall(sheet: Sheet, ballot: Ballot, record: Recorded | None) -> None:
    count = len(ballot.members)
    named = count <= NAMED
    columns, rows = cells(count, WALL[2], WALL[3])
    wide, high = WALL[2] / columns, min(WALL[3] / rows, TALLEST)
    corner = np.array(
        [(WALL[0] + (i // rows) * wide, WALL[1] + (i % rows) * high) for i in range(count)]
    ).reshape(-1, 2)
    light = min(0.66 * high, 40.0)
    centre = corner + (light * 0.5 + 10, high / 2)
    votes = _recorded(ballot, record)
    _frames(
        sheet,
        corner,
        wide,
        high,
        [v is not None and v != d for v, d in compared(ballot, record)],
    )
    _lights(sheet, ballot, centre, light)
    spare = BAR + 60 if named else 30
    _labels(sheet, ballot, centre + (light * 0.5 + 9, 0), wide - light - 19 - spare, high)
    if named:
        _bars(sheet, ballot, corner + (wide - BAR - 48, high / 2 - 8))
    _small(sheet, corner + (wide - 22, high / 2), votes, min(0.4 * high, 24.0 if named else 15.0))


def _recorded(ballot: Ballot, record: Recorded | None) -> list[Decision | None]:
    votes = record.votes if record else {}
    return [votes.get(ballot.setting.actors[i]) for i in ballot.members]


def alike(ballot: Ballot, record: Recorded | None) -> bool:
    """Whether the record is of the kind that is shown: both votes, or both without one."""
    return record is not None and record.by_vote in (None, ballot.by_vote)


def compared(ballot: Ballot, record: Recorded | None) -> list[tuple[Decision | None, Decision]]:
    """Each member's recorded and likeliest decision; None where like has no like beside it."""
    votes = _recorded(ballot, record if alike(ballot, record) else None)
    return list(zip(votes, ballot.likely, strict=True))


def _frames(sheet: Sheet, corner: Floats, wide: float, high: float, differs: list[bool]) -> None:
    framed = [style.box(x + 2, y + 2, wide - 6, high - 4) for x, y in corner[differs]]
    if framed:
        sheet.area(framed, style.SHADE, QUIET, width=1.5)


def _lights(sheet: Sheet, ballot: Ballot, centre: Floats, size: float) -> None:
    sure = fullness(ballot.chances.max(axis=1))
    for kind in ballot.kinds:
        here = np.array([d == kind for d in ballot.likely], dtype=bool)
        if here.any():
            look = LOOKS[kind]
            sheet.marks(centre[here], look, size, style.paled(look.colour, sure[here]), 2.0)


def fullness(share: Floats) -> Floats:
    """How full a light is: from a quarter at 40% of runs, which says little, to all at 100%."""
    full: Floats = np.clip(0.25 + 0.75 * (share - 0.4) / 0.6, 0.15, 1.0)
    return full


def _labels(sheet: Sheet, ballot: Ballot, left: Floats, room: float, high: float) -> None:
    codes = [ballot.setting.actors[i] for i in ballot.members]
    names = [ballot.setting.names[i] for i in ballot.members]
    size = min(0.6 * high, 23.0)
    widest = max((style.width(code, size) for code in codes), default=1.0)
    size = max(13.0, min(size, 0.99 * size * room / widest))
    codes = [style.cut(code, room, size) for code in codes]
    if len(codes) > NAMED:
        sheet.letters(left + (0, 0.36 * size), codes, size)
        return
    for (x, y), code, name in zip(left, codes, names, strict=True):
        sheet.text(x, y - 3, code, size, bold=True)
        sheet.text(x, y + 20, style.cut(name, room, SMALL), SMALL, QUIET)


def _bars(sheet: Sheet, ballot: Ballot, left: Floats) -> None:
    ends = np.cumsum(ballot.chances, axis=1) * BAR
    for k, kind in enumerate(ballot.kinds):
        start = ends[:, k] - ballot.chances[:, k] * BAR
        parts = [
            style.box(x + a, y, b - a, 16)
            for (x, y), a, b in zip(left, start, ends[:, k], strict=True)
            if b > a
        ]
        look = LOOKS[kind]
        if parts:
            sheet.area(parts, style.PAPER if look.hollow else look.colour, look.colour)


def _small(sheet: Sheet, xy: Floats, votes: list[Decision | None], size: float) -> None:
    for kind, look in LOOKS.items():
        here = np.array([v == kind for v in votes], dtype=bool)
        if here.any():
            sheet.marks(xy[here], look, size, edge=1.4)


def _panel(sheet: Sheet, ballot: Ballot, record: Recorded | None) -> None:
    y = 196.0
    for kind in _told(ballot):
        told = record.tally.get(kind) if record and alike(ballot, record) else None
        _tally(sheet, y, word(kind, ballot), ballot.tally(kind), told, ballot.outcomes.runs)
        y += 112
    y = _verdict(sheet, y + 8, ballot, record)
    _legend(sheet, y + 40, ballot, record)


def _told(ballot: Ballot) -> list[Decision]:
    """Decisions whose tally is told: where a vote follows a block, no run without one has any."""
    followed = bool(ballot.forum.rules.vote)
    return [kind for kind in ballot.kinds if kind != Decision.BLOCK or not followed]


def word(kind: Decision, ballot: Ballot) -> Look:
    """How a decision is shown here: who is not there does not vote, or is absent from consensus."""
    absent = kind == Decision.ABSENT and ballot.kinds == UNVOTED
    return LOOKS[kind]._replace(word="absent") if absent else LOOKS[kind]


def _tally(sheet: Sheet, y: float, look: Look, tally: Spread, told: int | None, runs: int) -> None:
    sheet.marks([(PANEL + 20, y + 16)], look, 36)
    sheet.text(PANEL + 56, y, look.word, BODY, QUIET)
    sheet.text(PANEL + 56, y + 54, str(tally.median), 56, bold=True)
    x = PANEL + 76 + style.width("000", 56, True)
    if runs > 1:
        sheet.text(x, y + 28, str(tally), BODY, QUIET)
    if told is not None:
        sheet.text(x, y + 54, f"record {told}", BODY, INK, bold=True)


def _verdict(sheet: Sheet, y: float, ballot: Ballot, record: Recorded | None) -> float:
    sheet.line([[(PANEL, y - 32), (style.RIGHT, y - 32)]], RULE)
    lines = [f"adopted {in_runs(ballot.adopted, ballot.outcomes.runs)}"]
    if ballot.outcomes.runs == 1:
        lines = ["adopted in this run" if ballot.adopted else "not adopted in this run"]
    if ballot.adopted_by:
        lines.append(ballot.adopted_by)
    lines += _beside_record(ballot, record) if record else []
    for row, line in enumerate(lines):
        sheet.text(PANEL, y + row * 30, line, BODY, bold=row == 0)
    return y + len(lines) * 30


def _beside_record(ballot: Ballot, record: Recorded) -> list[str]:
    """What is on record, and how many did the same where like can be compared with like."""
    way = {True: " by a vote", False: " without a vote", None: ""}[record.by_vote]
    lines = []
    if record.adopted is not None:
        unlike = way if record.adopted and not alike(ballot, record) else ""
        lines.append(f"record: {'' if record.adopted else 'not '}adopted{unlike}")
    votes = [(v, d) for v, d in compared(ballot, record) if v is not None]
    if votes:
        same = sum(v == d for v, d in votes)
        lines.append(
            f"{same} of {len(votes)} delegations as recorded ({percent(same / len(votes))})"
        )
    return lines


def _legend(sheet: Sheet, y: float, ballot: Ballot, record: Recorded | None) -> None:
    look = LOOKS[ballot.kinds[0]]
    levels = np.array([0.4, 0.6, 0.8, 1.0])
    sheet.text(PANEL, y, "light: most likely decision, fuller = surer", SMALL, QUIET)
    for step, level in enumerate(levels):
        x = PANEL + 14 + step * 105
        sheet.marks(
            [(x, y + 28)], look, 26, style.paled(look.colour, fullness(levels[[step]])), 2.0
        )
        sheet.text(x + 22, y + 34, f"{level:.0%}", SMALL, QUIET)
    lines = ["lights need not add up to the tallies:", *MEDIAN] if ballot.outcomes.runs > 1 else []
    lines += _of_some(ballot)
    if record and record.votes:
        lines += _of_symbols(ballot, record)
    for row, line in enumerate(lines):
        sheet.text(PANEL, y + 74 + row * 27, line, SMALL, QUIET)


def _of_some(ballot: Ballot) -> list[str]:
    """Say that lights and tallies are of some of the runs, where others decided in another way."""
    if ballot.share_counted == 1.0:
        return []
    share = percent(ballot.share_counted)
    return [f"all of the {share} of runs " + ("that voted" if ballot.by_vote else "without a vote")]


def _of_symbols(ballot: Ballot, record: Recorded) -> list[str]:
    if alike(ballot, record):
        framed = "framed: it differs from the most likely one"
        return ["small symbol: the recorded decision", framed]
    here = "voted on" if ballot.by_vote else "decided without a vote"
    there = "vote" if record.by_vote else "decision without a vote"
    return [f"small symbol: the recorded {there};", f"here {here}, so not compared"]
