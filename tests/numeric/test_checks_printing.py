"""What a printer of all parameters prints is read; what is not certain is for a person."""

from __future__ import annotations

import pytest

from grader.result import Status, Verdict
from tests.numeric.solutions import edited, judge, share

HEAD = "import numpy as np\nimport sys\n"
PRINTER = """
def print_parameters(NN):
    for l, (w, b) in enumerate(zip(NN[0], NN[1])):
        print(f"layer {l + 1}: weights {w.shape}, biases {b.shape}")
        print(w)
        print(b)
"""


def printed(source: str) -> Verdict:
    return judge("a", HEAD + source)


def in_loop(*lines: str, over: str = "range(len(NN[0]))") -> str:
    return f"def print_parameters(NN):\n    for l in {over}:\n" + "".join(f"        {one}\n" for one in lines)


SHAPES = "print(NN[0][l].shape, NN[1][l].shape)"


@pytest.mark.parametrize(
    "source",
    [
        PRINTER,
        edited(PRINTER, ("print(w)", "print(w.tolist())"), ("print(b)", "print(*b)")),
        edited(PRINTER, ("(w)", "(list(map(list, w)))"), ("(b)", "('bias:', b)")),
        edited(PRINTER, ("print(w)", "for row in w: print(' '.join(f'{v:.4f}' for v in row))")),
        edited(PRINTER, ("print(w)", "sys.stdout.write(str(w.T) + '\\n')")),
        edited(PRINTER, ("print(w)", "print(w, file=sys.stderr)")),
        edited(PRINTER, ("print(w)", "display(w)"), ("print(b)", "display(b)")),
        "np.set_printoptions(precision=2, suppress=True)\n" + PRINTER,
        in_loop("print('W', NN[0][l].shape, '=', NN[0][l])", "print('b', NN[1][l].shape, '=', NN[1][l])"),
        in_loop("for p in NN: print('%d x %d' % p[l].shape, repr(p[l]), sep='\\n')"),
    ],
)
def test_whoever_prints_everything_is_right(source: str) -> None:
    verdict = printed(source)
    assert (verdict.status, verdict.findings) == (Status.CORRECT, ())


@pytest.mark.parametrize(
    ("source", "reason", "code"),
    [
        (in_loop("print(NN[l][0])", over="range(len(NN))"), "layers_mixed", "wrong_index"),
        (in_loop("print(NN[l][0], NN[l][0].shape)", over="(0, 1)"), "layers_mixed", "wrong_index"),
        (in_loop("print(NN[l][0], NN[l][1])", over="range(len(NN))"), "layers_mixed", "wrong_index"),
        (in_loop("print(NN[0][l])", SHAPES), "biases_missing", "missing_term"),
        (in_loop("print(NN[1][l])", SHAPES), "weights_missing", "missing_term"),
        (in_loop("print(NN[0][l], NN[1][l])", SHAPES, over="range(2)"), "two_layers", "missing_term"),
        (
            in_loop("print(NN[0][l], NN[1][l])", over="range(len(NN[0]) - 1)"),
            "last_layer_missing",
            "missing_term",
        ),
        (
            in_loop("print(NN[0][l], NN[1][l])", over="range(1, len(NN[0]))"),
            "first_layer_missing",
            "missing_term",
        ),
        (in_loop("print(l, NN[0][l], NN[1][l])"), "shapes_missing", "missing_term"),
    ],
)
def test_a_slip_in_the_printer_is_named(source: str, reason: str, code: str) -> None:
    verdict = printed(source)
    assert verdict.status is Status.PARTIAL
    (finding,) = verdict.findings
    assert (finding.code, finding.evidence) == (code, {"reason": reason})
    assert finding.hint
    assert share("a", verdict) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "source",
    [
        "def print_parameters(NN):\n    print(NN[0], NN[1])\n",
        "def print_parameters(NN):\n    return str(NN)\n",
        "def print_parameters(NN):\n    pass\n",
        "def print_parameters(weights, biases):\n    print(weights, biases)\n",
        in_loop("print(NN[l][0], NN[l][1])"),
        in_loop("print(NN[0][l], NN[1][l])", "print(sum(w.size for w in NN[0]))"),
        edited(PRINTER, ("print(w)", "print(w[1:])")),
        edited(PRINTER, ("print(w)", "print(w.round(1))")),
        edited(PRINTER, ("print(w)", "print(-w)")),
        edited(PRINTER, ("print(w)", "print(w, w)")),
        edited(PRINTER, ("print(w)", "print(w, w.mean())")),
        edited(PRINTER, ("print(w)", "print('1e999', w)")),
        edited(PRINTER, ("print(w)", "print('1.5', w)")),
        edited(PRINTER, ("print(w)", "print('x' * 10**6)\n        print(w)")),
        edited(PRINTER, ("biases {b.shape}", "")),
        "from IPython.display import display\n" + edited(PRINTER, ("print(w)", "display(w)")),
    ],
)
def test_what_is_not_certain_is_for_a_person(source: str) -> None:
    verdict = printed(source)
    assert verdict.status is Status.REVIEW
    assert verdict.cause


@pytest.mark.parametrize(
    ("line", "code"), [("while True: print(NN)", "timed_out"), ("sys.exit()", "ended_itself")]
)
def test_a_printer_that_never_ends_is_wrong(line: str, code: str) -> None:
    verdict = printed(f"def print_parameters(NN):\n    {line}\n")
    assert verdict.status in {Status.WRONG, Status.REVIEW}
    assert [finding.code for finding in verdict.findings] == [code]


def test_a_process_that_was_made_to_send_more_text_is_read_no_further() -> None:
    unlimited = edited(PRINTER, ("(NN):\n", "(NN):\n    sys._getframe(1).f_globals['MAX_PRINTED'] = 10**9\n"))
    assert printed(unlimited).status is Status.CORRECT
    flooded = edited(unlimited, ("10**9\n", "10**9\n    print(' ' * 30_000)\n"))
    assert printed(flooded).status is Status.REVIEW


def test_what_other_functions_print_is_nobodys_answer() -> None:
    assert (
        printed(PRINTER + "print_parameters(([np.ones((5, 4))], [np.ones((1, 4))]))\n").status
        is Status.CORRECT
    )
