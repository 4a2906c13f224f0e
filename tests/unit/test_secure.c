/* SPDX-License-Identifier: MIT */
/* Secure IPL: signatures, what is demanded of a program, and the report.
 * May use: everything. */
#include "unit.h"

#include "disk.h"
#include "sign.h"

#include "format/iirb.h"
#include "secure/secure.h"

#define BS	 512u
#define PSW_BASE UINT64_C(0x0008000080000000)
#define STAGE3	 0xa000u
#define KERNEL	 0x10000u
#define YEAR	 (365L * 24 * 3600)

/* Signers, made once: keys take time. */
static struct signer *alice, *bob, *rsa, *expired, *future, *weak;
static struct signer *pss, *weak_pss, *weak_ec;

static int make_signers(void **state)
{
	(void)state;
	alice = signer_new("alice", KEY_P256, -YEAR, YEAR);
	bob = signer_new("bob", KEY_P256, -YEAR, YEAR);
	rsa = signer_new("rsa", KEY_RSA_2048, -YEAR, YEAR);
	expired = signer_new("expired", KEY_P256, -YEAR, -10);
	future = signer_new("future", KEY_P256, YEAR, 2 * YEAR);
	weak = signer_new("weak", KEY_RSA_1024, -YEAR, YEAR);
	pss = signer_new("pss", KEY_PSS_2048, -YEAR, YEAR);
	weak_pss = signer_new("weak pss", KEY_PSS_1024, -YEAR, YEAR);
	weak_ec = signer_new("weak ec", KEY_P224, -YEAR, YEAR);
	return 0;
}

static int free_signers(void **state)
{
	(void)state;
	signer_free(alice);
	signer_free(bob);
	signer_free(rsa);
	signer_free(expired);
	signer_free(future);
	signer_free(weak);
	signer_free(pss);
	signer_free(weak_pss);
	signer_free(weak_ec);
	return 0;
}

static struct ipl_certs *store(const struct signer *a, const struct signer *b)
{
	struct ipl_certs *certs;

	assert_int_equal(ipl_certs_new(&certs, NULL), 0);
	if (a)
		assert_int_equal(
			ipl_certs_add(certs, "a", signer_cert(a), NULL), 0);
	if (b)
		assert_int_equal(
			ipl_certs_add(certs, "b", signer_cert(b), NULL), 0);
	return certs;
}

/* ---- signatures */

static const struct ipl_span text = { (const uint8_t *)"what is signed", 14,
				      0 };

static struct ipl_signed verify(const struct ipl_certs *certs,
				const uint8_t *sig, size_t len,
				struct ipl_span data)
{
	uint8_t *copy = exactly(sig, len);
	struct ipl_signed s;

	ipl_signature_verify(certs, (struct ipl_span){ .p = copy, .len = len },
			     data, &s);
	free(copy);
	return s;
}

static void expect(const struct signer *by, unsigned flags,
		   const struct ipl_certs *certs, enum ipl_signature verdict,
		   const char *says)
{
	size_t len;
	uint8_t *sig = sign(by, NULL, text, flags, &len);
	struct ipl_signed s = verify(certs, sig, len, text);

	assert_string_equal(ipl_signature_name(s.verdict),
			    ipl_signature_name(verdict));
	assert_contains(s.text, says);
	free(sig);
}

static void test_verdicts(void **state)
{
	struct ipl_certs *both = store(alice, rsa), *none = store(NULL, NULL);
	struct ipl_certs *times = store(expired, future);
	struct ipl_certs *feeble = store(weak, alice);
	struct ipl_certs *odd = store(weak_pss, weak_ec);
	struct ipl_certs *fine = store(pss, NULL);

	(void)state;
	expect(alice, SIGN_PLAIN, both, IPL_SIG_VERIFIED, "signed by CN=alice");
	expect(alice, SIGN_ATTRIBUTES, both, IPL_SIG_VERIFIED, "CN=alice");
	expect(rsa, SIGN_PLAIN, both, IPL_SIG_VERIFIED, "signed by CN=rsa");
	expect(bob, SIGN_PLAIN, both, IPL_SIG_UNKNOWN, "not there");
	expect(alice, SIGN_PLAIN, none, IPL_SIG_UNKNOWN, "not there");
	expect(alice, SIGN_EMBED, both, IPL_SIG_MALFORMED, "detached");
	expect(rsa, SIGN_SHA1, both, IPL_SIG_WEAK, "SHA-256");
	expect(weak, SIGN_PLAIN, feeble, IPL_SIG_WEAK, "RSA-2048");
	expect(weak_pss, SIGN_PLAIN, odd, IPL_SIG_WEAK, "RSA-2048");
	expect(weak_ec, SIGN_PLAIN, odd, IPL_SIG_WEAK, "ECDSA-256");
	expect(pss, SIGN_PLAIN, fine, IPL_SIG_VERIFIED, "signed by CN=pss");
	expect(expired, SIGN_PLAIN, times, IPL_SIG_EXPIRED, "CN=expired");
	expect(future, SIGN_PLAIN, times, IPL_SIG_EXPIRED, "CN=future");
	ipl_certs_free(both);
	ipl_certs_free(none);
	ipl_certs_free(times);
	ipl_certs_free(feeble);
	ipl_certs_free(odd);
	ipl_certs_free(fine);
}

/* One of two signers is enough, whichever it is. */
static void test_two_signers(void **state)
{
	struct ipl_certs *certs = store(alice, NULL);
	struct ipl_signed s;
	uint8_t *sig;
	size_t len;

	(void)state;
	sig = sign(bob, alice, text, 0, &len);
	s = verify(certs, sig, len, text);
	assert_int_equal(s.verdict, IPL_SIG_VERIFIED);
	free(sig);
	sig = sign(alice, bob, text, 0, &len);
	s = verify(certs, sig, len, text);
	assert_int_equal(s.verdict, IPL_SIG_VERIFIED);
	free(sig);
	ipl_certs_free(certs);
}

/* Any byte of the data, any byte less or more, and it is no longer verified. */
static void test_changed_data(void **state)
{
	struct ipl_certs *certs = store(alice, NULL);
	struct ipl_signed s;
	uint8_t data[15];
	uint8_t *sig;
	size_t len;

	(void)state;
	sig = sign(alice, NULL, text, 0, &len);
	memcpy(data, text.p, text.len);
	data[14] = 0;
	for (size_t i = 0; i < text.len; i++) {
		data[i] ^= 1;
		s = verify(certs, sig, len,
			   (struct ipl_span){ .p = data, .len = text.len });
		assert_int_equal(s.verdict, IPL_SIG_FAILED);
		assert_contains(s.text, "does not match");
		data[i] ^= 1;
	}
	for (size_t n = 0; n <= sizeof(data); n++) {
		s = verify(certs, sig, len,
			   (struct ipl_span){ .p = data, .len = n });
		assert_int_equal(s.verdict, n == text.len ? IPL_SIG_VERIFIED
							  : IPL_SIG_FAILED);
	}
	free(sig);
	ipl_certs_free(certs);
}

/* A signature that is cut off, has a tail, or has one other byte is never better
 * than what it was, and most often nothing at all. */
static void test_changed_signature(void **state)
{
	struct ipl_certs *certs = store(alice, NULL);
	size_t len, verified = 0;
	struct ipl_signed s;
	uint8_t *sig;

	(void)state;
	sig = sign(alice, NULL, text, 0, &len);
	for (size_t n = 0; n < len; n++) {
		s = verify(certs, sig, n, text);
		assert_int_equal(s.verdict, IPL_SIG_MALFORMED);
	}
	sig = realloc(sig, len + 1);
	sig[len] = 0;
	s = verify(certs, sig, len + 1, text);
	assert_int_equal(s.verdict, IPL_SIG_MALFORMED);
	for (size_t i = 0; i < len; i++) {
		sig[i] ^= 0x20;
		s = verify(certs, sig, len, text);
		verified += s.verdict == IPL_SIG_VERIFIED;
		assert_int_not_equal(s.verdict, IPL_SIG_NONE);
		sig[i] ^= 0x20;
	}
	/* bytes that say nothing: versions, the copy of the certificate */
	assert_true(verified < len);
	free(sig);
	ipl_certs_free(certs);
}

static void test_certs(void **state)
{
	const struct ipl_span rubbish = { (const uint8_t *)"rubbish", 7, 0 };
	struct ipl_span der = signer_cert(alice);
	struct ipl_certs *certs = store(NULL, NULL);
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_certs_add(certs, "x.pem", rubbish, &err),
			 IPL_EBAD);
	assert_contains(err.msg, "x.pem is no certificate");
	for (size_t n = 0; n < der.len; n++) {
		uint8_t *cut = exactly(der.p, n);

		assert_int_equal(
			ipl_certs_add(certs, "cut",
				      (struct ipl_span){ .p = cut, .len = n },
				      NULL),
			IPL_EBAD);
		free(cut);
	}
	for (size_t i = 0; i < IPL_CERTS_MAX; i++)
		assert_int_equal(ipl_certs_add(certs, "x", der, NULL), 0);
	assert_int_equal(ipl_certs_add(certs, "x", der, &err), IPL_ELIMIT);
	assert_int_equal(ipl_certs_count(certs), IPL_CERTS_MAX);
	assert_string_equal(ipl_certs_name(certs, 7), "CN=alice");
	assert_int_equal(ipl_certs_der(certs, 7).len, der.len);
	ipl_certs_free(certs);
	ipl_certs_free(NULL);
	assert_int_equal(ipl_certs_read("/nonexistent", &certs, &err),
			 IPL_ESYS);
	assert_contains(err.msg, "certificates in /nonexistent: ");
}

/* Whether all of @certs comes back from its packed form. */
static void assert_packs(const struct ipl_certs *certs)
{
	struct ipl_wr w = { .len = IPL_CERTS_PACKED_MAX };
	struct ipl_certs *again;

	w.p = malloc(w.len);
	assert_non_null(w.p);
	ipl_certs_pack(certs, &w);
	assert_false(w.overflow);
	assert_int_equal(
		ipl_certs_unpack((struct ipl_span){ .p = w.p, .len = w.at },
				 &again, NULL),
		0);
	assert_int_equal(ipl_certs_count(again), ipl_certs_count(certs));
	ipl_certs_free(again);
	free(w.p);
}

/* What a store takes can be sent to whoever verifies. */
static void test_many_bytes(void **state)
{
	struct signer *usual = signer_new_large("usual", 1300);
	struct signer *large = signer_new_large("large", 3000);
	struct ipl_span der = signer_cert(large);
	struct ipl_certs *certs = store(NULL, NULL);
	struct ipl_err err;
	size_t n;

	(void)state;
	assert_true(signer_cert(usual).len > 1500);
	for (size_t i = 0; i < IPL_CERTS_MAX; i++)
		assert_int_equal(
			ipl_certs_add(certs, "x", signer_cert(usual), NULL), 0);
	assert_packs(certs);
	ipl_certs_free(certs);

	certs = store(NULL, NULL);
	n = IPL_CERTS_PACKED_MAX / (der.len + 4);
	assert_true(n < IPL_CERTS_MAX);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ipl_certs_add(certs, "x", der, NULL), 0);
	assert_int_equal(ipl_certs_add(certs, "y", der, &err), IPL_ELIMIT);
	assert_contains(err.msg, "y: with it the certificates have more than "
				 "131072 bytes");
	assert_int_equal(ipl_certs_count(certs), n);
	assert_packs(certs);
	ipl_certs_free(certs);
	signer_free(usual);
	signer_free(large);
}

/* ---- programs */

/* What a test changes of a program that is as it must be. */
struct recipe {
	const struct signer *stage3; /* NULL: not signed */
	const struct signer *kernel;
	uint64_t psw; /* 0: the usual one */
	uint64_t kernel_addr;
	uint64_t params_addr;
	uint16_t stage3_flags; /* of loading attributes */
	uint16_t kernel_flags;
	uint64_t sclab_psw;
	uint64_t sclab_addr;
	uint8_t format;	       /* of the signature of stage 3 */
	long sig_len;	       /* its length, 0: the right one */
	bool signature_at_end; /* one more, of nothing */
	bool two_signatures;   /* in front of stage 3 */
	size_t damage;	       /* a byte of the kernel, 0 none */
	bool tail;	       /* one more block behind the kernel */
};

static const struct recipe *now;

static void add_signature(struct disk_program *p, const uint8_t *sig,
			  size_t len, uint64_t value)
{
	struct disk *d = p->disk;
	size_t blocks = (len + BS - 1) / BS;
	uint64_t first = disk_take(d, blocks), table = disk_take(d, 1);
	struct zipl_ptr run = disk_run(d, first, (uint32_t)blocks);

	memcpy(disk_block(d, first), sig, len);
	disk_segments(d, table, &run, 1, 0);
	disk_entry(p, ZIPL_COMP_SIGNATURE, table, value);
}

static void put_sclab(uint8_t *data, size_t len, uint16_t flags)
{
	struct ipl_wr w = { .p = data + len - SCLAB_LEN, .len = SCLAB_LEN };

	ipl_put_be(&w, 0, 2);
	ipl_put_be(&w, flags, 2);
	ipl_put_be(&w, 0, 4);
	ipl_put_be(&w, flags & SCLAB_OPSW ? now->sclab_psw : 0, 8);
	ipl_put_be(&w, flags & SCLAB_OLA ? now->sclab_addr : 0, 8);
	ipl_put_be(&w, SCLAB_LEN, 4);
	ipl_put(&w, "zIPL", 4);
}

static void add_signed(struct disk_program *p, uint64_t addr, uint8_t *data,
		       size_t len, const struct signer *by, uint16_t flags)
{
	uint8_t format = addr == STAGE3 && now->format ? now->format : 1;
	size_t sig_len;

	if (flags)
		put_sclab(data, len, flags);
	if (by) {
		uint8_t *sig = sign(by, NULL,
				    (struct ipl_span){ .p = data, .len = len },
				    SIGN_PLAIN, &sig_len);
		uint64_t said = addr == STAGE3 && now->sig_len
					? (uint64_t)now->sig_len
					: sig_len;

		for (int i = 0;
		     i < (addr == STAGE3 && now->two_signatures ? 2 : 1); i++)
			add_signature(p, sig, sig_len,
				      (uint64_t)format << 56 | said);
		free(sig);
	}
	disk_load(p, addr, data, len);
}

struct made {
	struct disk disk;
	struct ipl_map *map;
	struct ipl_plan *plan;
	const struct ipl_program *prog;
	struct ipl_certs *certs;
	struct ipl_secured *secured;
};

static void make(struct made *m, const struct recipe *r)
{
	uint8_t stage3[1024] = "stage 3", kernel[2048 + BS] = "kernel";
	const size_t kernel_len = r->tail ? 2048 + BS : 2048;
	struct disk_program p;
	uint8_t *sig;
	size_t len;

	now = r;
	disk_init(&m->disk, BS, 128);
	p = disk_program(&m->disk, 1);
	add_signed(&p, STAGE3, stage3, sizeof(stage3), r->stage3,
		   r->stage3_flags);
	disk_load(&p, r->params_addr ?: 0x9000, "parameters", 10);
	if (r->kernel_flags)
		put_sclab(kernel, 2048, r->kernel_flags);
	if (r->kernel) {
		sig = sign(r->kernel, NULL,
			   (struct ipl_span){ .p = kernel, .len = 2048 }, 0,
			   &len);
		add_signature(&p, sig, len, UINT64_C(1) << 56 | len);
		free(sig);
	}
	kernel[r->damage] ^= r->damage ? 1 : 0;
	disk_load(&p, r->kernel_addr ?: KERNEL, kernel, kernel_len);
	if (r->signature_at_end)
		add_signature(&p, stage3, 100, UINT64_C(1) << 56 | 100);
	disk_entry(&p, ZIPL_COMP_EXECUTE, 0, r->psw ?: PSW_BASE | STAGE3);
	assert_int_equal(ipl_map_read(disk_open(&m->disk), &m->map, NULL), 0);
	assert_int_equal(ipl_map_find(m->map, 1, &m->prog, NULL), 0);
	assert_int_equal(
		ipl_plan_make(m->map, m->prog, 1 << 20, &m->plan, NULL), 0);
	m->certs = store(alice, rsa);
	assert_int_equal(
		ipl_secure_read(m->plan, m->prog, m->certs, &m->secured, NULL),
		0);
}

static void done(struct made *m)
{
	ipl_secured_free(m->secured);
	ipl_certs_free(m->certs);
	ipl_plan_free(m->plan);
	ipl_map_free(m->map);
	disk_done(&m->disk);
}

static void denied(const struct recipe *r, const char *says)
{
	struct made m;

	make(&m, r);
	assert_int_equal(m.secured->fault.code, IPL_EDENIED);
	assert_contains(m.secured->fault.msg, "secure IPL: ");
	assert_contains(m.secured->fault.msg, says);
	assert_true(m.secured->fault.advice[0]);
	done(&m);
}

static void allowed(const struct recipe *r)
{
	struct made m;

	make(&m, r);
	assert_string_equal(m.secured->fault.msg, "");
	assert_int_equal(m.secured->fault.code, 0);
	done(&m);
}

#define GOOD .stage3 = alice, .kernel = rsa

static void test_good_program(void **state)
{
	const struct recipe r = { GOOD };
	const struct ipl_secure_part *part;
	struct ipl_segment *seg;
	uint8_t buf[16];
	struct made m;

	(void)state;
	allowed(&r);
	make(&m, &r);
	assert_int_equal(m.secured->plan.n_segments, 3);
	assert_int_equal(m.secured->plan.bytes, m.plan->bytes);
	part = &m.secured->parts[0];
	assert_int_equal(part->addr, 0x9000);
	assert_int_equal(part->sig.verdict, IPL_SIG_NONE);
	part = &m.secured->parts[1];
	assert_int_equal(part->addr, STAGE3);
	assert_int_equal(part->len, 1024);
	assert_int_equal(part->sig.verdict, IPL_SIG_VERIFIED);
	assert_int_equal(part->sig.certificate, 0);
	assert_int_equal(m.secured->parts[2].sig.certificate, 1);
	/* it is the private copy that is loaded, whatever becomes of the disk */
	memset(m.disk.bytes, 0xff, (size_t)BS * m.disk.blocks);
	seg = &m.secured->plan.segments[2];
	assert_int_equal(seg->addr, KERNEL);
	assert_int_equal(
		ipl_plan_read(&m.secured->plan, seg, KERNEL, buf, 6, NULL), 0);
	assert_memory_equal(buf, "kernel", 6);
	done(&m);
}

static void test_not_signed(void **state)
{
	(void)state;
	denied(&(struct recipe){ .kernel = alice },
	       "starts at 0xa000, in component 'entry 0' (0xa000-0xa3ff), "
	       "which is not signed");
	denied(&(struct recipe){ 0 }, "no component is signed");
	/* as the machine does: it is stage 3 that insists on the kernel */
	allowed(&(struct recipe){ .stage3 = alice });
}

static void test_bad_signature(void **state)
{
	(void)state;
	denied(&(struct recipe){ .stage3 = bob, .kernel = alice },
	       "signature no-certificate");
	denied(&(struct recipe){ .stage3 = alice, .kernel = bob },
	       "(0x10000-0x107ff): signature no-certificate");
	denied(&(struct recipe){ GOOD, .damage = 2047 },
	       "(0x10000-0x107ff): signature failed");
	denied(&(struct recipe){ GOOD, .tail = true },
	       "(0x10000-0x109ff): signature failed");
	denied(&(struct recipe){ GOOD, .format = 2 },
	       "signature malformed: the signature is of an unknown format");
	denied(&(struct recipe){ GOOD, .sig_len = 4000 },
	       "less bytes than its entry says");
	denied(&(struct recipe){ GOOD, .sig_len = 100 },
	       "the signature is not PKCS#7");
}

static void test_signature_of_nothing(void **state)
{
	(void)state;
	denied(&(struct recipe){ GOOD, .signature_at_end = true },
	       "is a signature, but no component follows");
	denied(&(struct recipe){ GOOD, .two_signatures = true },
	       "entry 0 is a signature, but no component follows");
}

static void test_addresses(void **state)
{
	(void)state;
	denied(&(struct recipe){ GOOD, .params_addr = 0x1000 }, "below 0x2000");
	denied(&(struct recipe){ GOOD, .kernel_addr = 0x1000 }, "below 0x2000");
	allowed(&(struct recipe){ GOOD, .kernel_addr = 0x2000 });
}

static void test_start(void **state)
{
	(void)state;
	denied(&(struct recipe){ GOOD, .psw = PSW_BASE | 0x9000 },
	       "starts at 0x9000, in component");
	denied(&(struct recipe){ GOOD, .psw = PSW_BASE | 0x5000 },
	       "where nothing is loaded");
	denied(&(struct recipe){ GOOD, .psw = PSW_BASE | (STAGE3 + 2) },
	       "in the middle of component");
	allowed(&(struct recipe){ GOOD, .psw = PSW_BASE | KERNEL });
}

static void test_loading_attributes(void **state)
{
	const uint64_t psw = PSW_BASE | (STAGE3 + 0x20);

	(void)state;
	allowed(&(struct recipe){ GOOD, .psw = psw,
				  .stage3_flags = SCLAB_OPSW | SCLAB_OLA,
				  .sclab_psw = psw, .sclab_addr = STAGE3 });
	denied(&(struct recipe){ GOOD, .psw = psw, .stage3_flags = SCLAB_OPSW,
				 .sclab_psw = psw + 2 },
	       "says 0x000800008000a022");
	denied(&(struct recipe){ GOOD, .stage3_flags = SCLAB_OLA,
				 .sclab_addr = 0xb000 },
	       "has to be loaded to 0xb000");
	denied(&(struct recipe){ GOOD, .psw = psw,
				 .stage3_flags = SCLAB_OPSW | SCLAB_NUC,
				 .sclab_psw = psw },
	       "there are unsigned components");
	denied(&(struct recipe){ GOOD, .psw = psw,
				 .stage3_flags = SCLAB_OPSW | SCLAB_SC,
				 .sclab_psw = psw },
	       "other signed components");
	denied(&(struct recipe){ GOOD, .stage3_flags = SCLAB_NUC },
	       "make no sense without a PSW");
	/* without a signature they say nothing, but then nor is it started */
	denied(&(struct recipe){ .kernel = alice,
				 .psw = psw,
				 .stage3_flags = SCLAB_OPSW,
				 .sclab_psw = psw },
	       "not signed");
	allowed(&(struct recipe){ GOOD, .kernel_flags = SCLAB_OLA,
				  .sclab_addr = KERNEL });
	denied(&(struct recipe){ GOOD, .kernel_flags = SCLAB_OLA,
				 .kernel_addr = 0x20000, .sclab_addr = KERNEL },
	       "has to be loaded to 0x10000");
}

static void test_sclab_decoder(void **state)
{
	uint8_t data[64] = { 0 };
	struct sclab s;
	struct ipl_err err;

	(void)state;
	now = &(struct recipe){ .sclab_psw = 5, .sclab_addr = 6 };
	put_sclab(data, sizeof(data), SCLAB_OPSW | SCLAB_OLA);
	for (size_t n = 0; n < sizeof(data); n++) {
		uint8_t *end = exactly(data + sizeof(data) - n, n);

		assert_int_equal(
			sclab_decode((struct ipl_span){ .p = end, .len = n },
				     &s, NULL),
			0);
		assert_int_equal(s.present, n >= SCLAB_LEN);
		free(end);
	}
	assert_int_equal(s.flags, SCLAB_OPSW | SCLAB_OLA);
	assert_int_equal(s.load_psw, 5);
	assert_int_equal(s.load_addr, 6);
	data[sizeof(data) - 5] = 24;
	assert_int_equal(
		sclab_decode((struct ipl_span){ data, 64, 0 }, &s, &err),
		IPL_EBAD);
	assert_contains(err.msg, "attributes of 24 bytes, expected 32");
	data[sizeof(data) - 5] = 32;
	data[32] = 1;
	assert_int_equal(
		sclab_decode((struct ipl_span){ data, 64, 0 }, &s, &err),
		IPL_EBAD);
	assert_contains(err.msg, "format 1, expected 0");
}

/* ---- the report */

static void test_report_bytes(void **state)
{
	static const struct iirb_component comps[] = {
		{ 0xa000, 0x4000, true, true, 1 },
		{ 0x9000, 0x200, false, false, 0 },
		{ 0x10000, 0x1000, true, false, 0 },
	};
	static const struct iirb_certificate certs[] = { { 0x1234, 0x567 } };
	const struct iirb report = { comps, 3, certs, 1 };
	/* written down by hand from arch/s390/include/uapi/asm/ipl.h */
	static const char expected[] = "\0\0\0\xa0\0\0\0\0\0\0\0\0\0\0\0\0"
				       "\0\0\0\x20\1\0\0\0\0\0\0\0\0\0\0\0"
				       "\0\0\0\0\0\0\x12\x34\0\0\0\0\0\0\5\x67"
				       "\0\0\0\x70\2\0\0\0\0\0\0\0\0\0\0\0"
				       "\0\0\0\0\0\0\xa0\0\0\0\0\0\0\0\x40\0"
				       "\xc0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0"
				       "\0\0\0\0\0\0\x90\0\0\0\0\0\0\0\2\0"
				       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				       "\0\0\0\0\0\1\0\0\0\0\0\0\0\0\x10\0"
				       "\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	uint8_t buf[256];

	(void)state;
	assert_int_equal(iirb_len(&report), sizeof(expected) - 1);
	for (size_t n = 0; n <= sizeof(expected) - 1; n++) {
		struct ipl_wr w = { .p = buf, .len = n };

		iirb_encode(&report, &w);
		assert_int_equal(w.overflow, n < sizeof(expected) - 1);
	}
	assert_memory_equal(buf, expected, sizeof(expected) - 1);
}

static uint64_t get(const uint8_t *p, size_t n)
{
	struct ipl_rd r = { .in = { .p = p, .len = n } };

	return ipl_be(&r, n);
}

static void test_report(void **state)
{
	const struct recipe r = { .stage3 = alice, .kernel = rsa };
	uint8_t block[203] = { 0, 0, 0, 203 };
	const struct ipl_span in = { block, sizeof(block), 0 };
	uint8_t buf[8192];
	struct ipl_wr w = { .p = buf, .len = sizeof(buf) };
	const uint64_t at = 0x30000;
	uint64_t cert;
	struct made m;

	(void)state;
	make(&m, &r);
	ipl_secured_report(m.secured, in, true, at, &w);
	assert_false(w.overflow);
	assert_int_equal(w.at, ipl_secured_report_len(m.secured, in));
	assert_int_equal(buf[4], IIRB_BLOCK_SIPL | IIRB_BLOCK_IPLSR);
	assert_int_equal(get(buf + 208, 4), 16 + 16 + 2 * 16 + 16 + 3 * 32);
	/* the second certificate, byte for byte */
	cert = get(buf + 208 + 16 + 16 + 16, 8);
	assert_int_equal(get(buf + 208 + 16 + 16 + 24, 8),
			 signer_cert(rsa).len);
	assert_memory_equal(buf + (cert - at), signer_cert(rsa).p,
			    signer_cert(rsa).len);
	/* the kernel: address, flags, index of the certificate */
	assert_int_equal(get(buf + 208 + 80 + 64, 8), KERNEL);
	assert_int_equal(buf[208 + 80 + 64 + 16], 0xc0);
	assert_int_equal(buf[208 + 80 + 64 + 23], 1);
	w.at = 0;
	ipl_secured_report(m.secured, in, false, at, &w);
	assert_int_equal(buf[4], IIRB_BLOCK_IPLSR);
	done(&m);
}

static void test_modes(void **state)
{
	enum ipl_secure_mode mode = IPL_SECURE_OFF;
	struct ipl_err err;

	(void)state;
	assert_int_equal(ipl_secure_mode_parse("on", &mode, NULL), 0);
	assert_int_equal(mode, IPL_SECURE_ON);
	assert_int_equal(ipl_secure_mode_parse("audit", &mode, NULL), 0);
	assert_int_equal(mode, IPL_SECURE_AUDIT);
	assert_int_equal(ipl_secure_mode_parse("yes", &mode, &err), IPL_EINVAL);
	assert_contains(err.msg, "secure=yes: expected on, audit or off");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_two_signers),
		cmocka_unit_test(test_changed_data),
		cmocka_unit_test(test_changed_signature),
		cmocka_unit_test(test_certs),
		cmocka_unit_test(test_many_bytes),
		cmocka_unit_test(test_good_program),
		cmocka_unit_test(test_not_signed),
		cmocka_unit_test(test_bad_signature),
		cmocka_unit_test(test_signature_of_nothing),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_loading_attributes),
		cmocka_unit_test(test_sclab_decoder),
		cmocka_unit_test(test_report_bytes),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_modes),
	};

	return cmocka_run_group_tests(tests, make_signers, free_signers);
}
