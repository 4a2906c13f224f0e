#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the command behaves as a command: help, usage, exit status, terminals.

usage: tests/cli.py S390-IPL
"""
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "golden"))
sys.dont_write_bytecode = True
import run  # noqa: E402
import zipldisk  # noqa: E402

PROGRAM = ""
F_SETPIPE_SZ = 1031  # fcntl.F_SETPIPE_SZ since Python 3.10


def call(*args, **more):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    return subprocess.run([PROGRAM, *args], capture_output="stdout" not in more, text=True,
                          env=env, timeout=60, **more)


def in_terminal(columns, *args):
    """What the program writes to a terminal of that width."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    child = subprocess.Popen([PROGRAM, *args], stdin=its, stdout=its, stderr=its,
                             env=dict(env, LC_ALL="C.UTF-8"))
    os.close(its)
    text = b""
    while True:
        try:
            part = os.read(mine, 4096)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            break
        text += part
    os.close(mine)
    child.wait(timeout=60)
    return text.decode().replace("\r\n", "\n")


class Held:
    """A command in the middle of its output, which goes into a pipe that is full."""

    def __init__(self, *args, **more):
        self.pipe, end = os.pipe()
        fcntl.fcntl(end, F_SETPIPE_SZ, 4096)
        self.process = subprocess.Popen([PROGRAM, *args], stdout=end, stderr=subprocess.PIPE,
                                        text=True, **more)
        os.close(end)

    def __enter__(self):
        try:
            # from here on it has read the disk, and cannot end before we have read more
            ready, _, _ = select.select([self.pipe], [], [], 60)
            assert ready, "it prints nothing"
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as f:
                self.children = [int(pid) for pid in f.read().split()]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        os.close(self.pipe)  # SIGPIPE
        try:
            self.stderr = self.process.communicate(timeout=60)[1]
        finally:
            self.process.kill()
            self.process.wait()


def status_of(pid, key):
    with open(f"/proc/{pid}/status") as f:
        return next(l.split(":")[1].strip() for l in f if l.startswith(key + ":"))


class Usage(unittest.TestCase):
    def help(self, *args):
        done = call(*args)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("Usage: s390-ipl "), done.stdout)
        for line in done.stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def wrong(self, try_command, *args, says=""):
        done = call(*args)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(says, done.stderr)
        last = f"Try '{try_command} --help' for more information."
        self.assertEqual(done.stderr.splitlines()[-1], last)

    def test_help(self):
        self.help("--help")
        self.help("-h")
        for command in "list", "show", "check", "extract", "install":
            self.help(command, "--help")

    def test_version(self):
        done = call("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^s390-ipl \d+\.\d+\.\d+\n$")

    def test_wrong_usage(self):
        self.wrong("s390-ipl", says="no command given")
        self.wrong("s390-ipl", "lits", says="there is no command 'lits'")
        self.wrong("s390-ipl", "--lits", says="--lits")
        self.wrong("s390-ipl list", "list", says="no disk given")
        self.wrong("s390-ipl list", "list", "a", "b", says="found 'b' too")
        self.wrong("s390-ipl list", "list", "--jsno", "a", says="s390-ipl list: ")
        for command in "show", "check":
            name = f"s390-ipl {command}"
            self.wrong(name, command, says="no disk given")
            self.wrong(name, command, "a", "b", says="found 'b' too")
            self.wrong(name, command, "-p", "first", "a", says="'first' is not the number")
            self.wrong(name, command, "-m", "much", "a", says="'much' is not a size")
            self.wrong(name, command, "-m", "1k", "a", says="'1k' is too little memory")

    def test_sandbox_is_on_or_off(self):
        for command in "list", "show", "check", "run":
            for word in "maybe", "of", "", "ON":
                for options in [f"--sandbox={word}"], ["--sandbox", word]:
                    self.wrong(f"s390-ipl {command}", command, *options, "/dev/null",
                               says=f"--sandbox is on or off, not '{word}'")


class Disk(unittest.TestCase):
    """With a disk whose command lines are no text."""

    COMMANDS = "list", "show", "check"

    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.TemporaryDirectory()
        cls.disk = str(Path(cls.dir.name, "disk.img"))
        Path(cls.disk).write_bytes(run.build("strange-text"))

    @classmethod
    def tearDownClass(cls):
        cls.dir.cleanup()

    def test_options_after_the_disk(self):
        self.assertEqual(call("list", self.disk, "--json").stdout,
                         call("list", "-j", "--", self.disk).stdout)

    def test_stdout_is_full(self):
        for command in self.COMMANDS:
            for options in [], ["--json"]:
                with open("/dev/full", "w") as full:
                    done = call(command, *options, self.disk, stdout=full,
                                stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, 3)
                self.assertIn("cannot write to the standard output", done.stderr)

    def test_standard_descriptors_are_closed(self):
        for command in self.COMMANDS:
            for closed in "<&-", ">&-", "<&- >&-", "<&- >&- 2>&-":
                done = subprocess.run(["bash", "-c", f'"$@" {closed}', "bash", PROGRAM, command, self.disk],
                                      capture_output=True, text=True, timeout=60)
                with self.subTest(f"{command} {closed}"):
                    self.assertEqual(done.returncode, 3 if ">&-" in closed.split("2>")[0] else 0)
                    if closed.endswith(" >&-") or closed == ">&-":
                        self.assertIn("cannot write to the standard output", done.stderr)

    def test_children_are_ignored(self):
        """By whoever started it: the one that reads the disk has a status all the same."""
        zeros = Path(self.dir.name, "zeros.img")
        zeros.write_bytes(bytes(65536))
        for command in self.COMMANDS:
            want = call(command, str(zeros)).returncode
            self.assertNotEqual(want, 0, command)
            done = call(command, str(zeros),
                        preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
            self.assertEqual(done.returncode, want, command)

    def test_cut_in_a_terminal_only(self):
        wide = in_terminal(200, "list", self.disk)
        narrow = in_terminal(60, "list", self.disk)
        self.assertIn("back\\slash", wide)
        self.assertNotIn("back\\slash", narrow)
        for line in narrow.splitlines()[1:]:
            self.assertLessEqual(len(line), 60, line)
        self.assertEqual(wide, call("list", self.disk).stdout)

    def test_nothing_raw(self):
        seen = set()
        for command in self.COMMANDS * 2:
            options = [] if command in seen else ["--json"]
            seen.add(command)
            text = in_terminal(200, command, *options, self.disk)
            raw = [c for c in text if ord(c) < 32 and c != "\n" or 0x7F <= ord(c) < 0xA0]
            self.assertEqual(raw, [])
            self.assertNotIn("\u202e", text)

    def test_name_with_control_characters(self):
        path = Path(self.dir.name, "a\x1b[2Jb")
        done = call("list", str(path))
        self.assertEqual(done.returncode, 3)
        self.assertIn("a\\x1b[2Jb: cannot open it", done.stderr)

    def test_wrapped_in_a_terminal_only(self):
        disk = Path(self.dir.name, "addresses.img")
        disk.write_bytes(run.build("check-addresses"))
        for command in "show", "check":
            narrow = in_terminal(80, command, str(disk))
            for line in narrow.splitlines():
                if not line.startswith(str(disk)):
                    self.assertLessEqual(len(line), 80, line)
        one_line = call("check", disk).stdout
        self.assertIn("and entry 1 (0x10e00-0x115ff) overlap by", one_line)

    def test_one_program(self):
        disk = Path(self.dir.name, "addresses.img")
        disk.write_bytes(run.build("check-addresses"))
        self.assertEqual(call("check", disk).returncode, 1)
        good = call("check", disk, "-p", "7")
        self.assertEqual(good.returncode, 0)
        self.assertNotIn("program 1", good.stdout)
        self.assertEqual(call("check", disk, "-p", "1").returncode, 1)
        self.assertEqual(call("check", disk, "-p", "2", "--memory", "1025").returncode, 0)
        none = call("check", disk, "-p", "9")
        self.assertEqual((none.returncode, none.stdout), (1, ""))
        self.assertIn("there is no program 9", none.stderr)
        shown = call("show", disk, "-p", "0").stdout
        self.assertIn("Program 0 (default)", shown)
        self.assertIn("copy of           program 7", shown)

    def test_all_blocks(self):
        disk = Path(self.dir.name, "chain.img")
        disk.write_bytes(run.build("chain"))
        some = call("show", disk, "-p", "1").stdout
        every = call("show", disk, "-p", "1", "--all").stdout
        self.assertNotIn("    ramdisk: ", some)
        line = [l for l in every.splitlines() if l.startswith("    ramdisk: ")][0]
        self.assertEqual(line.count(","), 129)

    def test_unreadable(self):
        for command in self.COMMANDS:
            done = call(command, self.dir.name + "/none")
            self.assertEqual((done.returncode, done.stdout), (3, ""))
        done = call("check", __file__)  # can be read, but is no disk
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("does not boot", done.stdout)

    def test_c_locale(self):
        done = subprocess.run([PROGRAM, "list", self.disk], capture_output=True,
                              env={"LC_ALL": "C"}, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.isascii())
        self.assertIn(b"utf-8 \\xc3\\xa4", done.stdout)


class Reader(unittest.TestCase):
    """The process that reads, from outside, while it waits for its output to be read."""

    COMMANDS = "list", "show", "check"

    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        d = zipldisk.Disk(512, 4096)
        programs = {n: d.program(*(d.load(0x10000, bytes([n]) * 1024) for _ in range(4)),
                                 d.execute(1 << 51 | 0x180010000)) for n in range(1, 31)}
        self.disk = str(Path(self.dir.name, "disk.img"))
        Path(self.disk).write_bytes(d.finish(programs, default=1))

    def reader(self, held):
        """The sandboxed one. (An NBD server is a child, too.)"""
        found = [pid for pid in held.children if status_of(pid, "Name") == "s390-ipl"]
        self.assertEqual(len(found), 1)
        return found[0]

    def check_descriptors(self, held, disk):
        pid = self.reader(held)
        if os.geteuid():
            with self.assertRaises(PermissionError):
                os.listdir(f"/proc/{pid}/fd")
            return
        names = {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}")
                 for fd in os.listdir(f"/proc/{pid}/fd")}
        self.assertEqual(names.pop(0), "/dev/null")
        with open(f"/proc/{pid}/fdinfo/0") as f:
            flags = next(l.split()[1] for l in f if l.startswith("flags:"))
        self.assertEqual(int(flags, 8), os.O_PATH)  # neither to be read nor written
        self.assertIn("pipe:", names.pop(1))
        self.assertIn("pipe:", names.pop(2))
        self.assertEqual(len(names), 1, names)
        self.assertRegex(names.popitem()[1], disk)

    OFF = "s390-ipl: --sandbox=off: the disk is read with all rights of this user\n"

    def test_sandbox(self):
        own = wanted = status_of(os.getpid(), "Seccomp")
        code = Path(PROGRAM).read_bytes()
        if b"__asan_init" not in code and b"__tsan_init" not in code:  # docs/sandbox.md
            wanted = "2"
        for command in self.COMMANDS:
            for options in [], ["--sandbox=on"], ["--sandbox", "on"]:
                with Held(command, "--json", *options, self.disk) as held:
                    self.assertEqual(status_of(self.reader(held), "Seccomp"), wanted)
                    self.assertEqual(status_of(self.reader(held), "NoNewPrivs"), "1")
                self.assertEqual(held.stderr, "")
            for options in ["--sandbox=off"], ["--sandbox", "off"], ["--sandbox=on", "--sandbox=off"]:
                with Held(command, "--json", *options, self.disk) as held:
                    self.assertEqual(held.children, [])
                    self.assertEqual(status_of(held.process.pid, "Seccomp"), own)
                self.assertEqual(held.stderr, self.OFF)

    def test_nothing_of_the_caller_is_open(self):
        with open("/etc/passwd") as secret, open(self.disk) as stdin:
            for command in self.COMMANDS:
                with Held(command, "--json", self.disk, stdin=stdin,
                          pass_fds=[secret.fileno()]) as held:
                    self.check_descriptors(held, f"^{self.disk}$")

    def test_nothing_of_the_caller_is_open_beside_nbd(self):
        if not shutil.which("qemu-img") or not shutil.which("qemu-nbd"):
            self.skipTest("there is no qemu-nbd")
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", self.disk,
                        self.disk + ".qcow2"], check=True)
        with open("/etc/passwd") as secret:
            with Held("list", "--json", self.disk + ".qcow2", stdin=secret,
                      pass_fds=[secret.fileno()]) as held:
                self.check_descriptors(held, "^socket:")

    def test_a_disk_that_the_caller_has_open(self):
        with open(self.disk) as disk:
            wanted = call("list", self.disk).stdout.splitlines()[1:]
            self.assertGreater(len(wanted), 30)
            done = call("list", f"/dev/fd/{disk.fileno()}", pass_fds=[disk.fileno()])
            self.assertEqual(done.stdout.splitlines()[1:], wanted)
            done = call("list", "/dev/stdin", stdin=disk)
            self.assertEqual(done.stdout.splitlines()[1:], wanted)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
