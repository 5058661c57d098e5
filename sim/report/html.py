"""The report as a page: one file, no network, no script, the same bytes from the same folder."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.report.brief import NOBODY, ON_PAGE, brief
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
    return _rendered("report.html.jinja", dossier)


def one_page(dossier: Dossier) -> bytes:
    """Write the brief of a folder as one HTML file, to be printed on one A4 page."""
    return _rendered(
        "brief.html.jinja", dossier, brief=brief(dossier), nobody=NOBODY, on_page=ON_PAGE
    )


def _rendered(template: str, dossier: Dossier, **more: Any) -> bytes:
    text = (
        environment()
        .get_template(template)
        .render(
            d=dossier,
            kind=KINDS[dossier.kind],
            references=[work.told for work in works(dossier, dict(dossier.versions))],
            **more,
        )
    )
    return text.encode()


def environment() -> Environment:
    """How every page is made: all that it is given is escaped, and nothing may be missing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = words.percent
    made.globals["image"] = _image
    made.globals["link"] = _link
    return made


def inline(kind: str, data: bytes) -> str:
    """Give a file as part of a page; ``kind`` is its media type."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _image(dossier: Dossier, picture: Picture) -> str:
    return inline("image/png", dossier.read(picture.file))


def _link(dossier: Dossier, file: str) -> str:
    """Give a table as part of the page, or its place beside it where it is large."""
    data = dossier.read(file)
    if len(data) > EMBEDDED:
        return file
    return inline("text/csv;charset=utf-8", data)
