/* SPDX-License-Identifier: MIT */
/* Which zipl wrote a program, or whether s390-ipl install did: generations of
 * stage 3 differ in where they are entered and in what they bring along
 * (docs/formats/zipl.md, section 6).
 * May use: base, format, disk. */
#include "boot/origin.h"

#include "boot/extent.h"

#include <string.h>

#define PSW_ADDR UINT64_C(0x7fffffff)

/* Where zipl 1.20 to 1.23 enter stage 3; from 1.24 on it is written in C. */
#define STAGE3_ENTRY_ASM (ZIPL_STAGE3_ADDR + 0x2a)

/* The end of a stage 3 that can be signed: length of the block and magic. */
#define TRAILER	 "\0\0\0\x20zIPL"
/* Behind the first instruction of our own (guest/stage3.S). */
#define OURS	 "s390-ipl"
#define OURS_AT	 4
#define TEXT_LEN 8 /* of both */

#define ENVBLK_ALIGN 4096
#define ENVBLK_MAX   65536

static const struct ipl_component *find(const struct ipl_program *prog,
					enum ipl_purpose purpose)
{
	for (size_t i = 0; i < prog->n_comps; i++) {
		if (prog->comps[i].type == IPL_COMP_LOAD &&
		    prog->comps[i].purpose == purpose)
			return &prog->comps[i];
	}
	return NULL;
}

/* Whether stage 3 has @text, of TEXT_LEN bytes, at @at. */
static int has_text(const struct ipl_map *map,
		    const struct ipl_component *stage3, uint64_t at,
		    const char *text, bool *ret, struct ipl_err *err)
{
	char found[TEXT_LEN];
	struct ipl_extent_pos pos = { stage3->extents, stage3->n_extents, 0 };
	int rc;

	ipl_extent_skip(&pos, at);
	rc = ipl_extent_read(map->src, &pos, found, sizeof(found), err);
	*ret = !rc && !memcmp(found, text, sizeof(found));
	return rc;
}

/* Stage 3 of zipl 2.24 and later ends with a locator; that of s390-ipl install
 * begins with its name. */
static int find_text(const struct ipl_map *map,
		     const struct ipl_component *stage3, bool *is_ours,
		     bool *has_trailer, struct ipl_err *err)
{
	int rc;

	*is_ours = *has_trailer = false;
	if (!stage3 || stage3->len < OURS_AT + TEXT_LEN)
		return 0;
	rc = has_text(map, stage3, OURS_AT, OURS, is_ours, err);
	if (rc)
		return rc;
	return has_text(map, stage3, stage3->len - TEXT_LEN, TRAILER,
			has_trailer, err);
}

static int find_new(const struct ipl_map *map, const struct ipl_program *prog,
		    struct ipl_origin *ret, struct ipl_err *err)
{
	bool is_ours, trailer;
	int rc;

	rc = find_text(map, find(prog, IPL_PURPOSE_STAGE3), &is_ours, &trailer,
		       err);
	if (rc)
		return rc;
	ret->has_long_cmdline = is_ours || trailer;
	if (is_ours)
		ret->text = "s390-ipl install";
	else if (trailer)
		ret->text = "zipl 2.24 or later";
	else if (find(prog, IPL_PURPOSE_ENVBLK))
		ret->text = "zipl 2.18 or later";
	else
		ret->text = "zipl 2.9 or later";
	return 0;
}

int ipl_origin_find(const struct ipl_map *map, const struct ipl_program *prog,
		    struct ipl_origin *ret, struct ipl_err *err)
{
	*ret = (struct ipl_origin){ 0 };
	if (prog->rc || !prog->stage3.present)
		return 0;
	switch (prog->stage3.gen) {
	case ZIPL_STAGE3_40:
		ret->text = "zipl 1.8 to 1.19";
		return 0;
	case ZIPL_STAGE3_42:
		if ((prog->comps[prog->n_comps - 1].psw & PSW_ADDR) ==
		    STAGE3_ENTRY_ASM)
			ret->text = "zipl 1.18 to 1.23";
		else
			ret->text = "zipl 1.24 to 2.8";
		return 0;
	case ZIPL_STAGE3_80:
		return find_new(map, prog, ret, err);
	}
	return 0;
}

bool ipl_origin_has_environment(const struct ipl_stage3 *stage3)
{
	uint64_t len = stage3->envblk_len;

	/* one block of a file system at a page below 2 GiB */
	return stage3->envblk_addr && stage3->envblk_addr <= PSW_ADDR &&
	       stage3->envblk_addr % ENVBLK_ALIGN == 0 &&
	       len >= ZIPL_BLOCK_MIN && len <= ENVBLK_MAX &&
	       (len & (len - 1)) == 0;
}
