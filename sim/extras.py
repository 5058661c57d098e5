"""Packages that not everybody has installed: imported when used, named where they are missing."""

from __future__ import annotations

import importlib
from typing import Any

from sim.errors import RunError


def extra(module: str) -> Any:
    """Import a module of the extra ``sensitivity``.

    Raises:
        RunError: it is not installed; says what to install.
    """
    try:
        return importlib.import_module(module)
    except ImportError as missing:
        package = "scikit-learn" if module.startswith("sklearn") else "SALib"
        raise RunError(
            f'this needs {package}, which is not installed: pip install "plenary[sensitivity]"'
        ) from missing
