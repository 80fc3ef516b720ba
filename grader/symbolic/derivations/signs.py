"""What is said of a sign at the end of a chain of equalities, as in `c = 1 > 0`."""

from __future__ import annotations

import re
from dataclasses import replace
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.symbolic.reading.expression import number
from grader.symbolic.reading.lexer import ReadError
from grader.symbolic.truth.evaluate import both_sides

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.symbolic.derivations.line import Line
    from grader.symbolic.reading.expression import Expression
    from grader.symbolic.reading.statements import Chain, Member
    from grader.symbolic.truth.frames import Frame

_SIGN = re.compile(r"([<>≤≥]|\\(?:gt|lt|geq?|leq?|geqslant|leqslant)(?![a-zA-Z]))\s*0\Z")
_HOLDS: dict[str, Callable[[Any, Any], Any]] = {"<": lt, ">": gt, "<=": le, ">=": ge}
_RELATIONS = {"<": "<", ">": ">", "\\lt": "<", "\\gt": ">", "≤": "<=", "≥": ">="}


def with_signs(chain: Chain) -> Chain:
    """The chain with what its sides are said to be, positive or negative, beside them; a lone formula as it is."""
    first, *rest = chain.members
    return replace(chain, members=(first, *(_with_sign(member) for member in rest)))


def _with_sign(member: Member) -> Member:
    said = _SIGN.search(member.text)
    if said is None or not (text := member.text[: said.start()].rstrip()):
        return member
    relation = _RELATIONS.get(said[1]) or ("<=" if said[1].startswith("\\l") else ">=")
    return replace(member, text=text, sign=relation)


def checked_sign(line: Line, member: Member) -> Line:
    """The line of a side of an equality; what is true is for a person if its sign is not as it is said to be."""
    node, grounds = line.expression, line.grounds
    if not member.sign or line.status not in {"true", "definition"} or node is None or grounds is None:
        return line
    if any(_has_sign(frame, node, member.sign) for frame in grounds.frames):
        return line
    cause = "whether its sign is as it is said to be is not certain"
    return replace(line, status="unread", before=line.before or node, cause=cause)


def _has_sign(frame: Frame, node: Expression, sign: str) -> bool:
    try:
        with np.errstate(all="ignore"):
            values = [both_sides(node, number(0), setting)[0] for setting in frame]
    except ReadError:
        return False
    return all(bool(np.all(_HOLDS[sign](value, 0))) for value in values)
