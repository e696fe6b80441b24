/*
 * Servers with wrong certificates (reference: security C7). The certificates are
 * made by openssl(1) and served by `openssl s_server`; without it all is skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "../../tools/serve.h"
#include "ibid/net/fetch.h"

static char dir[] = "/tmp/ibid-tls-XXXXXX";

/* A self-signed pair for one name, valid between two moments: `openssl ca` is the one command that takes both. */
static bool make_pair(const char *name, const char *san, const char *from, const char *to)
{
	SCOPED(buf) command = BUF_INIT;

	buf_fmt(&command, "exec >/dev/null 2>&1; cd %s && rm -f index && : > index && ", dir);
	buf_fmt(&command, "printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\nnew_certs_dir=.\\nrand_serial=yes\\n"
			  "default_md=sha256\\npolicy=p\\nx509_extensions=e\\n[p]\\ncommonName=supplied\\n[e]\\n"
			  "subjectAltName=%s\\nbasicConstraints=CA:true\\n' > config && ", san);
	buf_fmt(&command, "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %s.key -out request "
			  "-subj /CN=ibid-test && ", name);
	buf_fmt(&command, "openssl ca -batch -selfsign -notext -config config -keyfile %s.key -in request -out %s.pem "
			  "-startdate %s -enddate %s", name, name, from, to);
	return system(buf_cstr(&command)) == 0;
}

static int free_port(void)
{
	int port, fd = serve_listen(&port);

	close(fd);
	return port;
}

static pid_t start_server(const char *pair, const char *option, int port)
{
	SCOPED(buf) command = BUF_INIT;
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	buf_fmt(&command, "cd %s && exec timeout 20 openssl s_server -quiet -www -accept 127.0.0.1:%d -key %s.key -cert %s.pem %s "
			  ">/dev/null 2>&1", dir, port, pair, pair, option);
	execl("/bin/sh", "sh", "-c", buf_cstr(&command), (char *)NULL);
	_exit(127);
}

static bool wait_for_port(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (int i = 0; i < 200; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool there = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

		close(fd);
		if (there)
			return true;
		poll(NULL, 0, 20);
	}
	return false;
}

static enum err_code ask(const char *pair, const char *option, bool trust, struct err *err)
{
	SCOPED(buf) ca = BUF_INIT;
	SCOPED(buf) url = BUF_INIT;
	SCOPED(fetch) f = FETCH_INIT;
	int port = free_port();
	pid_t pid = start_server(pair, option, port);
	enum err_code code;

	buf_fmt(&ca, "%s/%s.pem", dir, pair);
	buf_fmt(&url, "https://localhost:%d/", port);
	struct http_options options = { .ca_file = trust ? buf_cstr(&ca) : NULL };
	struct http_request r = { .method = "GET", .url = buf_view(&url), .timeouts = { 5000, 5000, 5000, 10000 } };
	SCOPED_PTR(http) h = http_new(&options);

	assert_true(wait_for_port(port));
	code = fetch_run(h, &r, NULL, NULL, &f, err);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return code;
}

static void only_a_valid_certificate_is_believed(void **state)
{
	static const char past[] = "20200101000000Z", now[] = "20250101000000Z", later[] = "20490101000000Z";
	static const struct {
		const char *pair, *san, *from, *to, *option;
		bool trust;
		enum err_code code;
	} cases[] = {
		/* clang-format off */
		{ "good",    "DNS:localhost",  now,   later, "", true,  OK },
		{ "unknown", "DNS:localhost",  now,   later, "", false, ERR_REFUSED },
		{ "name",    "DNS:other.test", now,   later, "", true,  ERR_REFUSED },
		{ "expired", "DNS:localhost",  past,  now,   "", true,  ERR_REFUSED },
		{ "early",   "DNS:localhost",  later, "20490102000000Z", "", true, ERR_REFUSED },
		{ "old",     "DNS:localhost",  now,   later, "-tls1_1 -cipher ALL:@SECLEVEL=0", true, ERR_NETWORK },
		/* clang-format on */
	};

	(void)state;
	if (system("command -v openssl >/dev/null 2>&1") != 0)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_true(make_pair(cases[i].pair, cases[i].san, cases[i].from, cases[i].to));
		if (ask(cases[i].pair, cases[i].option, cases[i].trust, &err) != cases[i].code)
			fail_msg("%s: %s (%d)", cases[i].pair, err.text, err.code);
		if (cases[i].code == ERR_REFUSED)
			assert_non_null(strstr(err.text, "did not prove who it is"));
	}
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	SCOPED(buf) command = BUF_INIT;

	(void)state;
	buf_fmt(&command, "rm -rf %s", dir);
	return system(buf_cstr(&command));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_valid_certificate_is_believed),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
