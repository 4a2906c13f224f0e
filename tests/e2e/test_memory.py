# SPDX-License-Identifier: MIT
"""What memory and the CPU hold when the program runs its first instruction.

That is a branch to itself here, so nothing has changed when the test looks. Memory
is compared byte for byte with what the boot map says; so nothing of the stub or the
trampoline can be left, wherever they were. Not zero besides the components:

    0-7       the EXECUTE PSW, as after an IPL by a channel program
    8-23      the last 16 bytes of our code (a channel-program IPL has its CCWs there)
    0xb8-0xbb subsystem id, which Linux looks at
"""
import os
import random
import re
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import MIB, STUB_SIZE, VM, ipl_device, virtio_blk

ENTRY = 0x10000
PAGE = 0x1000
LAST_CODE = bytes.fromhex("50002000 41202004 a736fffc 83330308")
SCHID = bytes.fromhex("00010001")  # subchannel 1: 0 is the network
TAIL = 0xFA0  # TRAMP_TAIL: what stays of the trampoline when absolute 0 is loaded


def pattern(size, seed=0):
    """Bytes none of which is zero, so that one that is missing shows."""
    return random.Random(size + seed).randbytes(size).replace(b"\0", b"\1")


def differences(a, b, limit=20):
    """The ranges in which two equally long strings of bytes differ."""
    found = []
    for at in range(0, len(a), PAGE):
        pa, pb = a[at : at + PAGE], b[at : at + PAGE]
        if pa == pb:
            continue
        for i in range(len(pa)):
            if pa[i] == pb[i]:
                continue
            if found and found[-1][1] == at + i:
                found[-1][1] += 1
            else:
                found.append([at + i, at + i + 1])
        if len(found) > limit:
            break
    return found


class Case(vm.TestCase):
    def started(self, path, entry, *options, memory=64, first=0, bs=512, **kwargs):
        """Start it, wait until the CPU is at @entry, stop it. Returns memory from
        @first on, and registers."""
        props = {"logical_block_size": bs, "physical_block_size": bs, "bootindex": 1}
        with VM("-m", f"{memory}M", *virtio_blk(path, **props), *options, **kwargs) as machine:
            def arrived():
                return f"addr {entry:016x}" in machine.qmp.human("info registers")

            try:
                vm.until(arrived, 30)
            except AssertionError:
                self.fail(f"the program was not started:\n{machine.stderr.text()}\n"
                          f"{machine.qmp.human('info registers')[:300]}")
            machine.qmp.command("stop")
            registers = {
                name: int(value, 16) for name, value in re.findall(
                    r"\b([RC]\d\d|mask|addr)[= ]([0-9a-f]+)",
                    machine.qmp.human("info registers"))}
            registers["prefix"] = int(machine.qmp.human("gva2gpa 0").split(":")[1], 16)
            return machine.memory(first, memory * MIB - first), registers

    def program(self, parts, entry=ENTRY, mode=disk.MODE_64):
        """A disk with one program of @parts, which is given a branch to itself at
        @entry. Returns path, PSW and the new @parts."""
        parts = dict(parts)
        for at, data in parts.items():
            if at <= entry < at + len(data):
                off = entry - at
                parts[at] = data[:off] + disk.SPIN + data[off + len(disk.SPIN) :]
                break
        else:
            parts[entry] = disk.SPIN
        psw = disk.run_psw(entry, mode)
        return self.file("disk.img", disk.disk((psw, parts))), psw, parts

    def expected(self, psw, parts, memory, bs=512, first=0):
        """Memory from @first on, as the boot map says. A component is loaded in whole
        blocks."""
        want = bytearray(memory * MIB - first)

        def put(addr, data):
            if addr >= first:
                want[addr - first : addr - first + len(data)] = data

        if not any(at < 24 for at in parts):
            put(0, psw.to_bytes(8, "big") + LAST_CODE)
        put(0xB8, SCHID)
        for at, data in parts.items():
            put(at, data.ljust(-(-len(data) // bs) * bs, b"\0"))
        return want

    def same(self, got, want, first=0):
        """Compare memory from @first on."""
        if got == want:
            return
        lines = [f"{a + first:#x}-{b + first - 1:#x}: {got[a : min(b, a + 16)].hex()}, "
                 f"expected {want[a : min(b, a + 16)].hex()}"
                 for a, b in differences(got, want)]
        self.fail("memory is not as the boot map says:\n" + "\n".join(lines))

    def check(self, parts, *options, entry=ENTRY, mode=disk.MODE_64, memory=64, first=0):
        """Boot a program of @parts and compare all of memory."""
        path, psw, parts = self.program(parts, entry, mode)
        got, registers = self.started(path, entry, *options, memory=memory, first=first)
        self.same(got, self.expected(psw, parts, memory, first=first), first)
        self.check_registers(registers, mode)

    def check_registers(self, registers, mode):
        self.assertEqual(hex(registers["mask"]), hex(mode))
        self.assertEqual(registers["prefix"], 0)
        for n in range(16):
            self.assertEqual(registers[f"R{n:02}"], 0, f"register {n}")
            self.assertEqual(registers[f"C{n:02}"], {0: 0xE0, 14: 0xC2000000}.get(n, 0),
                             f"control register {n}")


class Plain(Case):
    """The rule: everything lies where the map says, and all else is zero."""

    def test_one_component(self):
        self.check({ENTRY: pattern(5000)})

    def test_components_low_and_high(self):
        self.check({0x2000: pattern(0x4000), ENTRY: pattern(100000), 0x1234400: pattern(70),
                    0x3000000: pattern(3 * MIB)})

    def test_31_bit_mode(self):
        self.check({ENTRY: pattern(512)}, mode=disk.MODE_31)

    def test_24_bit_mode(self):
        self.check({ENTRY: pattern(512)}, mode=0)

    def test_in_lowcore(self):
        self.check({0x200: pattern(0x1E00)}, entry=0x200)

    def test_across_what_the_machine_sets_in_lowcore(self):
        self.check({0xD0: pattern(512)})

    def test_side_by_side(self):
        self.check({ENTRY + 512 * i: pattern(512, i) for i in range(10)})

    def test_ends_where_memory_ends(self):
        self.check({64 * MIB - 5 * PAGE: pattern(5 * PAGE)})

    def test_any_address(self):
        self.check({0x30001: pattern(1024), 0x40FFF: pattern(512)})

    def test_above_2_gib(self):
        end = 2100 * MIB
        self.check({2048 * MIB - PAGE: pattern(4 * MIB), end - 512: pattern(512)},
                   memory=2100, first=2040 * MIB)

    def test_component_without_data(self):
        d = disk.Disk(512, 100)
        psw = disk.run_psw(ENTRY)
        path = self.file("disk.img", d.finish({1: d.program(
            d.entry(disk.LOAD, d.segments([]), 0x20000), d.load(ENTRY, disk.SPIN),
            d.execute(psw))}, default=1))
        got, _ = self.started(path, ENTRY)
        self.same(got, self.expected(psw, {ENTRY: disk.SPIN}, 64))

    def test_16384_extents(self):
        pieces = [pattern(PAGE, i) for i in range(16384)]
        pieces[0] = disk.SPIN + pieces[0][4:]
        d = disk.Disk(512, 16384 * 9 + 2000)
        start = d.take(16384 * 9)
        places = random.Random(1).sample(range(16384), 16384)
        runs = [(d.write(start + 9 * place, piece), 8)
                for place, piece in zip(places, pieces)]
        psw = disk.run_psw(ENTRY)
        path = self.file("disk.img", d.finish({1: d.program(
            d.entry(disk.LOAD, d.segments(runs), ENTRY), d.execute(psw))}, default=1))
        got, _ = self.started(path, ENTRY, memory=80)
        self.same(got, self.expected(psw, {ENTRY: b"".join(pieces)}, 80))


class Cpu(Case):
    def test_what_only_the_program_can_see(self):
        path = self.file("disk.img", disk.disk(
            (disk.run_psw(ENTRY), {ENTRY: disk.assemble("state")})))
        with VM("-smp", "2", *virtio_blk(path)) as machine:
            vm.until(lambda: any(machine.memory(0x92C, 4)), what="the program at its end")
            m = machine.memory(0, 0x1000)
        names = {"registers": (0x800, 128), "clock comparator": (0x900, 8),
                 "prefix": (0x910, 4), "floating-point control": (0x914, 4),
                 "CPU address": (0x918, 2), "storage key": (0x930, 4)}
        for name, (at, size) in names.items():
            self.assertEqual(m[at : at + size].hex(), "0" * 2 * size, name)
        control = struct.unpack_from(">16Q", m, 0x880)
        self.assertEqual({n: v for n, v in enumerate(control) if v},
                         {0: 0xE0, 14: 0xC2000000})
        self.assertEqual(m[0x920:0x928].hex(), "0000000180000000", "PSW mask")
        status, program_mask_and_cc = struct.unpack_from(">II", m, 0x928)
        self.assertEqual(program_mask_and_cc >> 28, 1, "CPU 1: status stored")
        self.assertEqual(status, 0x40, "CPU 1 is stopped")


class Zipl(Case):
    """Disks of the real zipl: all of memory when stage 3 begins."""

    def check_disk(self, name, number, bs=512):
        path = self.image(name)
        with open(path, "rb") as f:
            data = bytearray(f.read())
        psw, loads = disk.read_program(data, bs, number)
        entry = psw & 0x7FFFFFFF
        for addr, content, off in loads:
            if addr <= entry < addr + len(content):
                at = off + entry - addr
                data[at : at + len(disk.SPIN)] = disk.SPIN
        with open(path, "wb") as f:
            f.write(data)
        psw, loads = disk.read_program(data, bs, number)
        got, registers = self.started(path, entry, *ipl_device(loadparm=number), bs=bs)
        self.same(got, self.expected(psw, {a: c for a, c, _ in loads}, 64, bs))
        self.check_registers(registers, psw & disk.MODE_64)

    def test_512(self):
        self.check_disk("z216-scsi512-mbr", 1)

    def test_4096(self):
        self.check_disk("z216-scsi4k-gpt", 3, bs=4096)

    def test_zipl_2_35(self):
        self.check_disk("z235-scsi512-mbr", 2)

    def test_thousands_of_extents(self):
        self.check_disk("z216-scsi512-frag", 1)

    def test_with_signatures(self):
        self.check_disk("z216-scsi512-secure", 1)


class OnTheStub(Case):
    """Components where the stub is while they are loaded."""

    MEMORY = 64
    # Entered at 0xE00 of a page: no code of the stub is there, so the CPU can only
    # be in the program.

    def setUp(self):
        super().setUp()
        self.stub = vm.stub_base(self.MEMORY)
        self.after = self.stub + STUB_SIZE

    def test_exactly_on_it(self):
        self.check({self.stub: pattern(STUB_SIZE)})

    def test_entered_there(self):
        self.check({self.stub: pattern(STUB_SIZE)}, entry=self.stub + 0xE00)

    def test_on_each_of_its_pages(self):
        for page in range(self.stub, self.after, PAGE):
            with self.subTest(page=hex(page)):
                self.check({page: pattern(PAGE)}, entry=page + 0xE00)

    def test_on_part_of_each_of_its_pages(self):
        for page in range(self.stub, self.after, PAGE):
            with self.subTest(page=hex(page)):
                self.check({page + 0x3FE: pattern(1024)})

    def test_across_its_beginning(self):
        self.check({self.stub - 0x600: pattern(0xA00)})

    def test_across_its_end(self):
        self.check({self.after - 0x600: pattern(0xA00)})

    def test_much_more_than_it(self):
        self.check({self.stub - MIB - 512: pattern(MIB + STUB_SIZE + 40000)})

    def test_right_before_and_after_it(self):
        self.check({self.stub - PAGE: pattern(PAGE), self.after: pattern(PAGE)})

    def test_several_in_one_page(self):
        self.check({self.stub + 0x1000 + 0x400 * i: pattern(512, i) for i in range(3)})

    def test_every_second_page(self):
        self.check({self.stub + 2 * PAGE * i: pattern(PAGE, i) for i in range(4)})

    def test_below_2_gib(self):
        stub = vm.stub_base(2200)
        self.check({stub - PAGE: pattern(STUB_SIZE + 4 * MIB)}, memory=2200,
                   first=stub - 4 * MIB)

    def test_with_two_cpus(self):
        self.check({self.stub: pattern(STUB_SIZE)}, "-smp", "2")


class NoRoom(Case):
    """All of memory belongs to components but for a place here or there: that is
    where the trampoline has to go."""

    MEMORY = 16
    END = 16 * MIB
    LOW = 0x2000  # the trampoline does not go into lowcore
    ROOM = 10 * PAGE  # for it, when the eight pages of the stub are covered

    def setUp(self):
        super().setUp()
        self.stub = vm.stub_base(self.MEMORY)

    def cover(self, *holes, start=LOW, end=END):
        """Components on everything but @holes, (address, size)."""
        parts, at = {}, start
        for hole, size in sorted(holes):
            if hole > at:
                parts[at] = pattern(hole - at)
            at = hole + size
        if at < end:
            parts[at] = pattern(end - at)
        return parts

    def test_room_below_the_stub(self):
        self.check(self.cover(start=self.stub), memory=self.MEMORY)

    def test_room_above_the_stub(self):
        self.check(self.cover(end=self.stub + STUB_SIZE), memory=self.MEMORY)

    def test_only_in_one_place(self):
        above = self.stub + STUB_SIZE
        for hole in (self.LOW, 0x9000, 0x11000, 8 * MIB + PAGE, self.stub - self.ROOM, above,
                     above + PAGE, self.END - self.ROOM):
            with self.subTest(hole=hex(hole)):
                entry = ENTRY if not hole <= ENTRY < hole + self.ROOM else 0x800000
                self.check(self.cover((hole, self.ROOM)), entry=entry, memory=self.MEMORY)

    def test_only_in_one_place_in_the_middle_of_pages(self):
        self.check(self.cover((0x8000 - 512, self.ROOM + 1024)), entry=0x800000,
                   memory=self.MEMORY)

    def test_only_in_the_stub_itself(self):
        self.check(self.cover((self.stub, STUB_SIZE)), memory=self.MEMORY)

    def test_only_in_the_last_pages_of_the_stub(self):
        # six pages are covered, two and two more are needed
        hole = self.stub + 6 * PAGE
        self.check(self.cover((hole, 2 * PAGE), (0x900000, 8 * PAGE)), memory=self.MEMORY)

    def refused(self, parts):
        path, _, _ = self.program(parts)
        with VM("-m", f"{self.MEMORY}M", *virtio_blk(path)) as machine:
            message = "the components leave no [0-9]+ KiB of memory in one piece"
            machine.console.wait_for(message)
            machine.stderr.wait_for(message)
            self.assertEqual(machine.wait(), 1)

    def test_nowhere(self):
        self.refused(self.cover())

    def test_nowhere_with_lowcore(self):
        self.refused(self.cover(start=0x200))

    def test_a_page_too_little(self):
        self.refused(self.cover((8 * MIB, self.ROOM - PAGE)))


class Absolute0(Case):
    """Components on the first 24 bytes of memory: the program's PSW cannot be there.
    The end of the trampoline stays in memory then, and register 1 says where."""

    def check_low(self, parts, **kwargs):
        path, psw, parts = self.program(parts, **kwargs)
        got, registers = self.started(path, ENTRY, memory=64)
        want = self.expected(psw, parts, 64)
        page = registers["R01"] & ~(PAGE - 1)
        left = page + TAIL
        self.assertTrue(0x2000 <= page < 64 * MIB, hex(page))
        self.assertEqual(bytes(want[page : page + PAGE]), bytes(PAGE), "nothing is there")
        want[left : page + PAGE] = got[left : page + PAGE]
        self.same(got, want)
        self.assertEqual({n: v for n in range(16) if (v := registers[f"R{n:02}"])},
                         {1: registers["R01"]})
        return got

    def test_all_of_lowcore(self):
        # the program's own subsystem id stays
        parts = {0: pattern(0x2000)}
        got = self.check_low(parts)
        self.assertEqual(got[:0x2000], parts[0])

    def test_the_first_block(self):
        self.check_low({0: pattern(512)})

    def test_all_of_lowcore_and_the_stub(self):
        self.check_low({0: pattern(0x2000), vm.stub_base(64): pattern(STUB_SIZE)})

    def test_31_bit_mode(self):
        self.check_low({0: pattern(0x2000)}, mode=disk.MODE_31)


class LikeTheFirmware(Case):
    """What is different in memory when QEMU's own firmware loads the same disk."""

    # what the firmware has there, which has no meaning for the program
    LOWCORE = {
        (0x08, 0x18): "we: last instructions; firmware: address of its parameter block",
        (0x80, 0x88): "the firmware's last external interruption",
        (0xCC, 0xE8): "QEMU's words to its firmware (QIPL)",
        (0x120, 0x180): "old PSWs of the firmware's interruptions",
        (0x1A0, 0x200): "new PSWs for the firmware's interruptions",
    }

    def explain(self, at, end, memory):
        for (a, b), why in self.LOWCORE.items():
            if a <= at and end <= b:
                return why
        # it has 2 MiB up to QEMU 7.2, then 3; and blocks of parameters below
        top = min(memory, 2048) * MIB
        if top - 3 * MIB - 8 * PAGE <= at and end <= top:
            return "the firmware itself"
        return None

    def compare(self, parts, mode=disk.MODE_64):
        path, _, _ = self.program(parts, mode=mode)
        ours, our_registers = self.started(path, ENTRY)
        theirs, their_registers = self.started(path, ENTRY, stock=True)
        explained, unknown = {}, []
        for at, end in differences(ours, theirs, limit=100000):
            why = self.explain(at, end, 64)
            if not why:
                unknown.append(f"{at:#x}-{end - 1:#x}: {ours[at:end].hex()}, "
                               f"firmware {theirs[at:end].hex()}")
            first, last, n = explained.get(why, (at, end, 0))
            explained[why] = (first, end, n + end - at)
        print("\ndifferent after QEMU's firmware:")
        for why, (first, end, n) in explained.items():
            print(f"  {first:#x}-{end - 1:#x}: {n} bytes ({why})")
        self.assertEqual(unknown, [])
        self.assertIn("the firmware itself", explained)
        self.assertEqual(ours[:8], theirs[:8], "PSW at absolute 0")
        self.assertEqual(ours[0xB8:0xC0], theirs[0xB8:0xC0], "subsystem id")
        for name in ["mask", "addr", "prefix"] + [f"C{n:02}" for n in range(16)]:
            self.assertEqual(our_registers[name], their_registers[name], name)

    def test_64_bit(self):
        self.compare({ENTRY: pattern(70000), 0x200000: pattern(MIB)})

    def test_31_bit(self):
        self.compare({ENTRY: pattern(70000), 0x2000: pattern(0x4000)}, mode=disk.MODE_31)


if __name__ == "__main__":
    vm.main()
