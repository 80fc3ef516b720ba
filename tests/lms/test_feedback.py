"""Where feedback goes in the zip that a platform takes back."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

import pytest

from grader.lms.feedback import PLACES, pack


@pytest.mark.parametrize(
    ("lms", "file", "place"),
    [
        ("canvas", "lindjens_502_90002_lab1.ipynb", "lindjens_502_90002_lab1.feedback.html"),
        ("canvas", "skovlundane_LATE_501_90001_lab1-1.ipynb", "skovlundane_LATE_501_90001_lab1-1.feedback.html"),
        ("canvas", "anon_x7Gp2_90003_lab_1.ipynb", "anon_x7Gp2_90003_lab_1.feedback.html"),
        ("canvas", "lindjens_502_90002_work.zip/lab/lab1.ipynb", "lindjens_502_90002_work.feedback.html"),
        ("canvas", "lab1.ipynb", None),
        ("canvas", "s250011/lab1.ipynb", None),
        (
            "brightspace",
            "archive/301-88 - s250011, Ane Skov-Lund - 07 September, 2026 110 PM/lab 1/lab1.ipynb",
            "301-88 - s250011, Ane Skov-Lund - 07 September, 2026 110 PM/feedback.html",
        ),
        (
            "brightspace",
            "302-88 - Jens Lind - Sep 7, 2026 926 PM/lab1.ipynb",
            "302-88 - Jens Lind - Sep 7, 2026 926 PM/feedback.html",
        ),
        ("brightspace", "s250011/lab1.ipynb", None),
    ],
)  # fmt: skip
def test_feedback_goes_where_the_hand_in_was(lms: str, file: str, place: str | None) -> None:
    assert PLACES[lms](PurePosixPath(file), {"9012": "Jens Lind"}) == [place] * (place is not None)


@pytest.mark.parametrize(
    ("name", "written"), [("Jens Lind", "Jens Lind"), ("", "Participant"), ("../Jens_Lind", ".. Jens Lind")]
)
def test_in_moodle_everyone_has_a_folder_by_number_whatever_the_file(name: str, written: str) -> None:
    places = PLACES["moodle"](
        PurePosixPath("Group 7_31_assignsubmission_file/lab1.ipynb"), {"31": name, "9": "Åse"}
    )
    assert places == [
        f"{written}_31_assignfeedback_file/feedback.html",
        "Åse_9_assignfeedback_file/feedback.html",
    ]


def test_the_same_pages_make_the_same_zip() -> None:
    pages = {"Åse_9011_assignfeedback_file/feedback.html": "<p>δ</p>", "b.html": "\ud800"}
    data = pack(pages)
    assert data == pack(pages)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == list(pages)
        assert archive.read("Åse_9011_assignfeedback_file/feedback.html").decode() == "<p>δ</p>"
