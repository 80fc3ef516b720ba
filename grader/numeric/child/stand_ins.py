"""What stands in for things that a notebook uses and that are not here: packages for display, old names of NumPy, the keyboard."""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator

DISPLAY_PACKAGES = frozenset(
    "matplotlib mpl_toolkits seaborn plotly bokeh graphviz IPython ipywidgets tqdm google pylab".split()
)
"""Packages that show something: where one is missing, a stand-in that does nothing takes its place."""
FAITHFUL_PACKAGES = frozenset({"tqdm"})
"""Those whose stand-in changes no value."""

_OLD_NAMES: dict[str, object] = {
    "float": float,
    "int": int,
    "bool": bool,
    "complex": complex,
    "object": object,
    "str": str,
    "long": int,
    "unicode": str,
    "math": math,
    "Inf": math.inf,
    "Infinity": math.inf,
    "infty": math.inf,
    "PINF": math.inf,
    "NINF": -math.inf,
    "NaN": math.nan,
    "NAN": math.nan,
}
_NEW_NAMES = {
    "float_": "float64",
    "complex_": "complex128",
    "cfloat": "complex128",
    "singlecomplex": "complex64",
    "string_": "bytes_",
    "unicode_": "str_",
    "round_": "round",
    "product": "prod",
    "cumproduct": "cumprod",
    "sometrue": "any",
    "alltrue": "all",
    "row_stack": "vstack",
    "in1d": "isin",
    "trapz": "trapezoid",
    "mat": "asmatrix",
}
"""What took the place of a name that NumPy no longer has."""


class StandIn:
    """Takes every use and does nothing."""

    def __getattr__(self, name: str) -> StandIn:
        return self

    def __call__(self, *_args: object, **_options: object) -> StandIn:
        return self

    def __iter__(self) -> Iterator[StandIn]:
        return iter(())

    def __enter__(self) -> StandIn:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None: ...


class Display(StandIn):
    """Shows things as text."""

    def __call__(self, *args: object, **_options: object) -> StandIn:
        sys.stdout.write("".join(f"{arg}\n" for arg in args))
        return self


class Progress(StandIn):
    """A progress bar that shows nothing and gives what it is laid around."""

    def __init__(self, items: Iterable[Any] = (), **_options: object) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)  # type: ignore[arg-type]


def _progress_over_numbers(*bounds: int, **_options: object) -> Progress:
    return Progress(range(*bounds))


_PROGRESS = {
    "tqdm": Progress,
    "tqdm_notebook": Progress,
    "trange": _progress_over_numbers,
    "tnrange": _progress_over_numbers,
}


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Comes last among the finders: supplies display packages that are not installed."""

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A stand-in for `fullname`, where it belongs to a display package."""
        if fullname.partition(".")[0] in DISPLAY_PACKAGES:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Every name that is asked of the module is a stand-in; progress bars hand on what they are given."""
        vars(module).update(__all__=[], __getattr__=lambda _name: StandIn())
        if module.__name__.partition(".")[0] == "tqdm":
            vars(module).update(_PROGRESS)


def install() -> frozenset[str]:
    """Put all stand-ins in place, in this process; the names of NumPy that were put back."""
    builtins.input = _no_input
    sys.meta_path.append(StandInFinder())
    # Some versions make old names only when they are asked for: `vars` does not show those.
    lost = {name for name in (*_OLD_NAMES, *_NEW_NAMES) if not hasattr(np, name)}
    for name in lost:
        setattr(np, name, _OLD_NAMES[name] if name in _OLD_NAMES else getattr(np, _NEW_NAMES[name]))
    return frozenset(lost)


def replaced_packages() -> frozenset[str]:
    """Packages that were imported and are stand-ins."""
    return frozenset(
        name
        for name in DISPLAY_PACKAGES
        if isinstance(getattr(sys.modules.get(name), "__loader__", None), StandInFinder)
    )


def _no_input(*_: object) -> str:
    raise EOFError("nobody is there to answer input() while a notebook is graded")
