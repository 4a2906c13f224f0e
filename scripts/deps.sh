#!/bin/bash
# SPDX-License-Identifier: MIT
# Install the Debian packages that a part of the project needs.
#
# usage: scripts/deps.sh [-n] GROUP...     GROUP: build demo check bench fuzz analyze
#   -n  only say what is missing (exit status 1 if anything is)
#
# Nothing is asked of apt when nothing is missing, so a second run is quick.
set -euo pipefail

# One word per need. "package" is looked up in dpkg's database;
# "command=package|package" is satisfied by a program of that name from
# anywhere, else by the first of the packages that apt knows.
needs() { # group
	case $1 in
	build) echo make meson ninja=ninja-build gcc scdoc \
		'pkg-config=pkg-config|pkgconf' libc6-dev libjson-c-dev \
		libsmartcols-dev libcmocka-dev libnbd-dev libext2fs-dev libseccomp-dev \
		libgnutls28-dev s390x-linux-gnu-gcc=gcc-s390x-linux-gnu \
		libc6-dev-s390x-cross ;;
	# QEMU has a package per target since Debian trixie
	qemu) [ -x "$(command -v "${QEMU:-}")" ] ||
		echo 'qemu-system-s390x=qemu-system-s390x|qemu-system-misc' ;;
	# what makes a disk with the real zipl (tests/images/lib.sh)
	disk) echo mke2fs=e2fsprogs fdisk cpio python3 ;;
	demo) needs build; needs qemu; needs disk ;;
	check) needs demo; echo openssl qemu-nbd=qemu-utils nbdkit xorriso genisoimage \
		sgdisk=gdisk hercules shellcheck mandoc ;;
	analyze) needs build; echo clang-tidy cppcheck valgrind 'qemu-s390x=qemu-user|qemu-user-static' \
		binutils ;;
	fuzz) needs build; echo clang llvm libclang-rt-dev=libclang-rt-14-dev afl++ ;;
	bench) needs build; needs qemu; echo python3 ;;
	*) echo "deps.sh: unknown group '$1' (build, demo, check, bench, fuzz, analyze)" >&2
		return 2 ;;
	esac
}

say() { printf '%s\n' "$*" >&2; }

only_say=no
[ "${1:-}" != -n ] || { only_say=yes; shift; }
[ $# -gt 0 ] || { sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 2; }
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps fdisk and mke2fs

words=()
for group in "$@"; do
	list=$(needs "$group") || exit 2
	mapfile -t -O ${#words[@]} words < <(tr ' ' '\n' <<<"$list")
done

if ! command -v dpkg-query >/dev/null; then
	missing=()
	for word in "${words[@]}"; do
		[[ $word != *=* ]] || command -v "${word%%=*}" >/dev/null ||
			missing+=("${word%%=*}")
	done
	say "deps.sh: this is not Debian, so nothing was installed. Needed are, under Debian's names:" \
		"$(printf '%s\n' "${words[@]#*=}" | sort -u | tr '\n' ' ')"
	[ ${#missing[@]} = 0 ] || say "deps.sh: programs not found: ${missing[*]}"
	say "deps.sh: when they are there, run make with DEPS=no"
	exit 1
fi

# ------------------------------------------------------------ what is missing
mapfile -t plain < <(printf '%s\n' "${words[@]}" | grep -v = | sort -u)
# shellcheck disable=SC2016 # the ${} are dpkg's
declare -A have
while read -r package status; do
	[ "$status" != installed ] || have[${package%%:*}]=yes
done < <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${plain[@]}" 2>/dev/null)

missing=() # like the words: alternatives are still open
for word in $(printf '%s\n' "${words[@]}" | sort -u); do
	if [[ $word == *=* ]]; then
		command -v "${word%%=*}" >/dev/null || missing+=("${word#*=}")
	else
		[ "${have[$word]:-}" = yes ] || missing+=("$word")
	fi
done
[ ${#missing[@]} -gt 0 ] || exit 0

# ------------------------------------------------ which packages apt has for it
known() { # package: can apt install it?
	[[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[^\(]* ]]
}
choose() { # fills packages[]; fails if a package is unknown to apt
	local word package
	packages=() unknown=()
	for word in "${missing[@]}"; do
		for package in ${word//|/ } ''; do
			[ -n "$package" ] || { unknown+=("${word%%|*}"); break; }
			! known "$package" || { packages+=("$package"); break; }
		done
	done
	mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u | grep .)
	[ ${#unknown[@]} = 0 ]
}
all_known=yes
choose || all_known=no

give_up() { # why
	local update='' all=("${packages[@]}" "${unknown[@]}")
	[ $all_known = yes ] || update='apt-get update && '
	say "deps.sh: missing Debian packages: ${all[*]}"
	say "deps.sh: $1; an administrator would run:"
	say "    ${update}apt-get install --no-install-recommends ${all[*]}"
	say "deps.sh: (make DEPS=no ... goes on without them)"
	exit 1
}

# ------------------------------------------------------------------ may we?
[ $only_say = no ] || give_up 'nothing was installed (-n)'
as_root=(env)
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		give_up 'not root, and there is no sudo'
	elif sudo -n true 2>/dev/null; then
		as_root=(sudo -n env)
	elif [ -t 0 ] && [ -t 2 ]; then
		as_root=(sudo env) # asks for the password
	else
		give_up 'not root, and sudo wants a password but there is no terminal'
	fi
fi
quiet=(-qq -o Dpkg::Use-Pty=0)
[ ! -t 2 ] || quiet=() # a person may watch the progress
apt() {
	"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -y "${quiet[@]}" \
		-o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2
}
update() {
	say "deps.sh: fetching apt's package lists"
	apt update || say 'deps.sh: apt-get update had errors; trying with what there is'
}

if [ $all_known = no ]; then
	update
	updated=yes
	choose || give_up "apt does not know ${unknown[*]}"
	all_known=yes
fi
say "deps.sh: installing what is missing for '$*' from Debian: ${packages[*]}"
apt install --no-install-recommends "${packages[@]}" && exit 0
# a package of an old list may have left the archive: once more with new lists
if [ "${updated:-no}" = no ]; then
	update
	apt install --no-install-recommends "${packages[@]}" && exit 0
fi
give_up 'apt-get could not install them (see above)'
