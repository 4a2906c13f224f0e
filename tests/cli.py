#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the command behaves as a command: help, usage, exit status, terminals.

usage: tests/cli.py S390-IPL
"""
import fcntl
import os
import pty
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

PROGRAM = ""


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


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
