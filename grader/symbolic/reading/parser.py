"""The grammar of formulas, by recursive descent: one reading of a sequence of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from grader.symbolic.reading.expression import (
    Activation,
    Add,
    Applied,
    Big,
    Case,
    Cases,
    Derivative,
    Divide,
    Dots,
    Expression,
    Function,
    Multiply,
    Negative,
    Norm,
    Number,
    Power,
    Span,
    Symbol,
    letter,
    walk,
)
from grader.symbolic.reading.groups import (
    adjacent,
    excluded,
    is_partial,
    lower_limit,
    over,
    product,
    read_condition,
)
from grader.symbolic.reading.lexer import NAMES, ReadError, Token
from grader.symbolic.reading.notation import FUNCTIONS, GREEK, LAYERED, SAME
from grader.symbolic.reading.scripts import Scripts, read_scripts
from grader.symbolic.reading.stream import CLOSING, TokenStream

MAX_DEPTH = 60
MAX_DIGITS = 15
MAX_NESTED_SUMS = 8

_BIG = {"sum": "sum", "prod": "prod"}
_ENDS_TERM = frozenset({")", "]", "}", "+", "-", ",", "|", ";", ".", "=", "<", ">", ":", "text", "&", "row"})
_FUNCTION_LETTERS = frozenset({"sigma", "phi", "varphi", "psi", "rho", "tau", "f", "g", "s"})
"""Letters that other books give to activation functions."""
_FONTS = frozenset({"mathbf", "mathcal", "mathbb", "hat", "tilde", "bar"})


NO_PARTIAL = r"\partial is missing below the line"
FULL_STOP = "a full stop that stands for a product"
HARMLESS = frozenset({NO_PARTIAL, FULL_STOP})
"""What is mended although it can mean nothing else."""
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
        self._norms_open = 0

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
        terms = [self._signed_term()]
        while (token := self.stream.peek()) is not None and token.kind in {"+", "-"}:
            following = self._signed_term()
            if (last := self._sum_that_may_go_on(terms[-1], following)) is not None:
                terms[-1] = last
            else:
                terms.append(following)
        return terms[0] if len(terms) == 1 else Add(tuple(terms), span=over(terms[0], terms[-1]))

    def _sum_that_may_go_on(self, term: Expression, following: Expression) -> Expression | None:
        r"""`\sum_k t_k a_k - t_k b`: written without brackets, but k in the second term belongs to the sum."""
        inner = term.operand if isinstance(term, Negative) else term
        if not isinstance(inner, Big) or inner.index is None:
            return None
        if not any(letter(node) == inner.index for node in walk(following)):
            return None
        self.ambiguities.add("long sum")
        if "long sum" not in self.choose:
            return None
        terms = (*(inner.body.terms if isinstance(inner.body, Add) else (inner.body,)), following)
        body = Add(terms, span=over(terms[0], following))
        longer = Big(inner.kind, inner.index, inner.lower, inner.upper, body, span=over(inner, following))
        return Negative(longer, span=over(term, following)) if inner is not term else longer

    def _signed_term(self) -> Expression:
        token = self.stream.peek()
        if token is not None and token.kind in {"+", "-"}:
            self.stream.next()
            self._deeper(token)
            operand = self._signed_term()
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
                factors.append(self._maybe_signed_factor())
            elif token.kind == "/":
                self.stream.next()
                factors = [self._slash(factors)]
            elif (token.kind == "norm" and self._norms_open) or self._ends_table(token):
                break
            else:
                factors.append(self.factor())
        return product(factors)

    def _goes_on_behind(self, token: Token) -> bool:
        """Whether the term goes on at a token; a full stop before a fraction or bracket is a product."""
        if token.kind != ".":
            return token.kind not in _ENDS_TERM
        after = self.stream.peek(1)
        goes_on = after is not None and (after.kind in {"(", "["} or after.value in {"frac", "sum"})
        if goes_on:
            self.stream.repairs.append(FULL_STOP)
        return goes_on

    def _maybe_signed_factor(self) -> Expression:
        token = self.stream.peek()
        if token is not None and token.kind == "-":
            self.stream.next()
            factor = self.factor()
            return Negative(factor, span=Span(token.span.start, factor.span.end))
        return self.factor()

    def _slash(self, numerator: list[Expression]) -> Expression:
        r"""`A/2\sigma^2`: usually the whole product stands below, and that is the first reading."""
        below = [self.factor()]
        if self._goes_on():
            self.ambiguities.add("tight slash")
            if "tight slash" not in self.choose:
                while self._goes_on():
                    below.append(self.factor())
        top, bottom = product(numerator), product(below)
        return Divide(top, bottom, span=over(top, bottom))

    @staticmethod
    def _ends_table(token: Token) -> bool:
        return token.kind == "command" and token.value == "end"

    def _goes_on(self) -> bool:
        token = self.stream.peek()
        if token is None or token.kind in _ENDS_TERM or token.kind in {"*", "/"} or self._ends_table(token):
            return False
        return not (token.kind == "norm" and self._norms_open)

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
            return self._power(Number(Fraction(token.value), span=token.span))
        if token.kind in {"letter", "word"}:
            return self._name(token)
        if token.kind == "command":
            return self._command(token)
        if token.kind in {"(", "[", "{"}:
            return self._bracketed(token)
        if token.kind == "norm":
            return self._norm(token)
        if token.kind == "text" and _NAME.fullmatch(token.value):
            return self._symbol(f"text {token.value}", token.span)
        raise ReadError(f"{token.value!r} was not expected here", token.span)

    def _bracketed(self, opening: Token) -> Expression:
        inner = self.expression()
        self._close(opening)
        if isinstance(inner, Symbol) and inner.label is None and self._label_follows(opening):
            # `{w}^{(1)}`, `{w_{ji}}^{(1)}`, `(w_{ji})^{(1)}`: what hangs on the bracket hangs on the letter.
            return self._symbol(inner.name, inner.span, bold=inner.bold, inner=inner)
        return self._power(inner)

    def _label_follows(self, opening: Token) -> bool:
        """Whether scripts follow that belong to the symbol in the bracket: in `(w)^2` alone they are a power."""
        mark, after, inside = (self.stream.peek(ahead) for ahead in range(3))
        if mark is None or mark.kind not in {"_", "^"}:
            return False
        label = mark.kind == "_" or (after is not None and inside is not None and inside.kind in {"(", "["})
        return opening.kind == "{" or label

    def _close(self, opening: Token) -> None:
        token = self.stream.peek()
        if token is None:
            self.stream.repairs.append(f"the closing {CLOSING[opening.kind]} for {opening.value} is missing")
        elif token.kind == CLOSING[opening.kind] or (token.kind in {")", "]"} and opening.kind != "{"):
            self.stream.next()
        elif opening.kind != "{" and token.kind == "}":
            self.stream.repairs.append(f"the closing {CLOSING[opening.kind]} for {opening.value} is missing")
        else:
            raise ReadError(f"{token.value!r} stands where {CLOSING[opening.kind]} was expected", token.span)

    def _power(self, base: Expression) -> Expression:
        scripts = read_scripts(self.stream)
        if scripts.primes:
            raise ReadError("a prime on something that is no function", base.span)
        if scripts.indices:
            # `h_1(...)_i`: an index on a bracket says which component is meant, which its content says already.
            self.stream.repairs.append("an index behind a bracket")
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
            return self._function(token.value, token.span)
        for name in NAMES:
            following = [self.stream.peek(ahead) for ahead in range(len(name) - 1)]
            typed = token.value + "".join(t.value for t in following if t is not None and t.kind == "letter")
            if typed == name and adjacent([token, *[t for t in following if t is not None]]):
                for _ in following:
                    self.stream.next()
                return self._function(name, Span(token.span.start, self.stream.end))
        if token.value == "e" and (after := self.stream.peek()) is not None and after.kind == "^":
            scripts = read_scripts(self.stream)
            power = self._raised(Symbol("e", span=token.span), scripts)
            if isinstance(power, Power):
                return Function("exp", power.exponent, span=power.span)
        return self._symbol(token.value, token.span)

    def _command(self, token: Token) -> Expression:
        if token.value in _BIG:
            return self._big(token)
        if token.value == "frac":
            return self._fraction(token)
        if token.value == "sqrt":
            if (after := self.stream.peek()) is not None and after.kind == "[":
                raise ReadError("a root other than the square root", after.span)
            argument = self._sub(self.stream.group())
            return self._power(Function("sqrt", argument, span=Span(token.span.start, argument.span.end)))
        if token.value in FUNCTIONS:
            return self._function(token.value, token.span)
        if token.value == "ldots":
            return Dots(span=token.span)
        if token.value == "begin":
            return self._cases(token)
        if token.value in _FONTS:
            return self._font(token)
        if token.value in GREEK:
            return self._symbol(token.value, token.span)
        raise ReadError(f"\\{token.value} is not known here", token.span)

    def _cases(self, token: Token) -> Expression:
        r"""`\begin{cases} value & if j = k \\ ... \end{cases}`."""
        name = "".join(inner.value for inner in self.stream.group())
        if name != "cases":
            raise ReadError(f"a table of the kind {name!r}", token.span)
        found: list[Case] = []
        while not self._at_command("end"):
            value = self.expression()
            words: list[Token] = []
            while (
                (after := self.stream.peek()) is not None
                and after.kind != "row"
                and not self._at_command("end")
            ):
                words.append(self.stream.next())
            found.append(Case(value, read_condition(words), span=value.span))
            self.stream.take("row")
        self.stream.next()
        self.stream.group()
        return Cases(tuple(found), span=Span(token.span.start, self.stream.end))

    def _at_command(self, name: str) -> bool:
        token = self.stream.peek()
        if token is None:
            raise ReadError("this table does not end", Span(self.stream.end, self.stream.end))
        return token.kind == "command" and token.value == name

    def _font(self, token: Token) -> Expression:
        group = self.stream.group()
        first = group[0] if group else token
        if first.kind not in {"letter", "command"} or (first.kind == "command" and first.value not in GREEK):
            raise ReadError(f"\\{token.value} of something that is no letter", first.span)
        parser = Parser(tuple(group), self.choose)
        inner = parser.factor()
        if parser.stream.peek() is not None:
            raise ReadError(f"\\{token.value} of more than a letter", first.span)
        if not isinstance(inner, Symbol):
            raise ReadError(f"\\{token.value} of something that is no letter", first.span)
        name = inner.name if token.value == "mathbf" else f"{token.value} {inner.name}"
        return self._symbol(
            name, Span(token.span.start, self.stream.end), bold=token.value == "mathbf", inner=inner
        )

    def _fraction(self, token: Token) -> Expression:
        numerator, denominator = self.stream.group(), self.stream.group()
        span = Span(token.span.start, self.stream.end)
        if is_partial(numerator[:1]):
            return self._derivative(numerator[1:], denominator, span)
        top, bottom = self._sub(numerator), self._sub(denominator)
        return self._power(Divide(top, bottom, span=span))

    def _derivative(self, numerator: list[Token], denominator: list[Token], span: Span) -> Expression:
        if is_partial(denominator[:1]):
            denominator = denominator[1:]
        else:
            self.stream.repairs.append(NO_PARTIAL)
        by = self._sub(denominator)
        if numerator:
            return Derivative(self._sub(numerator), by, span=span)
        following = self.stream.peek()
        signed = following is not None and following.kind in {"+", "-"}
        of = self._signed_term() if signed else self.term()
        return Derivative(of, by, span=Span(span.start, of.span.end))

    def _sub(self, tokens: list[Token]) -> Expression:
        parser = Parser(tuple(tokens), self.choose)
        parser.depth = self.depth
        reading = parser.formula()
        self.stream.repairs.extend(reading.repairs)
        self.ambiguities |= parser.ambiguities
        return reading.expression

    def _big(self, token: Token) -> Expression:
        self.sums += 1
        if self.sums > MAX_NESTED_SUMS:
            raise ReadError("too many sums", token.span)
        index: str | None = None
        lower = upper = excluding = None
        while (mark := self.stream.peek()) is not None and (
            mark.kind in {"_", "^"} or (mark.kind == "{" and self._is_lost_limit())
        ):
            if mark.kind == "{":
                self.stream.repairs.append("the underscore before the limit of a sum is missing")
            else:
                self.stream.next()
            group = self.stream.group()
            if (mark.kind == "^" and upper is not None) or (
                mark.kind != "^" and (index or lower) is not None
            ):
                raise ReadError("a second limit of the same kind", mark.span)
            if mark.kind == "^":
                upper = self._sub(group) if group else None
            elif group:
                group, excluding = excluded(group)
                index, lower = lower_limit(group)
        index, upper = _index_of_size(index, upper)
        body = self._signed_term()
        kind = _BIG[token.value]
        span = Span(token.span.start, body.span.end)
        return Big(kind, index, lower, upper, body, excluding, span=span)  # type: ignore[arg-type]

    def _is_lost_limit(self) -> bool:
        r"""Whether the group at the place is a limit whose underscore was eaten: `\sum{n=1}^N`."""
        self.stream.next()
        end = self.stream.matching()
        content = self.stream.slice(self.stream.at, end if end is not None else self.stream.at)
        self.stream.at -= 1
        return any(token.kind == "=" for token in content)

    def _function(self, name: str, span: Span) -> Expression:
        name = {"ln": "log"}.get(name, name)
        if name in {"softmax", "sigmoid"} and self.stream.peek() is None:
            return Symbol(f"text {name}", span=span)  # the name of what is on the other side
        scripts = read_scripts(self.stream)
        if scripts.indices or scripts.primes:
            raise ReadError(f"{name} with an index or a prime", span)
        token = self.stream.peek()
        if token is not None and token.kind in {"(", "[", "{"}:
            self.stream.next()
            argument = self.expression()
            self._close(token)
            result: Expression = Function(name, argument, span=Span(span.start, self.stream.end))
            result = self._power_of_call(result, name, argument)
        else:
            factors = [self._maybe_signed_factor()]
            if self._goes_on():
                self.ambiguities.add("narrow argument")
                while "narrow argument" not in self.choose and self._goes_on():
                    factors.append(self.factor())
            argument = product(factors)
            result = Function(name, argument, span=Span(span.start, argument.span.end))
        return self._raised(result, scripts)

    def _power_of_call(self, call: Expression, name: str, argument: Expression) -> Expression:
        r"""`\log(y)^t` is the power of a logarithm as it stands, and often means the logarithm of a power."""
        result = self._power(call)
        if name != "log" or not isinstance(result, Power):
            return result
        self.ambiguities.add("power inside")
        if "power inside" not in self.choose:
            return result
        power = Power(argument, result.exponent, span=result.span)
        return Function(name, power, span=result.span)

    def _norm(self, opening: Token) -> Expression:
        self._norms_open += 1
        inner = self.expression()
        if not self.stream.take("norm"):
            raise ReadError("the norm's closing bars are missing", opening.span)
        self._norms_open -= 1
        scripts = read_scripts(self.stream)
        if any(index != Number(Fraction(2)) for index in scripts.indices):
            raise ReadError("a norm other than the Euclidean one", opening.span)
        return self._raised(Norm(inner, span=Span(opening.span.start, self.stream.end)), scripts)

    def _symbol(
        self, name: str, span: Span, *, bold: bool = False, inner: Symbol | None = None
    ) -> Expression:
        name = SAME.get(name, name)
        scripts = read_scripts(self.stream)
        span = Span(span.start, max(scripts.end, span.end))
        label = scripts.label(bare=name in LAYERED)
        indices = (*(inner.indices if inner else ()), *scripts.indices)
        if name == "h":
            return self._activation(label, indices, scripts, span)
        if scripts.primes:
            name += "'" * scripts.primes
        if name in _FUNCTION_LETTERS and not scripts.superscript and self._applied_to_a_sum():
            raise ReadError(f"{name} stands where the sheet has h: is it the same function?", span)
        symbol = Symbol(name, label or (inner.label if inner else None), indices, bold, span=span)
        if (arguments := self._dependence(symbol)) is not None:
            applied = Applied(symbol, *arguments, span=Span(span.start, self.stream.end))
            before = applied if label is not None else self._raised(applied, scripts)
            return self._after_arguments(applied) if before is applied else before
        return symbol if label is not None else self._raised(symbol, scripts)

    def _applied_to_a_sum(self) -> bool:
        token = self.stream.peek()
        if token is None or token.kind not in {"(", "["}:
            return False
        self.stream.next()
        end = self.stream.matching()
        content = self.stream.slice(self.stream.at, end if end is not None else self.stream.at)
        self.stream.at -= 1
        return any(inner.kind == "command" and inner.value == "sum" for inner in content)

    def _after_arguments(self, applied: Applied) -> Expression:
        scripts = read_scripts(self.stream)
        return self._raised(applied, scripts) if not scripts.indices else self._indexed(applied, scripts)

    def _indexed(self, applied: Applied, scripts: Scripts) -> Expression:
        r"""`\mathbf{y}(\mathbf{x})_k`: the index stands behind the call."""
        symbol = Symbol(
            applied.symbol.name,
            applied.symbol.label,
            (*applied.symbol.indices, *scripts.indices),
            span=applied.symbol.span,
        )
        return self._raised(Applied(symbol, applied.arguments, applied.given, span=applied.span), scripts)

    def _activation(
        self, label: Expression | None, indices: tuple[Expression, ...], scripts: Scripts, span: Span
    ) -> Expression:
        if label is None and len(indices) == 1:
            label = indices[0]
        elif len(indices) > (label is None):
            raise ReadError("an activation with several indices", span)
        token = self.stream.peek()
        if token is None or token.kind not in {"(", "[", "{"}:
            raise ReadError("an activation without its argument", span)
        self.stream.next()
        argument = self.expression()
        self._close(token)
        node = Activation(label, argument, scripts.primes, span=Span(span.start, self.stream.end))
        return self._power(node)

    def _dependence(self, symbol: Symbol) -> tuple[tuple[Expression, ...], tuple[Expression, ...]] | None:
        r"""The arguments in `y_k(\mathbf{x}_n)` or `E(w)`, if what follows in brackets is such a list and no factor."""
        token = self.stream.peek()
        if token is None or token.kind != "(":
            return None
        self.stream.next()
        start, end = self.stream.at, self.stream.matching()
        # Where the closing bracket is lost, the arguments end with the formula.
        content = self.stream.slice(start, end if end is not None else self.stream.length)
        self.stream.at -= 1
        if not content:
            return None
        always = symbol.name in {"E", "p", "mathcal N", "mathcal L", "f", "g", "L", "J"} or " " in symbol.name
        always = always or (symbol.name == "N" and any(inner.kind == "|" for inner in content))
        try:
            arguments, given = _argument_lists(tuple(content), self.choose)
        except ReadError:
            return None
        plain = all(
            isinstance(part, Symbol)
            and (part.name == "x" or (part.name in {"w", "theta"} and not part.indices))
            for part in (*arguments, *given)
        )
        if not (plain and symbol.name in {"y", "a", "z", "h"}) and not always:
            return None
        if end is None:
            self.stream.repairs.append("the closing ) for ( is missing")
        self.stream.at = self.stream.length if end is None else end + 1
        return arguments, given


def _index_of_size(index: str | None, upper: Expression | None) -> tuple[str | None, Expression | None]:
    r"""`\sum_N` and `\sum^N`: the size is written for the index, which is the small letter of the same name."""
    if index is not None and index.isupper() and upper is None:
        return index.lower(), Symbol(index)
    size = letter(upper)
    if index is None and size is not None and size.isupper():
        return size.lower(), upper
    return index, upper


def _argument_lists(
    tokens: tuple[Token, ...], choose: frozenset[str]
) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """`t | x, w` as two tuples of expressions, split at the bar and at commas outside brackets."""
    lists: list[list[list[Token]]] = [[[]]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.kind, 0)
        if depth == 0 and token.kind in {"|", ";"}:
            lists.append([[]])
        elif depth == 0 and token.kind == ",":
            lists[-1].append([])
        else:
            lists[-1][-1].append(token)
    read_lists = [
        tuple(argument for part in parts for argument in _argument(part, choose)) for parts in lists
    ]
    return read_lists[0], tuple(part for parts in read_lists[1:] for part in parts)


def _argument(tokens: list[Token], choose: frozenset[str]) -> tuple[Expression, ...]:
    r"""One argument; a set `\{ t_n \}_{n=1}^N` is a list of all its members."""
    if tokens and tokens[0].value == "{" and _is_set(tokens):
        closing = CLOSING[tokens[0].kind]
        ends = [at for at, token in enumerate(tokens) if token.kind == closing and token.value == "}"]
        if ends and all(
            token.kind in {"_", "^", "{", "}", "=", "letter", "number"} for token in tokens[ends[-1] + 1 :]
        ):
            member = Parser(tuple(tokens[1 : ends[-1]]), choose).formula().expression
            return member, Dots(span=member.span)
    return (Parser(tuple(tokens), choose).formula().expression,)


def _is_set(tokens: list[Token]) -> bool:
    r"""Whether braces are those of a set: `\\{t_n\\}`, or `{t_n}` where the backslashes were forgotten."""
    if tokens[0].kind == "(":
        return True
    return tokens[-1].value == "}" and any(token.kind == "_" for token in tokens)
