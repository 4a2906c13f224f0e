# SPDX-License-Identifier: MIT
"""A second IPL runs the second program.

TCG keeps translations of guest code. It drops them when the guest writes there, but
the engine writes from outside: what makes TCG forget is that the stub and the
trampoline store memory back. Each program here runs code at hundreds of places of
eight pages, and adds up; a place that is still the code of the program before it
spoils the sum.
"""
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, VM, ipl_device, virtio_blk, virtio_scsi

SIZE = 0x8000  # of program.S: as many pages as the stub has
PLACES = 760
STRIDE = 42  # from one to the next
WHO = {1: 3, 2: 5, 3: 7}


class Stale(vm.TestCase):
    def run_three(self, base, *options, memory=256, scsi=False, cover=(), size=SIZE, places=PLACES, **symbols):
        """Program 1 IPLs 2 at the same addresses, 2 IPLs 3, which stays. @cover:
        ranges with components that nobody looks at."""
        progs = []
        for number, who in WHO.items():
            code = disk.assemble(
                "program", ME=number, WHO=who, PLACES=places, SIZE=size,
                NEXT=disk.ebcdic(number + 1) if number + 1 in WHO else -1, **symbols)
            self.assertEqual(len(code), size)
            parts = {base: code, **{a: bytes(n) for a, n in cover}}
            progs.append((disk.run_psw(base), parts))
        path = self.file("disk.img", disk.disk(*progs))
        attach = virtio_scsi if scsi else virtio_blk
        with VM("-m", f"{memory}M", *attach(path), *ipl_device(), *options) as machine:
            def results():
                raw = machine.memory(disk.RESULTS, 32 * 4)
                return {n: struct.unpack_from(">QQQ", raw, 32 * n) for n in WHO}

            vm.until(lambda: results()[3][0] and (results()[3][1] or "SMP" not in symbols),
                     what="program 3 at its end")
            got = results()
            started = machine.stderr.matches(r"program (\d+) \(")
        times = 2 if "ALSO" in symbols else 1
        for number, who in WHO.items():
            cpu0, cpu1, runs = got[number]
            self.assertEqual(runs, 1, f"program {number} ran once")
            self.assertEqual(cpu0, times * places * who, f"program {number}, CPU 0")
            if "SMP" in symbols:
                self.assertEqual(cpu1, places * who, f"program {number}, CPU 1")
        self.assertEqual([m[1] for m in started], ["0", "2", "3"])

    def test_below_8k(self):
        """What the stub itself can only reach where its prefix puts it."""
        self.run_three(0x1000, size=0x1000, places=60)

    def test_after_a_kernel_that_qemu_started(self):
        """The first IPL of the VM is not the first program."""
        places, at = 700, 0x800000
        new = disk.assemble("program", ME=1, WHO=5, PLACES=places, SIZE=SIZE, NEXT=-1)
        base = at - new.index(bytes.fromhex("c22800000005"))  # agfi %r2,5: the first place
        old = disk.assemble("program", ME=0, WHO=3, PLACES=places, SIZE=0x9000, NEXT=disk.ebcdic(1), ALSO=at,
                            GIVEN=1)
        kernel = bytearray(0x40000)
        kernel[:8] = disk.run_psw(0x10000, disk.MODE_31).to_bytes(8, "big")
        kernel[0x10000:0x10008] = bytes.fromhex("010e c0f4") + ((0x40000 - 0x10002) // 2).to_bytes(4, "big")
        block = disk.ccw_block(0x1234, "1")
        kernel[disk.BLOCK : disk.BLOCK + len(block)] = block
        path = self.file("disk.img", disk.disk((disk.run_psw(base), {base: new})))
        with VM("-m", "64M", *virtio_blk(path, devno="fe.0.1234"), *ipl_device(), "-kernel",
                self.file("kernel", bytes(kernel) + old)) as machine:
            result = lambda: struct.unpack(">QQQ", machine.memory(disk.RESULTS + 32, 24))
            vm.until(lambda: result()[0], what="the program on the disk")
            self.assertEqual(result(), (5 * places, 0, 1))

    def test_low(self):
        self.run_three(0x20000)

    def test_at_a_block_in_the_middle_of_a_page(self):
        self.run_three(0x20200)

    def test_high(self):
        self.run_three(128 * MIB)

    def test_in_more_than_4_gib(self):
        self.run_three(0x20000, memory=4100)

    def test_scsi(self):
        self.run_three(0x20000, scsi=True)

    def test_two_cpus(self):
        self.run_three(0x20000, "-smp", "2", SMP=1)

    def test_two_cpus_in_one_thread(self):
        self.run_three(0x20000, "-smp", "2", "-accel", "tcg,thread=single", SMP=1)

    def test_two_cpus_in_threads(self):
        self.run_three(0x20000, "-smp", "2", "-accel", "tcg,thread=multi", SMP=1)

    def test_two_cpus_in_threads_high(self):
        self.run_three(128 * MIB + 0x600, "-smp", "2", "-accel", "tcg,thread=multi", SMP=1)

    def test_on_the_stub(self):
        self.run_three(vm.stub_base(256))

    def test_on_the_stub_with_two_cpus(self):
        self.run_three(vm.stub_base(256), "-smp", "2", "-accel", "tcg,thread=multi", SMP=1)

    def test_across_the_end_of_the_stub(self):
        self.run_three(vm.stub_base(256) + 0x4600)

    # Code that a program itself put where the next IPL has its own. One of its
    # places begins where the stub's or the trampoline's code does.

    def test_code_where_the_stub_comes_back(self):
        self.run_three(0x20000, ALSO=vm.stub_base(256))

    def test_code_where_the_trampoline_comes(self):
        self.run_three(0x20000, ALSO=vm.stub_base(256) + 0x7000 - 600 * STRIDE)

    def test_code_in_the_only_room_for_the_trampoline(self):
        # the stub is covered: the trampoline takes ten pages, its code the last
        hole, room, end = 8 * MIB, 0xA000, 16 * MIB
        cover = [(0x2000, disk.RESULTS - 0x2000), (0x12000, 0xE000),
                 (0x28000, hole - 0x28000), (hole + room, end - hole - room)]
        self.run_three(0x20000, memory=16, cover=cover,
                       ALSO=hole + 0x9000 - 700 * STRIDE)


if __name__ == "__main__":
    vm.main()
