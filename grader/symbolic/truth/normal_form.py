"""Arithmetic on normal forms: like terms and like factors are collected, numbers are worked out, order does not matter.

A form is a number, a sum, a product, a power, or an atom, which is any tuple that begins with its kind. Nothing is expanded but a number times a
sum. Equal forms are equal for all values of their atoms; different ones may be, too. (SymPy would do it, and takes longer to be loaded than
everything else here.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ONE = Fraction(1)
HALF = Fraction(1, 2)
E: Atom = ("e",)
"""The base of the natural logarithm."""
_MOST_DIGITS = 64
"""Exponents of numbers up to here are worked out."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms, each with the number that it is multiplied with; a number stands with the term 1."""

    terms: frozenset[tuple[Form, Fraction]]


@dataclass(frozen=True, slots=True)
class Product:
    """A number and powers."""

    number: Fraction
    powers: frozenset[tuple[Form, Form]]


Atom: TypeAlias = "tuple[object, ...]"
Form: TypeAlias = "Fraction | Sum | Product | Atom"


def add(forms: Iterable[Form]) -> Form:
    """The sum."""
    collected: dict[Form, Fraction] = {}
    for form in forms:
        for term, number in _terms(form):
            collected[term] = collected.get(term, Fraction(0)) + number
    left = {term: number for term, number in collected.items() if number}
    if not left:
        return Fraction(0)
    if len(left) == 1:
        ((term, number),) = left.items()
        return _scaled(term, number)
    return Sum(frozenset(left.items()))


def multiply(forms: Iterable[Form]) -> Form:
    """The product."""
    number = ONE
    powers: dict[Form, Form] = {}
    for form in forms:
        factor, bases = _factors(form)
        number *= factor
        for base, exponent in bases:
            powers[base] = add((powers[base], exponent)) if base in powers else exponent
    if not number:
        return Fraction(0)
    worked_out = [power(base, exponent) for base, exponent in powers.items()]
    if any(form != _plain(*pair) for form, pair in zip(worked_out, powers.items(), strict=True)):
        # What was collected came to something else, which may go together with the rest.
        return multiply((number, *worked_out))
    if not powers:
        return number
    if len(powers) == 1:
        ((base, exponent),) = powers.items()
        if exponent == ONE and (number == ONE or isinstance(base, Sum)):
            return base if number == ONE else add(_scaled(term, number * own) for term, own in _terms(base))
    return Product(number, frozenset(powers.items()))


def power(base: Form, exponent: Form) -> Form:
    """The base to an exponent; what is not true for all complex numbers is left as it is.

    Raises:
        ZeroDivisionError: zero to a negative number.

    """
    if exponent == 0 or base == ONE:
        return ONE
    if exponent == ONE:
        return base
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        return _number(base, exponent)
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if isinstance(base, Product):
        if whole:
            return multiply(
                (
                    power(base.number, exponent),
                    *(power(of, multiply((own, exponent))) for of, own in base.powers),
                )
            )
        if base.number > 0 and base.number != ONE:
            rest = multiply([Product(ONE, base.powers)])
            return multiply((power(base.number, exponent), power(rest, exponent)))
        if base.number == ONE and len(base.powers) == 1:
            ((of, own),) = base.powers
            # Less than half a turn away from the positive numbers, an angle may be multiplied.
            if isinstance(own, Fraction) and abs(own) < 1:
                return power(of, multiply((own, exponent)))
    if base == E and (found := _logarithm(exponent)) is not None:
        return found
    return _plain(base, exponent)


def logarithm(form: Form) -> Form:
    """The natural logarithm."""
    if isinstance(form, Fraction) and form > 0:
        if form == ONE:
            return Fraction(0)
        if form.numerator == 1:
            return _scaled(("log", Fraction(form.denominator)), -ONE)
    return ("log", form)


def _number(base: Fraction, exponent: Fraction) -> Form:
    if exponent.denominator == 1 and abs(exponent) <= _MOST_DIGITS:
        return base ** int(exponent)
    if exponent.denominator == 2 and base >= 0 and abs(exponent) <= _MOST_DIGITS:
        roots = Fraction(isqrt(base.numerator), isqrt(base.denominator))
        if roots * roots == base:
            return roots ** int(2 * exponent)
    return _plain(base, exponent)


def _logarithm(exponent: Form) -> Form | None:
    """What e to a multiple of a logarithm is."""
    for term, number in _terms(exponent) if not isinstance(exponent, Sum) else ():
        if isinstance(term, tuple) and term[0] == "log":
            argument: Form = term[1]  # type: ignore[assignment]
            return power(argument, number)
    return None


def _plain(base: Form, exponent: Form) -> Form:
    """A power of which nothing can be worked out."""
    return base if exponent == ONE else Product(ONE, frozenset({(base, exponent)}))


def _terms(form: Form) -> Iterator[tuple[Form, Fraction]]:
    if isinstance(form, Sum):
        yield from form.terms
    elif isinstance(form, Fraction):
        yield ONE, form
    elif isinstance(form, Product):
        yield multiply([Product(ONE, form.powers)]) if form.number != ONE else form, form.number
    else:
        yield form, ONE


def _scaled(term: Form, number: Fraction) -> Form:
    return multiply((number, term)) if number != ONE else term


def _factors(form: Form) -> tuple[Fraction, Iterable[tuple[Form, Form]]]:
    if isinstance(form, Fraction):
        return form, ()
    if isinstance(form, Product):
        return form.number, form.powers
    return ONE, ((form, ONE),)
