"""From a markdown text to chains of equalities: displays, rows, conditions and what stands around them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from grader.symbolic.reading.markup import split_blocks
from grader.symbolic.reading.statements import read_chains
from tests.symbolic.strategies import latex_like

Chains = list[list[str]]
Range = tuple[str, str, str | None]
"""Letter, first and last value; no last one where only one value is meant."""


def chains(text: str, *, inline: bool = False) -> Chains:
    """The members of every chain, spaces dropped."""
    return [
        ["".join(member.text.split()) for member in chain.members]
        for chain in read_chains(text)
        if chain.inline is inline
    ]


TWO: Chains = [["a", "b"], ["c", "d"]]

TEXTS: dict[str, tuple[str, Chains]] = {
    "one display": ("$$a = b$$", [["a", "b"]]),
    "a display in brackets": (r"\[a = b\]", [["a", "b"]]),
    "words around it": ("We get $$a = b$$ at last.", [["a", "b"]]),
    "several displays": ("$$a = b$$\n\nand\n\n$$c = d$$", TWO),
    "two equations in a row": (r"$$a = b, \quad c = d$$", TWO),
    "a chain": ("$$a = b = c$$", [["a", "b", "c"]]),
    "rows": (r"$$a = b \\ c = d$$", TWO),
    "rows with a distance": (r"$$a = b \\[1ex] c = d$$", TWO),
    "a row that goes on": (r"$$a = b \\ = c$$", [["a", "b", "c"]]),
    "rows of an align": ("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", TWO),
    "an align* without dollars": ("\\begin{align*} a &= b \\\\ &= c \\end{align*}", [["a", "b", "c"]]),
    "an align in dollars": ("$$\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n$$", TWO),
    "aligned with an empty column": ("$$\\begin{aligned} a &= b & \\\\ c &= d & \\end{aligned}$$", TWO),
    "an equation": ("\\begin{equation} a = b \\end{equation}", [["a", "b"]]),
    "arrows": (r"$$a = b \Rightarrow c = d$$", TWO),
    "equivalences": (r"$$a = b \iff c = d$$", TWO),
    "a definition": ("$$a := b$$", [["a", "b"]]),
    "an equals sign with a reason above it": (r"$$a \overset{(1)}{=} b$$", [["a", "b"]]),
    "a reason in words above it": (r"$$a \overset{\text{iid}}{=} b \stackrel{!}= c$$", [["a", "b", "c"]]),
    "a remark in a column of its own": ("\\begin{align} a &= b && c = d \\\\ &= e \\end{align}", [["a", "b", "e"], ["c", "d"]]),
    "an equation in brackets behind another": (r"$$a = b \qquad (2c = d)$$", [["a", "b"], ["2c", "d"]]),
    "a chain that goes on in brackets": (r"$$a = b \;\; (= c)$$", [["a", "b", "c"]]),
    "a mark of an equation": (r"$$a = b \quad (*)$$ $$c = d \qquad (\dagger)$$", TWO),
    "a factor in brackets": (r"$$a = b \quad (c - d)$$", [["a", r"b\quad(c-d)"]]),
    "equals signs inside braces": (r"$$a = \sum_{i=1}^M b$$", [["a", r"\sum_{i=1}^Mb"]]),
    "cases are one formula": (
        r"$$a = \begin{cases} b & i > j \\ c & i < j \end{cases}$$",
        [["a", r"\begin{cases}b&i>j\\c&i<j\end{cases}"]],
    ),
    "a quotation": ("> $$\n> a = b\n> $$", [["a", "b"]]),
    "HTML tags": ('<font color="red">$$a = b$$</font>', [["a", "b"]]),
    "HTML tags inside": ("$$<b>a</b> = b$$", [["a", "b"]]),
    "a comment in LaTeX": ("$$a = b % = z\n + c$$", [["a", "b+c"]]),
    "a comment in HTML": ("<!-- $$z = z$$ --> $$a = b$$", [["a", "b"]]),
    "a code fence": ("```\n$$z = z$$\n```\n$$a = b$$", [["a", "b"]]),
    "dollars that do not close": ("$$a = b", [["a", "b"]]),
    "an environment that does not close": (r"\begin{align} a &= b \\ c &= d", TWO),
    "a lone formula": ("$$a$$", [["a"]]),
    "an inline formula is no display": ("$a = b$", []),
    "an escaped dollar": (r"It costs \$5. $$a = b$$", [["a", "b"]]),
    "nothing": ("Only words.", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_a_text_gives_its_chains(text: str, expected: Chains) -> None:
    assert chains(text) == expected


def test_inline_formulas_are_found_when_asked_for() -> None:
    assert chains(r"Here $a = b$, there \(c = d\). $$e = f$$", inline=True) == TWO


CONDITIONS: dict[str, tuple[str, Range | None]] = {
    "a range in a column": (r"a &= b & l=1,\ldots,L", ("l", "1", "L")),
    "a range from another layer": (r"a &= b & l=2,\ldots,L-1", ("l", "2", "L-1")),
    "a range with dots": (r"a = b, \quad l = 2, ..., L", ("l", "2", "L")),
    "for a range": (r"a = b \text{ for } l=2,\ldots,L", ("l", "2", "L")),
    "for all": (r"a = b \quad \forall l=2,\ldots,L", ("l", "2", "L")),
    "a set": (r"a = b \quad l \in \{2, \ldots, L\}", ("l", "2", "L")),
    "an open range": (r"a = b \quad l=2,\ldots", ("l", "2", "")),
    "below a layer": (r"a = b, \qquad l < L", ("l", "1", "L-1")),
    "below a layer in brackets": (r"a = b \quad (1 < l \leq L-1)", ("l", "2", "L-1")),
    "one layer": ("a &= b & l=L", ("l", "L", None)),
    "a range of units": (r"a = b \quad j=1,\ldots,M", ("j", "1", "M")),
    "none": ("a &= b &", None),
}


@pytest.mark.parametrize(("row", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_condition_behind_a_formula_is_no_part_of_it(row: str, expected: Range | None) -> None:
    (chain,) = read_chains(f"\\begin{{align}}{row}\\end{{align}}")
    condition = chain.condition
    found = None if condition is None else (condition.letter, condition.low, condition.high)
    assert found == expected
    if expected is not None:
        assert [member.text.strip() for member in chain.members] == ["a", "b"]


def test_places_lead_back_to_what_was_typed() -> None:
    text = "First:\n\n> $$\n> \\begin{align}\n> y_j &= h_2(a) \\\\\n> &= z % note\n> \\end{align}$$"
    (chain,) = read_chains(text)
    for member in chain.members:
        assert (
            text[member.start : member.start + len(member.text)].split(maxsplit=1)[0]
            == member.text.split()[0]
        )


@settings(max_examples=300, deadline=None, derandomize=True)
@given(latex_like)
def test_blocks_and_members_lie_in_the_text(text: str) -> None:
    end = 0
    for block in split_blocks(text):
        assert end <= block.whole[0] <= block.start
        end = block.whole[1]
        assert text[block.start : block.start + len(block.text)] == block.text
    assert end <= len(text)
    for chain in read_chains(f"$${text}$$"):
        assert all(member.text and member.start >= 0 for member in chain.members)
