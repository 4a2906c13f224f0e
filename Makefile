# SPDX-License-Identifier: MIT
# A thin front for meson: `make help` lists what it can do.

PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
# DEPS=no: install no packages, use what is there
DEPS ?= yes
MAKEFLAGS += --no-print-directory

.PHONY: all demo check bench matrix install-matrix bad-input fuzz fuzz-afl coverage analyze sanitize sanitize-memory valgrind check-big-endian install clean distclean help

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@command -v meson >/dev/null || \
		{ echo 'meson is missing: scripts/deps.sh build installs what is needed' >&2; exit 1; }
	meson setup $(BUILD)

deps-%:
	@test "$(DEPS)" = no || scripts/deps.sh $*

demo: deps-demo
	@$(MAKE) all
	@S390_IPL=$(BUILD)/src/s390-ipl scripts/demo-disk.sh $(BUILD)/demo.img
	@echo '- starting it (Ctrl-A x ends QEMU):'
	$(BUILD)/src/s390-ipl run -m 1G -nographic \
		-drive if=none,id=disk0,file=$(BUILD)/demo.img,format=raw \
		-device virtio-blk-ccw,drive=disk0,bootindex=1 -device s390-ipl

check: deps-check
	@$(MAKE) all
	tests/images/make.sh default
	tests/images/tools.sh
	tests/run $(BUILD)

# Some 40 minutes for the first time; goes on where it was stopped.
# SETS='matrix big' adds the big disks.
matrix: SETS := matrix
matrix: deps-check
	@$(MAKE) all
	tests/images/make.sh $(SETS)
	tests/matrix/matrix.py $(BUILD)/src/s390-ipl -d $${S390_IPL_CACHE:-$(BUILD)/images} \
		-c $(BUILD)/matrix-cache.json -o docs/matrix.md -j $(BUILD)/matrix.json

# Some six minutes: what s390-ipl and the firmware of QEMU do with damaged disks.
bad-input: deps-check
	@$(MAKE) all
	tests/matrix/bad_input.py $(BUILD)/src/s390-ipl -o docs/bad-input.md

# T seconds for each of the targets (TARGET=name: only this one), clang; with
# fuzz-afl the commands, with AFL++.
fuzz: T := 60
fuzz: TARGET := all
fuzz: deps-fuzz
	tests/fuzz/run $(TARGET) $(T)

fuzz-afl: T := 60
fuzz-afl: deps-fuzz
	tests/fuzz/afl $(T)

# Which lines of the decoders the corpora reach.
coverage: deps-fuzz
	tests/fuzz/coverage

# Without running anything; with ASan and UBSan; with MSan; with valgrind; on s390x.
analyze: deps-analyze
	tests/analyze

sanitize: SUITES := --suite unit --suite golden --suite fuzz
sanitize: deps-analyze
	@test -e $(BUILD)/sanitize/build.ninja || \
		meson setup $(BUILD)/sanitize -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
	@ninja -C $(BUILD)/sanitize
	tests/run $(BUILD)/sanitize $(SUITES)

# Only what calls no library that is built without MSan, and no fstat(), which clang 14's
# does not know.
MSAN := fuzz-decoders fuzz-iso fuzz-map fuzz-proto fuzz-text base bls check describe ebcdic \
	elf extent iplb install_format iso9660 job layouts linux_image loader_proto map menu parms plan \
	text windows zipl zipl_conf zipl_dasd zipl_ptr
sanitize-memory: deps-fuzz
	@test -e $(BUILD)/msan/build.ninja || \
		CC=clang meson setup $(BUILD)/msan -Db_sanitize=memory -Db_lundef=false >/dev/null
	@ninja -C $(BUILD)/msan
	tests/run $(BUILD)/msan $(MSAN)

valgrind: deps-analyze
	@$(MAKE) all
	@for test in $(BUILD)/tests/unit/test_*[a-z0-9]; do \
		[ -f $$test ] || continue; \
		valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
			$$test >$(BUILD)/valgrind.log 2>&1 || { cat $(BUILD)/valgrind.log; exit 1; }; \
		echo "$$(basename $$test): nothing found"; \
	done

check-big-endian: deps-analyze
	tests/big-endian/run

# What 'install' makes, booted: some minutes.
install-matrix: deps-check
	@$(MAKE) all
	tests/matrix/install.py $(BUILD)/src/s390-ipl -o docs/install-matrix.md

bench: deps-bench
	@$(MAKE) all
	tests/bench/run $(BUILD)

# Built in a directory of its own that goes away again: PREFIX may be any, and
# `sudo make install` leaves nothing in the checkout that a later make trips on.
install:
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	meson setup "$$dir" --prefix="$(PREFIX)" >/dev/null && \
	ninja -C "$$dir" && \
	DESTDIR= meson install -C "$$dir" --no-rebuild $(if $(DESTDIR),--destdir="$(abspath $(DESTDIR))")

# Downloads and test disks stay; distclean drops them too.
clean:
	@test ! -d $(BUILD) || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name images -exec rm -rf {} +

distclean:
	rm -rf $(BUILD)

help:
	@echo 'make            build ($(BUILD)/src/s390-ipl)'
	@echo 'make demo       make a disk and boot a Linux from it, in this terminal'
	@echo 'make check      build test disks and run all tests'
	@echo 'make matrix     boot every disk, attached in every way: docs/matrix.md'
	@echo 'make bad-input  what is done with damaged disks: docs/bad-input.md'
	@echo 'make fuzz       [T=seconds] [TARGET=name] feed rubbish to every decoder'
	@echo 'make analyze    what compilers and analysers find; also: sanitize, sanitize-memory,'
	@echo '                valgrind, check-big-endian'
	@echo 'make coverage   which lines the fuzzing corpora reach'
	@echo 'make bench      compare with the firmware of QEMU and with -kernel'
	@echo 'make install    [PREFIX=/usr/local] [DESTDIR=]'
	@echo 'make clean      remove what was built; distclean: downloads as well'
	@echo
	@echo 'demo, check, matrix and bench first install the Debian packages they need, with'
	@echo 'sudo if that is possible; DEPS=no keeps them from doing so. QEMU=PATH'
	@echo 'chooses another qemu-system-s390x.'
