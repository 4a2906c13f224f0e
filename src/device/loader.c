/* SPDX-License-Identifier: MIT */
/* The loader: reads the disk that the engine hands it, and writes the guest's
 * memory. May use: base, disk, boot, vm. */
#include "device/loader.h"

#include "boot/parms.h"

#include <stdio.h>
#include <stdlib.h>

struct ipl_loader {
	struct ipl_src *src;
	struct ipl_map *map;
	struct ipl_plan *plan;
};

int ipl_loader_new(struct ipl_loader **ret, struct ipl_err *err)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

void ipl_loader_free(struct ipl_loader *loader)
{
	if (!loader)
		return;
	ipl_loader_close(loader);
	free(loader);
}

int ipl_loader_open(struct ipl_loader *loader, struct ipl_src *src,
		    const struct ipl_map_options *opts, struct ipl_err *err)
{
	ipl_loader_close(loader);
	loader->src = src;
	return ipl_map_read_with(src, opts, &loader->map, err);
}

void ipl_loader_close(struct ipl_loader *loader)
{
	ipl_plan_free(loader->plan);
	ipl_map_free(loader->map);
	ipl_src_close(loader->src);
	*loader = (struct ipl_loader){ 0 };
}

static int check_open(const struct ipl_loader *loader, struct ipl_err *err)
{
	return loader->map ? 0 : ipl_fail(err, IPL_ENOTFOUND, "no disk is open");
}

void ipl_loader_menu(const struct ipl_loader *loader, bool *ret_prompt,
		     unsigned *ret_timeout_s)
{
	*ret_prompt = loader->map->menu.prompt;
	*ret_timeout_s = loader->map->menu.timeout_s;
}

int ipl_loader_list(struct ipl_loader *loader, struct ipl_listing *ret,
		    struct ipl_err *err)
{
	int rc = check_open(loader, err);

	if (!rc)
		ipl_listing_make(loader->map, ret);
	return rc;
}

int ipl_loader_describe(struct ipl_loader *loader, unsigned number,
			struct ipl_listing_details *ret, struct ipl_err *err)
{
	int rc = check_open(loader, err);

	return rc ? rc : ipl_listing_describe(loader->map, number, ret, err);
}

int ipl_loader_plan(struct ipl_loader *loader,
		    const struct ipl_load_request *request,
		    struct ipl_load_summary *ret, struct ipl_err *err)
{
	const struct ipl_program *prog;
	int rc = request->name ? ipl_map_find_name(loader->map, request->name,
						   &prog, err)
			       : ipl_map_find(loader->map, request->number,
					      &prog, err);

	ipl_plan_free(loader->plan);
	loader->plan = NULL;
	if (!rc)
		rc = ipl_plan_make(loader->map, prog, request->memory,
				   &loader->plan, err);
	if (!rc)
		rc = ipl_parms_edit(loader->plan, loader->map, prog,
				    request->append, err);
	if (rc)
		return rc;
	*ret = (struct ipl_load_summary){
		.number = prog->number,
		.bytes = loader->plan->bytes,
		.components = loader->plan->n_components,
		.psw = loader->plan->psw,
	};
	snprintf(ret->name, sizeof(ret->name), "%s", prog->name);
	return 0;
}

int ipl_loader_start(struct ipl_loader *loader, const struct ipl_stub *stub,
		     const struct ipl_start *start, struct ipl_err *err)
{
	return ipl_load(loader->plan, stub, start, err);
}
