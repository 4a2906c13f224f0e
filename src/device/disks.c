/* SPDX-License-Identifier: MIT */
/* The disks of a running VM, as QEMU tells over QMP, and which one to IPL.
 * May use: base, vm. */
#include "device/disks.h"

#include "base/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SCHID_ONE UINT32_C(0x00010000) /* bit 15 of the word is always one */
#define SCHID_SSID_SHIFT 17

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ?
		       json_object_get_string(v) :
		       NULL;
}

/* A property as text, or NULL where the object does not have it. */
static char *property(struct ipl_qmp *qmp, const char *path, const char *name)
{
	char *text = NULL;

	return ipl_qmp_get(qmp, path, name, &text, NULL) ? NULL : text;
}

static uint32_t number(struct ipl_qmp *qmp, const char *path, const char *name)
{
	auto_free char *text = property(qmp, path, name);

	return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* "fe.S.XXXX" -> S, XXXX */
static bool parse_bus_id(const char *text, uint8_t *ssid, uint16_t *devno)
{
	unsigned long v[3];
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

/* Where the device hangs on the channel subsystem. */
static void read_channel(struct ipl_qmp *qmp, struct ipl_disk *d,
			 const char *path)
{
	auto_free char *bus = property(qmp, path, "parent_bus");
	/* a virtio-blk-ccw has its disk as a child, a SCSI disk is on the bus
	 * of an adapter's child */
	auto_free char *proxy = d->is_scsi ? parent(bus ? bus : "", 2) :
					     parent(path, 1);
	auto_free char *dev_id = property(qmp, proxy, "dev_id");
	auto_free char *subch_id = property(qmp, proxy, "subch_id");
	uint8_t ssid;
	uint16_t sch;

	if (!parse_bus_id(dev_id, &d->ssid, &d->devno) ||
	    !parse_bus_id(subch_id, &ssid, &sch))
		return;
	d->has_ccw = true;
	d->schid = SCHID_ONE | (uint32_t)ssid << SCHID_SSID_SHIFT | sch;
	if (!d->is_scsi)
		d->loadparm = property(qmp, proxy, "loadparm");
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
	 * back: no overlay, no offset, no protocol. */
	if (file && name && d->format && !strcmp(d->format, "raw") &&
	    !strcmp(file, name) && strncmp(file, "json:", 5))
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
		     struct ipl_disk *d)
{
	const char *qdev = text_of(block, "qdev");
	auto_free char *path = NULL, *type = NULL, *bootindex = NULL;
	struct json_object *inserted;

	if (asprintf(&path, "%s%s",
		     *qdev == '/' ? "" : "/machine/peripheral/", qdev) < 0) {
		path = NULL;
		return -1;
	}
	type = property(qmp, path, "type");
	d->is_scsi = type && !strncmp(type, "scsi-", 5);
	d->is_cdrom = type && !strcmp(type, "scsi-cd");
	bootindex = property(qmp, path, "bootindex");
	d->bootindex = bootindex ? strtol(bootindex, NULL, 10) : -1;
	if (d->is_scsi) {
		d->lun = number(qmp, path, "lun");
		d->target = number(qmp, path, "scsi-id");
		d->channel = number(qmp, path, "channel");
		d->loadparm = property(qmp, path, "loadparm");
	}
	read_channel(qmp, d, path);
	if (json_object_object_get_ex(block, "inserted", &inserted))
		read_medium(d, inserted);
	d->id = name_of(path, text_of(block, "device"));
	return d->id ? 0 : -1;
}

int ipl_disks_query(struct ipl_qmp *qmp, struct ipl_disks *ret,
		    struct ipl_err *err)
{
	struct json_object *list = NULL;
	struct ipl_disks disks = { 0 };
	int rc = ipl_qmp_run(qmp, "query-block", NULL, &list, err);

	if (rc)
		return rc;
	disks.d = calloc(json_object_array_length(list) + 1, sizeof(*disks.d));
	for (size_t i = 0; disks.d && i < json_object_array_length(list); i++) {
		struct json_object *b = json_object_array_get_idx(list, i);

		if (!text_of(b, "qdev")) /* no device uses this one */
			continue;
		if (read_disk(qmp, b, &disks.d[disks.n++]))
			rc = IPL_ENOMEM;
	}
	json_object_put(list);
	if (!disks.d || rc) {
		ipl_disks_free(&disks);
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	*ret = disks;
	return 0;
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

int ipl_disks_find(const struct ipl_disks *disks, const char *id,
		   const struct ipl_disk **ret, struct ipl_err *err)
{
	char names[256] = "none";
	size_t at = 0;
	int rc;

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
	rc = ipl_fail(err, IPL_ENOTFOUND,
		      "iplid '%s' is not the id of a disk device of this VM; "
		      "its disks are: %s",
		      id, names);
	ipl_err_advise(err, "give the disk's -device an id= and name that");
	return rc;
}

static bool comes_before(const struct ipl_disk *a, const struct ipl_disk *b)
{
	unsigned long ia = a->bootindex < 0 ? ULONG_MAX :
					      (unsigned long)a->bootindex;
	unsigned long ib = b->bootindex < 0 ? ULONG_MAX :
					      (unsigned long)b->bootindex;

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

int ipl_disks_first(const struct ipl_disks *disks, const struct ipl_disk **ret,
		    struct ipl_err *err)
{
	const struct ipl_disk *best = NULL;
	int rc;

	for (size_t i = 0; i < disks->n; i++) {
		const struct ipl_disk *d = &disks->d[i];

		if (!d->has_ccw || (d->bootindex < 0 && !d->node))
			continue;
		if (!best || comes_before(d, best))
			best = d;
	}
	if (best) {
		*ret = best;
		return 0;
	}
	rc = ipl_fail(err, IPL_ENOTFOUND,
		      "this VM has no disk on its channel subsystem to IPL from");
	ipl_err_advise(err, "add one: -drive if=virtio,file=DISK,format=raw");
	return rc;
}
