#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: scripts/menu-picture.py S390-IPL DISK OUT.svg

Start a VM, look at its boot menu through a pseudo-terminal of 80x24, and draw
what is there. DISK is tests/images' z216-cdl4k, or any other.
"""
import html
import os
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "e2e"))
from terminal import DOWN, Terminal  # noqa: E402 (path)

W, H, MARGIN, FONT = 8.4, 18, 12, 14  # of a character, in pixels
PAPER, INK, BAR = "#1c1f24", "#d8dde3", "#c3cad3"


def runs(cells):
    """(column, text, attribute) of what is to be seen in a row."""
    found = []
    for x, (c, attr) in enumerate(cells):
        if not found or found[-1][2] != attr:
            found.append([x, "", attr])
        found[-1][1] += c
    return [run for run in found if run[1].strip() or run[2] == 7]


def svg(screen):
    width, height = screen.width * W + 2 * MARGIN, screen.height * H + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
           f'font-family="DejaVu Sans Mono, Consolas, monospace" font-size="{FONT}">',
           "<title>The boot menu of s390-ipl</title>",
           f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>']
    for y, cells in enumerate(screen.cells):
        for x, text, attr in runs(cells):
            left, top = MARGIN + x * W, MARGIN + y * H
            if attr == 7:
                out.append(f'<rect x="{left:.1f}" y="{top}" width="{len(text) * W:.1f}" '
                           f'height="{H}" fill="{BAR}"/>')
            bold = ' font-weight="bold"' if attr == 1 else ""
            out.append(f'<text x="{left:.1f}" y="{top + FONT}" xml:space="preserve" '
                       f'textLength="{len(text) * W:.1f}" '
                       f'fill="{PAPER if attr == 7 else INK}"{bold}>'
                       f"{html.escape(text)}</text>")
    x, y = MARGIN + screen.x * W, MARGIN + screen.y * H
    out.append(f'<rect x="{x:.1f}" y="{y + H - 3}" width="{W}" height="3" fill="#e0a030"/>')
    return "\n".join(out + ["</svg>", ""])


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, disk, out = sys.argv[1:]
    with Terminal() as terminal:
        vm = subprocess.Popen(
            [program, "run", "-nodefaults", "-display", "none", "-m", "512M",
             "-drive", f"if=none,id=disk0,format=raw,snapshot=on,file={disk}",
             "-device", "virtio-blk-ccw,drive=disk0",
             "-device", "s390-ipl,menu=on,timeout=0", *terminal.serial()],
            stdin=subprocess.DEVNULL)
        try:
            terminal.wait_for("help$")
            before = terminal.reverse()
            terminal.type(DOWN)
            terminal.wait_until(lambda s: s.reverse() != before, "another entry")
            time.sleep(0.5)  # all of it
            with terminal.news, open(out, "w", encoding="utf-8") as f:
                f.write(svg(terminal.screen))
        finally:
            vm.kill()
            vm.wait()


main()
