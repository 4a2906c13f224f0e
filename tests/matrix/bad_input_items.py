# SPDX-License-Identifier: MIT
"""What loaders have stumbled over, or may: for bad_input.py.

A group is (heading, items), an item is (what it is, names of cases of
tests/golden/malformed.py, or a sentence with the test that has it).
"""

LISTS = ("Lists of pointers", [
    ("a segment table that is its own successor", ["chain-to-itself", "cdl-chain-to-itself"]),
    ("two segment tables that lead to one another", ["chain-a-b"]),
    ("a chain longer than any disk has, without a loop", ["chain-through-70100"]),
    ("31 programs of 14 components that share one chain of 60000 tables", ["chains-everywhere"]),
    ("a chain past the end of the disk", ["chain-past-the-end"]),
    ("count 0 (one block)", ["run-count-0"]),
    ("a null pointer in the middle: the rest of the table is filler", ["run-null-in-the-middle"]),
    ("a null pointer first: an empty component", ["data-null-first"]),
    ("count 65535 past the end of the disk", ["run-65536-blocks"]),
    ("the last block of the disk", ["run-at-the-last-block"]),
    ("the last block and one more", ["run-over-the-last-block"]),
    ("a block past 2^31", ["run-at-2^31"]),
    ("a block past 2^32 whose low 32 bits are a block of the disk", ["run-at-2^32"]),
    ("a block past 2^63", ["run-at-2^63", "data-wraps"]),
    ("block size 0, 511, 8192 in the boot record",
     ["block-size-0", "block-size-511", "block-size-8192"]),
    ("block size 4096 on a disk with 512", ["block-size-4096-of-512"]),
    ("another block size in one pointer", ["load-wrong-size", "data-wrong-size"]),
])

ADDRESSES = ("Where components go", [
    ("over lowcore", ["start-over-lowcore"]),
    ("over 0x9000 and 0xe000, which zipl's stage 3 uses",
     ["start-over-0x9000", "start-over-0xe000"]),
    ("over each other", ["start-over-each-other", "start-same-address"]),
    ("over the loader (a VM with 256 MiB)", ["start-over-the-stub"]),
    ("up to the last byte of memory", ["start-last-byte"]),
    ("past the end of memory", ["start-past-memory", "start-half-past-memory"]),
    ("past 2 GiB, past 2^63", ["start-past-2-gib", "start-past-2^63"]),
    ("wrapping at 2^64", ["start-wraps"]),
])

PSW = ("The PSW of the EXECUTE entry", [
    ("0", ["start-psw-0"]),
    ("an odd address", ["start-psw-odd"]),
    ("an address where nothing is loaded", ["start-psw-outside", "start-psw-past-memory"]),
    ("bits that must be zero", ["start-psw-bit-0", "start-psw-bit-2", "start-psw-bit-24",
                                "start-psw-bit-30"]),
    ("an addressing mode that there is none", ["start-psw-mode"]),
    ("an address too large for 24-bit mode", ["start-psw-24-bit"]),
    ("bit 12 off: no short PSW", ["start-psw-long"]),
    ("a wait state: the program loads data only", ["start-psw-waits"]),
])

TABLES = ("Program and component tables", [
    ("no EXECUTE entry", ["no-execute", "no-entry"]),
    ("two EXECUTE entries", ["start-two-execute"]),
    ("EXECUTE first, or alone", ["start-execute-first", "start-only-execute"]),
    ("a table full of LOAD entries", ["full-of-load"]),
    ("a table full of SIGNATURE entries", ["full-of-signature"]),
    ("entry type 0, 4, 18, 255", ["entry-type-0", "entry-type-4", "entry-type-18",
                                  "entry-type-255"]),
    ("a LOAD or SIGNATURE entry with a null pointer",
     ["load-without-segments", "start-empty-component", "start-signature-of-nothing"]),
    ("no program", ["table-empty"]),
    ("only program 30", ["slot-30-only"]),
    ("all 31 slots lead past the end", ["all-slots-to-nowhere"]),
    ("a slot that leads to block 0", ["slot-to-block-0"]),
    ("a program table without its magic", ["table-without-magic"]),
    ("a component table without its magic", ["component-table-without-magic"]),
    ("a header of a dump program", ["dump-header"]),
    ("a header of type 2", ["header-type-2"]),
    ("boot record of version 0 or 2", ["version-0", "version-2"]),
    ("nothing but the magic", ["magic-only"]),
    ("no magic", ["no-magic"]),
    ("the program table past the end, past 2^31, past 2^63",
     ["table-past-the-end", "table-at-2^31", "table-at-2^63"]),
])

MENUS = ("Stage 2 and its menu", [
    ("stage 1b of zeros, of 0xff", ["stage1b-zeros", "stage1b-ff"]),
    ("stage 1b whose 24 entries all lead to itself", ["stage1b-itself"]),
    ("more than 24 entries", "the format has room for 24; what follows is not read"),
    ("a text without an end", ["text-without-end"]),
    ("texts outside of stage 2", ["texts-outside"]),
    ("no entries", ["menu-no-entries"]),
    ("entry numbers 99999, -1, none, the same twice; a line of 4 KiB; control characters",
     ["menu-strange"]),
    ("a number that wraps at 2^64", ["number-wraps"]),
    ("the banner in the last bytes of the last block", ["banner-at-the-end"]),
    ("the banner in the first bytes, where no parameters fit in front", ["banner-at-the-start"]),
])

DASD = ("DASD", [
    ("VOL1: address of the list-directed boot record all zeros", ["br-zeros"]),
    ("VOL1: ... outside the disk", ["br-past-the-end", "br-ff"]),
    ("VOL1: ... leads to something else", ["br-to-nothing"]),
    ("head 15 or more", ["cdl-head-15", "br-head-200"]),
    ("record 0, record 50 of 49", ["cdl-record-0", "cdl-record-50"]),
    ("cylinder bits in the head field", ["cdl-high-cylinder", "cdl-highest-cylinder"]),
    ("cylinder 2^32 - 1", ["br-cylinder-2^32"]),
    ("label version bytes of LDL", ["ldl-label-version-0", "ldl-label-version-ff"]),
    ("CMS1 label with another block size", ["cms-other-size"]),
    ("boot_info of another device type", ["cdl-info-device", "ldl-device-7"]),
    ("boot_info of a dump tool", ["cdl-dump-no-tool"]),
])

SOURCES = ("Disks that are not whole", [
    ("an empty file, 511 bytes, one block", ["empty-file", "511-bytes", "one-block"]),
    ("ends in a table", ["ends-in-program-table", "ends-in-component-table"]),
    ("ends in the data", ["ends-in-data"]),
    ("shrinks while it is read", "unit test src: test_file_that_shrinks"),
    ("sparse holes", "golden case holes; e2e: every disk of tests/images is sparse"),
    ("an I/O error in the middle", "unit test src: test_failed_read; nbd: test_error_at_each_read"),
    ("an NBD server that goes away", "nbd: test_gone_before_each_read, test_silence"),
])

CDS = ("CD images", [
    ("volume descriptors that nothing ends", ["iso-no-terminator", "iso-descriptors"]),
    ("no primary descriptor, or only its first bytes", ["iso-no-primary", "iso"]),
    ("ends in its descriptors", ["iso-ends-in-descriptors"]),
    ("another block size", ["iso-blocks-of-512"]),
    ("a boot catalog of zeros, with a wrong sum, past the end",
     ["iso-catalog-zeros", "iso-catalog-sum", "iso-catalog-nowhere"]),
    ("no image for this machine, or none at all", ["iso-foreign", "iso-nothing"]),
    ("an image for an emulated floppy disk", ["iso-emulated-floppy"]),
    ("as many entries as fit", ["iso-65-sections"]),
    ("a load segment", ["iso-segment"]),
    ("a count past the end of the CD", ["iso-count-lies"]),
    ("directories 9 and 17 deep", ["iso-depth-9", "iso-depth-17"]),
    ("directories that lead back, once and thirty times", ["iso-cyclic", "iso-cyclic-30"]),
    ("a directory record of 1 or 255 bytes, over the end of its sector, without a name",
     ["iso-record-1", "iso-record-255", "iso-record-over-the-end", "iso-name-0"]),
    ("a root directory past the end, of 4 GiB", ["iso-root-nowhere", "iso-root-4-gib"]),
    ("a file whose length or place is past the end", ["iso-data-len-lies", "iso-data-nowhere"]),
    ("an interleaved file, one in 17 pieces", ["iso-interleaved", "iso-17-pieces"]),
    ("names that go on somewhere else", ["iso-names-lead-on", "iso-names-nowhere"]),
    (".ins files: empty, rubbish, too large, with a line that is none",
     ["iso-ins-empty", "iso-ins-rubbish", "iso-ins-large", "iso-ins-no-address"]),
    (".ins files that name what is not there, a directory, 65 files",
     ["iso-ins-no-file", "iso-ins-directory", "iso-ins-65-files"]),
    (".ins files that load past memory, over the last address, nothing to 0",
     ["iso-ins-past-memory", "iso-ins-wraps", "iso-ins-no-psw"]),
])

BLOCKS = ("What guests and users say", [
    ("IPL parameter block: length 199, 200, 4096, 4097", "unit test iplb: test_block_lengths"),
    ("... cut off anywhere", "unit test iplb: test_block_cut_off_anywhere"),
    ("... of another type", "unit test iplb: test_qemu_scsi; e2e reset"),
    ("... with a loadparm that is no EBCDIC", "unit test iplb: test_strange_loadparm"),
    ("loadparm `12abc`, ` 7`, `99999999`, of 9 characters", "unit test profile: test_loadparm"),
])

GROUPS = [LISTS, ADDRESSES, PSW, TABLES, MENUS, DASD, CDS, SOURCES, BLOCKS]

# faults that other loaders had: (what, where it was, cases or a sentence)
FAULTS = [
    ("the entry number in a menu text was an array index", "QEMU up to 10.2.2, menu.c",
     ["menu-strange"]),
    ("a menu text without an end was measured, and copied to the stack", "QEMU up to 10.2.2, menu.c",
     ["text-without-end"]),
    ("the banner search went past the end of a block", "QEMU 5.1, commit 5f97ba0c74cc",
     ["banner-at-the-end", "banner-and-nothing"]),
    ("the next block was read when a run had ended", "QEMU, mail of 2021-04-16",
     ["run-at-the-last-block"]),
    ("one disk that cannot be read ended the search", "QEMU, commit 5dc739f343cd",
     "e2e refuse: NextDisk"),
    ("a continuation pointer to itself: an endless loop", "QEMU, all versions", ["chain-to-itself"]),
    ("a component over the firmware", "QEMU, all versions", ["start-over-the-stub"]),
    ("a component past the end of memory is left out silently", "QEMU, all versions",
     ["start-past-memory"]),
    ("block numbers cut to 32 bits", "QEMU 7.2 to 10.2", ["run-at-2^32"]),
    ("SIGNATURE entries skipped without a look at the end of the table", "QEMU 7.2 to 10.2",
     ["full-of-signature"]),
    ("entries of an ECKD component table without an upper bound", "QEMU, bootmap.c",
     ["cdl-no-execute"]),
    ("half of a program loaded, then another one tried on top", "QEMU 10, list-directed IPL",
     ["br-past-the-end"]),
    ("the search for a CD's image went on above the root directory", "QEMU up to 10.0.12",
     ["iso-65-sections"]),
    ("an .ins line without an end, or without an address", "QEMU, netboot",
     "unit test iso9660: test_ins_cut_off_anywhere, test_no_ins"),
    ("the menu number overflowed", "s390-tools, commit a2663ec8", ["number-wraps"]),
    ("a loadparm too large read past config[]", "s390-tools, commit 40bc181f",
     "unit test profile: test_loadparm; e2e refuse: test_program_that_is_not_there"),
    ("the command line overflowed stage 3's buffer", "s390-tools, commits 4eea67cd, 9a68a25a",
     "check: finding cmdline-too-long (golden case check-params)"),
    ("an endless loop when a secure IPL has no components in its report",
     "s390-tools, commit c4a09331", "not built into the host: the guest gets its report whole"),
    ("segment programs without their data", "s390-tools 2.25 to 2.43", "golden case segment"),
]
