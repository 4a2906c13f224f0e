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
LAYOUTS = {"scsi": "scsi", "fba": "fba", "fba-old": "fba-old", "eckd-ldl": "ldl",
           "eckd-ldl-old": "ldl-old", "eckd-cdl": "cdl", "eckd-cdl-old": "cdl-old",
           "eckd-ld": "cdl-ld"}
KDUMP_FLAG, KDUMP_ENTRY = 2 << 48, 0x10010


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


def params_of(program, mem):
    """Where the stage-3 parameters are, and at least 80 bytes from there on."""
    entry = program.comps[-1].data & 0x7FFFFFFF
    base = {0xA028: 0xA000, 0xA02A: 0xA000, 0xA050: 0xA000, 0xA000: 0x9000}.get(entry)
    params = at(mem, base) if base else b""
    if len(params) < 80 or params[24:28] != bytes.fromhex("00080000"):
        return base, None
    return base, params


def is_kdump(program, params):
    """By the flags, which 1.8 does not have, or by where the kernel is entered."""
    if not params:
        return False
    load_psw, _, flags = struct.unpack(">3Q", params[24:48])
    has_flags = program.comps[-1].data & 0x7FFFFFFF != 0xA028
    return bool(has_flags and flags & KDUMP_FLAG) or load_psw & 0x7FFFFFFF == KDUMP_ENTRY


def described(mem, base, params):
    """Command line, sizes and version, from the stage-3 parameters."""
    found = dict.fromkeys(("cmdline", "kernel_version", "kernel_bytes", "ramdisk_bytes"))
    if not params:
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


def menu_name(menu, number):
    """The name in the text of an entry; None if it has none."""
    line = menu["entries"].get(number) if menu else None
    if line is None:
        return None
    if menu["kdump"] >> number & 1:
        line = re.sub(r" \(kdump\)$", "", line)
    found = re.fullmatch(r" 0\. default \((.*)\)" if number == 0 else r" *\d+\. (.*)", line)
    return found and found.group(1)


def expected_route(disk, route, menu):
    """One of a disk's boot maps as the other reader finds it."""
    programs = []
    for number, program in sorted(route.progs.items()):
        mem = memory(disk, program)
        base, params = params_of(program, mem)
        kdump = is_kdump(program, params)
        one = {"number": number, "error": program.hdr == 1 and not kdump, "kdump": kdump}
        if not one["error"]:
            one["components"] = [component(disk, c) for c in program.comps]
            one.update(described(mem, base, params))
            one["name"] = menu_name(menu, number) or one["kernel_version"]
        programs.append(one)
    return {"layout": LAYOUTS[route.kind], "block_size": disk.bs, "programs": programs,
            "menu": menu and {"prompt": bool(menu["prompt"]), "timeout": menu["timeout"]}}


def expected(path):
    """What the other reader finds on a disk: a list, first what is listed by default.
    None stands for a dump disk."""
    disk = zipl_dump.Disk(path)
    routes = {r.kind: r for r in disk.routes()}
    # the list-directed map has no menu, and shows the other one's
    main = next((r for k, r in routes.items() if k != "eckd-ld"), None)
    order = [r for r in (main, routes.get("eckd-ld")) if r]
    same = len(order) == 2 and all(
        programs_alike(disk, order, n) for n in {**order[0].progs, **order[1].progs})
    return [None if r.kind.endswith("-dump")
            else expected_route(disk, r, main.menu if r is main or same else None)
            for r in order]


def programs_alike(disk, routes, number):
    """Whether program @number is the same by its command line."""
    lines = []
    for route in routes:
        program = route.progs.get(number)
        mem = memory(disk, program) if program else {}
        base, params = params_of(program, mem) if program else (None, None)
        lines.append(program and described(mem, base, params)["cmdline"])
    return lines[0] == lines[1]


def reduced(listing):
    """The listing without what the other reader does not tell."""
    programs = []
    for p in listing["programs"]:
        one = {"number": p["number"], "error": "error" in p, "kdump": p["kdump"]}
        if "error" not in p:
            one["components"] = [{k: v for k, v in c.items() if k != "purpose"}
                                 for c in p["components"]]
            for key in "cmdline", "kernel_version", "kernel_bytes", "ramdisk_bytes", "name":
                one[key] = p[key]
            if not p["kernel_version"] and re.match(r"(program|data) at 0x", p["name"]):
                one["name"] = None
            if p["kernel_version"] and one["name"].startswith(p["kernel_version"] + " ("):
                # told apart from others: by its parameters
                assert one["name"].split("(")[1].split(")")[0].split()[0] in p["cmdline"]
                one["name"] = p["kernel_version"]
        programs.append(one)
    return {"layout": listing["layout"], "block_size": listing["block_size"],
            "programs": programs, "menu": listing["menu"]}


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


def list_disk(program, path, layout):
    options = ["--layout", layout] if layout else []
    return subprocess.run([program, "list", "--json", *options, path],
                          capture_output=True, timeout=60)


def compare_route(program, path, wanted, layout):
    """Sentences for what is different about one of a disk's boot maps."""
    done = list_disk(program, path, layout)
    said = done.stderr.decode()
    if wanted is None:
        if done.returncode != 5 or "made for stand-alone dumps" not in said:
            yield f"dump disk: exit status {done.returncode}: {said}"
        return
    if done.returncode:
        yield f"exit status {done.returncode}: {said}"
        return
    listing = reduced(json.loads(done.stdout))
    if layout and not wanted["menu"]:
        listing["menu"] = None  # names only where both maps agree
    yield from differences(listing, wanted)


def compare(program, path):
    """How many differences there are; None if there is nothing to compare."""
    routes = expected(path)
    if not routes:
        return None
    found = []
    for i, wanted in enumerate(routes):
        layout = wanted["layout"] if i and wanted else None
        found += compare_route(program, path, wanted, layout)
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
