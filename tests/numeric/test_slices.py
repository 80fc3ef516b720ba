"""What is run of a notebook gives what running all of it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.numeric import CodeCell, Loaded, Returned, Session
from tests.numeric.solutions import QUICK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.numeric.child.wire import Value

PRELUDE = """
import contextlib, math
import numpy as np
k0, k1, k2 = 1, 2, 3
d0, d1, d2 = [1, 2], [[1], [2, 3]], {'a': 1}
v0 = np.arange(3.0)
class State:
    n = 0
    items = []
    def bump(self, by=1):
        self.n += by
s0 = State()
def f0(x): return x
def f1(x): return f0(x) + k0
def f2(x): return f1(x) + len(d0)
"""

TEMPLATES = (
    # Globals, bound again.
    "k{i} = {n}",
    "k{i} = k{j} + {n}",
    "k{i} += {n}",
    "k{i}, k{j} = {n}, k{i}",
    "if k{i} > {n}:\n    k{j} = {n}\nelse:\n    k{j} = -1",
    "try:\n    k{i} = 1 // (k{j} - k{j})\nexcept ZeroDivisionError:\n    k{i} = {n}",
    "with contextlib.suppress(KeyError):\n    k{i} = d2['a'] + {n}",
    "(k{i} := {n})",
    "k{i} = sum(k{j} for k{j} in [{n}, 2])",
    "k{i} = [k{i} for _ in range(2)][-1] + 1",
    "k{i} = (lambda q, k{j}=4: q + k{j} + k{i})({n})",
    # Functions, their defaults, decorators, nested scopes.
    "def f{i}(x, by=k{j}): return x + by",
    "def f{i}(x): return x + k{j} * {n}",
    "def f{i}(x):\n    def inner(y):\n        return y + k{j}\n    return inner(x)",
    "def f{i}(x):\n    k{i} = {n}\n    return x + k{i} + k{j}",
    "def f{i}(x): return x + sum(len(q) for q in d1) + d0[0]",
    "def f{i}(x): return x + s0.n + len(s0.items) + d2.get('a', 0)",
    "def f{i}(x): return x + v0.sum()",
    "def f{i}(x): return max([x, *[k{i} for k{i} in d0]]) + k{j}",
    "def twice(g):\n    return lambda x: g(g(x)) + k{j}\n@twice\ndef f{i}(x): return x + {n}",
    "f{i} = lambda x: x + k{j}",
    "class Adder:\n    by = k{j}\n    def __call__(self, x): return x + self.by + k{i}\nf{i} = Adder()",
    # Changes in place.
    "d0.append({n})",
    "d0[0] = {n}",
    "d0[{i} % 2] += {n}",
    "d0 += [{n}]",
    "v0 *= {n}",
    "v0[{i}] -= {n}",
    "np.add(v0, {n}, out=v0)",
    "np.fill_diagonal(v0.reshape(1, 3), {n})",
    "e0 = d0\ne0.append({n})",
    "e1 = d1[{i} % 2]\ne1.append({n})",
    "e2 = v0[1:]\ne2 += {n}",
    "for q in d1:\n    q.append({n})",
    "for q in range(3):\n    d0.append(q)",
    "[d0.append(q) for q in range({n})]",
    "d2['a'] = {n}",
    "d2.update(a={n})",
    "s0.n = {n}",
    "s0.bump({n})",
    "s0.items.append({n})",
    "State.n = {n}",
    "def grow(q):\n    q.append({n})\ngrow(d0)",
    "def grow_all():\n    for q in d1:\n        q.append({n})\ngrow_all()",
    "def outer_grow(q):\n    w = q\n    w.insert(0, {n})\ndef pass_on(q):\n    outer_grow(q)\npass_on(d0)",
    "def set_k():\n    global k{i}\n    k{i} = {n}\nset_k()",
    "holder = [d0, d1]\nholder[0].append({n})",
    "for q, w in zip(d1, range(2)):\n    q.append(w)",
    "del d0[0]\nd0 += [{n}, 5]",
    "setattr(s0, 'n', {n})",
    # Nothing to do with the functions, or endless.
    "noise = 0\nfor _ in range(LONG):\n    noise += 1",
    "noise = []\nwhile len(noise) < LONG:\n    noise.append(f{j}(1))",
    "print(f{i}(k{j}), d0, v0.mean())",
    "import no_such_package, math as maths",
)

statements = st.builds(
    lambda template, i, j, n: template.format(i=i, j=j, n=n),
    st.sampled_from(TEMPLATES),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(2, 5),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(statements, min_size=1, max_size=12))
def test_calls_after_the_slice_equal_calls_after_everything(cells: Sequence[str]) -> None:
    expected = calls_after_everything([PRELUDE, *cells])
    code = [CodeCell(index, with_loops_of(10**10, source)) for index, source in enumerate([PRELUDE, *cells])]
    with Session(code, QUICK, dict.fromkeys(expected)) as session:
        state = session.load()
        assert isinstance(state, Loaded)
        assert not [note for note in state.notes if "too long" in note.text]
        for name, value in expected.items():
            reply = session.call(name, [3.0])
            assert isinstance(reply, Returned)
            assert reply.value == value


def calls_after_everything(cells: Sequence[str]) -> dict[str, Value]:
    names: dict[str, object] = {"__name__": "notebook"}
    for cell in cells:
        exec(with_loops_of(10, cell).replace("no_such_package", "os"), names)  # noqa: S102 - these are our own
    functions = {name: names[name] for name in ("f0", "f1", "f2")}
    return {name: function(3.0) for name, function in functions.items() if callable(function)}


def with_loops_of(count: int, source: str) -> str:
    return source.replace("LONG", str(count))
