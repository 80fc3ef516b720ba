"""The equations of the sheet, each with the setting in which it holds."""

from __future__ import annotations

from dataclasses import dataclass

from tests.symbolic.equations.trees import ABOVE, BEFORE_LAST, BELOW, HERE, LAST, Layer, Tree


@dataclass(frozen=True)
class Equation:
    """`left = right` in the setting of an exercise."""

    setting: str
    left: Tree
    right: Tree


def num(value: int) -> Tree:
    return ("number", value)


def const(name: str) -> Tree:
    return ("constant", name)


def add(*parts: Tree) -> Tree:
    return ("add", *parts)


def mul(*parts: Tree) -> Tree:
    return ("mul", *parts)


def neg(part: Tree) -> Tree:
    return ("neg", part)


def div(above: Tree, below: Tree) -> Tree:
    return ("div", above, below)


def power(base: Tree, exponent: Tree) -> Tree:
    return ("pow", base, exponent)


def log(part: Tree) -> Tree:
    return ("log", part)


def exp(part: Tree) -> Tree:
    return ("exp", part)


def der(of: Tree, by: Tree) -> Tree:
    return ("der", of, by)


def a(layer: Layer, unit: str, point: str | None = None) -> Tree:
    return ("a", layer, unit, point)


def z(layer: Layer, unit: str, point: str | None = None) -> Tree:
    return ("z", layer, unit, point)


def delta(layer: Layer, unit: str, point: str | None = None) -> Tree:
    return ("delta", layer, unit, point)


def w(layer: Layer, j: str, i: str) -> Tree:
    return ("w", layer, j, i)


def x(unit: str, point: str | None = None) -> Tree:
    return ("x", unit, point)


def y(unit: str, point: str | None = None) -> Tree:
    return ("y", unit, point)


def t(unit: str, point: str | None = None) -> Tree:
    return ("t", unit, point)


def h(layer: Layer, argument: Tree) -> Tree:
    return ("h", layer, argument)


def slope(layer: Layer, argument: Tree) -> Tree:
    return ("h'", layer, argument)


def loss(point: str | None = None) -> Tree:
    return ("E", point)


def outputs(letter: str, body: Tree) -> Tree:
    return ("sum", letter, ("outputs",), None, body)


def points(body: Tree) -> Tree:
    return ("sum", "n", ("points",), None, body)


def outputs_product(letter: str, body: Tree) -> Tree:
    return ("prod", letter, ("outputs",), None, body)


def points_product(body: Tree) -> Tree:
    return ("prod", "n", ("points",), None, body)


def units(letter: str, layer: Layer, body: Tree) -> Tree:
    """A sum over the units of a layer, without the bias unit."""
    return ("sum", letter, ("layer", layer, 1), None, body)


def incoming(letter: str, layer: Layer, body: Tree) -> Tree:
    """A sum over what comes from a layer, with the bias unit."""
    return ("sum", letter, ("layer", layer, 0), None, body)


N, D, TWO = const("N"), const("D"), num(2)
VARIANCE = power(const("sigma"), TWO)
LIKELIHOOD: Tree = ("likelihood",)
P: Tree = ("p", "n")
GAUSS: Tree = ("gauss", "n")
DISTANCE = power(("norm", ("vector", "y", "n"), ("vector", "t", "n")), TWO)
LOG_NORM = log(mul(TWO, const("pi"), VARIANCE))
EXPONENT = neg(div(DISTANCE, mul(TWO, VARIANCE)))
DENSITY = mul(div(num(1), power(("sqrt", mul(TWO, const("pi"), VARIANCE)), D)), exp(EXPONENT))
WHOLE_LOSS = add(
    mul(div(mul(N, D), TWO), LOG_NORM), mul(div(num(1), mul(TWO, VARIANCE)), loss())
)  # fmt: skip
POINT_LOSS = add(mul(div(D, TWO), LOG_NORM), div(DISTANCE, mul(TWO, VARIANCE)))

E = {
    "e gaussian": Equation("e", GAUSS, DENSITY),
    "e point": Equation("e", P, GAUSS),
    "e likelihood": Equation("e", LIKELIHOOD, points_product(P)),
    "e likelihood of gaussians": Equation("e", LIKELIHOOD, points_product(GAUSS)),
    "e likelihood of densities": Equation("e", points_product(P), points_product(DENSITY)),
    "e log of product": Equation("e", log(points_product(P)), points(log(P))),
    "e log density": Equation("e", log(P), add(neg(mul(div(D, TWO), LOG_NORM)), EXPONENT)),
    "e sum of logs": Equation("e", neg(log(points_product(GAUSS))), points(POINT_LOSS)),
    "e result": Equation("e", neg(log(points_product(P))), WHOLE_LOSS),
    "e likelihood result": Equation("e", neg(log(LIKELIHOOD)), WHOLE_LOSS),
    "e squares": Equation("e", loss(), points(DISTANCE)),
    "e components": Equation(
        "e", loss(), points(outputs("k", power(add(y("k", "n"), neg(t("k", "n"))), TWO)))
    ),
}

CHOSEN = power(y("k", "n"), t("k", "n"))
TERM = mul(t("k", "n"), log(y("k", "n")))
G = {
    "g point": Equation("g", P, outputs_product("k", CHOSEN)),
    "g likelihood": Equation("g", LIKELIHOOD, points_product(P)),
    "g products": Equation("g", LIKELIHOOD, points_product(outputs_product("k", CHOSEN))),
    "g minus log": Equation("g", loss(), neg(log(points_product(P)))),
    "g log of products": Equation("g", loss(), neg(log(points_product(outputs_product("k", CHOSEN))))),
    "g sum of logs": Equation("g", neg(log(points_product(P))), neg(points(log(P)))),
    "g sum of logs of products": Equation("g", loss(), neg(points(log(outputs_product("k", CHOSEN))))),
    "g logs of powers": Equation("g", loss(), neg(points(outputs("k", log(CHOSEN))))),
    "g cross entropy": Equation("g", loss(), neg(points(outputs("k", TERM)))),
    "g log likelihood": Equation("g", log(LIKELIHOOD), points(outputs("k", TERM))),
    "g softmax": Equation(
        "g", y("k", "n"), div(exp(a(LAST, "k", "n")), outputs("j", exp(a(LAST, "j", "n"))))
    ),
}

A_K, A_J = a(LAST, "k"), a(LAST, "j")
PARTITION, PARTITION_J = outputs("k", exp(A_K)), outputs("j", exp(A_J))
BY_LOGITS = add(neg(outputs("k", mul(t("k"), A_K))), log(PARTITION))
W_LAST = w(LAST, "j", "i")
CLASSIFICATION = {
    "i softmax": Equation("i", y("k"), div(exp(A_K), PARTITION_J)),
    "i cross entropy": Equation("i", loss(), neg(outputs("k", mul(t("k"), log(y("k")))))),
    "i softmax inserted": Equation("i", loss(), neg(outputs("k", mul(t("k"), log(div(exp(A_K), PARTITION_J)))))),
    "i log of quotient": Equation("i", loss(), neg(outputs("k", mul(t("k"), add(A_K, neg(log(PARTITION_J))))))),
    "i logits": Equation("i", loss(), BY_LOGITS),
    "i inner derivative": Equation("i", der(log(PARTITION), A_J), div(exp(A_J), PARTITION)),
    "i outer derivative": Equation("i", der(log(PARTITION), A_J), y("j")),
    "i targets": Equation("i", der(outputs("k", mul(t("k"), A_K)), A_J), t("j")),
    "i of logits": Equation("i", delta(LAST, "j"), der(BY_LOGITS, A_J)),
    "i with softmax": Equation("i", der(loss(), A_J), add(neg(t("j")), div(exp(A_J), PARTITION))),
    "i delta": Equation("i", delta(LAST, "j"), add(y("j"), neg(t("j")))),
    "i weights": Equation("i", der(loss(), W_LAST), mul(add(y("j"), neg(t("j"))), z(BEFORE_LAST, "i"))),
}  # fmt: skip

W = w(HERE, "j", "i")
J = {
    "j a": Equation("j", a(HERE, "j"), incoming("i", BELOW, mul(W, z(BELOW, "i")))),
    "j z": Equation("j", z(HERE, "j"), h(HERE, a(HERE, "j"))),
    "j next a": Equation("j", a(ABOVE, "k"), incoming("j", HERE, mul(w(ABOVE, "k", "j"), h(HERE, a(HERE, "j"))))),
    "j delta": Equation("j", delta(HERE, "j"), der(loss(), a(HERE, "j"))),
    "j two factors": Equation("j", der(loss(), W), mul(der(loss(), a(HERE, "j")), der(a(HERE, "j"), W))),
    "j three factors": Equation(
        "j", der(loss(), W),
        units("k", ABOVE, mul(der(loss(), a(ABOVE, "k")), der(a(ABOVE, "k"), a(HERE, "j")), der(a(HERE, "j"), W))),
    ),
    "j four factors": Equation(
        "j", der(loss(), W),
        units("k", ABOVE, mul(der(loss(), a(ABOVE, "k")), der(a(ABOVE, "k"), z(HERE, "j")),
                              der(z(HERE, "j"), a(HERE, "j")), der(a(HERE, "j"), W))),
    ),
    "j all inserted": Equation(
        "j", der(loss(), W),
        units("k", ABOVE, mul(delta(ABOVE, "k"), w(ABOVE, "k", "j"), slope(HERE, a(HERE, "j")), z(BELOW, "i"))),
    ),
    "j through next": Equation(
        "j", der(loss(), a(HERE, "j")),
        units("k", ABOVE, mul(der(loss(), a(ABOVE, "k")), der(a(ABOVE, "k"), a(HERE, "j")))),
    ),
    "j delta through next": Equation(
        "j", delta(HERE, "j"), units("k", ABOVE, mul(delta(ABOVE, "k"), der(a(ABOVE, "k"), a(HERE, "j"))))
    ),
    "j next by this": Equation(
        "j", der(a(ABOVE, "k"), a(HERE, "j")), mul(w(ABOVE, "k", "j"), slope(HERE, a(HERE, "j")))
    ),
    "j next by unit": Equation("j", der(a(ABOVE, "k"), z(HERE, "j")), w(ABOVE, "k", "j")),
    "j recursion": Equation(
        "j", delta(HERE, "j"),
        units("k", ABOVE, mul(delta(ABOVE, "k"), w(ABOVE, "k", "j"), slope(HERE, a(HERE, "j")))),
    ),
    "j recursion, slope in front": Equation(
        "j", delta(HERE, "j"),
        mul(slope(HERE, a(HERE, "j")), units("k", ABOVE, mul(w(ABOVE, "k", "j"), delta(ABOVE, "k")))),
    ),
    "j gradient": Equation("j", der(loss(), W), mul(delta(HERE, "j"), z(BELOW, "i"))),
    "j a by w": Equation("j", der(a(HERE, "j"), W), z(BELOW, "i")),
    "j z by a": Equation("j", der(z(HERE, "j"), a(HERE, "j")), slope(HERE, a(HERE, "j"))),
    "j E by z": Equation(
        "j", der(loss(), z(HERE, "j")), units("k", ABOVE, mul(w(ABOVE, "k", "j"), delta(ABOVE, "k")))
    ),
    "j last, a by w": Equation("j", der(A_J, W_LAST), z(BEFORE_LAST, "i")),
    "j last, chain": Equation("j", der(loss(), W_LAST), outputs("k", mul(der(loss(), A_K), der(A_K, W_LAST)))),
    "j last, gradient": Equation("j", der(loss(), W_LAST), mul(delta(LAST, "j"), z(BEFORE_LAST, "i"))),
    "j before last": Equation(
        "j", der(loss(), w(BEFORE_LAST, "j", "i")),
        outputs("k", mul(delta(LAST, "k"), w(LAST, "k", "j"), slope(BEFORE_LAST, a(BEFORE_LAST, "j")),
                         z(("L", -2), "i"))),
    ),
}  # fmt: skip

APART = add(y("j"), neg(t("j")))
K = {
    "k loss": Equation("k", loss(), outputs("k", power(add(y("k"), neg(t("k"))), TWO))),
    "k first layer": Equation("k", a(1, "j"), ("sum", "i", ("inputs",), None, mul(w(1, "j", "i"), x("i")))),
    "k output": Equation("k", y("j"), h(LAST, A_J)),
    "k output unit": Equation("k", y("j"), z(LAST, "j")),
    "k by output": Equation("k", der(loss(), y("j")), mul(TWO, APART)),
    "k output by a": Equation("k", der(y("j"), A_J), slope(LAST, A_J)),
    "k chain": Equation("k", delta(LAST, "j"), mul(der(loss(), y("j")), der(y("j"), A_J))),
    "k delta": Equation("k", delta(LAST, "j"), mul(TWO, APART, slope(LAST, A_J))),
    "k gradient": Equation("k", der(loss(), W_LAST), mul(TWO, APART, slope(LAST, A_J), z(BEFORE_LAST, "i"))),
}

HERE_N, ABOVE_N = a(HERE, "j", "n"), a(ABOVE, "k", "n")
L = {
    "l a": Equation("l", HERE_N, incoming("i", BELOW, mul(W, z(BELOW, "i", "n")))),
    "l z": Equation("l", z(HERE, "j", "n"), h(HERE, HERE_N)),
    "l softmax": Equation(
        "l", y("k", "n"), div(exp(a(LAST, "k", "n")), outputs("j", exp(a(LAST, "j", "n"))))
    ),
    "l cross entropy": Equation("l", loss(), neg(points(outputs("k", mul(t("k", "n"), log(y("k", "n"))))))),
    "l losses": Equation("l", loss(), points(loss("n"))),
    "l delta": Equation("l", delta(HERE, "j", "n"), der(loss(), HERE_N)),
    "l last delta": Equation("l", delta(LAST, "j", "n"), add(y("j", "n"), neg(t("j", "n")))),
    "l gradient": Equation("l", der(loss(), W), points(mul(delta(HERE, "j", "n"), z(BELOW, "i", "n")))),
    "l gradients": Equation("l", der(loss(), W), points(der(loss("n"), W))),
    "l last, chain": Equation(
        "l", der(loss(), W_LAST),
        points(outputs("k", mul(der(loss(), a(LAST, "k", "n")), der(a(LAST, "k", "n"), W_LAST)))),
    ),
    "l three factors": Equation(
        "l", der(loss(), W),
        points(units("k", ABOVE, mul(der(loss(), ABOVE_N), der(ABOVE_N, HERE_N), der(HERE_N, W)))),
    ),
    "l next by this": Equation("l", der(ABOVE_N, HERE_N), mul(w(ABOVE, "k", "j"), slope(HERE, HERE_N))),
    "l recursion": Equation(
        "l", delta(HERE, "j", "n"),
        units("k", ABOVE, mul(delta(ABOVE, "k", "n"), w(ABOVE, "k", "j"), slope(HERE, HERE_N))),
    ),
}  # fmt: skip

EQUATIONS = {**E, **G, **CLASSIFICATION, **J, **K, **L}
