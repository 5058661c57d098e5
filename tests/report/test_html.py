"""The page: self-contained, escaped, accessible, and the same bytes each time."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import Finish
from report_folders import folder_of, sweep
from small import VOTE

from sim.report import dossier, html

VOID = {"meta", "img", "link", "br", "hr", "input"}
FETCHES = {("img", "src"), ("link", "href"), ("script", "src"), ("iframe", "src"), ("a", "href")}


class Page(HTMLParser):
    """Reads a page: its tags with their attributes, and whether they nest."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def report(drawn: Path) -> bytes:
    return html.page(dossier.read(drawn))


@pytest.fixture(scope="module")
def page(report: bytes) -> Page:
    return Page(report)


def fetched(page: Page) -> list[str]:
    """Every address that a browser would load or follow."""
    return [a[name] for tag, name in FETCHES for a in page.all(tag) if name in a]


def test_it_is_whole_html(page: Page) -> None:
    assert page.open == []
    assert page.all("html") == [{"lang": "en"}]
    assert {"question", "answer", "sure", "figures", "tables", "baselines", "design", "still"} <= {
        attrs.get("id") for attrs in page.all("h2")
    }
    assert {"limits", "again", "references"} <= {attrs.get("id") for attrs in page.all("h2")}


def test_nothing_is_fetched(page: Page, report: bytes) -> None:
    assert fetched(page)
    for address in fetched(page):
        assert address.startswith(("data:image/png;base64,", "data:text/csv;")), address[:40]
    assert page.all("script") == page.all("link") == page.all("iframe") == []
    assert not re.search(rb"@import|url\(|\bon\w+=", report)
    (policy,) = [
        m["content"] for m in page.all("meta") if "content" in m and "default-src" in str(m)
    ]
    assert policy.startswith("default-src 'none'")


def test_large_data_are_linked_beside_the_page(
    drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "EMBEDDED", 10)
    links = [a["href"] for a in Page(html.page(dossier.read(drawn))).all("a")]
    assert "votes.csv" in links
    assert all((drawn / link).is_file() for link in links)


def test_pictures_say_their_finding(page: Page, drawn: Path) -> None:
    alts = [attrs["alt"] for attrs in page.all("img")]
    assert len(alts) == len(dossier.read(drawn).figures)
    assert any("in favour" in alt for alt in alts)
    assert all(len(alt) > 20 for alt in alts)


def test_tables_have_headers(page: Page) -> None:
    heads = [attrs["scope"] for attrs in page.all("th")]
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert {"row", "col"} == set(heads)


def test_words_of_probability_have_their_numbers(report: bytes) -> None:
    (table,) = re.findall(r"<caption>How likely.*?</table>", report.decode(), re.DOTALL)
    rows = re.findall(r"<tr><th scope=.row.>.*?</tr>", table)
    assert rows
    assert all(re.search(r"<td>\d+%</td><td>\d+ runs</td><td>\d+% to \d+%", row) for row in rows)


def test_markup_in_a_scenario_is_text(finished: Finish) -> None:
    evil = "<script>alert(1)</script><img src=http://example.org/x onerror=alert(2)>"
    text = VOTE.replace("title: A small vote", f"title: '{evil}'").replace(
        "title: A text on sovereignty", f"title: '\"{evil}'"
    )
    text += f"sources: ['{evil}']\nquestion: '{evil}'\n"
    read = dossier.read(finished(text=text, runs=8, figures=True))
    assert evil in read.title
    for data in (html.page(read), html.one_page(read)):
        page = Page(data)
        assert page.all("script") == []
        assert b"<script" not in data
        assert not any("example.org" in address for address in fetched(page))
        assert "<script>alert(1)</script>" in page.said


def test_the_same_folder_gives_the_same_bytes(drawn: Path, report: bytes) -> None:
    assert html.page(dossier.read(drawn)) == report


def test_a_hidden_record_is_not_in_the_page(finished: Finish) -> None:
    """Played without its record, a scenario is reported alike whatever happened."""
    other = VOTE.replace("in_favour: 4, against: 1", "in_favour: 1, against: 4")
    pages = [
        html.page(dossier.read(finished(text=text, runs=12, hide=True))) for text in (VOTE, other)
    ]
    kept = [re.sub(rb"\S*/\d/small.yaml|<td>[0-9a-f]{64}</td>", b"", page) for page in pages]
    assert kept[0] == kept[1]
    assert b"Hindcast" not in kept[0]
    shown = [html.page(dossier.read(finished(text=text, runs=12))) for text in (VOTE, other)]
    assert b"Hindcast" in shown[0]
    record = rb"  record</th><td>%d</td><td>%d</td>"
    assert [record % (4, 1) in page for page in shown] == [True, False]


def test_a_sweep_has_its_page(tmp_path: Path) -> None:
    page = Page(html.page(dossier.read(folder_of(sweep(), tmp_path / "sweep"))))
    assert "Report on a sweep" in page.said
    assert "73/27 loses 30 votes: 69.3 instead of 99.3" in page.said
    assert page.open == []


def test_a_room_that_seeks_consensus_has_its_page(room: Path) -> None:
    page = Page(html.page(dossier.read(room)))
    assert "no evidence of skill" in page.said
    assert page.open == []
