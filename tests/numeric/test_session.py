from __future__ import annotations

import os

import numpy as np
import pytest

from grader.numeric import CodeCell, Limits, Loaded, Place, Reply, Returned, SandboxError, Session
from grader.numeric.child.wire import Helper, Opaque, Ref, encode, pack
from grader.numeric.replies import (
    Crashed,
    EndedItself,
    Exhausted,
    Forged,
    NotDefined,
    OutOfMemory,
    Raised,
    TimedOut,
    TooLarge,
    WrongSignature,
)
from grader.numeric.sandbox.folders import own_folder
from tests.numeric.solutions import QUICK


def session_of(*sources: str, limits: Limits = QUICK) -> Session:
    return Session([CodeCell(index, source) for index, source in enumerate(sources)], limits)


def reply_to(source: str, *args: object, limits: Limits = QUICK) -> Reply:
    """What the function `f` of a one-cell notebook replies."""
    with session_of(source, limits=limits) as session:
        return session.call("f", args)


def value_of(source: str, *args: object) -> object:
    reply = reply_to(source, *args)
    assert isinstance(reply, Returned), reply
    return reply.value


def loaded(*sources: str) -> Loaded:
    with session_of(*sources) as session:
        state = session.load()
    assert isinstance(state, Loaded)
    return state


def test_a_function_is_called_with_arrays_and_returns_arrays() -> None:
    value = value_of("def f(x, k):\n    return [x * k, (x.sum(), None, 'text')]", np.arange(3.0), 2)
    assert isinstance(value, list)
    np.testing.assert_array_equal(value[0], [0.0, 2.0, 4.0])
    assert value[1][0] == 3.0
    assert value[1][1:] == (None, "text")


def test_refs_stand_for_functions_of_the_notebook_and_helpers_for_ours() -> None:
    source = "def g(x):\n    return x + 1\ndef f(functions):\n    return [h(2.0) for h in functions]"
    assert value_of(source, [Ref("g"), Helper("Linear")]) == [3.0, 2.0]


def test_arguments_after_the_call_are_told() -> None:
    reply = reply_to("def f(x):\n    x += 1", np.zeros(2))
    assert isinstance(reply, Returned)
    np.testing.assert_array_equal(reply.args[0], [1.0, 1.0])


def test_what_a_function_prints_is_told_up_to_a_limit() -> None:
    source = (
        "import sys\nprint('loaded')\n"
        "def f(text):\n    print(text)\n    sys.stderr.write('err')\n    return sys.stdout.write(text)\n"
        "def g():\n    while True: print('x' * 1000)\n"
    )
    with Session([CodeCell(0, source)], QUICK) as session:
        assert session.call("f", ["a"]) == Returned(1, ["a"], "a\nerra")
        assert session.call("f", ["b"]) == Returned(1, ["b"], "b\nerrb")
        flood = session.call("f", ["x" * 10**6])
        assert isinstance(flood, Returned)
        assert set(flood.printed) == {"x"}
        assert len(flood.printed) < 10**5
        assert isinstance(session.call("g", []), TimedOut)


def test_names_cross_cells_and_the_definition_of_a_cell_can_be_asked_for() -> None:
    with session_of("k = 10", "def f():\n    return k", "def f():\n    return -k") as session:
        assert session.call("f", []) == Returned(-10, [])
        assert session.call("f", [], place=Place(1, 1)) == Returned(10, [])
        state = session.load()
    assert isinstance(state, Loaded)
    assert [one.place for one in state.definitions["f"]] == [(1, 1), (2, 1)]


def test_cells_that_fail_are_noted_and_cost_nothing_else() -> None:
    state = loaded(
        "import no_such_package\nx = 1 / 0\ndef f():\n    return 1", "def g(:\n", "def h():\n    return 3\n\0"
    )
    assert set(state.definitions) == {"f"}
    assert [(note.cell, note.line) for note in state.notes] == [(0, 1), (0, 2), (1, 1), (2, 1)]
    assert "no_such_package" in state.notes[0].text
    assert "ZeroDivisionError" in state.notes[1].text


def test_loops_and_bare_expressions_do_not_run() -> None:
    source = (
        "n = 0\nfor i in range(3):\n    n = 1\nwhile True:\n    pass\nprint(1 / 0)\ndef f():\n    return n"
    )
    with session_of(source) as session:
        state = session.load()
        assert isinstance(state, Loaded)
        assert [(note.line, note.text) for note in state.notes] == [
            (2, "a loop changes `n`, and it was not run")
        ]
        assert session.call("f", []) == Returned(0, [])


def test_magics_shell_lines_display_and_missing_plots_do_no_harm() -> None:
    sources = (
        "%matplotlib inline\n!pip install torch\nimport matplotlib.pyplot as plt\nfrom IPython.display import Image",
        "%%time\nk = '''\n%d\n'''\nplt.style.use('x')",
        "%%bash\nrm -rf x = (",
        "def f(x):\n    plt.plot(x)\n    plt.show()\n    display(x)\n    return len(k)",
    )
    with session_of(*sources) as session:
        state = session.load()
        assert isinstance(state, Loaded)
        assert not any("Error" in note.text for note in state.notes)
        reply = session.call("f", [1.0])
    assert isinstance(reply, Returned)


def test_percent_lines_inside_strings_are_kept_where_python_itself_can_read_the_cell() -> None:
    assert value_of("k = '''\n%d'''\ndef f():\n    return k") == "\n%d"


def test_half_a_surrogate_pair_in_a_cell_does_no_harm() -> None:
    assert value_of("k = '\ud800'\ndef f():\n    return 1") == 1


def test_more_code_than_can_be_sent_is_nobodys_forgery() -> None:
    with session_of("#" * (17 << 20)) as session:
        assert session.load() == TooLarge()


def test_input_raises_and_says_so() -> None:
    reply = reply_to("def f():\n    return input('?')")
    assert isinstance(reply, Raised)
    assert reply.text.startswith("EOFError")


@pytest.mark.parametrize("name", ["grader", "reference", "pydantic", "grader.numeric.child.wire", "tests"])
def test_the_grader_and_what_is_installed_beside_numpy_cannot_be_imported(name: str) -> None:
    source = f"import importlib\ndef f():\n    importlib.import_module({name!r})"
    reply = reply_to(source)
    assert isinstance(reply, Raised)
    assert reply.text.startswith("ModuleNotFoundError")


def test_the_environment_is_empty_and_the_working_directory_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_CANARY", "yellow")
    source = "import os\ndef f():\n    return [sorted(os.environ), os.listdir()]"
    value = value_of(source)
    assert isinstance(value, list)
    environment, files = value
    assert "GRADER_CANARY" not in environment
    assert "HOME" not in environment
    assert files == []


def test_descriptors_of_the_grader_are_not_inherited() -> None:
    read, write = os.pipe()
    os.set_inheritable(write, True)
    try:
        source = f"import os\ndef f():\n    os.write({write}, b'canary')"
        assert isinstance(reply_to(source), Raised)
    finally:
        os.close(read)
        os.close(write)


def test_an_exception_is_told_with_its_cell_and_line() -> None:
    with session_of("", "def g():\n    return [][3]\ndef f():\n    return g()") as session:
        reply = session.call("f", [])
    assert reply == Raised("IndexError: list index out of range", 1, 2)


@pytest.mark.parametrize(
    "body",
    [
        "class E(Exception):\n    def __str__(self):\n        raise SystemExit\n\ndef f():\n    raise E",
        "class E(BaseException):\n    pass\n\ndef f():\n    raise E('\\ud800' * 100000)",
        "def f():\n    raise KeyboardInterrupt",
        "def f():\n    return f()",
    ],
)
def test_hostile_exceptions_are_exceptions(body: str) -> None:
    with session_of(body + "\n\ndef g():\n    return 1") as session:
        assert isinstance(session.call("f", []), Raised)
        assert session.call("g", []) == Returned(1, [])


def test_wrong_arguments_are_told_from_errors_inside() -> None:
    assert reply_to("def f(a, b=1):\n    return a", 1, 2, 3) == WrongSignature("(a, b=1)")
    assert isinstance(reply_to("def f(a):\n    return len(a, a)", 1), Raised)


def test_an_unknown_name_is_not_defined() -> None:
    assert reply_to("x = 1") == NotDefined("f")
    assert reply_to("def f(g):\n    return 1", Ref("absent")) == NotDefined("absent")


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    ],
)
def test_an_endless_loop_is_stopped_for_its_computing_and_the_next_function_still_answers(body: str) -> None:
    with session_of(f"def f():\n    {body}\n\ndef g():\n    return 1") as session:
        assert session.call("f", []) == TimedOut(computing=True)
        assert session.call("g", []) == Returned(1, [])


BUSY = """
import time
def f(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return 1
"""


def test_a_call_has_a_part_of_a_second_and_the_next_one_has_as_much_again() -> None:
    with session_of(BUSY, limits=Limits(call_seconds=0.4, cpu_seconds=5)) as session:
        assert [session.call("f", [0.3]) for _ in range(3)] == [Returned(1, [0.3])] * 3
        assert session.call("f", [1.0]) == TimedOut(computing=True)


@pytest.mark.parametrize(
    "evasion", ["signal.setitimer(signal.ITIMER_PROF, 0)", "signal.signal(signal.SIGPROF, signal.SIG_IGN)"]
)
def test_a_loop_that_takes_off_the_timer_is_stopped_by_the_kernel(evasion: str) -> None:
    source = f"import signal\ndef f():\n    {evasion}\n    while True:\n        pass"
    assert reply_to(source) == TimedOut(computing=True)


def test_a_loop_that_ignores_the_soft_limits_is_stopped_by_the_hard_one() -> None:
    source = """
import signal
k = signal.signal(signal.SIGXCPU, signal.SIG_IGN)
def f():
    signal.setitimer(signal.ITIMER_PROF, 0)
    while True:
        pass
"""
    limits = Limits(cpu_seconds=1, cpu_seconds_total=2)
    assert reply_to(source, limits=limits) == TimedOut(computing=True)


def test_code_that_waits_is_not_called_slow() -> None:
    source = "import threading\ndef f():\n    threading.Event().wait()"
    assert reply_to(source, limits=Limits(wall_seconds=1.0)) == TimedOut(computing=False)


def test_too_much_memory() -> None:
    assert reply_to("import numpy as np\ndef f():\n    return np.ones(10**10)") == OutOfMemory()
    assert reply_to("def f():\n    k = []\n    while True:\n        k.append(bytes(10**8))") == OutOfMemory()


def test_files_stay_small() -> None:
    source = "def f():\n    with open('big', 'wb') as file:\n        file.write(bytes(10**8))"
    assert isinstance(reply_to(source), Raised)


def test_ends_and_crashes_are_named_by_their_cause() -> None:
    assert reply_to("import os\ndef f():\n    os._exit(0)") == EndedItself()
    assert reply_to("import sys\ndef f():\n    sys.exit(0)") == EndedItself()
    assert reply_to("import ctypes\ndef f():\n    ctypes.string_at(0)") == Crashed("SIGSEGV")
    assert reply_to("import os\ndef f():\n    os.abort()") == Crashed("SIGABRT")


def test_floods_of_output_change_nothing() -> None:
    source = "import os, sys\ndef f():\n    print('x' * 10**7)\n    sys.stderr.write('y' * 10**6)\n    os.write(1, b'z')\n    return 5"
    assert value_of(source) == 5


@pytest.mark.parametrize(
    "value",
    [
        "np.zeros(10**7)",
        "'x' * 3 and [0] * 10**6",
        "k",
        "np.lib.stride_tricks.as_strided(np.ones(1), (10**9,), (0,))",
    ],
)
def test_answers_that_are_too_large(value: str) -> None:
    source = f"import numpy as np\nk = []\nk2 = k\ndef f():\n    k.append(k)\n    return {value}"
    assert reply_to(source) == TooLarge()


@pytest.mark.parametrize(
    ("value", "description"),
    [
        ("f", "an object of type function"),
        ("{'a': 1}", "an object of type dict"),
        ("10**30", "an integer of more than 64 bits"),
        ("np.array(['a'])", "an array of dtype <U1"),
        ("np.array([None])", "an array of dtype object"),
    ],
)
def test_what_cannot_travel_is_described(value: str, description: str) -> None:
    assert value_of(f"import numpy as np\ndef f():\n    return {value}") == Opaque(description)


def test_subclasses_of_arrays_arrive_as_plain_arrays() -> None:
    source = (
        "import numpy as np\nclass A(np.ndarray):\n    def __eq__(self, other): return True\n"
        "    def __reduce__(self): raise SystemExit\n    def tobytes(self): return b''\n"
        "def f():\n    return np.zeros(2).view(A)"
    )
    value = value_of(source)
    assert type(value) is np.ndarray
    np.testing.assert_array_equal(value, [0.0, 0.0])


# The limit counts all processes of the user who runs the tests.
MANY_PROCESSES = Limits(processes=100_000)

WRITE_EVERYWHERE = """
import os
def f(content):
    for descriptor in range(3, 1000):
        try:
            os.write(descriptor, content)
        except OSError:
            pass
    return 1
"""


@pytest.mark.parametrize(
    "content", [b"garbage", b"GRW1\xff\xff\xff\xff", b"GRW1\0\0\0\1N", b"GRW1\0\0\0\5m\0\0\0\0", b"\0" * 1000]
)
def test_bytes_that_answer_nothing_are_forged(content: bytes) -> None:
    with session_of(WRITE_EVERYWHERE + "def g():\n    return 2") as session:
        assert session.call("f", [content]) == Forged()
        assert session.call("g", []) == Returned(2, [])


def test_a_well_formed_reply_to_no_question_is_forged() -> None:
    reply = {"kind": "returned", "value": 42, "args": [], "id": b"\0" * 16}
    assert reply_to(WRITE_EVERYWHERE, pack(encode(reply))) == Forged()


def test_bytes_sent_before_the_question_are_forged() -> None:
    source = (
        WRITE_EVERYWHERE
        + "import threading\ndef late():\n    threading.Thread(target=f, args=(b'x' * 50,)).start()\n    return 1\n"
    )
    with session_of(source, limits=MANY_PROCESSES) as session:
        first = session.call("late", [])
        assert first in (Returned(1, []), Forged())
        replies = [session.call("late", []) for _ in range(3)]
    assert Forged() in [first, *replies]


def test_a_process_is_replaced_three_times_and_then_no_more() -> None:
    with session_of("import os\ndef f():\n    os._exit(1)\ndef g():\n    return 1") as session:
        assert [session.call("f", []) for _ in range(4)] == [EndedItself()] * 4
        assert session.call("g", []) == Exhausted()


def test_when_loading_dies_assignments_that_call_are_left_out() -> None:
    source = "import os\nk = os._exit(3)\nn = 4\ndef f():\n    return n"
    assert value_of(source) == 4


def test_what_was_left_out_when_loading_died_is_a_doubt() -> None:
    with session_of("import os\nk = os._exit(3)\ndef f():\n    return k") as session:
        assert isinstance(session.call("f", []), Raised)
        assert [(note.line, note.doubt) for note in session.notes("f")] == [(2, True)]


def test_when_loading_dies_again_that_is_the_answer_to_everything() -> None:
    source = "import os\ndef f(k=os._exit(3)):\n    return 1\n"
    with session_of(source) as session:
        assert session.load() == EndedItself()
        assert session.call("f", []) == EndedItself()


def test_no_process_starts_without_a_question_and_folders_are_removed() -> None:
    loaded("")  # the server, which has a folder too, starts before
    there = set(own_folder().iterdir())
    with session_of("def f():\n    open('file', 'w').close()") as session:
        assert set(own_folder().iterdir()) == there
        session.call("f", [])
        (made,) = set(own_folder().iterdir()) - there
        assert [path.name for path in made.iterdir()] == ["file"]
    assert set(own_folder().iterdir()) == there


def test_versions_of_the_students_environment_are_known() -> None:
    assert loaded("").versions.numpy == np.__version__


def test_a_child_that_does_not_come_up_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.numeric.sandbox.launch.BOOTSTRAP", "raise SystemExit('no such thing')")
    with session_of("def f():\n    return 1") as session, pytest.raises(SandboxError, match="no such thing"):
        session.call("f", [])


def test_an_interpreter_that_is_missing_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with (
        session_of("def f():\n    return 1") as session,
        pytest.raises(SandboxError, match="could not be started"),
    ):
        session.call("f", [])
