#!/usr/bin/env python3
"""Set this package up as a systemd service. Needs no network; run it as root on the device.

  sudo python3 service/install.py SOURCE --user NAME [--base /opt/motiflow] [--state /var/lib/motiflow] [--start]
      [-- OPTION…]

Copies the package to BASE/<id> after its self-test, points BASE/current to it, makes STATE for NAME, and writes the
unit. SOURCE and the options behind -- go to service/serve.py, such as -- --time t --subject S1. With --signers FILE the
keys that may sign updates are put in place. --start enables and starts the unit.
Exit code 0: done, 1: refused.
"""

import argparse
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # a package stays as it was packed

from versions import Refused, locked, place, switch  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# Nothing that systemd reads as more than a word: no blanks, quotes, backslashes, $ or %.
_WORD = re.compile(r"[A-Za-z0-9._/@:=,+*^²-]+")


def unit(template, words):
    """The unit's text from lists of words, each of which systemd takes as it stands."""
    for value in (word for several in words.values() for word in several):
        if not _WORD.fullmatch(value):
            raise Refused(f'"{value}" holds characters that a unit cannot; leave out blanks, quotes, $ and %')
    return re.sub(r"@([A-Z]+)@", lambda match: " ".join(words[match.group(1)]), template)


def written(state, source):
    """Folders that the service writes to: that of a socket among them."""
    kind, _, where = source.partition(":")
    if re.match(r"(unix:)?/(var/)?tmp/", source):
        raise Refused("/tmp is private to the service (PrivateTmp); let the sensor write elsewhere, such as /run")
    if kind != "unix":
        return [str(state)]
    if not where.startswith("/"):
        raise Refused("the path of a socket must begin with /")
    return [str(state), os.path.dirname(where)]


def check_interpreter(user):
    """Refuses a Python that `user` may not run, such as one below another's home; only root can try."""
    if os.geteuid() != 0 or shutil.which("runuser") is None:
        return
    words = ["runuser", "-u", user, "--", sys.executable, "-c", ""]
    if subprocess.run(words, cwd="/", capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise Refused(f"{user} may not run {sys.executable}; install with a Python that everybody may run, such as /usr/bin/python3")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="Options behind -- go to service/serve.py.")
    parser.add_argument("source", help="named pipe, device, unix:PATH or tcp:PORT")
    parser.add_argument("--user", required=True, help="who runs it; needs no rights beyond reading the sensor")
    parser.add_argument("--base", default="/opt/motiflow", help="folder of the versions")
    parser.add_argument("--state", default="/var/lib/motiflow", help="folder of the log")
    parser.add_argument("--units", default="/etc/systemd/system", help="folder of systemd's units")
    parser.add_argument("--name", default="motiflow", help="name of the unit")
    parser.add_argument("--signers", help="file of the keys that may sign updates")
    parser.add_argument("--start", action="store_true", help="enable and start the unit")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    args, options = parser.parse_args(words[:cut]), words[cut + 1:]
    base, state = Path(args.base).resolve(), Path(args.state).resolve()
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", args.name):
            raise Refused(f"{args.name} is no name of a unit")
        try:
            owner = pwd.getpwnam(args.user)
        except KeyError as error:
            raise Refused(f"there is no user {args.user}") from error
        check_interpreter(args.user)
        text = unit((HERE / "motiflow.service").read_text(encoding="utf-8"), {
            "USER": [args.user],
            "BASE": [str(base)],
            "STATE": [str(state)],
            "PYTHON": [sys.executable],
            "SOURCE": [args.source],
            "WRITTEN": written(state, args.source),
            "OPTIONS": options,
        })
        with locked(base):
            manifest = place(base, ROOT)
            switch(base, manifest["id"])
            if args.signers:
                shutil.copyfile(args.signers, base / "allowed_signers")
        (state / "log").mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for path in (state, state / "log"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        path = Path(args.units) / f"{args.name}.service"
        path.write_text(text, encoding="utf-8")
    except (Refused, OSError) as error:
        print(f"Cannot install: {error}", file=sys.stderr)
        return 1
    print(f"installed {manifest['name']} {manifest['version']} in {base / manifest['id']}, unit {path}")
    commands = [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", f"{args.name}.service"]]
    for words in commands:
        if not args.start:
            print("then: " + " ".join(words))
        elif subprocess.run(words, check=False).returncode != 0:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
