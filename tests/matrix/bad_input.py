#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What s390-ipl says about bad disks, and what the firmware of QEMU does with them.

usage: tests/matrix/bad_input.py S390-IPL [-o docs/bad-input.md] [-n VMS]
       tests/matrix/bad_input.py --check docs/bad-input.md
The disks are those of tests/golden/malformed.py, the list is bad_input_items.py.
The firmware runs in a VM of 256 MiB until the VM stops, or until QEMU has had so
many seconds of processor time that it must be caught in a loop. --check compares the
table with the list, without any VM: whether all names are there, and still exist.
"""
import argparse
import concurrent.futures
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "golden"), os.path.join(HERE, "..", "e2e"), HERE]
import malformed  # noqa: E402 (path)
import malformed_start  # noqa: E402
import run  # noqa: E402
import vm  # noqa: E402
from bad_input_items import FAULTS, GROUPS  # noqa: E402

FIRMWARE = 0xFE00000  # of QEMU 7.2 in 256 MiB; newer: 1 MiB below
LOOPS_AFTER = 20  # seconds of processor time
LONGEST = 120

# cases of malformed_dasd: their block size tells the firmware where things are
SIZES = {"banner-": 2048, "br": 4096, "ld-only": 2048, "ldl-old": 512, "ldl": 2048, "cms": 1024, "cdl-old": 1024,
         "cdl": 512, "seek": 512, "stage1b": 512, "stage2": 512, "text": 2048,
         "menu-no": 2048, "number": 2048, "menu-strange": 4096}


malformed_names = {name for name, *_ in malformed.CASES} - {
    name for name, *_ in malformed.malformed_dasd.CASES + malformed.malformed_iso.CASES}


def cases():
    """name -> (function that gives the bytes, command, fragments of what is said)"""
    found = {name: (make, ["list"], says) for name, make, _, says in malformed.CASES}
    found |= {name: (make, ["check", "-m", "256"], says)
              for name, make, _, says in malformed.STARTS}
    found["menu-strange"] = (lambda: run.build("menu-strange"), ["list"], [])
    return found


# ------------------------------------------------------------------ s390-ipl

PLAIN = "Nothing was found that is worth mentioning"


def ours(program, path, command, fragments):
    """The line that matters of what s390-ipl says."""
    done = subprocess.run([program, *command, path], capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8"), check=False)
    lines = [line.replace(path + ": ", "").replace("s390-ipl: ", "")
             for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    if command[0] == "check":
        verdict = "boots" if done.returncode == 0 else "does not boot"
    else:
        verdict = "listed" if done.returncode == 0 else "refused"
    if done.returncode and not fragments:
        fragments = [lines[0]]
    told = [line for line in lines if fragments and fragments[0] in line]
    return verdict + (": " + told[0] if told and not told[0].startswith(PLAIN) else "")


# ------------------------------------------------------------------ firmware

NOISE = re.compile(r"LOADPARM=|Using (virtio|SCSI scheme|guessed DASD|ECKD scheme)|VOLSER|$")


def said(console):
    """What the firmware says, without what it always says."""
    lines = [re.sub(r"[^ -~]", "", line).strip(" .") for line in console.splitlines()]
    lines = [line for line in lines if line and not NOISE.match(line)]
    return " / ".join(line for line, _ in itertools.groupby(lines))


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def program_of(name, fragments):
    """The number of the program that is damaged."""
    found = re.search(r"program (\d+)", " ".join(fragments))
    if name.startswith("cdl-") or name in malformed_names:
        return int(found[1]) if found else 1
    return 0


def started(machine):
    """Whether the firmware has put a PSW at absolute 0, which it does last."""
    words = re.findall(r"0x(\w{8})", machine.qmp.human("xp /2xw 0"))
    return bool(int(words[0], 16) & 1 << 19)


def psw_address(machine):
    text = machine.qmp.human("info registers")
    return int(re.search(r"PSW=mask \w+ addr (\w+)", text)[1], 16)


def attach(name, path):
    if name.startswith("iso"):
        return vm.scsi_cd(path)
    for prefix, size in SIZES.items():
        if name.startswith(prefix):
            return vm.virtio_scsi(path, logical_block_size=size, physical_block_size=size)
    return vm.virtio_blk(path)


def outcome(machine):
    """How the VM ends: (what happened, PSW address)."""
    begin = time.monotonic()
    while True:
        found = machine.qmp.seen("GUEST_PANICKED")
        if found:
            info = found[0]["data"]["info"]
            return info["reason"], info["psw-addr"]
        if processor_seconds(machine.pid) > LOOPS_AFTER or time.monotonic() - begin > LONGEST:
            return "loop", psw_address(machine)
        time.sleep(0.05)


def firmware(name, path, program):
    options = ["-m", "256M", *attach(name, path), "-action", "panic=pause"]
    if program != "0":
        options += ["-machine", "loadparm=" + program]
    try:
        with vm.VM(*options, stock=True) as machine:
            how, psw = outcome(machine)
            starts = started(machine)
            time.sleep(0.1)
            words = said(machine.console.text())
    except (AssertionError, OSError) as e:  # QEMU itself did not stay
        return f"QEMU ends: {str(e).splitlines()[0]}"
    if how == "loop":
        text = "**does not end**" if psw >= FIRMWARE else "starts it, and it runs on"
    elif psw == malformed_start.RAN and how == "disabled-wait":
        text = "starts the program"
    elif psw >= FIRMWARE - (1 << 20):
        text = "**crashes**"
    elif how != "disabled-wait":
        text = f"starts something that ends in a {how}"
    elif starts:
        text = "starts it"
    elif not words:
        text = "**stops without a word**"
    else:
        text = "stops"
    return f"{text}: \"{words}\"" if words else text


# --------------------------------------------------------------------- table

HEAD = """<!-- written by `make bad-input` -->
# Bad input

What is wrong with a disk (or with what a guest or a user says), what s390-ipl says,
where that is tested, and what the firmware of QEMU {version} does with the same disk
in a VM with 256 MiB, as measured. *Does not end* means {seconds} s of processor time and still in
the firmware. A VM that *stops* is in a disabled wait with PSW address 0. Where it
*starts the program*, that program has run and stopped the VM at a place of its own;
where it *starts it*, there was nothing that can run, but the PSW was loaded. Test
names are those of tests/golden/malformed.py where nothing else is said.
"""


def escape(text):
    text = re.sub(r"[\x00-\x1f|`]", lambda m: {"|": "\\|"}.get(m[0], " "), text)
    return text[:220] + ("..." if len(text) > 220 else "")


def rows(items, results):
    for item in items:
        *what, names = item
        if isinstance(names, str):
            yield [*what, "", names, "–"]
            continue
        for name in names:
            yield [*what, escape(results[name][0]), name, escape(results[name][1])]
            what = [""] * len(what)


def rendered(results, version):
    out = [HEAD.format(version=version, seconds=LOOPS_AFTER)]
    for heading, items in GROUPS:
        out.append(f"\n## {heading}\n\n| input | s390-ipl | test | QEMU's firmware |\n|---|---|---|---|")
        out += ["| " + " | ".join(row) + " |" for row in rows(items, results)]
    out.append("\n## Faults that other loaders had\n\n"
               "| fault | where | s390-ipl | test | QEMU's firmware |\n|---|---|---|---|---|")
    out += ["| " + " | ".join(row) + " |" for row in rows(FAULTS, results)]
    return "\n".join(out) + "\n"


def wanted():
    everything = [names for _, items in GROUPS for _, names in items]
    everything += [names for _, _, names in FAULTS]
    return sorted({name for names in everything if not isinstance(names, str) for name in names})


def all_tests():
    """Names of test functions and of files with tests."""
    top = os.path.join(HERE, "..")
    found = set()
    for directory, _, files in os.walk(top):
        for file in files:
            if file.endswith((".c", ".py")):
                found.add(os.path.splitext(file)[0])
                with open(os.path.join(directory, file), encoding="utf-8") as f:
                    found |= set(re.findall(r"\btest_\w+(?=\()", f.read()))
    return found


def check(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    known = cases()
    wrong = [f"no case {name}" for name in wanted() if name not in known]
    lines = {name: line for line in text.splitlines() for name in re.findall(r"\|(?= ([\w^.-]+) \|)", line)}
    for name in wanted():
        says = [s for s in known[name][2] if not s.startswith(PLAIN)] if name in known else []
        if name not in lines:
            wrong.append(f"{path} lacks {name}")
        elif says and escape(says[0])[:60] not in lines[name]:
            wrong.append(f"{path} has other words of ours for {name}: {says[0]}")
    head = HEAD.format(version="V", seconds=LOOPS_AFTER)
    if not re.sub(r"QEMU \d[\d.]*\d", "QEMU V", text).startswith(head):
        wrong.append(f"{path} does not begin as it would be written now")
    tests = all_tests()
    for *what, names in [item for _, items in GROUPS for item in items] + FAULTS:
        if what[0] not in text:
            wrong.append(f"{path} lacks: {what[0]}")
        if isinstance(names, str):
            if f"| {names} |" not in text:
                wrong.append(f"{path} lacks: {names}")
            wrong += [f"there is no {test}" for test in re.findall(r"\btest_\w+", names) if test not in tests]
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?")
    parser.add_argument("--check")
    parser.add_argument("-o", "--output")
    parser.add_argument("-n", "--number", type=int, default=2)
    options = parser.parse_args()
    if options.check:
        return check(options.check)
    known = cases()
    version = re.search(r"version ([\d.]+)", subprocess.run(
        [vm.QEMU, "--version"], capture_output=True, text=True, check=True).stdout)[1]
    with tempfile.TemporaryDirectory() as directory:
        def both(name):
            make, command, says = known[name]
            path = os.path.join(directory, name + ".img")
            with open(path, "wb") as f:
                f.write(make())
            mine = ours(options.program, path, command, says)
            done = subprocess.run([sys.executable, __file__, "--one", name, path,
                                   str(program_of(name, says))],
                                  capture_output=True, text=True, check=False)
            os.unlink(path)
            theirs = done.stdout.strip() or done.stderr.strip().splitlines()[-1]
            print(f"{name}\n    {mine}\n    {theirs}", flush=True)
            return name, (mine, theirs)
        with concurrent.futures.ThreadPoolExecutor(options.number) as pool:
            results = dict(pool.map(both, wanted()))
    if options.output:
        with open(options.output, "w", encoding="utf-8") as f:
            f.write(rendered(results, version))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(firmware(*sys.argv[2:5]))
    else:
        sys.exit(main())
