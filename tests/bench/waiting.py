#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a host CPU has to do while the stub waits for an engine that does not come: percent of one CPU, in each of the
stub's naps (docs/design.md).

usage: waiting.py S390-IPL       (QEMU=PATH chooses another QEMU)

The engine is stopped (SIGSTOP) before the guest starts, and goes on in the end."""
import os
import signal
import subprocess
import sys
import tempfile
import time

QEMU = os.environ.get("QEMU", "qemu-system-s390x")
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def engine_of(pid, command):
    """The process that was split off: the same command line, another process."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != pid:
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as f:
                    if f.read().split(b"\0")[:-1] == [os.fsencode(a) for a in command]:
                        return int(entry)
            except OSError:
                pass
    return None


def main():
    with tempfile.NamedTemporaryFile() as disk:
        disk.truncate(1 << 20)
        command = [os.path.abspath(sys.argv[1]), "run", "--qemu", QEMU, "-nodefaults", "-nographic", "-S", "-m", "256",
                   "-qmp", "stdio", "-drive", f"if=virtio,format=raw,file={disk.name}"]
        vm = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        engine = None
        try:
            vm.stdout.readline()  # QMP's greeting
            engine = engine_of(vm.pid, command)
            os.kill(engine, signal.SIGSTOP)
            vm.stdin.write(b'{"execute":"qmp_capabilities"}{"execute":"cont"}\n')
            vm.stdin.flush()
            start = time.time()
            print("host CPU while the stub waits, percent of one CPU")
            for since, until, nap in ((.2, .9, "1 ms"), (1.5, 9, "10 ms"), (11, 19, "100 ms")):
                time.sleep(start + since - time.time())
                before, t = cpu_seconds(vm.pid), time.time()
                time.sleep(start + until - time.time())
                used = cpu_seconds(vm.pid) - before
                print(f"  naps of {nap:7} {100 * used / (time.time() - t):5.1f} %", flush=True)
        finally:
            if engine:
                os.kill(engine, signal.SIGCONT)
            vm.kill()
            vm.wait()


if __name__ == "__main__":
    main()
