"""Rules of procedure in words."""

from __future__ import annotations

from sim.forums.rules import Rules
from sim.show import words


def in_words(rules: Rules) -> str:
    """Say how a forum decides."""
    said = ["by consensus, that is unless somebody blocks"] if rules.consensus else []
    if rules.vote:
        said.append(("failing that " if said else "") + _vote(rules))
    parts = ["; ".join(said) or "never decides"]
    if rules.weight_share:
        parts.append(f"with {rules.weight_share:.0%} of the members' weights")
    if rules.vetoes:
        parts.append(f"{words.both(rules.vetoes)} may veto")
    if rules.quorum:
        parts.append(f"quorum {rules.quorum:.0%} of members")
    parts.append(f"access of others {rules.access}")
    parts.append(
        {
            "as_tabled": "texts as tabled",
            "sponsors": "sponsors redraft",
            "chair": "the chair drafts",
        }[rules.drafting]
    )
    return ", ".join(parts)


def _vote(rules: Rules) -> str:
    of = "all members" if rules.vote == "members" else "those present and voting"
    share = next(
        (w for w, s in (("two thirds", 2 / 3), ("half", 0.5)) if abs(s - rules.majority) < 1e-9), ""
    )
    least = "more than " if rules.more_than else "at least "
    return f"by vote, {least}{share or f'{rules.majority:.0%}'} of {of} in favour"
