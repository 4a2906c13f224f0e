#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the engines and loaders of many VMs cost: memory, and CPU time while nothing happens.

usage: many_vms.py S390-IPL [--vms N]        (QEMU=PATH chooses another QEMU)

All VMs are first stopped before their first instruction, when each has an engine and a loader that wait for it, which
is as many processes as there can be. Then they run a program that does nothing. PSS shares what processes have in
common among them: its sum is what all of them take."""
import argparse
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

QEMU = os.environ.get("QEMU", "qemu-system-s390x")
TICKS = os.sysconf("SC_CLK_TCK")
BS = 512
ENTRY = 0x20000


def make_disk(path):
    """A program that is a branch to an enabled wait."""
    def pointer(block):
        return struct.pack(">QHHI", block, BS, 0, 0)

    code = bytes.fromhex("c01000000006" "b2b21000") + bytes(2) + struct.pack(">QQ", 0x0102000180000000, 0)
    blocks = [
        b"zIPL" + struct.pack(">I", 1) + bytes(8) + pointer(1),
        b"zIPL" + bytes(12) + pointer(2),
        (b"zIPL" + bytes(28) + pointer(3).ljust(23, b"\0") + b"\2" + struct.pack(">Q", ENTRY) + bytes(23) + b"\1"
         + struct.pack(">Q", 1 << 51 | 0x180000000 | ENTRY)),
        pointer(4),
        code,
    ]
    with open(path, "wb") as f:
        for b in blocks:
            f.write(b.ljust(BS, b"\0"))


def memory(pid):
    """RSS, PSS and private memory in KiB."""
    with open(f"/proc/{pid}/smaps_rollup") as f:
        fields = {l.split(":")[0]: int(l.split()[1]) for l in f if "kB" in l}
    return fields["Rss"], fields["Pss"], fields["Private_Dirty"] + fields["Private_Clean"]


def cpu(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def find(qemus):
    """The engines (same program, reparented) and loaders, by their command lines and parents."""
    engines, loaders = [], []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as f:
                words = f.read().split(b"\0")
            with open(f"/proc/{entry}/task/{entry}/children") as f:
                kids = [int(k) for k in f.read().split()]
        except OSError:
            continue
        if int(entry) not in qemus and b"many-vms" in words:
            engines.append(int(entry))
            loaders += kids
    return engines, loaders


def line(what, pids):
    if not pids:
        print(f"  {what:32} {0:5}")
        return
    rows = [memory(p) for p in pids]
    rss, pss, own = (sum(r[i] for r in rows) for i in range(3))
    print(f"  {what:32} {len(pids):5} {rss / len(pids) / 1024:8.1f} {pss / len(pids) / 1024:8.2f} "
          f"{own / len(pids) / 1024:8.2f} {pss / 1024:9.0f}", flush=True)


def idle(pids, seconds=10):
    before, began = sum(map(cpu, pids)), time.time()
    time.sleep(seconds)
    return 100 * (sum(map(cpu, pids)) - before) / (time.time() - began)


def start(ipl, disk):
    ours, theirs = socket.socketpair()
    vm = subprocess.Popen([ipl, "run", "--qemu", QEMU, "-name", "many-vms", "-nodefaults", "-display", "none", "-S",
                           "-m", "32M", "-chardev", f"socket,id=m,fd={theirs.fileno()}", "-mon",
                           "chardev=m,mode=control", "-drive", f"if=virtio,format=raw,readonly=on,file={disk}"],
                          stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
    theirs.close()
    ours.settimeout(120)
    ours.recv(4096)  # the greeting: QEMU is ready
    return vm, ours


def events(sock):
    """What QEMU told of since it was let go."""
    data = b""
    sock.settimeout(0)
    try:
        while part := sock.recv(65536):
            data += part
    except (BlockingIOError, ConnectionError):
        pass
    return [m for m in map(json.loads, data.splitlines()) if "event" in m]


def is_panic(event):
    return event["event"] == "GUEST_PANICKED"


def say_ends(vms):
    """Of VMs that have ended: how, and how long after they were let go."""
    ends = {}
    for vm, sock in vms:
        seen = events(sock)
        began = [e["timestamp"]["seconds"] for e in seen if e["event"] == "RESUME"]
        for e in filter(is_panic, seen):
            code = e["data"].get("info", {}).get("psw-addr", 0)
            ends.setdefault(f"wait {code:x}", []).append(e["timestamp"]["seconds"] - began[0] if began else 0)
        if vm.poll() is not None and not any(map(is_panic, seen)):
            ends.setdefault(f"status {vm.returncode}", []).append(0)
    for how, after in ends.items():
        print(f"  ended with {how}: {len(after)} VMs, {min(after)} to {max(after)} s after they were let go")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("ipl")
    ap.add_argument("--vms", type=int, default=20)
    a = ap.parse_args()
    vms = []
    with tempfile.NamedTemporaryFile() as disk:
        make_disk(disk.name)
        try:
            for _ in range(a.vms):
                vms.append(start(os.path.abspath(a.ipl), disk.name))
            qemus = {vm.pid for vm, _ in vms}
            time.sleep(2)
            engines, loaders = find(qemus)
            print(f"{a.vms} VMs: MiB of memory of one process, and of all")
            print(f"  {'':32} {'':5} {'RSS':>8} {'PSS':>8} {'private':>8} {'all PSS':>9}")
            line("engine, before the IPL", engines)
            line("loader, before the IPL", loaders)
            for _, sock in vms:
                for command in "qmp_capabilities", "cont":
                    sock.sendall(json.dumps({"execute": command}).encode() + b"\n")
            began = time.monotonic()
            time.sleep(2)
            while find(qemus)[1] and time.monotonic() - began < 15 + a.vms:
                time.sleep(1)
            print(f"  no loader is left after {time.monotonic() - began:.0f} s; CPU of all engines until then: "
                  f"{sum(map(cpu, find(qemus)[0])):.1f} s")
            time.sleep(7)  # they look often for a while
            say_ends(vms)
            engines, loaders = find(qemus)
            line("engine, while the VM runs", engines)
            line("loader, while the VM runs", loaders)
            line("QEMU", sorted(qemus))
            print(f"  CPU of all engines while nothing happens: {idle(engines):.2f} % of one CPU", flush=True)
            if len(engines) != a.vms or loaders:
                sys.exit(f"{len(engines)} engines and {len(loaders)} loaders, expected {a.vms} and 0")
        finally:
            for vm, sock in vms:
                vm.kill()
                vm.wait()
                sock.close()


if __name__ == "__main__":
    main()
