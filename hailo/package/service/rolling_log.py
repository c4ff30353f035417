"""A log of lines of JSON that never grows beyond a stated size. Standard library only.

Files are predictions-000001.jsonl and so on, the highest number the newest. A file that has reached `max_bytes` is
closed and the next one begun; only the newest `keep` stay. Each begins with a line of the event "start", so that every
file can be read alone. `import` of Motiflow reads them as windows, codes and labels.
"""

import json
import os
import re
import sys
from datetime import datetime, timezone

_NAME = re.compile(r"predictions-(\d{6,})\.jsonl")


def now():
    """UTC with milliseconds, as ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RollingLog:
    """`write` adds one line. `start` are the facts that begin each file."""

    def __init__(self, folder, start, max_bytes, keep):
        self.folder, self.start, self.max_bytes, self.keep = folder, start, max_bytes, keep
        self.file = None
        self.lost = 0
        folder.mkdir(parents=True, exist_ok=True)
        files = self._files()
        self.number = self._number(files[-1]) if files else 0
        if files:
            self._repair(files[-1])

    def _files(self):
        return sorted((p for p in self.folder.iterdir() if _NAME.fullmatch(p.name)), key=self._number)

    @staticmethod
    def _number(path):
        return int(_NAME.fullmatch(path.name).group(1))

    @staticmethod
    def _repair(path):
        """Cuts off a line that a power failure left unfinished."""
        with open(path, "r+b") as file:
            data = file.read()
            file.truncate(data.rfind(b"\n") + 1)

    def write(self, event, **facts):
        """One line; a full disk costs old files first, then lines, but never stops the program."""
        line = {"event": event, "at": now(), **facts}
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        for oldest in (False, True):
            try:
                if oldest:
                    self._drop_oldest()
                self._append(text.encode("utf-8"), durable=event != "prediction")
                self.lost = 0
                return
            except OSError as error:
                problem = error
        self.lost += 1
        if self.lost == 1:
            print(f"cannot write the log: {problem}", file=sys.stderr, flush=True)

    def _append(self, data, durable):
        if self.file is None or self.file.tell() + len(data) > self.max_bytes:
            self._next()
        self.file.write(data)
        self.file.flush()
        if durable:
            os.fsync(self.file.fileno())

    def _next(self):
        started = self.file is not None
        self.close()
        path = self.folder / f"predictions-{self.number:06d}.jsonl"
        if started or self.number == 0 or path.stat().st_size > self.max_bytes - 4096:
            self.number += 1
            path = self.folder / f"predictions-{self.number:06d}.jsonl"
        self.file = open(path, "ab")
        head = {"event": "start", "at": now(), **self.start}
        self.file.write((json.dumps(head, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8"))
        for old in self._files()[: -self.keep]:
            old.unlink()

    def _drop_oldest(self):
        files = self._files()
        if len(files) > 1:
            files[0].unlink()

    def close(self):
        if self.file is not None:
            self.file.close()
            self.file = None
