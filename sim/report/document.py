"""The brief as a Word document, for those who edit before they send. Needs the extra ``brief``."""

from __future__ import annotations

import importlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from sim.errors import RunError
from sim.report.brief import Brief

MARGIN, PICTURE = 1.8, 8.5  # centimetres
SIZE = 9.0  # points
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP file can hold: no clock in a result


def needed() -> Any:
    """Import python-docx.

    Raises:
        RunError: it is not installed; says what to install.
    """
    try:
        return importlib.import_module("docx")
    except ImportError as missing:
        raise RunError(
            'a brief needs python-docx, which is not installed: pip install "plenary[brief]"'
        ) from missing


def document(brief: Brief, picture: bytes | None) -> bytes:
    """Write the brief as .docx, the same bytes each time.

    Args:
        brief: what it says.
        picture: its figure as PNG.

    Raises:
        RunError: python-docx is not installed.
    """
    made = needed().Document()
    _set_up(made, brief)
    made.add_heading(brief.title, level=0)
    for part in brief.parts:
        made.add_heading(part.heading, level=2)
        for sentence in part.said:
            made.add_paragraph(sentence, style="Normal" if part.plain else "List Bullet")
        if part.lead and picture and brief.picture:
            _picture(made, picture, f"{brief.picture.title}. {brief.picture.about}")
    made.sections[0].footer.paragraphs[0].text = brief.ground
    out = io.BytesIO()
    made.save(out)
    return _without_clock(out.getvalue())


def _set_up(made: Any, brief: Brief) -> None:
    from docx.shared import Cm, Pt

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(MARGIN))
    made.styles["Normal"].font.size = Pt(SIZE)
    for name, size in (("Title", 17), ("Heading 2", 11)):
        made.styles[name].font.size = Pt(size)
    for name in ("Normal", "List Bullet", "Title", "Heading 2"):
        form = made.styles[name].paragraph_format
        form.space_before, form.space_after = Pt(4 if name == "Heading 2" else 0), Pt(2)
    about = made.core_properties
    about.title, about.author, about.language = brief.title, "plenary", "en"
    about.created = about.modified = datetime(*LONG_AGO, tzinfo=UTC)


def _picture(made: Any, data: bytes, alt: str) -> None:
    from docx.shared import Cm

    shape = made.add_picture(io.BytesIO(data), width=Cm(PICTURE))
    shape._inline.docPr.set("descr", alt)


def _without_clock(data: bytes) -> bytes:
    """Put the parts of a .docx together again with one date for all."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part.filename))
    return out.getvalue()
