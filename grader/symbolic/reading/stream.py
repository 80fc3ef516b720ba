"""A place in a sequence of tokens, with what was repaired on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.symbolic.reading.expression import Span
from grader.symbolic.reading.lexer import ReadError, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSING = {"(": ")", "[": "]", "{": "}"}


class TokenStream:
    """Reads tokens from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = list(tokens)
        self.at = 0
        self.repairs: list[str] = []

    @property
    def length(self) -> int:
        """How many tokens there are."""
        return len(self._tokens)

    @property
    def end(self) -> int:
        """Where the token before the place ends in the text."""
        return self._tokens[self.at - 1].span.end if self.at else 0

    def peek(self, ahead: int = 0) -> Token | None:
        """The token at the place, or None behind the last one."""
        at = self.at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def next(self) -> Token:
        """Take the token at the place.

        Raises:
            ReadError: there is none.

        """
        token = self.peek()
        if token is None:
            raise ReadError("the formula ends too early", Span(max(self.end - 1, 0), self.end))
        self.at += 1
        return token

    def take(self, *kinds: str) -> bool:
        """Take the token at the place if it is of one of these kinds."""
        token = self.peek()
        if token is None or token.kind not in kinds:
            return False
        self.at += 1
        return True

    def group(self) -> list[Token]:
        """Take one TeX argument: a group in braces, without them, or the single token at the place."""
        first = self.next()
        if first.kind == "(":
            # `w_(ji)` and `a^(l)`: TeX would take the parenthesis alone, nobody means that.
            return [first, *self._until_closing("(", ")"), self._tokens[self.at - 1]]
        if first.kind == "number" and len(first.value) > 1:
            # TeX takes one digit: `\frac12` is a half.
            start, end = first.span
            first = Token("number", first.value[0], Span(start, start + 1))
            rest = Token("number", self._tokens[self.at - 1].value[1:], Span(start + 1, end))
            self._tokens[self.at - 1 : self.at] = [first, rest]
        if first.kind != "{":
            return [first]
        return self._until_closing("{", "}")

    def _until_closing(self, opening: str, closing: str) -> list[Token]:
        start, depth = self.at, 1
        while depth:
            token = self.next()
            depth += {opening: 1, closing: -1}.get(token.kind, 0)
        return list(self._tokens[start : self.at - 1])

    def matching(self) -> int | None:
        """Index of the token that closes the bracket before the place, or None if nothing does."""
        opening = self._tokens[self.at - 1].kind
        closing = CLOSING[opening]
        depth = 1
        for at in range(self.at, len(self._tokens)):
            depth += {opening: 1, closing: -1}.get(self._tokens[at].kind, 0)
            if depth == 0:
                return at
        return None

    def group_ahead(self, ahead: int = 0) -> Sequence[Token]:
        """What stands in the bracket or brace at the place, or further ahead, which is not taken; nothing without one."""
        token = self.peek(ahead)
        if token is None or token.kind not in CLOSING:
            return ()
        before, self.at = self.at, self.at + ahead + 1
        end = self.matching()
        content = self.slice(self.at, end if end is not None else self.at)
        self.at = before
        return content

    def slice(self, start: int, end: int) -> Sequence[Token]:
        """Tokens by index."""
        return self._tokens[start:end]
