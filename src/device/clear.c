/* SPDX-License-Identifier: MIT */
/* Load clear: memory is zero before anything is loaded.
 * May use: base, vm, the ABI. */
#include "device/clear.h"

#include "s390-ipl/abi.h"

#include <string.h>

/* At once: so much that a sign of life comes often enough. */
#define STEP (UINT64_C(64) << 20)

/* Zeros in [@from, @to), where holes cannot be punched. */
static int write_zeros(const struct ipl_stub *stub, uint64_t from, uint64_t to,
		       struct ipl_err *err)
{
	uint64_t start, end;

	while (ipl_mem_next_data(stub->mem, from, to, &start, &end)) {
		if (!ipl_stub_is_current(stub))
			return ipl_fail(err, IPL_ERESET,
					"the VM was reset during the IPL");
		if (end > start + STEP)
			end = start + STEP;
		memset(ipl_mem_at(stub->mem, start, end - start), 0,
		       end - start);
		ipl_stub_alive(stub);
		from = end;
	}
	return 0;
}

static int clear_range(const struct ipl_stub *stub, uint64_t from, uint64_t to,
		       struct ipl_err *err)
{
	if (from >= to)
		return 0;
	if (!ipl_stub_is_current(stub))
		return ipl_fail(err, IPL_ERESET,
				"the VM was reset during the IPL");
	/* Instant, and gives the host its memory back. What is left afterwards,
	 * as huge pages that lie half in the range, is written. */
	(void)ipl_mem_punch(stub->mem, from, to - from);
	return write_zeros(stub, from, to, err);
}

int ipl_clear(const struct ipl_stub *stub, bool store_back, struct ipl_err *err)
{
	int rc = store_back ? ipl_stub_store_back(stub, err) : 0;

	if (!rc)
		rc = clear_range(stub, 0, stub->base, err);
	if (!rc)
		rc = clear_range(stub, stub->base + STUB_SIZE, stub->mem->size,
				 err);
	return rc;
}
