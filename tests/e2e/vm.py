# SPDX-License-Identifier: MIT
"""Virtual machines for tests: started by s390-ipl run, or by QEMU itself.

    with VM(*virtio_blk(image("z216-scsi512-mbr")), "-device", "s390-ipl,loadparm=3") as vm:
        vm.console.wait_for("BOOT-OK entry=debug")
        self.assertEqual(vm.wait(), 0)

When a VM is left behind, by whatever way, nothing of it remains: no process, no
file. That the IPL engine ends by itself, and ends well, is part of every test.
Every test file ends with `vm.main()`, which takes the path of s390-ipl.
"""
import contextlib
import ctypes
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKIPPED = 77  # exit status, as meson wants it
PATIENCE = 60  # seconds for what takes a few on an idle machine
MIB = 1 << 20
STUB_SIZE = 0x8000  # include/s390-ipl/abi.h
STUB_MAGIC = b"S390IPL1"  # on its second page

S390_IPL = "s390-ipl"  # main() knows better
QEMU = os.environ.get("QEMU") or "qemu-system-s390x"
HERE = os.path.dirname(os.path.abspath(__file__))
IMAGES = os.environ.get("S390_IPL_TEST_IMAGES") or os.path.join(
    os.path.dirname(os.path.dirname(HERE)), "build", "images")
ALL = os.environ.get("S390_IPL_TEST_ALL") == "1"  # every combination, not a choice
VERBOSE = os.environ.get("S390_IPL_TEST_VERBOSE") == "1"  # show consoles as they come

# ------------------------------------------------------------------- processes

# Whatever a test starts stays its child, also the engine, which is a daemon.
PR_SET_CHILD_SUBREAPER = 36
if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
    raise OSError(ctypes.get_errno(), "prctl")


def children(zombies=False):
    """pid -> command line of our children; @zombies too, that nobody waited for."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                state, parent = f.read().rpartition(")")[2].split()[:2]
            with open(f"/proc/{name}/cmdline") as f:
                words = f.read().replace("\0", " ").strip()
        except OSError:
            continue
        if int(parent) == os.getpid() and (zombies or state not in "ZX"):
            found[int(name)] = words
    return found


def children_of(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(p) for p in f.read().split()]
    except FileNotFoundError:
        return []


def is_there(pid):
    """Whether that process runs, whosever child it is."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition, timeout=PATIENCE, what=None):
    """Wait for @condition() to be true, and return what it is."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout} s: {what or condition}")
        time.sleep(0.005)


@contextlib.contextmanager
def signals_that_end():
    """What is started here is ended by SIGINT and SIGHUP, also when the tests run in the
    background or under nohup, where these are ignored."""
    before = {sig: signal.signal(sig, signal.SIG_DFL) for sig in (signal.SIGINT, signal.SIGHUP)}
    try:
        yield
    finally:
        for sig, what in before.items():
            signal.signal(sig, what)


class Lines:
    """The lines that come out of a pipe, as they come."""

    def __init__(self, pipe, name, other=None):
        self.name = name
        self.other = other  # to be shown with it when a test fails
        self.lines = []
        self.rest = ""  # a line that has no end yet
        self.closed = False
        self.news = threading.Condition()
        self.pipe = pipe
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while True:
            data = os.read(self.pipe.fileno(), 65536)
            with self.news:
                if not data:
                    self.closed = True
                    if self.rest:
                        self.lines.append(self.rest)
                        self.rest = ""
                    self.news.notify_all()
                    return
                *whole, self.rest = (self.rest + data.decode("latin-1")).split("\n")
                self.lines += [line.strip("\r") for line in whole]
                if VERBOSE:
                    for line in whole:
                        print(f"    {self.name}| {line}", flush=True)
                self.news.notify_all()

    def text(self):
        with self.news:
            return "\n".join(self.lines + [self.rest])

    def wait_for(self, regex, timeout=PATIENCE, start=0):
        """The match of @regex in the first line from @start on that has one."""
        end = time.monotonic() + timeout
        at = start
        with self.news:
            while True:
                for i in range(at, len(self.lines)):
                    match = re.search(regex, self.lines[i])
                    if match:
                        return match
                at = max(at, len(self.lines))
                match = re.search(regex, self.rest)
                if match:
                    return match
                left = end - time.monotonic()
                if self.closed or left <= 0:
                    why = "it ended" if self.closed else f"{timeout} s are over"
                    raise AssertionError(
                        f"no line matches '{regex}', and {why}\n{self._tail()}")
                self.news.wait(min(left, 1))

    def _tail(self):
        text = "\n".join(self.lines[-30:] + [self.rest])
        return f"{self.name}:\n{text}\n" + (self.other._tail() if self.other else "")

    def matches(self, regex):
        """All matches, in order, one a line."""
        return [m for m in (re.search(regex, l) for l in self.text().split("\n")) if m]


class QMP:
    """QEMU's monitor over a connected socket."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        self.events = []
        # into the pipe before QEMU is there: no event can be missed
        self._send("qmp_capabilities", {})
        self.ready = False

    def _send(self, name, args):
        msg = {"execute": name, **({"arguments": args} if args else {})}
        self.sock.sendall(json.dumps(msg).encode() + b"\n")

    def _receive(self, end):
        while b"\n" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("QEMU's monitor says nothing")
            self.sock.settimeout(left)
            data = self.sock.recv(65536)
            if not data:
                raise EOFError("QEMU has ended")
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        msg = json.loads(line)
        if "event" in msg:
            self.events.append(msg)
            return None
        return msg

    def _answer(self, end):
        while True:
            msg = self._receive(end)
            if msg and "QMP" not in msg:
                return msg

    def command(self, name, timeout=PATIENCE, **args):
        end = time.monotonic() + timeout
        if not self.ready:
            self._answer(end)
            self.ready = True
        self._send(name, args)
        msg = self._answer(end)
        if "error" in msg:
            raise AssertionError(f"{name}: {msg['error']['desc']}")
        return msg["return"]

    def human(self, line):
        return self.command("human-monitor-command", **{"command-line": line})

    def event(self, *names, timeout=PATIENCE):
        """The first event of these names that was not returned yet. What came
        before it is forgotten."""
        end = time.monotonic() + timeout
        while True:
            for i, event in enumerate(self.events):
                if event["event"] in names:
                    self.events = self.events[i + 1 :]
                    return event
            try:
                msg = self._receive(end)
                if msg and "QMP" not in msg:
                    self.ready = True  # the answer to qmp_capabilities
            except (TimeoutError, EOFError, ConnectionError) as e:
                seen = [e["event"] for e in self.events]
                raise AssertionError(f"no event {names}, but {seen}: {e}") from None

    def seen(self, *names):
        """Events of these names up to now, all of them stay."""
        self.command("query-status")
        return [e for e in self.events if e["event"] in names]

    def status(self):
        return self.command("query-status")["status"]


class VM:
    """A QEMU with its IPL engine. @options are QEMU's.

    stock      the QEMU itself is started, not s390-ipl run
    run        options of s390-ipl run (-v is always given)
    command    start this instead, e.g. a symbolic link to s390-ipl
    qmp        no monitor of ours if False
    serial     no console on stdout if False
    check_engine  whether the engine has to end with status 0
    """

    def __init__(self, *options, stock=False, run=(), command=None, qmp=True,
                 serial=True, env=None, check_engine=True):
        self.options = [str(o) for o in options]
        if command:
            self.argv = list(command)
        else:
            self.argv = [QEMU] if stock else [S390_IPL, "run", "-v", *run]
        self.wants_qmp = qmp
        self.wants_serial = serial
        self.env = {**os.environ, **(env or {})}
        self.check_engine = check_engine
        self.before = set(children(zombies=True))
        self.known = set()  # engine, daemon: what else there was
        self.dir = tempfile.mkdtemp(prefix="s390-ipl-e2e-")
        self.process = None
        self.memory_fd = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._clean_up()
            raise
        return self

    def _start(self):
        argv = self.argv + self.options
        theirs = None
        if self.wants_serial:
            argv += ["-nographic", "-monitor", "none", "-serial", "stdio"]
        if self.wants_qmp:
            ours, theirs = socket.socketpair()
            self.qmp = QMP(ours)
            argv += ["-chardev", f"socket,id=test-monitor,fd={theirs.fileno()}",
                     "-mon", "chardev=test-monitor,mode=control"]
        self.process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.env, pass_fds=[theirs.fileno()] if theirs else [])
        if theirs:
            theirs.close()
        self.pid = self.process.pid
        self.stderr = Lines(self.process.stderr, "stderr")
        self.console = Lines(self.process.stdout, "console", self.stderr)

    # --- what a test does with it

    def engine(self):
        """The pid of the engine's process."""
        def find():
            own = set(children()) - self.before - {self.pid}
            return own.pop() if len(own) == 1 else 0
        pid = until(find, 10, "the engine's process")
        self.known.add(pid)
        return pid

    def wait(self, timeout=PATIENCE):
        """The exit status, once it has ended."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"QEMU has not ended within {timeout} s. Its console:\n"
                f"{self.console.text()}\nstderr:\n{self.stderr.text()}") from None

    def panic(self, timeout=PATIENCE):
        """The PSW address of the disabled wait that the guest ends in."""
        try:
            info = self.qmp.event("GUEST_PANICKED", timeout=timeout)["data"]["info"]
        except AssertionError as e:
            raise AssertionError(
                f"{e}\nconsole:\n{self.console.text()}\n"
                f"stderr:\n{self.stderr.text()}") from None
        if info["reason"] != "disabled-wait":
            raise AssertionError(f"the guest ended otherwise: {info}")
        return info["psw-addr"]

    def memory(self, addr, size):
        """The guest's memory. @addr is absolute."""
        if self.memory_fd is None:
            self.memory_fd = self._find_memory()
        if self.memory_fd >= 0:
            return os.pread(self.memory_fd, size, addr)
        path = os.path.join(self.dir, "memory")
        self.qmp.command("pmemsave", val=addr, size=size, filename=path)
        with open(path, "rb") as f:
            data = f.read()
        os.unlink(path)
        return data

    def _find_memory(self, ask=True):
        """The file that s390-ipl made for it, which is quicker than QEMU; or -1."""
        if ask:
            self.qmp.status()  # it is QEMU by now, and has its memory
        for fd in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                path = f"/proc/{self.pid}/fd/{fd}"
                if "memfd:s390-ipl-memory" in os.readlink(path):
                    return os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                pass
        return -1

    # --- the end

    def __exit__(self, kind, value, trace):
        problem = self._clean_up()
        if problem and kind is None:
            raise AssertionError(problem)

    def _clean_up(self):
        """Returns what was not as it should be."""
        problem = None
        if self.memory_fd is not None and self.memory_fd >= 0:
            os.close(self.memory_fd)
        if self.process:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
        if self.wants_qmp and hasattr(self, "qmp"):
            self.qmp.sock.close()
        for pid in sorted(set(children(zombies=True)) - self.before | self.known):
            problem = self._reap(pid) or problem
        if self.process:
            for lines in (self.console, self.stderr):
                lines.thread.join(10)
                lines.pipe.close()
            self.process.stdin.close()
        shutil.rmtree(self.dir, ignore_errors=True)
        return problem

    def _reap(self, pid, grace=10):
        """Wait for a process that has no reason to stay."""
        end = time.monotonic() + grace
        while True:
            try:
                done, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                return None  # was waited for already
            if done:
                break
            if time.monotonic() > end:
                words = children().get(pid)
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return f"still there {grace} s after QEMU: process {pid} ({words})"
            time.sleep(0.005)
        if status and self.check_engine:
            return (f"the engine ended with wait status {status:#x}, expected 0. "
                    f"stderr:\n{self.stderr.text()}")
        return None


@functools.cache
def stub_base(mib):
    """Where this QEMU puts the stub in a VM of @mib MiB."""
    top = min(mib, 2048) * MIB
    with tempfile.NamedTemporaryFile() as empty:
        empty.truncate(MIB)
        with VM("-S", "-m", f"{mib}M", *virtio_blk(empty.name)) as machine:
            high = machine.memory(top - 4 * MIB, 4 * MIB)
    at = high.index(STUB_MAGIC) - 0x1000
    return top - 4 * MIB + at


# --------------------------------------------------------------- command lines


def with_props(text, props):
    return ",".join([text] + [f"{k}={v}" for k, v in props.items()])


def drive(path, name):
    return ["-drive", f"if=none,id={name},file={path},format=raw"]


def virtio_blk(path, name="disk0", **props):
    return [*drive(path, name), "-device", with_props(f"virtio-blk-ccw,drive={name}", props)]


def virtio_scsi(path, name="disk0", **props):
    return ["-device", "virtio-scsi-ccw,id=hba0", *scsi_hd(path, name, **props)]


def scsi_hd(path, name="disk0", **props):
    return [*drive(path, name), "-device", with_props(f"scsi-hd,drive={name}", props)]


def scsi_cd(path, name="cd0", **props):
    return ["-device", "virtio-scsi-ccw,id=hba0",
            "-drive", f"if=none,id={name},file={path},format=raw,media=cdrom,readonly=on",
            "-device", with_props(f"scsi-cd,drive={name}", props)]


def ipl_device(**props):
    return ["-device", with_props("s390-ipl", props)]


def memory_file(directory, size):
    """Memory that is a file of @directory."""
    return ["-object", f"memory-backend-file,id=r,size={size},mem-path={directory}/m,share=on",
            "-machine", "memory-backend=r"]


# -------------------------------------------------------------------- test files


def run(*argv, timeout=PATIENCE, **kwargs):
    """Run a command to its end."""
    return subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=timeout, check=False, **kwargs)


def programs(path):
    """What s390-ipl list says: number -> program."""
    done = run(S390_IPL, "list", "--json", path)
    if done.returncode:
        raise AssertionError(done.stderr)
    return {p["number"]: p for p in json.loads(done.stdout)["programs"]}


class TestCase(unittest.TestCase):
    """With a directory that goes away again, and a look behind at the end."""

    longMessage = True

    def shortDescription(self):
        return None  # one line for each test

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="s390-ipl-e2e-")
        self.began = time.monotonic()
        self.addCleanup(self._nothing_is_left)

    def _nothing_is_left(self):
        print(f"{time.monotonic() - self.began:.1f} s ", end="", file=sys.stderr, flush=True)
        shutil.rmtree(self.dir)
        # the engine of a QEMU that has ended by itself may take a moment
        for pid in children(zombies=True):
            until(lambda p=pid: p not in children(), 10, f"the end of {children()}")
            os.waitpid(pid, 0)

    def image(self, name):
        """A copy of a test disk to be booted; skips the test without one."""
        original = os.path.join(IMAGES, name + ".img")
        if not os.path.exists(original):
            self.skipTest(f"there is no test disk {original}: tests/images/make.sh makes it")
        path = os.path.join(self.dir, name + ".img")
        if not os.path.exists(path):
            # sparse, as the original is
            subprocess.run(["cp", "--sparse=always", original, path], check=True)
        return path

    @contextlib.contextmanager
    def file_system(self, size):
        """A directory that has no more room than that."""
        if os.geteuid():
            self.skipTest("only root can mount a file system")
        with tempfile.TemporaryDirectory(dir=self.dir) as path:
            if run("mount", "-t", "tmpfs", "-o", "size=" + size, "none", path).returncode:
                self.skipTest("cannot mount a file system")
            try:
                yield path
            finally:
                subprocess.run(["umount", "-l", path], check=True)

    def file(self, name, data):
        path = os.path.join(self.dir, name)
        with open(path, "wb") as f:
            f.write(data)
        return path


def main():
    """Run the tests of a file: FILE S390-IPL [UNITTEST OPTION...]"""
    global S390_IPL
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        sys.exit(f"usage: {sys.argv[0]} S390-IPL [TEST...]")
    S390_IPL = os.path.abspath(sys.argv.pop(1))
    if not shutil.which(QEMU):
        print(f"SKIP: there is no QEMU ({QEMU})")
        sys.exit(SKIPPED)
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    result = program.result
    if result.wasSuccessful() and len(result.skipped) == result.testsRun:
        print("SKIP: " + (result.skipped[0][1] if result.skipped else "there are no tests"))
        sys.exit(SKIPPED)
    sys.exit(not result.wasSuccessful())
