#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Write the seeds of tests/fuzz/corpus: small disks of every kind, file systems.

usage: tests/fuzz/make-corpus.py
What a fuzzer found stays in the corpus beside them, with a name that says what
was wrong.
"""
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "golden"))
from zipldasd import *  # noqa: E402
from zipldisk import *  # noqa: E402


def cut(d, data):
    return data[: d.next * d.bs]


def old_1_8():
    d = Disk(512, 64)
    return cut(d, d.finish({1: zipl_1_8(d, b"old"), 2: zipl_1_8(d, b"older")}, default=2))


def mid_1_24():
    d = Disk(512, 64)
    return cut(d, d.finish({7: zipl_1_24(d, b"mid")}))


def new_2_9(bs=512):
    """The zeros in front of the kernel's entry are one block, named over and over."""
    d = Disk(bs, 64)
    d.next = 1  # small, please
    k, r = kernel(), ramdisk(600)
    zero = d.put(bytes(bs))
    head = 0x10000 // bs
    runs = [(zero, 1)] * head + [(d.put(k[0x10000:]), d.blocks_of(k[0x10000:]))]
    p = params(0x800000, len(r), 0x30000, flags=1, image=(len(k), 0x10000), envblk=(0x40000, 512))
    program = d.program(
        d.entry(LOAD, d.segments([(zero, 1)]), 0x2000),
        d.signature(b"\x30\x82"),
        d.load(0xA000, b"\x07"),
        d.load(0x9000, p),
        d.entry(LOAD, d.segments(runs), 0x10000),
        d.load(0x30000, b"new\0"),
        d.load(0x800000, r),
        d.load(0x40000, b"# zIPL Environment Block\n"),
        d.execute(PSW | 0xA000),
    )
    return cut(d, d.finish({1: program, 30: program}, default=1))


def direct():
    d = Disk(1024, 32)
    k = kernel(cmdline=b"direct\0", initrd=(0x800000, 600))
    p = d.program(d.load(0x10000, k[0x10000:]), d.load(0x800000, ramdisk(600)), d.execute(PSW | 0x10000))
    return cut(d, d.finish({1: p}, default=1))


def dump_and_segment():
    d = Disk(2048, 32)
    wait = d.execute(0x000A0000_00000000)
    return cut(d, d.finish({
        1: d.program(d.load(0x1000000, b"segment"), wait),
        2: d.program(d.execute(0x1000000), wait),
        3: d.program(d.load(0x10000, b"dump"), wait, kind=1),
    }, default=1))


def described():
    """A description behind EXECUTE, and a table for all."""
    d = Disk(512, 64)
    d.next = 1
    p = d.load(0x10000, b"\7\0"), d.execute(PSW | 0x10000)
    own = d.description(b"title=own\nid=x\n[1]\ntitle=other\n")
    return cut(d, d.finish({
        1: d.program(*p, own), 2: d.program(*p),
        30: d.common_slot(d.description(b"[2]\ntitle=\xc3\xbc\n")),
    }, default=1))


def chains():
    """Two tables that lead to one another, and a chain that ends well."""
    d = Disk(512, 64)
    a, b = d.take(2), 0
    b = a + 1
    full = b"".join(d.pointer(2) for _ in range(31))
    d.write(a, full + d.pointer(b))
    d.write(b, full + d.pointer(a))
    good = d.segments([(2 + i % 3, 1) for i in range(70)])
    return cut(d, d.finish({
        1: d.program(d.entry(LOAD, d.pointer(a), 0x10000), d.execute(PSW)),
        2: d.program(d.entry(LOAD, good, 0x10000), d.execute(PSW)),
    }, default=2))


def small_menu(psz=140, size=0x600):
    return stage2(menu({1: "one", 2: "two"}, 1, kdump=[2]), prompt=1, timeout=3,
                  kdump=4, psz=psz, size=size)


def small(d, first=3):
    """Programs of some blocks; the disk's own records need the first ones."""
    d.next = first
    k, r = kernel(), ramdisk(600)
    body = k[0x10000:0x10500]
    one = d.program(
        d.load(0xA000, params(0x800000, len(r), 0x30000, flags=0).ljust(0x60, b"\7")),
        d.load(0x10000, body), d.load(0x30000, b"one\0"), d.load(0x800000, r),
        d.execute(PSW | 0xA050))
    two = d.program(
        d.load(0xA000, params(0x800000, len(r), 0x30000, flags=2).ljust(0x60, b"\7")),
        d.load(0x10000, body), d.execute(PSW | 0xA050), kind=1)
    return {1: one, 2: two}


def cdl():
    d = Cdl(512, 100)
    return cut(d, d.finish(small(d), default=1, s2=small_menu()))


def cdl_both():
    d = Cdl(512, 120)
    d.ld = True
    d.list_directed(small(d), default=1)
    return cut(d, d.finish(small(d, d.next), default=1, s2=small_menu()))


def cdl_old():
    d = CdlOld(512, 100)
    d.next = 11  # behind stage 2
    return cut(d, d.finish(small(d, 11), default=1, s2=small_menu(132, 4096)))


def ldl():
    d = Ldl(1024, 100)
    return cut(d, d.finish(small(d), default=1, s2=small_menu()))


def ldl_old():
    d = LdlOld(512, 100)
    return cut(d, d.finish(small(d), default=1, s2=small_menu(132, 4096)))


def fba():
    d = Fba(100)
    return cut(d, d.finish(small(d), default=1, s2=small_menu()))


def fba_old():
    d = FbaOld(100)
    return cut(d, d.finish(small(d), default=1, s2=small_menu(132, 4096)))


def dump_cdl():
    d = Cdl(512, 60)
    d.next = 3
    tool = (b"XECKD64\2").ljust(1024, b"\0")
    return cut(d, d.finish({}, s2=tool, dump=struct.pack(">IIHBB", 24, 59, 512, 15, 49)))


SEEDS = {
    "cdl-512": cdl, "cdl-both": cdl_both, "cdl-old": cdl_old,
    "ldl-1024": ldl, "ldl-old": ldl_old, "fba": fba, "fba-old": fba_old, "dump-cdl": dump_cdl,
    "old-1.8": old_1_8, "mid-1.24": mid_1_24, "new-2.9": new_2_9,
    "new-2.9-4096": lambda: new_2_9(4096), "direct-1024": direct,
    "dump-segment-2048": dump_and_segment, "chains": chains,
    "described": described,
    "qcow2": lambda: b"QFI\xfb".ljust(512, b"\0"),
}

def ext(*options):
    """A file system of 64 KiB, as mke2fs makes it."""
    with tempfile.TemporaryDirectory() as directory:
        root, image = Path(directory, "root"), Path(directory, "image")
        (root / "boot/loader").mkdir(parents=True)
        (root / "boot/kernel").write_bytes(b"kernel" * 500)
        with open(root / "boot/holes", "wb") as f:
            f.truncate(9000)
            f.seek(3000)
            f.write(b"middle")
        (root / "boot/loader/a.conf").write_bytes(b"title A\n")
        (root / "fast").symlink_to("boot/../boot/kernel")
        (root / "slow").symlink_to("boot/../" * 10 + "boot/kernel")
        subprocess.run(
            ["mke2fs", "-q", "-F", "-b", "1024", "-N", "32", "-U", "clear", "-E", "hash_seed=" + str(uuid.UUID(int=1)),
             *options, "-d", root, image, "64"], check=True,
            env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "E2FSPROGS_FAKE_TIME": "1"})
        return image.read_bytes().ljust(65536, b"\0")


def ext_seeds():
    """No checksums: a fuzzer would have to guess them."""
    none = "^metadata_csum,^has_journal,^resize_inode,"
    return {
        "ext2": ext("-t", "ext2", "-O", none + "filetype"),
        "ext4": ext("-t", "ext4", "-O", none + "extents"),
        "ext4-inline": ext("-t", "ext4", "-O", none + "inline_data", "-I", "256"),
    }


TEXTS = {
    "bls": b"title A\nlinux /k\ninitrd /i $x\noptions a b\nsort-key s\nmachine-id m\nversion 6.1~rc1-2^x\n",
    "conf": b"[defaultboot]\ndefaultauto\ntarget=/boot\n[a]\nimage = '/k,0x10000'\nparameters=\"a b\"\n:m\n1=a\n",
    "description": b"s390-ipl-description 1\ntitle=a\n[1]\ntitle=\xc3\xbc\nid=x\n[30]\nversion=6\n",
}
for name, data in TEXTS.items():
    (HERE / "corpus" / "text" / name).write_bytes(data)
for name, data in ext_seeds().items():
    (HERE / "corpus" / "ext" / name).write_bytes(data)
for name, make in SEEDS.items():
    (HERE / "corpus" / "map" / name).write_bytes(make())
