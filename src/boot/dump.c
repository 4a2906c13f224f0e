/* SPDX-License-Identifier: MIT */
/* Disks and programs that are made for stand-alone dumps.
 * May use: base, format, disk. */
#include "boot/dump.h"

#include "boot/note.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ADVICE                                                       \
	"attach the disk that has the operating system; zgetdump -i" \
	" tells what a dump disk holds"

/* ", which would write ... ", or "" where the parameters do not tell. */
struct target {
	char text[120];
};

static struct target target_of(const struct zipl_boot_info *info)
{
	struct zipl_dump_params p;
	struct target t = { "" };

	if (!info->present || info->dev_type == ZIPL_DEV_SCSI ||
	    zipl_dump_params_decode(info, &p, NULL) || p.last < p.first)
		return t;
	snprintf(t.text, sizeof(t.text),
		 ", which would overwrite blocks %" PRIu64 " to %" PRIu64
		 " with the contents of memory",
		 p.first, p.last);
	return t;
}

int ipl_dump_refuse(const struct ipl_stage2 *stage2,
		    const struct zipl_boot_info *info, struct ipl_err *err)
{
	struct ipl_span in = { stage2->bytes, stage2->len, 0 };
	const struct zipl_dumper *d = zipl_dumper_find(in);
	bool says_dump = info->present && info->boot_type == ZIPL_BOOT_DUMP;

	if (!d && !says_dump)
		return 0;
	ipl_fail(err, IPL_EUNSUP,
		 "made for stand-alone dumps, not for IPL: it has zipl's dump "
		 "tool%s%s%s%s%s",
		 d ? " (" : "", d ? d->title : "", d ? ", " : "",
		 d ? d->magic : "", d ? ")" : "");
	/* of several volumes, each has its own range elsewhere */
	if (err && says_dump && !(d && d->magic[1] == 'M')) {
		size_t len = strlen(err->msg);

		snprintf(err->msg + len, sizeof(err->msg) - len, "%s",
			 target_of(info).text);
	}
	ipl_err_advise(err, ADVICE);
	return IPL_EUNSUP;
}

/* What writes a program with a dump header; only the boot record tells the
 * partition dump, which shall not be taken for another. */
static const char *kind_of(const struct ipl_map *map,
			   const struct ipl_program *prog)
{
	for (size_t i = 0; i < map->n_notes; i++) {
		if (!strcmp(map->notes[i].code, IPL_NOTE_DUMP))
			return "zipl --dump on a SCSI partition";
	}
	return prog->stage3.gen == ZIPL_STAGE3_80
		       ? "zipl --dump with NGDump"
		       : "zipl --dump into a file system";
}

void ipl_dump_judge(const struct ipl_map *map, struct ipl_program *prog)
{
	const struct ipl_stage3 *s = &prog->stage3;

	/* zipl 2.13 loses the flag */
	if (s->present &&
	    (s->flags & ZIPL_STAGE3_KDUMP || s->load_psw == IPL_KDUMP_PSW))
		prog->is_kdump = true;
	if (prog->rc || !prog->is_dump || prog->is_kdump)
		return;
	prog->rc =
		ipl_fail(&prog->err, IPL_EUNSUP,
			 "component table at block %" PRIu64 " (byte 0x%" PRIx64
			 "): a dump program (header type 1), not one to "
			 "IPL; this is what %s writes",
			 prog->table_off / map->block_size, prog->table_off,
			 kind_of(map, prog));
	ipl_err_advise(&prog->err, "choose another program");
}
