# SPDX-License-Identifier: MIT
"""Keys, certificates and signatures for tests of secure IPL, made with openssl.

A signature is made as the kernel's sign-file makes it, and as zipl puts it in front
of a component: PKCS#7, DER, detached, without signed attributes or certificates.
"""
import os
import shutil
import struct
import subprocess

AVAILABLE = shutil.which("openssl") is not None
SIGNATURE = 3  # type of an entry of a component table
SCLAB = 0xC000  # flags of loading attributes: PSW and load address count


def openssl(*argv, data=None):
    done = subprocess.run(["openssl", *argv], input=data, capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(f"openssl {argv[0]}: {done.stderr.decode()}")
    return done.stdout


class Signer:
    """A key and a certificate for it. @days: until it is no longer valid; negative: it
    was valid until so many days ago."""

    def __init__(self, directory, name, days=10, kind="rsa:2048"):
        self.key = os.path.join(directory, name + ".key")
        self.cert = os.path.join(directory, name + ".pem")
        when = ["-days", str(days)]
        if days < 0:
            # `req` makes no certificate of the past: let `x509` sign one
            request = os.path.join(directory, name + ".csr")
            openssl("req", "-new", "-newkey", kind, "-nodes", "-keyout", self.key, "-out", request,
                    "-subj", "/CN=" + name)
            config = os.path.join(directory, name + ".ca")
            os.makedirs(config)
            for file, text in ("index", ""), ("serial", "01\n"):
                with open(os.path.join(config, file), "w", encoding="ascii") as f:
                    f.write(text)
            with open(os.path.join(config, "conf"), "w", encoding="ascii") as f:
                f.write(f"[ca]\ndefault_ca=a\n[a]\ndatabase={config}/index\nserial={config}/serial\n"
                        f"new_certs_dir={config}\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
            openssl("ca", "-batch", "-config", os.path.join(config, "conf"), "-selfsign", "-keyfile",
                    self.key, "-in", request, "-out", self.cert, "-startdate", "20200101000000Z",
                    "-enddate", "20210101000000Z", "-notext")
        else:
            openssl("req", "-x509", "-newkey", kind, "-nodes", "-keyout", self.key, "-out",
                    self.cert, "-subj", "/CN=" + name, *when)

    def sign(self, data):
        return openssl("smime", "-sign", "-binary", "-noattr", "-nocerts", "-md", "sha256",
                       "-outform", "DER", "-signer", self.cert, "-inkey", self.key, data=data)


def whole(data, bs=512):
    """As it is loaded: in whole blocks."""
    return data.ljust(-(-len(data) // bs) * bs, b"\0")


def entry(disk, signature, length=None):
    """A SIGNATURE entry."""
    length = len(signature) if length is None else length
    return disk.entry(SIGNATURE, disk.data(signature), 1 << 56 | length)


def attributes(psw, addr, flags=SCLAB):
    """The last 32 bytes of a component that says how it is to be loaded."""
    return struct.pack(">HHIQQHH4s", 0, flags, 0, psw, addr, 0, 32, b"zIPL")
