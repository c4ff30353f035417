"""Whether what a host reads is what was packed. Standard library only."""

import hashlib


class Damaged(ValueError):
    """A file of the package that is missing, or another one than was packed."""


def require_whole(root):
    """Checks pipeline.json and all of models/ against SHA256SUMS; an added file of models/ is none of this package."""
    sums = root / "SHA256SUMS"
    if not sums.is_file():
        raise Damaged("SHA256SUMS is missing; unpack the package again")
    listed = {}
    for line in sums.read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if name == "pipeline.json" or name.startswith("models/"):
            listed[name] = digest
    there = {path.relative_to(root).as_posix() for path in (root / "models").glob("*") if path.is_file()}
    for name in sorted(listed.keys() | {"pipeline.json"}):
        path = root / name
        if not path.is_file():
            raise Damaged(f"{name} is missing; unpack the package again")
        if hashlib.sha256(path.read_bytes()).hexdigest() != listed.get(name):
            raise Damaged(f"{name} is not as it was packed; unpack the package again")
    for name in sorted(there - listed.keys()):
        raise Damaged(f"{name} is not of this package; take it away")
