"""Sums, products, powers and norms of numbers, vectors and matrices of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import (
    Add,
    Expression,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Symbol,
    Transpose,
    number,
    walk,
)
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.bindings import length, same_length
from grader.symbolic.truth.scope import meaning_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from grader.symbolic.truth.bindings import Bindings
    from grader.symbolic.truth.scope import Definition


def product_value(node: Multiply, scope: Bindings) -> NDArray[Any]:
    """Factors from right to left, so that a matrix of weights acts on the vector behind it."""
    product = np.asarray(scope.setting.world.number(1))
    for factor in reversed(node.factors):
        if isinstance(factor, Transpose) and not _is_matrix(factor.argument):
            product = _dot(factor, product, scope)
        elif (matrix := _matrix(factor, scope)) is None:
            value = scope.value(factor)
            same_length((value, product), factor)
            product = np.asarray(value * product)
        elif length(product) != matrix.shape[-1]:
            raise ReadError("a matrix of weights without a vector of its size", factor.span)
        else:
            product = np.moveaxis(np.moveaxis(product, 0, -1) @ np.swapaxes(matrix, -1, -2), -1, 0)
    return product


def _dot(row: Transpose, column: NDArray[Any], scope: Bindings) -> NDArray[Any]:
    """A row vector times what stands behind it; unit 0 is no component."""
    values = scope.value(row.argument)
    if min(length(values), length(column)) == 1:
        raise ReadError("a row vector without a vector behind it", row.span)
    same_length((values, column), row)
    return np.asarray((values * column)[1:].sum(axis=0, keepdims=True))


def _is_matrix(node: Expression) -> bool:
    return isinstance(node, Symbol) and node.name == "w" and not node.indices


def _matrix(node: Expression, scope: Bindings) -> NDArray[Any] | None:
    """The weights of a layer, if a symbol without indices stands for all of them, turned round if that is said."""
    if isinstance(node, Transpose):
        matrix = _matrix(node.argument, scope)
        return None if matrix is None else matrix.T
    if not isinstance(node, Symbol) or not _is_matrix(node):
        return None
    layer = scope.setting.label(node.label, "w")
    if layer is None or not 1 <= layer <= scope.setting.world.layers:
        raise ReadError("the weights of which layer?", node.span)
    if scope.run.perturbed is not None:
        raise ReadError("the derivative of a product of matrices is not read", node.span)
    return np.asarray(scope.run.w[layer - 1][0])


def power_value(node: Power, scope: Bindings) -> NDArray[Any]:
    """A power; the square of a vector is that of its norm."""
    base = scope.value(node.base)
    if length(base) > 1:
        if node.exponent != number(2):
            raise ReadError("a power of a vector", node.span)
        return np.asarray((base**2)[1:].sum(axis=0, keepdims=True))  # as in (y - t)^2
    exponent = node.exponent
    if isinstance(exponent, Negative) and isinstance(exponent.operand, Number):
        exponent = Number(-exponent.operand.value)
    if isinstance(exponent, Number) and exponent.value.denominator == 1 and abs(exponent.value) < 64:
        power = int(exponent.value)
        return np.asarray(base**power if power >= 0 else 1 / base ** (-power))
    return np.asarray(base ** scope.value(node.exponent))


def sum_value(node: Add, scope: Bindings) -> NDArray[Any]:
    """A sum of numbers or of vectors."""
    terms = [scope.value(term) for term in node.terms]
    same_length(terms, node)
    if len({length(term) for term in terms}) > 1:
        raise ReadError("a vector and a number are added", node.span)
    return np.asarray(sum(terms[1:], terms[0]))


def is_identity(node: Expression) -> bool:
    """Whether a symbol stands for the identity matrix, which says only that a number is meant as a matrix."""
    return (
        isinstance(node, Symbol)
        and node.name in {"I", "mathbb I"}
        and all(isinstance(index, Symbol) and index.name.isupper() for index in node.indices)
    )


def norm_value(node: Norm, scope: Bindings) -> NDArray[Any]:
    """The Euclidean norm of a vector."""
    values = scope.value(node.argument)
    if length(values) == 1:
        raise ReadError("the norm of something that is no vector", node.span)
    return _length_of(values)


def _length_of(values: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.sqrt((values**2)[1:].sum(axis=0, keepdims=True)))


def bars_value(argument: Expression, scope: Bindings) -> NDArray[Any]:
    """What single bars mean: the norm of a vector, the size of a number, or the determinant of a multiple of I."""
    if _is_multiple_of_identity(argument, scope):
        return determinant_value(argument, scope)
    values = scope.value(argument)
    if length(values) > 1:
        return _length_of(values)
    return np.asarray(np.sqrt(values**2))


def determinant_value(argument: Expression, scope: Bindings) -> NDArray[Any]:
    """The determinant of a multiple of the identity matrix in the space of the outputs."""
    values = scope.value(argument)
    if length(values) > 1 or not _is_multiple_of_identity(argument, scope):
        raise ReadError("the determinant of something that is no multiple of I", argument.span)
    return np.asarray(values ** scope.setting.world.sizes[-1])


def _is_multiple_of_identity(node: Expression, scope: Bindings) -> bool:
    r"""Whether the identity matrix occurs, also in what was named before, as in `\Sigma = \sigma^2 I`."""
    definitions = scope.setting.definitions
    seen: list[Definition] = []
    waiting = [node]
    while waiting:
        for part in walk(waiting.pop()):
            if is_identity(part):
                return True
            meaning = meaning_of(part, definitions) if isinstance(part, Symbol) else None
            if meaning is not None and meaning[0] not in seen:
                seen.append(meaning[0])
                waiting.append(meaning[0].expression)
    return False
