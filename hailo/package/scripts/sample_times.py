"""Points in time as texts, by the law of the other hosts: year first, UTC where no zone is named. Standard library only."""

import math
import re
from datetime import date, datetime, timezone

_INSTANT = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)[T ]+"
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,:](\d+))?)?\s*(AM|PM)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?:\s*\[[^\]]*\])?",
    re.IGNORECASE | re.ASCII,
)
_EPOCH = date(1970, 1, 1).toordinal()


def milliseconds(text):
    """Since 1970, with all digits of the fraction; None for what is no such time."""
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, half, zone = found.groups()
    try:
        days = date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None
    hours, seconds = int(hour), int(second or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    if hours > 23 or int(minute) > 59 or seconds > 60:
        return None
    within = ((hours * 60 + int(minute)) * 60 + seconds) * 1000 + (float("0." + fraction) * 1000 if fraction else 0)
    return days * 86_400_000 + within - _offset(zone)


def _offset(zone):
    if zone is None or zone[0].isalpha():
        return 0
    minutes = int(zone[-2:]) if len(zone) > 3 else 0
    return (int(zone[1:3]) * 60 + minutes) * 60_000 * (-1 if zone[0] == "-" else 1)


def written(seconds):
    """A point in time as the other hosts write it."""
    moment = datetime.fromtimestamp(math.floor(seconds * 1000 + 0.5) / 1000, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
