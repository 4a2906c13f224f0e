#!/bin/bash
# SPDX-License-Identifier: MIT
# Make the demo disk: Debian's s390x kernel, a busybox ramdisk and a menu of
# three programs, with a boot map by Debian's own zipl.
#
# usage: scripts/demo-disk.sh [-f] IMAGE
#   -f  make it again although it is there
#
# Downloads are kept in $S390_IPL_CACHE/work or build/images/work.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/images/lib.sh
. "$here/../tests/images/lib.sh"

force=no
[ "${1:-}" != -f ] || { force=yes; shift; }
[ $# = 1 ] || { sed -n '3,10s/^# \{0,1\}//p' "$0"; exit 2; }
image=$1
[ $force = yes ] || [ ! -e "$image" ] || exit 0
enter_work "${S390_IPL_CACHE:-$here/../build/images}/work"
mkdir -p "$(dirname "$image")"
new=$(cd "$(dirname "$image")" && pwd)/$(basename "$image").new

step "making the demo disk $image"
need_kernel
root=$WORK/demo-ramdisk files=$WORK/demo-files job=$WORK/jobs/demo
busybox_root "$root" "$here/demo-init"
rm -rf "$files" "$job"
mkdir -p "$files/boot" "$job"
cp "$WORK/vmlinuz" "$files/boot/vmlinuz"
initramfs "$root" | gzip -9n >"$files/boot/initrd"
new_disk "$new" 512 dos 32 ext4 4096 "$files"

echo "$new" >"$job/image"
blocks 512 >"$job/device"
{
	cat <<-'END'
	mount -t ext4 $PART /mnt
	cat >/tmp/zipl.conf <<-EOC
	[defaultboot]
	defaultmenu=menu
	:menu
	 target=/mnt/boot
	 1=shell
	 2=rescue
	 3=poweroff
	 default=1
	END
	for entry in shell rescue poweroff; do
		cat <<-END
		[$entry]
		 target=/mnt/boot
		 image=/mnt/boot/vmlinuz
		 ramdisk=/mnt/boot/initrd
		 parameters="entry=$entry quiet"
		END
	done
	printf 'EOC\nzipl -V -c /tmp/zipl.conf\n'
} >"$job/run"
step "writing its boot map: zipl runs in a virtual machine (some 10 s)"
workshop 216 demo
[ -e "$job/ok" ] || { cat "$job/log" >&2; rm -f "$new"; die "zipl failed (above)"; }
mv "$new" "$image"
step "done: $image"
