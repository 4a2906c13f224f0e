# SPDX-License-Identifier: MIT
"""A CD with a boot image for another machine, one for this, whose length only its file
tells, and two .ins files: one with names of Rock Ridge, one that misses a file."""
import struct

from isodisk import *
from zipldisk import kernel, ramdisk

SHOW = ["-p", "2"]


def image():
    iso = Iso(b"TEST 12.5 s390x")
    r = ramdisk()
    boot = kernel(cmdline=b"from=cdboot", initrd=(0x11000, len(r))).ljust(0x11000, b"\0") + r
    foreign = iso.put(b"\xeb\x3c\x90 another machine".ljust(2048, b"\xcc"))
    linux = iso.put(boot)
    iso.bootable(foreign)
    iso.bootable(foreign, ident=0x91)  # a section's header
    iso.bootable(linux)
    iso.bootable(linux, ident=0)  # not bootable
    half = iso.put(b"\1" * 2048)
    rest = iso.put(b"\2" * 500)
    long = b"a-very-long-name-of-" + b"x" * 150 + b".img"
    more = iso.put(nm(b"img") + susp(b"ST", b""))
    return iso.finish({
        b"generic.ins": ins((b"images/kernel.img", 0), (b"images/initrd.addrsize", 0x10408),
                            (b"/images/generic.prm", 0x10480), (b"images//INITRD", 0x800000),
                            (b"./" + long, 0x900000), (b"empty", 0xA00000)),
        b"broken.ins": ins((b"images/kernel.img", 0), (b"images/none", 0x10480)),
        b"images": {
            b"kernel.img": kernel(cmdline=b"root=/dev/ram0 ro of the kernel"),
            b"initrd.addrsize": struct.pack(">QQ", 0x800000, 2548),
            b"generic.prm": b"ro ramdisk_size=40000\ncio_ignore=all\n",
            b"initrd": Place(record(b"INITRD.;1", half, 2048, CONTINUED),
                             record(b"INITRD.;1", rest, 500)),
            b"cdboot.img": Place(record(b"CDBOOT.IMG;1", linux, len(boot))),
        },
        b"long": Place(record(b"LONG.IMG;1", rest, 500, 0,
                              nm(long[:-3], flags=1) + susp(b"CE", both32(more) + both32(0) + both32(12)))),
        b"empty": b"",
    })
