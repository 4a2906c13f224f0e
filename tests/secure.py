#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`s390-ipl check --secure` and `show --secure`: the verdict on every component, as text
and as JSON.

usage: tests/secure.py S390-IPL [UNITTEST OPTION...]
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "golden")]
import signing  # noqa: E402 (path)
from zipldisk import PSW, Disk, kernel, params, ramdisk  # noqa: E402

PROGRAM = "s390-ipl"
STAGE3 = signing.whole(b"\x07" * 0x3FE0 + signing.attributes(PSW | 0xA000, 0xA000), 512)
KERNEL = signing.whole(kernel())


class WithKeys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tmp = tempfile.TemporaryDirectory()
        cls.keys = os.path.join(cls.tmp.name, "keys")
        cls.certs = os.path.join(cls.tmp.name, "certs")
        os.makedirs(cls.keys)
        os.makedirs(cls.certs)
        cls.vendor = signing.Signer(cls.keys, "vendor")
        cls.stranger = signing.Signer(cls.keys, "stranger", kind="rsa:3072")
        cls.expired = signing.Signer(cls.keys, "expired", days=-1)
        for signer in cls.vendor, cls.expired:
            os.link(signer.cert, os.path.join(cls.certs, os.path.basename(signer.cert)))

    @classmethod
    def tearDownClass(cls):
        cls.tmp.cleanup()

    def disk(self, stage3=None, kernel_by=None, loaded=KERNEL):
        """As zipl 2.9 and later writes it with secure=1."""
        d = Disk(512, 1024)
        entries = [d.load(0x2000, bytes(0x4000))]
        if stage3:
            entries.append(signing.entry(d, stage3.sign(STAGE3)))
        entries += [d.load(0xA000, STAGE3),
                    d.load(0x9000, params(0x800000, 3000, 0x30000, flags=1,
                                          image=(len(KERNEL), 0x10000)))]
        if kernel_by:
            entries.append(signing.entry(d, kernel_by.sign(KERNEL)))
        entries += [d.load(0x10000, loaded), d.load(0x30000, b"root=/dev/vda1\0"),
                    d.load(0x800000, ramdisk()), d.execute(PSW | 0xA000)]
        return d.finish({1: d.program(*entries)}, default=1)

    def check(self, disk, *options, command="check"):
        path = os.path.join(self.tmp.name, "disk.img")
        Path(path).write_bytes(disk)
        done = subprocess.run([PROGRAM, command, *options, path], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr


@unittest.skipUnless(signing.AVAILABLE, "there is no openssl")
class Check(WithKeys):
    def verdict(self, disk, status, *says, options=None):
        options = options or ["--secure", "--certs", self.certs]
        code, text = self.check(disk, *options)
        self.assertEqual(code, status, text)
        for line in says:
            self.assertIn(line, text)
        code, text = self.check(disk, *options, "--json")
        self.assertEqual(code, status, text)
        return {(f["code"], f["found"].split()[0]) for f in json.loads(text)["findings"]}

    @unittest.skipUnless(shutil.which("qemu-img"), "there is no qemu-img")
    def test_more_than_one_request_to_a_server(self):
        """A component is read as one piece; QEMU's NBD servers take 32 MiB at once."""
        d = Disk(4096, 12000)
        big = d.load(0x1000000, bytes(40 << 20))
        raw, image = (os.path.join(self.tmp.name, "big." + kind) for kind in ("img", "qcow2"))
        Path(raw).write_bytes(d.finish({1: d.program(d.load(0xA000, STAGE3), big, d.execute(PSW | 0xA000))},
                                       default=1))
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, image], check=True)
        done = subprocess.run([PROGRAM, "check", "--secure", "--certs", self.certs, image], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("no component is signed", done.stdout + done.stderr)

    def test_signed(self):
        codes = self.verdict(self.disk(self.vendor, self.vendor), 0,
                             "stage3 is signed by CN=vendor", "kernel is signed by CN=vendor",
                             "ramdisk is not signed", "params is not signed")
        self.assertIn(("verified", "kernel"), codes)
        self.assertIn(("verified", "stage3"), codes)
        self.assertIn(("unsigned", "ramdisk"), codes)

    def test_not_asked(self):
        code, text = self.check(self.disk())
        self.assertEqual(code, 0)
        self.assertNotIn("signed", text)

    def test_without_certificates(self):
        self.verdict(self.disk(self.vendor, self.vendor), 1, "no-certificate", options=["--secure"])

    def test_unsigned(self):
        codes = self.verdict(self.disk(), 1, "secure IPL: no component is signed", "sign the kernel")
        self.assertIn(("denied", "secure"), codes)

    def test_stage3_unsigned(self):
        self.verdict(self.disk(None, self.vendor), 1, "in component 'stage3' (0xa000-0xdfff), which is not signed")

    def test_stranger(self):
        codes = self.verdict(self.disk(self.vendor, self.stranger), 1,
                             "kernel: signature no-certificate: the signer's certificate is not there")
        self.assertIn(("signature", "kernel:"), codes)

    def test_expired(self):
        self.verdict(self.disk(self.vendor, self.expired), 1,
                     "kernel: signature expired: the certificate is not valid now: CN=expired")

    def test_one_bit(self):
        tampered = bytearray(KERNEL)
        tampered[0x10400] ^= 1
        self.verdict(self.disk(self.vendor, self.vendor, bytes(tampered)), 1,
                     "kernel: signature failed: it does not match the signature by CN=vendor")

    def test_tail(self):
        self.verdict(self.disk(self.vendor, self.vendor, KERNEL + bytes(512)), 1,
                     "kernel: signature failed")

    def test_certs_that_cannot_be_read(self):
        code, text = self.check(self.disk(), "--secure", "--certs", "/nonexistent")
        self.assertNotEqual(code, 0)
        self.assertIn("certificates in /nonexistent: cannot read the directory", text)
        code, text = self.check(self.disk(), "--secure", "--certs", self.tmp.name)
        self.assertIn("there is no certificate", text)
        bad = os.path.join(self.tmp.name, "bad")
        os.makedirs(bad, exist_ok=True)
        Path(bad, "x.pem").write_text("rubbish")
        code, text = self.check(self.disk(), "--secure", "--certs", bad)
        self.assertIn("x.pem is no certificate", text)


@unittest.skipUnless(signing.AVAILABLE, "there is no openssl")
class Show(WithKeys):
    def show(self, disk, *options):
        options = options or ("--secure", "--certs", self.certs)
        code, text = self.check(disk, *options, command="show")
        self.assertEqual(code, 0, text)
        code, found = self.check(disk, *options, "--json", command="show")
        self.assertEqual(code, 0, found)
        program = next(p for p in json.loads(found)["programs"] if p["number"] == 1)
        return text, program, {c.get("purpose", c["type"]): c.get("signature", "none")
                               for c in program["components"]}

    def test_signed(self):
        text, program, found = self.show(self.disk(self.vendor, self.vendor))
        self.assertRegex(text, r"signatures +a secure IPL accepts them\n")
        self.assertRegex(text, r"\n +kernel is signed by CN=vendor\n")
        self.assertRegex(text, r"\n +ramdisk is not signed\n")
        self.assertEqual(program["secure"], {"accepted": True})
        self.assertEqual(found["kernel"], {"verdict": "verified", "text": "signed by CN=vendor"})
        self.assertEqual(found["ramdisk"]["verdict"], "unsigned")
        self.assertIsNone(found["execute"])
        self.assertIsNone(found["signature"])

    def test_refused(self):
        text, program, found = self.show(self.disk(self.vendor, self.stranger))
        self.assertRegex(text, r"signatures +secure IPL: component .kernel.")
        self.assertIn("kernel: signature no-certificate: the signer's certificate is not there", text)
        self.assertFalse(program["secure"]["accepted"])
        self.assertIn("kernel", program["secure"]["error"]["message"])
        self.assertEqual(found["kernel"]["verdict"], "no-certificate")

    def test_cannot_be_loaded(self):
        text, program, found = self.show(self.disk(self.vendor, self.vendor), "--secure", "-m", "8M")
        self.assertRegex(text, r"signatures +not judged: ")
        self.assertFalse(program["secure"]["accepted"])
        self.assertEqual(program["secure"]["error"]["code"], "range")
        self.assertEqual(found["kernel"], "none")

    def test_not_asked(self):
        text, program, found = self.show(self.disk(self.vendor, self.vendor), "--all")
        self.assertNotIn("signatures", text)
        self.assertNotIn("secure", program)
        self.assertEqual(found["kernel"], "none")

    def test_certs_that_cannot_be_read(self):
        code, text = self.check(self.disk(), "--secure", "--certs", "/nonexistent", command="show")
        self.assertEqual(code, 3, text)
        self.assertIn("certificates in /nonexistent: cannot read the directory", text)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
