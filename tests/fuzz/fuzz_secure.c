/* SPDX-License-Identifier: MIT */
/* Any bytes as a disk that is to be IPLed securely: what is not signed with the one
 * key is never let through, and the report is what its encoder promises.
 * May use: everything. */
#include "fuzz_cert.h"
#include "promise.h"

#include "secure/secure.h"

#include <string.h>

#define MEMORY (UINT64_C(16) << 20)

static void check_report(const struct ipl_secured *s)
{
	uint8_t block[200] = { 0, 0, 0, 200 };
	const struct ipl_span in = { .p = block, .len = sizeof(block) };
	size_t len = ipl_secured_report_len(s, in);
	struct ipl_wr w = { .p = malloc(len), .len = len };

	promise(w.p, "memory");
	ipl_secured_report(s, in, true, 0x100000, &w);
	promise(!w.overflow && w.at == len, "a report is as long as it said");
	free(w.p);
}

static void check_secured(const struct ipl_secured *s,
			  const struct ipl_plan *plan)
{
	bool verified = false;
	uint8_t a[64], b[64];

	promise(s->plan.n_segments == plan->n_segments &&
			s->plan.psw == plan->psw,
		"it is the same program");
	for (size_t i = 0; i < plan->n_segments; i++) {
		const struct ipl_segment *x = &plan->segments[i];
		const struct ipl_segment *y = &s->plan.segments[i];
		size_t n = x->len < sizeof(a) ? (size_t)x->len : sizeof(a);

		verified |= s->parts[i].sig.verdict == IPL_SIG_VERIFIED;
		promise(x->addr == y->addr && x->len == y->len &&
				!ipl_plan_read(plan, x, x->addr, a, n, NULL) &&
				!ipl_plan_read(&s->plan, y, y->addr, b, n,
					       NULL) &&
				!memcmp(a, b, n),
			"the copy is what is on the disk");
	}
	promise(s->fault.code == IPL_EDENIED || (!s->fault.code && verified),
		"nothing is let through without a signature");
	check_report(s);
}

static void check_program(const struct ipl_map *map,
			  const struct ipl_program *prog,
			  const struct ipl_certs *certs)
{
	struct ipl_secured *s = NULL;
	struct ipl_plan *plan = NULL;
	struct ipl_err err = { 0 };
	int rc = ipl_plan_make(map, prog, MEMORY, &plan, &err);

	if (!rc)
		rc = ipl_secure_read(plan, prog, certs, &s, &err);
	promise_err(rc, &err);
	if (!rc)
		check_secured(s, plan);
	ipl_secured_free(s);
	ipl_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ipl_span crt = { .p = fuzz_cert,
				      .len = sizeof(fuzz_cert) };
	struct ipl_certs *certs = NULL;
	struct ipl_map *map = NULL;
	struct ipl_src *src = NULL;

	if (ipl_certs_new(&certs, NULL) ||
	    ipl_certs_add(certs, "fuzz", crt, NULL) ||
	    ipl_src_open_mem(data, size, "fuzz", &src, NULL))
		abort();
	if (!ipl_map_read(src, &map, NULL))
		for (size_t i = 0; i < map->n_programs && i < 4; i++)
			check_program(map, &map->programs[i], certs);
	ipl_map_free(map);
	ipl_src_close(src);
	ipl_certs_free(certs);
	return 0;
}
