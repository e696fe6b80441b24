#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "ibid/base/hash.h"

static void assert_hex(const struct hash *h, const char *expected)
{
	SCOPED(buf) hex = BUF_INIT;

	hash_add_hex(&hex, h);
	assert_string_equal(buf_cstr(&hex), expected);
}

/* FIPS 180-4, the examples of NIST. */
static void the_hash_is_sha256(void **state)
{
	struct hash h = hash_of(STR_EMPTY);

	(void)state;
	assert_hex(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	h = hash_of(str_of(NULL, 0));
	assert_hex(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	h = hash_of(STR("abc"));
	assert_hex(&h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	h = hash_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
	assert_hex(&h, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_file_hashes_as_its_bytes_do(void **state)
{
	char path[] = "/tmp/ibid-hash-XXXXXX";
	int fd = mkstemp(path);
	SCOPED(buf) text = BUF_INIT;
	struct hash h, expected;
	uint64_t size = 0;

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_fmt(&text, "line %d\n", i);
	expected = hash_of(buf_view(&text));
	assert_int_equal(write(fd, text.p, text.len), text.len);
	close(fd);
	assert_int_equal(hash_file(path, &h, &size, NULL), OK);
	assert_int_equal(size, text.len);
	assert_memory_equal(h.bytes, expected.bytes, HASH_SIZE);
	assert_int_equal(hash_file(path, &h, NULL, NULL), OK);
	unlink(path);
	assert_int_equal(hash_file(path, &h, &size, NULL), ERR_MISSING);
	assert_int_equal(hash_file("/tmp", &h, &size, NULL), ERR_DATA);
}

/* draft-eastlake-fnv, appendix C. */
static void the_quick_hash_is_fnv_1a(void **state)
{
	(void)state;
	assert_true(hash_quick(STR_EMPTY) == 0xcbf29ce484222325u);
	assert_true(hash_quick(STR("a")) == 0xaf63dc4c8601ec8cu);
	assert_true(hash_quick(STR("foobar")) == 0x85944171f73967e8u);
}

static void count_up(void *ctx, void *out, size_t len)
{
	for (unsigned char *p = out; len--; p++)
		*p = (unsigned char)(*(int *)ctx)++;
}

static void an_id_has_letters_that_people_can_type(void **state)
{
	int from = 0;
	SCOPED(buf) id = BUF_INIT;

	(void)state;
	rand_add_id(&id, count_up, &from, 34);
	assert_string_equal(buf_cstr(&id), "0123456789abcdefghjkmnpqrstvwxyz01");
}

static void two_random_texts_differ(void **state)
{
	unsigned char a[300] = { 0 }, b[300] = { 0 };

	(void)state;
	rand_system(NULL, a, sizeof(a));
	rand_system(NULL, b, sizeof(b));
	assert_memory_not_equal(a, b, 16);
	assert_memory_not_equal(a + 284, b + 284, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_sha256),
		cmocka_unit_test(a_file_hashes_as_its_bytes_do),
		cmocka_unit_test(the_quick_hash_is_fnv_1a),
		cmocka_unit_test(an_id_has_letters_that_people_can_type),
		cmocka_unit_test(two_random_texts_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
