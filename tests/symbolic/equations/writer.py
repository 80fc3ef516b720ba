"""The oracle's formulas as LaTeX, in the habits of one student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.symbolic.equations.trees import LAST, Layer, Tree

if TYPE_CHECKING:
    import random

TERM, LAST_FACTOR, FACTOR, BASE = 1, 2, 3, 4
"""Where a formula stands: it must be bracketed if its operators bind less tightly than the place demands."""


class Writer:
    """One student's habits, drawn from a seed, in the setting of an exercise."""

    def __init__(self, draw: random.Random, setting: str) -> None:
        self._draw = draw
        self._setting = setting
        self._label = draw.choice(("^{(%s)}", "^{(%s)}", "^{%s}", "^{( %s )}", "^{[%s]}"))
        self._label_first = draw.random() < 0.5
        self._no_last_label = setting == "g" or (setting == "i" and draw.random() < 0.4)
        self._indices = draw.choice(("%s%s", "%s %s", "%s,%s", "%s, %s"))
        self._point_first = draw.random() < 0.7
        self._calls = setting in {"e", "g"} and draw.random() < 0.6
        self._glue = draw.choice((" ", " ", r"\cdot ", r"\, ", r"\times ", " * "))
        self._sum_sign = draw.choice(("", "", r"\limits"))
        self._limits = draw.choice(("both", "both", "lower", "letter", "letter and upper", "upper first"))
        self._brackets = draw.choice(
            (("(", ")"), ("(", ")"), (r"\left(", r"\right)"), (r"\left[", r"\right]"), (r"\Big(", r"\Big)"))
        )
        self._exp = draw.choice((r"\exp", r"\exp", "exp", "e"))
        self._log = draw.choice((r"\log", r"\log", r"\ln", "log"))
        self._bare_log = draw.random() < 0.5
        self._fraction = draw.choice((r"\frac", r"\frac", r"\dfrac", "slash"))
        self._bold = draw.choice((r"\mathbf{%s}", r"\mathbf{%s}", r"\mathbf %s", "%s", r"\boldsymbol{%s}"))
        self._norm = draw.choice(("||%s||", r"\|%s\|", r"\lVert %s \rVert", r"\left\| %s \right\|"))
        self._norm_below = draw.choice(("_2", "_2", ""))
        self._weights = draw.choice(("(w)", "(w)", "", r"(\mathbf{w})"))
        self._prime_first = draw.random() < 0.5
        self._bar = draw.choice(("|", "|", r"\mid "))
        self._extra = draw.choice((0.0, 0.0, 0.0, 0.15))

    def equation(self, left: Tree, right: Tree) -> str:
        return f"{self.write(left)} = {self.write(right)}"

    def write(self, tree: Tree, place: int = 0) -> str:
        """A formula, in brackets where it needs them."""
        text, tightness = self._compound(tree, place)
        if tightness < place:
            return self._in_brackets(text)
        if (
            place in {FACTOR, LAST_FACTOR}
            and tree[0] in {"w", "a", "z"}
            and self._draw.random() < self._extra
        ):
            return self._in_brackets(text)
        return text

    def _in_brackets(self, text: str) -> str:
        return f"{self._brackets[0]}{text}{self._brackets[1]}"

    def _compound(self, tree: Tree, place: int) -> tuple[str, int]:
        """A formula without brackets, and the tightest place in which it can stand like that."""
        match tree:
            case ("sum" | "prod" as kind, letter, over, lower, body):
                sign = rf"\{kind}{self._sum_sign}"
                return f"{sign}{self._range(letter, over, lower)} {self.write(body, TERM)}", LAST_FACTOR
            case ("add", first, *others):
                rest = (
                    f"- {self.write(other[1], TERM)}" if other[0] == "neg" else f"+ {self.write(other, TERM)}"
                    for other in others
                )
                return " ".join((self.write(first), *rest)), 0
            case ("neg", part):
                return f"- {self.write(part, TERM)}", 0
            case ("mul", *factors):
                return self._product(factors), TERM
            case ("div", above, below):
                return self._quotient(above, below, place)
            case ("pow", base, exponent):
                return self._power(base, exponent), FACTOR
            case ("log", part):
                return self._logarithm(part, place)
            case ("exp", part):
                if self._exp == "e":
                    return f"e^{{{self.write(part)}}}", FACTOR
                return f"{self._exp}{self._in_brackets(self.write(part))}", FACTOR
            case ("sqrt", part):
                return rf"\sqrt{{{self._tight(part)}}}", BASE
            case ("norm", left, right):
                inside = f"{self._symbol(left)} - {self._symbol(right)}"
                return self._norm % inside + self._norm_below, BASE
            case ("h" | "h'" as name, layer, argument):
                return f"{self._activation(name, layer)}{self._in_brackets(self.write(argument))}", FACTOR
            case ("der", of, by):
                return self._derivative(of, by, place)
            case ("constant", "sigma" | "pi" as name):
                return rf"\{name}", BASE
            case ("constant" | "number", value):
                return str(value), BASE
        return self._symbol(tree), FACTOR

    def _product(self, factors: list[Tree]) -> str:
        text = self.write(factors[0], FACTOR if len(factors) > 1 else LAST_FACTOR)
        for at, factor in enumerate(factors[1:], start=2):
            after = self.write(factor, LAST_FACTOR if at == len(factors) else FACTOR)
            plain = all(one[0] == "constant" for one in factors)
            glue = "" if plain else self._glue
            if after[0].isdigit() and "cdot" not in glue:
                glue = r" \cdot "
            text += glue + after
        return text

    def _tight(self, tree: Tree) -> str:
        """A product of numbers as the sheet sets it: 2\\pi\\sigma^2."""
        if tree[0] != "mul":
            return self.write(tree)
        text = ""
        for factor in tree[1:]:
            after = self.write(factor, FACTOR)
            text += (r" \cdot " if text and after[0].isdigit() else "") + after
        return text

    def _quotient(self, above: Tree, below: Tree, place: int) -> tuple[str, int]:
        if self._fraction == "slash" and place <= TERM:
            return f"{self._slashed(above)} / {self._slashed(below)}", TERM
        sign = r"\frac" if self._fraction == "slash" else self._fraction
        return f"{sign}{{{self.write(above)}}}{{{self._tight(below)}}}", FACTOR

    def _slashed(self, tree: Tree) -> str:
        return self.write(tree) if tree[0] == "number" else self._in_brackets(self.write(tree))

    def _power(self, base: Tree, exponent: Tree) -> str:
        above = self.write(exponent)
        if base[0] in {"y", "t"} and (self._calls or self._draw.random() < 0.7):
            return rf"\left[ {self._symbol(base)} \right]^{{{above}}}"
        if base[0] in {"y", "t"}:
            return f"{self._symbol(base)}^{{{above}}}"
        if len(above) > 1:
            return f"{self.write(base, BASE)}^{{{above}}}"
        return f"{self.write(base, BASE)}^{above}"

    def _logarithm(self, part: Tree, place: int) -> tuple[str, int]:
        simple = part[0] in {"sum", "prod", "y", "t", "p", "gauss", "likelihood", "div"}
        numbers = part[0] == "mul" and all(factor[0] in {"number", "constant", "pow"} for factor in part[1:])
        if self._bare_log and place < FACTOR and (simple or numbers):
            inside = self._tight(part) if numbers else self.write(part, LAST_FACTOR)
            return f"{self._log} {inside}", LAST_FACTOR
        return f"{self._log}{self._in_brackets(self._tight(part))}", FACTOR

    def _derivative(self, of: Tree, by: Tree, place: int) -> tuple[str, int]:
        sign = r"\frac" if self._fraction == "slash" else self._fraction
        below = rf"\partial {self._symbol(by)}"
        if of[0] in {"E", "a", "z", "y", "t", "delta", "w"}:
            return rf"{sign}{{\partial {self._symbol(of)}}}{{{below}}}", FACTOR
        operator = rf"{sign}{{\partial}}{{{below}}}"
        if place == 0 and of[0] in {"log", "sum"}:
            return f"{operator} {self.write(of, LAST_FACTOR)}", LAST_FACTOR
        return f"{operator} {self._in_brackets(self.write(of))}", LAST_FACTOR

    def _activation(self, name: str, layer: Layer) -> str:
        below = f"_{{{_layer(layer)}}}"
        if name == "h":
            return f"h{below}"
        return f"h'{below}" if self._prime_first else f"h{below}'"

    def _range(self, letter: str, over: Tree, lower: int | None) -> str:
        uppers = {"outputs": "K", "inputs": "D", "points": "N"}
        upper = uppers.get(over[0], "")
        if over[0] == "layer":
            upper = "K" if over[1] == ("l", 1) else f"M_{{{_layer(over[1])}}}" if self._label_first else "M"
        lowest = int(over[0] != "inputs" and over[-1] != 0) if lower is None else lower
        habit = self._limits if lower is None else "both"
        below = f"_{{{letter}}}" if habit.startswith("letter") else f"_{{{letter}={lowest}}}"
        if habit in {"lower", "letter"}:
            return below
        above = f"^{{{upper}}}" if len(upper) > 1 else f"^{upper}"
        return above + below if habit == "upper first" else below + above

    def _symbol(self, tree: Tree) -> str:
        match tree:
            case ("w", layer, j, i):
                return self._scripts("w", layer, self._pair(j, i))
            case ("a" | "z" | "delta" as name, layer, unit, point):
                shown = None if self._no_last_label and layer == LAST and name == "a" else layer
                sign = r"\delta" if name == "delta" else name
                if self._calls and point is not None and name != "delta":
                    return f"{self._scripts(sign, shown, unit)}({self._bold % 'x'}_{point})"
                return self._scripts(sign, shown, self._with_point(unit, point))
            case ("y", unit, point) if self._calls and point is not None:
                return f"{self._scripts('y', None, unit)}({self._bold % 'x'}_{point})"
            case ("x" | "y" | "t" as name, unit, point):
                return self._scripts(name, None, self._with_point(unit, point))
            case ("E", point):
                return f"E{'' if point is None else f'_{point}'}{self._weights}"
            case ("vector", "t", point):
                return self._at(self._bold % "t", point)
            case ("vector", _, point):
                return f"{self._bold % 'y'}({self._at(self._bold % 'x', point)})"
        return self._probability(tree)

    def _probability(self, tree: Tree) -> str:
        vector = {name: self._bold % name for name in "xty"}
        match tree:
            case ("p", point):
                return f"p({self._at(vector['t'], point)}{self._bar}{self._at(vector['x'], point)}, w)"
            case ("gauss", point):
                mean = f"{vector['y']}({self._at(vector['x'], point)})"
                return (
                    rf"\mathcal{{N}}({self._at(vector['t'], point)}{self._bar}{mean}, \sigma^2 \mathbf{{I}})"
                )
            case ("likelihood",):
                lists = (rf"{vector[name]}_1, \ldots, {vector[name]}_N" for name in "tx")
                return f"p({self._bar.join(lists)}, w)"
        raise ValueError(tree)

    def _at(self, name: str, point: str | None) -> str:
        return name if point is None else f"{name}_{point}"

    def _with_point(self, unit: str, point: str | None) -> str:
        if point is None:
            return unit
        return self._pair(point, unit) if self._point_first else self._pair(unit, point)

    def _pair(self, one: str, other: str) -> str:
        apart = self._indices
        if apart == "%s%s" and ("_" in one or "'" in one):
            apart = "%s %s"
        return apart % (one, other)

    def _scripts(self, name: str, layer: Layer | None, indices: str) -> str:
        below = f"_{{{indices}}}" if len(indices) > 1 else f"_{indices}"
        if layer is None:
            return name + below
        label = self._label % _layer(layer)
        return name + (label + below if self._label_first else below + label)


def _layer(layer: Layer) -> str:
    if isinstance(layer, int):
        return str(layer)
    name, offset = layer
    return name if offset == 0 else f"{name}{offset:+d}"
