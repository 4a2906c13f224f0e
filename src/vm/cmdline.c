/* SPDX-License-Identifier: MIT */
/* QEMU's command line: what in it concerns the IPL device, and what QEMU gets
 * in its stead. May use: base, json-c. */
#include "vm/cmdline.h"

#include "base/cleanup.h"
#include "vm/opts.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MIB	       (UINT64_C(1) << 20)
#define DEFAULT_MEMORY (128 * MIB) /* hw/core/machine.c */
#define MEMORY_ID      "s390-ipl-memory"
#define MONITOR_ID     "s390-ipl-monitor"

/* QEMU's options that have no argument (7.2 to 11; qemu-options.hx). A test
 * compares this list with what the QEMU at hand says. */
static const char *const flags[] = {
	"S",
	"async-teardown",
	"curses",
	"daemonize",
	"enable-fips",
	"enable-kvm",
	"enable-sync-profile",
	"full-screen",
	"h",
	"help",
	"jitdump",
	"mem-prealloc",
	"no-acpi",
	"no-fd-bootchk",
	"no-hpet",
	"no-reboot",
	"no-shutdown",
	"no-user-config",
	"nodefaults",
	"nographic",
	"nouserconfig",
	"old-param",
	"only-migratable",
	"perfmap",
	"portrait",
	"preconfig",
	"s",
	"semihosting",
	"singlestep",
	"snapshot",
	"usb",
	"version",
	"win2k-hack",
	"xen-attach",
	"xen-domid-restrict",
	"audio-help",
	"sdl",
	"no-quit",
};

/* State of one parse. */
struct parse {
	struct ipl_cmdline *cl;
	struct json_object *machine;  /* all -machine options, merged */
	struct json_object *backends; /* id -> index of its argument */
	bool wanted;
	bool has_disk;
	bool has_bios;
	bool prealloc;
	char *mem_path;
	const char *memory;
	unsigned unnamed; /* ids we gave to devices without one */
};

static int push(struct ipl_cmdline *cl, const char *arg, struct ipl_err *err)
{
	char **argv = realloc(cl->argv, (cl->argc + 2) * sizeof(*argv));

	if (!argv)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	cl->argv = argv;
	argv[cl->argc] = strdup(arg);
	argv[cl->argc + 1] = NULL;
	if (!argv[cl->argc])
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	cl->argc++;
	return 0;
}

static int push2(struct ipl_cmdline *cl, const char *opt, const char *arg,
		 struct ipl_err *err)
{
	int rc = push(cl, opt, err);

	return rc ? rc : push(cl, arg, err);
}

static IPL_PRINTF(4, 5) int pushf(struct ipl_cmdline *cl, const char *opt,
				  struct ipl_err *err, const char *fmt, ...)
{
	auto_free char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		text = NULL;
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	}
	return push2(cl, opt, text, err);
}

/* -device: take ours away, and loadparm= from the others. */
static int on_device(struct parse *p, const char *opt, const char *arg,
		     struct ipl_err *err)
{
	struct json_object *o = NULL;
	const char *driver, *id, *loadparm;
	auto_free char *text = NULL;
	int rc = ipl_opts_parse(arg, "driver", &o, err);

	if (rc)
		return rc;
	driver = ipl_opts_get(o, "driver");
	if (driver && !strcmp(driver, "s390-ipl")) {
		if (p->cl->device) {
			json_object_put(o);
			return ipl_fail(err, IPL_EINVAL,
					"more than one -device s390-ipl: a VM "
					"has one");
		}
		p->cl->device = o;
		return 0;
	}
	loadparm = ipl_opts_get(o, "loadparm");
	if (!loadparm || ipl_opts_wants_help(o)) {
		json_object_put(o);
		return push2(p->cl, opt, arg, err);
	}
	id = ipl_opts_get(o, "id");
	if (!id) {
		char made[32];

		snprintf(made, sizeof(made), "s390-ipl-disk%u", p->unnamed++);
		json_object_object_add(o, "id", json_object_new_string(made));
		id = ipl_opts_get(o, "id");
	}
	json_object_object_add(p->cl->loadparms, id,
			       json_object_new_string(loadparm));
	json_object_object_del(o, "loadparm");
	text = ipl_opts_print(o, "driver", *arg == '{');
	json_object_put(o);
	return text ? push2(p->cl, opt, text, err)
		    : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static int on_object(struct parse *p, const char *opt, const char *arg,
		     struct ipl_err *err)
{
	struct json_object *o = NULL;
	const char *type, *id;
	int rc = ipl_opts_parse(arg, "qom-type", &o, err);

	if (rc)
		return rc;
	type = ipl_opts_get(o, "qom-type");
	id = ipl_opts_get(o, "id");
	if (type && id && !strncmp(type, "memory-backend-", 15))
		json_object_object_add(
			p->backends, id,
			json_object_new_int64((int64_t)p->cl->argc + 1));
	json_object_put(o);
	return push2(p->cl, opt, arg, err);
}

/* Add the words of @from to @to: the last one of a name counts. */
static void merge(struct json_object *to, struct json_object *from)
{
	json_object_object_foreach(from, key, value)
	{
		json_object_object_add(to, key, json_object_get(value));
	}
}

static int on_machine(struct parse *p, const char *opt, const char *arg,
		      struct ipl_err *err)
{
	struct json_object *o = NULL;
	int rc = ipl_opts_parse(arg, "type", &o, err);

	if (rc)
		return rc;
	if (ipl_opts_wants_help(o))
		p->cl->aside = "only help is asked for";
	merge(p->machine, o);
	json_object_put(o);
	return push2(p->cl, opt, arg, err);
}

static int on_boot(struct parse *p, const char *opt, const char *arg,
		   struct ipl_err *err)
{
	struct json_object *o = NULL;
	int rc = ipl_opts_parse(arg, "order", &o, err);

	if (rc)
		return rc;
	merge(p->cl->boot, o);
	json_object_put(o);
	return push2(p->cl, opt, arg, err);
}

static int on_data_dir(struct parse *p, const char *opt, const char *arg,
		       struct ipl_err *err)
{
	json_object_array_add(p->cl->data_dirs, json_object_new_string(arg));
	return push2(p->cl, opt, arg, err);
}

static int on_memory(struct parse *p, const char *opt, const char *arg,
		     struct ipl_err *err)
{
	p->memory = arg;
	return push2(p->cl, opt, arg, err);
}

static int on_action(struct parse *p, const char *opt, const char *arg,
		     struct ipl_err *err)
{
	struct json_object *o = NULL;
	const char *panic, *shutdown;
	int rc = ipl_opts_parse(arg, NULL, &o, err);

	if (rc)
		return rc;
	panic = ipl_opts_get(o, "panic");
	shutdown = ipl_opts_get(o, "shutdown");
	if (panic) {
		free(p->cl->panic_action);
		p->cl->panic_action = strdup(panic);
	}
	if (shutdown)
		p->cl->no_shutdown = !strcmp(shutdown, "pause");
	json_object_put(o);
	return push2(p->cl, opt, arg, err);
}

/* -mem-path makes private memory: it becomes a backend of ours. */
static int on_mem_path(struct parse *p, const char *opt, const char *arg,
		       struct ipl_err *err)
{
	(void)opt;
	free(p->mem_path);
	p->mem_path = strdup(arg);
	return p->mem_path ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static int on_disk(struct parse *p, const char *opt, const char *arg,
		   struct ipl_err *err)
{
	p->has_disk = true;
	return push2(p->cl, opt, arg, err);
}

static int on_bios(struct parse *p, const char *opt, const char *arg,
		   struct ipl_err *err)
{
	p->has_bios = true;
	return push2(p->cl, opt, arg, err);
}

static int on_kernel(struct parse *p, const char *opt, const char *arg,
		     struct ipl_err *err)
{
	p->cl->has_kernel = true;
	return push2(p->cl, opt, arg, err);
}

static const struct {
	const char *name;
	int (*handle)(struct parse *p, const char *opt, const char *arg,
		      struct ipl_err *err);
} handlers[] = {
	{ "device", on_device },     { "object", on_object },
	{ "machine", on_machine },   { "M", on_machine },
	{ "m", on_memory },	     { "action", on_action },
	{ "mem-path", on_mem_path }, { "drive", on_disk },
	{ "blockdev", on_disk },     { "hda", on_disk },
	{ "hdb", on_disk },	     { "hdc", on_disk },
	{ "hdd", on_disk },	     { "cdrom", on_disk },
	{ "readconfig", on_disk },   { "bios", on_bios },
	{ "kernel", on_kernel },     { "boot", on_boot },
	{ "L", on_data_dir },
};

static bool is_flag(const char *name)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (!strcmp(name, flags[i]))
			return true;
	return false;
}

static int on_flag(struct parse *p, const char *opt, const char *name,
		   struct ipl_err *err)
{
	if (!strcmp(name, "h") || !strcmp(name, "help") ||
	    !strcmp(name, "version") || !strcmp(name, "audio-help"))
		p->cl->aside = "only help is asked for";
	if (!strcmp(name, "no-shutdown"))
		p->cl->no_shutdown = true;
	if (!strcmp(name, "daemonize"))
		p->cl->daemonize = true;
	if (!strcmp(name, "mem-prealloc"))
		p->prealloc = true;
	return push(p->cl, opt, err);
}

/* One option and its argument; returns how many words that were. */
static int take(struct parse *p, int argc, char **argv, int *used,
		struct ipl_err *err)
{
	const char *name = argv[0] + 1 + (argv[0][1] == '-');

	*used = 1;
	if (argv[0][0] != '-') { /* a disk image: -hda */
		p->has_disk = true;
		return push(p->cl, argv[0], err);
	}
	if (is_flag(name) || argc < 2)
		return on_flag(p, argv[0], name, err);
	*used = 2;
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "?"))
		p->cl->aside = "only help is asked for";
	for (size_t i = 0; i < sizeof(handlers) / sizeof(*handlers); i++)
		if (!strcmp(name, handlers[i].name))
			return handlers[i].handle(p, argv[0], argv[1], err);
	return push2(p->cl, argv[0], argv[1], err);
}

static const char *why_aside(const struct parse *p)
{
	const char *type = ipl_opts_get(p->machine, "type");

	if (p->cl->aside)
		return p->cl->aside;
	if (type && !strcmp(type, "none"))
		return "the machine is 'none'";
	if (p->cl->device || p->wanted)
		return NULL;
	if (p->has_bios)
		return "-bios is given";
	if (p->cl->has_kernel)
		return "-kernel is given";
	if (!p->has_disk)
		return "there is no disk";
	return NULL;
}

/* Whether a memory backend keeps its memory to QEMU; a memfd does only if it is
 * told to. */
static bool is_private(const char *type, const char *share)
{
	if (!share)
		return !strcmp(type, "memory-backend-file");
	return strcmp(share, "on") && strcmp(share, "yes") &&
	       strcmp(share, "true");
}

/* Look at the memory backend that the machine names. */
static int check_backend(struct parse *p, const char *id, struct ipl_err *err)
{
	struct ipl_cmdline *cl = p->cl;
	struct json_object *index, *o = NULL;
	const char *type, *share, *path;
	char **arg, *text;
	struct stat st;
	int rc;

	if (!json_object_object_get_ex(p->backends, id, &index)) {
		cl->memory = IPL_MEMORY_IN_QEMU; /* from -readconfig, say */
		return 0;
	}
	arg = &cl->argv[json_object_get_int64(index)];
	rc = ipl_opts_parse(*arg, "qom-type", &o, err);
	if (rc)
		return rc;
	type = ipl_opts_get(o, "qom-type");
	share = ipl_opts_get(o, "share");
	path = ipl_opts_get(o, "mem-path");
	cl->memory = IPL_MEMORY_IN_QEMU;
	if (!strcmp(type, "memory-backend-ram")) {
		/* private by nature; a memfd is the same but can be shared */
		json_object_object_add(
			o, "qom-type",
			json_object_new_string("memory-backend-memfd"));
		json_object_object_add(o, "share",
				       *(*arg) == '{'
					       ? json_object_new_boolean(1)
					       : json_object_new_string("on"));
		text = ipl_opts_print(o, "qom-type", **arg == '{');
		if (text) {
			free(*arg);
			*arg = text;
		}
	} else if (is_private(type, share)) {
		rc = ipl_fail(err, IPL_EINVAL,
			      "-object %s,id=%s is private to QEMU, expected "
			      "share=on",
			      type, id);
		ipl_err_advise(err, "add share=on, or leave the memory backend "
				    "out: -m alone is enough");
	} else if (path && (stat(path, &st) < 0 || S_ISREG(st.st_mode))) {
		cl->memory = IPL_MEMORY_FILE;
		cl->memory_path = strdup(path);
	}
	json_object_put(o);
	return rc;
}

static int find_memory(struct parse *p, struct ipl_err *err)
{
	struct ipl_cmdline *cl = p->cl;
	const char *backend = ipl_opts_get(p->machine, "memory-backend");
	struct json_object *o = NULL;
	const char *size;
	int rc;

	if (backend)
		return check_backend(p, backend, err);
	cl->memory_size = DEFAULT_MEMORY;
	if (p->memory) {
		rc = ipl_opts_parse(p->memory, "size", &o, err);
		size = rc ? NULL : ipl_opts_get(o, "size");
		if (!rc && size)
			rc = ipl_opts_size(size, MIB, &cl->memory_size, err);
		json_object_put(o);
		if (rc) {
			ipl_err_wrap(err, "-m %s", p->memory);
			return rc;
		}
	}
	if (p->mem_path) {
		cl->memory = IPL_MEMORY_IN_QEMU;
		return pushf(cl, "-object", err,
			     "memory-backend-file,id=%s,size=%llu,mem-path=%s,"
			     "share=on,prealloc=%s",
			     MEMORY_ID, (unsigned long long)cl->memory_size,
			     p->mem_path, p->prealloc ? "on" : "off");
	}
	cl->memory = IPL_MEMORY_OURS;
	return 0;
}

static int parse_all(struct parse *p, int argc, char **argv,
		     struct ipl_err *err)
{
	int used;

	for (int i = 0; i < argc; i += used) {
		int rc = take(p, argc - i, argv + i, &used, err);

		if (rc)
			return rc;
	}
	p->cl->aside = why_aside(p);
	if (p->cl->aside)
		return p->mem_path ? push2(p->cl, "-mem-path", p->mem_path, err)
				   : 0;
	if (p->has_bios) {
		int rc = ipl_fail(err, IPL_EINVAL,
				  "both -bios and -device s390-ipl: the device "
				  "is what boots the VM");

		ipl_err_advise(err, "leave one of the two out");
		return rc;
	}
	return find_memory(p, err);
}

int ipl_cmdline_parse(int argc, char **argv, bool wanted,
		      struct ipl_cmdline **ret, struct ipl_err *err)
{
	struct ipl_cmdline *cl = calloc(1, sizeof(*cl));
	struct parse p = { .cl = cl,
			   .wanted = wanted,
			   .machine = json_object_new_object(),
			   .backends = json_object_new_object() };
	int rc;

	if (!cl)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	cl->loadparms = json_object_new_object();
	cl->boot = json_object_new_object();
	cl->data_dirs = json_object_new_array();
	/* argv[0], which the caller fills in */
	rc = push(cl, "", err);
	if (!rc)
		rc = parse_all(&p, argc, argv, err);
	json_object_put(p.machine);
	json_object_put(p.backends);
	free(p.mem_path);
	if (rc)
		ipl_cmdline_free(cl);
	else
		*ret = cl;
	return rc;
}

int ipl_cmdline_finish(struct ipl_cmdline *cl,
		       const struct ipl_cmdline_fds *fds, struct ipl_err *err)
{
	int rc = 0;

	if (cl->memory == IPL_MEMORY_OURS)
		rc = pushf(cl, "-object", err,
			   "memory-backend-file,id=%s,size=%llu,"
			   "mem-path=/proc/self/fd/%d,share=on",
			   MEMORY_ID, (unsigned long long)cl->memory_size,
			   fds->memory);
	if (!rc && cl->memory_size)
		rc = push2(cl, "-machine", "memory-backend=" MEMORY_ID, err);
	if (!rc)
		rc = pushf(cl, "-bios", err, "/proc/self/fd/%d", fds->stub);
	if (!rc)
		rc = pushf(cl, "-chardev", err, "socket,id=%s,fd=%d",
			   MONITOR_ID, fds->qmp);
	if (!rc)
		rc = push2(cl, "-mon", "chardev=" MONITOR_ID ",mode=control",
			   err);
	/* The stub's last words, when no engine answers, end like a refusal: until
	 * a program runs there is no other panic. */
	if (!rc && !cl->panic_action && !cl->no_shutdown && !cl->has_kernel)
		rc = push2(cl, "-action", "panic=exit-failure", err);
	return rc;
}

void ipl_cmdline_free(struct ipl_cmdline *cl)
{
	if (!cl)
		return;
	for (size_t i = 0; i < cl->argc; i++)
		free(cl->argv[i]);
	free(cl->argv);
	json_object_put(cl->device);
	json_object_put(cl->loadparms);
	json_object_put(cl->boot);
	json_object_put(cl->data_dirs);
	free(cl->memory_path);
	free(cl->panic_action);
	free(cl);
}
