"""BibTeX, read as strictly as its grammar is, for tests of what is cited."""

from __future__ import annotations

import re

AS_IT_IS = {"doi", "url"}  # BibTeX's styles print these without reading them
NEEDED = {
    "article": {"author", "title", "journal", "year"},
    "book": {"author", "title", "publisher", "year"},
    "incollection": {"author", "title", "booktitle", "publisher", "year"},
    "inproceedings": {"author", "title", "booktitle", "year"},
    "techreport": {"author", "title", "institution", "year"},
    "misc": {"title"},
}


def entries(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Read BibTeX as strictly as its grammar is; every brace must be closed."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for block in text.strip().split("\n\n"):
        head = re.fullmatch(r"@(\w+)\{([\w-]+),\n(.*)\n\}", block, re.DOTALL)
        assert head, block
        fields = {}
        for line in head[3].split("\n"):
            field = re.fullmatch(r"  (\w+) = \{(.*)\},", line)
            assert field, line
            depth = 0
            for character in re.sub(r"\\[{}]", "", field[2]):
                depth += {"{": 1, "}": -1}.get(character, 0)
                assert depth >= 0
            assert depth == 0, line
            if field[1] not in AS_IT_IS:
                assert not re.search(r"(?<!\\)[&%$#_]", field[2]), line
            fields[field[1]] = field[2]
        assert head[2] not in found
        found[head[2]] = (head[1], fields)
    return found
