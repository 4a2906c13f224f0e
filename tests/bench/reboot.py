#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same Linux three times in a row: how long each boot takes from the IPL request to its first user program. The
third should not be slower than the first, although TCG has the translations of two earlier kernels to forget.

usage: reboot.py S390-IPL        (QEMU=PATH chooses another QEMU)

Needs the disk z216-scsi512-actions (tests/images/make.sh), in $S390_IPL_TEST_IMAGES or build/images."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

QEMU = os.environ.get("QEMU", "qemu-system-s390x")


def main():
    build = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[1])))
    images = os.environ.get("S390_IPL_TEST_IMAGES") or os.path.join(build, "images")
    image = os.path.join(images, "z216-scsi512-actions.img")
    if not os.path.exists(image):
        print(f"reboot: skipped, there is no {image}")
        return
    work = tempfile.mkdtemp(prefix="s390-ipl-bench-")
    disk = shutil.copy(image, work)
    vm = subprocess.Popen([sys.argv[1], "run", "--qemu", QEMU, "-v", "-m", "1G", "-nographic", "-drive",
                           f"if=virtio,format=raw,file={disk}", "-device", "s390-ipl,loadparm=2"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    signal.alarm(300)
    took, began = [], time.time()
    try:
        for line in vm.stdout:
            if b"s390-ipl: disk" in line:
                began = time.time()
            if b"BOOT-OK" in line:
                took.append(time.time() - began)
                if len(took) == 3:
                    break
    finally:
        vm.kill()
        vm.wait()
        shutil.rmtree(work)
    if len(took) < 3:
        sys.exit(f"only {len(took)} boots of three")
    print("the same Linux three times in a row, from the IPL to its first program")
    print("  " + ", ".join(f"{t:.2f} s" for t in took) + f"; third/first {took[2] / took[0]:.2f}")


if __name__ == "__main__":
    main()
