/* SPDX-License-Identifier: MIT */
/* The loader's process: reads one disk, and writes the memory of one guest. All
 * of the device that parses what a guest wrote runs here, in the sandbox.
 * May use: base, disk, boot, vm. */
#include "device/loader_main.h"

#include "boot/parms.h"
#include "boot/titles.h"
#include "device/listing.h"
#include "device/load.h"
#include "device/loader_socket.h"
#include "vm/sandbox.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* An IPL of the largest disks takes some 2 s; a GiB of components 0.5 s. */
#define CPU_S	      60
#define CPU_S_PER_GIB 2

struct process {
	struct ipl_mem mem;
	struct ipl_src *src;
	struct ipl_map *map;
	struct ipl_plan *plan;
	/* Of a secure IPL or an audit: it is loaded from there. */
	enum ipl_secure_mode secure;
	struct ipl_certs *certs;
	struct ipl_secured *secured;
};

/* ---- what the engine asks for; each leaves its answer in @a */

static void open_disk(struct process *p, const struct ipl_loader_msg *m, int fd,
		      struct ipl_loader_msg *a)
{
	const struct ipl_map_options options = { .br_lba = m->u.open.br_lba,
						 .br_chr = m->u.open.br_chr };

	a->type = IPL_LOADER_OPENED;
	if (p->src || fd < 0)
		a->rc = ipl_fail(&a->err, IPL_EBUG, "one disk, expected one");
	else if (m->u.open.is_nbd)
		a->rc = ipl_src_open_nbd_fd(fd, IPL_EXPORT_NAME, m->u.open.name,
					    &p->src, &a->err);
	else
		a->rc = ipl_src_open_sized_fd(fd, m->u.open.size,
					      m->u.open.name, &p->src, &a->err);
	if (!a->rc)
		a->rc = ipl_map_read_with(p->src, &options, &p->map, &a->err);
	if (a->rc)
		return;
	a->u.opened.prompt = p->map->menu.prompt;
	a->u.opened.timeout_s = p->map->menu.timeout_s;
}

static int no_disk(struct ipl_loader_msg *a)
{
	return ipl_fail(&a->err, IPL_EBUG, "no disk was opened");
}

static void list(struct process *p, struct ipl_loader_msg *a)
{
	a->type = IPL_LOADER_LISTED;
	a->listing = malloc(sizeof(*a->listing));
	if (!p->map)
		a->rc = no_disk(a);
	else if (!a->listing)
		a->rc = ipl_fail(&a->err, IPL_ENOMEM, "out of memory");
	else
		a->rc = ipl_titles_find(p->map, &a->err);
	if (!a->rc)
		ipl_listing_make(p->map, a->listing);
}

static void describe(struct process *p, const struct ipl_loader_msg *m,
		     struct ipl_loader_msg *a)
{
	struct ipl_listing_details d = { 0 };

	a->type = IPL_LOADER_DESCRIBED;
	a->rc = !p->map ? no_disk(a)
			: ipl_listing_describe(p->map, m->u.describe, &d,
					       &a->err);
	a->text[0] = d.cmdline;
	a->text[1] = d.text;
}

static void forget_plan(struct process *p)
{
	ipl_secured_free(p->secured);
	ipl_certs_free(p->certs);
	ipl_plan_free(p->plan);
	p->secured = NULL;
	p->certs = NULL;
	p->plan = NULL;
}

/* Read and verify all that was planned. */
static int secure(struct process *p, const struct ipl_load_request *want,
		  const struct ipl_program *prog, struct ipl_load_summary *s,
		  struct ipl_err *err)
{
	int rc;

	p->secure = want->secure;
	if (want->secure == IPL_SECURE_OFF)
		return 0;
	if (want->append && want->secure == IPL_SECURE_ON)
		return ipl_fail(err, IPL_EDENIED,
				"secure IPL: kernel parameters are to be "
				"changed, which it does not take");
	rc = ipl_certs_unpack(want->certs, &p->certs, err);
	if (!rc)
		rc = ipl_secure_read(p->plan, prog, p->certs, &p->secured, err);
	if (rc)
		return rc;
	if (p->secured->fault.code && want->secure == IPL_SECURE_ON) {
		*err = p->secured->fault;
		return IPL_EDENIED;
	}
	snprintf(s->fault, sizeof(s->fault), "%s", p->secured->fault.msg);
	for (size_t i = 0; i < p->secured->plan.n_segments; i++)
		s->verified +=
			p->secured->parts[i].sig.verdict == IPL_SIG_VERIFIED;
	return 0;
}

static void make_plan(struct process *p, const struct ipl_loader_msg *m,
		      struct ipl_loader_msg *a)
{
	const struct ipl_load_request *want = &m->u.plan;
	struct ipl_load_summary *s = &a->u.planned;
	const struct ipl_program *prog;

	a->type = IPL_LOADER_PLANNED;
	forget_plan(p);
	if (!p->map)
		a->rc = no_disk(a);
	else if (want->name)
		a->rc = ipl_map_find_name(p->map, want->name, &prog, &a->err);
	else
		a->rc = ipl_map_find(p->map, want->number, &prog, &a->err);
	if (!a->rc)
		a->rc = ipl_plan_make(p->map, prog, want->memory, &p->plan,
				      &a->err);
	if (!a->rc)
		a->rc = ipl_parms_edit(p->plan, p->map, prog, want->append,
				       &a->err);
	if (a->rc)
		return;
	*s = (struct ipl_load_summary){
		.number = prog->number,
		.bytes = p->plan->bytes,
		.components = p->plan->n_components,
		.psw = p->plan->psw,
	};
	snprintf(s->name, sizeof(s->name), "%s", prog->name);
	a->rc = secure(p, want, prog, s, &a->err);
	if (a->rc)
		forget_plan(p);
}

static void start(struct process *p, const struct ipl_loader_msg *m,
		  struct ipl_loader_msg *a)
{
	const struct ipl_stub stub = {
		.mem = &p->mem,
		.base = m->u.start.base,
		.generation = m->u.start.generation,
	};
	const struct ipl_start how = {
		.block = { .p = m->u.start.block, .len = m->u.start.block_len },
		.schid = m->u.start.schid,
		.store_back = m->u.start.store_back,
		.secured = p->secured,
		.is_secure = p->secure == IPL_SECURE_ON,
	};

	a->type = IPL_LOADER_DONE;
	if (p->plan)
		a->rc = ipl_load(p->secured ? &p->secured->plan : p->plan,
				 &stub, &how, &a->err);
	else
		a->rc = ipl_fail(&a->err, IPL_EBUG, "nothing was planned");
}

/* The first message: guest memory. With it the sandbox is entered. */
static void begin(struct process *p, const struct ipl_loader_msg *m, int fd,
		  bool sandbox, struct ipl_loader_msg *a)
{
	const struct ipl_sandbox limits = {
		.kind = IPL_SANDBOX_LOADER,
		.map_max = m->u.memory.size,
		.file_max = m->u.memory.size,
		.cpu_s = CPU_S +
			 (unsigned)(m->u.memory.size >> 30) * CPU_S_PER_GIB,
	};
	struct ipl_sandbox_report report = { 0 };

	a->type = IPL_LOADER_READY;
	a->rc = ipl_mem_map(fd, m->u.memory.size, &p->mem, &a->err);
	if (!a->rc && sandbox)
		a->rc = ipl_sandbox_enter(&limits, &report, &a->err);
	a->u.ready.landlock = report.landlock;
	a->u.ready.filtered = report.filtered;
	memcpy(a->u.ready.user, report.user, sizeof(report.user));
}

static int answer(struct process *p, bool sandbox)
{
	struct ipl_loader_msg m, a = { 0 };
	int fd = -1;
	int rc = ipl_loader_receive(IPL_LOADER_SOCKET, &m, &fd, &a.err);

	if (rc)
		return rc;
	if ((m.type == IPL_LOADER_MEMORY) != !p->mem.p)
		return IPL_EPROTO; /* that comes first, and once */
	a.number = m.number;
	switch (m.type) {
	case IPL_LOADER_MEMORY:
		begin(p, &m, fd, sandbox, &a);
		break;
	case IPL_LOADER_OPEN:
		open_disk(p, &m, fd, &a);
		break;
	case IPL_LOADER_LIST:
		list(p, &a);
		break;
	case IPL_LOADER_DESCRIBE:
		describe(p, &m, &a);
		break;
	case IPL_LOADER_PLAN:
		make_plan(p, &m, &a);
		break;
	case IPL_LOADER_START:
		start(p, &m, &a);
		break;
	default:
		rc = IPL_EPROTO;
	}
	if (!rc)
		rc = ipl_loader_send(IPL_LOADER_SOCKET, &a, -1, &a.err);
	ipl_loader_msg_done(&m);
	ipl_loader_msg_done(&a);
	return rc;
}

int ipl_loader_main(int argc, char **argv)
{
	struct process p = { .mem = { .fd = -1 } };
	bool sandbox = argc < 2 || strcmp(argv[1], "off") != 0;
	int rc;

	/* one heap: further ones need system calls to grow and to shrink */
	mallopt(M_ARENA_MAX, 1);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* QEMU may have to export the disk: nobody knows that yet */
	ipl_src_load_nbd();
	do
		rc = answer(&p, sandbox);
	while (!rc);
	/* the kernel takes everything back, and quicker */
	return rc == IPL_EDIED ? 0 : ipl_code_exit_status(rc);
}
