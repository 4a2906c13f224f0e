# SPDX-License-Identifier: MIT
"""Components and PSWs at addresses that cannot be, a program each; the last two
are good, but one of them lies where QEMU's own firmware does."""
from zipldisk import *


def image():
    d = Disk(512, 128)
    a, b = d.data(b"a" * 4096), d.data(b"b" * 2000)

    def program(addr_a, addr_b, psw):
        return d.program(d.entry(LOAD, a, addr_a), d.entry(LOAD, b, addr_b), d.execute(psw))

    return d.finish({
        1: program(0x10000, 0x10E00, PSW | 0x10000),  # overlap
        2: program(0x3FFFF200, 0x10000, PSW | 0x10000),  # past the end
        3: program(0xFFFFFFFF_FFFFFFFE, 0x10000, PSW | 0x10000),  # past 2^64
        4: program(0x10000, 0x20000, PSW | 0x11000),  # starts outside
        5: program(0x10000, 0x20000, PSW | 0x20001),  # starts at an odd address
        6: program(0x10000, 0x20000, 0x20000),  # no PSW
        7: program(0x10000, 0x3FD00000 - 2048, PSW | 0x10FFE),
        8: program(0x10000, 0x3FD00000 - 2047, PSW | 0x10000),  # over the firmware
    }, default=7)
