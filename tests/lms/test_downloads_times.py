"""Times in names: the same in every locale, and ten past one is not eleven o'clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.lms.downloads.times import read_date, read_instant, read_stamp

DATES = {
    "Sep 5, 2023 1049 PM": (2023, 9, 5, 22, 49),
    "Sep 5, 2023 10:49 PM": (2023, 9, 5, 22, 49),
    "September 5, 2023 1049 PM": (2023, 9, 5, 22, 49),
    "05 September, 2023 110 PM": (2023, 9, 5, 13, 10),
    "5 September, 2023 110 PM": (2023, 9, 5, 13, 10),
    "9 February, 2023 112 AM": (2023, 2, 9, 1, 12),
    "9 February, 2023 1212 AM": (2023, 2, 9, 0, 12),
    "9 February, 2023 1212 PM": (2023, 2, 9, 12, 12),
    "9 Feb, 2023 926 PM": (2023, 2, 9, 21, 26),
    "9 februar, 2023 2126": (2023, 2, 9, 21, 26),
    "9. marts 2023 21.26": (2023, 3, 9, 21, 26),
    "9 maj, 2023 926": (2023, 5, 9, 9, 26),
    "9 oktober, 2023 000": (2023, 10, 9, 0, 0),
    "9 October, 2023 9_26 pm": (2023, 10, 9, 21, 26),
    "9 October, 2023 926\u202fPM": (2023, 10, 9, 21, 26),
    "Tuesday, 5 September 2023, 10:49 PM": (2023, 9, 5, 22, 49),
    "Tuesday, September 5, 2023 10:49 PM": (2023, 9, 5, 22, 49),
}


@pytest.mark.parametrize(("text", "time"), DATES.items())
def test_a_date_is_read(text: str, time: tuple[int, ...]) -> None:
    found = read_date(text)
    assert found is not None
    assert found.timetuple()[:5] == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "5/9/2023 1049 PM",
        "31 February, 2023 110 PM",
        "5 Septober, 2023 110 PM",
        "5 September, 2023 1310 PM",
        "5 September, 2023 010 PM",
        "5 September, 2023 2560",
        "5 September, 2023 1 PM",
        "5 September, 2023",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_date(text) is None


TIMES = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9999, 12, 31))  # noqa: DTZ001 - as in names
MONTHS = "- January February March April May June July August September October November December".split()
"""Not from `calendar`, which follows the machine's locale."""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    time=TIMES,
    colon=st.sampled_from(["", ":"]),
    day_first=st.booleans(),
    short=st.booleans(),
    zero=st.booleans(),
    halves=st.booleans(),
)
def test_every_form_gives_the_minute_back(
    *, time: datetime, colon: str, day_first: bool, short: bool, zero: bool, halves: bool
) -> None:
    month = MONTHS[time.month][: 3 if short else None]
    day = f"{time.day:02}" if zero else str(time.day)
    date = f"{day} {month}, {time.year}" if day_first else f"{month} {day}, {time.year}"
    hour = (time.hour % 12 or 12) if halves else time.hour
    text = f"{date} {hour}{colon}{time.minute:02}" + (" AM" if time.hour < 12 else " PM") * halves
    assert read_date(text) == time.replace(second=0, microsecond=0)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TIMES)
def test_a_stamp_gives_the_second_back(time: datetime) -> None:
    time = time.replace(microsecond=0)
    assert read_stamp(f"{time.date()}-{time.hour:02}-{time.minute:02}-{time.second:02}") == time
    assert read_stamp(time.isoformat(" ")) == time


@pytest.mark.parametrize("text", ["", "2023-13-05-22-49-03", "2023-09-05", "2023-09-05-22-49-61"])
def test_what_is_no_stamp_is_none(text: str) -> None:
    assert read_stamp(text) is None


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    assert read_date(text) is None or any(character.isdigit() for character in text)
    assert read_stamp(text) is None or any(character.isdigit() for character in text)


@pytest.mark.parametrize(
    "text", ["2025-10-03 22:49:03.123456000 +02:00", "2025-10-03 20:49:03 Z", "2025-10-03 14:49:03 -0600"]
)
def test_an_instant_is_read_with_its_zone(text: str) -> None:
    assert read_instant(text) == datetime(2025, 10, 3, 20, 49, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-10-03 22:49:03",
        "2025-13-03 22:49:03 Z",
        "2025-10-03 22:49:03 +99:99",
        "2025-10-03 22:49:03 CET",
    ],
)
def test_what_is_no_instant_is_none(text: str) -> None:
    assert read_instant(text) is None
