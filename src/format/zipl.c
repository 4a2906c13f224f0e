/* SPDX-License-Identifier: MIT */
/* Decoders and encoders for what zipl writes (docs/formats/zipl.md).
 * May use: base. */
#include "format/zipl.h"

#include "base/rd.h"

#include <string.h>

/* Where an entry of a component table has its type. */
#define ENTRY_TYPE_OFF 23u

static struct ipl_rd reader(struct ipl_span in)
{
	return (struct ipl_rd){ .in = in };
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

int zipl_boot_info_decode(struct ipl_span in, struct zipl_boot_info *ret,
			  struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_boot_info info;
	int rc;

	get_boot_info(&r, &info);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = info;
	return 0;
}

int zipl_boot_record_decode(const struct zipl_ptr_format *format,
			    struct ipl_span in, struct zipl_boot_record *ret,
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
	rec.table = format->get(&r);
	ipl_skip(&r, 80);
	get_boot_info(&r, &rec.info);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = rec;
	return 0;
}

void zipl_boot_info_encode(struct ipl_wr *w, const struct zipl_boot_info *info)
{
	if (!info->present) {
		ipl_put(w, NULL, ZIPL_BOOT_INFO_LEN);
		return;
	}
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put_be(w, info->version, 1);
	ipl_put_be(w, info->boot_type, 1);
	ipl_put_be(w, info->dev_type, 1);
	ipl_put_be(w, info->flags, 1);
	ipl_put(w, info->data, sizeof(info->data));
}

void zipl_boot_record_encode(const struct zipl_ptr_format *format,
			     struct ipl_wr *w,
			     const struct zipl_boot_record *rec)
{
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put_be(w, rec->version, 4);
	ipl_put(w, NULL, 8);
	format->put(w, &rec->table);
	ipl_put(w, NULL, 80);
	zipl_boot_info_encode(w, &rec->info);
}

int zipl_program_table_decode(const struct zipl_ptr_format *format,
			      struct ipl_span in,
			      struct zipl_program_table *ret,
			      struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_program_table table;
	int rc;

	rc = ipl_rd_magic(&r, ZIPL_MAGIC, ZIPL_MAGIC_LEN, err);
	if (rc)
		return rc;
	table = (struct zipl_program_table){ 0 };
	ipl_skip(&r, format->len - ZIPL_MAGIC_LEN);
	for (unsigned i = 0; i < zipl_slots(format); i++)
		table.slot[i] = format->get(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	*ret = table;
	return 0;
}

void zipl_program_table_encode(const struct zipl_ptr_format *format,
			       struct ipl_wr *w,
			       const struct zipl_program_table *table)
{
	ipl_put(w, ZIPL_MAGIC, ZIPL_MAGIC_LEN);
	ipl_put(w, NULL, format->len - ZIPL_MAGIC_LEN);
	for (unsigned i = 0; i < zipl_slots(format); i++)
		format->put(w, &table->slot[i]);
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

int zipl_comp_entry_decode(const struct zipl_ptr_format *format,
			   struct ipl_span in, struct zipl_comp_entry *ret,
			   struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	struct zipl_comp_entry entry;
	int rc;

	entry.segments = format->get(&r);
	ipl_skip(&r, ENTRY_TYPE_OFF - format->len);
	entry.type = ipl_u8(&r);
	entry.value = ipl_be64(&r);
	rc = ipl_rd_done(&r, err);
	if (rc)
		return rc;
	entry.blank = is_blank(in.p, ZIPL_COMP_ENTRY_LEN);
	*ret = entry;
	return 0;
}

void zipl_comp_entry_encode(const struct zipl_ptr_format *format,
			    struct ipl_wr *w,
			    const struct zipl_comp_entry *entry)
{
	format->put(w, &entry->segments);
	ipl_put(w, NULL, ENTRY_TYPE_OFF - format->len);
	ipl_put_be(w, entry->type, 1);
	ipl_put_be(w, entry->value, 8);
}

int zipl_segment_table_decode(const struct zipl_ptr_format *format,
			      struct ipl_span in,
			      struct zipl_segment_table *ret,
			      struct ipl_err *err)
{
	struct ipl_rd r = reader(in);
	size_t last = in.len / format->len - 1;

	if (in.len < ZIPL_BLOCK_MIN)
		r.short_read = true;
	else if (in.len > ZIPL_BLOCK_MAX)
		return ipl_fail(err, IPL_EBUG, "block of %zu bytes", in.len);
	ret->n = 0;
	ret->chain = (struct zipl_ptr){ .kind = ZIPL_PTR_NULL };

	while (!r.short_read && ret->n < last) {
		struct zipl_ptr ptr = format->get(&r);

		if (ptr.kind == ZIPL_PTR_NULL)
			return 0;
		ret->data[ret->n++] = ptr;
	}
	if (!r.short_read)
		ret->chain = format->get(&r);
	return ipl_rd_done(&r, err);
}

void zipl_segment_table_encode(const struct zipl_ptr_format *format,
			       struct ipl_wr *w, size_t block_size,
			       const struct zipl_segment_table *table)
{
	size_t last = block_size / format->len - 1;

	for (size_t i = 0; i < table->n; i++)
		format->put(w, &table->data[i]);
	ipl_put(w, NULL, (last - table->n) * format->len);
	format->put(w, &table->chain);
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
