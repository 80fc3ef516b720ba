"""The grammar of formulas, by recursive descent: one reading of a sequence of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.symbolic.reading.bars import is_evaluated_at, read_norm, read_place
from grader.symbolic.reading.ellipses import gathered
from grader.symbolic.reading.expression import (
    Add,
    Big,
    Divide,
    Dots,
    Expression,
    Function,
    Multiply,
    Negative,
    Number,
    Power,
    Span,
    Symbol,
    Transpose,
)
from grader.symbolic.reading.functions import read_best, read_function
from grader.symbolic.reading.groups import adjacent, over, product
from grader.symbolic.reading.lexer import NAMES, ReadError, Token, UnknownCommandError
from grader.symbolic.reading.notation import FUNCTIONS, GREEK
from grader.symbolic.reading.quotients import DELTA, NO_PARTIAL, read_fraction, read_gradient, read_partial
from grader.symbolic.reading.scripts import Scripts, read_scripts
from grader.symbolic.reading.stream import CLOSING, TokenStream
from grader.symbolic.reading.sums import BIG, NO_INDEX, index_letters_of, read_sum
from grader.symbolic.reading.symbols import read_symbol
from grader.symbolic.reading.tables import read_cases, read_indicator

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DEPTH = 60
MAX_DIGITS = 15

_ENDS_TERM = frozenset({")", "]", "}", "+", "-", ",", ";", ".", "=", "<", ">", ":", "text", "&", "row"})
_BRACED = frozenset({"underbrace", "overbrace"})
_FONTS = frozenset({"mathbf", "mathcal", "mathbb", "hat", "tilde", "bar"})


FULL_STOP = "a full stop that stands for a product"
HARMLESS = frozenset({DELTA, NO_PARTIAL, FULL_STOP})
"""What is mended although it can mean nothing else."""
FORGIVEN = HARMLESS | {NO_INDEX}
"""What nobody minds in a formula that is right with it."""
_NAME = re.compile(r"[A-Za-z][A-Za-z-]*(?: [A-Za-z-]+){0,2}")
"""Words that may be the name of something, such as `\\text{Loss}`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a formula, and what had to be mended for it."""

    expression: Expression
    repairs: tuple[str, ...] = ()


class Parser:
    """Recursive descent; `choose` names the ambiguities that are to be read the less usual way."""

    def __init__(self, tokens: tuple[Token, ...], choose: frozenset[str]) -> None:
        self.stream = TokenStream(tokens)
        self.choose = choose
        self.ambiguities: set[str] = set()
        self.depth = 0
        self.sums = 0
        self.bars_open: list[str] = []
        """Kinds of the bars that are not closed yet."""

    def formula(self) -> Reading:
        if self.stream.peek() is None:
            raise ReadError("there is no formula", Span(0, 0))
        parts = [self.expression()]
        while (token := self.stream.peek()) is not None:
            if token.kind in {")", "]", "}"}:
                self.stream.repairs.append(f"a closing {token.value} too many")
                self.stream.next()
                if self.stream.peek() is None:
                    break
                parts = [self._continue(parts[0])]
            elif token.kind in {".", ",", ";", ":"}:
                self.stream.next()
                if self.stream.peek() is not None:
                    raise ReadError("the formula goes on after a full stop or comma", token.span)
            else:
                raise ReadError(f"{token.value!r} was not expected here", token.span)
        return Reading(parts[0], tuple(self.stream.repairs))

    def _continue(self, before: Expression) -> Expression:
        """Go on after a stray closing bracket, as if it were not there."""
        token = self.stream.peek()
        if token is not None and token.kind in {"+", "-"}:
            rest = self.expression()
            terms = rest.terms if isinstance(rest, Add) else (rest,)
            return Add((before, *terms), span=over(before, rest))
        if token is not None and token.kind in _ENDS_TERM:
            return before
        rest = self.expression()
        return Multiply((before, rest), span=over(before, rest))

    def expression(self) -> Expression:
        """Terms with signs between them."""
        terms = [self.signed_term()]
        while (token := self.stream.peek()) is not None and (
            token.kind in {"+", "-"} or self._begins_signed(token)
        ):
            following = self.signed_term()
            if (last := self._sum_that_may_go_on(terms[-1], following)) is not None:
                terms[-1] = last
            else:
                terms.append(following)
        if len(terms) == 1:
            return terms[0]
        return gathered("sum", terms) or Add(tuple(terms), span=over(terms[0], terms[-1]))

    def _sum_that_may_go_on(self, term: Expression, following: Expression) -> Expression | None:
        r"""`\sum_k t_k a_k - t_k b`: written without brackets, but k in the second term belongs to the sum."""
        inner = term.operand if isinstance(term, Negative) else term
        if not isinstance(inner, Big) or inner.index is None:
            return None
        if inner.index not in index_letters_of(following):
            return None
        self.ambiguities.add("long sum")
        if "long sum" not in self.choose:
            return None
        terms = (*(inner.body.terms if isinstance(inner.body, Add) else (inner.body,)), following)
        body = Add(terms, span=over(terms[0], following))
        longer = Big(inner.kind, inner.index, inner.lower, inner.upper, body, span=over(inner, following))
        return Negative(longer, span=over(term, following)) if inner is not term else longer

    def signed_term(self) -> Expression:
        token = self.stream.peek()
        if token is not None and token.kind in {"+", "-"}:
            self.stream.next()
            self._deeper(token)
            operand = self.signed_term()
            self.depth -= 1
            if token.kind == "+":
                return operand
            return Negative(operand, span=Span(token.span.start, operand.span.end))
        return self.term()

    def term(self) -> Expression:
        """Factors side by side, with `*` or `/` between some of them."""
        factors = [self.factor()]
        while (token := self.stream.peek()) is not None and self._goes_on_behind(token):
            if token.kind in {"*", "."}:
                self.stream.next()
                factors.append(self.maybe_signed_factor())
            elif token.kind == "/":
                self.stream.next()
                factors = [self._slash(factors)]
            elif is_evaluated_at(self, token):
                factors = [read_place(self, product(factors))]
            else:
                factors.append(self.factor())
        return gathered("prod", factors) or product(factors)

    def _goes_on_behind(self, token: Token) -> bool:
        """Whether the term goes on at a token; a full stop before a fraction or bracket is a product."""
        if token.kind != ".":
            return token.kind not in _ENDS_TERM and not self._closes(token) and not self._begins_signed(token)
        after = self.stream.peek(1)
        goes_on = after is not None and (after.kind in {"(", "["} or after.value in {"frac", "sum"})
        if goes_on:
            self.stream.repairs.append(FULL_STOP)
        return goes_on

    def maybe_signed_factor(self) -> Expression:
        token = self.stream.peek()
        if token is not None and token.kind == "-":
            self.stream.next()
            factor = self.factor()
            return Negative(factor, span=Span(token.span.start, factor.span.end))
        return self.factor()

    def _slash(self, numerator: list[Expression]) -> Expression:
        r"""`A/2\sigma^2`: usually the whole product stands below, and that is the first reading."""
        below = [self.factor()]
        if self.goes_on():
            self.ambiguities.add("tight slash")
            if "tight slash" not in self.choose:
                while self.goes_on() and not self._stands_apart():
                    below.append(self.factor())
        top, bottom = product(numerator), product(below)
        return Divide(top, bottom, span=over(top, bottom))

    def _stands_apart(self) -> bool:
        r"""Whether a sum follows that may stand beside a quotient, as in `1/2\sigma^2 \sum_n`, and is read so."""
        token = self.stream.peek()
        if token is None or token.kind != "command" or token.value not in BIG:
            return False
        self.ambiguities.add("sum beside a slash")
        return "sum beside a slash" in self.choose

    def _closes(self, token: Token) -> bool:
        """Whether a token ends what it stands in: a table, or bars."""
        ends_table = token.kind == "command" and token.value == "end"
        return ends_table or (bool(self.bars_open) and token.kind == self.bars_open[-1])

    def goes_on(self) -> bool:
        token = self.stream.peek()
        if token is None or token.kind in _ENDS_TERM or token.kind in {"*", "/"} or self._closes(token):
            return False
        return not is_evaluated_at(self, token) and not self._begins_signed(token)

    def _begins_signed(self, token: Token) -> bool:
        r"""Whether a brace over or under a signed term follows, as in `\underbrace{a}_A \underbrace{- b}_B`."""
        inside = self.stream.group_ahead(1) if token.value in _BRACED else ()
        return bool(inside) and inside[0].kind in {"+", "-"}

    def factor(self) -> Expression:
        """One thing with what hangs on it."""
        token = self.stream.next()
        self._deeper(token)
        try:
            return self._factor(token)
        finally:
            self.depth -= 1

    def _deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ReadError("too deeply nested", token.span)

    def _factor(self, token: Token) -> Expression:
        if token.kind == "number":
            if len(token.value) > MAX_DIGITS:
                raise ReadError("a number that long is not read", token.span)
            if token.value == "1" and (one := read_indicator(self, token.span.start)) is not None:
                return one
            return self.power(Number(Fraction(token.value), span=token.span))
        if token.kind in {"letter", "word"}:
            return self._name(token)
        if token.kind == "command":
            return self._command(token)
        if token.kind in {"(", "[", "{"}:
            return self._bracketed(token)
        if token.kind in {"norm", "|"}:
            return read_norm(self, token)
        if token.kind == "text" and _NAME.fullmatch(token.value):
            return read_symbol(self, f"text {token.value}", token.span)
        raise ReadError(f"{token.value!r} was not expected here", token.span)

    def _bracketed(self, opening: Token) -> Expression:
        if opening.kind == "[":
            self.stream.at -= 1
            if (indicator := read_indicator(self, opening.span.start)) is not None:
                return indicator
            self.stream.next()
        inner = self.expression()
        self.close(opening)
        if isinstance(inner, Symbol) and inner.label is None and self._label_follows(opening):
            # `{w}^{(1)}`, `{w_{ji}}^{(1)}`, `(w_{ji})^{(1)}`: what hangs on the bracket hangs on the letter.
            return read_symbol(self, inner.name, inner.span, bold=inner.bold, inner=inner)
        return self.power(inner)

    def _label_follows(self, opening: Token) -> bool:
        """Whether scripts follow that belong to the symbol in the bracket: in `(w)^2` alone they are a power."""
        mark, after, inside = (self.stream.peek(ahead) for ahead in range(3))
        if mark is None or mark.kind not in {"_", "^"}:
            return False
        label = mark.kind == "_" or (after is not None and inside is not None and inside.kind in {"(", "["})
        return opening.kind == "{" or label

    def close(self, opening: Token) -> None:
        token = self.stream.peek()
        if token is None:
            self.stream.repairs.append(f"the closing {CLOSING[opening.kind]} for {opening.value} is missing")
        elif token.kind == CLOSING[opening.kind] or (token.kind in {")", "]"} and opening.kind != "{"):
            self.stream.next()
        elif opening.kind != "{" and token.kind == "}":
            self.stream.repairs.append(f"the closing {CLOSING[opening.kind]} for {opening.value} is missing")
        else:
            raise ReadError(f"{token.value!r} stands where {CLOSING[opening.kind]} was expected", token.span)

    def power(self, base: Expression) -> Expression:
        scripts = read_scripts(self.stream)
        if scripts.primes:
            raise ReadError("a prime on something that is no function", base.span)
        if scripts.indices:
            # `h_1(...)_i`: an index on a bracket says which component is meant, which its content says already.
            self.stream.repairs.append("an index behind a bracket")
        return self.raised(base, scripts)

    def raised(self, base: Expression, scripts: Scripts) -> Expression:
        """The base with its superscript as a power, and turned round where that says so."""
        if scripts.transposed:
            return Transpose(self._raised(base, scripts), span=Span(base.span.start, scripts.end))
        return self._raised(base, scripts)

    def _raised(self, base: Expression, scripts: Scripts) -> Expression:
        if not scripts.superscript:
            return base
        labelled = scripts.superscript[0].kind == "(" and scripts.superscript[-1].kind == ")"
        if labelled and len(scripts.superscript) <= 5:
            raise ReadError("a layer label on something that is no symbol", base.span)
        parser = Parser(tuple(scripts.superscript), self.choose)
        parser.depth = self.depth
        exponent = parser.formula()
        self.stream.repairs.extend(exponent.repairs)
        return Power(base, exponent.expression, span=Span(base.span.start, scripts.end))

    def _name(self, token: Token) -> Expression:
        """A letter, or the first letter of a function's name typed without a backslash."""
        if token.kind == "word":
            return read_function(self, token.value, token.span)
        for name in NAMES:
            following = [self.stream.peek(ahead) for ahead in range(len(name) - 1)]
            typed = token.value + "".join(t.value for t in following if t is not None and t.kind == "letter")
            if typed == name and adjacent([token, *[t for t in following if t is not None]]):
                for _ in following:
                    self.stream.next()
                return read_function(self, name, Span(token.span.start, self.stream.end))
        if token.value == "e" and (after := self.stream.peek()) is not None and after.kind == "^":
            scripts = read_scripts(self.stream)
            power = self.raised(Symbol("e", span=token.span), scripts)
            if isinstance(power, Power):
                return Function("exp", power.exponent, span=power.span)
        return read_symbol(self, token.value, token.span)

    def _command(self, token: Token) -> Expression:
        if token.value in BIG:
            return read_sum(self, token)
        if token.value == "frac":
            return read_fraction(self, token)
        if token.value == "nabla":
            return read_gradient(self, token)
        if token.value == "partial":
            return read_partial(self, token)
        if token.value == "sqrt":
            if (after := self.stream.peek()) is not None and after.kind == "[":
                raise ReadError("a root other than the square root", after.span)
            argument = self.sub(self.stream.group())
            return self.power(Function("sqrt", argument, span=Span(token.span.start, argument.span.end)))
        if token.value in {"argmin", "argmax"}:
            return read_best(self, token)
        if token.value in FUNCTIONS:
            return read_function(self, token.value, token.span)
        if token.value == "ldots":
            return Dots(span=token.span)
        if token.value in _BRACED:
            return self._braced()
        if token.value == "begin":
            return read_cases(self, token)
        if token.value in _FONTS:
            return self._font(token)
        if token.value in GREEK:
            return read_symbol(self, token.value, token.span)
        raise UnknownCommandError(f"\\{token.value} is not known here", token.span)

    def _braced(self) -> Expression:
        r"""`\underbrace{a + b}_{name}`: what stands above the brace; its name says nothing that is judged."""
        inner = self.sub(self.stream.group())
        if self.stream.take("_", "^"):
            self.stream.group()
        return inner

    def _font(self, token: Token) -> Expression:
        group = self.stream.group()
        first = group[0] if group else token
        if len(group) == 1 and first.value in {"1", "I"}:
            indicator = read_indicator(self, token.span.start)
            if indicator is not None:
                return indicator
            if first.value == "1" and (after := self.stream.peek()) is not None and after.kind == "_":
                return self._kronecker(token)
        if first.kind not in {"letter", "command"} or (first.kind == "command" and first.value not in GREEK):
            raise ReadError(f"\\{token.value} of something that is no letter", first.span)
        parser = Parser(tuple(group), self.choose)
        inner = parser.factor()
        if parser.stream.peek() is not None:
            raise ReadError(f"\\{token.value} of more than a letter", first.span)
        if not isinstance(inner, Symbol):
            raise ReadError(f"\\{token.value} of something that is no letter", first.span)
        # There is one variance only: an estimate of it is the same letter.
        plain = token.value == "mathbf" or inner.name == "sigma"
        name = inner.name if plain else f"{token.value} {inner.name}"
        return read_symbol(
            self, name, Span(token.span.start, self.stream.end), bold=token.value == "mathbf", inner=inner
        )

    def _kronecker(self, token: Token) -> Expression:
        r"""`\mathbb{1}_{jk}`, the entry of the identity matrix."""
        entry = read_symbol(self, "mathbb I", Span(token.span.start, self.stream.end))
        if not isinstance(entry, Symbol) or len(entry.indices) != 2:
            raise ReadError("ones without two indices", token.span)
        return entry

    def sub(self, tokens: list[Token]) -> Expression:
        parser = Parser(tuple(tokens), self.choose)
        parser.depth = self.depth
        reading = parser.formula()
        self.stream.repairs.extend(reading.repairs)
        self.ambiguities |= parser.ambiguities
        return reading.expression

    def apart(self, tokens: Sequence[Token]) -> Expression:
        """Read tokens that are no part of the formula itself; what is mended there is not told."""
        return Parser(tuple(tokens), self.choose).formula().expression
