"""Installed versions of a package: BASE/<id>, and the links `current` and `previous` to two of them.

Standard library only. A link is switched by renaming another one over it, so that there is no moment without a version.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / "scripts")]

from selftest import check_files as check_package  # noqa: E402

NAMESPACE = "motiflow-package"
_ID = re.compile(r"[0-9a-f]{12}")
_LARGEST = 1 << 30  # bytes of a package


class Refused(Exception):
    """What stands in the way, in a sentence."""


@contextmanager
def locked(base):
    """One change at a time."""
    base.mkdir(parents=True, exist_ok=True)
    with open(base / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(f"another update of {base} is running") from error
        yield


def unpack(source, target):
    """Copies the regular files of a folder or a .tar(.gz) into `target`, which is new; whatever else it holds is refused."""
    target.mkdir()
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            name = path.relative_to(source).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise Refused(f"{name} is no regular file")
            if path.is_file() and "__pycache__" not in name:
                _place(target, name, path.read_bytes())
        return
    size = 0
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                name = member.name[2:] if member.name.startswith("./") else member.name
                if member.isdir():
                    continue
                if not member.isreg() or name.startswith("/") or ".." in name.split("/"):
                    raise Refused(f"{member.name} is no regular file below the archive's own folder")
                size += member.size
                if size > _LARGEST:
                    raise Refused(f"the archive holds more than {_LARGEST >> 20} MiB")
                _place(target, name, archive.extractfile(member).read())
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Refused(f"{source} cannot be read: {error}") from error


def _place(target, name, data):
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def root_of(folder):
    """The folder with SHA256SUMS: an archive may hold the package in a folder of its own."""
    if (folder / "SHA256SUMS").is_file():
        return folder
    below = [path for path in folder.iterdir() if (path / "SHA256SUMS").is_file()]
    if len(below) != 1:
        raise Refused("there is no SHA256SUMS in it")
    return below[0]


def check_signature(root, signature, signers, identity):
    """SHA256SUMS is signed by `identity`, whose key stands in the file `signers` (see ssh-keygen, ALLOWED SIGNERS)."""
    if not signature.is_file():
        raise Refused("it is not signed: there is no SHA256SUMS.sig")
    if not signers.is_file():
        raise Refused(f"there is no file of allowed signers {signers}")
    words = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", identity, "-n", NAMESPACE, "-s", str(signature)]
    try:
        done = subprocess.run(words, input=(root / "SHA256SUMS").read_bytes(), capture_output=True, check=False)
    except FileNotFoundError as error:
        raise Refused("ssh-keygen is not installed, which checks signatures") from error
    if done.returncode != 0:
        why = (done.stderr + done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise Refused(f"the signature is not one of {identity}: {why[0] if why else 'ssh-keygen says no more'}")


def check_files(root):
    """Every file is as SHA256SUMS and MANIFEST.json say, and there are no others. Gives the manifest."""
    bad = check_package(root)
    listed = {line.partition("  ")[2] for line in (root / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    for path in sorted(root.iterdir()):
        if path.name not in listed | {"SHA256SUMS", "SHA256SUMS.sig"} and not path.is_dir():
            bad.append(f"{path.name}: not of this package")
        if path.is_dir() and not any(name.startswith(path.name + "/") for name in listed):
            bad.append(f"{path.name}: not of this package")
    if bad:
        raise Refused(f"it is not as SHA256SUMS says: {bad[0]}")
    try:
        manifest = json.loads((root / "MANIFEST.json").read_text(encoding="utf-8"))
        return {"id": manifest["id"].split(":")[-1][:12], "name": manifest["name"], "version": manifest["version"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"MANIFEST.json cannot be read: {error}") from error


def self_test(root):
    """Runs the self-test of the version that is about to be used."""
    words = [sys.executable, "scripts/selftest.py"]
    done = subprocess.run(words, cwd=root, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        why = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()
        raise Refused(f"the self-test failed with {done.returncode}: {why[-1] if why else 'no word'}")


def linked(base, name):
    """The id that a link points to, or None."""
    link = base / name
    return os.path.basename(os.readlink(link)) if link.is_symlink() else None


def point(base, name, to):
    """Lets a link point to a version, in one step."""
    new = base / f".{name}.new"
    if new.is_symlink():
        new.unlink()
    new.symlink_to(to)
    os.replace(new, base / name)
    handle = os.open(base, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def switch(base, to):
    """Makes a version the current one and the one before the previous; others are removed."""
    before = linked(base, "current")
    if before is not None and before != to:
        point(base, "previous", before)
    point(base, "current", to)
    kept = {to, linked(base, "previous")}
    for path in base.iterdir():
        if _ID.fullmatch(path.name) and path.is_dir() and not path.is_symlink() and path.name not in kept:
            shutil.rmtree(path)


def place(base, source, check=None, accept=None):
    """Unpacks a package beside the others, unless `check(root)` or `accept(manifest)` refuses it. Gives its manifest."""
    fresh = base / ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        unpack(source, fresh)
        root = root_of(fresh)
        # What Motiflow writes beside a package that it publishes; no host reads it, and nobody signed it.
        (root / "artifact.json").unlink(missing_ok=True)
        if check is not None:
            check(root)
        manifest = check_files(root)
        if accept is not None:
            accept(manifest)
        if not _ID.fullmatch(manifest["id"]):
            raise Refused("MANIFEST.json names no id")
        self_test(root)
        for path in sorted(root.rglob("__pycache__")):
            shutil.rmtree(path)
        target = base / manifest["id"]
        if target != Path(os.path.realpath(base / "current")):
            shutil.rmtree(target, ignore_errors=True)
            os.replace(root, target)
        return manifest
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
