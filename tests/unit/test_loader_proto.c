/* SPDX-License-Identifier: MIT */
/* The protocol between the engine and the loader: what one side says arrives, and
 * nothing else does. May use: base, device. */
#include "unit.h"

#include "device/loader_proto.h"
#include "device/loader_socket.h"
#include "device/loadparm.h"

#include <sys/socket.h>
#include <unistd.h>

static uint8_t buf[IPL_LOADER_MSG_MAX];

static int decode(const uint8_t *p, size_t len, struct ipl_loader_msg *m,
		  struct ipl_err *err)
{
	uint8_t *copy = exactly(p, len);
	int rc = ipl_loader_decode((struct ipl_span){ .p = copy, .len = len },
				   m, err);

	free(copy);
	return rc;
}

/* There and back; the caller frees @ret. Every shorter message and every longer
 * one is refused. */
static void trip(struct ipl_loader_msg *m, struct ipl_loader_msg *ret)
{
	size_t len = ipl_loader_encode(m, buf, sizeof(buf));
	struct ipl_err err;

	assert_true(len > 0);
	for (size_t cut = 0; cut < len; cut += cut < 512 ? 1 : 997) {
		assert_int_equal(decode(buf, cut, ret, &err), IPL_EPROTO);
		assert_int_equal(ipl_loader_encode(m, buf, cut), 0);
		assert_int_equal(ipl_loader_encode(m, buf, sizeof(buf)), len);
	}
	buf[len] = 0;
	assert_int_equal(decode(buf, len + 1, ret, &err), IPL_EPROTO);
	assert_int_equal(decode(buf, len, ret, &err), 0);
	assert_int_equal(ret->type, m->type);
	assert_int_equal(ret->number, m->number);
}

/* The longest message that there can be, also as one packet of a socket. */
static void test_longest(void **state)
{
	static uint8_t certs[IPL_CERTS_PACKED_MAX + 1];
	static char append[IPL_LOADER_TEXT_MAX], name[IPL_ENTRY_NAME_MAX + 1];
	struct ipl_loader_msg m = { .type = IPL_LOADER_PLAN, .number = 7 }, got;
	struct ipl_load_request *p = &m.u.plan;
	int s[2];

	(void)state;
	memset(certs, 0xc1, sizeof(certs));
	memset(append, 'a', sizeof(append) - 1);
	memset(name, 'n', sizeof(name) - 1);
	p->name = name;
	p->append = append;
	p->certs = (struct ipl_span){ .p = certs, .len = IPL_CERTS_PACKED_MAX };
	trip(&m, &got);
	assert_string_equal(got.u.plan.append, append);
	assert_int_equal(got.u.plan.certs.len, IPL_CERTS_PACKED_MAX);
	assert_memory_equal(got.u.plan.certs.p, certs, IPL_CERTS_PACKED_MAX);
	ipl_loader_msg_done(&got);

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), 0);
	assert_int_equal(ipl_loader_send(s[0], &m, -1, NULL), 0);
	assert_int_equal(ipl_loader_receive(s[1], &got, NULL, NULL), 0);
	assert_int_equal(got.u.plan.certs.len, IPL_CERTS_PACKED_MAX);
	ipl_loader_msg_done(&got);
	close(s[0]);
	close(s[1]);

	p->certs.len++;
	assert_int_equal(ipl_loader_encode(&m, buf, sizeof(buf)), 0);
}

static void test_requests(void **state)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_OPEN, .number = 7 }, got;

	(void)state;
	m.u.open.is_nbd = true;
	m.u.open.size = UINT64_C(1) << 40;
	m.u.open.br_lba = 5;
	strcpy(m.u.open.name, "/a/\x1b[2J/\xff");
	trip(&m, &got);
	assert_true(got.u.open.is_nbd);
	assert_int_equal(got.u.open.size, UINT64_C(1) << 40);
	assert_int_equal(got.u.open.br_lba, 5);
	assert_string_equal(got.u.open.name, m.u.open.name); /* as it is */
	ipl_loader_msg_done(&got);

	m = (struct ipl_loader_msg){ .type = IPL_LOADER_PLAN };
	m.u.plan = (struct ipl_load_request){ .number = 3, .memory = 9 };
	trip(&m, &got);
	assert_null(got.u.plan.name);
	assert_null(got.u.plan.append);
	assert_int_equal(got.u.plan.number, 3);
	ipl_loader_msg_done(&got);
	m.u.plan.name = "";
	m.u.plan.append = "=quiet\n\x80";
	trip(&m, &got);
	assert_string_equal(got.u.plan.name, "");
	assert_string_equal(got.u.plan.append, "=quiet\n\x80");
	assert_int_equal(got.u.plan.memory, 9);
	ipl_loader_msg_done(&got);

	m = (struct ipl_loader_msg){ .type = IPL_LOADER_START };
	m.u.start.base = 0x1000;
	m.u.start.generation = UINT64_MAX;
	m.u.start.schid = 0x10001;
	m.u.start.store_back = true;
	m.u.start.block_len = IPLB_MAX;
	memset(m.u.start.block, 0xee, IPLB_MAX);
	trip(&m, &got);
	assert_memory_equal(got.u.start.block, m.u.start.block, IPLB_MAX);
	assert_true(got.u.start.store_back);
	m.u.start.block_len++;
	assert_int_equal(ipl_loader_encode(&m, buf, sizeof(buf)), 0);
}

static void test_answers(void **state)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_PLANNED }, got;
	static struct ipl_listing l = { .n = 2,
					.prompt = true,
					.timeout_s = 4 };

	(void)state;
	strcpy(m.u.planned.name, "a\x1b[2J\xc3\xa4");
	m.u.planned.psw = 1;
	trip(&m, &got);
	assert_string_equal(got.u.planned.name, "a?[2J\xc3\xa4"); /* disarmed */
	m.rc = ipl_fail(&m.err, IPL_EBAD, "broken\n%s", "\x9b");
	ipl_err_advise(&m.err, "do\r");
	trip(&m, &got);
	assert_int_equal(got.rc, IPL_EBAD);
	assert_int_equal(got.err.code, IPL_EBAD);
	assert_string_equal(got.err.msg, "broken??");
	assert_string_equal(got.err.advice, "do?");

	m = (struct ipl_loader_msg){ .type = IPL_LOADER_LISTED, .listing = &l };
	memcpy(l.text, "\0one\0t\x1bwo", 9);
	l.text_len = 9;
	l.entry[1].title = 5;
	l.entry[1].is_bad = true;
	trip(&m, &got);
	assert_int_equal(got.listing->n, 2);
	assert_memory_equal(got.listing->text, "\0one\0t?wo", 10);
	assert_int_equal(got.listing->entry[1].title, 5);
	assert_true(got.listing->entry[1].is_bad);
	ipl_loader_msg_done(&got);
	l.n = IPL_LISTING_MAX + 1;
	assert_int_equal(ipl_loader_encode(&m, buf, sizeof(buf)), 0);

	m = (struct ipl_loader_msg){ .type = IPL_LOADER_DESCRIBED };
	m.text[0] = (char[]){ "a\nb" };
	m.text[1] = (char[]){ "c\n\n\x07\n" };
	trip(&m, &got);
	assert_string_equal(got.text[0], "a\nb");
	assert_string_equal(got.text[1], "c\n\n?\n");
	ipl_loader_msg_done(&got);
}

/* Random bytes and messages with some bytes changed: refused, or within bounds. */
static void test_nonsense(void **state)
{
	struct ipl_loader_msg m = { .type = IPL_LOADER_READY }, got;
	unsigned seed = 1, good = 0;
	uint8_t bad[600];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		size_t len = (size_t)(rand_r(&seed) % 600);

		for (size_t k = 0; k < len; k++)
			bad[k] = (uint8_t)(rand_r(&seed) % 4 ? 0
							     : rand_r(&seed));
		if (len > 4)
			bad[3] = (uint8_t)(rand_r(&seed) % 14);
		if (len > 4)
			bad[0] = bad[1] = bad[2] = 0;
		if (decode(bad, len, &got, NULL))
			continue;
		good++;
		assert_true(got.rc <= 0);
		if (got.listing)
			assert_true(got.listing->n <= IPL_LISTING_MAX &&
				    got.listing->text_len < IPL_LISTING_TEXT);
		ipl_loader_msg_done(&got);
	}
	print_message("%u of them were messages\n", good);
	m.type = (enum ipl_loader_type)99;
	assert_int_equal(ipl_loader_encode(&m, buf, sizeof(buf)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
