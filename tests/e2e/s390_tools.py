# SPDX-License-Identifier: MIT
"""A Linux with programs of s390-tools, and its shell on the console."""
import os
import re

import installed
import vm

BOOT = 2 * vm.PATIENCE  # a Linux under TCG on a busy machine


class Guest:
    """The shell of the Linux that runs now."""

    # what a command says has marks, so that it is told from what was typed
    FUNCTION = """t() { n=$1; shift; "$@" >/o 2>&1; s=$?; sed 's/^/> /' /o; echo "= $n $s"; }"""

    def __init__(self, machine):
        self.machine = machine
        self.console = machine.console
        self.commands = 0
        self.seen = 0  # lines of the console

    def booted(self, entry):
        """Wait for the shell of a program: its lines on the console."""
        self.console.wait_for(f"^BOOT-OK entry={entry}$", BOOT, self.seen)
        self.console.wait_for("^/ # ", BOOT, self.seen)
        lines = self.console.text().split("\n")[self.seen:-1]
        self.seen += len(lines)
        self.type(self.FUNCTION)
        return lines

    def type(self, text):
        self.machine.process.stdin.write(text.encode() + b"\n")
        self.machine.process.stdin.flush()

    def run(self, *argv):
        """Run a command: its exit status and the lines that it said."""
        self.commands += 1
        self.type(" ".join(("t", str(self.commands), *argv)))
        end = self.console.wait_for(rf"^= {self.commands} (\d+)$", start=self.seen)
        lines = self.console.text().split("\n")[self.seen:]
        last = next(i for i, l in enumerate(lines) if l.startswith(f"= {self.commands} "))
        self.seen += last + 1
        return int(end[1]), [l[2:] for l in lines[:last] if l.startswith("> ")]

    def settings(self, *argv):
        """The settings that lsreipl, and chreipl when it has changed them, says."""
        status, lines = self.run(*argv)
        if status:
            raise AssertionError(f"{argv}: status {status}: {lines}")
        return dict(re.split(r": *", l, maxsplit=1) for l in lines)


class TestCase(vm.TestCase):
    """Has files with a kernel and with a ramdisk that has the tools."""

    def setUp(self):
        super().setUp()
        tools = os.path.join(vm.IMAGES, "tools.cpio.gz")
        if not os.path.exists(tools):
            self.skipTest(f"there is no {tools}: tests/images/tools.sh makes it")
        parts = os.path.join(self.dir, "parts")
        kernel, ramdisk, _ = installed.extracted(self.image("z216-scsi512-plain"), 1, parts)
        with open(tools, "rb") as f:
            # the kernel wants the next archive aligned
            ramdisk += bytes(-len(ramdisk) % 4) + f.read()
        self.kernel = self.file("kernel", kernel)
        self.ramdisk = self.file("ramdisk", ramdisk)
