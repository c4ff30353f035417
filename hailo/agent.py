"""The far end of a conversation with a device: sent over SSH's standard input, run by `python3 -I`, never installed.

One request a connection: a line of JSON, then an optional payload. One answer: a last line that starts with the marker
and holds JSON. Nothing of the request is ever part of a shell command. Only the run's own folder is written.
"""

import base64
import hashlib
import io
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

MARKER = "@@motiflow "
LIMIT = 1 << 20  # bytes of a program's output that are sent back
NAME = re.compile(r"^[a-z0-9-]{1,64}$")


def run(args, cwd=None, timeout=60):
    """Runs a program with closed input; its exit code and both outputs, or why it could not run."""
    environment = dict(os.environ, HAILORT_LOGGER_PATH="NONE", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
    try:
        done = subprocess.run(
            args, cwd=cwd, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False
        )
    except FileNotFoundError:
        return {"missing": True, "rc": 127, "out": "", "err": ""}
    except subprocess.TimeoutExpired:
        return {"timeout": True, "rc": 124, "out": "", "err": ""}
    cut = len(done.stdout) > LIMIT or len(done.stderr) > LIMIT
    text = [part[:LIMIT].decode("utf-8", "replace") for part in (done.stdout, done.stderr)]
    return {"rc": done.returncode, "out": text[0], "err": text[1], "truncated": cut}


def read(path):
    """A small system file as text; None where it is not there."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    except OSError:
        return None


def open_files(folder):
    """Targets of the links in `folder`; processes and files may go while they are looked at."""
    found = []
    try:
        for name in os.listdir(folder):
            try:
                found.append(os.readlink(f"{folder}/{name}"))
            except OSError:
                continue
    except OSError:
        pass
    return found


def holders(device="/dev/hailo0"):
    """Programs that hold the device open, as far as this user may see them."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        if device in open_files(f"/proc/{process}/fd"):
            found.append(read(f"/proc/{process}/comm") or "unknown")
    return sorted(set(found))


def probe(_request):
    release = read("/etc/os-release") or ""
    name = re.search(r'^PRETTY_NAME="?([^"\n]+)', release, re.M)
    driver = run(["modinfo", "-F", "version", "hailo_pci"])
    return {
        "machine": platform.machine(),
        "kernel": platform.release(),
        "os": name.group(1) if name else platform.system(),
        "python": platform.python_version(),
        "model": read("/proc/device-tree/model"),
        "governor": read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "load": os.getloadavg()[0],
        "driver": driver["out"].strip() or read("/sys/module/hailo_pci/version"),
        "version": run(["hailortcli", "--version"]),
        "scan": run(["hailortcli", "scan"]),
        "identify": run(["hailortcli", "fw-control", "identify"]),
        "pyhailort": run(["python3", "-c", "import hailo_platform, numpy"]),
        "throttled": run(["vcgencmd", "get_throttled"])["out"].strip() or None,
        "temperature": run(["vcgencmd", "measure_temp"])["out"].strip() or None,
        "pcie": run(["lspci", "-vv", "-d", "1e60:"])["out"][:4000] or None,
        "holders": holders(),
    }


def run_folder(request):
    """The folder of this run; its name is one that the caller generated."""
    name = request["run"]
    if not NAME.match(name):
        raise ValueError(f"bad run name {name!r}")
    return Path.home() / ".cache" / "motiflow" / "runs" / name


def receive(request):
    folder = run_folder(request)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir()  # a folder of this name must not be there
    payload = sys.stdin.buffer.read(request["bytes"])
    if hashlib.sha256(payload).hexdigest() != request["sha256"]:
        raise ValueError("the payload was damaged on its way")
    with tarfile.open(fileobj=io.BytesIO(payload), mode="r:") as archive:
        for member in archive.getmembers():
            parts = Path(member.name).parts
            if not member.isfile() or member.name.startswith("/") or ".." in parts:
                raise ValueError(f"refused member {member.name!r}")
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(member).read())
    bad = []
    for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            bad.append(name)
    return {"bad": bad}


def selftest(request):
    args = ["python3", "scripts/selftest.py", "--backend", "hailo", "--json", "selftest_result.json"]
    args += ["--tolerance", str(float(request["tolerance"])), "--agreement", str(float(request["agreement"]))]
    folder = run_folder(request)
    done = run(args, cwd=folder, timeout=request["seconds"])
    return {"run": done, "report": read(folder / "selftest_result.json")}


def core(request):
    folder = run_folder(request)
    args = ["hailortcli", "benchmark", "models/model.hef", "-t", str(int(request["core_seconds"]))]
    args += ["--batch-size", "1", "--csv", "core.csv"]
    return {"run": run(args, cwd=folder, timeout=request["seconds"]), "csv": read(folder / "core.csv")}


def bench(request):
    folder = run_folder(request)
    out = folder / f"bench-{int(request['launch'])}"
    args = ["python3", "scripts/bench.py", "--backend", "hailo", "--out", out.name]
    for option in ("iterations", "paced_iterations", "warmup"):
        args += ["--" + option.replace("_", "-"), str(int(request[option]))]
    for option in ("paced_hz", "warmup_seconds", "tolerance", "agreement"):
        args += ["--" + option.replace("_", "-"), str(float(request[option]))]
    done = run(args, cwd=folder, timeout=request["seconds"])
    done["out"] = ""  # the report is sent as a file
    samples = out / "samples.f64.bin"
    data = base64.b64encode(samples.read_bytes()).decode() if samples.exists() else None
    return {"run": done, "report": read(out / "benchmark.json"), "samples": data}


def clean(request):
    shutil.rmtree(run_folder(request), ignore_errors=True)
    return {}


VERBS = {f.__name__: f for f in (probe, receive, selftest, core, bench, clean)}


def main():
    os.umask(0o077)
    request = json.loads(sys.stdin.buffer.readline())
    # When time is over, programs that were started here must not stay behind.
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    try:
        os.setpgid(0, 0)
    except OSError:
        pass  # already the leader of its group
    signal.alarm(int(request["seconds"]))
    try:
        answer = {"ok": True, "value": VERBS[request["verb"]](request)}
    except Exception as error:  # everything must reach the caller as an answer
        answer = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    sys.stdout.write("\n" + MARKER + json.dumps(answer) + "\n")
    sys.stdout.flush()


main()
