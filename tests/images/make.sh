#!/bin/bash
# SPDX-License-Identifier: MIT
# Make test disks with the real zipl of Debian bookworm (2.16) and trixie (2.35).
#
# usage: tests/images/make.sh [-o OUT] [-w WORK] [-f] [-l] [NAME|GLOB]...
#   -o  where finished images go  (default: $S390_IPL_CACHE or build/images)
#   -w  downloads and intermediate files  (default: OUT/work)
#   -f  make images again that are there and up to date
#   -l  only list the names
# NAME "default" stands for the set that `make check` uses, "big" for sparse
# files of up to 2 TiB, "matrix" for all but those (`make matrix`), "all" for all.
#
# Needs neither root nor loop devices: zipl runs in a virtual machine (lib.sh).
# shellcheck disable=SC2317 # job_ and fill_ functions are called by name
# shellcheck disable=SC2031 # what is current (NAME...) is set outside the pipelines
set -euo pipefail
# shellcheck source=tests/images/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/images/dasd.sh
. "$IMAGES_DIR/dasd.sh"

DEFAULT=(z216-scsi512-mbr z216-scsi4k-gpt z216-scsi512-plain z216-scsi512-frag
z216-scsi512-single z216-scsi512-many z216-scsi512-sparse z216-scsi512-env
z216-scsi4k-mbr z216-scsi512-segment z216-scsi512-secure z216-scsi512-actions
z235-scsi512-mbr z235-scsi4k-gpt
z216-cdl4k z216-cdl512 z216-ldl4k z216-ldl1k z216-cms4k z216-fba512 z235-cdl4k)

# ------------------------------------------------------------ what there is
# NAME BLOCKSIZE LABEL SIZE FSTYPE FSBLOCK JOB [FILL...]
# JOB is a job_ function below, FILL a fill_ function for the file system.
# SIZE is in megabytes, or cylinders of a DASD (cdl, ldl, cms, bare, fba: dasd.sh);
# SIZE@START says where the partition begins, in the same unit.
catalogue() {
	local v
	for v in 216 235; do
		cat <<-END
		z$v-scsi512-mbr      512  dos  64 ext4 4096 menu
		z$v-scsi512-gpt      512  gpt  64 ext4 4096 menu
		z$v-scsi4k-gpt       4096 gpt  64 ext4 4096 menu
		z$v-scsi4k-mbr       4096 dos  64 ext4 4096 menu
		z$v-scsi512-plain    512  none 64 ext4 4096 menu
		z$v-scsi512-frag     512  dos  32 ext2 1024 frag    hole
		z$v-scsi512-add      512  dos  64 ext4 4096 add     hole
		z$v-scsi512-single   512  dos  64 ext4 4096 single
		z$v-scsi512-many     512  dos  64 ext4 4096 many
		z$v-scsi512-sparse   512  dos  64 ext4 4096 sparse
		z$v-scsi512-kdump    512  dos  64 ext4 4096 kdump
		z$v-scsi512-long     512  dos  64 ext4 4096 long
		z$v-scsi512-env      512  dos  64 ext4 4096 env
		z$v-scsi512-secure   512  dos  64 ext4 4096 secure  signed
		z$v-scsi512-segment  512  dos  64 ext4 4096 segment
		z$v-scsi512-bls      512  dos  64 ext4 4096 bls     bls
		z$v-scsi512-dump     512  dos  48 ext4 4096 dump
		z$v-scsi512-actions  512  dos  64 ext4 4096 actions kexec
		z$v-fba512           512  fba  180 ext4 4096 menu
		z$v-fba512-single    512  fba  180 ext4 4096 single
		z$v-ldl4k            4096 ldl  100 ext4 4096 menu
		z$v-ldl2k            2048 ldl  110 ext4 4096 menu
		z$v-ldl1k            1024 ldl  140 ext4 4096 menu
		z$v-ldl512           512  ldl  180 ext4 4096 menu
		z$v-ldl4k-unlabeled  4096 bare 100 ext4 4096 menu
		z$v-ldl4k-bls        4096 ldl  100 ext4 4096 bls      bls
		z$v-cms4k            4096 cms  100 ext4 4096 menu
		z$v-cdl4k            4096 cdl  100 ext4 4096 menu
		z$v-cdl2k            2048 cdl  110 ext4 4096 menu
		z$v-cdl1k            1024 cdl  140 ext4 4096 menu
		z$v-cdl512           512  cdl  180 ext4 4096 menu
		z$v-cdl4k-single     4096 cdl  100 ext4 4096 single
		z$v-cdl4k-parmfile   4096 cdl  100 ext4 4096 parmfile
		z$v-cdl4k-noprompt   4096 cdl  100 ext4 4096 noprompt
		z$v-cdl4k-many       4096 cdl  100 ext4 4096 many
		z$v-cdl4k-sparse     4096 cdl  100 ext4 4096 sparse
		z$v-cdl4k-kdump      4096 cdl  100 ext4 4096 kdump
		z$v-cdl4k-frag       4096 cdl  50  ext4 4096 frag     hole
		z$v-cdl4k-add        4096 cdl  100 ext4 4096 add      hole
		z$v-cdl4k-env        4096 cdl  100 ext4 4096 env
		z$v-cdl4k-secure     4096 cdl  100 ext4 4096 secure   signed
		z$v-cdl4k-segment    4096 cdl  100 ext4 4096 segment
		z$v-cdl4k-bls        4096 cdl  100 ext4 4096 bls      bls
		z$v-cdl512-big       512  cdl  80000@70000 ext4 4096 menu
		z$v-ldl4k-big        4096 ldl  80000@70000 ext4 4096 menu
		z$v-scsi512-far      512  gpt  2097218@2097153 ext4 4096 menu
		END
	done
	# zipl 2.16 cannot write to mirrors; later ones want a partition that the
	# kernel knows for a dump disk
	cat <<-END
	z216-cdl4k-dump      4096 cdl  100 ext4 4096 dump
	z216-ldl4k-dump      4096 ldl  100 ext4 4096 dump
	z216-cdl4k-stale     4096 cdl  100 ext4 4096 stale
	z235-scsi512-mirror  512  dos  64  ext4 4096 menu     mirror
	z235-cdl4k-mirror    4096 cdl  100 ext4 4096 menu     mirror
	END
}

# ----------------------------------------------------------- kernel and ramdisk

# The ramdisk says what arrived (init), and has 1 MiB that does not compress, so
# that a byte that was lost or moved shows.
need_payload() {
	[ ! -e "$WORK/initrd" ] || return 0
	local dir=$WORK/ramdisk
	need_kernel
	busybox_root "$dir" "$IMAGES_DIR/init"
	python3 -c 'import random, sys
sys.stdout.buffer.write(random.Random(390).randbytes(1 << 20))' >"$dir/noise"
	(cd "$dir" && sha256sum noise >noise.sha256)
	initramfs "$dir" | gzip -9n >"$WORK/initrd.new"
	mv "$WORK/initrd.new" "$WORK/initrd"
}

# --------------------------------------------- what is on the file system: $DIR
# All have kernel and ramdisk in /boot; these add to it or change it.

fill() { # fills $DIR for image $NAME
	rm -rf "$DIR"
	mkdir -p "$DIR/boot"
	cp "$WORK/vmlinuz" "$DIR/boot/vmlinuz"
	cp "$WORK/initrd" "$DIR/boot/initrd"
	printf 'entry=parmfile img=%s loglevel=3\n' "$NAME" >"$DIR/boot/parmfile"
}

# a ramdisk of two archives with a hole in the file between them
fill_hole() {
	HOLE_START=$((($(stat -c %s "$DIR/boot/initrd") + 4095) / 4096))
	HOLE_END=$((HOLE_START + 64))
	truncate -s $((HOLE_END * 4096)) "$DIR/boot/initrd"
	mkdir -p "$WORK/second"
	echo ok >"$WORK/second/second-archive"
	initramfs "$WORK/second" >>"$DIR/boot/initrd"
}

# both disks of a RAID 1: zipl is told of them as it is by its device-mapper helper
fill_mirror() {
	SECOND=$OUT/$NAME-second.new
}

# kernel (and, in the job, stage 3) with a signature that no one could verify
fill_signed() {
	python3 "$IMAGES_DIR/appendsig.py" "$DIR/boot/vmlinuz" 4096
}

fill_bls() {
	local i=0 title
	mkdir -p "$DIR/loader/entries"
	for title in "Debian GNU/Linux 12 (bookworm), kernel 6.1" \
		"Debian GNU/Linux, rescue mode" "Memory test & friends"; do
		i=$((i + 1))
		cat >"$DIR/loader/entries/e$i.conf" <<-END
		title $title
		version 6.1.0-$i
		linux /mnt/boot/vmlinuz
		initrd /mnt/boot/initrd
		options entry=bls$i img=$NAME loglevel=3
		END
	done
}

# a second ramdisk with kexec, and a kernel and ramdisk to start with it
fill_kexec() {
	local dir=$WORK/ramdisk-kexec
	rm -rf "$dir"
	cp -r "$WORK/ramdisk" "$dir"
	mkdir "$dir/next"
	cp "$WORK/vmlinuz" "$WORK/initrd" "$dir/next/"
	s390x-linux-gnu-gcc -static -O2 -o "$dir/kexec" "$IMAGES_DIR/kexec.c"
	initramfs "$dir" | gzip -1n >"$DIR/boot/initrd-kexec"
}

# ------------------------------------- what zipl does with it: a script on stdout
# Runs in the workshop with the file system on /mnt.

entry() { # name extra-parameters: one boot entry
	cat <<-END
	[$1]
	 target=/mnt/boot
	 image=/mnt/boot/vmlinuz
	 ramdisk=/mnt/boot/${RAMDISK:-initrd}
	 parameters="entry=$1 img=$NAME loglevel=3${2:+ $2}"
	END
}

menu() { # default prompt timeout NUMBER=ENTRY... : the menu section
	printf '[defaultboot]\ndefaultmenu=menu\n:menu\n target=/mnt/boot\n'
	printf ' default=%s\n prompt=%s\n timeout=%s\n' "$1" "$2" "$3"
	shift 3
	printf ' %s\n' "$@"
}

zipl_conf() { # reads the configuration: run zipl with it
	printf 'cat >/tmp/zipl.conf <<"END"\n%s\nEND\n' "$(cat)"
	echo "zipl -V $* -c /tmp/zipl.conf"
}

mounted() { # mount the image's file system first
	echo "mount -t $FSTYPE \$PART /mnt"
}

three() { # the usual three entries
	entry linux "${1:-}"; entry rescue "${1:-}"; entry debug "${1:-}"
}

job_menu() {
	mounted
	{ menu 2 1 3 1=linux 2=rescue 3=debug; three; } | zipl_conf
}

job_add() { # -a: kernel and ramdisk are copied into the boot map
	mounted
	{ menu 2 1 3 1=linux 2=rescue 3=debug; three; } | zipl_conf -a
}

job_single() { # one program, no menu
	mounted
	echo "zipl -V -t /mnt/boot -i /mnt/boot/vmlinuz -r /mnt/boot/initrd" \
		"-P 'entry=single img=$NAME loglevel=3'"
}

job_many() {
	local i list=()
	mounted
	for i in $(seq 30); do list+=("$i=entry_number_$i"); done
	{ menu 30 1 0 "${list[@]}"; for i in $(seq 30); do entry "entry_number_$i"; done; } |
		zipl_conf
}

job_sparse() { # program numbers with gaps
	mounted
	{ menu 7 1 2 3=linux 7=rescue 29=debug; three; } | zipl_conf
}

job_noprompt() {
	mounted
	{ menu 3 0 0 1=linux 2=rescue 3=debug; three; } | zipl_conf
}

job_parmfile() { # parameters from a file, everything at addresses that are given
	mounted
	echo "zipl -V -t /mnt/boot -i /mnt/boot/vmlinuz -r /mnt/boot/initrd,0x2000000" \
		"-p /mnt/boot/parmfile,0x1800000"
}

# by a newer zipl first, then by this one, which leaves the volume label's pointer
# to the newer one's boot record
job_stale() {
	local first=$JOB-first
	cp -r "$JOB" "$first"
	{ target; mounted
	{ menu 2 1 3 1=stale_linux 2=stale_rescue 3=stale_debug
	entry stale_linux; entry stale_rescue; entry stale_debug; } | zipl_conf; } >"$first/run"
	touch "$JOB/labelled"
	job_menu
}

job_kdump() {
	mounted
	{ menu 1 1 2 1=linux 2=kdump 3=rescue
	entry linux; entry kdump | sed '2i\ kdump=auto'; entry rescue; } | zipl_conf
}

job_long() { # as many parameters as this zipl takes: 896 bytes, later 4096
	local n=43
	[ "$VERSION" -lt 220 ] || n=180
	mounted
	{ menu 1 1 2 1=linux 2=rescue 3=debug
	three "$(seq -f 'pad.%03g=0123456789' -s ' ' "$n")"; } | zipl_conf
}

job_env() { # parameters with ${} from an environment block
	mounted
	echo "trap 'rm -f /etc/ziplenv' EXIT"
	printf 'cat >/etc/ziplenv <<"END"\n%s\nEND\n' \
		'site_name=default
rootdev=/dev/ram0
[site 1]
site_name=one
[site 2]
site_name=two'
	# shellcheck disable=SC2016 # the ${} are zipl's
	{ menu 1 1 2 1=linux 2=rescue 3=debug
	three 'site=${site_name} root=${rootdev} unset=<${nothing}>'; } | zipl_conf
}

job_secure() { # components with signatures in the first two entries
	local stage3=/lib/s390-tools/stage3.bin
	cp "$WORK/zipl-$VERSION$stage3" "$JOB/stage3.bin"
	python3 "$IMAGES_DIR/appendsig.py" "$JOB/stage3.bin"
	mounted
	echo "cp $stage3 /tmp/stage3.bin; trap 'cp /tmp/stage3.bin $stage3' EXIT"
	echo "cp \$JOB/stage3.bin $stage3"
	{ menu 2 1 3 1=linux 2=rescue 3=debug
	three | sed '/^\[\(linux\|rescue\)\]$/a\ secure=1'; } | zipl_conf
}

job_segment() { # a file to be loaded, nothing to be started
	mounted
	printf '%s\n' "head -c 70000 /dev/zero | tr '\\0' S >/mnt/boot/segment.bin; sync"
	echo "zipl -V -t /mnt/boot -s /mnt/boot/segment.bin,0x1000000"
}

job_bls() {
	mounted
	printf '[defaultboot]\ndefaultauto\nprompt=1\ntimeout=4\ntarget=/mnt/boot\n' |
		zipl_conf -b /mnt/loader/entries
}

job_dump() { # a partition for stand-alone dumps; the dump tool is our kernel
	cp "$WORK/vmlinuz" "$JOB/zfcpdump-image"
	cp "$WORK/initrd" "$JOB/zfcpdump-initrd"
	echo "mkdir -p /lib/s390-tools/zfcpdump"
	echo "cp \$JOB/zfcpdump-* /lib/s390-tools/zfcpdump/"
	echo "zipl -V -n -d \$PART"
}

job_frag() { # every second block of a full file system is free: then come the files
	# without delayed allocation, so that the blocks are handed out in order
	echo "mount -t ext4 -o nodelalloc \$PART /mnt"
	cat <<-END
	mkdir /mnt/fill
	mv /mnt/boot/* /tmp/
	i=10000
	while echo F 2>/dev/null >/mnt/fill/\$i; do i=\$((i + 1)); done
	sync
	rm -f /mnt/fill/*[13579]
	sync
	cp /tmp/vmlinuz /tmp/parmfile /mnt/boot/
	# cp would fill the hole
	dd if=/tmp/initrd of=/mnt/boot/initrd bs=4096 count=$HOLE_START
	dd if=/tmp/initrd of=/mnt/boot/initrd bs=4096 skip=$HOLE_END seek=$HOLE_END
	sync
	END
	job_menu | sed 1d
}

# one program per way to end: what the tests of re-IPL need
job_actions() {
	mounted
	{ menu 1 1 2 1=poweroff 2=reboot 3=loadparm1 4=panic 5=kexec 6=shell \
		7=loadparm8 8=loadparm1b 9=panic_reipl 10=wait
	entry poweroff then=poweroff
	entry reboot then=reboot
	entry loadparm1 then=loadparm:1
	entry panic then=panic
	RAMDISK=initrd-kexec entry kexec then=kexec
	entry shell then=shell
	entry loadparm8 then=loadparm:8
	entry loadparm1b then=loadparm:1
	entry panic_reipl then=panic-reipl
	entry wait then=wait; } | zipl_conf
}

# ------------------------------------------------------------------ making it

prepare() { # catalogue line: the image with its files, and the job
	local bs label size fsblock job fills one
	read -r NAME bs label size FSTYPE fsblock job fills <<<"$1"
	VERSION=${NAME%%-*} VERSION=${VERSION#z}
	JOB=$WORK/jobs/$NAME DIR=$WORK/files/$NAME SECOND='' TARGET=()
	rm -rf "$JOB" "$JOB-first"
	mkdir -p "$JOB"
	fill
	for one in $fills; do "fill_$one"; done
	if is_dasd "$label"; then
		new_dasd "$OUT/$NAME.new" "$bs" "$label" "$size" "$FSTYPE" "$fsblock" "$DIR"
	else
		new_disk "$OUT/$NAME.new" "$bs" "$label" "$size" "$FSTYPE" "$fsblock" "$DIR"
		blocks "$bs" >"$JOB/device"
		[ -z "$SECOND" ] || TARGET=(SCSI "$bs" - $((1048576 / bs)))
	fi
	rm -rf "$DIR"
	echo "$OUT/$NAME.new" >"$JOB/image"
	[ -z "$SECOND" ] || {
		cp --sparse=always "$OUT/$NAME.new" "$SECOND"
		echo "$SECOND" >"$JOB/second"
	}
	{ target; "job_$job"; } >"$JOB/run"
}

# What the RAID would have done with zipl's files: the same on the second disk,
# which has a boot record of its own.
mirror() { # catalogue line
	local name bs label rest start
	read -r name bs label rest <<<"$1"
	start=1048576
	! is_dasd "$label" || start=$((2 * $(sectors "$bs") * bs))
	dd if="$OUT/$name.new" of="$OUT/$name-second.new" bs=4096 skip=$((start / 4096)) \
		seek=$((start / 4096)) conv=notrunc,sparse status=none
	mv "$OUT/$name-second.new" "$OUT/$name-second.img"
}

# With set -e, which || would switch off inside. Sets the caller's $rc to 1 if it fails.
attempt() { # COMMAND...
	local status
	set +e
	(set -e; "$@")
	status=$?
	set -e
	[ $status = 0 ] || rc=1
}

BATCH=24 # disks of one virtual machine

make_all() { # version, catalogue lines
	local rc=0
	if ! need_zipl "$1"; then
		step "left out, as Debian ${SUITE[$1]}'s packages cannot be fetched now:" \
			"$(printf '%s\n' "${@:2}" | cut -d' ' -f1 | tr '\n' ' ')"
		return 0
	fi
	need_payload
	while [ $# -gt 1 ]; do
		attempt make_batch "$1" "${@:2:BATCH}"
		set -- "$1" "${@:2+BATCH}"
	done
	return "$rc"
}

make_batch() { # version, catalogue lines
	local version=$1 line names=() firsts=() ok=0
	local NAME VERSION JOB DIR FSTYPE SECOND TARGET
	shift
	for line in "$@"; do
		if [[ $line == *' stale'* ]] && ! need_zipl 235; then
			step "left out, as it needs zipl 2.35 as well: ${line%% *}"
			continue
		fi
		prepare "$line"
		names+=("$NAME")
		[ ! -e "$JOB-first" ] || firsts+=("$NAME-first")
	done
	[ ${#firsts[@]} = 0 ] || workshop 235 "${firsts[@]}" || ok=1
	step "running zipl ($version) on ${#names[@]} images in a virtual machine"
	workshop "$version" "${names[@]}" || ok=1
	for line in "$@"; do
		NAME=${line%% *}
		[[ " ${names[*]} " == *" $NAME "* ]] || continue
		if [ -e "$WORK/jobs/$NAME/ok" ]; then
			[ ! -e "$OUT/$NAME-second.new" ] || mirror "$line"
			{ cat "$WORK/jobs/$NAME/log"; echo "$made_by"; } >"$OUT/$NAME.log"
			mv "$OUT/$NAME.new" "$OUT/$NAME.img"
		else
			tail -n 6 "$WORK/jobs/$NAME/log" | sed 's/^/    /' >&2
			step "zipl failed on $NAME (above: its last words; all of them in $WORK/jobs/$NAME/log)"
			rm -f "$OUT/$NAME"{,-second}.new
			ok=1
		fi
	done
	return "$ok"
}

top=$(cd "$IMAGES_DIR/../.." && pwd)
OUT=${S390_IPL_CACHE:-$top/build/images} work='' force=no only_list=no
made_by="made by $(recipe)"
while getopts o:w:fl option; do
	case $option in
	o) OUT=$OPTARG ;;
	w) work=$OPTARG ;;
	f) force=yes ;;
	l) only_list=yes ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $only_list = yes ] || {
	mkdir -p "$OUT"
	OUT=$(cd "$OUT" && pwd)
}

wanted=()
for word in "${@:-default}"; do
	case $word in
	default) wanted+=("${DEFAULT[@]}") ;;
	matrix) wanted+=('!(*-big|*-far)') ;;
	big) wanted+=('*-big' '*-far') ;;
	all) wanted+=('*') ;;
	*) wanted+=("$word") ;;
	esac
done
declare -A lines=()
found=no
while read -r line; do
	name=${line%% *}
	for glob in "${wanted[@]}"; do
		# shellcheck disable=SC2053 # a glob it shall be
		[[ $name == $glob ]] || continue
		found=yes
		if [ $only_list = yes ]; then
			echo "$name"
		elif [ $force = yes ] || [ ! -e "$OUT/$name.img" ] ||
			! grep -qsx "$made_by" "$OUT/$name.log"; then
			version=${name%%-*}
			lines[${version#z}]+="$line"$'\n'
		fi
		break
	done
done < <(catalogue)
[ $found = yes ] || die "no image has such a name: ${wanted[*]}"
[ ${#lines[@]} -gt 0 ] || exit 0

enter_work "${work:-$OUT/work}"
rc=0
for version in "${!lines[@]}"; do
	mapfile -t list <<<"${lines[$version]%$'\n'}"
	attempt make_all "$version" "${list[@]}"
done
exit $rc
