from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report import answer
from grader.report.answer import render_answer, render_code, render_line

from .markup import ANSWER, MATHML, Markup, assert_harmless
from .samples import HOSTILE, PNG, SVG

FRAGMENTS = re.split(
    " ",
    r"$ $$ \[ \] \( \) ` x_1 & \begin{align} \end{align} \text{ } <b> <img src= > ' ![a]( ) [link]( <!-- --> </div> "
    f'" onerror=alert(1) javascript:alert(1) https://evil.example/x.png {PNG} {SVG} {HOSTILE} \0 \0{0}',
)
PIECES = st.lists(st.sampled_from([*FRAGMENTS, "```\n", "\n", "\n\n"]), max_size=15).map("".join)


@given(PIECES | st.text())
def test_no_answer_becomes_markup(text: str) -> None:
    assert_harmless(render_answer(text), ANSWER)
    assert_harmless(render_code(text), {"pre", "code"})
    assert_harmless(render_line(text), MATHML | {"code"})


@given(st.text(alphabet="ab <>&\"'\n#*-_1."))
def test_text_without_mathematics_is_shown_as_typed(text: str) -> None:
    assert Markup(render_answer(text)).text == text


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("$x_1$", "inline"),
        (r"\(x_1\)", "inline"),
        (r"\\(x_1\\)", "inline"),
        ("$x\n_1$", "inline"),
        ("$$x_1$$", "block"),
        (r"\[x_1\]", "block"),
        (r"\begin{align}x_1\end{align}", "block"),
        (r"\begin{equation*}x_1\end{equation*}", "block"),
    ],
)
def test_every_way_to_write_mathematics_is_drawn(text: str, display: str) -> None:
    markup = Markup(render_answer(f"so {text} holds"))
    assert ("display", display) in markup.attributes
    assert "".join(markup.text.split()) == "sox1holds"


@pytest.mark.parametrize("text", [r"costs \$5 or \$6", "one $ alone", "$x\n\ny$", "$$", "`$x$`"])
def test_a_dollar_is_not_always_mathematics(text: str) -> None:
    assert "math" not in Markup(render_answer(text)).elements


def test_code_is_escaped_and_holds_no_mathematics() -> None:
    html = render_answer("see\n```python\nx < $y$\n```\nend")
    assert html == "see<pre><code>x &lt; $y$\n</code></pre>end"


def test_blank_lines_beside_a_block_are_not_doubled() -> None:
    markup = Markup(render_answer("a\n\n$$x$$\n\nb"))
    assert markup.text == "axb"


def test_a_raster_picture_is_shown() -> None:
    assert ("src", PNG) in Markup(render_answer(f"![mine]({PNG})")).attributes
    assert ("src", PNG) in Markup(render_answer(f'<img width=5 src="{PNG}">')).attributes


@pytest.mark.parametrize(
    ("target", "named"),
    [
        (SVG, "[picture: image/svg+xml, not shown]"),
        ("https://evil.example/track.png", "[picture: https://evil.example/track.png]"),
        ("attachment:shot.png", "[picture: attachment:shot.png]"),
        ("data:image/png;base64," + base64.b64encode(b"<svg/>").decode(), "[picture: image/png, not shown]"),
        ("data:image/png;base64,AAA", "[picture: damaged]"),
    ],
)
def test_any_other_picture_is_named(target: str, named: str) -> None:
    for text in (f"![x]({target})", f"<img src='{target}'>"):
        markup = Markup(render_answer(text))
        assert "img" not in markup.elements
        assert markup.text == named


def test_a_picture_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LARGEST_PICTURE", 10)
    assert "too large" in Markup(render_answer(f"![x]({PNG})")).text


def test_a_long_answer_is_cut_and_says_so() -> None:
    for render in (render_answer, render_code):
        text = Markup(render("x" * (answer.LONGEST_ANSWER + 7))).text
        assert text.strip().endswith("… and 7 more characters")
        assert text.count("x") == answer.LONGEST_ANSWER


def test_our_sentences_may_hold_formulas() -> None:
    markup = Markup(render_line("The index $i$ is <bound>."))
    assert "math" in markup.elements
    assert markup.text == "The index i is <bound>."
