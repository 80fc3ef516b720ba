"""Times in names of files. They are read without the machine's locale, in which the name of a month may be another."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = {
    name[:length]: number
    for number, names in enumerate(
        (
            "january januar",
            "february februar",
            "march marts",
            "april",
            "may maj",
            "june juni",
            "july juli",
            "august",
            "september sept",
            "october oktober",
            "november",
            "december",
        ),
        start=1,
    )
    for name in names.split()
    for length in (3, len(name))
}
"""English and Danish, in full and by three letters."""
_DATE = re.compile(
    r"(?:[^\W\d]+,? )??(?:(?P<day>\d{1,2})\.? (?P<month>[^\W\d]+)|(?P<month_first>[^\W\d]+)\.? (?P<day_second>\d{1,2}))\.?,? "
    r"(?P<year>\d{4}),? (?P<hour>\d{1,2})[:._]?(?P<minute>\d{2}) ?(?P<half>AM|PM)?",
    re.IGNORECASE,
)
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)[-T ](\d\d)[-:](\d\d)[-:](\d\d)", re.ASCII)

_INSTANT = re.compile(r"([0-9-]{10} [0-9:]{8})(?:\.[0-9]+)? (Z|[+-][0-9]{2}:?[0-9]{2})")


def read_date(text: str) -> datetime | None:
    """A date in words with its time: `Sep 5, 2023 1049 PM`, `05 September, 2023 9:26 PM`, `5 september, 2023 2249`.

    `110 PM` is ten past one. None if it is of no such form.
    """
    match = _DATE.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    month = _MONTHS.get((match["month"] or match["month_first"]).lower())
    hour, half = int(match["hour"]), (match["half"] or "").upper()
    if month is None or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + 12 * (half == "PM")
    return _time(
        int(match["year"]), month, int(match["day"] or match["day_second"]), hour, int(match["minute"])
    )


def read_stamp(text: str) -> datetime | None:
    """A time in numbers to the second: `2023-09-05-22-49-03`, `2023-09-05 22:49:03`; None if it is of no such form."""
    match = _STAMP.fullmatch(text)
    return _time(*map(int, match.groups())) if match else None


def read_instant(text: str) -> datetime | None:
    """A time with its zone: `2023-09-05 22:49:03.123 +02:00`, `2023-09-05 20:49:03 Z`; None if it is of no such form."""
    match = _INSTANT.fullmatch(text)
    try:
        return datetime.fromisoformat(match[1] + match[2]) if match else None
    except ValueError:
        return None


def _time(year: int, month: int, day: int, hour: int, minute: int, second: int = 0) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the course's own zone, which no name tells
    except ValueError:
        return None
