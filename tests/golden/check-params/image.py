# SPDX-License-Identifier: MIT
"""Stage 3 is told what is not there, a program each."""
from zipldisk import *

NONE = (1 << 64) - 1


def image():
    d = Disk(512, 1024)
    k, r = kernel(), ramdisk()
    old = bytearray(k)
    old[0x10430:0x10438] = bytes(8)  # 896 bytes of command line
    kernels = {k: d.data(k), bytes(old): d.data(bytes(old))}
    stage3, rd = d.data(b"\x07" * 0x4000), d.data(r)

    def program(cmdline=b"root=/dev/sda1", k=k, parm=0x30000, **more):
        p = dict(initrd_addr=0x800000, initrd_len=len(r), parm_addr=parm, flags=1,
                 image=(len(k), 0x10000))
        p.update(more)
        return d.program(
            d.entry(LOAD, stage3, 0xA000), d.load(0x9000, params(**p)),
            d.entry(LOAD, kernels[k], 0x10000), d.load(0x30000, cmdline + b"\0"),
            d.entry(LOAD, rd, 0x800000), d.execute(PSW | 0xA000))

    return d.finish({
        1: program(initrd_addr=0x900000),
        2: program(initrd_len=3073),
        3: program(initrd_len=3072),  # whole blocks: good
        4: program(image=(len(k), 0x20000000)),
        5: program(image=(len(k) + 20000, 0x10000)),
        6: program(parm=0x40000),
        7: program(parm=NONE),  # good
        8: program(envblk=(0x40000, 4096)),
        9: program(envblk=(0x123456789ABCDEF1, 0x1122334455667788)),  # zipl 2.16: not set
        10: program(flags=0),
        11: program(cmdline=b"x" * 896, k=bytes(old)),
        12: program(cmdline=b"x" * 895, k=bytes(old)),  # good
        13: program(cmdline=b"x" * 896),  # good: this kernel takes 4096
        14: program(initrd_addr=0, initrd_len=0),  # good: no ramdisk
        15: program(image=(len(k) + 512, 0x10000)),  # a signature, maybe
    }, default=3)
