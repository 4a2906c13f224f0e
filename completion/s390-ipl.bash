# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# bash completion for s390-ipl and qemu-s390-ipl

# words for a QEMU command line: only what is ours, and files
_s390_ipl_qemu() { # current-word previous-word
	case $2 in
	-device) mapfile -t COMPREPLY < <(compgen -W 's390-ipl s390-ipl,iplid= s390-ipl,loadparm=
		s390-ipl,bootprog= s390-ipl,br_lba= s390-ipl,br_chr= s390-ipl,scpdata=
		s390-ipl,append= s390-ipl,menu= s390-ipl,timeout= s390-ipl,menu_program=
		s390-ipl,mode= s390-ipl,clear= s390-ipl,secure= s390-ipl,certs=
		virtio-blk-ccw,drive= virtio-scsi-ccw scsi-hd,drive=' -- "$1")
		compopt -o nospace ;;
	*) compopt -o default ;;
	esac
}

_s390_ipl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words
	COMPREPLY=()
	if [ "${COMP_WORDS[0]##*/}" = qemu-s390-ipl ]; then
		_s390_ipl_qemu "$cur" "$prev"
		return
	fi
	if [ "$COMP_CWORD" = 1 ]; then
		words='list show check extract install run --help --version'
	else
		case ${COMP_WORDS[1]} in
		list) words='--layout --br-lba --format --json --sandbox --help' ;;
		show) words='--program --memory --all --secure --certs --layout --br-lba --format --json --sandbox --help' ;;
		check) words='--program --memory --secure --certs --layout --br-lba --format --json --sandbox --help' ;;
		extract)
			if [[ $prev == -o || $prev == --output ]]; then
				compopt -o dirnames
				return
			fi
			words='--program --output --force --layout --br-lba --format --json --help' ;;
		install)
			words='--name --kernel --initrd --cmdline --config --bls --root --default --timeout --prompt --no-prompt --format
				--size --table --volser --block-size --partition --area --replace --write --undo --restore --json --help' ;;
		run)
			if [[ $COMP_CWORD = 2 && $cur == --* ]]; then
				words='--qemu --profile --events --verbose --sandbox --sandbox=on --sandbox=off --help'
			else
				_s390_ipl_qemu "$cur" "$prev"
				return
			fi ;;
		esac
		[[ $cur == -* ]] || { compopt -o default; return; }
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _s390_ipl s390-ipl qemu-s390-ipl
