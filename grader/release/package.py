"""The files of the copy that students get."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import tomli_w

from grader.release.instructions import instructions
from grader.release.keyless import keyless
from grader.release.reach import reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.schema import Spec

ENTRY = "grader.student"
OF_CODE = "grader.numeric"
"""Checks students' code, and goes along where there is any."""
BESIDE_STUDENTS_CODE = f"{OF_CODE}.child."
"""Started by file, not imported: it runs in the student's process, and all of it goes along."""

_MAIN = '"""`python -m grader` is the command `grader`."""\n\nfrom grader.student import main\n\nmain()\n'


@dataclass(frozen=True)
class Project:
    """The grader as it is installed here.

    Attributes:
        files: of its packages, by path below the folder where they lie, with `/`.
        version: of the grader.
        python: the versions of Python that it needs, as `pyproject.toml` says it.
        requirements: what it needs of others, by the name under which it is imported.
        licence: its text.

    """

    files: Mapping[str, bytes]
    version: str
    python: str
    requirements: Mapping[str, str]
    licence: bytes


def package(spec: Spec, sheets: Mapping[str, bytes], project: Project) -> dict[str, bytes]:
    """Everything that students get, by path: checker, assignment without key, sheet and instructions.

    Args:
        spec: the assignment.
        sheets: the notebooks that it names, but for the solution, by file name.
        project: the grader.

    """
    sources = {
        _module(path): content.decode() for path, content in project.files.items() if path.endswith(".py")
    }
    beside = [name for name in sources if name.startswith(BESIDE_STUDENTS_CODE)]
    needed = (
        reach(sources, [ENTRY, *beside]) if spec.runs_code else reach(sources, [ENTRY], without={OF_CODE})
    )
    requirements = [text for name, text in sorted(project.requirements.items()) if name in needed.outside]
    home = f"grader/assignments/{spec.name}"
    texts = {
        "README.md": instructions(spec),
        "pyproject.toml": _pyproject(spec, project, requirements),
        "grader/__main__.py": _MAIN,
        f"{home}/assignment.toml": keyless(spec),
    }
    return {
        **dict(_needed_files(project.files, needed.modules)),
        **{f"{home}/{name}": content for name, content in sheets.items()},
        **{path: text.encode() for path, text in texts.items()},
        spec.notebook: sheets[spec.notebook],
        "LICENSE": project.licence,
    }


def _module(path: str) -> str:
    return ".".join(PurePosixPath(path).with_suffix("").parts).removesuffix(".__init__")


def _needed_files(files: Mapping[str, bytes], modules: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """The modules, and what lies in their packages that is no module, such as templates."""
    for path, content in files.items():
        if path.endswith(".py"):
            if _module(path) in modules:
                yield path, content
        elif ".".join(_package_of(path, files)) in modules:
            yield path, content


def _package_of(path: str, files: Iterable[str]) -> tuple[str, ...]:
    """The innermost package around a file."""
    return next(
        (folder.parts for folder in PurePosixPath(path).parents if f"{folder}/__init__.py" in files), ()
    )


def _pyproject(spec: Spec, project: Project, requirements: list[str]) -> str:
    return tomli_w.dumps(
        {
            "build-system": {"requires": ["hatchling>=1.25"], "build-backend": "hatchling.build"},
            "project": {
                "name": "grader",
                "version": project.version,
                "description": f"Checks notebooks for {spec.name} before they are handed in.",
                "readme": "README.md",
                "requires-python": project.python,
                "dependencies": requirements,
                "scripts": {"grader": f"{ENTRY}:main"},
            },
            "tool": {
                "hatch": {
                    "build": {"ignore-vcs": True, "targets": {"wheel": {"packages": ["grader", "reference"]}}}
                }
            },
        }
    )
