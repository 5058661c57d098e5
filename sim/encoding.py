"""Text files as people bring them: in UTF-8, with or without its mark, or in what Excel writes."""

from __future__ import annotations

import re
from pathlib import Path

from sim.errors import InputError, Mistake

UTF16 = (b"\xff\xfe", b"\xfe\xff")
WINDOWS = "cp1252"  # what Excel on Windows writes as plain CSV in western Europe and America
SAVE = "save it as UTF-8 (in Excel: CSV UTF-8)"
# A letter beyond ASCII that stands among ASCII ones, or after a space, as in "Côte" and "Île".
# In Cyrillic or Greek encodings whole words lie beyond ASCII, and are not taken for French.
_FOREIGN = re.compile(rb"[\xc0-\xff]{3}|[\x81\x8d\x8f\x90\x9d]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def control(text: str) -> str:
    """Say which control character a text holds, such as U+0007; "" if none.

    They come from text copied out of other programs; no table, page or XML can hold them.
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def text_of(file: Path, shown: str, largest: int, *, table: bool = False) -> str:
    """Read a text file in UTF-8; a table may be in Windows-1252 too.

    Raises:
        InputError: it is missing, too large, no text, or in another encoding.
    """
    try:
        if not file.exists():
            raise InputError(Mistake("cannot be read: there is no such file", shown))
        if not file.is_file():
            raise InputError(Mistake("is not a file", shown))
        if file.stat().st_size > largest:
            raise InputError(Mistake(too_large(largest), shown))
        return decode(file.read_bytes(), shown, table=table)
    except OSError as error:
        raise InputError(Mistake(f"cannot be read: {error.strerror or error}", shown)) from None


def too_large(largest: int) -> str:
    """Say that something is larger than is read."""
    return f"is larger than {largest // 1024} KB, the most that is read"


def decode(data: bytes, shown: str, *, table: bool = False) -> str:
    """Decode text; name the line where it is in none of the encodings that are read."""
    if data.startswith(UTF16) or b"\0" in data[:200]:
        raise InputError(Mistake(f"is in UTF-16 or is not text; {SAVE}", shown))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if table and not _FOREIGN.search(data):
            return data.decode(WINDOWS)
        line = data[: error.start].count(b"\n") + 1
        problem = f"is not in UTF-8, and may be in Windows-1252 or another encoding; {SAVE}"
        raise InputError(Mistake(problem, shown, line)) from None
