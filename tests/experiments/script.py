"""Scripts of experiments/benchmarks, or of another of these folders, as modules for tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def script(name: str, folder: str = "benchmarks") -> ModuleType:
    file = EXPERIMENTS / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
