"""Looks for answers: formulas in any spelling that the reader knows, and code whatever its names and layout."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from grader.symbolic.reading.expression import Symbol
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.reading.reader import read
from grader.symbolic.truth.canonical import canonical
from grader.symbolic.truth.scope import index_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.schema import Equation
    from grader.symbolic.reading.expression import Expression

LONGEST = 400
"""Letters of a text that is read as a formula."""
SMALLEST = 14
"""Nodes of a statement from which on it is no commonplace."""

_PIECES = re.compile(r"\$+([^$]+)\$+|`([^`]+)`|\"([^\"]+)\"|'([^']+)'|\(([^()]+)\)")
_SPLIT = re.compile(r"(?<![<>!=:])=(?!=)(?![^{]*\})|&|\\\\|:(?!=)|\bis\b|\n|;|, | - (?=[a-z]{3})")
"""What stands between formulas; the equality sign under a sum does not."""
_NOISE = re.compile(r"\\(?:left|right|big|Big|,|;|!|:| )|[\s{}$*&]|\\(?=[a-z])")


@dataclass(frozen=True)
class Answer:
    """A right side that answers something, and how it may look."""

    asks: str
    reference: str

    @classmethod
    def of(cls, equation: Equation) -> Answer:
        return cls(equation.asks, equation.reference)

    @cached_property
    def is_symbol(self) -> bool:
        """Whether it is one symbol: only an equation with it says anything."""
        return isinstance(read(self.reference)[0].expression, Symbol)

    def is_printed_in(self, text: str) -> bool:
        """Whether a text holds it letter for letter, but for spaces and braces."""
        plain = _plain(text)
        if self.is_symbol:
            return f"{_plain(self.asks)}={_plain(self.reference)}" in plain
        return any(_plain(form) in plain for form in (self.reference, _swapped(self.reference)))

    def is_said_in(self, text: str) -> bool:
        """Whether a text says it, also as the reader reads it."""
        return self.is_printed_in(text) or (not self.is_symbol and _form(self.reference) in _forms(text))


def pieces(text: str) -> Iterator[str]:
    """Parts of a text that may be a formula: what stands in quotes, dollars or brackets, and between equality signs."""
    found = [text, *(part for match in _PIECES.findall(text) for part in match if part)]
    for part in found:
        for piece in {part, *_SPLIT.split(part)}:
            if 0 < len(piece.strip()) < LONGEST:
                yield piece.strip()


@cache
def _forms(text: str) -> frozenset[object]:
    """The canonical forms of all that may be a formula in a text: copies have most of their texts in common."""
    return frozenset(map(_form, pieces(text))) - {None}


@cache
def _plain(text: str) -> str:
    """A text without what makes no difference to its reader."""
    return _NOISE.sub("", text.replace("−", "-").replace("·", ""))


def _swapped(text: str) -> str:
    """With the layer before the indices, or behind them."""
    return re.sub(r"(_\{?\w+\}?)(\^\{\([^)]*\)\})", r"\2\1", text)


@cache
def _form(text: str) -> object:
    """The canonical form of a formula, its free letters named by their order; None where it is none."""
    try:
        expression: Expression = read(text)[0].expression
    except (ReadError, RecursionError):
        return None
    if isinstance(expression, Symbol):
        return None
    free = tuple(Symbol(name) for name in dict.fromkeys(index_letters(expression)))
    return canonical(Symbol("y", None, free), expression)


@cache
def texts_of(path: str, content: str) -> frozenset[str]:
    """What may be a formula in a file: texts and comments of code, its sums and products, all of other files."""
    return frozenset(_texts_of(path, content))


def _texts_of(path: str, content: str) -> Iterator[str]:
    if path.endswith(".py"):
        yield from (
            node.value
            for node in ast.walk(ast.parse(content))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        tokens = tokenize.generate_tokens(io.StringIO(content).readline)
        yield from (token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)
        yield from (ast.unparse(node) for node in ast.walk(ast.parse(content)) if isinstance(node, ast.BinOp))
    elif path.endswith(".toml"):
        yield from strings_in(tomllib.loads(content))
    elif path.endswith(".ipynb"):
        yield from ("".join(cell["source"]) for cell in json.loads(content)["cells"])
    else:
        yield content


def strings_in(value: Any) -> Iterator[str]:
    """All texts in data, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from strings_in(key)
            yield from strings_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_in(part)


def statements(source: str) -> dict[str, str]:
    """The statements of code that are worth telling, with names replaced by their order; each as it was written."""
    return {
        _anonymous(node): ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.Expr | ast.Lambda | ast.IfExp)
        and sum(1 for _ in ast.walk(node)) >= SMALLEST
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    }


def _anonymous(node: ast.AST) -> str:
    value = node.value if isinstance(node, ast.Assign | ast.Return | ast.Expr) else node
    names: dict[str, str] = {}
    copy = ast.parse(ast.unparse(value) if value is not None else "")
    called = {id(part.func) for part in ast.walk(copy) if isinstance(part, ast.Call)}
    for part in ast.walk(copy):
        if isinstance(part, ast.Name) and id(part) not in called:
            part.id = names.setdefault(part.id, f"v{len(names)}")
    return ast.unparse(copy)
