# SPDX-License-Identifier: MIT
"""A CDL disk: titles go before what the menu in stage 2 says; UTF-8 in both maps."""
from zipldasd import *
from zipldisk import *


def image():
    d = Cdl(4096, 400)
    d.ld = True
    menu_text = stage2(menu({1: "one", 2: "two"}, 1), prompt=1, timeout=3)

    def programs(where):
        return {
            1: d.program(d.load(0x10000, kernel()[0x10000:]), d.execute(PSW | 0x10000),
                         d.description(f"title=Größe, {where}\n".encode())),
            2: d.program(d.load(0x10000, kernel()[0x10000:]), d.execute(PSW | 0x10000)),
        }

    d.list_directed(programs("list-directed"), default=1)
    return d.finish(programs("CCW"), default=1, s2=menu_text)


LAYOUTS = ["cdl-ld"]
