# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Disks for IBM Z whose boot records the real zipl wrote, made without root and
# without loop devices: sourced by make.sh and by scripts/demo-disk.sh.
#
# The file system is filled here by mke2fs; the boot map is written by Debian's
# s390x zipl inside a small virtual machine (the "workshop": Debian's s390x
# kernel, busybox, zipl) that has the images as its disks.
#
# The caller begins with enter_work, which sets WORK: the directory of downloads
# and intermediate files. Debian's packages come from the archive that this
# machine's apt uses. QEMU may name another qemu-system-s390x.

IMAGES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps fdisk and mke2fs
QEMU=${QEMU:-qemu-system-s390x}

# zipl version -> the Debian suite that has it
declare -A SUITE=([216]=bookworm [235]=trixie)

step() { printf '%s\n' "- $*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# What finished images and intermediate files are made by: changes with it.
recipe() {
	cat "$IMAGES_DIR"/{make.sh,lib.sh,dasd.sh,init,workshop-init,kexec.c} \
		"$IMAGES_DIR"/{appendsig,labels}.py | sha256sum | cut -c1-16
}

# enter_work DIR: set WORK, wait for others that use it, forget what is stale
enter_work() {
	local program missing=()
	for program in "$QEMU" mke2fs fdisk cpio python3 apt-get dpkg-deb; do
		command -v "$program" >/dev/null || missing+=("$program")
	done
	[ ${#missing[@]} = 0 ] ||
		die "programs are missing: ${missing[*]} (on Debian: scripts/deps.sh check)"
	mkdir -p "$1"
	WORK=$(cd "$1" && pwd)
	exec 9>"$WORK/lock"
	flock -n 9 || { step "waiting for another run that uses $WORK"; flock 9; }
	[ "$(cat "$WORK/recipe" 2>/dev/null)" = "$(recipe)" ] || {
		rm -f "$WORK"/initrd "$WORK"/workshop-*.cpio.gz
		recipe >"$WORK/recipe"
	}
	find "$WORK" -path '*/apt-*/unreachable' -mmin +60 -delete
}

# ------------------------------------------------------------ Debian's packages

archive_url() { # the archive of the suite this machine itself runs
	local code
	# shellcheck disable=SC1091
	code=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	# shellcheck disable=SC2016 # the $() are apt's
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 2>/dev/null |
		awk -v code="$code" '$2 == code && $3 == "main" && $4 == "Debian" && !n++ { print $1 }'
}

apt_s390x() { # suite COMMAND...: apt-get or apt-cache for s390x, private state
	local dir=$WORK/apt-$1 command=$2
	shift 2
	"$command" -qq -o APT::Architecture=s390x -o APT::Architectures=s390x \
		-o Dir::State::Lists="$dir/lists" -o Dir::State::status=/dev/null \
		-o Dir::Etc::SourceList="$dir/debian.sources" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::Cache="$dir/cache" \
		-o APT::Sandbox::User= -o Acquire::Retries=3 \
		-o Acquire::Languages=none "$@"
}

# apt_ready SUITE: package lists of a suite, fetched once. An archive that is
# being updated hands out files that do not fit together for a minute or two.
apt_ready() {
	local suite=$1 dir=$WORK/apt-$1 url try
	[ ! -e "$dir/ready" ] || return 0
	[ ! -e "$dir/unreachable" ] || return 1
	url=$(archive_url)
	[ -n "$url" ] || die "apt knows no Debian archive (are its package lists there? run apt-get update)"
	step "fetching the list of Debian $suite's s390x packages"
	mkdir -p "$dir"/{lists,cache/archives}/partial
	printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
		"$url" "$suite" /usr/share/keyrings/debian-archive-keyring.gpg \
		>"$dir/debian.sources"
	for try in 1 2 3; do
		if apt_s390x "$suite" apt-get -o APT::Update::Error-Mode=any update \
			>"$dir/log" 2>&1; then
			touch "$dir/ready"
			return 0
		fi
		[ $try = 3 ] || { step "the archive is not ready, trying again in 15 s"; sleep 15; }
	done
	grep -m 1 '^E:' "$dir/log" | sed 's/^/    /' >&2 || true
	touch "$dir/unreachable" # for an hour: enter_work forgets it
	return 1
}

# unpack SUITE DIR PACKAGE...: the packages' files below DIR
unpack() {
	local suite=$1 dir=$2 deb
	shift 2
	[ ! -e "$dir/.done" ] || return 0
	apt_ready "$suite" || return 1
	step "downloading from $suite: $*"
	rm -rf "$dir" "$dir.debs"
	mkdir -p "$dir.debs" "$dir"/usr/{bin,sbin,lib}
	ln -s usr/bin usr/sbin usr/lib "$dir"
	(cd "$dir.debs" && apt_s390x "$suite" apt-get download "$@") || return 1
	for deb in "$dir.debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" |
			tar -x --keep-directory-symlink --no-same-owner -C "$dir" || return 1
	done
	touch "$dir/.done"
}

# ------------------------------------------------- kernel, busybox, initramfs

KERNEL_MODULES='crc32c_generic crc16 libcrc32c mbcache jbd2 ext4 virtio_blk loop'

need_kernel() { # $WORK/vmlinuz, $WORK/busybox, $WORK/modules/*.ko
	local package module have=yes
	for module in $KERNEL_MODULES; do
		[ -e "$WORK/modules/$module.ko" ] || have=no
	done
	[ $have = no ] || [ ! -e "$WORK/vmlinuz" ] || return 0
	apt_ready bookworm || die "Debian bookworm's s390x packages cannot be fetched"
	# linux-image-s390x is empty and depends on the real one
	package=$(apt_s390x bookworm apt-cache depends linux-image-s390x |
		awk '/Depends: linux-image-/ && !n++ { print $2 }')
	unpack bookworm "$WORK/kernel" "$package" busybox-static ||
		die "cannot download the kernel $package"
	mkdir -p "$WORK/modules"
	for module in $KERNEL_MODULES; do
		find "$WORK/kernel/usr/lib/modules" -name "$module.ko" \
			-exec cp {} "$WORK/modules/" \;
		[ -e "$WORK/modules/$module.ko" ] || die "no module $module in $package"
	done
	cp "$WORK/kernel/bin/busybox" "$WORK/busybox"
	cp "$WORK/kernel"/boot/vmlinuz-* "$WORK/vmlinuz.new"
	rm -rf "$WORK/kernel" # 150 MB, mostly modules
	mv "$WORK/vmlinuz.new" "$WORK/vmlinuz" # last: says that all is there
}

need_zipl() { # version: $WORK/zipl-VERSION with the files of s390-tools and libc
	unpack "${SUITE[$1]}" "$WORK/zipl-$1" s390-tools libc6
}

# initramfs DIR: a cpio archive, the same for the same files, on stdout
initramfs() {
	(cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
		cpio --quiet --reproducible -R 0:0 -o -H newc)
}

# busybox_root DIR INIT: the smallest system that INIT runs in
busybox_root() {
	rm -rf "$1"
	mkdir -p "$1"/{bin,sbin,proc,sys,dev,etc,tmp,mnt}
	install -m 755 "$WORK/busybox" "$1/bin/busybox"
	install -m 755 "$2" "$1/init"
}

# ------------------------------------------------------------------ the disk

# new_disk IMAGE BLOCKSIZE LABEL(dos|gpt|none) MEGABYTES[@START] FSTYPE FSBLOCK DIR
# makes an image with one partition whose file system holds DIR; it begins at
# megabyte START or 1
new_disk() {
	local img=$1 bs=$2 label=$3 mb=${4%@*} type=$5 fsblock=$6 dir=$7
	local start=1048576 end=$((mb * 1048576)) keys=()
	[ "$mb" = "$4" ] || start=$((${4#*@} * 1048576))
	case $label in
	none) start=0 ;;
	dos) keys=(o n p 1 $((start / bs)) '' w) ;;
	gpt) end=$((end - 1048576)) # room for the backup table
		keys=(g n 1 $((start / bs)) $((end / bs - 1)) w) ;;
	esac
	rm -f "$img"
	truncate -s "${mb}M" "$img"
	[ "$label" = none ] || printf '%s\n' "${keys[@]}" |
		fdisk -b "$bs" "$img" >"$WORK/fdisk.log" 2>&1 ||
		{ cat "$WORK/fdisk.log" >&2; return 1; }
	mke2fs -q -F -t "$type" -b "$fsblock" -E "offset=$start,root_owner=0:0" \
		-L ipl -d "$dir" "$img" $(((end - start) / 1024))k
}

# ----------------------------------------------------------------- the workshop

need_workshop() { # version: $WORK/workshop-VERSION.cpio.gz
	local ver=$1 dir=$WORK/workshop-$1
	[ ! -e "$dir.cpio.gz" ] || return 0
	need_kernel
	need_zipl "$ver" || return 1
	busybox_root "$dir" "$IMAGES_DIR/workshop-init"
	cp -r "$WORK/modules" "$dir/"
	install "$WORK/zipl-$ver"/sbin/{zipl,fdasd} "$dir/sbin/"
	mkdir -p "$dir/lib/s390x-linux-gnu"
	cp -r "$WORK/zipl-$ver/lib/s390-tools" "$dir/lib/"
	cp "$WORK/zipl-$ver"/lib/s390x-linux-gnu/{ld64.so.1,libc.so.6} \
		"$dir/lib/s390x-linux-gnu/"
	ln -s s390x-linux-gnu/ld64.so.1 "$dir/lib/ld64.so.1"
	ln -s . "$dir/usr"
	initramfs "$dir" | gzip -1n >"$dir.new"
	mv "$dir.new" "$dir.cpio.gz"
}

blocks() { # size: device properties of a disk with such blocks
	echo "logical_block_size=$1,physical_block_size=$1"
}

# workshop VERSION JOB...: run zipl of that version on the images of the jobs.
# A job is a directory $WORK/jobs/JOB with
#   image    the image's path
#   device   properties of the virtio-blk device that it is there
#   second   another image's path: a disk that is $SECOND (optional)
#   run      what to do inside: a shell script, with $DISK (/dev/vdX), $PART (the
#            first partition, or the disk if there is none) and $JOB (this
#            directory); the file system may be mounted on /mnt
# Its output goes to $WORK/jobs/JOB/log; if it succeeded there is
# $WORK/jobs/JOB/ok.
workshop() {
	local ver=$1 dir=$WORK/workshop i=0 job args=()
	shift
	need_workshop "$ver" || return 1
	rm -rf "$dir"
	mkdir -p "$dir/jobs"
	for job in "$@"; do
		i=$((i + 1))
		rm -f "$WORK/jobs/$job"/{ok,log}
		cp -r "$WORK/jobs/$job" "$dir/jobs/$i"
		args+=(-drive "if=none,id=d$i,format=raw,file=$(<"$WORK/jobs/$job/image")"
			-device "virtio-blk-ccw,drive=d$i,serial=$i,$(<"$WORK/jobs/$job/device")")
		[ ! -e "$WORK/jobs/$job/second" ] ||
			args+=(-drive "if=none,id=s$i,format=raw,file=$(<"$WORK/jobs/$job/second")"
				-device "virtio-blk-ccw,drive=s$i,serial=second$i,$(<"$WORK/jobs/$job/device")")
	done
	cp "$WORK/workshop-$ver.cpio.gz" "$dir.initrd"
	truncate -s %4 "$dir.initrd" # the kernel wants the next archive aligned
	initramfs "$dir" >>"$dir.initrd"
	timeout $((300 + 60 * i)) "$QEMU" -nodefaults -display none -no-reboot -m 1G \
		-chardev stdio,id=con -device sclpconsole,chardev=con \
		-kernel "$WORK/vmlinuz" -initrd "$dir.initrd" -append 'quiet panic=1' \
		"${args[@]}" </dev/null 2>&1 | tr -d '\r' >"$WORK/workshop.log" || true
	i=0
	for job in "$@"; do
		i=$((i + 1))
		sed -n "/^=== job $i\$/,/^=== \(done\|failed\) $i\$/p" "$WORK/workshop.log" \
			>"$WORK/jobs/$job/log"
		! grep -q "^=== done $i\$" "$WORK/jobs/$job/log" || touch "$WORK/jobs/$job/ok"
	done
	grep -q '^=== closed$' "$WORK/workshop.log" || {
		tail -n 20 "$WORK/workshop.log" | sed 's/^/    /' >&2
		step "the virtual machine that runs zipl did not end as it should (above: its console)"
		return 1
	}
}
