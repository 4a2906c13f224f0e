#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""NBD servers that lie, break off or fall silent: `s390-ipl list` says so and ends.

usage: tests/nbd.py S390-IPL [UNITTEST OPTION...]
"""
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "golden"))
import run  # noqa: E402 (path)

PROGRAM = "s390-ipl"
DISK = run.build("old-1.8")
PATIENCE = 90  # seconds: more than the time that a silent server is given
EXPORT, ACK, INFO, UNSUPPORTED, GO = 0, 1, 3, 1 << 31 | 1, 7
READ, DISCONNECT = 0, 2


class Closed(Exception):
    """The client has gone."""


class Server(threading.Thread):
    """One connection of the NBD protocol (nbd/doc/proto.md), without structured
    replies. What is wrong with it is in the methods that tests override."""

    size = len(DISK)

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.reads = 0

    def run(self):
        self.sock, _ = self.listener.accept()
        try:
            self.greet()
            while self.option():
                pass
            while self.command():
                pass
        except (Closed, OSError):
            pass
        finally:
            self.sock.close()
            self.listener.close()

    def take(self, n):
        data = b""
        while len(data) < n:
            got = self.sock.recv(n - len(data))
            if not got:
                raise Closed
            data += got
        return data

    def silence(self):
        """Until the client gives up."""
        while self.sock.recv(65536):
            pass
        raise Closed

    def greet(self):
        self.sock.sendall(b"NBDMAGICIHAVEOPT" + struct.pack(">H", 3))
        self.take(4)

    def reply(self, option, kind, data=b""):
        self.sock.sendall(struct.pack(">QIII", 0x3E889045565A9, option, kind, len(data)) + data)

    def option(self):
        _, option, length = struct.unpack(">QII", self.take(16))
        self.take(length)
        if option != GO:
            self.reply(option, UNSUPPORTED)
            return True
        self.reply(option, INFO, struct.pack(">HQH", EXPORT, self.size, 1 | 2))
        self.reply(option, ACK)
        return False

    def command(self):
        _, _, kind, cookie, offset, length = struct.unpack(">IHHQQI", self.take(28))
        if kind == DISCONNECT:
            return False
        self.reads += 1
        self.answer(cookie, offset, length)
        return True

    def head(self, cookie, error=0):
        return struct.pack(">IIQ", 0x67446698, error, cookie)

    def answer(self, cookie, offset, length):
        self.sock.sendall(self.head(cookie) + DISK[offset : offset + length])


class Evil(unittest.TestCase):
    def listing(self, server, **env):
        """Exit status and text of `s390-ipl list`, which must come to an end."""
        server.start()
        done = subprocess.run(
            [PROGRAM, "list", f"nbd://127.0.0.1:{server.port}"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
            env=dict(os.environ, LC_ALL="C.UTF-8", **env))
        server.join(PATIENCE)
        self.assertFalse(server.is_alive())
        return done.returncode, done.stdout + done.stderr

    def refused(self, server, *says, status=3):
        code, text = self.listing(server)
        self.assertEqual(code, status, text)
        for sentence in says:
            self.assertIn(sentence, text)

    def test_good(self):
        code, text = self.listing(Server())
        self.assertEqual(code, 0, text)
        self.assertIn("2 programs", text)

    def test_clock_is_stepped(self):
        """By a day, forth and back, between any two looks at it."""
        clock = Path(PROGRAM).resolve().parent.parent / "tests" / "stepped_clock.so"
        if not clock.exists():
            self.skipTest(f"{clock} is not there")
        code, text = self.listing(Server(), LD_PRELOAD=str(clock))
        self.assertEqual(code, 0, text)
        self.assertIn("2 programs", text)

    def test_answers_by_drops(self):
        """Never silent, and never done: 120 s are enough, by a clock 60 times as fast."""
        clock = Path(PROGRAM).resolve().parent.parent / "tests" / "fast_clock.so"
        if not clock.exists():
            self.skipTest(f"{clock} is not there")

        class S(Server):
            drops = 0

            def answer(self, cookie, offset, length):
                self.sock.sendall(self.head(cookie))
                for byte in DISK[offset : offset + length]:
                    time.sleep(0.05)
                    self.sock.sendall(bytes([byte]))
                    self.drops += 1
        server = S()
        code, text = self.listing(server, LD_PRELOAD=str(clock))
        self.assertEqual(code, 8, text)
        self.assertIn("NBD read failed: the server did not answer for ", text)
        self.assertGreater(server.drops, 0)

    def test_no_nbd_at_all(self):
        class S(Server):
            def greet(self):
                self.sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n".ljust(200))
                raise Closed
        self.refused(S(), "cannot connect to the NBD server")

    def test_closes_at_once(self):
        class S(Server):
            def greet(self):
                raise Closed
        self.refused(S(), "cannot connect to the NBD server")

    def test_refuses_the_export(self):
        class S(Server):
            def option(self):
                _, option, length = struct.unpack(">QII", self.take(16))
                self.take(length)
                self.reply(option, UNSUPPORTED + 1 if option == GO else UNSUPPORTED)
                return True
        self.refused(S(), "cannot connect to the NBD server")

    def test_size_0(self):
        class S(Server):
            size = 0
        self.refused(S(), "has 0 bytes, too few for a boot record")

    def test_size_2_64(self):
        class S(Server):
            size = (1 << 64) - 1
        self.refused(S())

    def test_gone_before_each_read(self):
        """After that many reads it closes the connection, in the middle of a reply."""
        good = Server()
        self.listing(good)
        self.assertGreater(good.reads, 10)
        for n in range(good.reads):
            class S(Server):
                def answer(self, cookie, offset, length, n=n):
                    if self.reads <= n:
                        super().answer(cookie, offset, length)
                    else:
                        self.sock.sendall((self.head(cookie) + DISK[offset : offset + length])[:-1])
                        raise Closed
            code, text = self.listing(S())
            # the version of a kernel can be missing, tables cannot
            self.assertIn(code, (0, 3), text)
            if code:
                self.assertIn("NBD read failed", text)

    def test_error_at_each_read(self):
        good = Server()
        self.listing(good)
        for n in range(good.reads):
            class S(Server):
                def answer(self, cookie, offset, length, n=n):
                    if self.reads == n + 1:
                        self.sock.sendall(self.head(cookie, error=5))
                    else:
                        super().answer(cookie, offset, length)
            code, text = self.listing(S())
            self.assertIn(code, (0, 3), text)
            if code:
                self.assertIn("Input/output error", text)

    def test_answer_to_nobody(self):
        class S(Server):
            def answer(self, cookie, offset, length):
                super().answer(cookie ^ 0xFF, offset, length)
        self.refused(S(), "NBD read failed")

    def test_wrong_magic(self):
        class S(Server):
            def head(self, cookie, error=0):
                return b"\0" * 16
        self.refused(S(), "NBD read failed")


class Silent(unittest.TestCase):
    """All at a time, since each takes as long as the patience of s390-ipl."""

    def test_silence(self):
        class AtConnect(Server):
            def greet(self):
                self.silence()

        class AtOption(Server):
            def option(self):
                self.silence()

        class AtRead(Server):
            def answer(self, cookie, offset, length):
                self.silence()

        class InRead(Server):
            def answer(self, cookie, offset, length):
                if offset:
                    self.sock.sendall(self.head(cookie) + DISK[offset : offset + length - 1])
                    self.silence()
                super().answer(cookie, offset, length)

        class AtEnd(Server):
            def command(self):
                if not super().command():
                    self.silence()
                return True

        found = {}

        def listing(kind):
            found[kind.__name__] = Evil.listing(self, kind())

        kinds = [AtConnect, AtOption, AtRead, InRead, AtEnd]
        threads = [threading.Thread(target=listing, args=[kind]) for kind in kinds]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLess(time.monotonic() - began, PATIENCE)
        self.assertEqual(found.pop("AtEnd")[0], 0)
        for name, (code, text) in found.items():
            self.assertEqual(code, 8, f"{name}: {text}")
            self.assertIn("the server did not answer for ", text, name)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
