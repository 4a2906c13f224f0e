/* SPDX-License-Identifier: MIT */
/* "install": the plan for people.
 * May use: everything. */
#include "base/cleanup.h"
#include "cli/install.h"
#include "cli/text.h"
#include "format/linux_image.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_printable(const char *text)
{
	auto_free char *fit = ipl_text_printable(text);

	fputs(fit ? fit : "?", stdout);
}

/* "kernel   vmlinuz, 8388608 bytes at 0x10000, copied" */
static void print_file(const char *what, const struct ipl_install_file *file,
		       uint64_t addr)
{
	printf("     %-12s ", what);
	print_printable(file->job->path);
	printf(" (%" PRIu64 " bytes, to 0x%" PRIx64 ", %s)\n", file->len, addr,
	       file->src ? "copied to the disk" : "where it lies on the disk");
}

static void print_entry(const struct ipl_install *plan, size_t i)
{
	const struct ipl_job_entry *e = &plan->job->entries[i];
	const struct ipl_install_files *files = &plan->files;

	printf("%3u  %s", e->number, e->name ? "" : "(named by its kernel)");
	print_printable(e->name ? e->name : "");
	if (e->number == plan->job->default_number)
		printf(" (default)");
	putchar('\n');
	print_file("kernel", &files->v[files->of[i].kernel], LINUX_IMAGE_ENTRY);
	for (size_t k = 0; k < e->n_initrds; k++)
		print_file("ramdisk", &files->v[files->of[i].initrd[k]],
			   plan->places[i].file_addr[k]);
	if (e->cmdline) {
		printf("     %-12s ", "command line");
		print_printable(e->cmdline);
		putchar('\n');
	}
}

/* Writes of the same kind that lie side by side are one line. */
static size_t print_write(const struct ipl_writes *w, size_t i)
{
	const struct ipl_write *first = &w->v[i];
	uint64_t len = first->len;
	size_t n = 1;

	while (i + n < w->n && !first->is_record && !w->v[i + n].is_record &&
	       w->v[i + n].off == first->off + len &&
	       !strcmp(w->v[i + n].what, first->what))
		len += w->v[i + n++].len;
	printf("  0x%010" PRIx64 "  %10" PRIu64 "  %s\n", first->off, len,
	       first->what);
	return n;
}

static void print_writes(const struct ipl_writes *w)
{
	for (int records = 0; records < 2; records++) {
		for (size_t i = 0; i < w->n;) {
			if (w->v[i].is_record == (records != 0))
				i += print_write(w, i);
			else
				i++;
		}
	}
}

static void print_area(const struct ipl_install *plan)
{
	const struct ipl_region *r = &plan->took;

	printf("boot map in %s, ", plan->area);
	if (plan->n_runs == 1)
		printf("blocks %" PRIu64 " to %" PRIu64, r->first,
		       r->first + r->count - 1);
	else
		printf("%" PRIu64 " blocks from %" PRIu64 " on, in %zu pieces",
		       r->count, r->first, plan->n_runs);
}

void ipl_install_print_text(const struct ipl_install *plan, const char *disk,
			    bool written)
{
	const struct ipl_target *t = plan->target;

	print_printable(disk);
	printf(": %s, blocks of %u bytes, partition table: %s\n",
	       t->scheme->title, t->block_size, t->table);
	print_area(plan);
	printf("%s\n\n", !plan->had_map ? ""
			 : plan->keeps_old
				 ? "; the old one stays until it is complete"
				 : "; the old one is overwritten");
	for (size_t i = 0; i < plan->job->n_entries; i++)
		print_entry(plan, i);
	for (size_t i = 0; i < plan->job->n_notes; i++) {
		printf("note: ");
		print_printable(plan->job->notes[i]);
		putchar('\n');
	}
	if (!written) {
		printf("\n  %-12s  %10s  %s\n", "BYTE", "LENGTH",
		       "WHAT WOULD BE WRITTEN, IN THIS ORDER");
		print_writes(&plan->writes);
	}
	printf("\n%" PRIu64 " bytes %s\n", ipl_writes_bytes(&plan->writes),
	       written ? "written, read back and found to be right"
		       : "would be written; --write does it");
}
