"""The vote board: a light for every delegation, as on the wall of the General Assembly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D

from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision, How
from sim.show import words
from sim.show.plots import style
from sim.show.plots.ballot import UNVOTED, Ballot, Spread, in_runs
from sim.show.plots.recorded import Recorded
from sim.show.plots.style import BODY, INK, LOOKS, POINT, QUIET, RULE, SMALL, Footer, Look, Sheet

Floats = npt.NDArray[np.float64]

WALL = (style.LEFT, 172.0, 1310.0, 830.0)  # x, y, width, height
PANEL = 1440.0
CODE, NAME = 3.1, 6.0  # how long a cell is for its height: room for a code, or for a name
NAMED = 40  # delegations up to which there is room for names
TALLEST = 92.0
BAR = 120.0  # how often each decision was taken, where there is room
FULL = (0.4, 0.6, 0.8, 1.0)  # shares that the legend shows


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
    with Sheet(finding(ballot), _subtitle(ballot), about) as sheet:
        _wall(sheet, ballot, record)
        _panel(sheet, ballot, record)
    return sheet


def finding(ballot: Ballot) -> str:
    """Say in a sentence what came of the ballot."""
    if not ballot.counted.any():
        return f"{ballot.label} never comes to a decision ({ballot.stage})"
    passes = ballot.adopted >= 0.5
    share = in_runs(ballot.adopted if passes else 1 - ballot.adopted, ballot.outcomes.runs)

    def said(verb: str) -> str:
        return " ".join(filter(None, (ballot.label, verb, share)))

    if ballot.adopted_by:  # some runs adopt it by consensus and others by a vote
        told = f"{said('is adopted')}: {ballot.adopted_by}"
        return told if passes else f"{said('falls')}; adopted in {ballot.adopted_by}"
    if not ballot.by_vote:
        return _in_consensus(ballot, passes, said)
    if passes and (ballot.how == How.CONSENSUS).any():  # as often as it was voted down
        return said("is adopted by consensus")
    tally = f"{ballot.tally(Decision.SUPPORT).median} in favour"
    against = f"{ballot.tally(Decision.OPPOSE).median} against"
    return f"{said('carries' if passes else 'falls')}: {tally}, {against}"


def _in_consensus(ballot: Ballot, passes: bool, said: Callable[[str], str]) -> str:
    if passes:
        reserve = ballot.tally(Decision.DISSOCIATE).median
        rest = f"{reserve} dissociating" if reserve else "nobody dissociates"
        return f"{said('is adopted by consensus')}; {rest}"
    if ballot.forum.rules.vote:  # it lacked votes too
        return said("falls")
    blocks = ballot.chances[:, ballot.kinds.index(Decision.BLOCK)]
    worst = [int(i) for i in np.argsort(-blocks, kind="stable")[:3] if blocks[i] > 0]
    who = words.both(ballot.setting.actors[ballot.members[i]] for i in worst)
    return said("finds no consensus") + (f"; first to block: {who}" if who else "")


def _subtitle(ballot: Ballot) -> str:
    rules = ballot.forum.rules.title
    stage = "" if len(ballot.forum.stages) == 1 else f", {ballot.stage}"
    return "  ·  ".join(filter(None, (ballot.draft.title, f"{rules}{stage}")))


# The wall


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
    columns, rows = cells(count, WALL[2], WALL[3])
    wide, high = WALL[2] / columns, min(WALL[3] / rows, TALLEST)
    across, down = np.divmod(np.arange(count), rows)
    corner = np.stack([WALL[0] + across * wide, WALL[1] + down * high], axis=1)
    differs = [v is not None and v != d for v, d in compared(ballot, record)]
    framed = [style.box(x + 2, y + 2, wide - 6, high - 4) for x, y in corner[differs]]
    sheet.area(framed, style.SHADE, QUIET, width=1.5)
    light = min(0.66 * high, 40.0)
    centre = corner + (light * 0.5 + 10, high / 2)
    sure = fullness(ballot.chances.max(axis=1))
    for kind in ballot.kinds:
        here = np.array([d == kind for d in ballot.likely], dtype=bool)
        pale = style.paled(LOOKS[kind].colour, sure[here])
        sheet.marks(centre[here], LOOKS[kind], light, pale, 2.0)
    named = count <= NAMED
    room = wide - light - 19 - (BAR + 60 if named else 30)
    _labels(sheet, ballot, centre + (light * 0.5 + 9, 0), room, high)
    if named:
        _bars(sheet, ballot, corner + (wide - BAR - 48, high / 2 - 8))
    votes, size = _recorded(ballot, record), min(0.4 * high, 24.0 if named else 15.0)
    for kind, look in LOOKS.items():
        here = np.array([v == kind for v in votes], dtype=bool)
        sheet.marks((corner + (wide - 22, high / 2))[here], look, size, edge=1.4)


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


def fullness(share: Floats) -> Floats:
    """How full a light is: from a quarter at 40% of runs, which says little, to all at 100%."""
    full: Floats = np.clip(0.25 + 0.75 * (share - 0.4) / 0.6, 0.15, 1.0)
    return full


def _labels(sheet: Sheet, ballot: Ballot, left: Floats, room: float, high: float) -> None:
    codes = [ballot.setting.actors[i] for i in ballot.members]
    size = min(0.6 * high, 23.0)
    widest = max((style.width(code, size) for code in codes), default=1.0)
    size = max(13.0, min(size, 0.99 * size * room / widest))
    codes = style.told_apart(codes, room, size)
    if len(codes) > NAMED:
        style.letters(sheet.paper, left + (0, 0.36 * size), codes, size)
        return
    names = style.told_apart([ballot.setting.names[i] for i in ballot.members], room, SMALL, 2)
    for (x, y), code, name in zip(left, codes, names, strict=True):
        first, *rest = name.split("\n") if high > 75 else [name.replace("\n", " ")]
        lift = 10 * len(rest)
        sheet.text(x, y - 3 - lift, code, size, bold=True)
        for row, line in enumerate([style.cut(first, room, SMALL), *rest]):
            sheet.text(x, y + 20 - lift + 20 * row, line, SMALL, QUIET)


def _bars(sheet: Sheet, ballot: Ballot, left: Floats) -> None:
    ends = np.cumsum(ballot.chances, axis=1) * BAR
    starts = ends - ballot.chances * BAR
    for k, kind in enumerate(ballot.kinds):
        sides = zip(left, starts[:, k], ends[:, k], strict=True)
        parts = [style.box(x + a, y, b - a, 16) for (x, y), a, b in sides if b > a]
        look = LOOKS[kind]
        sheet.area(parts, style.PAPER if look.hollow else look.colour, look.colour)


# The panel beside it


def _panel(sheet: Sheet, ballot: Ballot, record: Recorded | None) -> None:
    y = 196.0
    for kind in _told(ballot):
        told = record.tally.get(kind) if record and alike(ballot, record) else None
        _tally(sheet, y, word(kind, ballot), ballot.tally(kind), told, ballot.outcomes.runs)
        y += 112
    sheet.line([[(PANEL, y - 24), (style.RIGHT, y - 24)]], RULE)
    for row, line in enumerate(_verdict(ballot, record)):
        sheet.text(PANEL, y + 8, line, BODY, bold=row == 0)
        y += 30
    _legend(sheet, y + 12, ballot, record)


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


def _verdict(ballot: Ballot, record: Recorded | None) -> list[str]:
    """What came of it, what is on record, and how many did the same where like stands by like."""
    lines = [f"adopted {in_runs(ballot.adopted, ballot.outcomes.runs)}"]
    if ballot.outcomes.runs == 1:
        lines = ["adopted in this run" if ballot.adopted else "not adopted in this run"]
    lines += [ballot.adopted_by] if ballot.adopted_by else []
    if record is not None and record.adopted is not None:
        way = {True: " by a vote", False: " without a vote", None: ""}[record.by_vote]
        unlike = way if record.adopted and not alike(ballot, record) else ""
        lines.append(f"record: {'' if record.adopted else 'not '}adopted{unlike}")
    same = [v == d for v, d in compared(ballot, record) if v is not None]
    if same:
        share = words.percent(sum(same) / len(same))
        lines.append(f"{sum(same)} of {len(same)} delegations as recorded ({share})")
    return lines


def _legend(sheet: Sheet, y: float, ballot: Ballot, record: Recorded | None) -> None:
    look = LOOKS[ballot.kinds[0]]
    signs = [look._replace(word=f"{share:.0%}").sign(26) for share in FULL]
    for sign, pale in zip(signs, style.paled(look.colour, fullness(np.array(FULL))), strict=True):
        sign.set_markerfacecolor(tuple(pale))
    _noted(sheet, y, signs, ["light: most likely decision, fuller = surer"])
    lines = _of_some(ballot)
    if ballot.outcomes.runs > 1:
        told = "lights need not add up to the tallies: those are medians, with the range of"
        lines = [f"{told} 90% of runs", *lines]
    if record and record.votes:
        lines += _of_symbols(ballot, record)
    rows = [r for line in lines for r in style.wrapped(line, style.RIGHT - PANEL, SMALL, most=3)]
    for row, line in enumerate(rows):
        sheet.text(PANEL, y + 88 + row * 25, line, SMALL, QUIET)


def _noted(sheet: Sheet, y: float, signs: Sequence[Line2D], title: Sequence[str]) -> None:
    at = (PANEL / style.WIDTH, 1 - y / style.HEIGHT)
    shown = sheet.figure.legend(
        handles=signs, title=title[0], loc="upper left", bbox_to_anchor=at, ncols=len(signs),
        alignment="left", columnspacing=1.2, handletextpad=0.2, fontsize=SMALL * POINT,
        labelcolor=QUIET,
    )  # fmt: skip
    shown.get_title().set_color(QUIET)


def _of_some(ballot: Ballot) -> list[str]:
    """Say that lights and tallies are of some of the runs, where others decided in another way."""
    if ballot.share_counted == 1.0:
        return []
    share = words.percent(ballot.share_counted)
    return [f"all of the {share} of runs " + ("that voted" if ballot.by_vote else "without a vote")]


def _of_symbols(ballot: Ballot, record: Recorded) -> list[str]:
    if alike(ballot, record):
        framed = "framed: it differs from the most likely one"
        return ["small symbol: the recorded decision", framed]
    here = "voted on" if ballot.by_vote else "decided without a vote"
    there = "vote" if record.by_vote else "decision without a vote"
    return [f"small symbol: the recorded {there};", f"here {here}, so not compared"]
