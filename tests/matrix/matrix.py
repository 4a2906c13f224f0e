#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every disk, attached in every way: does it boot, the right program, whole?

usage: tests/matrix/matrix.py S390-IPL [-d IMAGES] [-o TABLE.md] [-j RESULTS.json]
                              [-c CACHE] [-n VMS] [--ours] [--subset] [--columns A,B]
                              [NAME|GLOB]...
  -d  where the disks are (default: $S390_IPL_TEST_IMAGES)
  -n  how many virtual machines at a time (default: 2)
  -c  results that are kept, so that a run that was stopped can go on
  --ours    the IPL engine only, not the firmware of QEMU beside it
  --subset  what `make check` does: few attachments, the engine only
  --columns  only these attachments (their keys in COLUMNS)

Disks without a program that says something (dumps, segments) are left out.
What is to be seen on the console comes from tests/oracle, not from s390-ipl.
"""
import argparse
import fnmatch
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "oracle"), os.path.join(HERE, "..", "e2e")]
import vm  # noqa: E402 (path)
import zipl_dump  # noqa: E402

# It hangs when it was silent for so many seconds of its own processor time, or of
# anyone's if it does nothing: on a busy machine, slow is not hung.
SILENCE = 25
LONGEST = 180  # seconds
HEADS = 15
MENU = "Please choose"  # the firmware's menu; Enter means the default

# ------------------------------------------------------------------ attachments

# key -> heading
COLUMNS = {
    "blk-right": "virtio-blk, right geometry",
    "blk-wrong": "virtio-blk, wrong geometry",
    "blk-own": "virtio-blk, no geometry",
    "blk-512": "virtio-blk, 512-byte blocks",
    "blk-4096": "virtio-blk, 4096-byte blocks",
    "scsi-own": "virtio-scsi",
    "scsi-512": "virtio-scsi, 512-byte blocks",
}
SUBSET = {"dasd": ("blk-wrong", "scsi-512"), "other": ("blk-wrong",)}


def block_size(size):
    return {"logical_block_size": size, "physical_block_size": size}


def attachments(disk):
    """key -> (function, device properties), without what would be the same twice."""
    own = block_size(disk.bs)
    found = {}
    tracks = disk.cylinders and {"heads": HEADS, "secs": zipl_dump.SPT[disk.bs]}
    if tracks and disk.cylinders < 1 << 16:  # QEMU takes no more
        found["blk-right"] = (vm.virtio_blk, {**own, "cyls": disk.cylinders, **tracks})
    found["blk-wrong"] = (vm.virtio_blk, {**own, "cyls": 777, "heads": 11, "secs": 10})
    found["blk-own"] = (vm.virtio_blk, own)
    if disk.bs != 512:
        found["blk-512"] = (vm.virtio_blk, block_size(512))
    if disk.bs != 4096:
        found["blk-4096"] = (vm.virtio_blk, block_size(4096))
    found["scsi-own"] = (vm.virtio_scsi, own)
    if disk.bs != 512:
        found["scsi-512"] = (vm.virtio_scsi, block_size(512))
    return {key: found[key] for key in COLUMNS if key in found}


# ------------------------------------------------------------------------ disks


# where a program is entered -> where the parameters of its stage 3 are
STAGE3 = {0xA000: 0x9000, 0xA028: 0xA000, 0xA02A: 0xA000, 0xA050: 0xA000}


ENVIRONMENT = b"# zIPL Environment Block\n"


def environment(blocks):
    """NAME -> value, without what is for one site only."""
    for block in blocks:
        if block.startswith(ENVIRONMENT):
            lines = block[len(ENVIRONMENT):].rstrip(b"\0").decode("latin-1").split("\n")
            pairs = (line.partition("=") for line in lines)
            return {name: value for name, _, value in pairs if not name[:1].isdigit()}
    return None


def cmdline(oracle, program):
    """The command line of a program of a disk, as Linux shows it; None if the
    program is not a Linux."""
    loads = {c.data: c for c in program.comps if c.type == 2}

    def read(addr):
        for start, comp in loads.items():
            data = addr is not None and start <= addr and oracle.read(comp)
            if data and addr < start + len(data):
                return data[addr - start :]
        return b""

    params = read(STAGE3.get(program.comps[-1].data & 0x7FFFFFFF))
    if len(params) < 8:
        return None
    line = read(int.from_bytes(params[:8], "big")).split(b"\0")[0].decode("latin-1")
    known = environment(map(oracle.read, loads.values()))
    if known is not None:
        line = re.sub(r"\$\{(\w+)\}", lambda m: known.get(m[1], ""), line)
    return line.strip() or None


PIECE = 1 << 16


class Disk:
    """A disk, and what its default program has to say."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path).removesuffix(".img")
        oracle = zipl_dump.Disk(path)
        self.bs = oracle.bs
        # A zipl that knows two ways to IPL a disk writes both. One that does not
        # leaves the other, which comes first here, as it was: stale.
        route = (oracle.routes() or [None])[-1]
        self.kind = route.kind if route else "unknown"
        self.cylinders = 0
        if self.kind.startswith("eckd"):
            self.cylinders = oracle.size // (HEADS * zipl_dump.SPT[self.bs] * self.bs)
        program = route.progs.get(0) if route else None
        self.cmdline = cmdline(oracle, program) if program else None
        entry = re.search(r"entry=(\S+)", self.cmdline or "")
        self.entry = entry and entry[1]

    def digest(self):
        """Of what is not zero. Where the holes of a sparse file are said to be
        depends on what is in the page cache, so they only save time."""
        h = hashlib.sha256()
        with open(self.path, "rb") as f:
            size = f.seek(0, os.SEEK_END)
            h.update(str(size).encode())
            at = 0
            while at < size:
                try:
                    start = os.lseek(f.fileno(), at, os.SEEK_DATA)
                except OSError:
                    break  # nothing but a hole
                at = max(at, start - start % PIECE)
                f.seek(at)
                piece = f.read(PIECE)
                if piece.count(0) != len(piece):
                    h.update(f"{at} {len(piece)} ".encode() + piece)
                at += PIECE
        return h.hexdigest()


def disks(where, globs):
    """All that can say something on the console; and the names of the rest."""
    good, rest = [], []
    for name in sorted(os.listdir(where)):
        stem = name.removesuffix(".img")
        if name == stem or not any(fnmatch.fnmatch(stem, g) for g in globs):
            continue
        disk = Disk(os.path.join(where, name))
        (good if disk.entry else rest).append(disk)
    return good, [d.name for d in rest]


# ------------------------------------------------------- one virtual machine

# A worker is a process of its own, so that it can tell which processes are of its
# virtual machine. It gets one job a line and answers each with one.


def words(text):
    """One line for a table."""
    return re.sub(r"\.{4,}", "...", re.sub(r"\s+", " ", text.replace("|", "/"))).strip()


def last_words(console, stderr, stock):
    """Why it did not boot, from what was said."""
    lines = [words(l) for l in console.split("\n") if l.strip()]
    if not stock:
        lines += [words(l) for l in stderr.split("\n") if l.strip()]
        told = [l for l in lines if re.match(r"s390-ipl|IPL", l)]
        return (told or lines or ["silence"])[-1]
    errors = re.findall(r"!\s*(.*?)\s*!", console)
    return words(errors[-1]) if errors else (lines or ["silence"])[-1]


def processor_time(pid):
    """Seconds; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            fields = f.read().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def listen(machine):
    """Wait until it ends or hangs. Returns whether it ended by itself."""
    begin = heard = time.monotonic()
    seen = answered = used = 0
    while machine.process.poll() is None:
        time.sleep(0.05)
        now = time.monotonic()
        text = machine.console.text()
        if len(text) != seen:
            seen, heard, used = len(text), now, processor_time(machine.pid)
        if not answered and MENU in text:
            machine.process.stdin.write(b"\r")
            machine.process.stdin.flush()
            answered = 1
        if now - begin > LONGEST:
            return False
        if now - heard > SILENCE:
            busy = processor_time(machine.pid) - used
            if busy > SILENCE or busy < (now - heard) / 10:
                return False
    return True


def boot(job):
    """Boot a disk. Returns None if all was right, else what was wrong."""
    attach = getattr(vm, job["attach"])
    options = attach(job["path"], bootindex=1, **job["props"])
    options[options.index("-drive") + 1] += ",read-only=on"  # several use it at a time
    vm.S390_IPL = job["program"]
    with vm.VM("-m", "512M", *options, stock=job["stock"], qmp=False) as machine:
        ended = listen(machine)
        if ended:
            machine.console.thread.join(10)
            machine.stderr.thread.join(10)
        console, stderr = machine.console.text(), machine.stderr.text()
        status = machine.process.poll()
    lines = console.split("\n")
    if not any(l.startswith("BOOT-OK ") for l in lines):
        why = last_words(console, stderr, job["stock"])
        return why if ended else f"hangs after: {why}"
    if f"BOOT-OK entry={job['entry']}" not in lines:
        return "starts " + next(l for l in lines if l.startswith("BOOT-OK"))[8:]
    if f"CMDLINE[{job['cmdline']}]" not in lines:
        return "other command line: " + next(l for l in lines if l.startswith("CMDLINE"))[8:-1]
    if "INITRD-OK" not in lines:
        return "the ramdisk is damaged"
    if job["second"] and "SECOND-ARCHIVE-OK" not in lines:
        return "the ramdisk's second archive is missing"
    if not ended or status:
        return f"QEMU ends with status {status}" if ended else "does not power off"
    return None


def worker():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for line in sys.stdin:
        begin = time.monotonic()
        try:
            wrong = boot(json.loads(line))
        except (AssertionError, OSError, ValueError) as e:
            wrong = words(str(e))[:200] or type(e).__name__
        seconds = round(time.monotonic() - begin, 1)
        print(json.dumps({"wrong": wrong, "seconds": seconds}), flush=True)


# ------------------------------------------------------------------ all of them


class Runner:
    """@number workers do @jobs; @done(job, answer) is called for each."""

    def __init__(self, jobs, number, done):
        self.jobs = queue.SimpleQueue()
        for job in jobs:
            self.jobs.put(job)
        self.done = done
        self.lock = threading.Lock()
        self.stopped = False
        self.workers = []
        self.number = number

    def run(self):
        try:
            threads = []
            for _ in range(min(self.number, self.jobs.qsize())):
                process = subprocess.Popen([sys.executable, __file__, "--worker"], text=True,
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                self.workers.append(process)
                threads.append(threading.Thread(target=self._feed, args=(process,)))
                threads[-1].start()
            for thread in threads:
                thread.join()
            for process in self.workers:
                process.wait(30)
        finally:
            self.stopped = True
            for process in self.workers:
                if process.poll() is None:
                    process.terminate()
                process.wait()

    def _feed(self, process):
        while not self.stopped:
            try:
                job = self.jobs.get_nowait()
            except queue.Empty:
                break
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            if not line:
                break  # it was ended
            with self.lock:
                self.done(job, json.loads(line))
        process.stdin.close()


class Cache:
    """Results by what they depend on."""

    def __init__(self, path):
        self.path = path
        self.results = {}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                self.results = json.load(f)

    def save(self):
        if self.path:
            with open(self.path + ".new", "w", encoding="utf-8") as f:
                json.dump(self.results, f)
            os.replace(self.path + ".new", self.path)


def file_digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def qemu_version():
    done = subprocess.run([vm.QEMU, "--version"], capture_output=True, text=True, check=True)
    return re.search(r"version ([\d.]+)", done.stdout)[1]


def make_jobs(found, options, version):
    """A job for each cell and each of the two ways to IPL."""
    engine = file_digest(options.program)[:16]
    for disk in found:
        digest = disk.digest(), disk.cmdline
        digest = hashlib.sha256(repr(digest).encode()).hexdigest()[:16]
        keys = attachments(disk)
        if options.subset:
            few = SUBSET["dasd" if disk.cylinders else "other"]
            keys = {k: v for k, v in keys.items() if k in few}
        if options.columns:
            keys = {k: v for k, v in keys.items() if k in options.columns.split(",")}
        for column, (attach, props) in keys.items():
            for stock in (False,) if options.ours or options.subset else (False, True):
                by = "firmware" if stock else engine
                yield {
                    "key": " ".join([digest, column, version, by]),
                    "image": disk.name, "column": column, "stock": stock,
                    "path": disk.path, "attach": attach.__name__, "props": props,
                    "cmdline": disk.cmdline, "entry": disk.entry,
                    "second": disk.name.endswith(("-frag", "-add")),
                    "program": options.program}


# ---------------------------------------------------------------------- tables


def cell(results, reasons, image, column):
    """ours / firmware; reasons get numbers"""
    texts = []
    for stock in False, True:
        if (image, column, stock) not in results:
            continue
        wrong = results[image, column, stock]
        if wrong:
            reason = ("firmware: " if stock else "s390-ipl: ") + wrong
            number = reasons.setdefault(reason, len(reasons) + 1)
            texts.append(f"no ({number})")
        else:
            texts.append("yes")
    return " / ".join(texts) or "–"


def totals(results, stock, column=None):
    mine = [wrong for (_, c, s), wrong in results.items()
            if s == stock and column in (None, c)]
    return (sum(not w for w in mine), len(mine))


def table(found, left_out, results, version):
    columns = [c for c in COLUMNS if any(c == key[1] for key in results)]
    reasons = {}
    rows = []
    for disk in found:
        if any(disk.name == key[0] for key in results):
            rows.append([disk.name] + [cell(results, reasons, disk.name, c) for c in columns])
    sums = [totals(results, False)] + [totals(results, True)]
    words_ours = f"s390-ipl boots {sums[0][0]} of {sums[0][1]}"
    words_stock = f"the firmware of QEMU {version} {sums[1][0]} of {sums[1][1]}"
    last = ["**boots**"]
    for c in columns:
        counts = [totals(results, s, c) for s in (False, True)]
        last.append("**" + " / ".join(f"{a} of {b}" for a, b in counts if b) + "**")
    out = [
        "<!-- written by `make matrix` -->",
        "# Which disks boot, attached in which way",
        "",
        f"{words_ours}" + (f", {words_stock}" if sums[1][1] else "") + ".",
        "",
        "Each cell: s390-ipl / QEMU's own firmware. A *yes* means that the default program",
        "started, with the command line that is on the disk, and that every byte of its",
        "ramdisk arrived. Geometry is `cyls=`, `heads=` and `secs=` of the device; blocks",
        "are `logical_block_size=` and `physical_block_size=`, where nothing is said those",
        "of the disk. A guest that is silent for 25 s of processor time counts as hung.",
        "– : makes no difference or cannot be said in QEMU. The names are",
        "explained in [tests/images](../tests/images/README.md).",
        "",
        "| image | " + " | ".join(COLUMNS[c] for c in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    out += ["| " + " | ".join(row) + " |" for row in rows + [last]]
    if reasons:
        out += ["", "## Why not", "", "| | by | what it says last |", "|---|---|---|"]
        for reason, number in reasons.items():
            by, _, text = reason.partition(": ")
            out.append(f"| {number} | {by} | `{text}` |")
    if left_out:
        out += ["", "Left out, as they start no program that could say something: "
                + ", ".join(left_out) + "."]
    return "\n".join(out) + "\n"


def parse():
    ap = argparse.ArgumentParser(usage=__doc__.partition("usage: ")[2])
    ap.add_argument("program")
    ap.add_argument("globs", nargs="*")
    ap.add_argument("-d", dest="images", default=vm.IMAGES)
    ap.add_argument("-o", dest="table")
    ap.add_argument("-j", dest="json")
    ap.add_argument("-c", dest="cache")
    ap.add_argument("-n", dest="number", type=int, default=2)
    ap.add_argument("--ours", action="store_true")
    ap.add_argument("--subset", action="store_true")
    ap.add_argument("--columns")
    options = ap.parse_intermixed_args()
    options.program = os.path.abspath(options.program)
    options.globs = options.globs or (subset_names() if options.subset else ["*"])
    return options


def subset_names():
    """The default set of make.sh."""
    done = subprocess.run([os.path.join(HERE, "..", "images", "make.sh"), "-l", "default"],
                          capture_output=True, text=True, check=True)
    return done.stdout.split()


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not shutil.which(vm.QEMU):
        print(f"SKIP: there is no QEMU ({vm.QEMU})")
        return vm.SKIPPED
    found, left_out = (disks(options.images, options.globs)
                       if os.path.isdir(options.images) else ([], []))
    if not found:
        print("SKIP: there are no test disks: tests/images/make.sh makes them")
        return vm.SKIPPED
    version = qemu_version()
    cache = Cache(options.cache)
    begin = time.monotonic()
    jobs = list(make_jobs(found, options, version))
    todo = [j for j in jobs if j["key"] not in cache.results]
    print(f"{len(found)} disks, {len(jobs)} ways to start them, {len(todo)} to be tried",
          flush=True)
    ready = 0

    def done(job, answer):
        nonlocal ready
        ready += 1
        cache.results[job["key"]] = answer
        cache.save()
        by = "firmware" if job["stock"] else "s390-ipl"
        text = f"no: {answer['wrong']}" if answer["wrong"] else "yes"
        print(f"[{ready}/{len(todo)}] {job['image']} {job['column']} {by} "
              f"({answer['seconds']} s): {text}", flush=True)

    Runner(todo, options.number, done).run()
    results = {(j["image"], j["column"], j["stock"]): cache.results[j["key"]]["wrong"]
               for j in jobs if j["key"] in cache.results}
    if options.table:
        with open(options.table, "w", encoding="utf-8") as f:
            f.write(table(found, left_out, results, version))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as f:
            json.dump({"qemu": version, "results": [
                {"image": i, "attachment": c, "by": "firmware" if s else "s390-ipl",
                 "boots": not wrong, "reason": wrong}
                for (i, c, s), wrong in results.items()]}, f, indent=1)
            f.write("\n")
    # as unittest counts, for tests/run
    good, all_of_them = totals(results, False)
    bad = len([j for j in jobs if not j["stock"]]) - good
    stock = totals(results, True)
    if stock[1]:
        print(f"ours {good} of {all_of_them}, QEMU {version} firmware {stock[0]} of {stock[1]}")
    print(f"\nRan {good + bad} tests in {time.monotonic() - begin:.0f} s\n")
    print(f"FAILED (failures={bad})" if bad else "OK")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        worker()
    else:
        sys.exit(main())
