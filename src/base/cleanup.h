/* SPDX-License-Identifier: MIT */
/* Scope-bound release of memory and descriptors. May use: libc only. */
#ifndef IPL_BASE_CLEANUP_H
#define IPL_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

static inline void ipl_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void ipl_cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define auto_free  __attribute__((cleanup(ipl_cleanup_free)))
#define auto_close __attribute__((cleanup(ipl_cleanup_close)))

/* Hand @p out of a scope that would otherwise release it. */
#define ipl_steal(p)                        \
	__extension__({                     \
		__typeof__(p) ipl_p_ = (p); \
		(p) = NULL;                 \
		ipl_p_;                     \
	})

static inline int ipl_steal_fd(int *fd)
{
	int ret = *fd;

	*fd = -1;
	return ret;
}

#endif
