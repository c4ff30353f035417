"""Rows of a CSV text as samples, from a file, standard input or a socket of this machine. Standard library only."""

import array
import math
import os
import re
import socket
import sys
from contextlib import contextmanager


# What float() reads beyond this, such as 1_000 or digits of other scripts, is no number of a table.
_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")

# A value from here on overflows sums of float32, which a maximum within the encoder would hide.
_LARGEST = 1e18


# Longest line in bytes; what goes on longer is no line of samples.
_LONGEST = 1 << 16


class BadInput(ValueError):
    """What stands in the way of reading at all."""


@contextmanager
def open_lines(place):
    """Lines of FILE, - (standard input), unix:PATH or tcp:PORT; a socket serves the first program that connects."""
    if place == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
        yield sys.stdin
        return
    kind, _, where = place.partition(":")
    if kind not in ("unix", "tcp") or not where:
        try:
            file = open(place, encoding="utf-8-sig", errors="replace")
        except OSError as error:
            raise BadInput(f"cannot read {place}: {error.strerror}") from error
        with file:
            yield file
        return
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as server:
        if kind == "tcp":
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(where if kind == "unix" else ("127.0.0.1", int(where)))
        except (OSError, ValueError, OverflowError) as error:
            raise BadInput(f"cannot listen on {place}: {error}") from error
        server.listen(1)
        at = where if kind == "unix" else f"127.0.0.1:{server.getsockname()[1]}"
        print(f"listening on {at}", file=sys.stderr, flush=True)
        try:
            connection, _ = server.accept()
        finally:
            if kind == "unix":
                os.unlink(where)
        with connection, connection.makefile(encoding="utf-8-sig", errors="replace") as file:
            yield file


def number(text, comma):
    """A finite number, or NaN."""
    text = text.replace(",", ".") if comma else text
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else math.nan


def read_rows(lines, columns, single, time=None):
    """(values, time, None, row) or (None, None, why, row) for each row under the header.

    `columns` are named sensor.channel; sensor_channel does as well and, with a single sensor, the channel alone.
    """
    header = separator = places = clock = None
    for row, line in _numbered(lines):
        if isinstance(line, OSError):
            yield None, None, f"row {row}: the source broke off: {line.strerror or line}", row
            return
        line = line.rstrip("\r\n")
        # A character has four bytes at most.
        if 4 * len(line) > _LONGEST and len(line.encode()) > _LONGEST:
            yield None, None, f"row {row}: the line is longer than 64 KiB", row
            continue
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if header is None:
            if "\0" in line:
                raise BadInput("the input is not UTF-8 text")
            separator = _separator(line)
            header = [cell.strip().strip('"') for cell in line.split(separator)]
            places, clock = _places(header, columns, single, time)
            continue
        cells = [cell.strip().strip('"') for cell in line.split(separator)]
        if len(cells) == len(header) + 1 and cells[-1] == "":
            cells.pop()  # some loggers close each row with the separator
        if len(cells) != len(header):
            yield None, None, f"row {row}: it has {len(cells)} cells, the first line has {len(header)}", row
            continue
        comma = separator != ","
        values = array.array("f", [number(cells[place], comma) for place in places])
        bad = next((i for i, value in enumerate(values) if not abs(value) < _LARGEST), None)
        if bad is not None:
            yield None, None, f'row {row}: {header[places[bad]]} is "{cells[places[bad]]}", no number', row
        elif clock is None:
            yield values, None, None, row
        elif cells[clock] == "":
            yield None, None, f"row {row}: {time} is empty", row
        else:
            seconds = number(cells[clock], comma)
            yield values, cells[clock] if math.isnan(seconds) else seconds, None, row


def _numbered(lines):
    """Lines with their numbers from 1; at the end the error that broke them off, if one did."""
    row = 0
    try:
        for line in lines:
            row += 1
            yield row, line
    except OSError as error:
        yield row + 1, error


def _separator(line):
    """The mark between cells; None for blanks, where there is no other."""
    mark = max((";", "\t", ","), key=lambda mark: (line.count(mark), mark == ","))
    return mark if mark in line else None


def _places(header, columns, single, time):
    """Places of the columns and of the time, or None where none is wanted."""
    found = {}
    for column in columns:
        names = [column, column.replace(".", "_", 1)] + ([column.split(".", 1)[1]] if single else [])
        found[column] = [i for i, name in enumerate(header) if name in names]
    if time is not None:
        found[time] = [i for i, name in enumerate(header) if name == time]
    missing = [column for column, at in found.items() if not at]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        shown = ", ".join(header[:12]) + (", …" if len(header) > 12 else "")
        raise BadInput(f"there is no column {', '.join(missing[:5])}{more}; there are {shown}")
    for column, at in found.items():
        if len(at) > 1:
            raise BadInput(f"several columns are {column}: {', '.join(header[i] for i in at)}")
    return [found[column][0] for column in columns], None if time is None else found[time][0]
