# SPDX-License-Identifier: MIT
"""Menu texts that no zipl writes: numbers of others, none at all, too large ones,
the same twice, control characters, one of 4 KiB, an empty one."""
from zipldasd import *
from zipldisk import *


def image():
    d = Ldl(4096, 400)
    texts = {
        0: " 0. default (huge)", 1: "99999. huge", 2: "-1. minus", 3: "no number",
        4: " 3. three again", 5: " 3. three again", 6: f" 6. {'long ' * 815}",
        7: " 7. \x1b[2J bell \x07 line\nfeed", 8: "", 9: " 9. ", 10: "10.none",
        11: "18446744073709551627. wraps",
        12: "12. dump (kdump)", 13: "13. not (kdump)", 14: "default", 31: "31. no program",
    }
    s2 = stage2(texts, prompt=1, timeout=65535, version="", kdump=1 << 12)
    one = zipl_1_24(d, b"all the same")
    return d.finish({i: one for i in range(1, 15)}, default=1, s2=s2)
