"""A backend that outlives its device: another one takes over, or it waits until the device is back. Needs NumPy."""

import time

from backends import open_backend

ORDER = ["hailo", "onnxruntime", "none"]  # the best first


class Stopped(Exception):
    """The program was asked to stop while it waited."""


class SteadyBackend:
    """Takes raw windows. `say` is told ("device", facts) of every change."""

    def __init__(self, root, scaler, wanted, say, pause, retry=60.0):
        self.root, self.scaler, self.wanted = root, scaler, wanted
        self.say, self.pause, self.retry = say, pause, retry
        self.backend, self.tried = None, 0.0
        self._open("start")

    @property
    def name(self):
        return self.backend.name

    def prepare(self, raw):
        return raw

    def run(self, raw):
        if self.wanted == "auto" and time.monotonic() - self.tried > self.retry:
            self._better()
        while True:
            try:
                return self.backend.run(self.backend.prepare(raw))
            except Exception as error:  # a runtime's own: device gone, reset, driver restarted
                reason = f"{self.backend.name}: {type(error).__name__}: {error}"
                self.close()
                self._open(reason)

    def _open(self, reason):
        """Opens the first backend that is there; waits, longer each time, where none is."""
        seconds, said = 1.0, None
        while True:
            backend, problems = open_backend(self.root, self.scaler, self.wanted)
            self.tried = time.monotonic()
            if backend is not None:
                break
            if problems != said:
                self.say("device", backend=None, reason=reason, problems=problems)
                said = problems
            if self.pause(seconds):
                raise Stopped
            seconds = min(60.0, 2 * seconds)
        self.backend = backend
        self.say("device", backend=backend.name, reason=reason, problems=problems)

    def _better(self):
        """Goes back to a better device once it is there again."""
        self.tried = time.monotonic()
        for name in ORDER[: ORDER.index(self.backend.name)]:
            better, _ = open_backend(self.root, self.scaler, name)
            if better is not None:
                self.close()
                self.backend = better
                self.say("device", backend=name, reason="back again", problems=[])
                return

    def close(self):
        if self.backend is None:
            return
        try:
            self.backend.close()
        except Exception:  # what is broken may not close
            pass
        self.backend = None
