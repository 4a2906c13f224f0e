#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare `s390-ipl list --json` with an independent reader, on real disks.

usage: tests/oracle/compare.py S390-IPL [IMAGE...]
Without an IMAGE: every *.img in $S390_IPL_TEST_IMAGES or else in
$S390_IPL_IMAGES; without one there, the test is skipped (status 77).
"""
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import zipl_dump

TYPES = {1: "execute", 2: "load", 3: "signature"}
NONE = (1 << 64) - 1


def coalesced(blocks):
    """How many pieces of the disk a list of (block, count) makes up."""
    pieces, end = 0, None
    for block, count in blocks:
        pieces += block != end
        end = block + count
    return pieces


def component(disk, comp):
    if comp.type == 1:
        return {"type": "execute", "psw": f"0x{comp.data:016x}"}
    found = {"type": TYPES[comp.type],
             "bytes": sum(n for _, n in comp.blocks) * disk.bs,
             "extents": coalesced(comp.blocks)}
    if comp.type == 2:
        found["address"] = hex(comp.data)
    return found


def memory(disk, program):
    """What the program loads: address -> bytes."""
    return {c.data: disk.read(c) for c in program.comps if c.type == 2}


def at(mem, addr):
    """The bytes from @addr to the end of the component that has it."""
    for start, data in mem.items():
        if start <= addr < start + len(data):
            return data[addr - start :]
    return b""


def text(raw):
    return raw.split(b"\0")[0].decode(errors="replace")


def described(disk, program):
    """Command line, sizes and version, from the stage-3 parameters."""
    mem = memory(disk, program)
    entry = program.comps[-1].data & 0x7FFFFFFF
    found = dict.fromkeys(("cmdline", "kernel_version", "kernel_bytes", "ramdisk_bytes"))
    base = {0xA028: 0xA000, 0xA02A: 0xA000, 0xA050: 0xA000, 0xA000: 0x9000}.get(entry)
    params = at(mem, base) if base else b""
    if len(params) < 80 or params[24:28] != bytes.fromhex("00080000"):
        return found
    parm, _, initrd_len, load_psw, _, _, image_len, image = struct.unpack(">8Q", params[:64])
    found["cmdline"] = text(at(mem, parm)) if at(mem, parm) else None
    found["ramdisk_bytes"] = initrd_len or None
    kernel = at(mem, image if base == 0x9000 else load_psw & 0x7FFFFFFF)
    found["kernel_bytes"] = min(image_len, len(kernel)) if base == 0x9000 else len(kernel)
    if base == 0x9000:
        kernel = kernel[0x10000:]
    if kernel[8:14] == b"S390EP":
        (version,) = struct.unpack(">Q", kernel[0x428:0x430])
        word = re.match(rb"\d[!-~]{0,63}(?=[ \0])", kernel[max(version - 0x10000, 0) :])
        found["kernel_version"] = word.group().decode() if version and word else None
    return found


def expected(path):
    """What the other reader finds on a disk; None for a layout not listed yet."""
    disk = zipl_dump.Disk(path)
    routes = disk.routes()
    if not routes or routes[0].kind != "scsi":
        return None
    programs = []
    for number, program in sorted(routes[0].progs.items()):
        one = {"number": number, "error": program.hdr == 1}
        if program.hdr == 0:
            one["components"] = [component(disk, c) for c in program.comps]
            one.update(described(disk, program))
        programs.append(one)
    return {"layout": "scsi", "block_size": disk.bs, "programs": programs}


def reduced(listing):
    """The listing without what the other reader does not tell."""
    programs = []
    for p in listing["programs"]:
        one = {"number": p["number"], "error": "error" in p}
        if "error" not in p:
            one["components"] = [{k: v for k, v in c.items() if k != "purpose"}
                                 for c in p["components"]]
            for key in "cmdline", "kernel_version", "kernel_bytes", "ramdisk_bytes":
                one[key] = p[key]
        programs.append(one)
    return {"layout": listing["layout"], "block_size": listing["block_size"],
            "programs": programs}


def differences(a, b, where=""):
    """Sentences for everything in which two trees differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in {**a, **b}:
            yield from differences(a.get(key), b.get(key), f"{where}/{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{where}/{i}")
    elif a != b:
        yield f"{where}: listed {a!r}, expected {b!r}"


def compare(program, path):
    """How many differences there are; None if there is nothing to compare."""
    wanted = expected(path)
    if wanted is None:
        return None
    done = subprocess.run([program, "list", "--json", path], capture_output=True, timeout=60)
    if done.returncode:
        print(f"{path}: exit status {done.returncode}: {done.stderr.decode()}")
        return 1
    found = list(differences(reduced(json.loads(done.stdout)), wanted))
    for line in found:
        print(f"{path}: {line}")
    return len(found)


def main():
    program, *images = sys.argv[1:]
    if not images:
        where = os.environ.get("S390_IPL_TEST_IMAGES") or os.environ.get("S390_IPL_IMAGES")
        images = sorted(Path(where).glob("*.img")) if where else []
    results = [r for r in (compare(program, str(i)) for i in images) if r is not None]
    if not results:
        print("no real disks to compare with: tests/images/make.sh makes them")
        return 77
    print(f"{len(results)} disks compared")
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
