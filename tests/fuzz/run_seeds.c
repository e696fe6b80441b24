/*
 * Runs a fuzz target over files, without a fuzzer: every seed that once showed
 * something, or stands for a kind of input, is replayed in each `make check`.
 */
#include <stdint.h>
#include <stdio.h>

#include "ibid/base/buf.h"
#include "ibid/base/err.h"
#include "ibid/base/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	SCOPED(buf) bytes = BUF_INIT;
	struct err err = ERR_INIT;

	for (int i = 1; i < argc; i++) {
		buf_reset(&bytes);
		if (path_read(argv[i], (size_t)64 << 20, &bytes, &err) != OK) {
			fprintf(stderr, "%s\n", err.text);
			return err_exit_status(err.code);
		}
		LLVMFuzzerTestOneInput((const uint8_t *)buf_cstr(&bytes), bytes.len);
	}
	printf("%d\n", argc - 1);
	return 0;
}
