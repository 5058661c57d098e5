"""Who may speak: how loudly companies and civil society are heard under each rule of access."""

from __future__ import annotations

VOICE: dict[str, float] = {
    "open": 1.0,  # they speak after members, on every item
    "consultative": 0.5,  # side events and written statements: assumed to be half as loud
    "closed": 0.0,  # experts or members only
}
