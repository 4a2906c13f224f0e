#!/bin/bash
# SPDX-License-Identifier: MIT
# Make tools.cpio.gz: chreipl, lsreipl and fdasd of Debian bookworm's s390-tools, the
# libraries that they want, and the driver of virtio disks, as an archive to be put
# behind a ramdisk.
#
# usage: tests/images/tools.sh
# It goes where make.sh puts images; the packages are those that make.sh fetches.
set -euo pipefail
# shellcheck source=tests/images/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

OUT=${S390_IPL_CACHE:-$IMAGES_DIR/../../build/images}
made_by="made by $(sha256sum <"${BASH_SOURCE[0]}" | cut -c1-16)"
[ ! -e "$OUT/tools.cpio.gz" ] || ! grep -qsx "$made_by" "$OUT/tools.log" || exit 0
enter_work "$OUT/work"
need_zipl 216 || {
	step "left out, as Debian bookworm's packages cannot be fetched now: tools.cpio.gz"
	exit 0
}
need_kernel
step "packing chreipl, lsreipl and fdasd"
from=$WORK/zipl-216 dir=$WORK/tools
rm -rf "$dir"
mkdir -p "$dir/sbin" "$dir/modules" "$dir/lib/s390x-linux-gnu"
install "$from"/sbin/{chreipl,lsreipl,fdasd} "$dir/sbin/"
cp "$WORK/modules/virtio_blk.ko" "$dir/modules/"
cp "$from"/lib/s390x-linux-gnu/{ld64.so.1,libc.so.6} "$dir/lib/s390x-linux-gnu/"
ln -s s390x-linux-gnu/ld64.so.1 "$dir/lib/ld64.so.1"
initramfs "$dir" | gzip -9n >"$OUT/tools.new"
mv "$OUT/tools.new" "$OUT/tools.cpio.gz"
echo "$made_by" >"$OUT/tools.log"
