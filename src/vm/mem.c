/* SPDX-License-Identifier: MIT */
/* Guest memory as the host sees it: a shared mapping with one bounds check.
 * May use: base. */
#include "vm/mem.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int ipl_mem_map(int fd, uint64_t size, struct ipl_mem *ret, struct ipl_err *err)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0 || (uint64_t)st.st_size < size) {
		close(fd);
		return ipl_fail(err, IPL_ETRUNC,
				"guest memory has %lld bytes, expected %llu",
				(long long)st.st_size,
				(unsigned long long)size);
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		int e = errno;

		close(fd);
		return ipl_fail_errno(err, e, "cannot map the guest's memory");
	}
	*ret = (struct ipl_mem){ .fd = fd, .p = p, .size = size };
	return 0;
}

void ipl_mem_unmap(struct ipl_mem *mem)
{
	if (mem->p)
		munmap(mem->p, mem->size);
	if (mem->fd >= 0)
		close(mem->fd);
	*mem = (struct ipl_mem){ .fd = -1 };
}

void *ipl_mem_at(const struct ipl_mem *mem, uint64_t addr, uint64_t len)
{
	if (addr > mem->size || len > mem->size - addr)
		return NULL;
	return mem->p + addr;
}

static int write_fail(int error, uint64_t addr, struct ipl_err *err)
{
	ipl_fail_errno(err, error, "cannot write guest memory at %#" PRIx64,
		       addr);
	if (error == ENOSPC || error == EDQUOT)
		ipl_err_advise(err, "the file system of the memory file is "
				    "full: make room, or give the VM less "
				    "memory");
	return IPL_ESYS;
}

int ipl_mem_write(const struct ipl_mem *mem, uint64_t addr, const void *buf,
		  size_t len, struct ipl_err *err)
{
	uint8_t *to = ipl_mem_at(mem, addr, len);
	const uint8_t *from = buf;

	if (!to)
		return ipl_fail(err, IPL_EBUG,
				"a plan for more memory than there is");
	while (len) {
		ssize_t n = pwrite(mem->fd, from, len, (off_t)addr);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EINVAL && errno != EBADF)
			return write_fail(errno, addr, err);
		if (n <= 0) { /* hugetlbfs has no write */
			memcpy(to, from, len);
			return 0;
		}
		to += n;
		from += n;
		addr += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

bool ipl_mem_read(const struct ipl_mem *mem, uint64_t addr, void *buf,
		  size_t len)
{
	const void *from = ipl_mem_at(mem, addr, len);
	ssize_t n;

	if (!from)
		return false;
	n = pread(mem->fd, buf, len, (off_t)addr);
	if (n >= 0 && (size_t)n == len)
		return true;
	memcpy(buf, from, len);
	return true;
}

static uint64_t *doubleword(const struct ipl_mem *mem, uint64_t addr)
{
	if (addr % sizeof(uint64_t))
		return NULL;
	return ipl_mem_at(mem, addr, sizeof(uint64_t));
}

uint64_t ipl_mem_get64(const struct ipl_mem *mem, uint64_t addr)
{
	uint64_t *p = doubleword(mem, addr);

	return p ? be64toh(__atomic_load_n(p, __ATOMIC_ACQUIRE)) : 0;
}

void ipl_mem_put64(const struct ipl_mem *mem, uint64_t addr, uint64_t value)
{
	uint64_t *p = doubleword(mem, addr);

	if (p)
		__atomic_store_n(p, htobe64(value), __ATOMIC_RELEASE);
}

bool ipl_mem_next_data(const struct ipl_mem *mem, uint64_t from, uint64_t to,
		       uint64_t *ret_start, uint64_t *ret_end)
{
	off_t start, end;

	if (to > mem->size)
		to = mem->size;
	if (from >= to)
		return false;
	start = lseek(mem->fd, (off_t)from, SEEK_DATA);
	if (start < 0 && errno == ENXIO)
		return false; /* holes up to the end */
	if (start < 0)
		start = (off_t)from; /* a file system without holes */
	if ((uint64_t)start >= to)
		return false;
	end = lseek(mem->fd, start, SEEK_HOLE);
	if (end < 0 || (uint64_t)end > to)
		end = (off_t)to;
	*ret_start = (uint64_t)start;
	*ret_end = (uint64_t)end;
	return true;
}

bool ipl_mem_punch(const struct ipl_mem *mem, uint64_t addr, uint64_t len)
{
	return ipl_mem_at(mem, addr, len) &&
	       !fallocate(mem->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			  (off_t)addr, (off_t)len);
}
