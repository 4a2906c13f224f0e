/* SPDX-License-Identifier: MIT */
/* The guest code that is part of this executable. May use: base, format, the
 * ABI. */
#include "vm/guest_code.h"

#include "base/cleanup.h"
#include "format/sclp.h"
#include "s390-ipl/abi.h"

#include "guest_blobs.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define ELF_PHOFF	32 /* in the file header: where program headers are */
#define ELF_PHDR_OFFSET 8  /* in a program header: where its bytes are */

static const char last_words[] =
	"s390-ipl: no IPL engine answers on the host, so this VM cannot be "
	"IPLed (wait code 495001)\n"
	"s390-ipl: start it with 's390-ipl run'; if it was, the reason is in "
	"what that printed\n";

struct ipl_span ipl_guest_stub(void)
{
	return (struct ipl_span){ .p = guest_stub_bin,
				  .len = sizeof(guest_stub_bin) };
}

struct ipl_span ipl_guest_trampoline(void)
{
	return (struct ipl_span){ .p = guest_trampoline_bin,
				  .len = sizeof(guest_trampoline_bin) };
}

struct ipl_span ipl_guest_menu(void)
{
	return (struct ipl_span){ .p = guest_menu_bin,
				  .len = sizeof(guest_menu_bin) };
}

/* Offset of the only segment's bytes in the ELF file. */
static uint64_t elf_segment(void)
{
	const struct ipl_span elf = { .p = guest_stub_elf,
				      .len = sizeof(guest_stub_elf) };
	struct ipl_rd r = { .in = ipl_sub(elf, ELF_PHOFF, 8) };

	r = (struct ipl_rd){ .in = ipl_sub(elf, ipl_be64(&r) + ELF_PHDR_OFFSET,
					   8) };
	return ipl_be64(&r);
}

int ipl_guest_stub_file(unsigned give_up_s, int *ret_fd, struct ipl_err *err)
{
	auto_free uint8_t *elf = malloc(sizeof(guest_stub_elf));
	auto_close int fd = memfd_create("s390-ipl-stub", 0);
	uint64_t seg = elf_segment();
	struct ipl_wr w;

	if (fd < 0)
		return ipl_fail_errno(err, errno, "cannot make a memory file");
	if (!elf)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (seg + STUB_SIZE > sizeof(guest_stub_elf))
		return ipl_fail(err, IPL_EBUG, "stub.elf: unexpected shape");
	memcpy(elf, guest_stub_elf, sizeof(guest_stub_elf));
	w = (struct ipl_wr){ .p = elf + seg + STUB_ROM_GIVE_UP, .len = 4 };
	ipl_put_be(&w, give_up_s, 4);
	w = (struct ipl_wr){ .p = elf + seg + STUB_CONSOLE,
			     .len = STUB_BUFFER - STUB_CONSOLE };
	ipl_sclp_put_message(&w, last_words);
	if (w.overflow)
		return ipl_fail(err, IPL_EBUG, "last words do not fit");
	if (write(fd, elf, sizeof(guest_stub_elf)) !=
	    (ssize_t)sizeof(guest_stub_elf))
		return ipl_fail_errno(err, errno, "cannot write the stub");
	*ret_fd = ipl_steal_fd(&fd);
	return 0;
}
