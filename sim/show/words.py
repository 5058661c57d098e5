"""How numbers and decisions are put in words, everywhere the same."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence

from sim import countries
from sim.build import DEFAULT_STAGE
from sim.core.registry import Declared
from sim.core.setting import Setting
from sim.forums.rules import Decision
from sim.mechanisms.ballots import OBJECTIONS, VOTES

DECISION: dict[Decision, str] = {
    Decision.SUPPORT: "in favour",
    Decision.ACCEPT: "accepting",
    Decision.DISSOCIATE: "dissociating",
    Decision.ABSTAIN: "abstaining",
    Decision.OPPOSE: "against",
    Decision.BLOCK: "blocking",
    Decision.ABSENT: "not voting",
}
HOW: dict[str, str] = {
    "consensus": "adopted without a vote",
    "vote": "adopted by a vote",
    "shortfall": "too few in favour",
    "veto": "defeated by a veto",
    "blocked": "consensus blocked",
    "no_quorum": "no quorum",
    "not_reached": "fell at an earlier stage",
}
COUNT: Mapping[str, str] = Declared(  # of the members at a ballot
    lambda m: ((o.name, o.short) for o in m.outcomes if o.name in (*VOTES, *OBJECTIONS))
)
UNKNOWN = "-"
WIDE = 80  # columns of a page
LIKELIHOOD: tuple[tuple[float, str], ...] = (  # least share of each word (Mastrandrea et al. 2010)
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
)
UNLIKELIHOOD: tuple[tuple[float, str], ...] = (  # greatest share of each word
    (0.01, "exceptionally unlikely"),
    (0.10, "very unlikely"),
)


def number(value: float, digits: int = 0) -> str:
    """Write a number with so many digits after the point; one that is not known as ``-``."""
    if math.isnan(value):
        return UNKNOWN
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def signed(value: float, digits: int = 1) -> str:
    """Write a difference with its sign; zero has none."""
    text = number(value, digits)
    return text if text == UNKNOWN or float(text) <= 0 else f"+{text}"


def percent(share: float) -> str:
    """Write a share of 1 in per cent; only all is 100% and only none is 0%."""
    if math.isnan(share):
        return UNKNOWN
    if 0 < share < 1:
        share = min(max(share, 0.01), 0.99)
    return f"{share * 100:.0f}%"


def likelihood(share: float) -> str:
    """Give the fixed word for a share of 1, as `percent` writes it; never print it without that."""
    said = round(100 * (min(max(share, 0.01), 0.99) if 0 < share < 1 else share)) / 100
    low = next((word for most, word in UNLIKELIHOOD if said <= most), "")
    return low or next((word for least, word in LIKELIHOOD if said >= least), "unlikely")


def of_runs(share: float, runs: int) -> str:
    """Say in how many runs: all, none, or what share of them."""
    if runs == 1:
        return "in the one run" if share else "not in the one run"
    if share in (0.0, 1.0):
        return f"in all {runs:,} runs" if share else f"in none of {runs:,} runs"
    return f"in {percent(share)} of {runs:,} runs"


def adopted_by(how: Mapping[str, float], written: Callable[[float], str] = percent) -> str:
    """Say in how many runs each way adopted a text: "90% by consensus, 6% by a vote"; "" if one.

    Args:
        how: share of runs by way, as `sim.analysis.tally.Tally.how`.
        written: how a share is written.
    """
    agreed, carried = (how.get(way, 0.0) for way in ("consensus", "vote"))
    if not (agreed and carried):
        return ""
    return f"{written(agreed)} by consensus, {written(carried)} by a vote"


def both(items: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does: a, b and c."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def some(items: Sequence[str], limit: int) -> str:
    """Join the first few, and say how many more there are."""
    if len(items) <= limit:
        return both(items)
    return f"{', '.join(items[:limit])} and {len(items) - limit} more"


def short(text: str, width: int) -> str:
    """Cut a text to a width, with three points where it was cut, and never within a number."""
    if len(text) <= width:
        return text
    kept = text[: width - 3]
    if text[len(kept) - 1 : len(kept) + 1].strip(".,%0123456789") == "":
        kept = kept.rstrip("+-.,%0123456789")
    return kept.rstrip() + "..."


def sentence(text: str, indent: str = "", width: int = WIDE) -> list[str]:
    """Break a sentence into lines that fit; all but the first are indented."""
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)


def counted(many: int, thing: str) -> str:
    """Write a number of things: 1 run, 2,000 runs."""
    return f"{many:,} {thing}{'s' * (many != 1)}"


def first_up(text: str) -> str:
    """Begin with a capital, as a sentence does."""
    return text[:1].upper() + text[1:]


def first_down(text: str) -> str:
    """Begin without one, as within a sentence."""
    return text[:1].lower() + text[1:]


SHORT_NAMES: dict[str, str] = {
    "COD": "DR Congo",
    "GBR": "United Kingdom",
    "LAO": "Lao PDR",
    "PRK": "DPR Korea",
    "TZA": "Tanzania",
    "VCT": "St Vincent & Grenadines",
}


def called(actor: str, name: str = "", width: int = 24) -> str:
    """Name an actor for readers: a country by its usual short name, others as the scenario does."""
    known = countries.names().get(actor, name or actor)
    return short(SHORT_NAMES.get(actor, known.partition(" (")[0]), width)


def named(setting: Setting, actor: str) -> str:
    """Name an actor of a setting."""
    return called(actor, setting.names[setting.slot(actor)])


def ballot(draft: str, stage: str) -> str:
    """Name a ballot: the draft, and its stage where it needs saying."""
    return draft if stage == DEFAULT_STAGE else f"{draft} {stage}"


def columns(widths: Sequence[int], head: str, *cells: str) -> str:
    """Set one line of a table: the head to the left and cut to fit, the cells to the right."""
    first, *others = widths
    aligned = (f"{cell:>{width}}" for cell, width in zip(cells, others, strict=True))
    return f"{short(head, first - 1):<{first}}{''.join(aligned)}".rstrip()
