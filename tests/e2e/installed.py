# SPDX-License-Identifier: MIT
"""Disks by s390-ipl install, and a kernel that stops at its first instruction."""
import json
import os
import random
import shutil
import struct
import subprocess

import vm

STOP = 0x515A  # the address in the disabled wait that the kernel loads
ENTRY = 0x10000
CODE = 0x1800  # behind the command line
HEAD = 0x10400  # parameters of the kernel
CMDLINE = 0x10480


def stopper():
    """Branch to code that loads a disabled wait and stores nothing."""
    jump = struct.pack(">HH", 0xA7F4, CODE // 2)
    code = struct.pack(">HI", 0xC010, 8) + struct.pack(">HH", 0xB2B2, 0x1000)
    return jump, code.ljust(16, b"\0") + struct.pack(">QQ", 0x0002000180000000, STOP)


def patch(kernel):
    """@kernel, an image file, so that it stops at once."""
    k = bytearray(kernel)
    jump, code = stopper()
    k[ENTRY:ENTRY + 4] = jump
    k[ENTRY + CODE:ENTRY + CODE + len(code)] = code
    return bytes(k)


def kernel(size, seed):
    """A kernel as far as loaders look, and then noise."""
    k = bytearray(random.Random(seed).randbytes(size))
    k[ENTRY:ENTRY + 0x480] = bytes(0x480)
    k[ENTRY + 8:ENTRY + 14] = b"S390EP"
    k[HEAD + 0x30:HEAD + 0x38] = struct.pack(">Q", 4096)
    return patch(k)


class Files:
    """Two kernels and two ramdisks in a directory, and programs of them."""

    def __init__(self, directory):
        self.dir = directory
        for name, data in (("kernel1", kernel(150_001, 1)), ("kernel2", kernel(200_000, 2)),
                           ("initrd1", random.Random(3).randbytes(100_003)),
                           ("initrd2", random.Random(4).randbytes(4096))):
            with open(os.path.join(directory, name), "wb") as f:
                f.write(data)

    def data(self, name):
        with open(os.path.join(self.dir, name), "rb") as f:
            return f.read()

    def entry(self, number):
        """name, kernel, ramdisk, command line"""
        return (f"Entry {number}", f"kernel{1 + number % 2}", f"initrd{1 + number % 3 % 2}",
                f"entry={number} x=" + "y" * (number * 30))

    def options(self, n, where=None):
        found = []
        for i in range(1, n + 1):
            name, k, i, cmdline = self.entry(i)
            place = where or self.dir
            found += ["--name", name, "--kernel", f"{place}/{k}", "--initrd", f"{place}/{i}",
                      "--cmdline", cmdline]
        return found

    def file_system(self, path, size, test):
        tool = shutil.which("mke2fs", path="/sbin:/usr/sbin:/bin:/usr/bin")
        if not tool:
            test.skipTest("mke2fs is missing (Debian: e2fsprogs)")
        root = os.path.join(self.dir, "root")
        if not os.path.exists(root):
            os.mkdir(root)
            for name in "kernel1", "kernel2", "initrd1", "initrd2":
                shutil.copy(os.path.join(self.dir, name), root)
            with open(os.path.join(root, "map"), "wb") as f:
                f.write(b"s390-ipl boot area\n" * 100_000)
        subprocess.run([tool, "-q", "-F", "-t", "ext4", "-b", "4096", "-d", root, path,
                        f"{size // 1024}k"], check=True, timeout=vm.PATIENCE, capture_output=True)


def install(*args):
    done = vm.run(vm.S390_IPL, "install", *args)
    if done.returncode:
        raise AssertionError(f"install {args[:6]}: {done.stdout}{done.stderr}")
    return done.stdout


def copy_into(disk, offset, path):
    with open(path, "rb") as source, open(disk, "r+b") as f:
        f.seek(offset)
        f.write(source.read())


FS_SIZE = 6 << 20
BLOCK_4096 = {"logical_block_size": 4096, "physical_block_size": 4096}

# name -> (how a new one is made, properties of virtio-blk)
KINDS = {
    "scsi512-gpt": (["--format", "scsi"], {}),
    "scsi512-mbr": (["--format", "scsi", "--table", "mbr"], {}),
    "scsi4k-gpt": (["--format", "scsi", "--block-size", "4096"], BLOCK_4096),
    "scsi4k-mbr": (["--format", "scsi", "--table", "mbr", "--block-size", "4096"], BLOCK_4096),
    "cdl4k": (["--format", "cdl"], {}),
    "ldl4k": (["--format", "ldl"], {}),
    "fba512": (["--format", "fba"], {}),
}
# what is no partition 2 with a file system: the whole volume is one
WHOLE = {"ldl4k": 3 * 4096, "fba512": 2 * 512}


def make(kind, n, on_disk, files, test, default=1):
    """A disk of that kind with @n programs, copied or where they lie in ext4."""
    disk = os.path.join(files.dir, f"{kind}-{n}-{on_disk}.img")
    how = KINDS[kind][0]
    options = ["--default", str(default), "--write"]
    if not on_disk:
        install(disk, *how, "--size", "32M", *files.options(n), *options)
        return disk
    fs = os.path.join(files.dir, "fs.img")
    files.file_system(fs, FS_SIZE, test)
    install(disk, *how, "--size", "32M", *files.options(n), *options)
    if kind in WHOLE:
        copy_into(disk, WHOLE[kind], fs)
        install(disk, *files.options(n, "disk:"), "--area", "disk:/map", *options)
    else:
        copy_into(disk, partition_2(disk, how), fs)
        install(disk, *files.options(n, "disk:2:"), *options)
    return disk


def partition_2(disk, how):
    """Where partition 2 begins, in bytes."""
    with open(disk, "rb") as f:
        head = f.read(16 * 4096)
    size = 4096 if "4096" in how or "cdl" in how else 512
    if "cdl" in how:  # the second format 1 label, in record 4 of track 1
        at = 15 * 4096 + 105 + 2
        cyl, track = struct.unpack(">HH", head[at:at + 4])
        return (cyl * 15 + track) * 12 * 4096
    if "mbr" in how:
        return struct.unpack("<I", head[446 + 16 + 8:446 + 16 + 12])[0] * size
    return struct.unpack("<Q", head[2 * size + 128 + 32:2 * size + 128 + 40])[0] * size


def check_memory(test, machine, kernel_file, initrd, cmdline):
    """Whether memory is what the kernel has to find at its first instruction."""
    wait = machine.panic()
    test.assertEqual(wait, STOP)
    head = machine.memory(HEAD, 0x80)
    addr, size = struct.unpack(">QQ", head[8:24])
    test.assertEqual(size, len(initrd))
    test.assertEqual(machine.memory(addr, size), initrd)
    test.assertEqual(machine.memory(CMDLINE, len(cmdline) + 1), cmdline.encode() + b"\0")
    end = CMDLINE + len(cmdline) + 1
    found = machine.memory(ENTRY, len(kernel_file) - ENTRY)
    test.assertEqual(found[:HEAD - ENTRY], kernel_file[ENTRY:HEAD])
    test.assertEqual(found[end - ENTRY:], kernel_file[end:])
    return head[:8]


def boots(test, kind, disk, files, number, stock, loadparm=True):
    """Boot program @number up to the kernel's first instruction."""
    _, k, i, cmdline = files.entry(number)
    parm = str(number) if loadparm else ""
    options = ["-m", "256M", *vm.virtio_blk(disk, bootindex=1, **KINDS[kind][1])]
    if stock:
        options += ["-machine", f"s390-ccw-virtio,loadparm={parm}"] if parm else []
    else:
        options += vm.ipl_device(**({"loadparm": parm} if parm else {}))
    options += ["-action", "panic=pause"]
    with vm.VM(*options, stock=stock) as machine:
        return check_memory(test, machine, files.data(k), files.data(i), cmdline)


def extracted(disk, number, directory):
    """Kernel, ramdisk and command line of a program."""
    done = vm.run(vm.S390_IPL, "extract", disk, "-p", str(number), "-o", directory, "--json")
    if done.returncode:
        raise AssertionError(done.stderr)
    json.loads(done.stdout)
    found = []
    for name in "kernel", "ramdisk", "cmdline":
        with open(os.path.join(directory, name), "rb") as f:
            found.append(f.read())
    return found
