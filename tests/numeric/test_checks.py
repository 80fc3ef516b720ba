"""Each check takes every accepted convention, and names the commonest slips."""

from __future__ import annotations

import numpy as np
import pytest

from grader.numeric import submission_seed
from grader.result import Status, Verdict
from grader.schema import Exercise, Function
from tests.numeric.solutions import BACKWARD, CROSS_ENTROPY, GIVEN, WEEK2, edited, judge, share


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def reasons(verdict: Verdict) -> list[object]:
    return [finding.evidence.get("reason") for finding in verdict.findings]


@pytest.mark.parametrize("submission", ["a", "b", "c"])
def test_right_answers_are_right_for_every_seed(submission: str) -> None:
    seed = submission_seed(b"secret", submission)
    for exercise, source in (("given", GIVEN), ("e", BACKWARD), ("d", CROSS_ENTROPY)):
        verdict = judge(exercise, source, seed=seed)
        assert verdict.status is Status.CORRECT, verdict
        assert verdict.findings == ()


BY_NAME = """
def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    slopes = {Linear: lambda v: np.ones_like(v), Tanh: lambda v: 1 - np.tanh(v) ** 2,
              ReLU: lambda v: 1.0 * (v > 0), Sigmoid: lambda v: Sigmoid(v) * (1 - Sigmoid(v))}
    assert loss_f == squared_error
    n = len(NN[0])
    g_b, g_w = [None] * n, [None] * n
    delta = (y - t) * slopes[activations[-1]](a[-1])
    for l in range(n - 1, -1, -1):
        g_w[l] = z[l].T @ delta / len(x)
        g_b[l] = delta.mean(axis=0, keepdims=True)
        if l > 0:
            delta = delta @ NN[0][l].T * slopes[activations[l - 1]](a[l - 1])
    return g_b, g_w
"""


def test_a_backward_pass_that_knows_functions_by_name_is_for_a_person_and_not_wrong() -> None:
    verdict = judge("e", GIVEN + BY_NAME)
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "by name" in verdict.cause


def test_a_wrong_backward_pass_that_knows_functions_by_name_is_wrong() -> None:
    verdict = judge("e", GIVEN + edited(BY_NAME, ("delta @ NN[0][l].T", "delta @ np.abs(NN[0][l].T)")))
    assert verdict.status is Status.WRONG


OWN_LOSS_KNOWN = edited(
    BACKWARD,
    (
        "delta = loss_f(t, y, derivative=True)",
        "d = y - t if loss_f is {} else loss_f(t, y, derivative=True)\n    delta = d",
    ),
)


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("cross_entropy_loss", CROSS_ENTROPY),
        ("cross_entropy_loss", edited(CROSS_ENTROPY, ("-t / y if derivative else ", ""), ("False", "None"))),
        ("squared_error", "def squared_error(t, y, derivative=False):\n    return 2 * (y - t)"),
        ("cross_entropy_loss", "def cross_entropy_loss(t, y):\n    return -t * np.log(y)"),
    ],
)
def test_a_backward_pass_with_a_rule_of_its_own_for_the_notebooks_loss_is_for_a_person(
    name: str, loss: str
) -> None:
    verdict = judge("e", GIVEN + loss + "\n" + edited(OWN_LOSS_KNOWN, ("{}", name)))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert f"`{name}`" in verdict.cause


@pytest.mark.parametrize(
    "loss",
    [
        CROSS_ENTROPY,
        edited(CROSS_ENTROPY, ("-t / y", "3 * t / y")),
        edited(CROSS_ENTROPY, ("-t / y", "(-t / y).sum()")),
        "def cross_entropy_loss(t, y, derivative=False):\n    raise NotImplementedError",
    ],
)
def test_the_notebooks_own_loss_costs_a_backward_pass_nothing(loss: str) -> None:
    assert judge("e", GIVEN + loss + BACKWARD).status is Status.CORRECT


@pytest.mark.parametrize("name", ["Tanh", "ReLU", "Linear", "Sigmoid"])
def test_a_backward_pass_with_a_rule_of_its_own_for_an_activation_is_for_a_person(name: str) -> None:
    slope = "activations[l - 1](a[l - 1], derivative=True)"
    hidden = (slope, f"(3 if activations[l - 1] is {name} else {slope})")
    output_slope = "activations[-1](a[-1], derivative=True)"
    output = (output_slope, f"(3 if activations[-1] is {name} else {output_slope})")
    verdict = judge("e", GIVEN + edited(BACKWARD, hidden, output))
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "activation functions" in verdict.cause


@pytest.mark.parametrize("slope", ["3 * f", "np.ones((2, 2))"])
def test_the_notebooks_own_activations_cost_a_backward_pass_nothing(slope: str) -> None:
    assert judge("e", edited(GIVEN, ("f * (1 - f)", slope)) + BACKWARD).status is Status.CORRECT


def test_what_is_known_by_name_gives_no_name_to_a_slip() -> None:
    linear_by_name = edited(
        BACKWARD,
        (
            "activations[-1](a[-1], derivative=True)",
            "(1 if activations[-1] not in (Tanh, Sigmoid, ReLU) else activations[-1](a[-1], derivative=True))",
        ),
    )
    verdict = judge("e", GIVEN + linear_by_name)
    assert verdict.status is Status.REVIEW
    assert verdict.cause is not None
    assert "by name" in verdict.cause


DELTA = "loss_f(t, y, derivative=True) * activations[-1](a[-1], derivative=True)"
HIDDEN = " * activations[l - 1](a[l - 1], derivative=True)"
WEIGHTS = "g_w[l] = z[l].T @ delta / len(x)"
BIASES = "g_b[l] = delta.mean(axis=0, keepdims=True)"


@pytest.mark.parametrize(
    ("reason", "code", "changes"),
    [
        ("batch_average", "wrong_gradient", [(" / len(x)", ""), (".mean(", ".sum(")]),
        ("batch_average_weights", "wrong_gradient", [(" / len(x)", "")]),
        ("batch_average_biases", "wrong_gradient", [(".mean(", ".sum(")]),
        ("batch_average_twice", "wrong_gradient", [("delta = loss_f", "delta = 1 / len(x) * loss_f")]),
        ("sign", "wrong_gradient", [("delta = loss_f", "delta = -loss_f")]),
        ("factor_two", "wrong_gradient", [("delta = loss_f", "delta = 2 * loss_f")]),
        ("factor_half", "wrong_gradient", [("delta = loss_f", "delta = 0.5 * loss_f")]),
        ("slope_missing", "wrong_gradient", [(DELTA, "loss_f(t, y, True)"), (HIDDEN, "")]),
        ("slope_missing_output", "wrong_gradient", [(DELTA, "loss_f(t, y, True)")]),
        ("slope_missing_hidden", "wrong_gradient", [(HIDDEN, "")]),
        ("slope_at_z", "wrong_gradient", [("(a[-1], ", "(z[-1], "), ("(a[l - 1], ", "(z[l], ")]),
        ("slope_at_z_output", "wrong_gradient", [("(a[-1], ", "(z[-1], ")]),
        ("slope_at_z_hidden", "wrong_gradient", [("(a[l - 1], ", "(z[l], ")]),
        (
            "slope_is_value",
            "wrong_gradient",
            [("(a[-1], derivative=True)", "(a[-1])"), ("(a[l - 1], derivative=True)", "(a[l - 1])")],
        ),
        ("slope_is_value_output", "wrong_gradient", [("(a[-1], derivative=True)", "(a[-1])")]),
        ("slope_is_value_hidden", "wrong_gradient", [("(a[l - 1], derivative=True)", "(a[l - 1])")]),
        ("loss_is_value", "wrong_gradient", [("loss_f(t, y, derivative=True)", "loss_f(t, y)")]),
        ("sign", "wrong_gradient", [("loss_f(t, y, ", "loss_f(y, t, ")]),
        ("factor", "wrong_gradient", [("delta = loss_f", "delta = 3 * loss_f")]),
        (
            "batch_size_fixed",
            "wrong_gradient",
            [
                ("import numpy as np\n", "import numpy as np\nN = 40\n"),
                ("len(x)", "N"),
                (".mean(axis=0, keepdims=True)", ".sum(axis=0, keepdims=True) / N"),
            ],
        ),
        ("z_of_next_layer", "wrong_gradient", [("z[l].T", "z[l + 1].T")]),
        ("z_of_layer_before", "wrong_gradient", [("z[l].T", "z[l - 1].T")]),
        ("weights_not_transposed", "wrong_gradient", [("NN[0][l].T", "NN[0][l]")]),
        ("weights_of_layer_before", "wrong_gradient", [("NN[0][l].T", "NN[0][l - 1].T")]),
        ("weights_of_next_layer", "wrong_gradient", [("NN[0][l].T", "NN[0][(l + 1) % n].T")]),
        ("a_of_next_layer", "wrong_gradient", [("(a[l - 1], ", "(a[l], ")]),
        ("a_of_layer_before", "wrong_gradient", [("(a[l - 1], ", "(a[l - 2], ")]),
        ("activation_of_next_layer", "wrong_gradient", [("activations[l - 1]", "activations[l]")]),
        ("activation_of_layer_before", "wrong_gradient", [("activations[l - 1]", "activations[l - 2]")]),
        ("slope_of_next_layer", "wrong_gradient", [("activations[l - 1](a[l - 1]", "activations[l](a[l]")]),
        (
            "slope_of_layer_before",
            "wrong_gradient",
            [("activations[l - 1](a[l - 1]", "activations[l - 2](a[l - 2]")],
        ),
        *(
            (f"slope_of_{name}{place}", "wrong_gradient", changes)
            for name, formula in (
                ("tanh_of_z", "(1 - {} ** 2)"),
                ("sigmoid_of_z", "({0} * (1 - {0}))"),
                ("relu_of_z", "({} > 0)"),
            )
            for place, changes in (
                (
                    "",
                    [
                        (DELTA, "loss_f(t, y, True) * " + formula.format("y")),
                        (HIDDEN, " * " + formula.format("z[l]")),
                    ],
                ),
                ("_hidden", [(HIDDEN, " * " + formula.format("z[l]"))]),
                ("_output", [(DELTA, "loss_f(t, y, True) * " + formula.format("y"))]),
                ("_linear_output", [(DELTA, "loss_f(t, y, True)"), (HIDDEN, " * " + formula.format("z[l]"))]),
            )
        ),
        ("slope_of_tanh_hidden", "wrong_gradient", [("activations[l - 1](", "Tanh(")]),
        (
            "slope_of_sigmoid",
            "wrong_gradient",
            [("activations[l - 1](", "Sigmoid("), ("activations[-1](", "Sigmoid(")],
        ),
        ("slope_of_relu_hidden", "wrong_gradient", [(HIDDEN, " * (a[l - 1] > 0)")]),
        (
            "batch_counts_outputs",
            "wrong_gradient",
            [("len(x)", "t.size"), (".mean(axis=0, keepdims=True)", ".sum(axis=0, keepdims=True) / t.size")],
        ),
        ("batch_counts_outputs_weights", "wrong_gradient", [("len(x)", "t.size")]),
        (
            "batch_counts_outputs_biases",
            "wrong_gradient",
            [(".mean(axis=0, keepdims=True)", ".sum(axis=0, keepdims=True) / np.size(y)")],
        ),
        ("bias_mean_of_all", "wrong_shape", [(BIASES, "g_b[l] = np.mean(delta)")]),
        ("bias_mean_of_all_kept", "wrong_shape", [(BIASES, "g_b[l] = delta.mean(keepdims=True)")]),
        ("bias_sum_of_all", "wrong_shape", [(BIASES, "g_b[l] = np.sum(delta) / len(x)")]),
        ("bias_sum_of_all_kept", "wrong_shape", [(BIASES, "g_b[l] = np.array([[delta.sum() / len(x)]])")]),
        ("bias_mean_over_units", "wrong_shape", [(BIASES, "g_b[l] = delta.mean(axis=1)")]),
        (
            "bias_mean_over_units_kept",
            "wrong_shape",
            [(BIASES, "g_b[l] = delta.mean(axis=1, keepdims=True)")],
        ),
        ("loss_ignored", "wrong_gradient", [("loss_f(t, y, derivative=True)", "(y - t)")]),
        ("loss_missing", "wrong_gradient", [("loss_f(t, y, derivative=True) * ", "")]),
        ("bias_not_summed", "wrong_shape", [(BIASES, "g_b[l] = delta")]),
        ("bias_not_summed_divided", "wrong_shape", [(BIASES, "g_b[l] = delta / len(x)")]),
        ("transposed", "wrong_shape", [(WEIGHTS, "g_w[l] = delta.T @ z[l] / len(x)")]),
        ("reversed", "wrong_shape", [("return g_b, g_w", "return g_b[::-1], g_w[::-1]")]),
    ],
)
def test_a_slip_in_the_backward_pass_is_named(reason: str, code: str, changes: list[tuple[str, str]]) -> None:
    verdict = judge("e", GIVEN + edited(BACKWARD, *changes))
    assert verdict.status is Status.PARTIAL
    assert (codes(verdict), reasons(verdict)) == ([code], [reason])
    assert verdict.findings[0].hint
    assert verdict.share is None


def test_what_no_slip_explains_is_wrong_with_its_place() -> None:
    changed = edited(BACKWARD, (WEIGHTS, WEIGHTS + "\n        if l == 1: g_w[l][0, 2] += 0.25"))
    verdict = judge("e", changed)
    assert verdict.status is Status.WRONG
    assert codes(verdict) == ["wrong_gradient"]
    (finding,) = verdict.findings
    assert "weights of layer 2 of 3 (`g_w[1]`)" in finding.message
    assert "1 of 15 entries, the first at [0, 2]" in finding.message
    assert finding.evidence["deviation"] == pytest.approx(0.25)


def test_two_slips_at_once_are_wrong() -> None:
    verdict = judge("e", edited(BACKWARD, (HIDDEN, ""), ("delta = loss_f", "delta = -loss_f")))
    assert verdict.status is Status.WRONG


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("return g_b, g_w", "return g_w, g_b"), "(g_w, g_b)"),
        ((", keepdims=True", ""), "(n,)"),
        (("return g_b, g_w", "return g_w, [b[0] for b in g_b]"), "(n,)"),
    ],
)
def test_other_conventions_of_the_backward_pass_are_accepted_with_a_note(
    change: tuple[str, str], words: str
) -> None:
    verdict = judge("e", edited(BACKWARD, change))
    assert verdict.status is Status.CORRECT
    assert set(codes(verdict)) == {"convention"}
    assert any(words in finding.message for finding in verdict.findings)


def test_lists_are_as_good_as_arrays() -> None:
    verdict = judge(
        "e", edited(BACKWARD, ("return g_b, g_w", "return [b.tolist() for b in g_b], tuple(g_w)"))
    )
    assert verdict.status is Status.CORRECT


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        ("None", "wrong_dtype"),
        ("g_w", "wrong_shape"),
        ("g_b[:1], g_w", "wrong_shape"),
        ("0, 0", "wrong_shape"),
        ("[b.T for b in g_b], g_w", "wrong_shape"),
        ("g_b, [w.astype(object) for w in g_w]", "wrong_dtype"),
        ("g_b, np.array([*g_w, None], dtype=object)[:-1]", "wrong_dtype"),
        ("np.array([g_b, g_w], dtype=object)", "wrong_dtype"),
        ("[None] * n, g_w", "wrong_dtype"),
        ("g_b, [w * 1j for w in g_w]", "wrong_dtype"),
        ("g_b, [w * np.nan for w in g_w]", "not_finite"),
        ("[0 * b for b in g_b], [0 * w for w in g_w]", "wrong_gradient"),
        ("[0 for b in g_b], [0 for w in g_w]", "wrong_shape"),
    ],
)
def test_answers_of_the_wrong_kind(returned: str, code: str) -> None:
    verdict = judge("e", edited(BACKWARD, ("return g_b, g_w", f"return {returned}")))
    assert verdict.status is Status.WRONG
    assert codes(verdict)[0] == code
    assert all(finding.hint for finding in verdict.findings)


def test_arrays_of_objects_are_explained() -> None:
    change = ("return g_b, g_w", "return g_b, np.array([*g_w, None], dtype=object)[:-1]")
    (finding,) = judge("e", edited(BACKWARD, change)).findings
    assert finding.message.startswith("A part of what `backward_pass` returns is an array of dtype object")
    assert finding.hint is not None
    assert "different shapes" in finding.hint


TWO_LAYERS = """
import numpy as np

def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    weights, _ = NN
    second = loss_f(t, y, derivative=True) * activations[1](a[1], derivative=True)
    first = second @ weights[1].T * activations[0](a[0], derivative=True)
    n = len(x)
    return [d.mean(axis=0, keepdims=True) for d in (first, second)], [z[0].T @ first / n, z[1].T @ second / n]
"""


@pytest.mark.parametrize(
    "source",
    [
        TWO_LAYERS,
        edited(BACKWARD, ("        if l > 0:", "        if l == 1:")),
    ],
)
def test_a_backward_pass_for_two_layers_alone_is_told_so(source: str) -> None:
    verdict = judge("e", source)
    assert verdict.status is Status.PARTIAL
    assert (codes(verdict), reasons(verdict)) == (["wrong_gradient"], ["two_layers"])
    assert verdict.findings[0].hint


def test_a_wrong_backward_pass_for_two_layers_alone_is_wrong() -> None:
    verdict = judge("e", edited(TWO_LAYERS, ("weights[1].T", "np.abs(weights[1].T)")))
    assert verdict.status is Status.WRONG


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("forward_pass", ("return a, z", "pass"), "wrong_dtype"),
        ("Linear", ("np.ones_like(x) if", "1 if"), "wrong_shape"),
        ("Sigmoid", ("f * (1 - f)", "x * (1 - x)"), "wrong_gradient"),
        ("Sigmoid", ("np.exp(-x)", "np.exp(x)"), "wrong_value"),
        ("Tanh", ("1 - np.tanh(x) ** 2", "1 - x ** 2"), "wrong_gradient"),
        ("ReLU", ("np.maximum(x, 0)", "np.abs(x)"), "wrong_value"),
        ("forward_pass", ("z[-1] @ w + b", "z[-1] @ w"), "wrong_value"),
        ("forward_pass", ("return a, z", "return z"), "wrong_shape"),
        ("forward_pass", ("return a, z", "return a, z[1:]"), "wrong_shape"),
        ("squared_error", ("0.5 * (y - t) ** 2", "(y - t) ** 2"), "wrong_value"),
        ("squared_error", ("return y - t if", "return t - y if"), "wrong_gradient"),
        ("squared_error", ("0.5 * (y - t) ** 2", "np.sum(0.5 * (y - t) ** 2)"), "wrong_shape"),
    ],
)
def test_a_changed_given_function_is_noticed(name: str, change: tuple[str, str], code: str) -> None:
    verdict = judge("given", edited(GIVEN, change))
    assert verdict.status is Status.PARTIAL
    assert codes(verdict)[0] == code
    assert name in verdict.findings[0].message
    assert 6 / 7 <= share("given", verdict) < 1.0


def test_a_constant_factor_is_told() -> None:
    verdict = judge("given", edited(GIVEN, ("0.5 * (y - t) ** 2", "1.5 * (y - t) ** 2")))
    assert "is 3 times what it should be" in verdict.findings[0].message


SOFTMAX = "s = np.exp(y - y.max(axis=1, keepdims=True))\n    s = s / s.sum(axis=1, keepdims=True)"


def cross_entropy(value: str, derivative: str, before: str = "pass") -> str:
    return (
        f"import numpy as np\ndef cross_entropy_loss(t, y, derivative=False):\n    {before}\n"
        f"    return {derivative} if derivative else {value}\n"
    )


@pytest.mark.parametrize(
    ("value", "derivative", "words", "before"),
    [
        ("-t * np.log(y)", "-t / y", "per element, from probabilities", "pass"),
        ("-t * np.log(y + 1e-9)", "-t / (y + 1e-9)", "per element, from probabilities", "pass"),
        ("-t * np.log(y + 1e-6)", "-t / y", "per element, from probabilities", "pass"),
        (
            "-t * np.log(np.clip(y, 1e-5, 1))",
            "-t / np.clip(y, 1e-5, 1)",
            "per element, from probabilities",
            "pass",
        ),
        ("-np.sum(t * np.log(y), axis=1)", "-t / y", "summed over classes, from prob", "pass"),
        ("-np.sum(t * np.log(y), axis=1, keepdims=True)", "-t / y", "summed over classes, from prob", "pass"),
        ("-np.log(y[range(len(t)), t.argmax(1)])", "-t / y", "summed over classes, from prob", "pass"),
        ("-np.sum(t * np.log(y))", "-t / y", "summed over classes and data points", "pass"),
        (
            "-np.sum(t * np.log(y)) / len(t)",
            "-t / y / len(t)",
            "averaged over data points, from prob",
            "pass",
        ),
        ("-t * np.log(s + 1e-300)", "s - t", "per element, from logits", SOFTMAX),
        ("-np.sum(t * np.log(s + 1e-300), axis=1)", "s - t", "summed over classes, from logits", SOFTMAX),
        (
            "-(t * np.log(s + 1e-300)).sum() / len(t)",
            "(s - t) / len(t)",
            "averaged over data points, from log",
            SOFTMAX,
        ),
    ],
)
def test_every_convention_of_cross_entropy_is_right(
    value: str, derivative: str, words: str, before: str
) -> None:
    verdict = judge("d", cross_entropy(value, derivative, before))
    assert verdict.status is Status.CORRECT, verdict.findings
    assert verdict.method is not None
    assert words in verdict.method


@pytest.mark.parametrize(
    ("value", "derivative", "reason", "before"),
    [
        ("-t * np.log(y)", "y - t", "logits", "pass"),
        ("-t * np.log(y)", "t / y", "sign", "pass"),
        ("-t * np.log(y)", "-t / y / len(t)", "batch_average", "pass"),
        ("-np.sum(t * np.log(y)) / len(t)", "-t / y", "batch_average", "pass"),
        ("-t * np.log(s + 1e-300)", "y - t", "softmax_missing", SOFTMAX),
    ],
)
def test_a_derivative_of_something_else_costs_what_the_rubric_says(
    value: str, derivative: str, reason: str, before: str
) -> None:
    verdict = judge("d", cross_entropy(value, derivative, before))
    assert verdict.status is Status.PARTIAL
    assert share("d", verdict) == 1.0 - WEEK2.spec.rubric["wrong_gradient"]
    assert (codes(verdict), reasons(verdict)) == (["wrong_gradient"], [reason])


@pytest.mark.parametrize(
    ("value", "derivative", "reason"),
    [
        ("t * np.log(y)", "t / y", "sign"),
        ("np.mean(-t * np.log(y))", "-t / y / t.size", "class_average"),
        ("-t * np.log2(y)", "-t / y / np.log(2)", "base"),
    ],
)
def test_a_value_that_is_off_by_a_factor_is_a_slip_where_the_derivative_is_its_own(
    value: str, derivative: str, reason: str
) -> None:
    verdict = judge("d", cross_entropy(value, derivative))
    assert (verdict.status, reasons(verdict)) == (Status.PARTIAL, [reason])
    assert share("d", verdict) == 1.0 - WEEK2.spec.rubric["wrong_value"]


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        ("t * np.log(y)", "wrong_value", "sign"),
        ("np.mean(-t * np.log(y))", "wrong_value", "class_average"),
        ("-t * np.log2(y)", "wrong_value", "base"),
        ("-np.sum(t * np.log(y)) / 6", "wrong_value", None),
        ("-t * np.log(y) - (1 - t) * np.log(1 - y)", "wrong_value", "binary"),
        ("-y * np.log(t + 1)", "wrong_value", None),
        ("-(t * np.log(y)).sum(axis=0)", "wrong_shape", None),
        ("-t * np.log(y - 1)", "not_finite", None),
    ],
)
def test_a_value_that_is_no_cross_entropy_is_wrong(value: str, code: str, reason: str | None) -> None:
    verdict = judge("d", cross_entropy(value, "-t / y"))
    assert verdict.status is Status.WRONG
    assert (codes(verdict), reasons(verdict)) == ([code], [reason])


@pytest.mark.parametrize(
    ("value", "derivative", "parts"),
    [
        ("-t * np.log(s)", "s - t", "the value of"),
        ("-t * np.log(s + 1e-300)", "u - t", "the derivative of"),
        ("-t * np.log(u)", "u - t", "the value and the derivative of"),
        (
            "-t * (y - y.max() - np.log(np.exp(y - y.max()).sum(axis=1, keepdims=True)))",
            "u - t",
            "the derivative of",
        ),
    ],
)
def test_a_softmax_that_overflows_is_a_slip(value: str, derivative: str, parts: str) -> None:
    unstable = f"{SOFTMAX}\n    u = np.exp(y) / np.exp(y).sum(axis=1, keepdims=True)"
    verdict = judge("d", cross_entropy(value, derivative, unstable))
    assert verdict.status is Status.PARTIAL
    assert codes(verdict) == ["not_stable"]
    assert parts in verdict.findings[0].message
    assert verdict.share is None


def test_a_function_that_changes_its_arguments_is_noticed() -> None:
    verdict = judge(
        "e",
        edited(BACKWARD, ("    n = len", "    x *= 2; x /= 2; z[0] += 1; z[0] -= 1; a[0] *= 0\n    n = len")),
    )
    assert "mutates_input" in codes(verdict)
    right = edited(BACKWARD, ("    return g_b", "    y -= t\n    return g_b"))
    verdict = judge("e", right)
    assert verdict.status is Status.PARTIAL
    assert codes(verdict) == ["mutates_input"]
    assert verdict.share is None


def test_single_precision_is_accepted() -> None:
    verdict = judge(
        "e",
        edited(BACKWARD, ("g_b, g_w\n", "[b.astype('f4') for b in g_b], [w.astype('f4') for w in g_w]\n")),
    )
    assert verdict.status is Status.CORRECT


def test_hidden_inputs_depend_on_the_submission_and_are_the_same_in_every_run() -> None:
    source = edited(BACKWARD, ("    n = len", "    raise ValueError(repr(float(x[0, 0])))\n    n = len"))
    first, again, other = (
        judge("e", source, seed=submission_seed(b"secret", name)).findings[0].message for name in "aab"
    )
    assert first == again
    assert first != other


def test_every_function_gets_inputs_of_its_own() -> None:
    source = GIVEN.replace(
        "derivative=False):\n", "derivative=False):\n    raise ValueError(repr(float(x.flat[0])))\n"
    )
    told = [finding.message.partition("ValueError")[2] for finding in judge("given", source).findings]
    # Value and derivative of one activation share their input; no two activations do.
    assert len({text for text in told if text}) == 4


PATCHED = """
import numpy as np
np.allclose = np.array_equal = lambda *args, **options: True
np.testing.assert_allclose = lambda *args, **options: None
class Anything(np.ndarray):
    def __eq__(self, other): return True
    def __abs__(self): return 0
    def __le__(self, other): return True
def backward_pass(x, t, y, z, a, NN, activations, loss_f):
    return [np.zeros_like(b).view(Anything) for b in NN[1]], [np.zeros_like(w).view(Anything) for w in NN[0]]
"""

HOSTILE = {
    "patched": (PATCHED, "wrong_gradient"),
    "anything": (
        "class A:\n    def __eq__(self, other): return True\ndef backward_pass(*args):\n    return A()",
        "wrong_dtype",
    ),
    "verdict": ("def backward_pass(*args):\n    return {'passed': True}", "wrong_dtype"),
    "exit": ("import os\ndef backward_pass(*args):\n    os._exit(0)", "ended_itself"),
    "loop": ("def backward_pass(*args):\n    while True: pass", "timed_out"),
    "memory": ("import numpy as np\ndef backward_pass(*args):\n    return np.ones(10**10)", "out_of_memory"),
    "large": ("import numpy as np\ndef backward_pass(*args):\n    return np.ones(10**7)", "output_too_large"),
    "crash": ("import ctypes\ndef backward_pass(*args):\n    ctypes.string_at(0)", "crashed"),
    "forged": (
        "import os\ndef backward_pass(*args):\n    for i in range(3, 1000):\n        try: os.write(i, b'GRW1')\n        except OSError: pass",
        "forged_reply",
    ),
    "import": (
        "def backward_pass(*args):\n    from reference.network import backward_pass as b\n    return b(*args)",
        "raised",
    ),
    "search": (
        "import grader\nfrom grader.numeric import *\ndef backward_pass(*args):\n    return CHECKS",
        "raised",
    ),
    "signature": ("def backward_pass(x, t):\n    return x", "wrong_signature"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_tricks_are_named_and_earn_nothing(name: str) -> None:
    source, code = HOSTILE[name]
    verdict = judge("e", source)
    # What misses a package may be right where there is one, so that a person looks.
    assert verdict.status in {Status.WRONG, Status.REVIEW}
    assert codes(verdict)[0] == code
    assert not verdict.share


def test_children_that_answer_alike_to_everything_earn_nothing() -> None:
    functions = tuple(Function(name=name, check="activation") for name in ("Tanh", "Sigmoid", "ReLU"))
    exercise = Exercise(id="x", kind="function", title="x", functions=functions)
    source = "\n".join(f"def {f.name}(x, derivative=False): return 0 * x" for f in functions)
    assert judge(exercise, source).status is Status.WRONG


def test_messages_hold_no_hidden_number() -> None:
    verdict = judge("e", edited(BACKWARD, (WEIGHTS, "g_w[l] = np.zeros_like(NN[0][l])")))
    for finding in verdict.findings:
        assert not any(
            isinstance(item, np.ndarray | list) and len(item) > 4 for item in finding.evidence.values()
        )
