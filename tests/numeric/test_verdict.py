from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from grader.numeric import CodeCell, Session, check_functions, unfilled
from grader.numeric.checks.tangents import gradients
from grader.result import Status
from grader.schema import Exercise, Function
from reference.network import Network
from tests.numeric.solutions import (
    BACKWARD,
    CROSS_ENTROPY,
    GIVEN,
    QUICK,
    SEED,
    WEEK2,
    code_cells,
    edited,
    judge,
    share,
)

if TYPE_CHECKING:
    from grader.numeric.checks.cases import Case

SHEET = code_cells(WEEK2.sheet_path)


@pytest.mark.parametrize("exercise", ["a", "b-glorot", "b-he", "c", "d", "e", "f"])
def test_the_untouched_sheet_is_missing(exercise: str) -> None:
    verdict = judge(exercise, *(cell.source for cell in SHEET))
    assert verdict.status is Status.MISSING
    assert verdict.findings == ()


def test_the_given_functions_of_the_untouched_sheet_are_right() -> None:
    assert judge("given", *(cell.source for cell in SHEET)).status is Status.CORRECT


def test_a_function_without_check_goes_to_a_person() -> None:
    unchecked = Exercise(id="x", kind="function", title="x", functions=(Function(name="print_parameters"),))
    verdict = judge(unchecked, "def print_parameters(NN):\n    print(NN)")
    assert verdict.status is Status.REVIEW
    assert verdict.taken == "print_parameters, cell 0"
    assert verdict.cause is not None
    assert "print_parameters" in verdict.cause


def test_the_last_definition_in_the_own_cells_counts_not_a_later_one_elsewhere() -> None:
    wrong = edited(BACKWARD, ("delta = loss_f", "delta = -loss_f"))
    code = [CodeCell(3, wrong), CodeCell(5, BACKWARD), CodeCell(9, wrong)]
    with Session(code, QUICK) as session:
        own = check_functions(WEEK2.exercise("e"), session, frozenset({3, 5}), SEED)
        anywhere = check_functions(WEEK2.exercise("e"), session, frozenset(), SEED)
    assert (own.status, own.taken) == (Status.CORRECT, "backward_pass, cell 5")
    assert (anywhere.status, anywhere.taken) == (Status.PARTIAL, "backward_pass, cell 9")
    assert [finding.cell for finding in anywhere.findings] == [9]


def test_a_copied_placeholder_does_not_hide_the_answer() -> None:
    placeholder = next(cell.source for cell in SHEET if "def backward_pass" in cell.source)
    assert judge("e", BACKWARD, placeholder).status is Status.CORRECT
    assert judge("e", placeholder, "import numpy as np").status is Status.MISSING


def test_aliases_count() -> None:
    verdict = judge("d", edited(CROSS_ENTROPY, ("cross_entropy_loss", "cross_entropy")))
    assert verdict.status is Status.CORRECT
    assert verdict.taken == "cross_entropy, cell 0"


def test_an_exception_in_a_part_costs_what_the_rubric_says() -> None:
    verdict = judge("d", edited(CROSS_ENTROPY, ("return -t / y", "return undefined")))
    assert (verdict.status, share("d", verdict)) == (Status.PARTIAL, 1.0 - WEEK2.spec.rubric["raised"])
    (finding,) = verdict.findings
    assert finding.code == "raised"
    assert finding.cell == 0
    assert finding.evidence == {"line": 5}


def test_a_cell_that_does_not_parse_goes_to_a_person() -> None:
    verdict = judge("e", edited(BACKWARD, ("n = len(NN[0])", "n = len(NN[0]")))
    assert verdict.status is Status.REVIEW
    assert "raised" in [finding.code for finding in verdict.findings]


def test_shares_weigh_functions() -> None:
    functions = (
        Function(name="Tanh", check="activation", share=0.75),
        Function(name="Sigmoid", check="activation", share=0.25),
    )
    exercise = Exercise(id="x", kind="function", title="x", functions=functions)
    verdict = judge(exercise, edited(GIVEN, ("def Sigmoid", "def Sigmund")))
    assert (verdict.status, share("given", verdict)) == (Status.PARTIAL, 0.75)
    assert [finding.code for finding in verdict.findings] == ["not_defined"]


def test_one_endless_function_costs_the_others_nothing() -> None:
    verdict = judge("given", edited(GIVEN, ("    f = 1 /", "    while True: pass\n    f = 1 /")))
    assert verdict.status is Status.PARTIAL
    assert [finding.code for finding in verdict.findings] == ["timed_out"]
    assert share("given", verdict) == pytest.approx(6 / 7)


def test_waiting_code_goes_to_a_person() -> None:
    source = "import threading\ndef backward_pass(*args):\n    threading.Event().wait()"
    verdict = judge("e", source, limits=dataclasses.replace(QUICK, wall_seconds=1.0))
    assert verdict.status is Status.REVIEW
    assert [finding.code for finding in verdict.findings] == ["timed_out"]


def test_when_the_process_was_replaced_too_often_the_rest_goes_to_a_person() -> None:
    source = "import os\ndef end(*args):\n    os._exit(0)\nLinear = Sigmoid = Tanh = ReLU = end\n"
    verdict = judge("given", source, "def squared_error(t, y, derivative=False):\n    return 0")
    assert verdict.status is Status.REVIEW
    assert [finding.code for finding in verdict.findings][:4] == ["ended_itself"] * 4


def test_definitions_that_end_the_process_go_to_a_person() -> None:
    verdict = judge("e", "import os\ndef backward_pass(x=os._exit(0)):\n    pass")
    assert verdict.status is Status.REVIEW
    assert [finding.code for finding in verdict.findings] == ["ended_itself"]


def test_a_child_that_does_not_come_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.numeric.sandbox.launch.BOOTSTRAP", "raise SystemExit('no such thing')")
    verdict = judge("e", BACKWARD)
    assert verdict.status is Status.ERROR
    assert verdict.cause is not None
    assert "no such thing" in verdict.cause


def test_a_reference_that_contradicts_its_gradient_check_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(case: Case) -> Network:
        found = gradients(case)
        return Network(tuple(2 * w for w in found.weights), found.biases)

    monkeypatch.setattr("grader.numeric.checks.cases.gradients", doubled)
    assert judge("e", BACKWARD).status is Status.ERROR


def test_a_child_that_does_not_come_up_is_an_error_for_every_exercise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grader.numeric.sandbox.launch.BOOTSTRAP", "raise SystemExit")
    with Session([CodeCell(0, BACKWARD)], QUICK) as session:
        verdicts = [check_functions(WEEK2.exercise("e"), session, frozenset(), SEED) for _ in range(6)]
    assert {verdict.status for verdict in verdicts} == {Status.ERROR}


def test_a_failure_beside_a_placeholder_does_not_make_it_an_answer() -> None:
    placeholder = next(cell.source for cell in SHEET if "def backward_pass" in cell.source)
    assert judge("e", placeholder, "k = no_such_name").status is Status.MISSING


def test_unfilled_ignores_comments_and_space_and_sees_an_answer() -> None:
    sheet = [
        CodeCell(
            0,
            "def f(x):\n    '''Doc.'''\n    # your code here\n    raise NotImplementedError\n\n\ndef g():\n    return 1",
        )
    ]
    cells = [
        CodeCell(4, "def  f(x):\n\n        '''Doc.'''\n        raise   NotImplementedError  # later"),
        CodeCell(5, "def f(x):\n    '''Doc.'''\n    return x"),
        CodeCell(6, "def g():\n    return 1"),
        CodeCell(7, "k = 1\ndef f(x):\n    '''Doc.'''\n    raise NotImplementedError\nprint(f)"),
    ]
    assert unfilled(sheet, cells) == {("f", (4, 1)), ("f", (7, 2))}
