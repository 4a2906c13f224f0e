# SPDX-License-Identifier: MIT
"""IPL by channel program in Hercules, which has real channels and no DIAGNOSE 308.

Hercules runs a list of its commands. Waiting for a line of its log is a command
of the shell, so that no step is longer than it has to be.
"""
import os
import re
import shutil
import socket
import subprocess

import ckd
import vm

CONFIG = """CPUSERIAL 012345
CPUMODEL 2094
MAINSIZE {mib}
CNSLPORT {port}
NUMCPU 1
OSTAILOR LINUX
PANRATE SLOW
ARCHMODE z/Arch
PGMPRDOS LICENSED
0100 {device} {disk}
"""
MIB = 16
WAITING = "[Dd]isabled wait"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Hercules:
    """One IPL, which has ended when this is made. Has what VM has for looking at memory."""

    def __init__(self, test, disk, kind, loadparm="", steps=(), patience=vm.PATIENCE):
        """@steps: (text to wait for in the log, command)."""
        program = shutil.which("hercules")
        if not program:
            test.skipTest("hercules is missing (Debian: hercules)")
        self.dir = os.path.dirname(disk)
        self.log = ""
        self.waits = 0
        if kind != "fba":
            flat, disk = disk, disk + ".ckd"
            ckd.convert(flat, disk, kind == "cdl")
        log = os.path.join(self.dir, "hercules.log")
        core = os.path.join(self.dir, "core")
        if os.path.exists(core):
            os.remove(core)
        self._write("herc.cnf", CONFIG.format(
            mib=MIB, port=free_port(), disk=disk, device="3390" if kind != "fba" else "9336"))
        commands = [f"loadparm {loadparm}"] if loadparm else []
        commands += ["ipl 100"]
        for text, command in (*steps, (WAITING, "stop")):
            commands += [self._wait(text, log, patience), command]
        # a CPU needs some time until it has stopped: the second one is for when the first is early
        save = f"savecore {core} 0 {MIB * vm.MIB - 1:x}"
        commands += ["psw", "sh sleep 0.1", save, self._wait("savecore command complete", log, 1),
                     save, "quit"]
        self._write("herc.rc", "\n".join(commands) + "\n")
        env = dict(os.environ, HERCULES_RC=os.path.join(self.dir, "herc.rc"))
        try:
            with open(log, "wb") as out:
                subprocess.run([program, "-d", "-f", os.path.join(self.dir, "herc.cnf")], env=env,
                               stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                               timeout=2 * patience, check=False, cwd=self.dir)
        finally:
            with open(log, encoding="latin-1") as f:
                self.log = f.read()
        with open(core, "rb") as f:
            self.core = f.read()

    def _write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="ascii") as f:
            f.write(text)

    def _wait(self, text, log, patience):
        """The command that waits until the log has @text, which it does not have itself."""
        self.waits += 1
        name = f"wait{self.waits}.sh"
        self._write(name, f"for i in $(seq {patience * 10}); do\n"
                          f"\tgrep -qE '{text}' {log} && exit\n\tsleep 0.1\ndone\n")
        return f"sh sh {os.path.join(self.dir, name)}"

    def panic(self):
        """The address in the disabled wait that the CPU is in."""
        found = re.findall(r"PSW=([0-9A-F]{8}) [0-9A-F]{8} ([0-9A-F]{16})", self.log)
        if not found or not int(found[-1][0], 16) & (1 << 17):
            raise AssertionError("no disabled wait:\n" + self.log)
        return int(found[-1][1], 16)

    def memory(self, addr, size):
        return self.core[addr:addr + size]
