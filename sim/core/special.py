"""Functions of `scipy.special`, loaded when the first of them is used.

Reading a scenario asks the mechanisms what its fields are, and needs no distribution functions;
without this, `plenary check` would take twice as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy.special import expit, logit, ndtr, ndtri, pdtr, pdtrik

__all__ = ["expit", "logit", "ndtr", "ndtri", "pdtr", "pdtrik"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from scipy import special

    globals()[name] = getattr(special, name)
    return globals()[name]
