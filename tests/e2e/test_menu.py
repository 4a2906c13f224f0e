# SPDX-License-Identifier: MIT
"""The boot menu, as a person at a terminal uses it."""
import contextlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from terminal import (BACKSPACE, DELETE, DOWN, END, ENTER, ESC, HOME, LEFT, RIGHT, UP,
                      Terminal)
from vm import VM, ipl_device, virtio_blk

FIRST = 0xA00000  # program N of the small disk ends in a wait at FIRST + 2 * N
CMDLINE = r"CMDLINE\[(.*)\]"


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


class Linux(MenuCase):
    """A real disk, up to user space."""

    def test_parameters_behind_the_number(self):
        image = self.image("z216-scsi512-mbr")
        with self.menu(*virtio_blk(image), memory="512M") as (machine, terminal):
            terminal.wait_for("boot menu")
            terminal.type("3 extra=typed", ENTER)
            line = terminal.wait_raw(CMDLINE)[1]
            self.assertEqual(line, vm.programs(image)[3]["cmdline"] + " extra=typed")
            terminal.wait_for("BOOT-OK entry=debug")
            self.assertEqual(machine.wait(), 0)

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


if __name__ == "__main__":
    vm.main()
