# SPDX-License-Identifier: MIT
"""Secure IPL: what is signed boots, what is not is refused with the reason on the
console, an audit boots both and says so. The programs look at what they were handed.
"""
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import disk
import signing
import vm
from terminal import ENTER, Terminal
from vm import VM, ipl_device, virtio_blk
from zipldisk import Disk

START = 0x3000
RAN = 0x1000
AT_ONCE = vm.PATIENCE
FLAG_SIPL, FLAG_IPLSR = 0x40, 0x20


def program(bs=512):
    """Stops at RAN, wherever it lies: LARL, LPSWE."""
    code = bytes.fromhex("c01000000008" "b2b21000").ljust(16, b"\0")
    return signing.whole(code + struct.pack(">QQ", 0x0002000180000000, RAN), bs)


class Secure(vm.TestCase):
    @classmethod
    def setUpClass(cls):
        if not signing.AVAILABLE:
            raise vm.unittest.SkipTest("there is no openssl")

    def setUp(self):
        super().setUp()
        self.certs = os.path.join(self.dir, "certs")
        os.mkdir(self.certs)
        self.signer = signing.Signer(self.certs, "vendor")

    def disk(self, signed=True, change=None, signer=None):
        d = Disk(512, 256)
        code = program()
        entries = []
        if signed:
            entries.append(signing.entry(d, (signer or self.signer).sign(code)))
        loaded = bytearray(code)
        if change is not None:
            loaded[change] ^= 1
        entries += [d.load(START, bytes(loaded)), d.load(0x9000, b"parameters"),
                    d.execute(disk.run_psw(START))]
        return self.file("disk.img", d.finish({1: d.program(*entries)}, default=1))

    def start(self, path, secure="on", **props):
        return VM("-m", "256M", *virtio_blk(path), *ipl_device(secure=secure, certs=self.certs, **props),
                  "-action", "panic=pause")

    def report(self, machine):
        """The flags of the parameter block, and (address, length, flags) of each
        component, as the program finds them from the word at 0x14 on."""
        at = struct.unpack(">I", machine.memory(0x14, 4))[0]
        self.assertTrue(at, "a pointer at 0x14")
        (length,) = struct.unpack(">I", machine.memory(at, 4))
        flags = machine.memory(at + 4, 1)[0]
        at += (length + 7) & ~7
        (end,) = struct.unpack(">I", machine.memory(at, 4))
        end += at
        at += 16
        found = {}
        while at < end:
            size, kind = struct.unpack(">IB", machine.memory(at, 5))
            self.assertTrue(16 <= size <= end - at)
            found[kind] = machine.memory(at + 16, size - 16)
            at += size
        components = [struct.unpack_from(">QQB5xH8x", found[2], i) for i in range(0, len(found[2]), 32)]
        certificates = [machine.memory(*struct.unpack_from(">QQ", found[1], i))
                        for i in range(0, len(found[1]), 16)]
        return flags, components, certificates

    def test_signed_boots(self):
        with self.start(self.disk()) as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            machine.console.wait_for("secure IPL: 1 components are signed and verified", AT_ONCE)
            flags, components, certificates = self.report(machine)
            self.assertEqual(flags & (FLAG_SIPL | FLAG_IPLSR), FLAG_SIPL | FLAG_IPLSR)
            self.assertIn((START, 512, 0xC0, 0), components)
            self.assertIn((0x9000, 512, 0, 0), components)
            der = signing.openssl("x509", "-in", self.signer.cert, "-outform", "DER")
            self.assertEqual(certificates, [der])

    def refused(self, path, *says, secure="on", **props):
        with VM("-m", "256M", *virtio_blk(path),
                *ipl_device(secure=secure, certs=self.certs, **props)) as machine:
            self.assertEqual(machine.wait(AT_ONCE), 1, "QEMU's exit status")
            machine.console.thread.join(5)
            machine.stderr.thread.join(5)
            for text in says:
                self.assertIn(text, machine.console.text())
                self.assertIn(text, machine.stderr.text())
            return machine

    def test_tampered_is_refused(self):
        self.refused(self.disk(change=31), "secure IPL: component 'entry 1' (0x3000-0x31ff): signature failed",
                     "it does not match the signature by CN=vendor", "cannot be IPLed")

    def test_unsigned_is_refused(self):
        self.refused(self.disk(signed=False), "secure IPL: no component is signed")

    def test_stranger_is_refused(self):
        os.mkdir(os.path.join(self.dir, "other"))
        stranger = signing.Signer(os.path.join(self.dir, "other"), "stranger")
        self.refused(self.disk(signer=stranger), "signature no-certificate")

    def test_not_by_the_firmware(self):
        """What is left to QEMU's firmware otherwise: it would start anything."""
        iso = bytes(0x8000) + b"\1CD001\1".ljust(2048, b"\0")
        iso += b"\0CD001\1EL TORITO SPECIFICATION".ljust(0x7800, b"\0")
        self.refused(self.file("disk.iso", iso), "QEMU's firmware has nothing like secure=")

    def test_audit_boots_both(self):
        with self.start(self.disk(), secure="audit") as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            machine.console.wait_for("audit: 1 components are signed and verified", AT_ONCE)
            self.assertEqual(self.report(machine)[0] & (FLAG_SIPL | FLAG_IPLSR), FLAG_IPLSR)
        with self.start(self.disk(change=100), secure="audit") as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            machine.console.wait_for("audit: would be refused: .*signature failed", AT_ONCE)
            self.assertIn((START, 512, 0x80, 0), self.report(machine)[1])

    def linux(self, signed):
        """What is taken for a kernel with parameters of its own; it stops at RAN."""
        image = bytearray(4096)
        image[:4] = bytes.fromhex("a7f40020")  # J *+0x40
        image[8:14] = b"S390EP"
        image[0x40 : 0x40 + 32] = program()[:32]
        image[0x480 : 0x484] = b"a=b\0"
        d = Disk(512, 256)
        entries = [signing.entry(d, self.signer.sign(bytes(image)))] if signed else []
        entries += [d.load(0x10000, bytes(image)), d.execute(disk.run_psw(0x10000))]
        name = "signed.img" if signed else "unsigned.img"
        return self.file(name, d.finish({1: d.program(*entries)}, default=1))

    def test_parameters_are_not_changed(self):
        with self.start(self.linux(True)) as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            self.assertEqual(machine.memory(0x10480, 4), b"a=b\0")
        for signed, secure, says in (
                (True, "on", "it is signed, so its kernel parameters cannot be changed"),
                (True, "audit", "it is signed, so its kernel parameters cannot be changed"),
                (False, "on", "secure IPL: kernel parameters are to be changed, which it does not take")):
            with self.subTest(signed=signed, secure=secure):
                self.refused(self.linux(signed), says, "cannot be IPLed", secure=secure, append="x=1")

    def test_an_audit_changes_parameters_and_says_so(self):
        with self.start(self.linux(False), secure="audit", append="x=1") as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            machine.console.wait_for("audit: would be refused: .*no component is signed", AT_ONCE)
            self.assertEqual(machine.memory(0x10480, 8), b"a=b x=1\0")

    def test_parameters_are_not_changed_in_the_menu(self):
        with Terminal(200, 24) as terminal, \
                VM("-nodefaults", "-display", "none", "-m", "256M", *virtio_blk(self.linux(False)),
                   *ipl_device(menu="on", secure="on", certs=self.certs), "-action", "panic=pause",
                   *terminal.serial("sclpconsole"), serial=False) as machine:
            terminal.wait_for("boot menu")
            terminal.type("1 x=1", ENTER)
            terminal.wait_for("secure IPL: kernel parameters are to be changed")
            self.assertEqual(machine.panic(AT_ONCE), 0x495002)
            self.assertEqual(machine.memory(0x10480, 8), bytes(8), "nothing is loaded")

    def test_off_does_not_look(self):
        with VM("-m", "256M", *virtio_blk(self.disk(change=100)), *ipl_device(),
                "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            self.assertNotIn("signed", machine.console.text())

    def test_certificates_that_are_not_there(self):
        os.unlink(self.signer.cert)
        self.refused(self.disk(signed=False), "there is no certificate")

    def sign_image(self, path):
        """Put real signatures where the real zipl has put those of the test files."""
        bs = 512

        def runs(data, table):
            while table:
                for slot in range(bs // 16 - 1):
                    block, _, more = struct.unpack_from(">QHH", data, table + 16 * slot)
                    if not block:
                        return
                    yield block * bs, (more + 1) * bs
                table = struct.unpack_from(">Q", data, table + bs - 16)[0] * bs

        with open(path, "r+b") as f:
            data = f.read()
            program_table = struct.unpack_from(">Q", data, 16)[0] * bs
            signed = 0
            for number in range(31):
                (block,) = struct.unpack_from(">Q", data, program_table + 16 * (number + 1))
                at = block * bs + 32
                while block and data[at + 23] in (2, 3):
                    if data[at + 23] == 3:
                        first, after = (struct.unpack_from(">Q", data, a)[0] * bs
                                        for a in (at, at + 32))
                        loaded = b"".join(data[a : a + n] for a, n in runs(data, after))
                        signature = self.signer.sign(loaded)
                        place, room = next(runs(data, first))
                        self.assertLessEqual(len(signature), room)
                        f.seek(place)
                        f.write(signature)
                        f.seek(at + 28)
                        f.write(struct.pack(">I", len(signature)))
                        signed += 1
                    at += 32
            return signed

    def test_linux_with_the_report(self):
        """Stage 3 of the real zipl insists on the report, and Linux knows."""
        path = self.image("z216-scsi512-secure")
        self.assertGreaterEqual(self.sign_image(path), 2)
        with VM("-m", "512M", *virtio_blk(path), *ipl_device(secure="on", certs=self.certs)) as machine:
            machine.console.wait_for("IPL secure=1", 2 * vm.PATIENCE)
            machine.console.wait_for("BOOT-OK", vm.PATIENCE)

    def test_linux_with_signatures_of_nobody(self):
        """As the real zipl wrote them for files with a made-up signature."""
        self.refused(self.image("z216-scsi512-secure"), "signature malformed")

    def test_needs_certificates(self):
        done = vm.run(vm.S390_IPL, "run", *ipl_device(secure="on"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("secure needs certs", done.stderr)

    def test_the_next_disk(self):
        """One that is refused does not keep a good one from being tried."""
        bad = self.disk(change=3)
        os.rename(bad, bad + ".bad")
        with VM("-m", "256M", *virtio_blk(bad + ".bad", "drive0", bootindex=1),
                *virtio_blk(self.disk(), "drive1", bootindex=2),
                *ipl_device(secure="on", certs=self.certs), "-action", "panic=pause") as machine:
            self.assertEqual(machine.panic(AT_ONCE), RAN)
            machine.console.wait_for("signature failed", AT_ONCE)


if __name__ == "__main__":
    vm.main()
