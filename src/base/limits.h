/* SPDX-License-Identifier: MIT */
/* How much of anything is believed of a disk, each with its reason.
 * May use: libc only. */
#ifndef IPL_BASE_LIMITS_H
#define IPL_BASE_LIMITS_H

#include <stdint.h>

/* Segment tables of one component. zipl loads below 2 GiB; that much, in
 * pieces of 1 KiB (the smallest block of a file system), 31 to a table of 512
 * bytes, takes 67651 tables. */
#define IPL_MAX_CHAIN 70000u

/* Segment tables of all programs of a disk: 31 programs whose ramdisks lie in
 * 16000 tables each (500 MiB in pieces of 1 KiB); about half a second of
 * reading. */
#define IPL_MAX_TABLES 500000u

/* Extents of all programs of a disk. Each takes 24 bytes of our memory, so
 * that no disk costs more than 100 MB; the worst disk that zipl can be made to
 * write without effort (30 entries, 8 MiB kernel, 256 MiB ramdisk, 4 KiB
 * pieces) has 2 million. */
#define IPL_MAX_EXTENTS 4000000u

/* Bytes of one component: more than any VM has as memory, and far enough from
 * 2^64 for sums. */
#define IPL_MAX_COMPONENT (UINT64_C(1) << 44)

/* Kernel command line: the largest that zipl 2.20 and later let through. */
#define IPL_MAX_CMDLINE 65536u

/* First word of a kernel's version text: UTS_RELEASE is limited to 64. */
#define IPL_MAX_RELEASE 64u

/* Text that describes the programs of a disk: titles of 1 KiB for all 31 and as
 * much again. */
#define IPL_MAX_DESCRIPTION 65536u

/* Segment tables that lead to it: of 31 programs, block by block. */
#define IPL_MAX_DESCRIPTION_TABLES 256u

/* Boot loader entries in a directory: a few for each installed kernel. */
#define IPL_MAX_BLS_ENTRIES 256u

/* Bytes of one: the longest kernel parameters and then some. */
#define IPL_MAX_BLS_FILE 131072u

/* Of how much of the kernel parameters of a program its name is made, so that
 * 63 programs with the longest ones are named in no time. */
#define IPL_MAX_NAME_CMDLINE 4096u

/* Groups of an ext file system: 128 TiB in groups of 128 MiB. Their descriptors
 * are read when it is opened, and take 64 MiB. */
#define IPL_MAX_EXT_GROUPS (1u << 20)

/* Bytes that one operation on an ext file system (finding a path, listing a
 * directory, the place of a file) may read besides what it was asked for: the
 * group descriptors, or a directory of a million names. */
#define IPL_MAX_EXT_METADATA (UINT64_C(128) << 20)

/* Bytes that looking for titles may read of all file systems of a disk together: the
 * group descriptors of some, their directories, and 256 entries several times over;
 * a fifth of a second. */
#define IPL_MAX_TITLES_READ (UINT64_C(256) << 20)

/* Names in a directory: /boot and its like have some hundred. */
#define IPL_MAX_EXT_NAMES 65536u

/* Pieces of a file: 512 MiB in pieces of 1 KiB, which take 12 MB of memory. */
#define IPL_MAX_EXT_RUNS (512u << 10)

/* Volume descriptors of a CD in front of the one that ends their list: there are three
 * or four. */
#define IPL_MAX_ISO_DESCRIPTORS 64u

/* Sectors of a CD's directories that are read, all in all: 32 MiB of them, for a
 * quarter of a million files. */
#define IPL_MAX_ISO_SECTORS 16384u

/* Directories in directories: ISO 9660 has eight levels, what Linux makes of it more. */
#define IPL_MAX_ISO_DEPTH 16u

/* Bytes of an .ins file, and files that it loads: there are five lines. */
#define IPL_MAX_INS_FILE  16384u
#define IPL_MAX_INS_FILES 64u

/* Programs of a CD, of a kind: images of the boot catalog, .ins files. As many as a
 * load parameter of zipl's can choose from. */
#define IPL_MAX_ISO_PROGRAMS 31u

/* Labels of a VTOC that are looked at: more than Linux has partitions for. */
#define IPL_MAX_VTOC_LABELS 1024u

/* Notes about one disk: there is one of each kind for each of its maps. */
#define IPL_MAX_NOTES 16u

/* A signature: PKCS#7 with a certificate or two in it; zipl's are under 2 KiB. */
#define IPL_MAX_SIGNATURE 16384u

/* Components of a program that is verified, all of them: they are held in private
 * memory then, of which the loader's process may have 512 MiB. */
#define IPL_MAX_SECURE (UINT64_C(384) << 20)

#endif
