"""The oracle's formulas as LaTeX, in the many spellings of students; and the slips that make them wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.symbolic.oracle import Layer, Tree

LETTERS = ("i", "k", "m", "n", "p", "q", "r", "s", "u", "v", "i_1", "i_2", "k'")
FREE = ("j", "g", "c", "o")


# --- printing -------------------------------------------------------------------------------------------------------


class Writer:
    """One student's habits, drawn from a seed; `uppers` says what may stand above a sum over the units of a layer."""

    def __init__(self, draw: random.Random, uppers: dict[Layer, tuple[str, ...]]) -> None:
        self._draw = draw
        self._uppers = {layer: draw.choice(choices) for layer, choices in uppers.items()}
        self._label = draw.choice(("^{(%s)}", "^{(%s)}", "^{%s}", "^{[%s]}", "^{( %s )}"))
        self._label_first = draw.random() < 0.5
        self._comma = draw.choice(("", "", " ", ",", ", "))
        self._glue = draw.choice((" ", r"\cdot ", r"\, ", r"\times ", " * ", r"\;", "⋅"))
        self._sum = draw.choice((r"\sum", r"\sum", r"\sum\limits", r"\displaystyle\sum", "∑"))
        self._upper_first = draw.random() < 0.3
        self._brackets = draw.choice(
            (("(", ")"), (r"\left(", r"\right)"), ("[", "]"), (r"\Big(", r"\Big)"), (r"\bigl[", r"\bigr]"),
             (r"\left\{", r"\right\}"))
        )  # fmt: skip
        self._h = draw.choice(("h_{%s}", "h_{%s}", "h^{(%s)}", "h_{(%s)}"))

    def write(self, tree: Tree) -> str:
        match tree:
            case ("sum", letter, lower, body):
                inside = self.write(body)
                if body[0] in {"add", "neg"}:
                    inside = f"({inside})"
                return f"{self._sum}{self._limits(letter, lower, body)} {inside}"
            case ("w" | "z" | "a", layer, *indices):
                label = self._label % self.layer(layer)
                if "^{" in label and "(" not in label and "[" not in label and not isinstance(layer, int):
                    label = f"^{{({self.layer(layer)})}}"
                comma = self._comma or (" " if "i_" in str(indices) else "")
                below = f"_{{{comma.join(map(str, indices))}}}"
                return str(tree[0]) + (label + below if self._label_first else below + label)
            case ("x", index):
                return f"x_{{{index}}}"
            case ("h", layer, argument):
                opening, closing = self._brackets
                return f"{self._h % self.layer(layer)}{opening}{self.write(argument)}{closing}"
            case ("add", first, *others):
                rest = (f"- {self.write(o[1])}" if o[0] == "neg" else f"+ {self.write(o)}" for o in others)
                return " ".join((self.write(first), *rest))
            case ("mul", *parts):
                return self._glue.join(
                    f"({self.write(part)})"
                    if part[0] in {"add", "neg"} or (part[0] == "sum" and part is not parts[-1])
                    else self.write(part)
                    for part in parts
                )
            case ("neg", part):
                return f"- {self.write(part)}" if part[0] != "add" else f"- ({self.write(part)})"
        raise ValueError(tree)

    def layer(self, layer: Layer) -> str:
        if isinstance(layer, int):
            return str(layer)
        name, offset = layer
        return name if offset == 0 else f"{name}{offset:+d}"

    def _limits(self, letter: str, lower: int | None, body: Tree) -> str:
        below = f"_{{{letter}}}" if lower is None else f"_{{{letter}={lower}}}"
        weights = [part[1] for part in walk(body) if part[0] == "w" and part[3] == letter]
        upper = self._uppers.get(weights[0], "") if weights else ""
        above = f"^{{{upper}}}" if upper else ""
        return above + below if self._upper_first else below + above

    def display(self, *rows: str) -> str:
        """Rows in one of the layouts that students use."""
        joined = " \\\\\n".join(rows)
        aligned = " \\\\\n".join(row.replace(" = ", " &= ", 1) for row in rows)
        choices = [
            f"$$\n\\begin{{align}}\n{aligned}\n\\end{{align}}\n$$",
            f"\\begin{{align*}}\n{aligned}\n\\end{{align*}}",
            f"$$\\begin{{aligned}}{aligned}\\end{{aligned}}$$",
            "\n\n".join(f"$$ {row} $$" for row in rows),
            "\n".join(f"> \\[{row}\\]" for row in rows),
            f"We find\n$$\n{joined}.\n$$\nand are done.",
        ]
        return self._draw.choice(choices)


def walk(tree: Tree) -> Iterator[Tree]:
    """All parts of a formula, parents first."""
    yield tree
    for part in tree[1:]:
        if isinstance(part, tuple) and part and part[0] not in {"l", "L"}:
            yield from walk(part)


# --- what changes nothing ------------------------------------------------------------------------------------------


def renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The formula with every letter renamed."""
    return tuple(
        renamed(part, names) if isinstance(part, tuple) else names.get(part, part) if at else part
        for at, part in enumerate(tree)
    )


def respelled(tree: Tree, draw: random.Random) -> Tree:
    """The same formula: factors in another order, limits left out, biases written out."""
    match tree:
        case ("sum", letter, 0, ("mul", *factors)):
            parts = [respelled(factor, draw) for factor in factors]
            if draw.random() < 0.3:
                draw.shuffle(parts)
            habit = draw.choice(("zero", "zero", "none", "bias", "bias first"))
            if habit == "zero":
                return ("sum", letter, 0, ("mul", *parts))
            if habit == "none":
                return ("sum", letter, None, ("mul", *parts))
            weight = next(factor for factor in factors if factor[0] == "w")
            bias = (*weight[:3], 0)
            total = ("sum", letter, 1, ("mul", *parts))
            return ("add", total, bias) if habit == "bias" else ("add", bias, total)
        case ("h", layer, argument):
            return ("h", layer, respelled(argument, draw))
    return tree


# --- what makes it wrong -------------------------------------------------------------------------------------------


def edits(tree: Tree, letters: tuple[str, ...], layers: tuple[Layer, ...]) -> Iterator[tuple[str, Tree]]:
    """Every formula that is one slip away, with the slip's name; some of them may still be right."""
    yield from _here(tree, letters, layers)
    for at, part in enumerate(tree):
        if at and isinstance(part, tuple) and part[0] not in {"l", "L"}:
            for name, changed in edits(part, letters, layers):
                yield name, (*tree[:at], changed, *tree[at + 1 :])


def _here(tree: Tree, letters: tuple[str, ...], layers: tuple[Layer, ...]) -> Iterator[tuple[str, Tree]]:
    match tree:
        case ("w", layer, j, i):
            yield "indices swapped", ("w", layer, i, j)
            for other in letters:
                yield "index replaced", ("w", layer, other, i)
                yield "index replaced", ("w", layer, j, other)
        case ("x", _):
            for other in letters:
                yield "index replaced", ("x", other)
            for layer in layers:
                yield "symbol changed", ("z", layer, tree[1])
        case ("z" | "a", layer, index):
            yield "symbol changed", ("a" if tree[0] == "z" else "z", layer, index)
            yield "symbol changed", ("x", index)
            for other in letters:
                yield "index replaced", (tree[0], layer, other)
        case ("h", layer, argument):
            yield "activation dropped", argument
            yield "activation doubled", ("h", layer, tree)
            yield "sign", ("h", layer, ("neg", argument))
        case ("sum", letter, lower, body):
            yield "sum dropped", body
            yield "sign", ("neg", tree)
            for other in letters:
                yield "index replaced", ("sum", other, lower, body)
            if lower != 1:
                yield "bias lost", ("sum", letter, 1, body)
                weight: Any = next((part for part in walk(body) if part[0] == "w"), None)
                if weight is not None:
                    yield "bias twice", ("add", tree, (*weight[:3], 0))
        case ("mul" | "add", *parts) if len(parts) == 2:
            yield "part dropped", parts[0]
            yield "part dropped", parts[1]
            yield "sign", (tree[0], parts[0], ("neg", parts[1]))
            yield "operation changed", ("add" if tree[0] == "mul" else "mul", *parts)
    if tree[0] in {"w", "z", "a", "h"}:
        for layer in layers:
            yield "layer changed", (tree[0], layer, *tree[2:])


def random_edit(
    tree: Tree, draw: random.Random, letters: tuple[str, ...], layers: tuple[Layer, ...]
) -> tuple[str, Tree]:
    """One slip of a kind drawn first, so that rare kinds come as often as common ones; sometimes two."""
    names: list[str] = []
    for _ in range(draw.choice((1, 1, 1, 2))):
        kinds: dict[str, list[Tree]] = {}
        for name, changed in edits(tree, letters, layers):
            if changed != tree:
                kinds.setdefault(name, []).append(changed)
        if not kinds:
            break
        name = draw.choice(sorted(kinds))
        tree = draw.choice(kinds[name])
        names.append(name)
    return " and ".join(names), tree
