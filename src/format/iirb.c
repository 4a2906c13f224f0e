/* SPDX-License-Identifier: MIT */
/* The report of an IPL. May use: base. */
#include "format/iirb.h"

enum { LIST_HEADER_LEN = 16, BLOCK_HEADER_LEN = 16 };
enum { CERTIFICATE_LEN = 16, COMPONENT_LEN = 32 };
enum { TYPE_CERTIFICATES = 1, TYPE_COMPONENTS = 2 };
enum { FLAG_SIGNED = 0x80, FLAG_VERIFIED = 0x40 };

static size_t certificates_len(const struct iirb *report)
{
	return BLOCK_HEADER_LEN + report->n_certificates * CERTIFICATE_LEN;
}

static size_t components_len(const struct iirb *report)
{
	return BLOCK_HEADER_LEN + report->n_components * COMPONENT_LEN;
}

size_t iirb_len(const struct iirb *report)
{
	return LIST_HEADER_LEN + certificates_len(report) +
	       components_len(report);
}

static void put_header(struct ipl_wr *w, size_t len, uint8_t type)
{
	ipl_put_be(w, len, 4);
	ipl_put_be(w, type, 1);
	ipl_put(w, NULL, BLOCK_HEADER_LEN - 5);
}

static void put_component(struct ipl_wr *w, const struct iirb_component *c)
{
	ipl_put_be(w, c->addr, 8);
	ipl_put_be(w, c->len, 8);
	ipl_put_be(w,
		   (c->is_signed ? FLAG_SIGNED : 0) |
			   (c->is_verified ? FLAG_VERIFIED : 0),
		   1);
	ipl_put(w, NULL, 5);
	ipl_put_be(w, c->certificate, 2);
	ipl_put(w, NULL, 8);
}

void iirb_encode(const struct iirb *report, struct ipl_wr *w)
{
	ipl_put_be(w, iirb_len(report), 4);
	ipl_put(w, NULL, LIST_HEADER_LEN - 4);
	put_header(w, certificates_len(report), TYPE_CERTIFICATES);
	for (size_t i = 0; i < report->n_certificates; i++) {
		ipl_put_be(w, report->certificates[i].addr, 8);
		ipl_put_be(w, report->certificates[i].len, 8);
	}
	put_header(w, components_len(report), TYPE_COMPONENTS);
	for (size_t i = 0; i < report->n_components; i++)
		put_component(w, &report->components[i]);
}
