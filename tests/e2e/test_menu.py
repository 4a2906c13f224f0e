# SPDX-License-Identifier: MIT
"""The boot menu, as a person at a terminal uses it."""
import contextlib
import os
import re
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import installed
import vm
from disk import Disk
from terminal import (BACKSPACE, DELETE, DOWN, END, ENTER, ESC, HOME, LEFT, PATIENCE,
                      RIGHT, UP, Terminal)
from vm import VM, ipl_device, virtio_blk
from zipldisk import zipl_2_9  # disk.py knows where it is

FIRST = 0xA00000  # program N of the small disk ends in a wait at FIRST + 2 * N
CMDLINE = r"CMDLINE\[(.*)\]"


def long_parameters(length):
    """Kernel parameters that Linux leaves alone, as they have dots: of words that it
    does not know it takes 32, and panics."""
    return " ".join(f"word.{n:03}" for n in range(500))[: length - 1] + "."


class MenuCase(vm.TestCase):
    @contextlib.contextmanager
    def menu(self, *options, console="sclpconsole", width=80, height=24, answers=True,
             props=None, memory="256M", **kwargs):
        """A VM with a terminal at its only console, and that terminal."""
        with Terminal(width, height, answers) as terminal:
            with VM("-nodefaults", "-display", "none", "-m", memory, *options,
                    *ipl_device(**{"menu": "on", **(props or {})}),
                    *terminal.serial(console), serial=False, **kwargs) as machine:
                yield machine, terminal

    def small_disk(self):
        """Its programs start, and end, at once."""
        return virtio_blk(self.file("small.img", disk.waits(FIRST, 9, default=4)))

    def ends_at(self, machine, number):
        self.assertEqual(hex(machine.panic()), hex(FIRST + 2 * number))


class Keys(MenuCase):
    """What each key does, with a disk whose programs do nothing."""

    def check(self, number, *keys, **kwargs):
        with self.menu(*self.small_disk(), "-action", "panic=pause", **kwargs) as (
                machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type(*keys)
            self.ends_at(machine, number)
            return terminal

    def test_enter_starts_the_default(self):
        terminal = self.check(4, ENTER)
        self.assertIn("Starting entry 4", terminal.text())

    def test_arrows(self):
        self.check(5, DOWN, DOWN, UP, ENTER)

    def test_home_and_end(self):
        self.check(9, HOME, END, ENTER)

    def test_number(self):
        self.check(7, "7", ENTER)

    def test_escape_and_backspace_take_a_number_back(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause") as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("7")
            terminal.wait_for("Start: 7")
            terminal.type(ESC)
            terminal.wait_gone("Start:")
            terminal.type("2", BACKSPACE)
            terminal.wait_gone("Start:")
            terminal.type(DOWN, ENTER)  # from where the number led
            self.ends_at(machine, 3)

    def test_zero_is_the_default(self):
        self.check(4, END, "0", ENTER)

    def test_wrong_numbers(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause") as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("77", ENTER)
            terminal.wait_for("There is no entry 77")
            terminal.type("123456789", ENTER)
            terminal.wait_for("expected the number of an entry")
            terminal.type("3x", ENTER)
            terminal.wait_for("expected the number of an entry")
            terminal.type("3", ENTER)
            self.ends_at(machine, 3)

    def test_keys_that_mean_nothing(self):
        self.check(4, "x", "\t", "\x1b[15~", "\x1bOP", "\xe9", "\x07", ENTER)

    def test_timeout(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause",
                       props={"timeout": 2}) as (machine, terminal):
            terminal.wait_for("Entry 4 is started in 2 s")
            terminal.wait_for("Entry 4 is started in 1 s")
            self.ends_at(machine, 4)

    def test_any_key_stops_the_countdown(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause",
                       props={"timeout": 20}) as (machine, terminal):
            terminal.wait_for("is started in")
            terminal.type("x")
            terminal.wait_gone("is started in")
            terminal.type("2", ENTER)
            self.ends_at(machine, 2)

    def test_nobody_leads_no_menu(self):
        """Without any console there is nobody to wait for."""
        with VM("-nodefaults", "-display", "none", *self.small_disk(), "-action",
                "panic=pause", *ipl_device(menu="on"), serial=False) as machine:
            self.ends_at(machine, 4)


class When(MenuCase):
    """When there is a menu at all."""

    def no_menu(self, number, *options, **props):
        with self.menu(*self.small_disk(), *options, "-action", "panic=pause",
                       props=props) as (machine, terminal):
            self.ends_at(machine, number)
            self.assertNotIn("boot menu", terminal.raw)

    def has_menu(self, *options, **props):
        with self.menu(*self.small_disk(), *options, "-action", "panic=pause",
                       props=props) as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("8", ENTER)
            self.ends_at(machine, 8)

    def test_auto_without_a_wish(self):
        self.no_menu(4, menu="auto")

    def test_off(self):
        self.no_menu(4, menu="off", loadparm="PROMPT")

    def test_number(self):
        self.no_menu(6, menu="on", loadparm="6")

    def test_prompt(self):
        self.has_menu(menu="auto", loadparm="PROMPT")

    def test_boot_menu_option(self):
        self.has_menu("-boot", "menu=on", menu="auto")

    def test_splash_time(self):
        with self.menu(*self.small_disk(), "-boot", "menu=on,splash-time=1000", "-action",
                       "panic=pause", props={"menu": "auto"}) as (machine, terminal):
            terminal.wait_for("is started in 1 s")
            self.ends_at(machine, 4)

    def test_after_a_reset(self):
        """The memory that the menu had is as before, and it comes again."""
        with self.menu(*self.small_disk(), "-action", "panic=pause") as (machine, terminal):
            terminal.wait_for("boot menu")
            machine.qmp.command("system_reset")
            terminal.wait_until(lambda s: terminal.raw.count("boot menu") >= 2, "again")
            terminal.type("5", ENTER)
            self.ends_at(machine, 5)
            stub = vm.stub_base(256)
            area = machine.memory(stub + vm.STUB_SIZE, 0x80000)
            self.assertEqual(area.count(0), len(area), "nothing of the menu is left")


class Reset(MenuCase):
    def test_a_kernel_that_qemu_started_keeps_its_memory(self):
        """QEMU starts it again at once, where the menu was: nothing is put back then."""
        area = vm.stub_base(64) + 0x9000
        code = disk.assemble("kernel", AREA=area)
        kernel = bytearray(0x12000)
        kernel[:8] = disk.run_psw(0x10000, disk.MODE_31).to_bytes(8, "big")
        kernel[0x10000 : 0x10000 + len(code)] = code
        block = disk.ccw_block(0x1234, "PROMPT")
        kernel[disk.BLOCK : disk.BLOCK + len(block)] = block
        path = self.file("disk.img", disk.waits(0x1000))
        with VM("-m", "64M", *virtio_blk(path, devno="fe.0.1234"), *ipl_device(), "-kernel",
                self.file("kernel", bytes(kernel)), run=["-v"]) as machine:
            result = lambda: struct.unpack(">QQQQ", machine.memory(0x900000, 32))
            machine.stderr.wait_for("boot menu")
            time.sleep(0.5)  # so that it is there
            machine.qmp.command("system_reset")
            machine.stderr.wait_for("reset during the IPL")
            vm.until(lambda: result()[3], what="the kernel")
            time.sleep(0.5)  # it looks at its memory all the time
            self.assertEqual(result(), (2, 1, 0, 0x5A5A5A5A))


class Programs(MenuCase):
    """Other boot loaders in place of the menu."""

    def check(self, number, program, **symbols):
        path = self.file("loader.bin", disk.assemble(program, **symbols))
        with VM("-nodefaults", "-display", "none", *self.small_disk(), "-action",
                "panic=pause", *ipl_device(menu="on", menu_program=path),
                serial=False) as machine:
            self.ends_at(machine, number)
            area = machine.memory(vm.stub_base(128) + vm.STUB_SIZE, 0x80000)
            self.assertEqual(area.count(0), len(area), "nothing of it is left")

    def test_loader(self):
        self.check(9, "loader")

    def test_loader_that_chooses_nothing(self):
        self.check(4, "loader", IDLE=1)

    def test_file_that_is_none(self):
        for path, status, why in ((self.file("empty", b""), 2, "no bytes"),
                                  (self.file("large", bytes(0x80001)), 2, "more bytes"),
                                  ("/nowhere", 3, "cannot be opened")):
            done = vm.run(vm.S390_IPL, "run", *self.small_disk(),
                          *ipl_device(menu_program=path))
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(f"menu_program: {path}: {why}", done.stderr)


class Consoles(MenuCase):
    """Each kind of console, alone and with others."""

    def waiting(self, terminal):
        terminal.wait_for(r"^Entry:$|Enter start")

    def check(self, console, *keys, answers=True, **kwargs):
        with self.menu(*self.small_disk(), "-action", "panic=pause", console=console,
                       answers=answers, **kwargs) as (machine, terminal):
            self.waiting(terminal)
            terminal.type("77", *keys)
            terminal.wait_for("There is no entry 77")
            terminal.type("7", *keys)
            self.ends_at(machine, 7)
            self.assertIn("Starting entry 7", terminal.text())

    def test_virtio_console(self):
        self.check("virtconsole", ENTER)

    def test_line_mode(self):
        self.check("sclplmconsole", "\n", answers=False)

    def test_dumb_ascii(self):
        self.check("sclpconsole", ENTER, answers=False)

    def test_dumb_virtio(self):
        self.check("virtconsole", ENTER, answers=False)

    def test_timeout_on_lines(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause", answers=False,
                       console="sclplmconsole", props={"timeout": 1}) as (machine, terminal):
            terminal.wait_for("Entry 4 is started in 1 s, if nothing is typed")
            self.ends_at(machine, 4)
            self.assertIn("Starting entry 4", terminal.text())

    def test_commands_on_lines(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause", answers=False,
                       height=60, console="sclplmconsole") as (machine, terminal):
            for typed, shown in (("?", "N TEXT"), ("i 3", "PSW 00080001"), ("d", "fe.0.0"),
                                 ("e 2", "cannot be changed"), ("x", "start entry N"),
                                 ("l", r"\*  4  "), ("d 5", "no such disk"),
                                 ("2 a=b", "cannot be changed")):
                self.waiting(terminal)
                terminal.type(typed, "\n")
                terminal.wait_for(shown)
            terminal.type("\n")
            self.ends_at(machine, 4)

    def test_who_types_first_leads(self):
        with Terminal() as first, Terminal() as second, Terminal(answers=False) as third:
            with VM("-nodefaults", "-display", "none", *self.small_disk(), "-action",
                    "panic=pause", *ipl_device(menu="on", timeout=50),
                    *first.serial("sclpconsole", "first"),
                    *second.serial("virtconsole", "second"),
                    *third.serial("sclplmconsole", "third"), serial=False) as machine:
                for terminal in (first, second, third):
                    terminal.wait_for("is started in")
                second.type(DOWN)
                first.wait_for("used on another console")
                third.wait_for("used on another console")
                second.wait_gone("is started in")
                first.type("9", ENTER)
                third.type("9\n")
                second.type(DOWN)
                second.wait_until(
                    lambda s: any(line.startswith(" >  6 ") for line in s.reverse()), "6")
                second.type(ENTER)
                self.ends_at(machine, 6)

    def test_waiting_is_cheap(self):
        """A menu that waits takes less than a fifth of a CPU, all processes."""

        def ticks(pid):
            with open(f"/proc/{pid}/stat") as f:
                return sum(int(n) for n in f.read().rpartition(")")[2].split()[11:13])

        with self.menu(*self.small_disk(), "-action", "panic=pause",
                       console="virtconsole") as (machine, terminal):
            terminal.wait_for("boot menu")
            pids = machine.pid, machine.engine()
            time.sleep(0.5)
            before, began = sum(map(ticks, pids)), time.monotonic()
            time.sleep(3)
            used = (sum(map(ticks, pids)) - before) / os.sysconf("SC_CLK_TCK")
            self.assertLess(used, 0.2 * (time.monotonic() - began))
            terminal.type(ENTER)
            self.ends_at(machine, 4)


class Sights(MenuCase):
    """What is to be seen, on terminals of all sizes."""

    def named_disk(self, *titles):
        programs = [(disk.run_psw(disk.STOP_AT), {disk.STOP_AT: disk.stop(FIRST + 2 * n)})
                    for n in range(1, len(titles) + 1)]
        return virtio_blk(self.file("named.img", disk.disk(*programs, titles=titles)))

    def test_names(self):
        long = "The " + "very " * 40 + "long name"
        names = ("Grüße, 中文 und Ω", long, "third")
        for width in (40, 80, 132):
            with self.subTest(width=width), self.menu(
                    *self.named_disk(*names), "-action", "panic=pause", width=width) as (
                        machine, terminal):
                terminal.wait_for("1  Grüße, 中文 und Ω")
                terminal.wait_for(r"2  The very .*\.\.\.$")
                terminal.type(DOWN, "i")
                terminal.wait_for(r"long\s+name")
                terminal.type(ENTER)
                terminal.wait_for("boot menu")
                self.assertTrue(all(len(line) <= width for line in terminal.lines()))
                terminal.type(DOWN, ENTER)
                self.ends_at(machine, 3)

    def test_thirty_entries(self):
        image = self.image("z216-scsi512-many")
        with self.menu(*virtio_blk(image), memory="512M") as (machine, terminal):
            terminal.wait_for("of 30$")
            terminal.wait_for(r"^ > 30  .* default$")
            terminal.type(HOME)
            terminal.wait_for(r"^ >  1  ")
            terminal.wait_gone(" 30  ")
            terminal.type(END)
            terminal.wait_for(r"^ > 30  ")
            terminal.wait_gone("  1  ")
            terminal.type("29", ENTER)
            line = terminal.wait_raw(CMDLINE)[1]
            self.assertEqual(line, vm.programs(image)[29]["cmdline"])
            self.assertEqual(machine.wait(), 0)

    def test_long_parameters(self):
        """4000 characters are shown and edited; a kernel that takes fewer says so."""
        text = "entry=x " + " ".join(f"word{n:03}" for n in range(500))[:3992]
        d = Disk(512, 2000)
        program = zipl_2_9(d, text.encode())
        image = self.file("long.img", d.finish({1: program}, default=1))
        with self.menu(*virtio_blk(image)) as (_, terminal):
            terminal.wait_for(r"Parameters  entry=x word000")
            terminal.wait_for(r"\.\.\.$")
            terminal.type("i")
            terminal.wait_for("Parameters: entry=x")
            terminal.type(ESC)
            terminal.wait_for("boot menu")
            terminal.type("e")
            terminal.wait_for("word498$")
            terminal.type(HOME)
            terminal.wait_for("^ entry=x word000")
            terminal.type("A" * 200, ENTER)
            terminal.wait_for("4200 characters of kernel")

    def test_signed(self):
        image = self.image("z216-scsi512-secure")
        with self.menu(*virtio_blk(image)) as (_, terminal):
            terminal.wait_for("boot menu")
            terminal.type(HOME, "e")
            terminal.wait_for("signed: its kernel parameters cannot be changed")
            terminal.type("1 more=1", ENTER)
            terminal.wait_for("signed: its kernel parameters cannot be changed")
            terminal.type("i")
            terminal.wait_for("Signed: yes")

    def test_details_and_help(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause") as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("i")
            terminal.wait_for("start .*PSW 00080001")
            terminal.type(ENTER)
            terminal.wait_for("boot menu")
            terminal.type("?")
            terminal.wait_for("edit its kernel parameters, for this time only")
            terminal.type("q")
            terminal.wait_for("boot menu")
            terminal.type(ENTER)
            self.ends_at(machine, 4)

    def test_memory_is_as_before(self):
        """A dump program that is chosen there wants what the last system left."""
        for console in "sclpconsole", "virtconsole":
            with self.subTest(console), \
                 self.menu(*self.small_disk(), "-action", "panic=pause", console=console,
                           memory="64M") as (machine, terminal):
                terminal.wait_for("boot menu")
                terminal.type("i")
                terminal.wait_for("start .*PSW 00080001")
                terminal.type(ENTER)
                terminal.wait_for("boot menu")
                terminal.type("d")
                terminal.wait_for(r"^ > disk0 ")
                terminal.type(ENTER)
                terminal.wait_for("boot menu")
                terminal.type(ENTER)
                self.ends_at(machine, 4)
                memory = machine.memory(0x2000, 64 * vm.MIB - 0x2000)
                self.assertEqual(memory.count(0), len(memory))

    def test_another_disk(self):
        other = self.file("other.img", disk.waits(0xB00000, 3))
        none = self.file("none.img", bytes(1 << 20))
        with self.menu(*self.small_disk(), *virtio_blk(other, "other"),
                       *virtio_blk(none, "none"), "-action", "panic=pause") as (
                           machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("d")
            terminal.wait_for(r"^ > disk0 ")
            terminal.type(END, ENTER)
            terminal.wait_for("no boot map|nothing|neither|expected")
            terminal.type(UP, ENTER)
            terminal.wait_for("boot menu .*other")
            terminal.type("3", ENTER)
            self.assertEqual(hex(machine.panic()), hex(0xB00006))


class Linux(MenuCase):
    """A real disk, up to user space."""

    def check_cmdline(self, image, number, change, *keys, **kwargs):
        """Type @keys; Linux then sees the parameters of program @number, which
        @change changes."""
        want = change(vm.programs(image)[number]["cmdline"])
        with self.menu(*virtio_blk(image, **kwargs.pop("disk", {})), memory="512M",
                       **kwargs) as (machine, terminal):
            terminal.wait_for("boot menu")
            for key in keys:
                self.paste(terminal, key)
            self.assertEqual(terminal.wait_raw(CMDLINE)[1].strip(), want)
            self.assertEqual(machine.wait(), 0)

    def paste(self, terminal, text):
        """Type what may be more than QEMU's console keeps at once: 500 characters,
        and the next when they are shown."""
        while len(text) > 500:
            terminal.type(text[:500])
            terminal.wait_for(re.escape(text[480:500].strip()))
            text = text[500:]
        terminal.type(text)

    def test_parameters_behind_the_number(self):
        self.check_cmdline(self.image("z216-scsi512-mbr"), 3, lambda c: c + " extra=typed",
                           "3 extra=typed", ENTER)

    def test_parameters_on_cdl(self):
        self.check_cmdline(
            self.image("z216-cdl4k"), 1, lambda c: c + " x=cdl", "1 x=cdl", ENTER,
            disk={"logical_block_size": 4096, "physical_block_size": 4096})

    def test_parameters_on_ldl(self):
        self.check_cmdline(
            self.image("z216-ldl4k"), 3, lambda c: c + " x=ldl", "3", ESC, "e", " x=ldl", ENTER,
            disk={"logical_block_size": 4096, "physical_block_size": 4096})

    def test_parameters_on_fba(self):
        self.check_cmdline(self.image("z216-fba512"), 2, lambda c: "entry=fba loglevel=3",
                           "2 =entry=fba loglevel=3", ENTER)

    def test_zipl_2_35_takes_4000_characters(self):
        more = long_parameters(4000)
        self.check_cmdline(self.image("z235-scsi512-mbr"), 1, lambda c: f"{c} {more}",
                           f"1 {more}", ENTER)

    def test_our_stage_3_takes_4000_characters(self):
        """Linux itself takes 4095."""
        kernel, ramdisk, _ = installed.extracted(
            self.image("z216-scsi512-plain"), 1, os.path.join(self.dir, "parts"))
        image = os.path.join(self.dir, "ours.img")
        installed.install(image, "--format", "scsi", "--size", "40M", "--write",
                          "--kernel", self.file("kernel", kernel),
                          "--initrd", self.file("ramdisk", ramdisk), "--cmdline", "entry=ours")
        more = long_parameters(4000)
        self.check_cmdline(image, 1, lambda c: f"{c} {more}", f"1 {more}", ENTER)

    def press_in_firmware(self, terminal, key, sees):
        """QEMU's firmware does not see a key that comes while it still writes: it
        takes the interrupt that tells of the key for that of its output. The next
        key brings it to light, and is lost itself."""
        for _ in range(PATIENCE // 3):
            terminal.type(key)
            with contextlib.suppress(AssertionError):
                return terminal.wait_raw(sees, 3)
        self.fail(f"{key!r} was never seen")

    def test_firmware(self):
        image = self.image("z216-scsi512-mbr")
        with self.menu(*virtio_blk(image), memory="512M") as (machine, terminal):
            terminal.wait_for("f firmware")
            terminal.type("f")
            terminal.wait_raw("by QEMU's firmware")
            terminal.wait_raw("Please choose")  # it has a menu, too
            self.press_in_firmware(terminal, "3", r"choose:\s+3$")
            self.press_in_firmware(terminal, ENTER, "Booting entry #3")
            terminal.wait_raw("BOOT-OK entry=debug")
            self.assertEqual(machine.wait(), 0)

    def test_no_firmware(self):
        with self.menu(*self.small_disk(), "-action", "panic=pause",
                       props={"mode": "external"}) as (machine, terminal):
            terminal.wait_for("d disks   . help")
            terminal.type("f")
            terminal.wait_for("not available")
            terminal.type(ENTER)
            self.ends_at(machine, 4)

    def test_editor(self):
        image = self.image("z216-scsi512-mbr")
        cmdline = vm.programs(image)[1]["cmdline"]
        with self.menu(*virtio_blk(image), memory="512M") as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type(HOME, "e")
            terminal.wait_for("entry=linux")
            terminal.type(HOME, "x=1 ", END, " last", LEFT, LEFT, LEFT, BACKSPACE, DELETE,
                          RIGHT, "u", UP)
            terminal.wait_gone("x=1")
            terminal.type(DOWN)
            terminal.wait_for(r"^ x=1 .* sut$")
            terminal.type(ENTER)
            self.assertEqual(terminal.wait_raw(CMDLINE)[1], f"x=1 {cmdline} sut")
            terminal.wait_for("BOOT-OK entry=linux")
            self.assertEqual(machine.wait(), 0)

    def test_the_disk_asks_for_a_menu(self):
        """zipl's prompt and timeout, names of stage 2, and then the default."""
        image = self.image("z216-cdl4k")
        with self.menu(*virtio_blk(image, logical_block_size=4096,
                                   physical_block_size=4096),
                       props={"menu": "auto"}, memory="512M") as (machine, terminal):
            terminal.wait_for("1  linux$")
            terminal.wait_for(r"^ >  2  rescue .* default$")
            terminal.wait_for("Entry 2 is started in [123] s")
            terminal.wait_raw("BOOT-OK entry=rescue")
            self.assertEqual(machine.wait(), 0)

    def test_an_owner_with_a_console(self):
        """Someone else has started the VM; its owner has the console and no more."""
        image = self.image("z216-scsi512-mbr")
        reipl = "/sys/firmware/reipl/ccw/loadparm"
        with self.menu(*virtio_blk(image), memory="512M",
                       props={"menu": "auto", "loadparm": "PROMPT"}) as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("3", ESC, "e")
            terminal.wait_for("entry=debug")
            terminal.type(" then=shell", ENTER)
            terminal.wait_raw(r"CMDLINE\[entry=debug .* then=shell\]")
            terminal.wait_raw("type exit")
            # the same rules: the guest's block still says PROMPT
            terminal.type("cat /sys/firmware/ipl/loadparm; reboot -f\r")
            terminal.wait_raw("PROMPT")
            terminal.wait_until(lambda s: terminal.raw.count("boot menu") >= 2, "a menu again")
            terminal.wait_for("boot menu")
            terminal.type("1 then=shell", ENTER)
            terminal.wait_raw(r"CMDLINE\[entry=linux .* then=shell\]")
            terminal.wait_until(lambda s: terminal.raw.count("type exit") >= 2, "a shell")
            # what chreipl does: from now on entry 2, without a menu
            terminal.type(f"echo 2 >{reipl}; reboot -f\r")
            terminal.wait_raw(r"BOOT-OK entry=rescue")
            self.assertEqual(terminal.raw.count("boot menu"), 2)
            self.assertEqual(machine.wait(), 0)


if __name__ == "__main__":
    vm.main()
