#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build the image of a case and compare what s390-ipl says about it.

usage: tests/golden/run.py [--update] S390-IPL CASE...
CASE is a directory with image.py, whose image() returns the bytes of a disk,
and with what is expected: list.txt and list.json. Where image.py has LAYOUTS,
`list --layout NAME` of each in list-NAME.txt. Where there are show.txt, show.json,
check.txt or check.json, also what these commands say, with the options SHOW or
CHECK of image.py. --update writes all that are there anew.
"""
import difflib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True


def load(case):
    spec = importlib.util.spec_from_file_location("image", HERE / case / "image.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(case):
    """The bytes of the disk that CASE/image.py makes."""
    return load(case).image()


def run_list(program, directory, *options, command="list"):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    done = subprocess.run([program, command, *options, "disk.img"], cwd=directory,
                          env=env, capture_output=True, timeout=60)
    return done.stdout.decode() + done.stderr.decode() + f"exit status {done.returncode}\n"


def run_json(program, directory, *options, command="list"):
    """JSON as it is, without what changes with every version."""
    out = run_list(program, directory, "--json", *options, command=command)
    if not out.startswith("{"):
        return out
    obj, end = json.JSONDecoder().raw_decode(out)
    assert obj["tool"].startswith("s390-ipl "), obj["tool"]
    obj["tool"] = "s390-ipl"
    return json.dumps(obj, indent=1, ensure_ascii=False) + out[end:]


def check(case, name, found, update):
    file = HERE / case / name
    if update:
        file.write_text(found)
    expected = file.read_text() if file.exists() else ""
    diff = difflib.unified_diff(expected.splitlines(), found.splitlines(),
                                f"{case}/{name}", "found", lineterm="")
    text = "\n".join(diff)
    if text:
        print(text)
    return not text


def main():
    args = sys.argv[1:]
    update = args[:1] == ["--update"]
    program, *cases = args[update:]
    program = str(Path(program).resolve())
    good = True
    for case in cases:
        case = Path(case).name
        module = load(case)
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "disk.img").write_bytes(module.image())
            good &= check(case, "list.txt", run_list(program, directory), update)
            good &= check(case, "list.json", run_json(program, directory), update)
            for name in getattr(module, "LAYOUTS", []):
                found = run_list(program, directory, "--layout", name)
                good &= check(case, f"list-{name}.txt", found, update)
            for command in "show", "check":
                for suffix, runner in (".txt", run_list), (".json", run_json):
                    if not (HERE / case / (command + suffix)).exists():
                        continue
                    options = getattr(module, command.upper(), [])
                    found = runner(program, directory, *options, command=command)
                    good &= check(case, command + suffix, found, update)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
