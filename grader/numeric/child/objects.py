"""Which objects an expression is about: the names at its root, and those whose objects its value is, holds or looks into."""

from __future__ import annotations

import ast

SHARING_CALLS = frozenset(
    """
    asarray atleast_1d atleast_2d broadcast_to deque dict diagonal enumerate get iter items list map filter ravel reshape reversed
    sorted squeeze swapaxes transpose tuple values view zip
    """.split()
)
"""Calls whose value shares memory, or items, with what they are given."""


def root(node: ast.expr) -> set[str]:
    """The name at the beginning of `name[...].attribute`, and all of them in a display."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    if isinstance(node, (ast.Tuple, ast.List)):
        return set().union(*map(root, node.elts))
    if isinstance(node, ast.Call):
        return carried(node)
    return {node.id} if isinstance(node, ast.Name) else set()


def last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def carried(node: ast.expr) -> set[str]:
    """Names of objects that the value is, or holds, or looks into."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred, ast.NamedExpr, ast.Await)):
        return carried(node.value)
    parts: list[ast.expr] = []
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.values
    elif isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.BoolOp):
        parts = node.values
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        parts = [node.elt, *(generator.iter for generator in node.generators)]
    elif isinstance(node, ast.DictComp):
        parts = [node.value, *(generator.iter for generator in node.generators)]
    elif isinstance(node, ast.Call) and last_name(node.func) in SHARING_CALLS:
        receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        parts = [*receiver, *node.args]
    return set().union(*map(carried, parts))
