"""The literature: every work in one form, each key that is used known, and each work used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim import literature
from sim.core.registry import mechanisms
from sim.published.models import MODELS
from tests.bibtex import NEEDED, entries

ROOT = Path(__file__).parent.parent
KEY = re.compile(r"[a-z]+\d{4}[a-z]?")
WORKS = literature.works()


def written() -> str:
    """All that the project says in words: its pages, and strings and comments of its code."""
    code = [file for room in ("sim", "experiments") for file in ROOT.glob(f"{room}/**/*.py")]
    ours = ROOT / "docs/reference/literature.md"  # which is made from the list itself
    pages = [page for page in ROOT.glob("docs/**/*.md") if page != ours]
    texts = (file.read_text(encoding="utf-8") for file in (ROOT / "paper.md", *pages, *code))
    return " ".join(" ".join(texts).split())


def strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def keys_in_code() -> set[str]:
    """Every string of the code that is a key and nothing else."""
    found = (said for file in ROOT.glob("sim/**/*.py") for said in strings(file))
    return {said for said in found if KEY.fullmatch(said)}


def test_every_entry_has_the_form_that_is_read() -> None:
    text = literature.FILE.read_text(encoding="utf-8")
    found = entries("\n\n".join(text.split("\n\n")[1:]))
    assert found == {key: (work.kind, dict(work.fields)) for key, work in WORKS.items()}
    assert list(WORKS) == sorted(WORKS)
    assert all(KEY.fullmatch(key) for key in WORKS if key != "votes")


@pytest.mark.parametrize("key", WORKS)
def test_every_entry_can_be_looked_up(key: str) -> None:
    work = WORKS[key]
    assert NEEDED[work.kind] | {"author"} <= work.fields.keys()
    assert re.fullmatch(r"10\.\d{4,}/\S+", work.fields.get("doi", "10.0000/none"))
    if key != "votes":
        assert work.fields["year"] == re.sub(r"\D", "", key)


def test_no_two_entries_are_one_work() -> None:
    dois = [work.fields["doi"].lower() for work in WORKS.values() if "doi" in work.fields]
    titles = [literature.plain(work.fields["title"]).lower() for work in WORKS.values()]
    assert len(dois) > 70
    assert len(set(dois)) == len(dois)
    assert len(set(titles)) == len(titles)


def test_every_key_that_is_used_is_known() -> None:
    used = literature.cited(written()) | {key for m in MODELS.values() for key in m.sources}
    assert used - WORKS.keys() <= {"plenary", "key"}  # ourselves, and the word for any


@pytest.mark.parametrize("mechanism", mechanisms(), ids=lambda m: m.name)
def test_sources_of_our_mechanisms_are_keys(mechanism: object) -> None:
    """Or a sentence on a source of our own; a work that is only named is added to the list."""
    for source in mechanism.sources:  # type: ignore[attr-defined]
        works = re.search(r"[A-Z]\w+ \(?(18|19|20)\d\d\)?$", source)
        assert source in WORKS or not works, f"add {source} to sim/references.bib, and give its key"


def test_every_entry_is_cited() -> None:
    """By its key, or by its authors and year."""
    text = written()
    keys = literature.cited(text) | keys_in_code()
    unused = [key for key, work in WORKS.items() if key not in keys and not named(work, text)]
    assert unused == []


def named(work: literature.Work, text: str) -> bool:
    """Whether a text has the first author and, soon after, the year."""
    first = literature.plain(work.fields["author"].partition(",")[0]).split()[-1]
    year = work.fields.get("year", "")
    return bool(re.search(rf"\b{first}\b.{{0,160}}\b{year}", text))


def test_works_are_called_by_authors_and_year() -> None:
    assert literature.short("clinton2004") == "Clinton, Jackman and Rivers 2004"
    assert literature.short("snyder1989") == "Snyder 1989"
    assert literature.short("harris2020") == "Harris and others 2020"
    assert literature.short("breiman1984") == "Breiman and others 1984"
    assert literature.short("a fit of our own") == "a fit of our own"
    assert literature.listed(("nash1950", "kalai1977")) == "Nash (1950); Kalai (1977)"
    assert literature.citation(("nash1950", "kalai1977")) == " [@nash1950; @kalai1977]"
    assert literature.citation(("ours",)) == " (ours)"
    assert literature.citation(()) == ""
    assert literature.cited("so [@nash1950; @kalai1977] and [@black1948], not a@b") == {
        "nash1950",
        "kalai1977",
        "black1948",
    }


def test_the_line_of_a_work_ends_with_its_doi() -> None:
    assert WORKS["nash1950"].told == (
        "Nash, John F. (1950). The Bargaining Problem. Econometrica 18(2), 155-162."
        " doi:10.2307/1907266"
    )
