# SPDX-License-Identifier: MIT
"""The command line: what is ours is taken, what is QEMU's reaches QEMU."""
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device, virtio_blk

CODE = 0xA00002  # what program 1 of our disk ends with


class Case(vm.TestCase):
    def setUp(self):
        super().setUp()
        self.disk = self.file("a.img", disk.waits(0xA00000, 3))

    def ends_at(self, code, *options, **kwargs):
        with VM(*options, "-action", "panic=pause", **kwargs) as machine:
            self.assertEqual(hex(machine.panic()), hex(code))
            return machine.qmp.command("query-memory-size-summary")["base-memory"]

    def boots(self, *options, **kwargs):
        return self.ends_at(CODE, *virtio_blk(self.disk), *options, **kwargs)

    def refused(self, message, *options, status=2):
        """QEMU is not even started."""
        done = vm.run(vm.S390_IPL, "run", *options)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertRegex(done.stderr, message)
        self.assertRegex(done.stderr, r"\As390-ipl: ")
        self.assertEqual(done.stdout, "")


class MemorySize(Case):
    """Every way to say -m means what it means to QEMU."""

    def check(self, *options):
        with VM(*options, "-S", stock=True) as machine:
            want = machine.qmp.command("query-memory-size-summary")["base-memory"]
        self.assertEqual(self.boots(*options), want)
        return want

    def test_default(self):
        self.assertEqual(self.check(), 128 * MIB)

    def test_megabytes(self):
        self.assertEqual(self.check("-m", "200"), 200 * MIB)

    def test_units(self):
        for text, size in (("200M", 200 * MIB), ("1G", 1024 * MIB), ("0.5G", 512 * MIB),
                           ("1.5G", 1536 * MIB), ("204800k", 200 * MIB),
                           ("209715200B", 200 * MIB)):
            with self.subTest(text=text):
                self.assertEqual(self.check("-m", text), size)

    def test_size_property(self):
        self.assertEqual(self.check("-m", "size=1G"), 1024 * MIB)
        self.assertEqual(self.check("-m", "size=300"), 300 * MIB)

    def test_the_last_counts(self):
        self.assertEqual(self.check("-m", "200", "-m", "300"), 300 * MIB)

    def test_twice_as_option(self):
        self.assertEqual(self.check("--m", "256M"), 256 * MIB)

    def test_nonsense(self):
        self.refused("-m .*lots", "-m", "lots", *virtio_blk(self.disk))


class MemoryBackend(Case):
    """Memory that the user made."""

    MACHINE = ["-machine", "memory-backend=mine"]

    def setUp(self):
        super().setUp()
        self.shm = tempfile.mkdtemp(prefix="s390-ipl-e2e-", dir="/dev/shm")
        self.addCleanup(shutil.rmtree, self.shm)

    def test_memfd(self):
        self.boots("-m", "256M", "-object", "memory-backend-memfd,id=mine,size=256M",
                   *self.MACHINE)

    def test_disk_that_looks_like_the_memory(self):
        """QEMU has it open, too, and a guest can write a stub to where the memory has one."""
        base = vm.stub_base(64)
        with VM("-S", "-m", "64M", *virtio_blk(self.file("none", bytes(MIB)))) as machine:
            stub = bytearray(machine.memory(base, vm.STUB_SIZE))
        stub[0x1000:0x1018] = vm.STUB_MAGIC + struct.pack(">QQ", 1, 1)
        data = disk.waits(0x1000).ljust(65 * MIB, b"\0")
        path = self.file("disk.img", data[:base] + stub + data[base + len(stub):])
        with open(path, "rb") as f:
            before = hashlib.sha256(f.read()).digest()
        for options in ["readonly=on"], []:
            drive = ",".join([f"if=none,id=disk0,file={path},format=raw", *options])
            with VM("-m", "64M", "-object", "memory-backend-memfd,id=mine,size=64M", *self.MACHINE,
                    "-drive", drive, "-device", "virtio-blk-ccw,drive=disk0", *ipl_device(),
                    "-action", "panic=pause") as machine:
                self.assertEqual(machine.panic(), 0x1002)
            with open(path, "rb") as f:
                self.assertEqual(hashlib.sha256(f.read()).digest(), before)

    def test_memfd_with_share(self):
        self.boots("-m", "256M", "-object",
                   "memory-backend-memfd,id=mine,size=256M,share=on,seal=on", *self.MACHINE)

    def test_ram(self):
        self.boots("-m", "256M", "-object", "memory-backend-ram,id=mine,size=256M",
                   *self.MACHINE)

    def test_ram_before_and_after_other_objects(self):
        self.boots("-object", "iothread,id=io1", "-m", "256M", *self.MACHINE,
                   "-object", "memory-backend-ram,id=other,size=16M",
                   "-object", "memory-backend-ram,id=mine,size=256M",
                   "-object", "rng-builtin,id=rng0")

    def test_file(self):
        path = os.path.join(self.shm, "memory")
        self.boots("-m", "256M", "-object",
                   f"memory-backend-file,id=mine,size=256M,mem-path={path},share=on",
                   *self.MACHINE)
        self.assertEqual(os.path.getsize(path), 256 * MIB, "QEMU leaves the file")

    def test_file_that_is_there(self):
        path = os.path.join(self.shm, "memory")
        with open(path, "wb") as f:
            f.truncate(256 * MIB)
        self.boots("-m", "256M", "-object",
                   f"memory-backend-file,id=mine,size=256M,mem-path={path},share=on",
                   *self.MACHINE)

    def test_file_on_a_disk(self):
        path = os.path.join(self.dir, "memory")
        self.boots("-m", "256M", "-object",
                   f"memory-backend-file,id=mine,size=256M,mem-path={path},share=on",
                   *self.MACHINE)

    def test_directory(self):
        self.boots("-m", "256M", "-object",
                   f"memory-backend-file,id=mine,size=256M,mem-path={self.shm},share=on",
                   *self.MACHINE)
        self.assertEqual(os.listdir(self.shm), [])

    def test_json(self):
        for kind, more in (("memfd", {}), ("memfd", {"share": True}), ("ram", {}),
                           ("file", {"mem-path": self.shm, "share": True})):
            with self.subTest(kind=kind, **more):
                self.boots("-m", "256M", *self.MACHINE, "-object", json.dumps(
                    {"qom-type": f"memory-backend-{kind}", "id": "mine",
                     "size": 256 * MIB, **more}))

    def test_private_file_is_refused(self):
        for share in ("", ",share=off"):
            with self.subTest(share=share):
                self.refused(
                    r"-object memory-backend-file,id=mine is private to QEMU, expected "
                    r"share=on\ns390-ipl: hint: ", "-m", "256M", *virtio_blk(self.disk),
                    "-object", f"memory-backend-file,id=mine,size=256M,mem-path={self.shm}"
                    f"{share}", *self.MACHINE)

    def test_private_memfd_is_refused(self):
        for backend in ("memory-backend-memfd,id=mine,size=256M,share=off",
                        '{"qom-type": "memory-backend-memfd", "id": "mine", '
                        '"size": 268435456, "share": false}'):
            self.refused("-object memory-backend-memfd,id=mine is private to QEMU", "-m",
                         "256M", *virtio_blk(self.disk), "-object", backend, *self.MACHINE)

    def test_mem_path(self):
        self.assertEqual(self.boots("-m", "200M", "-mem-path", self.shm), 200 * MIB)
        self.assertEqual(os.listdir(self.shm), [])

    def test_mem_path_with_mem_prealloc(self):
        self.boots("-m", "200M", "-mem-prealloc", "-mem-path", self.shm)

    def test_mem_path_of_a_vm_that_is_not_ours(self):
        with VM("-machine", "none", "-mem-path", self.shm) as machine:
            self.assertEqual(machine.qmp.status(), "running")

    def test_memory_is_not_in_a_core_dump_alone(self):
        # the machine's other properties stay
        self.boots("-machine", "mem-merge=off,dump-guest-core=off", "-m", "200M")


class Devices(Case):
    """Ways to write a disk."""

    def test_blockdev(self):
        self.ends_at(CODE, "-blockdev",
                     f"driver=file,node-name=f,filename={self.disk}", "-blockdev",
                     "driver=raw,node-name=d,file=f", "-device", "virtio-blk-ccw,drive=d")

    def test_blockdev_in_one(self):
        self.ends_at(CODE, "-blockdev",
                     f"driver=raw,node-name=d,file.driver=file,file.filename={self.disk}",
                     "-device", "virtio-blk-ccw,drive=d", *ipl_device())

    def test_blockdev_file_alone(self):
        self.ends_at(CODE, "-blockdev", f"driver=file,node-name=d,filename={self.disk}",
                     "-device", "virtio-blk-ccw,drive=d", *ipl_device())

    def test_json(self):
        file = {"driver": "file", "filename": self.disk, "node-name": "f"}
        raw = {"driver": "raw", "file": "f", "node-name": "d"}
        device = {"driver": "virtio-blk-ccw", "drive": "d", "id": "mine", "bootindex": 1,
                  "devno": "fe.0.1234"}
        self.ends_at(CODE, "-blockdev", json.dumps(file), "-blockdev", json.dumps(raw),
                     "-device", json.dumps(device))

    def test_json_loadparm_and_our_device(self):
        raw = {"driver": "raw", "file": {"driver": "file", "filename": self.disk},
               "node-name": "d"}
        device = {"driver": "virtio-blk-ccw", "drive": "d", "id": "mine", "loadparm": "2"}
        ours = {"driver": "s390-ipl", "iplid": "mine"}
        self.ends_at(CODE + 2, "-blockdev", json.dumps(raw), "-device", json.dumps(device),
                     "-device", json.dumps(ours))

    def test_json_our_device_with_loadparm(self):
        self.ends_at(CODE + 4, *virtio_blk(self.disk), "-device",
                     json.dumps({"driver": "s390-ipl", "loadparm": "3"}))

    def test_iplid_is_a_block_node(self):
        self.ends_at(CODE, "-blockdev",
                     f"driver=raw,node-name=d,file.driver=file,file.filename={self.disk}",
                     "-device", "virtio-blk-ccw,drive=d", *ipl_device(iplid="d"))

    def test_driver_property_written_out(self):
        self.ends_at(CODE + 4, *virtio_blk(self.disk), "-device",
                     "driver=s390-ipl,loadparm=3")

    def test_dash_dash(self):
        options = [o.replace("-d", "--d") if o in ("-drive", "-device") else o
                   for o in virtio_blk(self.disk) + ipl_device(loadparm=3)]
        self.ends_at(CODE + 4, *options)

    def test_comma_in_a_file_name(self):
        path = self.file("a,b.img", disk.waits(0xA00000))
        self.ends_at(CODE, *virtio_blk(path.replace(",", ",,"), loadparm="1"))

    def test_read_only(self):
        self.ends_at(CODE, "-drive", f"if=none,id=d,file={self.disk},format=raw,readonly=on",
                     "-device", "virtio-blk-ccw,drive=d")

    def test_iothread(self):
        self.ends_at(CODE, "-object", "iothread,id=io", *virtio_blk(self.disk, iothread="io"))

    def test_without_defaults(self):
        self.ends_at(CODE, "-nodefaults", "-no-user-config", *virtio_blk(self.disk))

    def test_sandbox(self):
        self.ends_at(CODE, "-sandbox",
                     "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                     *virtio_blk(self.disk))


class Aside(Case):
    """What is not for us reaches QEMU as it is, and what QEMU says is all there is."""

    def same(self, *options, **kwargs):
        """Byte for byte what QEMU alone does."""
        want = vm.run(vm.QEMU, *options, **kwargs)
        got = vm.run(vm.S390_IPL, "run", *options, **kwargs)
        self.assertEqual((got.stdout, got.stderr, got.returncode),
                         (want.stdout, want.stderr, want.returncode))
        return got

    def test_version(self):
        self.assertIn("QEMU emulator version", self.same("-version").stdout)
        self.same("--version")

    def test_help_of_a_part(self):
        for words in (["-device", "help"], ["-machine", "help"], ["-M", "?"], ["-cpu", "help"],
                      ["-device", "virtio-blk-ccw,help"], ["-object", "help"],
                      ["-machine", "s390-ccw-virtio,help"], ["-netdev", "help"],
                      ["-accel", "help"], ["-audiodev", "help"]):
            with self.subTest(words=words):
                self.assertTrue(self.same(*words).stdout)

    def test_help_after_other_options(self):
        self.same("-m", "1G", *virtio_blk(self.disk), "-device", "help")

    def test_errors_are_qemu_s(self):
        for words in (["-nonsense"], ["-cpu", "nonsense", *virtio_blk(self.disk)],
                      ["-device", "nonsense", *virtio_blk(self.disk)],
                      ["-drive", "file=/nonexistent/disk,format=raw,if=virtio"]):
            with self.subTest(words=words):
                self.assertEqual(self.same(*words).returncode, 1)

    def test_machine_none(self):
        # as libvirt asks what a QEMU can do
        script = ('{"execute": "qmp_capabilities"}\n{"execute": "query-version"}\n'
                  '{"execute": "quit"}\n')

        def ask(*command):
            done = subprocess.run(
                [*command, "-S", "-no-user-config", "-nodefaults", "-nographic", "-machine",
                 "none", "-qmp", "stdio"], input=script, capture_output=True, text=True,
                timeout=vm.PATIENCE, check=False)
            return re.sub(r'"timestamp": {[^}]*}', "", done.stdout), done.stderr, \
                done.returncode

        want = ask(vm.QEMU)
        self.assertIn('"SHUTDOWN"', want[0])
        self.assertEqual(ask(vm.S390_IPL, "run"), want)

    def alone(self, *options, verbose=r"^s390-ipl: QEMU alone: "):
        """There is no engine."""
        before = set(vm.children())
        with VM("-S", *options, "-action", "panic=pause") as machine:
            machine.stderr.wait_for(verbose)
            yield machine
            self.assertEqual(set(vm.children()) - before, {machine.pid})

    def test_kernel(self):
        kernel = bytearray(0x10008)
        kernel[:8] = disk.run_psw(0x10000, disk.MODE_31).to_bytes(8, "big")
        kernel[disk.STOP_AT : disk.STOP_AT + 24] = disk.stop(0xC0DE)
        kernel[0x10000:0x10004] = kernel[disk.STOP_AT : disk.STOP_AT + 4]
        path = self.file("kernel", bytes(kernel))
        for options in ([], virtio_blk(self.disk)):
            for machine in self.alone("-kernel", path, *options):
                machine.qmp.command("cont")
                self.assertEqual(hex(machine.panic()), "0xc0de")

    def test_no_disk(self):
        for machine in self.alone():
            self.assertEqual(machine.qmp.status(), "prelaunch")

    def test_bios(self):
        for machine in self.alone(*virtio_blk(self.disk), "-bios", "s390-ccw.img"):
            self.assertEqual(machine.qmp.status(), "prelaunch")


class Refused(Case):
    """Mistakes in what is ours: said at once, QEMU is not started."""

    def test_bios_and_our_device(self):
        self.refused("both -bios and -device s390-ipl", *virtio_blk(self.disk), "-bios",
                     "s390-ccw.img", *ipl_device())

    def test_two_of_our_devices(self):
        self.refused("more than one -device s390-ipl", *virtio_blk(self.disk),
                     *ipl_device(loadparm=1), *ipl_device(loadparm=2))

    def test_unknown_property(self):
        self.refused("no property 'lodaparm', expected one of: .*loadparm", *virtio_blk(self.disk),
                     *ipl_device(lodaparm=1))
        self.refused("no property 'bootindex'", *virtio_blk(self.disk), "-device",
                     '{"driver": "s390-ipl", "bootindex": 1}')

    def test_loadparm(self):
        self.refused("load parameter '123456789' has 9 digits", *virtio_blk(self.disk),
                     *ipl_device(loadparm="123456789"))
        self.refused("control character 0x09", *virtio_blk(self.disk),
                     *ipl_device(loadparm="1\t"))

    def test_bad_json(self):
        self.refused("-device|JSON", *virtio_blk(self.disk), "-device",
                     '{"driver": "s390-ipl"')

    def test_help_of_our_device(self):
        done = vm.run(vm.S390_IPL, "run", "-device", "s390-ipl,help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("loadparm=<str>", done.stdout)
        self.assertEqual(done.stderr, "")


class WhichQemu(Case):
    """A QEMU that says that it was called: a script that starts the real one."""

    def setUp(self):
        super().setUp()
        self.other = self.file("other-qemu", f'#!/bin/sh\necho OTHER "$0" >&2\nexec '
                               f'{shutil.which(vm.QEMU)} "$@"\n'.encode())
        os.chmod(self.other, 0o755)

    def boots_other(self, **kwargs):
        with VM(*virtio_blk(self.disk), "-action", "panic=pause", **kwargs) as machine:
            machine.stderr.wait_for(rf"^OTHER {self.other}$")
            self.assertEqual(hex(machine.panic()), hex(CODE))

    def test_option(self):
        self.boots_other(run=["--qemu", self.other])
        self.boots_other(run=["--qemu=" + self.other])

    def test_environment(self):
        self.boots_other(env={"QEMU": self.other})

    def test_option_beats_environment(self):
        self.boots_other(run=["--qemu", self.other], env={"QEMU": "/nonexistent"})

    def test_end_of_our_options(self):
        self.boots_other(run=["--qemu", self.other, "--"])

    def test_in_the_path(self):
        path = f"{self.dir}:{os.environ['PATH']}"
        self.boots_other(run=["--qemu", "other-qemu"], env={"PATH": path})

    def test_not_there(self):
        for options in (["-version"], virtio_blk(self.disk)):
            with self.subTest(options=options):
                self.refused(r"cannot start QEMU \(/nonexistent/qemu\).*\ns390-ipl: hint: .*"
                             "--qemu", "--qemu", "/nonexistent/qemu", *options, status=7)

    def test_not_executable(self):
        self.refused(rf"cannot start QEMU \({self.disk}\): Permission denied", "--qemu",
                     self.disk, *virtio_blk(self.disk), status=7)


class Process(Case):
    """To who started it, it is QEMU."""

    def test_same_process(self):
        with VM("-S", *virtio_blk(self.disk)) as machine:
            engine = machine.engine()
            machine.qmp.status()  # the engine is there before QEMU is
            self.assertEqual(os.readlink(f"/proc/{machine.pid}/exe"),
                             os.path.realpath(shutil.which(vm.QEMU)))
            self.assertNotEqual(engine, machine.pid)
            # QEMU gets no child that it does not know of, and no terminal is shared
            self.assertNotEqual(os.getsid(engine), os.getsid(machine.pid))
            with open(f"/proc/{engine}/stat") as f:
                self.assertEqual(int(f.read().rpartition(")")[2].split()[1]), os.getpid())

    def test_descriptors_of_the_engine(self):
        """It keeps none of those that it was started with."""
        with VM("-S", *virtio_blk(self.disk)) as machine:
            engine = machine.engine()
            machine.qmp.status()

            def links():
                fds = os.listdir(f"/proc/{engine}/fd")
                return {fd: os.readlink(f"/proc/{engine}/fd/{fd}") for fd in fds}

            def rest():
                return sorted(re.sub(r"\d+", "N", v) for k, v in links().items()
                              if k not in ("0", "1", "2"))

            # sockets: QEMU's monitor and the loader, which waits for an IPL
            want = ["/memfd:sN-ipl-memory (deleted)", "socket:[N]", "socket:[N]"]
            vm.until(lambda: rest() == want, what=f"{want}, but {rest()}")
            self.assertEqual(links()["0"], "/dev/null")
            self.assertEqual(links()["1"], "/dev/null")

    def test_nothing_is_left_of_a_test_that_fails(self):
        shm = sorted(os.listdir("/dev/shm"))
        with self.assertRaises(ZeroDivisionError):
            with VM("-S", *virtio_blk(self.disk)) as machine:
                pids = {machine.pid, machine.engine()}
                self.assertLessEqual(pids, set(vm.children()))
                1 / 0
        self.assertEqual(vm.children(zombies=True), {})
        for pid in pids:
            self.assertFalse(os.path.exists(f"/proc/{pid}"), pid)
        self.assertFalse(os.path.exists(machine.dir))
        self.assertEqual([n for n in os.listdir("/dev/shm") if n not in shm and "ipl" in n], [])

    def test_nothing_is_left_of_a_qemu_that_does_not_start(self):
        with VM("-cpu", "nonsense", *virtio_blk(self.disk), qmp=False) as machine:
            self.assertEqual(machine.wait(), 1)
        self.assertEqual(vm.children(zombies=True), {})

    def test_quit(self):
        with VM("-S", *virtio_blk(self.disk)) as machine:
            machine.qmp.command("quit")
            self.assertEqual(machine.wait(), 0)

    def test_exit_status(self):
        for action, status in (("exit-failure", 1), ("shutdown", 0)):
            with self.subTest(action=action):
                with VM(*virtio_blk(self.disk), "-action", f"panic={action}") as machine:
                    self.assertEqual(machine.wait(), status)

    def test_signals(self):
        for number, status in ((signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGHUP, 0),
                               (signal.SIGKILL, -9)):
            with self.subTest(number=number):
                with VM("-S", *virtio_blk(self.disk)) as machine:
                    engine = machine.engine()
                    machine.qmp.status()
                    os.kill(machine.pid, number)
                    self.assertEqual(machine.wait(10), status)
                    vm.until(lambda: engine not in vm.children(), 10, "the engine to end")

    def test_children_are_ignored(self):
        """Whoever starts it may not want to know of its children; we do."""
        with VM("-S", *virtio_blk(self.disk), "-action", "panic=pause",
                command=[sys.executable, "-c", "import os, signal, sys; "
                         "signal.signal(signal.SIGCHLD, signal.SIG_IGN); "
                         "os.execv(sys.argv[1], sys.argv[1:])",
                         vm.S390_IPL, "run", "-vv"]) as machine:
            engine = machine.engine()
            machine.stderr.wait_for("QEMU is there")
            loaders = vm.until(lambda: vm.children_of(engine), what="a loader")
            os.kill(loaders[0], signal.SIGKILL)
            machine.qmp.command("cont")
            machine.stderr.wait_for(r"the loader's process was ended by signal 9 \(KILL\)")
            self.assertEqual(hex(machine.panic()), hex(CODE))

    def test_paused_at_the_start(self):
        with VM("-S", *virtio_blk(self.disk), "-action", "panic=pause") as machine:
            time.sleep(0.5)
            self.assertEqual(machine.qmp.status(), "prelaunch")
            self.assertEqual(machine.memory(disk.STOP_AT, 24), bytes(24))
            machine.qmp.command("cont")
            self.assertEqual(hex(machine.panic()), hex(CODE))

    def test_paused_for_longer_than_the_stub_waits_often(self):
        with VM("-S", *virtio_blk(self.disk), "-action", "panic=pause") as machine:
            machine.engine()
            time.sleep(7)  # the engine looks seldom after 5 s
            machine.qmp.command("cont")
            self.assertEqual(hex(machine.panic(5)), hex(CODE))

    def test_drop_in(self):
        link = os.path.join(self.dir, "qemu-s390-ipl")
        os.symlink(vm.S390_IPL, link)
        with VM(*virtio_blk(self.disk), *ipl_device(loadparm=2), "-action", "panic=pause",
                command=[link]) as machine:
            self.assertEqual(hex(machine.panic()), hex(CODE + 2))
            self.assertNotIn("s390-ipl:", machine.stderr.text(), "it is not verbose")
        for words in (["--help"], ["-h"], ["-version"]):
            want, got = vm.run(vm.QEMU, *words), vm.run(link, *words)
            self.assertEqual(got.stdout.replace(link, vm.QEMU), want.stdout)

    def test_our_own_help(self):
        done = vm.run(vm.S390_IPL, "run", "--help")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"\AUsage: s390-ipl run ")

    def connect(self, path):
        """A monitor at a path."""
        sock = socket.socket(socket.AF_UNIX)

        def try_it():
            try:
                sock.connect(path)
                return True
            except OSError:
                return False

        vm.until(try_it, 10, path)
        return vm.QMP(sock)

    def daemon(self, *options):
        """With -daemonize the process that was started ends once QEMU is there, and
        the engine goes on."""
        program = disk.assemble("program", NEXT=-1)
        path = self.file("count.img", disk.disk((disk.run_psw(0x20000), {0x20000: program})))
        pidfile, monitor = self.dir + "/pid", self.dir + "/qmp"
        with VM(*virtio_blk(path), *options, "-daemonize", "-pidfile", pidfile, "-display",
                "none", "-serial", "null", "-monitor", "none", "-qmp",
                f"unix:{monitor},server=on,wait=off", qmp=False, serial=False) as machine:
            self.assertEqual(machine.wait(), 0)
            for lines in machine.console, machine.stderr:
                lines.thread.join(vm.PATIENCE)
                self.assertTrue(lines.closed, f"nobody holds {lines.name} open")
            with open(pidfile) as f:
                pid = int(f.read())
            machine.known.add(pid)
            self.assertIn("-daemonize", vm.children()[pid])
            qmp = self.connect(monitor)
            self.addCleanup(qmp.sock.close)
            try:
                memory = os.path.join(self.dir, "results")

                def runs():
                    qmp.command("pmemsave", val=disk.RESULTS + 16, size=8, filename=memory)
                    with open(memory, "rb") as f:
                        return int.from_bytes(f.read(), "big")

                vm.until(lambda: runs() == 1, 10, "the program to run")
                for times in (2, 3):
                    qmp.command("system_reset")
                    vm.until(lambda n=times: runs() == n, 10, f"{times} IPLs")
                qmp.command("quit")
                vm.until(lambda: pid not in vm.children(), 10, "QEMU to end")
            finally:
                if pid in vm.children():
                    os.kill(pid, signal.SIGKILL)

    def test_daemonize(self):
        self.daemon()

    def test_daemonize_with_memory_of_the_user(self):
        self.daemon("-m", "256M", "-object", "memory-backend-memfd,id=mine,size=256M",
                    "-machine", "memory-backend=mine")


class FlagList(vm.TestCase):
    """src/vm/cmdline.c knows which options of QEMU have no argument."""

    def test_it_agrees_with_this_qemu(self):
        source = os.path.join(vm.HERE, "../../src/vm/cmdline.c")
        with open(source) as f:
            table = re.search(r"flags\[\] = \{(.*?)\};", f.read(), re.S)[1]
        ours = set(re.findall(r'"([^"]+)"', table))
        text = vm.run(vm.QEMU, "-help").stdout
        names = set(re.findall(r"^-([a-zA-Z][\w-]*)", text, re.M))
        names |= {"help", "hdb", "hdd", "sdl"} | ours
        self.assertGreater(len(names), 80)
        wrong = []
        for name in sorted(names):
            # QEMU shows its version here unless that word is an argument; after an
            # option that it does not know it complains
            # (some options write files: not here)
            done = vm.run(vm.QEMU, "-" + name, "-version", "-help", cwd=self.dir)
            if re.search("invalid option|not supported for this target", done.stderr):
                continue
            is_flag = done.returncode == 0 and "usage:" not in done.stdout
            if name in ("h", "help"):
                is_flag = True
            if is_flag != (name in ours):
                wrong.append((name, is_flag))
        self.assertEqual(wrong, [], "option, whether it has no argument")


if __name__ == "__main__":
    vm.main()
