"""A package that lies elsewhere, where its folder cannot be linked into the program's."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def load(name: str, folder: str) -> None:
    """Put the module of that name from that folder in place of the one that is being imported.

    Raises:
        ModuleNotFoundError: it is not there.

    """
    spec = PathFinder.find_spec(name, [folder])
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
