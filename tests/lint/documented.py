#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: documented.py SOURCE-DIRECTORY S390-IPL

Options, device properties, exit statuses, wait codes and JSON keys that the
code has must be in the manual pages and in the shell completion, and the other
way round.
"""
import re
import subprocess
import sys
from pathlib import Path

top, program = Path(sys.argv[1]), sys.argv[2]
bad = 0


def page(name):
    """A page's text without the marks of scdoc."""
    text = (top / "man" / (name + ".scd")).read_text()
    return re.sub(r"[*\\]|_(?=[A-Z])|(?<=[A-Z])_", "", text)


def section(name, title):
    return page(name).split(f"# {title}\n")[1].split("\n# ")[0]


def same(what, code, docs):
    global bad
    for word in sorted(code - docs):
        print(f"{what}: {word} is in the code but not documented")
    for word in sorted(docs - code):
        print(f"{what}: {word} is documented but not in the code")
    bad += len(code ^ docs)


def long_options(text):
    """Long options that begin a line of help or a paragraph of a page."""
    return set(re.findall(r"^ *(?:-\w, )?(--[a-z]+)", text, re.M))


def help_of(*words):
    return subprocess.run([program, *words], stdin=subprocess.DEVNULL, check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def read(path):
    return (top / path).read_text()


same("s390-ipl(1)", long_options(help_of("--help")), long_options(page("s390-ipl.1")))
for command in "list", "show", "check", "extract", "install", "run":
    same(f"s390-ipl-{command}(1)", long_options(help_of(command, "--help")),
         long_options(page(f"s390-ipl-{command}.1")))

commands = set(re.findall(r"^  ([a-z]+) ", help_of("--help"), re.M))
same("s390-ipl(1), commands", commands,
     set(re.findall(r"^([a-z]+) [A-Z]", section("s390-ipl.1", "COMMANDS"), re.M)))

see_also = set(re.findall(r"s390-ipl-([a-z]+)\(1\)", section("s390-ipl.1", "SEE ALSO")))
same("s390-ipl(1), SEE ALSO", commands, see_also)

properties = set(re.findall(r"^  ([a-z_]+)=", help_of("run", "-device", "s390-ipl,help"), re.M))
same("s390-ipl-run(1), properties", properties,
     set(re.findall(r"^([a-z_]+)=", section("s390-ipl-run.1", "THE IPL DEVICE"), re.M)))

statuses = {int(n) for n in re.findall(r"\{ IPL_\w+, (\d+),", read("src/base/err.c"))}
same("s390-ipl(1), exit statuses", statuses,
     {int(n) for n in re.findall(r"^\| +(\d+)$", page("s390-ipl.1"), re.M)})

codes = set(re.findall(r"#define WAIT_\w+ (0x\w+)", read("include/s390-ipl/abi.h")))
same("s390-ipl-run(1), wait codes", codes,
     set(re.findall(r"^\| +(0x\w+)$", page("s390-ipl-run.1"), re.M)))

codes = set(re.findall(r"#define WAIT_\w+ +(0x\w+)u", read("guest/stage2/stage2.h")))
codes |= {f"0x{c}" for c in re.findall(r"0x000a0000, 0x00(\w+)", read("guest/stage2/start.S"))}
same("s390-ipl-install(1), wait codes", codes,
     set(re.findall(r"^\| +(0x\w+)$", page("s390-ipl-install.1"), re.M)))

json_page = read("man/s390-ipl-json.5.scd")
keys = set()
for path in sorted((top / "src/cli").glob("*.c")):
    keys |= set(re.findall(r'json_add\w*\(\s*\w+,\s*"(\w+)"', path.read_text()))
for path in sorted((top / "src/device").glob("*.c")):
    keys |= set(re.findall(r'ipl_event_\w+\(\s*\w+,\s*"(\w+)"', path.read_text()))
    for event in re.findall(r'ipl_event\("(\w+)"\)', path.read_text()):
        if f'*"{event}"*' not in json_page:
            print(f"s390-ipl-json(5): event {event} is not documented")
            bad += 1
for key in sorted(keys):
    if f"*{key}*" not in json_page:
        print(f"s390-ipl-json(5): key {key} is not documented")
        bad += 1

codes = set()
for path in sorted((top / "src/boot").glob("*.c")):
    codes |= set(re.findall(r'IPL_(?:NOTE|WARNING|ERROR),\s*"([a-z0-9-]+)"', path.read_text()))
codes |= set(re.findall(r'#define IPL_NOTE_\w+\s+"([a-z-]+)"', read("src/boot/note.h"))) - {"segment-lost"}
for code in sorted(codes):
    if f"*{code}*" not in read("man/s390-ipl-check.1.scd"):
        print(f"s390-ipl-check(1): finding {code} is not documented")
        bad += 1

# "panel ReIpl.fcp_br_lba": tests/e2e/test_panel.py, class ReIpl, test_fcp_br_lba
tests = {p.stem[5:]: p.read_text() for p in (top / "tests/e2e").glob("test_*.py")}
for name, one, test in re.findall(rf"\b({'|'.join(tests)}) ([A-Z]\w+)(?:\.(\w+))?",
                                  read("docs/load-panel.md")):
    body = re.search(rf"^class {one}\(.*?(?=^class |\Z)", tests[name], re.M | re.S)
    if not body or (test and f"def test_{test}(" not in body[0]):
        print(f"docs/load-panel.md: there is no test {name} {one} {test}")
        bad += 1

completion = read("completion/s390-ipl.bash")
for command in [], ["list"], ["show"], ["check"], ["extract"], ["install"], ["run"]:
    for option in long_options(help_of(*command, "--help")):
        if option not in completion:
            print(f"completion: {' '.join(command)} {option} is missing")
            bad += 1

for name in sorted(properties):
    if f"s390-ipl,{name}=" not in completion:
        print(f"completion: property {name} is missing")
        bad += 1

sys.exit(1 if bad else 0)
