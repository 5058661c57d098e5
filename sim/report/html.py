"""The report as a page: one file, no network, no script, the same bytes from the same folder."""

from __future__ import annotations

import base64
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.brief import NOBODY, brief
from sim.report.dossier import Dossier, Picture
from sim.report.methods import works
from sim.show import words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
EMBEDDED = 300_000  # bytes of a table that goes into the page; a larger one is only linked
KINDS = {"run": "Report on a run", "what-if": "Report on a what-if", "sweep": "Report on a sweep"}


def page(dossier: Dossier) -> bytes:
    """Write the report of a folder as one HTML file."""
    g = dossier.ground
    return rendered(
        "report.html.jinja",
        kind=KINDS[dossier.kind],
        title=dossier.title,
        ground=f"{g.scenario} \N{MIDDLE DOT} {g.title} \N{MIDDLE DOT} {g}",
        version=g.version,
        d=dossier,
        nobody=NOBODY,
        commands=[shlex.join(["plenary", *said]) for said in dossier.try_next],
        pictures=[_picture(dossier, picture) for picture in dossier.figures],
        versions=(("seed", g.seed), ("runs", f"{g.runs:,}"), *dossier.versions),
        references=[work.told for work in works(dossier, dict(dossier.versions))],
    )


def one_page(dossier: Dossier) -> bytes:
    """Write the brief of a folder as one HTML file, to be printed on one A4 page."""
    short = brief(dossier)
    return rendered(
        "brief.html.jinja",
        kind="Brief, one page",
        title=short.title,
        ground="",
        version=dossier.ground.version,
        brief=short,
        picture=_picture(dossier, short.picture) if short.picture else None,
    )


def rendered(template: str, **given: Any) -> bytes:
    """Make a page: all that it is given is escaped, and nothing may be missing."""
    return environment().get_template(template).render(**given).encode()


def environment() -> Environment:
    """How every page is made."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = words.percent
    return made


def inline(kind: str, data: bytes) -> str:
    """Give a file as part of a page; ``kind`` is its media type."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _picture(dossier: Dossier, picture: Picture) -> dict[str, str]:
    """A figure and its data as parts of the page; large data stay beside it."""
    table = dossier.read(picture.data) if picture.data else b""
    small = len(table) <= EMBEDDED
    return {
        "title": picture.title,
        "about": picture.about,
        "image": inline("image/png", dossier.read(picture.file)),
        "data": picture.data,
        "link": inline("text/csv;charset=utf-8", table) if picture.data and small else picture.data,
    }
