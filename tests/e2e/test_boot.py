# SPDX-License-Identifier: MIT
"""Disks that the real zipl wrote, booted to user space: the right program, with
the right parameters, from the right disk."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import disk
import vm
from vm import VM, ipl_device, scsi_hd, virtio_blk, virtio_scsi

BLOCK_4096 = {"logical_block_size": 4096, "physical_block_size": 4096}
# slot 0 is the copy of the default's
ENTRIES = {0: "rescue", 1: "linux", 2: "rescue", 3: "debug"}


class BootCase(vm.TestCase):
    def boot(self, *options, image, number=None, entry=None, loadparm=None,
             cmdline=None, memory="512M", powers_off=True, **kwargs):
        """Boot, and check all that the guest tells about how it was started."""
        want = vm.programs(image)[number] if cmdline is None else {"cmdline": cmdline}
        with VM("-m", memory, *options, **kwargs) as machine:
            machine.console.wait_for(r"^BOOT-OK ")
            text = machine.console.text()
            if powers_off:
                self.assertEqual(machine.wait(), 0, "it powers off")
        lines = text.split("\n")
        self.assertIn(f"CMDLINE[{want['cmdline']}]", lines)
        self.assertIn("INITRD-OK", lines)
        if entry:
            self.assertIn(f"BOOT-OK entry={entry}", lines)
        if loadparm is not None:
            self.assertIn(f"IPL loadparm={loadparm}", lines)
        self.assertIn("IPL ipl_type=ccw", lines)
        return text


class Menu(BootCase):
    """Each program by its number, on each kind of disk."""

    def check(self, name, number, disk, **props):
        image = self.image(name)
        if number is None:
            self.boot(*disk(image, **props), *ipl_device(), image=image,
                      number=0, entry=ENTRIES[0], loadparm="")
        else:
            self.boot(*disk(image, **props), *ipl_device(loadparm=number),
                      image=image, number=number, entry=ENTRIES[number], loadparm=number)

    def test_default_on_virtio_blk(self):
        self.check("z216-scsi512-mbr", None, virtio_blk)

    def test_program_0_on_virtio_blk(self):
        self.check("z216-scsi512-mbr", 0, virtio_blk)

    def test_program_1_on_virtio_blk(self):
        self.check("z216-scsi512-mbr", 1, virtio_blk)

    def test_program_2_on_virtio_blk(self):
        self.check("z216-scsi512-plain", 2, virtio_blk)

    def test_program_3_on_virtio_blk(self):
        self.check("z235-scsi512-mbr", 3, virtio_blk)

    def test_default_on_virtio_blk_4096(self):
        self.check("z216-scsi4k-gpt", None, virtio_blk, **BLOCK_4096)

    def test_program_1_on_virtio_blk_4096(self):
        self.check("z216-scsi4k-mbr", 1, virtio_blk, **BLOCK_4096)

    def test_program_3_on_virtio_blk_4096(self):
        self.check("z235-scsi4k-gpt", 3, virtio_blk, **BLOCK_4096)

    def test_default_on_virtio_scsi(self):
        self.check("z216-scsi512-mbr", None, virtio_scsi)

    def test_program_0_on_virtio_scsi(self):
        self.check("z216-scsi512-plain", 0, virtio_scsi)

    def test_program_1_on_virtio_scsi(self):
        self.check("z235-scsi512-mbr", 1, virtio_scsi)

    def test_program_3_on_virtio_scsi(self):
        self.check("z216-scsi512-mbr", 3, virtio_scsi)

    def test_program_2_on_virtio_scsi_4096(self):
        self.check("z216-scsi4k-gpt", 2, virtio_scsi, **BLOCK_4096)

    def test_program_3_on_virtio_scsi_4096(self):
        self.check("z216-scsi4k-mbr", 3, virtio_scsi, **BLOCK_4096)

    @unittest.skipUnless(vm.ALL, "S390_IPL_TEST_ALL=1 tries every combination")
    def test_every_combination(self):
        for name in ("z216-scsi512-mbr", "z216-scsi512-gpt", "z216-scsi512-plain",
                     "z216-scsi4k-mbr", "z216-scsi4k-gpt", "z235-scsi512-mbr",
                     "z235-scsi512-gpt", "z235-scsi512-plain", "z235-scsi4k-mbr",
                     "z235-scsi4k-gpt"):
            props = BLOCK_4096 if "4k" in name else {}
            if not os.path.exists(os.path.join(vm.IMAGES, name + ".img")):
                continue
            for disk in (virtio_blk, virtio_scsi):
                for number in (None, 0, 1, 2, 3):
                    with self.subTest(name=name, disk=disk.__name__, number=number):
                        self.check(name, number, disk, **props)


class Disks(BootCase):
    """What else zipl writes."""

    def test_thirty_programs(self):
        image = self.image("z216-scsi512-many")
        self.boot(*virtio_blk(image), *ipl_device(loadparm=30), image=image, number=30,
                  entry="entry_number_30", loadparm=30)

    def test_one_of_thirty(self):
        image = self.image("z216-scsi512-many")
        self.boot(*virtio_blk(image), *ipl_device(loadparm=17), image=image, number=17,
                  entry="entry_number_17", loadparm=17)

    def test_slots_with_gaps(self):
        image = self.image("z216-scsi512-sparse")
        for number, entry in ((3, "linux"), (29, "debug")):
            with self.subTest(number=number):
                self.boot(*virtio_blk(image), *ipl_device(loadparm=number), image=image,
                          number=number, entry=entry, loadparm=number)

    def test_one_program_without_a_menu(self):
        image = self.image("z216-scsi512-single")
        self.boot(*virtio_blk(image), *ipl_device(), image=image, number=0, entry="single")

    def test_files_in_thousands_of_pieces_with_a_hole(self):
        image = self.image("z216-scsi512-frag")
        text = self.boot(*virtio_blk(image), *ipl_device(loadparm=1), image=image,
                         number=1, entry="linux")
        self.assertIn("SECOND-ARCHIVE-OK", text)

    def test_components_with_signatures(self):
        image = self.image("z216-scsi512-secure")
        self.boot(*virtio_blk(image), *ipl_device(loadparm=1), image=image, number=1,
                  entry="linux")

    def test_environment_block(self):
        image = self.image("z235-scsi512-env")
        cmdline = ("entry=linux img=z235-scsi512-env loglevel=3 site=%s root=/dev/ram0 "
                   "unset=<>")
        for loadparm, site in (("", "default"), ("S1", "one"), ("S2", "two")):
            with self.subTest(loadparm=loadparm):
                self.boot(*virtio_blk(image), *ipl_device(loadparm=loadparm), image=image,
                          cmdline=cmdline % site, entry="linux", loadparm=loadparm)


class Machines(BootCase):
    """CPUs and memory."""

    def check(self, *options, number=3, **kwargs):
        image = self.image("z216-scsi512-mbr")
        return self.boot(*virtio_blk(image), *ipl_device(loadparm=number), *options,
                         image=image, number=number, entry=ENTRIES[number],
                         loadparm=number, **kwargs)

    # On a machine with fewer CPUs than the guest, Linux under TCG was once seen to
    # stop its CPUs for more than a minute at the end: it need not come to that.

    def test_two_cpus(self):
        self.check("-smp", "2", powers_off=False)

    def test_four_cpus_in_threads(self):
        self.check("-smp", "4", "-accel", "tcg,thread=multi", powers_off=False)

    def test_256_mib(self):
        self.check(memory="256M")

    def test_odd_size(self):
        self.check(memory="321M")

    def test_2_gib(self):
        self.check(memory="2G")

    def test_more_than_2_gib(self):
        self.check(memory="2049M")

    def test_4_gib(self):
        self.check(memory="4G", number=1)


class ThreeDisks(vm.TestCase):
    """Disks that say who they are at once: program N of disk A ends in a disabled
    wait at 0xA00000 + 2 * N."""

    def setUp(self):
        super().setUp()
        self.a = self.file("a.img", disk.waits(0xA00000, 9))
        self.b = self.file("b.img", disk.waits(0xB00000, 9))
        self.c = self.file("c.img", disk.waits(0xC00000, 9))

    def ends_at(self, code, *options, **kwargs):
        with VM(*options, "-action", "panic=pause", **kwargs) as machine:
            self.assertEqual(hex(machine.panic()), hex(code))


class WhichDisk(ThreeDisks):
    """Which of them is IPLed."""

    def test_without_our_device(self):
        self.ends_at(0xA00002, "-drive", f"if=virtio,file={self.a},format=raw")

    def test_image_as_a_bare_word(self):
        self.ends_at(0xA00002, self.a)

    def test_hda(self):
        self.ends_at(0xA00002, "-hda", self.a)

    def test_first_disk_when_none_has_a_bootindex(self):
        self.ends_at(0xA00002, *virtio_blk(self.a, "a"), *virtio_blk(self.b, "b"),
                     *ipl_device())

    def test_lowest_bootindex(self):
        self.ends_at(0xB00002, *virtio_blk(self.a, "a", bootindex=2),
                     *virtio_blk(self.b, "b", bootindex=1), *ipl_device())

    def test_a_bootindex_beats_none(self):
        self.ends_at(0xB00002, *virtio_blk(self.a, "a"),
                     *virtio_blk(self.b, "b", bootindex=9))

    def test_iplid_beats_bootindex(self):
        self.ends_at(0xA00006, *virtio_blk(self.a, "a", id="boot-me", bootindex=2),
                     *virtio_blk(self.b, "b", bootindex=1),
                     *ipl_device(iplid="boot-me", loadparm=3))

    def test_iplid_of_a_scsi_disk(self):
        self.ends_at(0xB00002, *virtio_blk(self.a, "a", bootindex=1),
                     *virtio_scsi(self.b, "b", id="scsi-b"),
                     *ipl_device(iplid="scsi-b"))

    def luns(self, **bootindex):
        """Three disks behind one adapter."""
        options = ["-device", "virtio-scsi-ccw,id=hba0"]
        for lun, name in enumerate("abc"):
            props = {"id": f"disk-{name}", "lun": lun}
            if name in bootindex:
                props["bootindex"] = bootindex[name]
            options += scsi_hd(getattr(self, name), name, **props)
        return options

    def test_first_of_several_luns(self):
        self.ends_at(0xA00002, *self.luns(), *ipl_device())

    def test_lun_with_the_lowest_bootindex(self):
        self.ends_at(0xC00002, *self.luns(b=3, c=1), *ipl_device())

    def test_iplid_of_a_lun(self):
        self.ends_at(0xB00004, *self.luns(a=1), *ipl_device(iplid="disk-b", loadparm=2))

    def test_two_adapters(self):
        self.ends_at(0xC00002, "-device", "virtio-scsi-ccw,id=h0",
                     *scsi_hd(self.a, "a", bus="h0.0", lun=1),
                     "-device", "virtio-scsi-ccw,id=h1",
                     *scsi_hd(self.b, "b", bus="h1.0", lun=1),
                     *scsi_hd(self.c, "c", bus="h1.0", lun=2, bootindex=1))


class Loadparm(ThreeDisks):
    """Where the load parameter may come from, and what comes first."""

    def test_from_nowhere_is_the_default(self):
        self.a = self.file("a.img", disk.waits(0xA00000, 9, default=5))
        self.ends_at(0xA0000A, *virtio_blk(self.a), *ipl_device())

    def test_zero_is_the_default(self):
        self.a = self.file("a.img", disk.waits(0xA00000, 9, default=5))
        self.ends_at(0xA0000A, *virtio_blk(self.a), *ipl_device(loadparm=0))

    def test_from_the_machine(self):
        self.ends_at(0xA00004, "-machine", "loadparm=2", *virtio_blk(self.a), *ipl_device())

    def test_from_the_machine_without_our_device(self):
        self.ends_at(0xA00004, "-machine", "s390-ccw-virtio,loadparm=2",
                     *virtio_blk(self.a))

    def test_from_the_disk(self):
        self.ends_at(0xA00006, *virtio_blk(self.a, loadparm=3, bootindex=1), *ipl_device())

    def test_from_the_disk_without_our_device(self):
        self.ends_at(0xA00006, *virtio_blk(self.a, loadparm=3))

    def test_from_a_scsi_disk(self):
        self.ends_at(0xA00006, *virtio_scsi(self.a, loadparm=3, bootindex=1))

    def test_from_the_disk_that_is_chosen(self):
        self.ends_at(0xB00008, *virtio_blk(self.a, "a", loadparm=3, bootindex=2, id="x"),
                     *virtio_blk(self.b, "b", loadparm=4, bootindex=1))

    def test_from_our_device(self):
        self.ends_at(0xA00008, *virtio_blk(self.a), *ipl_device(loadparm=4))

    def test_the_disk_beats_the_machine(self):
        self.ends_at(0xA00006, "-machine", "loadparm=2", *virtio_blk(self.a, loadparm=3))

    def test_our_device_beats_the_machine(self):
        self.ends_at(0xA00008, "-machine", "loadparm=2", *virtio_blk(self.a),
                     *ipl_device(loadparm=4))

    def test_our_device_beats_the_disk_and_the_machine(self):
        self.ends_at(0xA00008, "-machine", "loadparm=2", *virtio_blk(self.a, loadparm=3),
                     *ipl_device(loadparm=4))

    def test_leading_zeros(self):
        self.ends_at(0xA0000E, *virtio_blk(self.a), *ipl_device(loadparm="00000007"))


if __name__ == "__main__":
    vm.main()
