"""What a page consists of, to see that nothing got in that should not."""

from __future__ import annotations

import re
from html.parser import HTMLParser

MATHML = set(
    re.findall(
        r"\w+",
        "math mrow mi mo mn mtext mspace mstyle mpadded mphantom menclose msqrt mroot mfrac msub msup msubsup munder "
        "mover munderover mmultiscripts mprescripts none mtable mtr mtd",
    )
)
ANSWER = MATHML | {"code", "pre", "em", "img"}
PAGE = ANSWER | set(
    re.findall(
        r"\w+",
        "html head meta title style body h1 h2 h3 p span strong a div section table thead tbody tr th td ul li br "
        "footer",
    )
)


class Markup(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(str(html))  # a plain string: markupsafe would escape what the parser puts together
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_harmless(html: str, allowed: set[str]) -> Markup:
    """No element but the allowed ones, nothing that runs, nothing that is fetched."""
    markup = Markup(html)
    assert markup.elements <= allowed
    for name, value in markup.attributes:
        assert not name.startswith("on")
        assert name != "style"
        if name == "src":
            assert value.startswith(("data:image/png;", "data:image/jpeg;", "data:image/gif;"))
        if name == "href":
            assert value.startswith(("#exercise-", "students/"))
    return markup


STUDENT_PAGE = PAGE | set(
    re.findall(r"\w+", "main nav caption figure figcaption svg title g path polyline rect text")
)
