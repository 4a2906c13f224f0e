#!/bin/bash
# SPDX-License-Identifier: MIT
# Make the demo disk: Debian's s390x kernel, a busybox ramdisk and three programs,
# with a boot map by s390-ipl install.
#
# usage: scripts/demo-disk.sh [-f] IMAGE
#   -f  make it again although it is there
#
# $S390_IPL is the program (build/src/s390-ipl). Downloads are kept in $S390_IPL_CACHE/work or build/images/work.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/images/lib.sh
. "$here/../tests/images/lib.sh"

force=no
[ "${1:-}" != -f ] || { force=yes; shift; }
[ $# = 1 ] || { sed -n '3,11s/^# \{0,1\}//p' "$0"; exit 2; }
image=$1
[ $force = yes ] || [ ! -e "$image" ] || exit 0
enter_work "${S390_IPL_CACHE:-$here/../build/images}/work"
mkdir -p "$(dirname "$image")"
new=$(cd "$(dirname "$image")" && pwd)/$(basename "$image").new

step "making the demo disk $image"
need_kernel
root=$WORK/demo-ramdisk
busybox_root "$root" "$here/demo-init"
initramfs "$root" | gzip -9n >"$WORK/demo-initrd"
entries=()
for entry in 'Shell shell' 'Rescue rescue' 'Power off poweroff'; do
	entries+=(--name "${entry% *}" --kernel "$WORK/vmlinuz" --initrd "$WORK/demo-initrd"
		--cmdline "entry=${entry##* } quiet")
done
rm -f "$new"
step "writing its boot map (s390-ipl install)"
"${S390_IPL:-$here/../build/src/s390-ipl}" install "$new" --format scsi --size 64M \
	"${entries[@]}" --write >"$WORK/demo.log" || { cat "$WORK/demo.log" >&2; exit 1; }
mv "$new" "$image"
step "done: $image"
