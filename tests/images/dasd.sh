# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034 # TARGET is for target, in the subshells of make.sh
# Disks that look like DASDs: an image is the blocks of all tracks in order, as a
# DASD is to Linux. Sourced by make.sh.
#
# A virtio disk cannot say that it is a DASD with such tracks. So zipl is told, the
# way it is told of the disks below a device-mapper device: by a helper that it
# asks, which goes by the name of the driver (here: loop, as the file system is
# mounted through a loop device, whatever the kernel thinks of the label).

HEADS=15

is_dasd() { [[ $1 == @(cdl|ldl|cms|bare|fba) ]]; }

sectors() { # block size: blocks on a track of a 3390
	case $1 in
	4096) echo 12 ;;
	2048) echo 21 ;;
	1024) echo 33 ;;
	512) echo 49 ;;
	esac
}

# new_dasd IMAGE BLOCKSIZE LABEL CYLINDERS[@START] FSTYPE FSBLOCK DIR
# LABEL: cdl, ldl, cms: what dasdfmt or CMS wrote; bare: LDL without a label;
# fba: no tracks. Makes the image and sets $TARGET; $JOB/device is written.
new_dasd() {
	local img=$1 bs=$2 label=$3 cyls=${4%@*} type=$5 fsblock=$6 dir=$7
	local sec start geometry total
	sec=$(sectors "$bs")
	geometry=$cyls,$HEADS,$sec
	total=$((cyls * HEADS * sec))
	case $label in
	cdl) start=$((2 * sec)) ;; # behind the volume label and the VTOC
	ldl | bare) start=3 ;;
	cms) start=180 ;;
	fba) start=2 geometry=- ;;
	esac
	[ "$cyls" = "$4" ] || start=$((${4#*@} * HEADS * sec))
	rm -f "$img"
	truncate -s $((total * bs)) "$img"
	[ "$label" = bare ] ||
		python3 "$IMAGES_DIR/labels.py" "$label" "$img" "$bs" "$cyls" "$HEADS" "$sec" \
			"$(volser "$NAME")" "$start"
	# Linux takes the last block of a CMS reserved file for CMS's own
	mke2fs -q -F -t "$type" -b "$fsblock" -E "offset=$((start * bs)),root_owner=0:0" -L ipl \
		-d "$dir" "$img" $(((total - start - 1) * bs / fsblock))
	{
		blocks "$bs"
		# QEMU takes no more cylinders than fit into 16 bits
		[ "$label" = fba ] || [ "$cyls" -gt 65535 ] ||
			echo ",cyls=$cyls,heads=$HEADS,secs=$sec"
	} | tr -d '\n' >"$JOB/device"
	# dasdfmt's word for more cylinders than fit
	[ "$cyls" -le 65534 ] || geometry=65534,$HEADS,$sec
	case $label in
	cdl) TARGET=(CDL "$bs" "$geometry" "$start") ;;
	fba) TARGET=(FBA "$bs" "$geometry" "$start") ;;
	*) TARGET=(LDL "$bs" "$geometry" "$start") ;;
	esac
}

volser() { tr -dc '[:alnum:]' <<<"$1" | tr '[:lower:]' '[:upper:]' | cut -c1-6; }

# target: what a job begins with when zipl has to be told of the disk ($TARGET)
target() {
	[ ${#TARGET[@]} -gt 0 ] || return 0
	local type=${TARGET[0]} bs=${TARGET[1]} geometry=${TARGET[2]} start=${TARGET[3]}
	[ "$type" != CDL ] || cat <<-END
	[ -e \$JOB/labelled ] || {
		echo '[$((start / $(sectors "$bs"))),last]' >/tmp/fdasd.conf
		for disk in \$DISK \$SECOND; do
			fdasd -s -c /tmp/fdasd.conf -f3390,$bs \$disk
		done
	}
	END
	cat <<-END
	PART=/dev/loop0
	losetup -o $((start * bs)) \$PART \$DISK
	{
		echo '#!/bin/sh'
		for disk in \$DISK \$SECOND; do
			echo "echo targetbase=\$(cat /sys/block/\${disk#/dev/}/dev)"
			echo "echo targettype=$type"
			echo "echo targetblocksize=$bs"
			echo "echo targetoffset=$start"
			[ $geometry = - ] || echo "echo targetgeometry=$geometry"
		done
	} >/lib/s390-tools/zipl_helper.loop
	chmod +x /lib/s390-tools/zipl_helper.loop
	END
}
