"""Reports: a page, a brief and slides of a finished folder, made from its files alone."""

from __future__ import annotations

from pathlib import Path

REPORT, BRIEF, DOCUMENT, SLIDES = "report.html", "brief.html", "brief.docx", "slides"


def write(folder: Path, *, brief: bool = False) -> list[Path]:
    """Write the report of a finished folder of ``run``, ``run --set`` or ``sweep`` into it.

    Nothing is played again and nothing outside the folder is read. All is made before the first
    file is written. ``report.json`` lists what was written, with digests, so that results that
    are made anew take an old report away.

    Args:
        folder: of results.
        brief: also ``brief.html`` (one page), ``brief.docx`` and ``slides/``.

    Returns:
        The files, in the order in which they are best read.

    Raises:
        InputError: it is no such folder, or a file is missing, damaged or was changed.
        RunError: the sweep has not finished; or the extra for briefs is not installed.
        OSError: a file cannot be written.
    """
    from sim.report import writing

    return writing.write(folder, brief=brief)
