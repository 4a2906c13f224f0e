#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""zipl.conf and boot loader entries, of this machine and of a file system on the
disk, as install jobs.

usage: tests/ext/jobs.py JOB_TOOL S390-IPL
"""
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "golden"))
sys.dont_write_bytecode = True
from zipldisk import kernel, ramdisk  # noqa: E402

TOOL = PROGRAM = ""
MKE2FS = shutil.which("mke2fs", path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")

MENU = """\
# two entries and a dump, of which the menu knows nothing
[defaultboot]
defaultmenu = floor1

[linux]
\ttarget = /boot
\timage = /boot/vmlinuz,0x10000
\tramdisk = "/boot/initrd,2000000"
\tparameters = " root=/dev/dasda1  quiet=${LEVEL} "
\tsecure = auto
[rescue]
target=/boot
image=/boot/vmlinuz
parmfile=/boot/parm
parameters=single
[dump]
target=/boot
dumpto=/dev/dasdb1
:floor1
\ttarget = /boot
\t1 = linux
\t5 = 'rescue'
\tdefault = 5
\tprompt = 1
\ttimeout = 30
"""

AUTO = """\
[defaultboot]
defaultauto
target=/boot
default=b
prompt=0
timeout=5
[a]
image=/boot/vmlinuz
target=/boot
[seg]
segment=/boot/parm,0x100000
target=/boot
[b]
image=/boot/vmlinuz
ramdisk=/boot/initrd
target=/boot
:unused
1=nothing
target=/boot
"""

BLS = {
    "m-6.1.0-9.conf": "title Old\nversion 6.1.0-9\nlinux /vmlinuz\noptions root=1\n",
    "m-6.1.0-28.conf": "title New\nversion 6.1.0-28\nlinux /vmlinuz\ninitrd /initrd $more\noptions root=1\n"
                       "options quiet $tuned ${ENV}\nmachine-id abc\n",
    "m-0-rescue.conf": "linux /boot/vmlinuz\n",
    "other.conf": "title x86\nlinux /vmlinuz\narchitecture x64\n",
    "README": "nothing\n",
}


class Jobs(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.dir = Path(temporary.name)
        self.root = self.dir / "root"
        self.put("boot/vmlinuz", "kernel")
        self.put("boot/initrd", "initrd")
        self.put("boot/parm", "root=/dev/dasdb1\n\nro")

    def put(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def call(self, *argv):
        return subprocess.run([TOOL, *map(str, argv)], capture_output=True, text=True, timeout=60)

    def job(self, *argv, where=None):
        done = self.call(*(where or ("host", self.root)), *argv)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.replace(str(self.root), "")

    def fails(self, why, text):
        self.put("etc/zipl.conf", text)
        done = self.call("host", self.root, "conf", "/etc/zipl.conf")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(why, done.stderr)

    def test_menu(self):
        self.put("etc/zipl.conf", MENU)
        self.assertEqual(self.job("conf", "/etc/zipl.conf"), """\
default 5
prompt 1
timeout 30
entry 1
name linux
kernel /boot/vmlinuz at 0x10000
initrd /boot/initrd at 0x2000000
cmdline  root=/dev/dasda1  quiet=${LEVEL} \nid linux
entry 5
name rescue
kernel /boot/vmlinuz
cmdline root=/dev/dasdb1 ro single
id rescue
note /etc/zipl.conf: line 6: target is ignored, as all targets are: the disk is the one that was given
note /etc/zipl.conf: line 10: secure is ignored: no signatures go into the boot map
""")

    def test_auto(self):
        self.put("etc/zipl.conf", AUTO)
        self.assertEqual(self.job("conf", "/etc/zipl.conf"), """\
default 2
prompt 0
timeout 5
entry 1
name a
kernel /boot/vmlinuz
cmdline \nid a
entry 2
name b
kernel /boot/vmlinuz
initrd /boot/initrd
cmdline \nid b
note /etc/zipl.conf: line 3: target is ignored, as all targets are: the disk is the one that was given
note /etc/zipl.conf: line 10: the section 'seg' is for segment, and not for IPL
""")

    def test_one_section(self):
        self.put("etc/zipl.conf", "[defaultboot]\ndefault=b\n[a]\nimage=/none\n[b]\nimage=/boot/vmlinuz\n")
        self.assertEqual(self.job("conf", "/etc/zipl.conf"),
                         "default 1\nprompt 0\ntimeout 0\nentry 1\nname b\nkernel /boot/vmlinuz\ncmdline \nid b\n")

    def test_addresses(self):
        """Those of kernels and parameter files have no effect: a note says so."""
        section = "[defaultboot]\ndefault=b\n[b]\nimage=/boot/vmlinuz{}\nparmfile=/boot/parm{}\n"
        note = "note /etc/zipl.conf: line {}: the address of {}, 0x{}, is ignored: only a ramdisk's is taken"
        image, parm = note.format(4, "image", "100000"), note.format(5, "parmfile", "1000")
        for addresses, notes in (
            (("", ""), []), ((",10000", ""), []), ((",0x100000", ""), [image]), (("", ",1000"), [parm]),
            ((",0x100000", ",0x1000"), [image, parm]), (("", ",0"), [note.format(5, "parmfile", "0")]),
            ((",0", ""), [note.format(4, "image", "0")]),
        ):
            self.put("etc/zipl.conf", section.format(*addresses))
            found = self.job("conf", "/etc/zipl.conf").splitlines()
            self.assertEqual([l for l in found if l.startswith("note")], notes)

    def put_bls(self):
        for name, text in BLS.items():
            self.put(f"boot/loader/entries/{name}", text)

    ENTRIES = """\
entry 1
name New
kernel /boot/vmlinuz{p}
initrd /boot/initrd{p}
cmdline root=1 quiet $tuned ${ENV}
version 6.1.0-28
id m-6.1.0-28
machine_id abc
entry 2
name Old
kernel /boot/vmlinuz{p}
cmdline root=1
version 6.1.0-9
id m-6.1.0-9
entry 3
name m-0-rescue
kernel /boot/vmlinuz{p}
cmdline \nid m-0-rescue
note /boot/loader/entries/other.conf is for another architecture, 'x64'
note /boot/loader/entries/m-6.1.0-28.conf: line 4: variables of GRUB are left out
"""

    def sorted_notes(self, text):
        lines = text.splitlines()
        return [l for l in lines if not l.startswith("note")], {l for l in lines if l.startswith("note")}

    def same(self, found, wanted):
        self.assertEqual(self.sorted_notes(found), self.sorted_notes(wanted))

    def test_entries(self):
        self.put_bls()
        self.same(self.job("bls", "/boot/loader/entries"),
                  "default 1\nprompt 0\ntimeout 0\n" + self.ENTRIES.replace("{p}", ""))

    def test_conf_with_entries(self):
        """zipl.conf has what is global, as on Fedora."""
        self.put_bls()
        self.put("etc/zipl.conf", "[defaultboot]\ndefaultauto\nprompt=1\ntimeout=5\ndefault=Old\ntarget=/boot\n")
        self.same(self.job("conf", "/etc/zipl.conf", "/boot/loader/entries"),
                  "default 2\nprompt 1\ntimeout 5\n" + self.ENTRIES.replace("{p}", "")
                  + "note /etc/zipl.conf: line 6: target is ignored, as all targets are: the disk is the one"
                    " that was given\n")

    def disk(self):
        image = self.dir / "disk.img"
        with open(image, "wb") as f:
            f.truncate(9 << 20)
        subprocess.run([MKE2FS, "-q", "-F", "-t", "ext4", "-d", self.root, "-E", "offset=1048576", image, "8M"],
                       check=True, capture_output=True)
        with open(image, "r+b") as f:
            f.seek(0x1BE)
            f.write(struct.pack("<BxxxBxxxII", 0, 0x83, 2048, 16384).ljust(64, b"\0") + b"\x55\xaa")
        return "disk", image

    def test_on_the_disk(self):
        self.put_bls()
        self.put("etc/zipl.conf", MENU)
        where = self.disk()
        self.same(self.job("bls", "/boot/loader/entries", where=where),
                  "default 1\nprompt 0\ntimeout 0\n" + self.ENTRIES.replace("{p}", " partition 1"))
        found = self.job("conf", "/etc/zipl.conf", where=where)
        self.assertIn("kernel /boot/vmlinuz partition 1 at 0x10000\n", found)
        self.assertIn("cmdline root=/dev/dasdb1 ro single\n", found)

    def test_entries_that_fail(self):
        self.put("boot/loader/entries/a.conf", "linux /nothere\n")
        done = self.call("host", self.root, "bls", "/boot/loader/entries")
        self.assertIn("not-found: /boot/loader/entries/a.conf: line 1: '/nothere' is not there, neither in"
                      " '/boot/'", done.stderr)
        self.put("boot/loader/entries/a.conf", "linux /vmlinuz\ninitrd /initrd /initrd\n")
        self.assertIn("initrd /boot/initrd\ninitrd /boot/initrd\n", self.job("bls", "/boot/loader/entries"))
        self.put("boot/loader/entries/a.conf", "title x\n?\n")
        done = self.call("host", self.root, "bls", "/boot/loader/entries")
        self.assertIn("bad: a.conf: line 2: '?' is no key", done.stderr)
        done = self.call("host", self.root, "bls", "/boot")
        self.assertIn("/boot has no boot loader entries", done.stderr)
        done = self.call("host", self.root, "bls", "/none")
        self.assertIn("cannot be listed", done.stderr)

    def test_wrong(self):
        image = "image=/boot/vmlinuz\n"
        for why, text in (
            ("line 1: stands in front of the first section", image),
            ("has no section [defaultboot]", "[a]\n" + image),
            ("line 1: [defaultboot] has none of default, defaultmenu", "[defaultboot]\n[a]\n" + image),
            ("line 2: there is no section 'b'", "[defaultboot]\ndefault=b\n[a]\n" + image),
            ("line 2: there is no menu 'b'", "[defaultboot]\ndefaultmenu=b\n[b]\n" + image),
            ("line 2: defaultmenu together with default", "[defaultboot]\ndefaultmenu=b\ndefault=a\n"),
            ("line 3: 'default' is there already, in line 2", "[defaultboot]\ndefault=b\ndefault=b\n"),
            ("line 5: 'a' is there already, in line 3", "[defaultboot]\ndefault=a\n[a]\n" + image + "[a]\n"),
            ("line 3: the section 'a' has no image", "[defaultboot]\ndefault=a\n[a]\nparameters=x\n"),
            ("line 3: the section 'a' is for dumpto, and not", "[defaultboot]\ndefault=a\n[a]\ndumpto=/dev/x\n"),
            ("line 3: the section 'a' is for kdump, and not", "[defaultboot]\ndefault=a\n[a]\nkdump=auto\n" + image),
            ("line 4: '/none' is not there", "[defaultboot]\ndefault=a\n[a]\nimage=/none\n"),
            ("line 4: the name of the file is empty", "[defaultboot]\ndefault=a\n[a]\nimage=\n"),
            ("line 5: ", "[defaultboot]\ndefault=a\n[a]\n" + image + "parmfile=/none\n"),
            ("line 1: only menus have numbers"[8:], "[defaultboot]\n1=a\n"),
            ("line 4: position 31, expected 1 to 30", "[defaultboot]\ndefaultmenu=m\n:m\n31=a\n"),
            ("line 4: position 0, expected 1 to 30", "[defaultboot]\ndefaultmenu=m\n:m\n0=a\n"),
            ("line 5: position 1 is there already, in line 4", "[defaultboot]\ndefaultmenu=m\n:m\n1=a\n1=a\n"),
            ("line 3: the menu 'm' has no entries", "[defaultboot]\ndefaultmenu=m\n:m\n"),
            ("line 5: the menu has no position 2", "[defaultboot]\ndefaultmenu=m\n:m\n1=a\ndefault=2\n[a]\n" + image),
            ("line 3: prompt is '2', expected a number up to 1", "[defaultboot]\ndefaultauto\nprompt=2\n"),
            ("line 3: timeout is '-1', expected a number up to 65535", "[defaultboot]\ndefaultauto\ntimeout=-1\n"),
            ("line 1: there are no sections for IPL", "[defaultboot]\ndefaultauto\n"),
            ("line 2: unknown keyword 'defaultaut'", "[defaultboot]\ndefaultaut\n"),
            ("more than 30 entries", "[defaultboot]\ndefaultauto\n" + "".join(f"[s{i}]\n{image}" for i in range(31))),
            ("more than 256 sections", "".join(f"[s{i}]\n{image}" for i in range(257))),
        ):
            self.fails(why, text)
        done = self.call("host", self.root, "conf", "/etc/none")
        self.assertIn("/etc/none: cannot be opened", done.stderr)
        done = self.call("host", self.root, "conf", "/etc")
        self.assertIn("is not a file", done.stderr)
        os.mkfifo(self.root / "etc/pipe")
        done = self.call("host", self.root, "conf", "/etc/pipe")
        self.assertIn("is not a file", done.stderr)
        (self.root / "etc/zipl.conf").write_bytes(b"[a]\n" * 300000)
        done = self.call("host", self.root, "conf", "/etc/zipl.conf")
        self.assertIn("expected at most 1048576", done.stderr)

    def run_program(self, command, *argv, status=0):
        done = subprocess.run([PROGRAM, command, *map(str, argv)], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    def listed(self, image):
        programs = json.loads(self.run_program("list", "--json", image))["programs"]
        return {p["number"]: (p["name"], p["cmdline"], p["ramdisk_bytes"]) for p in programs if p["number"]}

    def test_install(self):
        """Through the command: files of the disk, then of this machine."""
        (self.root / "boot/vmlinuz").write_bytes(kernel())
        (self.root / "boot/initrd").write_bytes(ramdisk(5000))
        self.put_bls()
        self.put("etc/zipl.conf", MENU.replace(",0x10000", "").replace(",2000000", ""))
        _, image = self.disk()
        old = image.read_bytes()
        self.run_program("install", image, "--bls", "disk:/boot/loader/entries")
        self.assertEqual(image.read_bytes(), old, "nothing is written yet")
        self.run_program("install", image, "--bls", "disk:/boot/loader/entries", "--write")
        self.assertEqual(self.listed(image), {
            1: ("New", "root=1 quiet $tuned ${ENV}", 5000), 2: ("Old", "root=1", None), 3: ("m-0-rescue", "", None)})
        out = self.run_program("install", image, "--root", self.root, "--config", "/etc/zipl.conf", "--write",
                               "--json", "--default", "1")
        self.assertTrue(any("target is ignored" in n for n in json.loads(out)["notes"]))
        self.assertEqual(self.listed(image), {
            1: ("linux", " root=/dev/dasda1  quiet=${LEVEL} ", 5000),
            5: ("rescue", "root=/dev/dasdb1 ro single", None)})

    def test_options_go_before_the_file(self):
        (self.root / "boot/vmlinuz").write_bytes(kernel())
        self.put("etc/zipl.conf", "[defaultboot]\ndefaultmenu=m\n[a]\nimage=/boot/vmlinuz\n"
                                  ":m\n1=a\nprompt=1\ntimeout=5\ntarget=/boot\n")
        for options, prompt, timeout in (
            ([], True, 5), (["--no-prompt"], False, 5), (["--timeout", 0], True, 0),
            (["--timeout", 9, "--no-prompt", "--prompt"], True, 9),
        ):
            image = self.dir / f"menu{prompt}{timeout}{len(options)}"
            self.run_program("install", image, "--format", "cdl", "--size", "9M", "--write", "--root", self.root,
                             "--config", "/etc/zipl.conf", *options)
            menu = json.loads(self.run_program("list", "--json", image))["menu"]
            self.assertEqual(menu, {"prompt": prompt, "timeout": timeout}, options)

    def test_install_refuses(self):
        self.put("etc/zipl.conf", "[defaultboot]\ndefault=a\n[a]\nimages=x\n")
        _, image = self.disk()
        for config in "disk:/etc/zipl.conf", self.root / "etc/zipl.conf":
            said = self.run_program("install", image, "--config", config, status=4)
            self.assertIn("etc/zipl.conf: line 4: unknown keyword 'images'", said)
        both = "--config", "/etc/zipl.conf"
        for more, why in (
            (["--kernel", "x"], "tell all programs"),
            (["--bls", "disk:/boot"], "must be in the same place"),
        ):
            self.assertIn(why, self.run_program("install", image, *both, *more, status=2))
        self.assertIn("a new disk has no files yet", self.run_program(
            "install", self.dir / "new", "--format", "scsi", "--size", "9M", "--bls", "disk:/x", status=2))

    def test_disk_without(self):
        image = self.dir / "empty.img"
        image.write_bytes(bytes(1 << 20))
        done = self.call("disk", image, "conf", "/etc/zipl.conf")
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    TOOL, PROGRAM = map(os.path.abspath, (sys.argv.pop(1), sys.argv.pop(1)))
    if not MKE2FS:
        print("SKIP: there is no mke2fs")
        sys.exit(77)
    unittest.main()
