/* SPDX-License-Identifier: MIT */
/* The disks of a running VM, as QEMU tells over QMP, and which one to IPL.
 * May use: base, format, vm. */
#include "device/disks.h"

#include "base/cleanup.h"
#include "format/iplb.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SCHID_ONE	 UINT32_C(0x00010000) /* bit 15 of the word is always one */
#define SCHID_SSID_SHIFT 17

/* Since this version of QEMU disk devices have a loadparm of their own. */
#define DEVICE_LOADPARM_SINCE IPL_QEMU_VERSION(9, 2)

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_string(v)
						     : NULL;
}

static long number(const char *text, long missing)
{
	return text ? strtol(text, NULL, 10) : missing;
}

/* "fe.S.XXXX" -> S, XXXX */
static bool parse_bus_id(const char *text, uint8_t *ssid, uint16_t *devno)
{
	unsigned long v[3] = { 0 };
	char *end;

	for (int i = 0; i < 3; i++) {
		if (!text)
			return false;
		v[i] = strtoul(text, &end, 16);
		if (end == text || *end != (i < 2 ? '.' : '\0'))
			return false;
		text = end + 1;
	}
	if (v[1] > 3 || v[2] > 0xffff)
		return false;
	*ssid = (uint8_t)v[1];
	*devno = (uint16_t)v[2];
	return true;
}

/* Cut @n components off the end of a QOM path. */
static char *parent(const char *path, int n)
{
	char *p = strdup(path);

	for (; p && n; n--) {
		char *slash = strrchr(p, '/');

		if (slash)
			*slash = '\0';
	}
	return p;
}

static void free_texts(struct ipl_qmp_property *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(p[i].text);
}

static void set_channel(struct ipl_disk *d, const char *dev_id,
			const char *subch_id)
{
	uint8_t ssid;
	uint16_t sch;

	if (!parse_bus_id(dev_id, &d->ssid, &d->devno) ||
	    !parse_bus_id(subch_id, &ssid, &sch))
		return;
	d->has_ccw = true;
	d->schid = SCHID_ONE | (uint32_t)ssid << SCHID_SSID_SHIFT | sch;
}

/* Every property costs QEMU half a millisecond: loadparm, which only some QEMUs
 * have, is last, so that it can be left out. */
static size_t leave_out_loadparm(const struct ipl_qmp *qmp, size_t n)
{
	return ipl_qmp_version(qmp) < DEVICE_LOADPARM_SINCE ? n - 1 : n;
}

/* A virtio-blk-ccw, whose disk is its child at QOM path @path. */
static int read_virtio_blk(struct ipl_qmp *qmp, struct ipl_disk *d,
			   const char *path, struct ipl_err *err)
{
	auto_free char *proxy = parent(path, 1);
	enum { BOOTINDEX, DEV_ID, SUBCH_ID, LOADPARM, N };
	struct ipl_qmp_property p[N] = {
		[BOOTINDEX] = { path, "bootindex", NULL },
		[DEV_ID] = { proxy, "dev_id", NULL },
		[SUBCH_ID] = { proxy, "subch_id", NULL },
		[LOADPARM] = { proxy, "loadparm", NULL },
	};
	int rc = ipl_qmp_get_many(qmp, p, leave_out_loadparm(qmp, N), err);

	if (!rc) {
		d->bootindex = number(p[BOOTINDEX].text, -1);
		set_channel(d, p[DEV_ID].text, p[SUBCH_ID].text);
		d->loadparm = ipl_steal(p[LOADPARM].text);
	}
	free_texts(p, N);
	return rc;
}

/* The adapter of a SCSI disk. */
static int read_adapter(struct ipl_qmp *qmp, struct ipl_disk *d,
			const char *path, struct ipl_err *err)
{
	enum { DEV_ID, SUBCH_ID, N };
	struct ipl_qmp_property p[N] = {
		[DEV_ID] = { path, "dev_id", NULL },
		[SUBCH_ID] = { path, "subch_id", NULL },
	};
	int rc = ipl_qmp_get_many(qmp, p, N, err);

	if (!rc)
		set_channel(d, p[DEV_ID].text, p[SUBCH_ID].text);
	free_texts(p, N);
	return rc;
}

/* A SCSI disk on the bus of an adapter's child. */
static int read_scsi(struct ipl_qmp *qmp, struct ipl_disk *d, const char *path,
		     struct ipl_err *err)
{
	enum { TYPE, BOOTINDEX, BUS, LUN, TARGET, CHANNEL, WWPN, LOADPARM, N };
	struct ipl_qmp_property p[N] = {
		[TYPE] = { path, "type", NULL },
		[BOOTINDEX] = { path, "bootindex", NULL },
		[BUS] = { path, "parent_bus", NULL },
		[LUN] = { path, "lun", NULL },
		[TARGET] = { path, "scsi-id", NULL },
		[CHANNEL] = { path, "channel", NULL },
		[WWPN] = { path, "port_wwn", NULL },
		[LOADPARM] = { path, "loadparm", NULL },
	};
	int rc = ipl_qmp_get_many(qmp, p, leave_out_loadparm(qmp, N), err);
	auto_free char *adapter = parent(p[BUS].text ?: "", 2);

	if (!rc) {
		const char *type = p[TYPE].text ?: "";

		d->is_scsi = !strncmp(type, "scsi-", 5);
		d->is_cdrom = !strcmp(type, "scsi-cd");
		d->bootindex = number(p[BOOTINDEX].text, -1);
		d->lun = (uint32_t)number(p[LUN].text, 0);
		d->target = (uint32_t)number(p[TARGET].text, 0);
		d->channel = (uint32_t)number(p[CHANNEL].text, 0);
		if (p[WWPN].text) /* scsi-block and the like have none */
			d->wwpn = strtoull(p[WWPN].text, NULL, 10);
		d->loadparm = ipl_steal(p[LOADPARM].text);
	}
	free_texts(p, N);
	if (rc || !d->is_scsi || !adapter)
		return rc;
	return read_adapter(qmp, d, adapter, err);
}

static int read_device(struct ipl_qmp *qmp, struct ipl_disk *d,
		       const char *path, struct ipl_err *err)
{
	static const char virtio[] = "/virtio-backend";
	size_t len = strlen(path);

	if (len > strlen(virtio) &&
	    !strcmp(path + len - strlen(virtio), virtio))
		return read_virtio_blk(qmp, d, path, err);
	return read_scsi(qmp, d, path, err);
}

static void read_medium(struct ipl_disk *d, struct json_object *inserted)
{
	struct json_object *image;
	const char *file = text_of(inserted, "file"), *name = NULL;

	d->node = strdup(text_of(inserted, "node-name") ?: "");
	d->format = strdup(text_of(inserted, "drv") ?: "");
	if (json_object_object_get_ex(inserted, "image", &image))
		name = text_of(image, "filename");
	/* Only where QEMU adds nothing to the file may it be read behind QEMU's
	 * back: no overlay, no offset, no protocol ("nbd:...", "json:..."). */
	if (file && name && d->format && !strcmp(d->format, "raw") &&
	    !strcmp(file, name) && (*file == '/' || !strchr(file, ':')))
		d->file = strdup(file);
}

/* /machine/peripheral/ID[/virtio-backend] -> ID; a device without an id goes by
 * the name of its drive, and only without that by its path. */
static char *name_of(const char *path, const char *drive)
{
	if (!strncmp(path, "/machine/peripheral/", 20))
		return strndup(path + 20, strcspn(path + 20, "/"));
	return strdup(drive && *drive ? drive : path);
}

static int read_disk(struct ipl_qmp *qmp, struct json_object *block,
		     struct ipl_disk *d, struct ipl_err *err)
{
	const char *qdev = text_of(block, "qdev");
	struct json_object *inserted;
	auto_free char *path = NULL;
	int rc;

	if (asprintf(&path, "%s%s", *qdev == '/' ? "" : "/machine/peripheral/",
		     qdev) < 0) {
		path = NULL;
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	rc = read_device(qmp, d, path, err);
	if (rc)
		return rc;
	if (json_object_object_get_ex(block, "inserted", &inserted))
		read_medium(d, inserted);
	d->id = name_of(path, text_of(block, "device"));
	return d->id ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

int ipl_disks_query(struct ipl_qmp *qmp, struct ipl_disks *ret,
		    struct ipl_err *err)
{
	auto_json struct json_object *list = NULL;
	struct ipl_disks disks = { 0 };
	int rc = ipl_qmp_run(qmp, "query-block", NULL, &list, err);

	if (rc)
		return rc;
	if (!json_object_is_type(list, json_type_array))
		return ipl_fail(err, IPL_EPROTO,
				"QEMU's answer to query-block is no list");
	disks.d = calloc(json_object_array_length(list) + 1, sizeof(*disks.d));
	if (!disks.d)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; !rc && i < json_object_array_length(list); i++) {
		struct json_object *b = json_object_array_get_idx(list, i);

		if (text_of(b, "qdev")) /* else no device uses it */
			rc = read_disk(qmp, b, &disks.d[disks.n++], err);
	}
	if (rc)
		ipl_disks_free(&disks);
	else
		*ret = disks;
	return rc;
}

void ipl_disks_free(struct ipl_disks *disks)
{
	for (size_t i = 0; i < disks->n; i++) {
		struct ipl_disk *d = &disks->d[i];

		free(d->id);
		free(d->node);
		free(d->file);
		free(d->format);
		free(d->loadparm);
	}
	free(disks->d);
	*disks = (struct ipl_disks){ 0 };
}

static bool comes_before(const struct ipl_disk *a, const struct ipl_disk *b)
{
	unsigned long ia =
		a->bootindex < 0 ? ULONG_MAX : (unsigned long)a->bootindex;
	unsigned long ib =
		b->bootindex < 0 ? ULONG_MAX : (unsigned long)b->bootindex;

	return ia < ib;
}

const struct ipl_disk *ipl_disks_at(const struct ipl_disks *disks, uint8_t ssid,
				    uint16_t devno, bool scsi, uint32_t lun,
				    uint32_t target, uint32_t channel)
{
	const struct ipl_disk *best = NULL;

	for (size_t i = 0; i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (!d->has_ccw || d->ssid != ssid || d->devno != devno)
			continue;
		if (scsi && (d->lun != lun || d->target != target ||
			     d->channel != channel))
			continue;
		if (!best || comes_before(d, best))
			best = d;
	}
	return best;
}

const struct ipl_disk *ipl_disks_at_fcp(const struct ipl_disks *disks,
					uint16_t devno, uint64_t wwpn,
					uint64_t fcp_lun)
{
	for (size_t i = 0; i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (!d->has_ccw || d->ssid || d->devno != devno)
			continue;
		if (!d->is_scsi)
			return d;
		if (iplb_fcp_lun(d->lun) == fcp_lun &&
		    (!d->wwpn || !wwpn || d->wwpn == wwpn))
			return d;
	}
	return NULL;
}

int ipl_disks_find(const struct ipl_disks *disks, const char *id,
		   const struct ipl_disk **ret, struct ipl_err *err)
{
	char names[256] = "none";
	size_t at = 0;
	uint16_t devno;
	uint8_t ssid;
	int rc;

	*ret = NULL;
	for (size_t i = 0; i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (!strcmp(d->id, id) || (d->node && !strcmp(d->node, id))) {
			*ret = d;
			return 0;
		}
		if (at < sizeof(names))
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       "%s%s", at ? ", " : "", d->id);
	}
	if (!strncmp(id, "fe.", 3) && parse_bus_id(id, &ssid, &devno))
		*ret = ipl_disks_at(disks, ssid, devno, false, 0, 0, 0);
	if (*ret)
		return 0;
	rc = ipl_fail(err, IPL_ENOTFOUND,
		      "iplid '%s' is neither the id nor the number (fe.0.1234) "
		      "of a disk device of this VM; its disks are: %s",
		      id, names);
	ipl_err_advise(err, "give the disk's -device an id= and name that");
	return rc;
}

static int by_bootindex(const void *a, const void *b)
{
	const struct ipl_disk *const *x = a, *const *y = b;

	if ((*x)->bootindex != (*y)->bootindex)
		return (*x)->bootindex < (*y)->bootindex ? -1 : 1;
	return *x < *y ? -1 : 1; /* as QEMU has them */
}

/* Collect the disks that have a bootindex, or that have none. */
static size_t collect(const struct ipl_disks *disks, bool with_bootindex,
		      const struct ipl_disk **to)
{
	size_t n = 0;

	for (size_t i = 0; i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (d->has_ccw &&
		    (with_bootindex ? d->bootindex >= 0 : d->node != NULL))
			to[n++] = d;
	}
	return n;
}

int ipl_disks_order(const struct ipl_disks *disks, const struct ipl_disk ***ret,
		    size_t *ret_n, struct ipl_err *err)
{
	const struct ipl_disk **order = calloc(disks->n + 1, sizeof(*order));
	size_t n;
	int rc;

	if (!order)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	n = collect(disks, true, order);
	if (!n)
		n = collect(disks, false, order);
	if (n) {
		qsort(order, n, sizeof(*order), by_bootindex);
		*ret = order;
		*ret_n = n;
		return 0;
	}
	free(order);
	rc = ipl_fail(
		err, IPL_ENOTFOUND,
		"this VM has no disk on its channel subsystem to IPL from");
	ipl_err_advise(err, "add one: -drive if=virtio,file=DISK,format=raw");
	return rc;
}
