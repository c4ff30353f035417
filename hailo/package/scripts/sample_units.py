"""Units of samples as they come: turned into those of pipeline.json, and looked at. Standard library only."""

import math
import re

from samples import BadInput

ACCELERATION = {"m/s^2": 1.0, "g": 9.80665, "mg": 9.80665e-3}
ROTATION = {"rad/s": 1.0, "deg/s": math.pi / 180, "mdeg/s": math.pi / 180_000}
LOOKED = 500


def plain(unit):
    """One spelling of a unit."""
    text = re.sub(r"\s+", "", unit).replace("²", "^2").replace("°", "deg").lower()
    if re.fullmatch(r"m/\(?s(\^?2|/s)\)?|ms-2|m\.s-2", text):
        return "m/s^2"
    return {"gs": "g", "dps": "deg/s", "mdps": "mdeg/s"}.get(text, text)


def factor(unit, wanted):
    """What a value in `unit` is multiplied by to be one in `wanted`; None where they are not of one quantity."""
    have, want = plain(unit), plain(wanted)
    if have == want:
        return 1.0
    for table in (ACCELERATION, ROTATION):
        if have in table and want in table:
            return table[have] / table[want]
    return None


def units_of(facts, columns):
    """Unit of each column sensor.channel; what a filter makes has the unit of what it reads."""
    units = {wanted["channel"]: wanted["unit"] for wanted in facts["inputs"]}
    for made in facts["filters"]:
        units.update({to: units.get(source, "") for source, to in zip(made["from"], made["to"])})
    return [units.get(column.split(".", 1)[1], "") for column in columns]


def factors(written, columns, units):
    """Factor of each column for units such as acc=g,gyro=deg/s; a unit alone is for all channels of its quantity."""
    found = [1.0] * len(columns)
    for part in filter(None, (text.strip() for text in written.split(","))):
        name, mark, unit = part.rpartition("=")
        meant = [i for i, column in enumerate(columns) if (_bears(column, name.strip()) if mark else factor(unit, units[i]))]
        if not meant:
            raise BadInput(f"cannot take samples in {part}: no such channel; there are {', '.join(columns[:12])}")
        for i in meant:
            by = factor(unit, units[i])
            if by is None:
                raise BadInput(f"cannot take {part}: the model has {columns[i]} in {units[i]}")
            found[i] = by
    return found


def _bears(column, name):
    for full in (column, column.split(".", 1)[1]):
        rest = full[len(name):] if full.startswith(name) else None
        if rest is not None and (rest == "" or rest[0] in "_. " or rest in ("x", "y", "z", "X", "Y", "Z")):
            return True
    return False


class UnitWatch:
    """Says once, after the first samples, where an accelerometer or gyroscope has another unit than the model's."""

    def __init__(self, columns, units):
        places = {column: i for i, column in enumerate(columns)}
        self.triads = []
        for column, at in places.items():
            letter = column[-1:]
            rest = [places.get(column[:-1] + chr(ord(letter) + step)) for step in (1, 2)] if letter in ("x", "X") else []
            if rest and None not in rest:
                self.triads.append((column[:-1].rstrip("_. "), units[at], (at, *rest), []))
        self.seen = 0

    def take(self, values):
        if self.seen >= LOOKED:
            return []
        for _, _, places, norms in self.triads:
            norms.append(math.hypot(*(values[place] for place in places)))
        self.seen += 1
        return self.end() if self.seen == LOOKED else []

    def end(self):
        if self.seen < 50 or self.seen > LOOKED:
            return []
        self.seen = LOOKED + 1
        out = []
        for stem, unit, _, norms in self.triads:
            looks = _looks(stem.split(".", 1)[1], sorted(norms))
            if looks and plain(unit) != looks and factor(looks, unit) is not None:
                name = stem.split(".", 1)[1]
                out.append(f"the samples of {stem} look like {looks}, the model takes {unit}: --units {name}={looks} turns them")
        return out


def _looks(name, norms):
    name = name.lower()
    if ("acc" in name or name == "a") and not re.search("lin|body|user", name):
        middle = norms[len(norms) // 2]
        return next((unit for unit, g in (("g", 1), ("m/s^2", 9.81), ("mg", 1000)) if 0.8 * g < middle < 1.25 * g), None)
    return "deg/s" if "gyr" in name and norms[int(0.99 * (len(norms) - 1))] > 45 else None
