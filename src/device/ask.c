/* SPDX-License-Identifier: MIT */
/* Ask the owner of the VM what to IPL, if that is wanted: the boot menu between
 * the load panel and the loader. May use: everything but cli. */
#include "device/ask.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

/* What the menu's questions are answered with. */
struct ask {
	struct ipl_panel *panel;
	const struct ipl_disks *disks;
	const struct ipl_disk **disk;
	uint64_t memory;
	bool has_firmware;
};

/* Whether the loader ended while nobody needed it, but there is a new one. */
static bool is_back(struct ask *a, int rc)
{
	return rc == IPL_EDIED &&
	       !ipl_panel_open_disk(a->panel, *a->disk, NULL);
}

static int list(void *ctx, struct ipl_listing *ret, struct ipl_err *err)
{
	struct ask *a = ctx;
	int rc = ipl_loader_list(a->panel->loader, ret, err);

	return is_back(a, rc) ? ipl_loader_list(a->panel->loader, ret, err)
			      : rc;
}

static int describe(void *ctx, unsigned number, struct ipl_listing_details *ret,
		    struct ipl_err *err)
{
	struct ask *a = ctx;
	int rc = ipl_loader_describe(a->panel->loader, number, ret, err);

	return is_back(a, rc)
		       ? ipl_loader_describe(a->panel->loader, number, ret, err)
		       : rc;
}

static int open(void *ctx, size_t disk, struct ipl_err *err)
{
	struct ask *a = ctx;
	const struct ipl_disk *old = *a->disk;
	int rc;

	rc = ipl_panel_open_disk(a->panel, &a->disks->d[disk], err);
	if (!rc) {
		*a->disk = &a->disks->d[disk];
		return 0;
	}
	/* if that fails, later questions tell that no disk is open */
	(void)!ipl_panel_open_disk(a->panel, old, NULL);
	return rc;
}

int ipl_ask_append(const struct ipl_panel *panel, const char *params,
		   char **ret, struct ipl_err *err)
{
	const char *append = panel->profile->append;

	*ret = NULL;
	if (!params || !*params)
		*ret = append ? strdup(append) : NULL;
	else if (!append || *params == '=')
		*ret = strdup(params);
	else if (asprintf(ret, "%s %s", append, params) < 0)
		*ret = NULL;
	return *ret || !(append || (params && *params))
		       ? 0
		       : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static int check(void *ctx, unsigned number, const char *params,
		 struct ipl_err *err)
{
	auto_free char *append = NULL;
	struct ask *a = ctx;
	struct ipl_load_request request = { .number = number,
					    .memory = a->memory };
	struct ipl_load_summary ignored;
	int rc = ipl_ask_append(a->panel, params, &append, err);

	request.append = append;
	if (rc)
		return rc;
	rc = ipl_loader_plan(a->panel->loader, &request, &ignored, err);
	return is_back(a, rc) ? ipl_loader_plan(a->panel->loader, &request,
						&ignored, err)
			      : rc;
}

/* What an owner knows of a disk: nothing of the host. */
static void describe_disk(const struct ipl_disk *d, struct ipl_menu_disk *ret)
{
	char lun[24] = "";

	ret->name = d->id;
	if (d->is_scsi)
		snprintf(lun, sizeof(lun), ", LUN %u", d->lun);
	if (d->has_ccw)
		snprintf(ret->text, sizeof(ret->text), "fe.%x.%04x%s%s",
			 d->ssid, d->devno, lun, d->node ? "" : ", no medium");
	else
		snprintf(ret->text, sizeof(ret->text), "no channel device%s",
			 d->node ? "" : ", no medium");
}

static int show(struct ask *a, const struct ipl_stub *stub, unsigned timeout_ms,
		struct ipl_menu_choice *ret, struct ipl_err *err)
{
	auto_free struct ipl_menu_disk *disks =
		calloc(a->disks->n, sizeof(*disks));
	const struct ipl_profile *profile = a->panel->profile;
	struct ipl_menu_panel panel = {
		.ctx = a,
		.disks = disks,
		.n_disks = a->disks->n,
		.current = (size_t)(*a->disk - a->disks->d),
		.timeout_ms = timeout_ms,
		.has_firmware = a->has_firmware,
		.program = { .p = profile->menu_program,
			     .len = profile->menu_program_len },
		.list = list,
		.describe = describe,
		.open = open,
		.check = check,
	};

	if (!disks)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	for (size_t i = 0; i < a->disks->n; i++)
		describe_disk(&a->disks->d[i], &disks[i]);
	ipl_log_say(a->panel->log, IPL_LOG_INFO, "boot menu of disk %s",
		    (*a->disk)->id);
	return ipl_menu_show(stub, &panel, ret, &a->panel->left, err);
}

int ipl_ask(struct ipl_panel *panel, const struct ipl_stub *stub,
	    const struct ipl_question *question, const struct ipl_disk **disk,
	    struct ipl_menu_choice *ret, struct ipl_err *err)
{
	struct ask a = { .panel = panel,
			 .disks = question->disks,
			 .disk = disk,
			 .memory = stub->mem->size,
			 .has_firmware = question->has_firmware };
	unsigned timeout_s, timeout_ms;
	bool prompt;

	*ret = (struct ipl_menu_choice){ .kind = IPL_MENU_NOTHING };
	if (question->has_number)
		return 0;
	ipl_loader_menu(panel->loader, &prompt, &timeout_s);
	if (!ipl_menu_is_wanted(panel->profile, question->loadparm, prompt,
				timeout_s, &timeout_ms))
		return 0;
	return show(&a, stub, timeout_ms, ret, err);
}
