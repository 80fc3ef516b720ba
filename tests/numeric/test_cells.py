"""What notebooks hold besides plain Python, and which statements of them run: one rule, one test."""

from __future__ import annotations

import numpy as np
import pytest

from grader.numeric import CodeCell, Limits, Loaded, Returned, Session
from grader.numeric.child.names import resembles
from grader.numeric.replies import NotDefined, Raised
from grader.numeric.session import WholeRun
from tests.numeric.solutions import QUICK

ENDLESS = "while True:\n    pass"


def session_for(*sources: str, asked: tuple[str, ...] = ("f",), limits: Limits = QUICK) -> Session:
    cells = [CodeCell(index, source) for index, source in enumerate(sources)]
    return Session(cells, limits, dict.fromkeys(asked))


def value_of(*sources: str) -> object:
    """What `f(2.0)` returns."""
    with session_for(*sources) as session:
        reply = session.call("f", [2.0])
    assert isinstance(reply, Returned), reply
    return reply.value


def loaded(*sources: str, asked: tuple[str, ...] = ("f",)) -> Loaded:
    with session_for(*sources, asked=asked) as session:
        state = session.load()
    assert isinstance(state, Loaded)
    return state


def notes(*sources: str, about: str = "f") -> list[str]:
    """What is told about a function."""
    return [note.text for note in loaded(*sources).notes if about in note.functions]


# --- the slice ------------------------------------------------------------------------------------------------------


def test_only_what_a_function_needs_runs() -> None:
    state = loaded(
        "import no_such_package\nimport math",
        "k = math.floor(2.5)\nunused = 1 / 0\nprint(1 / 0)",
        ENDLESS,
        "for x in range(10**12):\n    k = x\n",
        "def f(x):\n    return x * k",
        "assert f(2) == 5",
    )
    assert not [note for note in state.notes if "Error" in note.text]
    assert [one.place for one in state.definitions["f"]] == [(4, 1)]


@pytest.mark.parametrize(
    "needed",
    [
        "def f(x, by=k): return x + by",
        "def f(x: 'float' = k) -> float: return x + 1",
        "def f(x: no_such_package.Tensor): return x + k",
        "def with_k(g): return lambda x: g(x) + k\n@with_k\ndef f(x): return x",
        "class A:\n    by = k\n    def add(self, x): return x + self.by\ndef f(x): return A().add(x)",
        "def f(x): return [x + k for _ in range(1)][0]",
        "def f(x): return (lambda y: y + k)(x)",
        "def f(x):\n    def g():\n        return x + k\n    return g()",
        "def helper(x): return x + k\ndef f(x): return helper(x)",
        "def f(x): return f'{k}' and x + k",
    ],
)
def test_names_are_followed_into_every_scope(needed: str) -> None:
    assert value_of("k = 1", needed) == 3.0


def test_a_name_of_an_inner_scope_is_not_followed() -> None:
    sources = ("k = 1 / 0", "def f(x):\n    k = 1\n    return x + k + sum([k for k in [0]])")
    assert value_of(*sources) == 3.0
    assert notes(*sources) == []


@pytest.mark.parametrize(
    "change",
    [
        "d.append(5)",
        "d[0] = 6",
        "d += [5]",
        "d[0] += 5",
        "for _ in range(1):\n    d.append(5)",
        "e = d\ne.append(5)",
        "def grow(q):\n    q.append(5)\ngrow(d)",
        "def grow():\n    d.append(5)\ngrow()",
        "def again():\n    global d\n    d = [1, 5]\nagain()",
        "setattr(s, 'n', 5)",
        "s.n = 5",
        "if True:\n    d.append(5)",
        "try:\n    d.append(5)\nfinally:\n    pass",
        "import random\nrandom.shuffle(d)\nd.append(5)",
        "for q in n:\n    q.append(5)",
        "for _, q in enumerate(n):\n    q += [5]",
        "[q.append(5) for q in n]",
        "h = []\nh.append(d)\nh[0].append(5)",
        "h = {'d': d}\nh['d'].append(5)",
        "h = [q for q in n]\nh[0].append(5)",
        "with d as e:\n    e.append(5)",
        "grow = lambda: d.append(5)\ngrow()",
        "def change():\n    d[0] = 6\nchange()",
        "def grow():\n    q = d\n    def inner():\n        nonlocal q\n        q.append(5)\n    inner()\ngrow()",
        "def grow():\n    e = d\n    e.append(5)\ngrow()",
        "def grow(q):\n    def inner():\n        q.append(5)\n    inner()\ngrow(d)",
        "def again():\n    def inner():\n        global d\n        d = [1, 5]\n    inner()\nagain()",
        "def again():\n    d = 0\n    def inner():\n        nonlocal d\n        d = 1\n    inner()\nagain()\nd.append(5)",
        "def count():\n    s = 0\n    def inner():\n        nonlocal s\n        s += 1\n    inner()\n    d.append(5)\ncount()",
        "class Grower:\n    def __init__(self, q):\n        q.append(5)\nGrower(d)",
        "[d := [1, 5] for _ in range(1)]",
        "match [5]:\n    case [*more]:\n        d += more",
    ],
)
def test_changes_in_place_of_what_is_needed_run(change: str) -> None:
    sources = (
        "class State:\n    n = 0\nclass List(list):\n    def __enter__(self): return self\n    def __exit__(self, *_): pass",
        "s = State()\nd = List([1])\nn = [d]",
        change,
        "def f(x): return x + sum(d) + s.n",
    )
    assert value_of(*sources) == 8.0


def test_changes_in_place_of_what_a_function_made_global_run() -> None:
    made = "def make():\n    global d\n    d = [1]\nmake()"
    assert value_of(made, "d.append(5)", "def f(x): return x + sum(d)") == 8.0


def test_seeds_run() -> None:
    value = value_of(
        "import numpy as np\nnp.random.seed(7)",
        "w = np.random.randn(3)\ndef f(x): return w",
    )
    np.random.seed(7)  # noqa: NPY002 - as students do
    np.testing.assert_array_equal(np.asarray(value), np.random.randn(3))  # noqa: NPY002


def test_seeds_in_loops_do_not() -> None:
    loop = "for seed in range(10**12):\n    np.random.seed(seed)"
    assert notes("import numpy as np\nnp.random.seed(7)", loop, "def f(x): return np.random.randn(3)") == []


def test_a_star_import_runs() -> None:
    assert value_of("from math import *", "def f(x): return floor(x)") == 2


def test_a_loop_that_binds_a_needed_name_does_not_run_and_is_told() -> None:
    sources = ("k = 1", "for k in range(10**12):\n    k = k * 1", "def f(x): return x + k")
    assert value_of(*sources) == 3.0
    assert notes(*sources) == ["a loop changes `k`, and it was not run"]


def test_a_loop_that_changes_needed_data_in_place_runs_and_is_told() -> None:
    sources = ("d = []", "for i in range(3):\n    d.append(i)", "def f(x): return x + len(d)")
    assert value_of(*sources) == 5.0
    assert notes(*sources) == ["a loop changes `d`, and it was run"]


def test_a_statement_that_takes_too_long_is_stopped_and_the_rest_runs() -> None:
    sources = (
        "d = []",
        "while True:\n    d.append(1)\n    d.pop()",
        "k = 1",
        "def f(x): return x + k + len(d) * 0",
    )
    assert value_of(*sources) == 3.0
    assert notes(*sources) == ["it was stopped, for it takes too long", "a loop changes `d`, and it was run"]


def test_a_loop_that_is_stopped_in_the_whole_notebook_is_told_in_words_alone() -> None:
    sources = ("while True: pass", "exec('def f(x): return x')")
    with session_for(*sources) as session:
        session.call("f", [1.0])
        whole = session.load_whole("f")
        assert isinstance(whole, Loaded)
        texts = [note.text for note in (*session.notes("f"), *whole.notes)]
    assert "it was stopped, for it takes too long" in texts
    assert not any("TookTooLong" in text for text in texts)


# --- the whole notebook, once ---------------------------------------------------------------------------------------


def test_the_whole_notebook_runs_where_a_name_that_a_loop_binds_is_missing() -> None:
    with session_for(
        "for k in range(3):\n    pass", "def f(x): return x + k", "def g(x): return x"
    ) as session:
        assert session.whole_run("f") is None
        assert session.call("f", [2.0]) == Returned(4.0, [2.0])
        assert session.whole_run("f") == WholeRun("NameError: name 'k' is not defined", ended=True)
        assert session.whole_run("g") is None


@pytest.mark.parametrize(
    "definition",
    [
        "exec('def f(x): return x + 1')",
        "globals()['f'] = lambda x: x + 1",
        "for by in [1]:\n    def f(x): return x + by",
    ],
)
def test_the_whole_notebook_can_define_a_function_that_no_statement_of_its_own_does(definition: str) -> None:
    with session_for(definition) as session:
        state = session.load()
        assert isinstance(state, Loaded)
        assert "f" in state.hidden
        whole = session.load_whole("f")
        assert isinstance(whole, Loaded)
        assert [one.place for one in whole.definitions["f"]] == [(0, 1)]
        assert session.call("f", [2.0]) == Returned(3.0, [2.0])


def test_a_long_loop_leaves_time_for_the_rest_of_the_whole_notebook() -> None:
    sources = ("for k in range(3): pass", ENDLESS, ENDLESS, "def f(x): return x + k")
    with session_for(*sources, limits=Limits(cpu_seconds=1, cpu_seconds_total=4)) as session:
        assert session.call("f", [2.0]) == Returned(4.0, [2.0])


def test_where_the_whole_notebook_ends_the_process_the_first_answer_stays() -> None:
    sources = (
        "for k in range(3): pass",
        "import os\nos._exit(0)",
        "def f(x): return x + k",
        "def g(x): return x",
    )
    with session_for(*sources, asked=("f", "g")) as session:
        for _ in range(2):
            reply = session.call("f", [2.0])
            assert isinstance(reply, Raised)
            assert "'k'" in reply.text
        run = session.whole_run("f")
        assert run is not None
        assert not run.ended
        assert session.call("g", [2.0]) == Returned(2.0, [2.0])


def test_a_name_that_no_statement_binds_is_not_looked_for() -> None:
    with session_for(ENDLESS, "def f(x): return x + k") as session:
        assert isinstance(session.call("f", [2.0]), Raised)
        assert session.whole_run("f") is None
    with session_for(ENDLESS, "k = 1") as session:
        assert session.call("f", [2.0]) == NotDefined("f")
        assert session.whole_run("f") is None


def test_a_name_in_a_sentence_is_no_definition() -> None:
    assert not loaded("print('now f is tested', 'f: ok')").hidden


# --- IPython --------------------------------------------------------------------------------------------------------


def test_commands_of_ipython_are_left_out_and_told_where_a_function_stands() -> None:
    cell = "%matplotlib inline\n!pip install torch\nfiles = !ls\nlen?\n?len\nif 1:\n    %time\ndef f(x): return x"
    assert value_of(cell) == 2.0
    assert notes(cell) == [
        f"`{command}` is a command of IPython's and did not run"
        for command in ("%matplotlib inline", "!pip install torch", "files = !ls", "len?", "?len", "%time")
    ]
    assert notes("%matplotlib inline", "def f(x): return x") == []


def test_only_lines_that_python_rejects_are_commands() -> None:
    assert value_of("!ls", "k = '''\n%d\n!x'''\nn = (7\n% 4)\n%time j = 1\ndef f(x): return (k, n, j)") == (
        "\n%d\n!x",
        3,
        1,
    )


@pytest.mark.parametrize("magic", ["%%time", "%%capture output", "\n%%prun -q"])
def test_a_magic_over_a_cell_that_runs_it_keeps_its_body(magic: str) -> None:
    assert value_of(f"{magic}\ndef f(x): return x") == 2.0


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile f.py", "%%timeit"])
def test_any_other_magic_over_a_cell_drops_it_and_says_which_function_stood_there(magic: str) -> None:
    state = loaded(f"{magic}\ndef f(x): return x")
    assert "f" not in state.definitions
    (one,) = state.unread["f"]
    assert one.place == (0, 2)
    assert one.why == f"the cell begins with `{magic.split(maxsplit=1)[0]}` and did not run"


def test_display_get_ipython_and_show_do_nothing() -> None:
    sources = (
        "import matplotlib.pyplot as plt\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "def f(x):\n    display(x)\n    get_ipython()\n    plt.plot([x])\n    plt.show()\n    return x",
    )
    assert value_of(*sources) == 2.0
    assert notes(*sources) == [
        "matplotlib is not installed here; something that shows nothing stood in for it"
    ]


def test_a_progress_bar_hands_on_what_it_is_laid_around() -> None:
    source = "from tqdm.notebook import tqdm, trange\nimport tqdm as bars\n"
    assert value_of(source + "def f(x): return [*tqdm([1, 2], desc='x'), *trange(2), *bars.tqdm((5,))]") == [
        1,
        2,
        0,
        1,
        5,
    ]
    assert [note.doubt for note in loaded(source + "def f(x): return tqdm(x)").notes] == [False]


def test_input_says_that_nobody_is_there() -> None:
    with session_for("def f(x): return input()") as session:
        reply = session.call("f", [2.0])
        assert isinstance(reply, Raised)
        assert reply.text == "EOFError: nobody is there to answer input() while a notebook is graded"
        assert [note.doubt for note in session.notes("f")] == [True]


# --- packages -------------------------------------------------------------------------------------------------------


def test_a_missing_package_costs_no_other_of_its_line() -> None:
    source = "import math, no_such_package, random as dice\nfrom math import floor, no_such_name, ceil\n"
    assert value_of(source + "def f(x): return [math.pi > 3, dice.random() < 1, floor(x), ceil(x)]") == [
        True,
        True,
        2,
        2,
    ]
    with session_for(source + "def f(x): return no_such_package.g(x)") as session:
        assert isinstance(session.call("f", [2.0]), Raised)
        (note,) = session.notes("f")
    assert note.text == "ModuleNotFoundError: No module named 'no_such_package'"
    assert note.doubt


def test_a_package_that_a_call_misses_is_a_doubt() -> None:
    with session_for("def f(x):\n    import no_such_package") as session:
        session.call("f", [2.0])
        (note,) = session.notes("f")
    assert (note.cell, note.line, note.doubt) == (0, 2, True)


def test_names_that_numpy_no_longer_has_are_put_back_and_told() -> None:
    source = "import numpy as np\ndef f(x): return [np.float(x), np.Inf, np.array([x], dtype=np.float_), np.int(x)]"
    value = value_of(source)
    assert isinstance(value, list)
    assert value[:2] == [2.0, np.inf]
    removed = [name for name in ("Inf", "float", "float_", "int") if not hasattr(np, name)]
    assert notes(source) == [f"NumPy {np.__version__} has no `{name}`; it was put back" for name in removed]


# --- cells that do not parse ----------------------------------------------------------------------------------------


def test_a_cell_with_a_syntax_error_is_cut_and_what_parses_counts() -> None:
    cell = "def f(x):\n    return g(x)\n\nk = 1\nEPOCHS =\n\n@staticmethod\ndef g(x):\n    return x + k\n"
    assert value_of(cell) == 3.0
    state = loaded(cell)
    assert [(note.line, note.text) for note in state.notes] == [(5, "does not parse (invalid syntax)")]
    assert [note for note in state.notes if note.functions] == []


def test_a_function_that_may_go_on_in_what_does_not_parse_is_doubtful() -> None:
    for rest in ("return y", "y = (", "y ="):
        (note,) = [note for note in loaded(f"def f(x):\n    y = x\n{rest}\n").notes if note.functions]
        assert note.doubt
        assert note.text == "the text behind `f` does not parse, and may belong to it"


def test_a_function_that_does_not_parse_is_known_to_be_there() -> None:
    state = loaded(
        "def f(x):\n    return x", "k = 1\ndef f(x):\n    return (x\n\ndef g(x): return x", asked=("f", "g")
    )
    assert [one.place for one in state.definitions["f"]] == [(0, 1)]
    assert state.unread["f"][0].place == (1, 2)
    assert [one.place for one in state.definitions["g"]] == [(1, 5)]


def test_strings_and_blocks_are_not_cut_in_two() -> None:
    cell = "def f(x):\n    '''\nk = 5\n'''\n    return x + k\nk = 1\nif k:\n    k = 2\nelse:\n    k = 3\nEPOCHS ="
    assert value_of(cell) == 4.0


def test_a_cell_with_markers_of_a_merge_conflict_gives_nothing_and_says_where() -> None:
    cell = (
        "def g(x): return x\ndef f(x):\n<<<<<<< HEAD\n    return x\n=======\n    return 2 * x\n>>>>>>> main\n"
    )
    state = loaded(cell, "def g(x): return 1", asked=("f", "g"))
    assert "f" not in state.definitions
    assert [one.place for one in state.definitions["g"]] == [(1, 1)]
    (one,) = state.unread["f"]
    assert one.place == (0, 2)
    assert one.why == "line 3 is a marker of a merge conflict (`<<<<<<<`), so the cell did not run"


def test_an_indented_cell_is_read_as_ipython_reads_it() -> None:
    assert value_of("    k = 1\n    def f(x):\n        return x + k") == 3.0


def test_a_method_outside_of_its_class_is_called_without_an_object() -> None:
    cell = "    def f(self, x):\n        return x + 1"
    assert value_of(cell) == 3.0
    assert notes(cell) == ["`f` is a method outside of its class; it was called with None for `self`"]


def test_a_function_inside_of_a_class_or_a_function_is_told() -> None:
    for holder in ("class Holder:", "def holder():"):
        state = loaded(f"{holder}\n    def f(self, x): return x")
        assert "f" not in state.definitions
        assert state.unread["f"][0].why in {
            "it is defined inside of `Holder`",
            "it is defined inside of `holder`",
        }


@pytest.mark.parametrize("line", ["some words of text", "def (", "(", "x = 'abc", "12 34 %", "%d"])
def test_of_a_very_long_cell_that_does_not_parse_all_functions_are_known(line: str) -> None:
    state = loaded(
        f"{line}\n" * 3000 + "EPOCHS =\ndef f(x): return x\n", "def g(x): return x", asked=("f", "g")
    )
    assert "g" in state.definitions
    assert state.unread["f"][0].place == (0, 3002)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + " + ".join(["1"] * 2500),
        "x = 1\nif x == 0: pass\n" + "".join(f"elif x == {n}: pass\n" for n in range(900)),
        "x = " + "[" * 150 + "]" * 150,
        "(" * 5000,
        "x = " + "-" * 100_000 + "1",
        "x\0y",
        "\x0c",
        "%%",
        "%",
        "@",
        "def f(",
        "'''",
    ],
)
def test_a_cell_that_cannot_be_read_costs_no_other(source: str) -> None:
    assert value_of(source, "def f(x): return x") == 2.0


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("finite_diff", "finite_difference"),
        ("my_finite_diff", "finite_difference"),
        ("finit_diff", "finite_difference"),
        ("FiniteDifference", "finite_difference"),
        ("finitedifference", "finite_difference"),
        ("finite_difference_2", "finite_difference"),
        ("back_prop", "backprop"),
        ("backwards_pass", "backward_pass"),
        ("cross_entropy_loss_func", "cross_entropy_loss"),
    ],
)
def test_names_that_resemble(name: str, asked: str) -> None:
    assert resembles(name, asked)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("init_NN_he_ReLU", "init_NN_glorot_Tanh"),
        ("init_NN_glorot_Sigmoid", "init_NN_glorot_Tanh"),
        ("init_NN", "init_NN_Glorot"),
        ("forward_pass", "backward_pass"),
        ("squared_error", "cross_entropy_loss"),
        ("test_backward_pass", "backward_pass"),
        ("g", "f"),
        ("_", "f"),
        ("difference", "finite_difference"),
        ("my_function", "the_function"),
    ],
)
def test_names_that_do_not(name: str, asked: str) -> None:
    assert not resembles(name, asked)
