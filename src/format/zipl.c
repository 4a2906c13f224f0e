/* SPDX-License-Identifier: MIT */
/* Decoders and encoders for what zipl writes (docs/formats-scsi.md).
 * May use: base. */
#include "format/zipl.h"

#include "base/rd.h"

#include <string.h>

static struct ipl_rd reader(struct ipl_span in)
{
	return (struct ipl_rd){ .in = in };
}

static struct zipl_lin16 get_lin16(struct ipl_rd *r)
{
	struct zipl_lin16 ptr;

	ptr.block = ipl_be64(r);
	ptr.size = ipl_be16(r);
	ptr.count = ipl_be16(r) + 1u; /* stored as what follows the first */
	ipl_skip(r, 4);
	return ptr;
}

int zipl_lin16_decode(struct ipl_span in, struct zipl_lin16 *ret,
		      struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_lin16 ptr = get_lin16(&r);
	int rc = ipl_rd_done(&r, err);

	if (rc)
		return rc;
	*ret = ptr;
	return 0;
}

void zipl_lin16_encode(struct ipl_wr *w, const struct zipl_lin16 *ptr)
{
	ipl_put_be(w, ptr->block, 8);
	ipl_put_be(w, ptr->size, 2);
	ipl_put_be(w, ptr->count ? ptr->count - 1 : 0, 2);
	ipl_put_be(w, 0, 4);
}

static void get_boot_info(struct ipl_rd *r, struct zipl_boot_info *info)
{
	const uint8_t *magic = ipl_take(r, ZIPL_MAGIC_LEN);
	const uint8_t *data;

	info->present = magic && !memcmp(magic, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	info->version = ipl_u8(r);
	info->boot_type = ipl_u8(r);
	info->dev_type = ipl_u8(r);
	info->flags = ipl_u8(r);
	data = ipl_take(r, sizeof(info->data));
	if (data)
		memcpy(info->data, data, sizeof(info->data));
	/* whatever is there without the magic is not zipl's */
	if (!info->present)
		memset(info, 0, sizeof(*info));
}

int zipl_boot_record_decode(struct ipl_span in, struct zipl_boot_record *ret,
			    struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_boot_record rec;
	int rc;

	rc = ipl_rd_magic(&r, ZIPL_MAGIC, ZIPL_MAGIC_LEN, err);
	if (rc)
		return rc;
	rec.version = ipl_be32(&r);
	ipl_skip(&r, 8);
	rec.table = get_lin16(&r);
	ipl_skip(&r, 80);
	get_boot_info(&r, &rec.info);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = rec;
	return 0;
}

static void put_boot_info(struct ipl_wr *w, const struct zipl_boot_info *info)
{
	if (!info->present) {
		ipl_put(w, NULL, 40);
		return;
	}
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put_be(w, info->version, 1);
	ipl_put_be(w, info->boot_type, 1);
	ipl_put_be(w, info->dev_type, 1);
	ipl_put_be(w, info->flags, 1);
	ipl_put(w, info->data, sizeof(info->data));
}

void zipl_boot_record_encode(struct ipl_wr *w,
			     const struct zipl_boot_record *rec)
{
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put_be(w, rec->version, 4);
	ipl_put(w, NULL, 8);
	zipl_lin16_encode(w, &rec->table);
	ipl_put(w, NULL, 80);
	put_boot_info(w, &rec->info);
}

int zipl_program_table_decode(struct ipl_span in,
			      struct zipl_program_table *ret,
			      struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_program_table table;
	int rc;

	rc = ipl_rd_magic(&r, ZIPL_MAGIC, ZIPL_MAGIC_LEN, err);
	if (rc)
		return rc;
	ipl_skip(&r, ZIPL_LIN16_LEN - ZIPL_MAGIC_LEN);
	for (unsigned i = 0; i < ZIPL_SLOTS; i++)
		table.slot[i] = get_lin16(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = table;
	return 0;
}

void zipl_program_table_encode(struct ipl_wr *w,
			       const struct zipl_program_table *table)
{
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put(w, NULL, ZIPL_LIN16_LEN - ZIPL_MAGIC_LEN);
	for (unsigned i = 0; i < ZIPL_SLOTS; i++)
		zipl_lin16_encode(w, &table->slot[i]);
}

int zipl_comp_header_decode(struct ipl_span in, uint8_t *ret_type,
			    struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	uint8_t type;
	int rc;

	rc = ipl_rd_magic(&r, ZIPL_MAGIC, ZIPL_MAGIC_LEN, err);
	if (rc)
		return rc;
	type = ipl_u8(&r);
	ipl_skip(&r, ZIPL_COMP_HEADER_LEN - ZIPL_MAGIC_LEN - 1);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret_type = type;
	return 0;
}

void zipl_comp_header_encode(struct ipl_wr *w, uint8_t type)
{
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put_be(w, type, 1);
	ipl_put(w, NULL, ZIPL_COMP_HEADER_LEN - ZIPL_MAGIC_LEN - 1);
}

static bool is_blank(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i])
			return false;
	}
	return true;
}

int zipl_comp_entry_decode(struct ipl_span in, struct zipl_comp_entry *ret,
			   struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_comp_entry entry;
	int rc;

	entry.segments = get_lin16(&r);
	ipl_skip(&r, 7);
	entry.type = ipl_u8(&r);
	entry.value = ipl_be64(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	entry.blank = is_blank(in.p, ZIPL_COMP_ENTRY_LEN);
	*ret = entry;
	return 0;
}

void zipl_comp_entry_encode(struct ipl_wr *w,
			    const struct zipl_comp_entry *entry)
{
	zipl_lin16_encode(w, &entry->segments);
	ipl_put(w, NULL, 7);
	ipl_put_be(w, entry->type, 1);
	ipl_put_be(w, entry->value, 8);
}

int zipl_segment_table_decode(struct ipl_span in,
			      struct zipl_segment_table *ret,
			      struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	size_t last = in.len / ZIPL_LIN16_LEN - 1;

	if (in.len < ZIPL_BLOCK_MIN)
		r.short_read = true;
	else if (in.len > ZIPL_BLOCK_MAX)
		return ipl_fail(err, IPL_EBUG, "block of %zu bytes", in.len);
	else
		*ret = (struct zipl_segment_table){ .n = 0 };

	while (!r.short_read && ret->n < last) {
		struct zipl_lin16 ptr = get_lin16(&r);

		if (ptr.block == 0)
			return 0;
		ret->data[ret->n++] = ptr;
	}
	if (!r.short_read)
		ret->chain = get_lin16(&r);
	return ipl_rd_done(&r, err);
}

void zipl_segment_table_encode(struct ipl_wr *w, size_t block_size,
			       const struct zipl_segment_table *table)
{
	size_t last = block_size / ZIPL_LIN16_LEN - 1;

	for (size_t i = 0; i < table->n; i++)
		zipl_lin16_encode(w, &table->data[i]);
	ipl_put(w, NULL, (last - table->n) * ZIPL_LIN16_LEN);
	zipl_lin16_encode(w, &table->chain);
}

int zipl_stage3_decode(struct ipl_span in, enum zipl_stage3_gen gen,
		       struct ipl_stage3 *ret, struct ipl_err *err)
{
	struct ipl_stage3 s = { .present = true, .gen = gen };
	struct ipl_rd r = reader(in);
	int rc;

	s.parm_addr = ipl_be64(&r);
	s.initrd_addr = ipl_be64(&r);
	s.initrd_len = ipl_be64(&r);
	s.load_psw = ipl_be64(&r);
	s.extra_parm = ipl_be64(&r);
	if (gen == ZIPL_STAGE3_42)
		s.flags = (uint64_t)ipl_be16(&r) << 48;
	if (gen == ZIPL_STAGE3_80) {
		s.flags = ipl_be64(&r);
		s.image_len = ipl_be64(&r);
		s.image_addr = ipl_be64(&r);
		s.envblk_addr = ipl_be64(&r);
		s.envblk_len = ipl_be64(&r);
	}
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = s;
	return 0;
}

void zipl_stage3_encode(struct ipl_wr *w, const struct ipl_stage3 *stage3)
{
	ipl_put_be(w, stage3->parm_addr, 8);
	ipl_put_be(w, stage3->initrd_addr, 8);
	ipl_put_be(w, stage3->initrd_len, 8);
	ipl_put_be(w, stage3->load_psw, 8);
	ipl_put_be(w, stage3->extra_parm, 8);
	if (stage3->gen == ZIPL_STAGE3_42)
		ipl_put_be(w, stage3->flags >> 48, 2);
	if (stage3->gen == ZIPL_STAGE3_80) {
		ipl_put_be(w, stage3->flags, 8);
		ipl_put_be(w, stage3->image_len, 8);
		ipl_put_be(w, stage3->image_addr, 8);
		ipl_put_be(w, stage3->envblk_addr, 8);
		ipl_put_be(w, stage3->envblk_len, 8);
	}
}
