# SPDX-License-Identifier: MIT
"""A guest that imitates the stub and writes nonsense into the mailbox, on two CPUs:
nothing happens outside of its memory, the engine neither hangs nor grows, another VM
notices nothing, and a real reset IPLs.
"""
import hashlib
import os
import random
import signal
import struct
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import disk
import signing
import vm
from vm import MIB, VM, ipl_device, virtio_blk

WRITES = 1000000  # to the mailbox, on each CPU, and more than once
MEMORY = 64
REQUESTED, BRANCH = 1, 4  # include/s390-ipl/abi.h: STUB_REQUESTED, STUB_CMD_BRANCH


def stub():
    """The stub as it stands in memory."""
    path = os.path.join(os.path.dirname(vm.S390_IPL), "../guest/stub.elf")
    if not os.path.exists(path):
        raise unittest.SkipTest("the stub is not beside s390-ipl: not a build directory")
    with open(path, "rb") as f:
        elf = f.read()
    (headers,) = struct.unpack_from(">Q", elf, 32)
    (offset,) = struct.unpack_from(">Q", elf, headers + 8)
    # QEMU has it with what s390-ipl put in
    return elf[offset : offset + 0x8000]


def state_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rpartition(")")[2].split()[0]


class Neighbour(VM):
    """A VM with a program that counts in its memory."""

    def __init__(self, test):
        code = disk.assemble("program", ME=1, NEXT=-1, COUNTS=1)
        path = test.file("good.img", disk.disk((disk.run_psw(0x20000), {0x20000: code})))
        super().__init__("-m", f"{MEMORY}M", *virtio_blk(path), *ipl_device())

    def words(self):
        """How often it was started, and how far it has counted."""
        return struct.unpack(">QQ", self.memory(disk.RESULTS + 32 + 16, 16))

    def goes_on(self):
        for _ in range(2):
            before = self.words()[1]
            vm.until(lambda n=before: self.words()[1] > n, what="the neighbour's counting")

    def is_reset(self):
        starts = self.words()[0]
        self.qmp.command("system_reset")
        vm.until(lambda: self.words()[0] > starts, what="the neighbour's IPL")
        self.goes_on()
        if self.words()[0] != starts + 1:
            raise AssertionError(f"{self.words()[0] - starts} IPLs for one reset")

    def rest(self):
        """The digest of its memory, but for what it counts."""
        data = bytearray(self.memory(0, MEMORY * MIB))
        data[disk.RESULTS : disk.RESULTS + 4096] = bytes(4096)
        return hashlib.sha256(data).hexdigest()


class Evil(vm.TestCase):
    def results(self, machine):
        """Writes of CPU 0, of CPU 1, how often it was started, and how often it has made
        a reset that is no IPL."""
        return struct.unpack(">4Q", machine.memory(disk.RESULTS + 32, 32))

    def disk(self, rounds, **symbols):
        code = disk.assemble("evil", STUB=vm.stub_base(MEMORY), ROUNDS=rounds, **symbols)
        return self.file("evil.img", disk.disk(
            (disk.run_psw(0x20000), {0x20000: code, 0x200000: stub()})))

    def ipls(self, machine, count, each=lambda: None):
        """Let so many more come."""
        want = self.results(machine)[2] + count
        vm.until(lambda: (each(), self.results(machine)[2])[1] >= want, what=f"{count} IPLs")

    def size(self, pid):
        with open(f"/proc/{pid}/status") as f:
            anon = next(int(l.split()[1]) for l in f if l.startswith("RssAnon"))
        return len(os.listdir(f"/proc/{pid}/fd")), anon

    def cpu_seconds(self, pid):
        with open(f"/proc/{pid}/stat") as f:
            user, system = f.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def digest(self, path):
        with open(path, "rb") as f:
            return hashlib.sha256(f.read()).hexdigest()

    def test_requests_without_a_reset(self):
        path = self.disk(rounds=0)
        before = self.digest(path)
        with VM("-m", f"{MEMORY}M", "-smp", "2", *virtio_blk(path), *ipl_device(),
                run=["-v"]) as machine:
            vm.until(lambda: min(self.results(machine)[:2]) > 1000, what="both CPUs")
            base = vm.stub_base(MEMORY)
            vm.until(lambda: machine.memory(base, 0xFF0) == stub()[:0xFF0], what="a perfect copy")
            self.nothing_is_served(machine, lambda: self.writes(machine), 5)
            self.nobody_has_written(machine)
            self.is_reset(machine)
        self.assertEqual(self.digest(path), before)

    def look(self, machine):
        """Have the engine look at the mailbox: it looks between two events that it
        tells of (-vv)."""
        for _ in range(2):
            seen = len(machine.stderr.matches("event RESUME"))
            machine.qmp.command("stop")
            machine.qmp.command("cont")
            vm.until(lambda n=seen: len(machine.stderr.matches("event RESUME")) > n,
                     what="an event")

    def writes(self, machine):
        before = self.results(machine)
        for cpu in 0, 1:
            vm.until(lambda n=cpu: self.results(machine)[n] > before[n] + WRITES,
                     what=f"writes of CPU {cpu}")

    def nothing_is_served(self, machine, what, times=20):
        """However often the engine looks, while @what happens."""
        fds, kib = self.size(machine.engine())
        for _ in range(times):
            what()
            self.look(machine)
        self.assertEqual(self.results(machine)[2], 1, "it is not IPLed again")
        self.assertEqual(len(machine.stderr.matches("IPL requested")), 1)
        self.assertEqual(len(machine.stderr.matches("started after")), 1)
        after = self.size(machine.engine())
        self.assertLessEqual(after[0], fds)
        self.assertLess(after[1], kib + 512)

    def nobody_has_written(self, machine, *but):
        """Memory that neither the program nor its IPL has used is as at power-on."""
        base = vm.stub_base(MEMORY)
        data = bytearray(machine.memory(0, MEMORY * MIB))
        for at, size in ((0, 0x2000), (disk.RESULTS, 0x1000), (0x20000, 0x1000),
                         (0x200000, vm.STUB_SIZE), (base, vm.STUB_SIZE),
                         (base - 7 * 4096, 7 * 4096),  # QEMU 9.2: its parameter blocks
                         *but):
            data[at : at + size] = bytes(size)
        self.assertEqual(data.count(0), len(data))

    def is_reset(self, machine):
        starts = self.results(machine)[2]
        machine.qmp.command("system_reset")
        vm.until(lambda: self.results(machine)[2] > starts, what="a real IPL")

    def test_resets_that_are_no_ipl(self):
        """DIAG 308 subcodes 0 and 1, with a request that stands meanwhile."""
        for subcode in 0, 1:
            with self.subTest(subcode), \
                 VM("-m", f"{MEMORY}M", "-smp", "2", *virtio_blk(self.disk(1, SUBCODE=subcode)),
                    *ipl_device(), run=["-v"]) as machine:
                def goes_on(vm_=machine):
                    before = self.results(vm_)[3]
                    vm.until(lambda: self.results(vm_)[3] > before + 2, what="resets")
                goes_on()
                self.nothing_is_served(machine, goes_on)
                self.nobody_has_written(machine)
                self.is_reset(machine)
                goes_on()

    def test_restarts(self):
        """A restart interruption, while a request stands."""
        with VM("-m", f"{MEMORY}M", "-smp", "2", *virtio_blk(self.disk(0)), *ipl_device(),
                run=["-v"]) as machine:
            def restarted():
                machine.qmp.command("inject-nmi")
                before = self.results(machine)[1]
                vm.until(lambda: self.results(machine)[1] > before + 1000, what="writes")
            vm.until(lambda: min(self.results(machine)[:2]) > 1000, what="both CPUs")
            self.nothing_is_served(machine, restarted)
            self.nobody_has_written(machine)
            self.is_reset(machine)

    def run_instead_of_the_stub(self, machine, code, clear):
        """As no guest could do it: the CPU comes out of a reset in @code. Clears the
        (address, length) @clear."""
        machine.qmp.command("stop")
        machine.qmp.command("system_reset")
        machine.qmp.event("RESET")
        memory = os.open(f"/proc/self/fd/{machine.memory_fd}", os.O_RDWR)
        os.pwrite(memory, bytes(clear[1]), clear[0])
        os.pwrite(memory, code, 0x20000)
        os.pwrite(memory, stub(), 0x200000)
        os.pwrite(memory, bytes.fromhex("c01f00020000" "07f1"), vm.stub_base(MEMORY))
        os.close(memory)
        machine.qmp.command("cont")

    def starts_of_other(self, machine):
        return struct.unpack(">Q", machine.memory(disk.RESULTS + 64 + 16, 8))[0]

    def other_is_whole(self, machine, count, content):
        """The program on the disk has begun; the engine has nothing to do any more."""
        vm.until(lambda: self.starts_of_other(machine) >= count, what="a real IPL")
        vm.until(lambda: not vm.children_of(machine.engine()), what="the end of the loader")
        self.assertEqual(self.starts_of_other(machine), count)
        self.assertTrue(machine.memory(0x300000, len(content)) == content)
        return self.size(machine.engine())

    def lies(self, machine, code, content):
        """One IPL that ends, or goes on for many writes. What was loaded meanwhile is of
        the plan, and where that says."""
        def ends():
            return len(machine.stderr.matches("started after|reset during|cannot be IPLed"))

        asked, ended = len(machine.stderr.matches("IPL requested")), ends()
        self.run_instead_of_the_stub(machine, code, (0x300000, len(content)))
        vm.until(lambda: len(machine.stderr.matches("IPL requested")) > asked, what="its IPL")
        enough = self.results(machine)[0] + WRITES // 4
        vm.until(lambda: ends() > ended or self.results(machine)[0] > enough, what="an end")
        got = machine.memory(0x300000, len(content))
        for at in range(0, len(content), 4096):
            page, want = got[at : at + 4096], content[at : at + 4096]
            if page not in (want, bytes(4096)):  # it may be on its way
                self.assertTrue(all(a in (b, 0) for a, b in zip(page, want)), hex(at))

    def test_requests_that_are_served(self):
        """What a guest cannot have: real resets, but it runs instead of the stub, and
        gives answers and sometimes nonsense while the engine loads a program."""
        content = random.Random(3).randbytes(MIB // 2)
        path = self.file("disk.img", disk.disk((disk.run_psw(0x40000), {
            0x40000: disk.assemble("program", ME=2, NEXT=-1), 0x300000: content})))
        digest = self.digest(path)
        for menu, seldom in ("off", 0x7F), ("off", 7), ("on", 0x7F):
            code = disk.assemble("evil", STUB=vm.stub_base(MEMORY), ROUNDS=0, SELDOM=seldom)
            with self.subTest(menu=menu, seldom=seldom), \
                 VM("-m", f"{MEMORY}M", "-smp", "2", *virtio_blk(path),
                    *ipl_device(menu=menu, timeout=1), run=["-v"]) as machine:
                fds, kib = self.other_is_whole(machine, 1, content)
                for _ in range(6):
                    self.lies(machine, code, content)
                machine.qmp.command("system_reset")
                after = self.other_is_whole(machine, 2, content)
                self.nobody_has_written(machine, (0x40000, 0x1000), (0x300000, len(content)))
                self.assertEqual(after[0], fds)
                # the allocator may keep the half MiB that the menu needs
                self.assertLess(after[1], kib + 1024)
        self.assertEqual(self.digest(path), digest)

    def start_secure(self, rounds, **symbols):
        """The evil program is signed by one who is trusted, and so is its stub."""
        if not signing.AVAILABLE:
            self.skipTest("there is no openssl")
        certs = os.path.join(self.dir, f"certs{len(os.listdir(self.dir))}")
        os.mkdir(certs)
        signer = signing.Signer(certs, "vendor")
        code = disk.assemble("evil", STUB=vm.stub_base(MEMORY), ROUNDS=rounds, **symbols)
        d, entries = disk.Disk(512, 256), []
        for addr, data in (0x20000, code), (0x200000, stub()):
            entries += [signing.entry(d, signer.sign(signing.whole(data))), d.load(addr, data)]
        program = d.program(*entries, d.execute(disk.run_psw(0x20000)))
        return VM("-m", f"{MEMORY}M", "-smp", "2",
                  *virtio_blk(self.file("signed.img", d.finish({1: program}, default=1))),
                  *ipl_device(secure="on", certs=certs), run=["-v"])

    def verified(self, machine, times):
        """It says that before the program runs; we may read it later."""
        def said():
            return len(machine.stderr.matches("2 components are signed and verified"))
        vm.until(lambda: said() >= times, what=f"{times} secure IPLs")
        return said()

    def test_secure(self):
        """Neither a copy of the stub nor a reset that is no IPL gets a secure IPL: what
        it says on the console, and in the report, would not be about this program."""
        with self.start_secure(rounds=0) as machine:
            self.nothing_is_served(machine, lambda: self.writes(machine), 2)
            self.assertEqual(self.verified(machine, 1), 1)
            self.is_reset(machine)
            self.assertEqual(self.verified(machine, 2), 2)
            self.writes(machine)
        with self.start_secure(rounds=1, SUBCODE=1) as machine:
            def goes_on():
                before = self.results(machine)[3]
                vm.until(lambda: self.results(machine)[3] > before + 2, what="resets")
            self.nothing_is_served(machine, goes_on)
            self.assertEqual(self.verified(machine, 1), 1)
            self.is_reset(machine)
            self.assertEqual(self.verified(machine, 2), 2)
            goes_on()

    def test_secure_ipls_of_its_own(self):
        """After a real reset it is verified again, whatever is in the mailbox."""
        with self.start_secure(rounds=8) as machine:
            self.ipls(machine, 20)
            self.verified(machine, 20)

    def test_ipls_of_its_own_and_resets(self):
        """With a VM beside it that counts, and is reset meanwhile."""
        path = self.disk(rounds=8)
        digest = self.digest(path)
        with Neighbour(self) as good:
            good.engine()  # children of this process are the engines of both
            good.goes_on()
            want = good.rest()
            with VM("-m", f"{MEMORY}M", "-smp", "2", *virtio_blk(path), *ipl_device()) as evil:
                engine, sizes = evil.engine(), []
                self.ipls(evil, 10)
                self.ipls(evil, 10, lambda: sizes.append(self.size(engine)))
                for _ in range(5):
                    good.goes_on()
                    evil.qmp.command("system_reset")
                    time.sleep(0.05)
                self.ipls(evil, 6)
                self.assertEqual(good.rest(), want)
                for _ in range(2):
                    good.is_reset()
                    self.ipls(evil, 1)
                self.assertEqual(good.rest(), want)
                # sizes between two IPLs, and with a loader in the middle of one
                vm.until(lambda: self.size(engine)[0] <= min(sizes)[0],
                         what=f"no more than {min(sizes)[0]} descriptors again")
                self.assertLess(self.size(engine)[1], max(kib for _, kib in sizes) + 512)
                good.goes_on()
            good.goes_on()
            self.assertEqual(good.rest(), want)
        self.assertEqual(self.digest(path), digest)

    def is_in_the_middle(self, machine, base, starts):
        """Whether the stub waits, and was not told to start the program; and it is not
        the program that says so."""
        mailbox = machine.memory(base + 0x1000, 0x100)
        (state,), (command,) = (struct.unpack_from(">Q", mailbox, at) for at in (0x10, 0x88))
        return (mailbox.startswith(vm.STUB_MAGIC) and state == REQUESTED
                and command & 0xFF != BRANCH and self.results(machine)[2] == starts)

    def held(self, machine, base):
        """The loader, stopped in the middle of an IPL. The VM is stopped before it, and
        there is a loader that got nothing to do yet. If that was too quick, there is
        another IPL."""
        engine = machine.engine()
        for _ in range(20):
            loader = vm.until(lambda: vm.children_of(engine), what="a loader")[0]
            said, starts = len(machine.stderr.matches("KiB in")), self.results(machine)[2]
            machine.qmp.command("cont")
            vm.until(lambda n=said: len(machine.stderr.matches("KiB in")) > n, what="a plan")
            try:
                os.kill(loader, signal.SIGSTOP)
                vm.until(lambda p=loader: state_of(p) in "TZX", what="a stopped loader")
                if state_of(loader) == "T" and self.is_in_the_middle(machine, base, starts):
                    return loader
                os.kill(loader, signal.SIGCONT)
            except (ProcessLookupError, FileNotFoundError):
                pass
            self.reset_while_stopped(machine)
        self.fail("it is always quicker")

    def reset_while_stopped(self, machine):
        """A loader is made ready, and the stub cannot ask for anything yet."""
        vm.until(lambda: not vm.children_of(machine.engine()), what="the end of the loader")
        machine.qmp.command("stop")
        machine.qmp.command("system_reset")

    def test_reset_in_the_middle(self):
        """At power-on, and after it has written its nonsense."""
        memory, component = 256, 0x1000000
        content = random.Random(5).randbytes(32 * MIB)
        code = disk.assemble("evil", STUB=vm.stub_base(memory), ROUNDS=0)
        d = disk.Disk(512, 65536 + 5000)
        run = (d.put(content), 65536)
        path = self.file("evil.img", d.finish({1: d.program(
            d.load(0x20000, code), d.load(0x200000, stub()),
            d.entry(disk.LOAD, d.segments([run] * 4), component),
            d.execute(disk.run_psw(0x20000)))}, default=1))
        digest = self.digest(path)
        with VM("-m", f"{memory}M", "-smp", "2", "-S", *virtio_blk(path), *ipl_device()) as machine:
            for again in range(2):
                loader = self.held(machine, vm.stub_base(memory))
                starts = self.results(machine)[2]
                resets = len(machine.stderr.matches("reset during the IPL"))
                machine.qmp.command("system_reset")
                vm.until(lambda: self.results(machine)[2] > starts, what="the IPL after the reset")
                self.assertFalse(vm.is_there(loader))
                vm.until(lambda: not vm.children_of(machine.engine()), what="the end of the loader")
                vm.until(lambda: len(machine.stderr.matches("reset during the IPL")) > resets)
                self.assertEqual(self.results(machine)[2], starts + 1)
                size = self.size(machine.engine())
                for at in range(component, component + 4 * len(content), len(content)):
                    self.assertTrue(machine.memory(at, len(content)) == content, hex(at))
                if again:
                    self.assertEqual(size[0], first[0])
                    self.assertLess(size[1], first[1] + 512)
                first = size
                done = min(self.results(machine)[:2])
                vm.until(lambda n=done: min(self.results(machine)[:2]) > n, what="its nonsense")
                if not again:
                    self.reset_while_stopped(machine)
        self.assertEqual(self.digest(path), digest)

    def test_more_ipls_than_anybody_needs(self):
        """They have to wait, and cost little."""
        path = self.disk(rounds=1)
        with VM("-m", f"{MEMORY}M", *virtio_blk(path), *ipl_device(), run=["-v"]) as machine:
            engine = machine.engine()
            machine.stderr.wait_for("IPLs a second")
            began, count = time.monotonic(), len(machine.stderr.matches("started after"))
            cpu = self.cpu_seconds(engine)
            time.sleep(4)
            took = time.monotonic() - began
            more = len(machine.stderr.matches("started after")) - count
            self.assertLessEqual(more, 5 * took + 3)
            self.assertLess(self.cpu_seconds(engine) - cpu, 0.5 * took)


if __name__ == "__main__":
    vm.main()
