"""Which definition counts, what is told about it, and when what looks wrong goes to a person."""

from __future__ import annotations

import pytest

from grader.numeric import CodeCell, Session, asked, check_functions, unfilled
from grader.result import Status, Verdict
from grader.schema import Exercise, Function
from tests.numeric.solutions import QUICK, SEED

RIGHT = "def squared_error(t, y, derivative=False):\n    return y - t if derivative else 0.5 * (y - t) ** 2\n"
WRONG = "def squared_error(t, y, derivative=False):\n    return t - y if derivative else 5 * (y - t) ** 2\n"
BLANK = "def squared_error(t, y, derivative=False):\n    raise NotImplementedError\n"
SHEET = [CodeCell(0, BLANK), CodeCell(1, "def other(x):\n    raise NotImplementedError\n")]
FUNCTION = Function(name="squared_error", aliases=("mse", "other"), check="squared_error")
EXERCISE = Exercise(id="x", kind="function", title="x", functions=(FUNCTION,))


def judged(*cells: str, own: tuple[int, ...] | None = None) -> Verdict:
    code = [CodeCell(index, source) for index, source in enumerate(cells)]
    own_cells = frozenset(range(len(cells)) if own is None else own)
    with Session(code, QUICK, asked(SHEET, (FUNCTION.name, *FUNCTION.aliases))) as session:
        return check_functions(EXERCISE, session, own_cells, SEED, unfilled(SHEET, code))


def told(verdict: Verdict) -> list[str]:
    return [finding.message for finding in verdict.findings if finding.code == "as_run"]


def renamed(source: str, name: str) -> str:
    return source.replace("squared_error", name)


def test_an_own_alias_comes_before_the_name_elsewhere() -> None:
    verdict = judged(WRONG, renamed(RIGHT, "mse"), WRONG, own=(1,))
    assert (verdict.status, verdict.taken) == (Status.CORRECT, "mse, cell 1")


@pytest.mark.parametrize("cell", [RIGHT + BLANK, BLANK + RIGHT])
def test_a_placeholder_in_the_same_cell_does_not_hide_the_answer(cell: str) -> None:
    assert judged(cell).status is Status.CORRECT


def test_the_last_of_two_in_a_cell_counts() -> None:
    assert judged(RIGHT + WRONG).status is Status.WRONG
    assert judged(WRONG + RIGHT).status is Status.CORRECT


def test_a_right_answer_keeps_its_marks_whatever_stands_later_elsewhere() -> None:
    verdict = judged(RIGHT, WRONG, own=(0,))
    assert (verdict.status, verdict.taken) == (Status.CORRECT, "squared_error, cell 0")
    (message,) = told(verdict)
    assert "defined again in cell 1 of the notebook, line 1" in message
    assert "`squared_error` in cell 0 of the notebook, line 1 was taken" in message


def test_a_later_definition_elsewhere_that_is_better_is_for_a_person() -> None:
    verdict = judged(WRONG, RIGHT, own=(0,))
    assert (verdict.status, verdict.taken) == (Status.REVIEW, "squared_error, cell 0")
    assert verdict.cause is not None
    assert "is wrong, and was taken" in verdict.cause
    assert "that one is correct" in verdict.cause
    assert "wrong_value" in [finding.code for finding in verdict.findings]


def test_a_later_definition_elsewhere_that_is_no_better_changes_nothing() -> None:
    slip = RIGHT.replace("0.5", "5")
    for first, second in ((WRONG, WRONG), (slip, slip), (slip, WRONG)):
        verdict = judged(first, second, own=(0,))
        assert verdict.status is judged(first).status
        assert len(told(verdict)) == 1


def test_a_later_definition_that_ends_everything_costs_nothing() -> None:
    deadly = "import os\n" + BLANK.replace("raise NotImplementedError", "os._exit(1)")
    functions = (FUNCTION, Function(name="Linear", check="activation"))
    both = Exercise(id="x", kind="function", title="x", functions=functions)
    linear = "import numpy as np\ndef Linear(x, derivative=False):\n    return np.ones_like(x) if derivative else x\n"
    code = [CodeCell(0, WRONG + linear), CodeCell(1, deadly)]
    with Session(code, QUICK, dict.fromkeys(["squared_error", "Linear"])) as session:
        verdict = check_functions(both, session, frozenset({0}), SEED)
    assert [part.verdict.status for part in verdict.parts] == [Status.WRONG, Status.CORRECT]


def test_a_later_definition_of_another_name_is_told_too() -> None:
    verdict = judged(RIGHT, renamed(WRONG, "mse"), own=(0,))
    assert verdict.status is Status.CORRECT
    assert "`mse` is defined again" in told(verdict)[0]


@pytest.mark.parametrize(
    ("cells", "own"), [((WRONG, RIGHT), (1,)), ((RIGHT, BLANK), (0,)), ((WRONG, RIGHT), ())]
)
def test_what_came_before_and_what_is_blank_is_not_told(cells: tuple[str, ...], own: tuple[int, ...]) -> None:
    verdict = judged(*cells, own=own)
    assert verdict.status is Status.CORRECT
    assert told(verdict) == []


def test_a_renamed_function_is_taken_and_told() -> None:
    verdict = judged(BLANK, renamed(RIGHT, "my_sqared_error"))
    assert (verdict.status, verdict.taken) == (Status.CORRECT, "my_sqared_error, cell 1")
    assert told(verdict) == ["`squared_error` is not there; `my_sqared_error` was taken for it, by its name."]


def test_what_looks_wrong_in_a_renamed_function_goes_to_a_person() -> None:
    verdict = judged(BLANK, renamed(WRONG, "my_squared_error"))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "`my_squared_error` was taken for it" in verdict.cause
    assert "wrong_value" in [finding.code for finding in verdict.findings]


@pytest.mark.parametrize(
    ("cells", "own"),
    [
        ((renamed(RIGHT, "my_squared_error"),), ()),
        ((renamed(RIGHT, "my_squared_error") + renamed(RIGHT, "squared_err"),), (0,)),
        (("def my_squared_error(t):\n    return t\n",), (0,)),
        ((renamed(RIGHT, "quadratic_loss"),), (0,)),
    ],
    ids=["in other cells", "two", "other parameters", "another name"],
)
def test_a_resemblance_that_is_not_sure_is_not_followed(cells: tuple[str, ...], own: tuple[int, ...]) -> None:
    verdict = judged(*cells, own=own)
    assert verdict.taken is None
    assert verdict.status is (Status.REVIEW if own else Status.MISSING)


def test_a_function_of_another_name_in_the_own_cells_is_shown_to_a_person() -> None:
    verdict = judged(BLANK, renamed(RIGHT, "quadratic_loss"))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "`quadratic_loss`" in verdict.cause


@pytest.mark.parametrize(
    ("cell", "line", "why"),
    [
        ("k = 1\n" + RIGHT.replace("** 2", "** )"), 2, "does not parse"),
        (RIGHT.replace("    return", "<<<<<<< HEAD\n    return"), 1, "marker of a merge conflict"),
        ("%%bash\n" + RIGHT, 2, "`%%bash`"),
        ("class Loss:\n    " + RIGHT.replace("\n", "\n    "), 2, "inside of `Loss`"),
        ("squared_error = no_such_name\n", 1, "NameError"),
    ],
)
def test_a_definition_that_did_not_come_to_be_is_shown_to_a_person(cell: str, line: int, why: str) -> None:
    verdict = judged(BLANK, cell)
    assert verdict.status is Status.REVIEW
    (finding,) = verdict.findings
    assert (finding.code, finding.cell) == ("raised", 1)
    assert finding.message.startswith(f"Line {line}: ")
    assert why in finding.message


def test_a_broken_placeholder_is_no_answer() -> None:
    assert judged(BLANK + "EPOCHS =").status is Status.MISSING


def test_a_later_definition_that_is_broken_is_told_and_makes_a_wrong_one_doubtful() -> None:
    broken = RIGHT.replace("** 2", "** )")
    for earlier, status in ((RIGHT, Status.CORRECT), (WRONG, Status.REVIEW)):
        verdict = judged(earlier, broken)
        assert (verdict.status, verdict.taken) == (status, "squared_error, cell 0")
        assert any("defined again in cell 1 of the notebook, line 1" in message for message in told(verdict))
    assert judged(broken, WRONG).status is Status.WRONG


def test_a_function_that_may_have_been_cut_off_is_not_called_wrong() -> None:
    cut = "def squared_error(t, y, derivative=False):\n    d = y - t\nreturn d if derivative else 0.5 * d ** 2\n"
    assert judged(cut).status is Status.REVIEW
    assert judged(RIGHT + "EPOCHS =").status is Status.CORRECT


def test_a_whole_run_is_told() -> None:
    verdict = judged("for half in [0.5]:\n    pass", RIGHT.replace("0.5", "half"))
    assert verdict.status is Status.CORRECT
    assert (
        "What `squared_error` needs did not suffice (NameError: name 'half' is not defined), so the whole notebook was run."
        in told(verdict)
    )


def test_a_whole_run_that_does_not_end_is_no_proof_of_a_mistake() -> None:
    verdict = judged("for half in [0.5]:\n    pass", "import os\nos._exit(1)", RIGHT.replace("0.5", "half"))
    assert verdict.status is Status.REVIEW
    assert any("did not come to an end" in message for message in told(verdict))


def test_a_function_that_only_the_whole_notebook_defines_is_judged() -> None:
    verdict = judged(f"exec({RIGHT!r})")
    assert (verdict.status, verdict.taken) == (Status.CORRECT, "squared_error, cell 0")


def test_a_global_that_a_loop_changed_makes_a_wrong_answer_doubtful() -> None:
    loop = "for half in range(10**12):\n    pass"
    assert judged("half = 0.5", loop, RIGHT.replace("0.5", "half")).status is Status.CORRECT
    assert judged("half = 0.4", loop, RIGHT.replace("0.5", "half")).status is Status.REVIEW
    assert judged("half = 0.4", RIGHT.replace("0.5", "half")).status is Status.PARTIAL


def test_a_package_that_is_missing_here_is_no_mistake_of_the_students() -> None:
    verdict = judged("import no_such_package as nsp", RIGHT.replace("0.5", "nsp.half"))
    assert verdict.status is Status.REVIEW
    assert any("No module named 'no_such_package'" in message for message in told(verdict))


def test_what_did_not_run_is_told_once_for_several_functions() -> None:
    functions = (FUNCTION, Function(name="Tanh", check="activation"))
    both = Exercise(id="x", kind="function", title="x", functions=functions)
    source = (
        "import numpy as np, matplotlib.pyplot as plt\ndef show(x):\n    plt.plot(x)\n    return x\n"
        + RIGHT.replace("y - t", "show(y - t)")
        + "def Tanh(x, derivative=False):\n    return 1 - np.tanh(x) ** 2 if derivative else show(np.tanh(x))\n"
    )
    with Session([CodeCell(0, source)], QUICK, dict.fromkeys(["squared_error", "Tanh"])) as session:
        verdict = check_functions(both, session, frozenset({0}), SEED)
    assert verdict.status is Status.CORRECT
    assert told(verdict) == [
        "Cell 0 of the notebook, line 1: matplotlib is not installed here; something that shows nothing stood in for it."
    ]


def test_a_failure_in_one_function_costs_no_other() -> None:
    functions = (Function(name="Linear", check="activation"), FUNCTION)
    both = Exercise(id="x", kind="function", title="x", functions=functions)
    for failing in ("import os\n    os._exit(1)", "while True: pass", "return k", "import torch"):
        source = f"for k in [1]: pass\ndef Linear(x, derivative=False):\n    {failing}\n" + RIGHT
        with Session([CodeCell(0, source)], QUICK, dict.fromkeys(["squared_error", "Linear"])) as session:
            verdict = check_functions(both, session, frozenset({0}), SEED)
        assert verdict.taken == "Linear, cell 0; squared_error, cell 0"
        assert not any("squared_error" in finding.message for finding in verdict.findings)


def test_the_sheet_gives_the_number_of_parameters() -> None:
    sheet = [
        CodeCell(
            0,
            "def f(\n    a,\n    b=1,  # second\n):\n    return a\ndef g(): return 1\ndef h(a=(1, 2)): pass",
        )
    ]
    assert asked(sheet, ["f", "g", "h", "none"]) == {"f": 2, "g": 0, "h": None, "none": None}
