# SPDX-License-Identifier: MIT
"""What becomes of a VM whose engine is gone: it does what its owner said, or run(1) says
what else."""
import ctypes
import errno
import os
import re
import resource
import shutil
import signal
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import VM, ipl_device, virtio_blk

MEMORY = 64
GIVE_UP = 0xFF0 + 4  # include/s390-ipl/abi.h: STUB_ROM_GIVE_UP
RESTART_NEW_PSW = 0x1A0
PIDFD_GETFD = 438  # system call
DEFAULT, PAUSE = (), ("-action", "panic=pause")


def fetch_descriptor(pid, number):
    """A descriptor of another process."""
    libc = ctypes.CDLL(None, use_errno=True)
    process = os.pidfd_open(pid)
    try:
        fd = libc.syscall(PIDFD_GETFD, process, number, 0)
    finally:
        os.close(process)
    if fd < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
        raise unittest.SkipTest("no pidfd_getfd: a container, or an old kernel")
    if fd < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    return fd


class Gone(vm.TestCase):
    def setUp(self):
        super().setUp()
        self.path = self.file("disk.img", disk.disk((disk.run_psw(0x20000), {
            0x20000: disk.assemble("program", ME=0, NEXT=-1)})))

    def start(self, *options):
        return VM("-S", "-m", f"{MEMORY}M", *virtio_blk(self.path), *ipl_device(), *options,
                  check_engine=False, run=["-vv"])

    def write(self, machine, addr, data):
        machine.memory(0, 1)
        memory = os.open(f"/proc/self/fd/{machine.memory_fd}", os.O_RDWR)
        os.pwrite(memory, data, addr)
        os.close(memory)

    def kill_engine(self, machine):
        engine = machine.engine()
        os.kill(engine, signal.SIGKILL)
        vm.until(lambda: not vm.is_there(engine))

    def nobody_answers(self, machine):
        """The stub would wait for 30 s."""
        self.write(machine, vm.stub_base(MEMORY) + GIVE_UP, struct.pack(">I", 1))
        machine.qmp.command("cont")
        machine.console.wait_for("no IPL engine answers")

    def panic(self, machine):
        self.write(machine, RESTART_NEW_PSW, struct.pack(">QQ", 0x0002000180000000, 0x1234))
        machine.qmp.command("inject-nmi")


class BeforeTheIpl(Gone):
    def test_it_ends(self):
        with self.start() as machine:
            machine.stderr.wait_for("QEMU is there")
            self.kill_engine(machine)
            self.nobody_answers(machine)
            self.assertEqual(machine.wait(), 1)

    def test_it_does_what_the_user_said(self):
        for options in PAUSE, ["-no-shutdown"]:
            with self.subTest(options), self.start(*options) as machine:
                machine.stderr.wait_for("QEMU is there")
                self.kill_engine(machine)
                self.nobody_answers(machine)
                machine.qmp.event("STOP")
                self.assertEqual(machine.qmp.status(), "guest-panicked")

    def test_in_the_middle(self):
        """No program runs yet, as the loader is held."""
        with self.start() as machine:
            machine.stderr.wait_for("QEMU is there")
            loader = vm.until(lambda: vm.children_of(machine.engine()), what="a loader")[0]
            os.kill(loader, signal.SIGSTOP)
            machine.qmp.command("cont")
            machine.stderr.wait_for("disks of the VM")
            self.kill_engine(machine)
            try:
                os.kill(loader, signal.SIGKILL)  # it may be too early for it to notice
            except ProcessLookupError:
                pass
            machine.qmp.command("stop")
            self.nobody_answers(machine)
            self.assertEqual(machine.wait(), 1)


class NotGone(Gone):
    """It does not end of what it can tell."""

    def test_no_memory_for_the_menu(self):
        with self.file_system("16M") as path:
            with VM("-S", "-m", f"{MEMORY}M", *virtio_blk(self.path), *ipl_device(menu="on"),
                    *vm.memory_file(path, f"{MEMORY}M")) as machine:
                machine.qmp.status()
                with open(path + "/rest", "wb") as f:
                    left = os.statvfs(path)
                    f.write(bytes(max(left.f_bavail * left.f_bsize - 200 * 1024, 0)))
                machine.qmp.command("cont")
                machine.console.wait_for("No space left on device")
                machine.stderr.wait_for("the file system of the memory file is full")
                self.assertEqual(machine.wait(), 1)


class WhileAProgramRuns(Gone):
    def ends_with_an_error(self, machine):
        """The engine, because of an answer that it did not ask for."""
        engine = machine.engine()
        with open(f"/proc/{machine.pid}/cmdline") as f:
            number = int(re.search("socket,id=s390-ipl-monitor,fd=([0-9]+)", f.read())[1])
        monitor = fetch_descriptor(machine.pid, number)
        os.write(monitor, b'{"return": 1}\r\n')
        os.close(monitor)
        machine.stderr.wait_for("IPL engine: QEMU's monitor sent an answer")
        vm.until(lambda: not vm.is_there(engine))

    def test_error(self):
        for options, status in (DEFAULT, 0), (("-action", "panic=exit-failure"), 1):
            with self.subTest(options), self.start(*options) as machine:
                machine.qmp.command("cont")
                machine.stderr.wait_for("started after")
                self.ends_with_an_error(machine)
                self.panic(machine)
                self.assertEqual(machine.wait(), status)


class NeverThere(Gone):
    @unittest.skipUnless(os.geteuid() == 0, "only root can become a user of no processes")
    def test_no_process_for_it(self):
        """Of all numbers of processes that the user may have, some are too small for both
        of s390-ipl's, one for the second."""
        user = 64123
        os.chmod(self.dir, 0o755)
        program = os.path.join(self.dir, "s390-ipl")
        shutil.copy(vm.S390_IPL, program)
        # without a process more
        qemu = self.file("qemu", b"""#!/bin/sh
n=0
for p in /proc/[0-9]*; do
	while read -r key uid rest; do
		[ "$key $uid" = "Uid: %d" ] && n=$((n + 1))
	done 2>/dev/null <"$p/status"
done
echo "$n processes"
""" % user)
        os.chmod(qemu, 0o755)

        def become(processes):
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)

        refused, started = 0, 0
        for n in range(1, 6):
            done = vm.run(program, "run", "--qemu", qemu, *virtio_blk(self.path), cwd="/",
                          preexec_fn=lambda n=n: become(n))
            if done.returncode:
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("cannot start a process", done.stderr)
                refused += 1
            else:
                self.assertNotEqual(done.stdout, "1 processes\n", "there is no engine")
                started += 1
            # it is our child and this user's until it is waited for
            for pid in vm.children(zombies=True):
                os.waitpid(pid, 0)
        self.assertGreaterEqual(refused, 2)
        self.assertGreaterEqual(started, 1)


if __name__ == "__main__":
    vm.main()
