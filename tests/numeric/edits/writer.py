"""Writes variants of a function: each with one edit of its source, of the kinds that students make."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SWAPPED: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
NAMES = {
    "t": "y",
    "y": "t",
    "a": "z",
    "z": "a",
    "x": "t",
    "g_b": "g_w",
    "g_w": "g_b",
    "i": "j",
    "j": "i",
    "up": "down",
}
METHODS = {
    "mean": "sum",
    "sum": "mean",
    "exp": "log",
    "log": "exp",
    "tanh": "sinh",
    "maximum": "minimum",
    "max": "min",
}
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.Lt: ast.Gt}


def edits(source: str) -> Iterator[tuple[str, str]]:
    """(what was done, source with that one edit), every one different from the others and from the source."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for place, node in enumerate(ast.walk(tree)):
        for label, replacement in (*_expressions(node), *_statements(node)):
            edited = _with(tree, place, replacement)
            text = ast.unparse(ast.fix_missing_locations(edited))
            if text not in seen:
                seen.add(text)
                yield f"{label}: {ast.unparse(node).splitlines()[0][:60]}", text


def _with(tree: ast.Module, place: int, replacement: ast.AST) -> ast.Module:
    """A copy of the tree with another node at a place of its walk."""
    changed = copy.deepcopy(tree)
    target = list(ast.walk(changed))[place]
    for parent in ast.walk(changed):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, replacement)
            elif isinstance(value, list):
                setattr(parent, field, [replacement if item is target else item for item in value])
    return changed


def _expressions(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    yield from _arithmetic(node)
    yield from _calls(node)
    match node:
        case ast.Attribute(value, "T", _):
            yield "not transposed", value
        case ast.Attribute(value, name, context) if name in METHODS:
            yield "method", ast.Attribute(value, METHODS[name], context)
        case ast.Subscript(value, ast.Name() as index, context):
            for change in (-1, 1):
                moved = ast.BinOp(index, ast.Add(), ast.Constant(change))
                yield "index", ast.Subscript(value, moved, context)
        case ast.Name(name, context) if name in NAMES:
            yield "name", ast.Name(NAMES[name], context)
        case ast.Compare(left, [operator], right) if type(operator) in COMPARED:
            yield "comparison", ast.Compare(left, [COMPARED[type(operator)]()], right)
        case ast.IfExp(test, body, other):
            yield "branches", ast.IfExp(test, other, body)
        case ast.Tuple([first, second], ast.Load() as context):
            yield "pair", ast.Tuple([second, first], context)


def _arithmetic(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.BinOp(left, operator, right):
            for other in SWAPPED.get(type(operator), ()):
                yield "operator", ast.BinOp(left, other(), right)
            yield "left alone", left
            yield "right alone", right
            yield "order", ast.BinOp(right, operator, left)
            yield "sign", ast.UnaryOp(ast.USub(), node)
        case ast.UnaryOp(_, operand):
            yield "sign", operand
        case ast.Constant(bool() as flag):
            yield "flag", ast.Constant(not flag)
        case ast.Constant(int() | float() as number):
            for changed in (number + 1, number - 1, 2 * number):
                yield "number", ast.Constant(changed)


def _calls(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Call(function, [_, *_] as arguments, keywords) if len(arguments) + len(keywords) > 1:
            for n in range(len(arguments)):
                yield "argument", ast.Call(function, arguments[:n] + arguments[n + 1 :], keywords)
            for n in range(len(keywords)):
                yield "option", ast.Call(function, arguments, keywords[:n] + keywords[n + 1 :])
            yield "arguments", ast.Call(function, arguments[::-1], keywords)
        case ast.Call(function, [], [_, *rest]):
            yield "option", ast.Call(function, [], rest)


def _statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The body of a function or loop with a statement left out, or two in the other order."""
    if not isinstance(node, ast.FunctionDef | ast.For | ast.If):
        return
    for n in range(len(node.body)):
        shorter = copy.copy(node)
        shorter.body = [*node.body[:n], *node.body[n + 1 :]] or [ast.Pass()]
        yield "statement left out", shorter
        if n + 1 < len(node.body):
            turned = copy.copy(node)
            turned.body = [*node.body[:n], node.body[n + 1], node.body[n], *node.body[n + 2 :]]
            yield "statements in the other order", turned
