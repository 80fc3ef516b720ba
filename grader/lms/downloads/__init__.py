"""What learning platforms let a teacher download: whose each file is, and when it was handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lms.downloads import blackboard, brightspace, canvas, gradescope, moodle
from grader.lms.downloads.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.lms.downloads.hand_in import Download, Lms, Read

_LMSS: tuple[Lms, ...] = (gradescope, blackboard, moodle, brightspace, canvas)
"""The one whose names say least comes last."""


def read_download(paths: Iterable[str], read: Read) -> Download | None:
    """The hand-ins in a download, as a zip holds it or unpacked and below other folders; None if it is of no known platform.

    `read` gives the content of the few files that a platform adds itself.
    """
    for layout in layouts(sorted(paths)):
        for lms in _LMSS:
            if lms.fits(layout):
                return lms.hand_ins(layout, read)
    return None
