/* SPDX-License-Identifier: MIT */
/* The certificates that signatures are verified with. May use: base, GnuTLS. */
#include "secure/certs_gnutls.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Bytes of a file with certificates: a store with all that there may be. */
#define FILE_MAX ((size_t)IPL_CERTS_MAX * IPL_CERT_LEN_MAX)

/* Each has its length in front when they are packed. */
#define PACKED_HEAD 4

struct cert {
	gnutls_x509_crt_t crt;
	gnutls_datum_t der;
	char *name;
};

struct ipl_certs {
	struct cert c[IPL_CERTS_MAX];
	size_t n;
	size_t packed; /* bytes, as ipl_certs_pack has them */
};

int ipl_certs_new(struct ipl_certs **ret, struct ipl_err *err)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : ipl_fail(err, IPL_ENOMEM, "out of memory");
}

static void free_cert(struct cert *c)
{
	if (c->crt)
		gnutls_x509_crt_deinit(c->crt);
	gnutls_free(c->der.data);
	free(c->name);
}

void ipl_certs_free(struct ipl_certs *certs)
{
	if (!certs)
		return;
	for (size_t i = 0; i < certs->n; i++)
		free_cert(&certs->c[i]);
	free(certs);
}

size_t ipl_certs_count(const struct ipl_certs *certs)
{
	return certs->n;
}

struct ipl_span ipl_certs_der(const struct ipl_certs *certs, size_t i)
{
	return (struct ipl_span){ .p = certs->c[i].der.data,
				  .len = certs->c[i].der.size };
}

const char *ipl_certs_name(const struct ipl_certs *certs, size_t i)
{
	return certs->c[i].name;
}

gnutls_x509_crt_t ipl_certs_crt(const struct ipl_certs *certs, size_t i)
{
	return certs->c[i].crt;
}

/* ---- adding */

/* Printable ASCII of what a certificate says, and not more than fits a line. */
static char *name_cert(gnutls_x509_crt_t crt)
{
	char dn[200];
	size_t len = sizeof(dn);

	if (gnutls_x509_crt_get_dn(crt, dn, &len) < 0)
		return strdup("a certificate with a long name");
	for (char *p = dn; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return strdup(dn[0] ? dn : "a certificate without a name");
}

/* Whether there is room for one of @len bytes in the file @file. */
static int check_room(const struct ipl_certs *certs, size_t len,
		      const char *file, struct ipl_err *err)
{
	if (len > IPL_CERT_LEN_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"%s: a certificate of more than %d bytes", file,
				IPL_CERT_LEN_MAX);
	if (certs->n == IPL_CERTS_MAX)
		return ipl_fail(err, IPL_ELIMIT,
				"%s: more than %d certificates", file,
				IPL_CERTS_MAX);
	if (certs->packed + PACKED_HEAD + len <= IPL_CERTS_PACKED_MAX)
		return 0;
	ipl_fail(err, IPL_ELIMIT,
		 "%s: with it the certificates have more than %d bytes", file,
		 IPL_CERTS_PACKED_MAX);
	ipl_err_advise(err, "leave only those there whose signatures are to "
			    "be accepted");
	return IPL_ELIMIT;
}

/* Takes @crt over. */
static int add_crt(struct ipl_certs *certs, gnutls_x509_crt_t crt,
		   const char *file, struct ipl_err *err)
{
	struct cert c = { .crt = crt, .name = name_cert(crt) };
	int rc = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &c.der);

	if (rc < 0)
		rc = ipl_fail(err, IPL_EBAD, "%s: %s", file,
			      gnutls_strerror(rc));
	else if (!c.name)
		rc = ipl_fail(err, IPL_ENOMEM, "out of memory");
	else
		rc = check_room(certs, c.der.size, file, err);
	if (rc) {
		free_cert(&c);
		return rc;
	}
	certs->packed += PACKED_HEAD + c.der.size;
	certs->c[certs->n++] = c;
	return 0;
}

int ipl_certs_add(struct ipl_certs *certs, const char *name,
		  struct ipl_span data, struct ipl_err *err)
{
	gnutls_datum_t datum = { .data = (void *)(uintptr_t)data.p,
				 .size = (unsigned)data.len };
	bool pem = memmem(data.p, data.len, "-----BEGIN", 10);
	gnutls_x509_crt_t crt[IPL_CERTS_MAX];
	unsigned n = IPL_CERTS_MAX;
	int rc;

	if (data.len > FILE_MAX)
		return ipl_fail(err, IPL_ELIMIT, "%s: more than %zu bytes",
				name, FILE_MAX);
	rc = gnutls_x509_crt_list_import(
		crt, &n, &datum,
		pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER,
		GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
	if (rc <= 0) {
		ipl_fail(err, IPL_EBAD, "%s is no certificate (%s)", name,
			 gnutls_strerror(rc));
		ipl_err_advise(err, "expected are X.509 certificates, PEM or "
				    "DER");
		return IPL_EBAD;
	}
	n = (unsigned)rc;
	rc = 0;
	for (unsigned i = 0; i < n; i++) {
		if (!rc)
			rc = add_crt(certs, crt[i], name, err);
		else
			gnutls_x509_crt_deinit(crt[i]);
	}
	return rc;
}

/* ---- through a socket */

void ipl_certs_pack(const struct ipl_certs *certs, struct ipl_wr *w)
{
	for (size_t i = 0; i < certs->n; i++) {
		ipl_put_be(w, certs->c[i].der.size, PACKED_HEAD);
		ipl_put(w, certs->c[i].der.data, certs->c[i].der.size);
	}
}

int ipl_certs_unpack(struct ipl_span in, struct ipl_certs **ret,
		     struct ipl_err *err)
{
	struct ipl_rd r = { .in = in };
	struct ipl_certs *certs = NULL;
	int rc = ipl_certs_new(&certs, err);

	while (!rc && r.at < in.len) {
		size_t len = ipl_be32(&r);
		struct ipl_span der = { .p = ipl_take(&r, len), .len = len };

		rc = der.p ? ipl_certs_add(certs, "a certificate", der, err)
			   : ipl_fail(err, IPL_EPROTO,
				      "certificates are cut off");
	}
	if (rc)
		ipl_certs_free(certs);
	else
		*ret = certs;
	return rc;
}

/* ---- a directory of them */

static int is_cert_file(const struct dirent *d)
{
	static const char *const ends[] = { ".pem", ".crt", ".cer", ".der" };
	size_t len = strlen(d->d_name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (len > 4 && d->d_name[0] != '.' &&
		    !strcmp(d->d_name + len - 4, ends[i]))
			return 1;
	return 0;
}

static int add_file(struct ipl_certs *certs, int dir, const char *name,
		    struct ipl_err *err)
{
	/* a pipe must not stop us */
	auto_close int fd =
		openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	auto_free uint8_t *data = malloc(FILE_MAX + 1);
	size_t len = 0;
	struct stat st;
	ssize_t n;

	if (!data)
		return ipl_fail(err, IPL_ENOMEM, "out of memory");
	if (fd < 0 || fstat(fd, &st))
		return ipl_fail_errno(err, errno, "%s", name);
	if (!S_ISREG(st.st_mode))
		return ipl_fail(err, IPL_EINVAL, "%s is no file", name);
	while (len <= FILE_MAX &&
	       (n = read(fd, data + len, FILE_MAX + 1 - len)) > 0)
		len += (size_t)n;
	return ipl_certs_add(certs, name,
			     (struct ipl_span){ .p = data, .len = len }, err);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_directory(struct ipl_certs *certs, const char *dir,
			 struct ipl_err *err)
{
	auto_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **list = NULL;
	int n = fd < 0 ? -1 : scandirat(fd, ".", &list, is_cert_file, by_name);
	int rc = 0;

	if (n < 0)
		return ipl_fail_errno(err, errno, "cannot read the directory");
	for (int i = 0; i < n; i++) {
		if (!rc)
			rc = add_file(certs, fd, list[i]->d_name, err);
		free(list[i]);
	}
	free(list);
	if (!rc && !certs->n) {
		rc = ipl_fail(err, IPL_ENOTFOUND,
			      "there is no certificate: no file *.pem, *.crt, "
			      "*.cer or *.der");
		ipl_err_advise(err, "put the certificates of those there whose "
				    "signatures are to be accepted");
	}
	return rc;
}

int ipl_certs_read(const char *dir, struct ipl_certs **ret, struct ipl_err *err)
{
	struct ipl_certs *certs = NULL;
	int rc = ipl_certs_new(&certs, err);

	if (!rc)
		rc = add_directory(certs, dir, err);
	if (rc) {
		ipl_err_wrap(err, "certificates in %s", dir);
		ipl_certs_free(certs);
		return rc;
	}
	*ret = certs;
	return 0;
}
