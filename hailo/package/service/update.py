#!/usr/bin/env python3
"""Install a new version of a package, go back to the one before, or say what is installed. Needs no network.

  python3 service/update.py install PACKAGE.tar.gz --identity NAME [--signers FILE] [--base FOLDER] [--older]
  python3 service/update.py rollback [--base FOLDER]
  python3 service/update.py status [--base FOLDER]

PACKAGE is a folder or a .tar, .tar.gz archive of one. Before anything of it runs, SHA256SUMS.sig must be a signature of
SHA256SUMS by NAME, whose key stands in FILE (BASE/allowed_signers), and every file must be as SHA256SUMS says. Then its
self-test runs, and only then `current` is pointed to it. The version before stays for `rollback`. Who makes packages
signs them once:

  ssh-keygen -Y sign -n motiflow-package -f ~/.ssh/KEY PACKAGE/SHA256SUMS

BASE is the folder that this package lies in. With --restart UNIT systemd restarts the service afterwards.
Exit code 0: done, 1: refused, nothing was changed.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from versions import Refused, check_signature, linked, locked, place, self_test, switch  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent


def version_of(manifest):
    """Version of a package as numbers, or None."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", manifest.get("version", ""))
    return None if numbers is None else tuple(int(part) for part in numbers.groups())


def manifest_of(base, name):
    try:
        return json.loads((base / name / "MANIFEST.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def install(base, args):
    source = Path(args.package)
    if not source.exists():
        raise Refused(f"there is no {source}")
    signers = Path(args.signers) if args.signers else base / "allowed_signers"

    def check(root):
        signature = Path(args.signature) if args.signature else root / "SHA256SUMS.sig"
        check_signature(root, signature, signers, args.identity)

    def accept(manifest):
        now, new = version_of(manifest_of(base, "current")), version_of(manifest)
        if now is not None and new is not None and new < now and not args.older:
            raise Refused("it is older than what is installed; --older allows that")

    manifest = place(base, source, check, accept)
    switch(base, manifest["id"])
    return f"installed {manifest['name']} {manifest['version']} ({manifest['id']})"


def rollback(base, _):
    before = linked(base, "previous")
    if before is None or not (base / before).is_dir():
        raise Refused("there is no version before")
    if before == linked(base, "current"):
        raise Refused("the version before is the current one")
    self_test(base / before)
    switch(base, before)
    return f"back to {manifest_of(base, before).get('version', '?')} ({before})"


def status(base, _):
    rows = []
    for name in ("current", "previous"):
        to = linked(base, name)
        rows.append(f"{name} {'-' if to is None else to + ' ' + manifest_of(base, name).get('version', '?')}")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("install", help="install a new version")
    adding.add_argument("package", help="folder, .tar or .tar.gz")
    adding.add_argument("--identity", required=True, help="name of the signer in the file of allowed signers")
    adding.add_argument("--signers", help="file of allowed signers; BASE/allowed_signers without")
    adding.add_argument("--signature", help="signature of SHA256SUMS; the package's SHA256SUMS.sig without")
    adding.add_argument("--older", action="store_true", help="allow a version below the installed one")
    for command in (adding, commands.add_parser("rollback", help="go back"), commands.add_parser("status", help="say")):
        command.add_argument("--base", default=str(ROOT.parent), help="folder of the versions")
        command.add_argument("--restart", metavar="UNIT", help="systemd unit that is restarted afterwards")
    args = parser.parse_args()
    base = Path(args.base).resolve()
    try:
        with locked(base):
            print({"install": install, "rollback": rollback, "status": status}[args.command](base, args))
    except (Refused, OSError) as error:
        print(f"Cannot {args.command}: {error}", file=sys.stderr)
        return 1
    if args.restart and args.command != "status":
        return subprocess.run(["systemctl", "restart", "--", args.restart], check=False).returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
