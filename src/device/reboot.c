/* SPDX-License-Identifier: MIT */
/* A guest that re-IPLs itself and looks as if it had panicked.
 * May use: base, vm. */
#include "device/reboot.h"

#include "base/cleanup.h"

#include <string.h>

/* Lowcore, Principles of Operation, "Assigned Storage Locations". */
#define LOW_PGM_INT	0x88 /* u32 with the length, u32 with the code... */
#define LOW_PGM_OLD	0x150
#define LOW_RESTART_NEW 0x1a0
#define LOW_SIZE	UINT64_C(0x2000)

/* Program interruption: instruction length 4, specification exception. */
#define PGM_SPECIFICATION 0x00040006
#define PSW_DAT		  (UINT64_C(1) << 58)
#define PSW_64BIT	  UINT64_C(0x0000000180000000)

/*
 * Code goes where neither the architecture nor Linux has anything, so that the
 * CPU cannot have a translation of something else from there: 0xcc to 0xe7 of
 * the CPU's own lowcore.
 */
#define LOW_CODE     0xd0
#define LOW_CODE_PSW 0xd8
/* lghi %r1,3; diag %r1,%r1,0x308: load clear */
#define CODE_REIPL   UINT64_C(0xa719000383110308)
/* lpswe LOW_CODE_PSW; nopr; nopr */
#define CODE_LPSWE   (UINT64_C(0xb2b2000007000700) | (uint64_t)LOW_CODE_PSW << 32)

static int64_t event_number(struct json_object *data, const char *key)
{
	struct json_object *info, *v;

	if (!json_object_object_get_ex(data, "info", &info) ||
	    !json_object_object_get_ex(info, key, &v))
		return 0;
	return json_object_get_int64(v);
}

/* An address as @line ("gva2gpa ADDRESS") shows it. */
static int translate(struct ipl_qmp *qmp, int cpu, const char *line,
		     uint64_t *ret, struct ipl_err *err)
{
	auto_free char *text = NULL;
	const char *hex;
	int rc = ipl_qmp_human(qmp, cpu, line, &text, err);

	if (rc)
		return rc;
	hex = strstr(text, "gpa: "); /* "gpa: 0x1ddc000", "gpa: 0" */
	if (!hex)
		return ipl_fail(err, IPL_EPROTO, "QEMU's answer to %s: %s",
				line, text);
	*ret = strtoull(hex + 5, NULL, 16);
	return 0;
}

/* Where the lowcore of the CPU is: real address 0. */
static int find_lowcore(struct ipl_qmp *qmp, const struct ipl_mem *mem, int cpu,
			uint64_t *ret, struct ipl_err *err)
{
	int rc = translate(qmp, cpu, "gva2gpa 0", ret, err);

	if (!rc && !ipl_mem_at(mem, *ret, LOW_SIZE))
		rc = ipl_fail(err, IPL_ERANGE,
			      "lowcore of CPU %d at %#llx, expected memory",
			      cpu, (unsigned long long)*ret);
	return rc;
}

/* Whether the last program check of the CPU was for a DIAG 308 subcode that is
 * not there. The old PSW may be virtual: then the code alone has to do. */
static bool is_unknown_reipl(const struct ipl_mem *mem, uint64_t lowcore)
{
	uint64_t mask = ipl_mem_get64(mem, lowcore + LOW_PGM_OLD);
	uint64_t addr = ipl_mem_get64(mem, lowcore + LOW_PGM_OLD + 8);
	uint32_t pgm = (uint32_t)ipl_mem_get64(mem, lowcore + LOW_PGM_INT);
	const uint8_t *insn;

	if (pgm != PGM_SPECIFICATION)
		return false;
	insn = addr < 4 ? NULL : ipl_mem_at(mem, addr - 4, 4);
	if (insn && insn[0] == 0x83 && insn[2] == 0x03 && insn[3] == 0x08)
		return true;
	return (mask & PSW_DAT) && !insn;
}

/* Have the CPU run @code (and what follows) by a restart interruption. */
static int restart(struct ipl_qmp *qmp, const struct ipl_mem *mem, int cpu,
		   uint64_t lowcore, uint64_t code, struct ipl_err *err)
{
	auto_free char *text = NULL;
	int rc;

	ipl_mem_put64(mem, lowcore + LOW_CODE, code);
	ipl_mem_put64(mem, lowcore + LOW_RESTART_NEW, PSW_64BIT);
	ipl_mem_put64(mem, lowcore + LOW_RESTART_NEW + 8, LOW_CODE);
	rc = ipl_qmp_run(qmp, "cont", NULL, NULL, err);
	return rc ? rc : ipl_qmp_human(qmp, cpu, "nmi", &text, err);
}

int ipl_reboot_rescue(struct ipl_qmp *qmp, const struct ipl_mem *mem,
		      struct json_object *data, struct ipl_err *err)
{
	int cpu = (int)event_number(data, "core");
	uint64_t lowcore;
	int rc = find_lowcore(qmp, mem, cpu, &lowcore, err);

	if (rc)
		return rc;
	if (!is_unknown_reipl(mem, lowcore))
		return 0;
	/* memory outlives the reset, and the next panic may be a real one */
	ipl_mem_put64(mem, lowcore + LOW_PGM_INT, 0);
	rc = restart(qmp, mem, cpu, lowcore, CODE_REIPL, err);
	return rc ? rc : 1;
}

int ipl_reboot_set_action(struct ipl_qmp *qmp, const char *action,
			  struct ipl_err *err)
{
	struct json_object *args = json_object_new_object();

	json_object_object_add(args, "panic", json_object_new_string(action));
	return ipl_qmp_run(qmp, "set-action", args, NULL, err);
}

int ipl_reboot_panic_again(struct ipl_qmp *qmp, const struct ipl_mem *mem,
			   struct json_object *data, const char *action,
			   struct ipl_err *err)
{
	int cpu = (int)event_number(data, "core");
	uint64_t lowcore;
	int rc = ipl_reboot_set_action(qmp, action, err);

	if (rc || !strcmp(action, "pause"))
		return rc;
	if (!strcmp(action, "none"))
		return ipl_qmp_run(qmp, "cont", NULL, NULL, err);
	rc = find_lowcore(qmp, mem, cpu, &lowcore, err);
	if (rc)
		return ipl_qmp_run(qmp, "quit", NULL, NULL, err);
	ipl_mem_put64(mem, lowcore + LOW_CODE_PSW,
		      (uint64_t)event_number(data, "psw-mask"));
	ipl_mem_put64(mem, lowcore + LOW_CODE_PSW + 8,
		      (uint64_t)event_number(data, "psw-addr"));
	return restart(qmp, mem, cpu, lowcore, CODE_LPSWE, err);
}
