"""Rows of a CSV text as samples, from a file, standard input or a socket of this machine. Standard library only."""

import array
import math
import os
import socket
import sys
from contextlib import contextmanager


class BadInput(ValueError):
    """What stands in the way of reading at all."""


@contextmanager
def open_lines(place):
    """Lines of FILE, - (standard input), unix:PATH or tcp:PORT; a socket serves the first program that connects."""
    if place == "-":
        yield sys.stdin
        return
    kind, _, where = place.partition(":")
    if kind not in ("unix", "tcp") or not where:
        try:
            file = open(place, encoding="utf-8-sig")
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
        except (OSError, ValueError) as error:
            raise BadInput(f"cannot listen on {place}: {error}") from error
        server.listen(1)
        at = where if kind == "unix" else f"127.0.0.1:{server.getsockname()[1]}"
        print(f"listening on {at}", file=sys.stderr, flush=True)
        try:
            connection, _ = server.accept()
        finally:
            if kind == "unix":
                os.unlink(where)
        with connection, connection.makefile(encoding="utf-8-sig") as file:
            yield file


def number(text, comma):
    """A finite number, or NaN."""
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def read_rows(lines, columns, single, time=None):
    """(values, time, None) or (None, None, why) for each row under the header.

    `columns` are named sensor.channel; sensor_channel does as well and, with a single sensor, the channel alone.
    """
    header = separator = places = clock = None
    for row, line in enumerate(lines, 1):
        line = line.strip("\r\n")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if header is None:
            separator = max((";", "\t", ","), key=lambda mark: (line.count(mark), mark == ","))
            header = [cell.strip().strip('"') for cell in line.split(separator)]
            places = [_place(header, column, single) for column in columns]
            missing = [column for column, place in zip(columns, places) if place is None]
            if time is not None and time not in header:
                missing.append(time)
            if missing:
                raise BadInput(f"there is no column {', '.join(missing[:5])}; there are {', '.join(header[:12])}")
            clock = None if time is None else header.index(time)
            continue
        cells = [cell.strip().strip('"') for cell in line.split(separator)]
        if len(cells) != len(header):
            yield None, None, f"row {row}: it has {len(cells)} cells, the first line has {len(header)}"
            continue
        comma = separator != ","
        values = array.array("f", [number(cells[place], comma) for place in places])
        bad = next((i for i, value in enumerate(values) if not math.isfinite(value)), None)
        if bad is not None:
            yield None, None, f'row {row}: {header[places[bad]]} is "{cells[places[bad]]}", no number'
            continue
        if clock is None:
            yield values, None, None
            continue
        seconds = number(cells[clock], comma)
        yield values, cells[clock] if math.isnan(seconds) else seconds, None


def _place(header, column, single):
    names = [column, column.replace(".", "_", 1)] + ([column.split(".", 1)[1]] if single else [])
    return next((header.index(name) for name in names if name in header), None)
