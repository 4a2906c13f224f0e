# SPDX-License-Identifier: MIT
"""Programs without names: told apart by their kernel, else by the parameters that
not all of them have."""
from zipldisk import *


def image():
    d = Disk(512, 2000)
    other, unknown = kernel(b"6.9.1-2-s390x (x) #1\0"), kernel(b"")
    same = b"root=/dev/vda1 ro  console=ttysclp0"
    return d.finish({
        1: zipl_1_24(d, same + b" quiet"),
        2: zipl_1_24(d, same),
        3: zipl_1_24(d, same + b"\tsingle quiet single"),
        4: zipl_1_24(d, b"console=ttysclp0 ro root=/dev/vda1 " + b"long=" + b"x" * 80),
        5: zipl_1_24(d, same + b" a=" + b"y" * 40 + b" b=" + b"z" * 40),
        6: zipl_1_24(d, same, other),
        7: zipl_1_24(d, same + b" one", unknown),
        8: zipl_1_24(d, same + b" two", unknown),
        9: d.program(d.load(0x20000, b"code"), d.execute(PSW | 0x20000)),
        10: d.program(d.load(0x1000000, b"segment"), d.execute(0x000A0000_00000000)),
    }, default=3)
