# SPDX-License-Identifier: MIT
"""A person at a terminal: a pseudo-terminal whose other end is a console of a VM,
and the screen of a VT100 that shows what comes out of it.

    with Terminal(80, 24) as terminal:
        with VM(..., *terminal.serial("sclpconsole"), serial=False):
            terminal.wait_for("boot menu")
            terminal.type("2\\r")
"""
import codecs
import os
import pty
import re
import threading
import time
import tty
import unicodedata

PATIENCE = 60

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, DELETE, PAGE_UP, PAGE_DOWN = "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[5~", "\x1b[6~"
ENTER, ESC, BACKSPACE = "\r", "\x1b", "\x7f"


class Screen:
    """What a VT100 shows, as far as the menu uses one: cursor, attributes, erase."""

    SEQUENCE = re.compile(r"\x1b(?:\[([0-9;?]*)([@-~])|([78c=>]))")

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.x = self.y = 0
        self.attr = 0  # 0 plain, 1 bold, 7 reverse
        self.saved = (0, 0)
        self.newline = False  # whether a line feed does a carriage return, too
        self.rest = ""
        self.asked = 0  # how often the cursor's position was asked for
        self.history = []  # lines that left at the top
        self.clear()

    def clear(self):
        self.cells = [[(" ", 0)] * self.width for _ in range(self.height)]

    def feed(self, text):
        text = self.rest + text
        self.rest = ""
        at = 0
        while at < len(text):
            c = text[at]
            if c != "\x1b":
                self._put(c)
                at += 1
                continue
            match = self.SEQUENCE.match(text, at)
            if not match:
                if len(text) - at > 30:
                    raise AssertionError(f"not understood: {text[at:at + 30]!r}")
                self.rest = text[at:]
                return
            at = match.end()
            self._sequence(*match.groups())

    def _put(self, c):
        if c == "\r":
            self.x = 0
        elif c == "\n":
            self.x = 0 if self.newline else self.x
            self._down()
        elif c == "\b":
            self.x = max(self.x - 1, 0)
        elif c >= " ":
            wide = 2 if unicodedata.east_asian_width(c) in "WF" else 1
            if self.x + wide > self.width:  # wraps only when more comes
                self.x = 0
                self._down()
            self.cells[self.y][self.x] = (c, self.attr)
            if wide == 2:
                self.cells[self.y][self.x + 1] = ("", self.attr)
            self.x += wide

    def _down(self):
        if self.y + 1 < self.height:
            self.y += 1
            return
        self.history.append(self._line(0))
        self.cells = self.cells[1:] + [[(" ", 0)] * self.width]

    def _sequence(self, params, final, simple):
        if simple == "7":
            self.saved = (self.x, self.y)
        elif simple == "8":
            self.x, self.y = self.saved
        if simple:
            return
        if params.startswith("?"):
            return
        n = [int(p) if p else 0 for p in params.split(";")]
        if final == "H":
            row, column = (n + [1])[:2]
            self.y = min(max(row, 1), self.height) - 1
            self.x = min(max(column, 1), self.width) - 1
        elif final == "J" and n[0] == 2:
            self.clear()
        elif final == "K":
            self.cells[self.y][self.x:] = [(" ", 0)] * (self.width - self.x)
        elif final == "m":
            for p in n:
                self.attr = p
        elif final == "n" and n[0] == 6:
            self.asked += 1

    def _line(self, y):
        return "".join(c for c, _ in self.cells[y]).rstrip()

    def lines(self):
        return [self._line(y) for y in range(self.height)]

    def text(self):
        return "\n".join(self.lines())

    def reverse(self):
        """The lines in reverse video."""
        return [self._line(y) for y in range(self.height)
                if any(attr == 7 for _, attr in self.cells[y])]


class Terminal:
    """@answers: whether it tells its size when asked. A dumb one does not."""

    def __init__(self, width=80, height=24, answers=True):
        self.screen = Screen(width, height)
        self.answers = answers
        self.raw = ""
        self.news = threading.Condition()
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.path = os.ttyname(self.slave)
        self.thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        os.close(self.slave)
        os.close(self.master)

    def _read(self):
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            with self.news:
                text = decoder.decode(data)
                self.raw += text
                self.screen.feed(text)
                if self.screen.asked and self.answers:
                    self.screen.asked = 0
                    os.write(self.master,
                             f"\x1b[{self.screen.height};{self.screen.width}R".encode())
                self.news.notify_all()

    # --- what a test does with it

    def serial(self, device="sclpconsole", name="terminal"):
        """QEMU's options for a console with this terminal."""
        # QEMU's line-mode console leaves that to the terminal
        self.screen.newline = device == "sclplmconsole"
        adapter = ["-device", "virtio-serial-ccw"] if device == "virtconsole" else []
        return ["-chardev", f"serial,id={name},path={self.path}", *adapter,
                "-device", f"{device},chardev={name}"]

    def type(self, *keys):
        for key in keys:
            os.write(self.master, key.encode())

    def text(self):
        with self.news:
            return self.screen.text()

    def lines(self):
        with self.news:
            return self.screen.lines()

    def reverse(self):
        with self.news:
            return self.screen.reverse()

    def wait_for(self, regex, timeout=PATIENCE):
        """The match of @regex on the screen."""
        return self.wait_until(
            lambda s: re.search(regex, s.text(), re.M), f"'{regex}'", timeout)

    def wait_gone(self, regex, timeout=PATIENCE):
        return self.wait_until(
            lambda s: not re.search(regex, s.text(), re.M), f"no '{regex}'", timeout)

    def wait_raw(self, regex, timeout=PATIENCE):
        """The match of @regex in all that came."""
        return self.wait_until(
            lambda _: re.search(regex, self.raw, re.M), f"'{regex}'", timeout)

    def wait_until(self, condition, what, timeout=PATIENCE):
        end = time.monotonic() + timeout
        with self.news:
            while True:
                found = condition(self.screen)
                if found:
                    return found
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {timeout} s: {what} on the screen\n"
                                         + self._dump())
                self.news.wait(min(left, 1))

    def _dump(self):
        lines = self.screen.history[-30:] + self.screen.lines()
        return "\n".join(f"|{line}" for line in lines)
