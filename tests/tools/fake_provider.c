/*
 * fake_provider - a scripted HTTP server on 127.0.0.1, for tests
 *
 *	fake_provider SCRIPT.wire [--log FILE] [--port-file FILE] [--seconds N] [--repeat]
 *	fake_provider --flood BYTES [--protocol anthropic|openai-chat] [--seconds N]
 *	fake_provider --text FILE [--piece BYTES] [--every MS] [--seconds N]
 *
 * Serves the exchanges of a script in order, one a connection, several at once
 * if asked so; wire.h tells the form of a script. Prints its port (chosen by the
 * kernel) and a newline, and writes it to --port-file when that is given. A
 * request that is not what the script expects gets 501 and the reason, as does
 * one more than the script has; --repeat serves the last exchange for ever.
 * Each request is logged as one line of JSON: n, at_ms, ok, why, method, path,
 * headers, body.
 *
 * --flood answers every request with a stream of at least BYTES bytes; --text with
 * the file (openai-chat), an event for every BYTES of it, as fast as they are taken
 * or one every MS.
 *
 * It ends after --seconds (30), when a pipe or socket at its standard input is
 * closed, or by a signal; its children end with it.
 *
 * From bats:
 *
 *	fake_provider script.wire --log log --port-file port & pid=$!
 *	until [ -s port ]; do sleep 0.02; done
 *	ibid ask ...
 *	kill $pid
 */
#include <sys/stat.h>

#include "ibid/base/utf8.h"
#include "serve.h"

struct options {
	const char *script, *log, *port_file, *protocol, *text;
	long long flood, piece, every;
	int seconds;
	bool repeat;
};

static void usage(void)
{
	fputs("usage: fake_provider SCRIPT.wire [--log FILE] [--port-file FILE] [--seconds N] [--repeat]\n"
	      "       fake_provider --flood BYTES [--protocol anthropic|openai-chat] [--seconds N]\n"
	      "       fake_provider --text FILE [--piece BYTES] [--every MS] [--seconds N]\n",
		stderr);
	exit(2);
}

static long long number(const char *s)
{
	long long n = 0;

	if (!s || !str_to_int(str_c(s), &n) || n < 0)
		usage();
	return n;
}

static struct options read_options(char **argv)
{
	struct options o = { .protocol = "openai-chat", .flood = -1, .piece = 4096, .seconds = 30 };

	for (argv++; *argv; argv++) {
		struct str word = str_c(*argv);

		if (str_is(word, "--log"))
			o.log = *++argv;
		else if (str_is(word, "--port-file"))
			o.port_file = *++argv;
		else if (str_is(word, "--protocol"))
			o.protocol = *++argv;
		else if (str_is(word, "--flood"))
			o.flood = number(*++argv);
		else if (str_is(word, "--text"))
			o.text = *++argv;
		else if (str_is(word, "--piece"))
			o.piece = number(*++argv);
		else if (str_is(word, "--every"))
			o.every = number(*++argv);
		else if (str_is(word, "--seconds"))
			o.seconds = (int)number(*++argv);
		else if (str_is(word, "--repeat"))
			o.repeat = true;
		else if (*argv[0] != '-' && !o.script)
			o.script = *argv;
		else
			usage();
		if (!*argv)
			usage();
	}
	if ((o.script != NULL) + (o.flood >= 0) + (o.text != NULL) != 1 || !o.piece)
		usage();
	return o;
}

/* -- Flood -- */

struct flood {
	const char *protocol, *opening, *event, *closing;
};

static const struct flood floods[] = {
	{ "openai-chat", "",
		"data: {\"id\":\"chatcmpl-flood\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"flood\","
		"\"choices\":[{\"index\":0,\"delta\":{\"content\":\" water\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
		"data: {\"id\":\"chatcmpl-flood\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"flood\","
		"\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
		"data: {\"id\":\"chatcmpl-flood\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
		"data: [DONE]\n\n" },
	{ "anthropic",
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_flood\",\"type\":\"message\","
		"\"role\":\"assistant\",\"model\":\"flood\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":1,"
		"\"output_tokens\":1}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
		"\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
		"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
		"\"delta\":{\"type\":\"text_delta\",\"text\":\" water\"}}\n\n",
		"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\n"
		"data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n"
		"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" },
};

static const struct flood *flood_of(const char *protocol)
{
	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++)
		if (strcmp(protocol, floods[i].protocol) == 0)
			return &floods[i];
	usage();
	return NULL;
}

static void flood(int fd, const struct options *o)
{
	static const struct wire_exchange head = { .status = 200, .framing = WIRE_CHUNKED };
	const struct flood *f = flood_of(o->protocol);
	struct serve_request r = { .bytes = BUF_INIT };
	struct buf block = BUF_INIT;

	while (block.len < 65536)
		buf_c(&block, f->event);
	if (!serve_read(fd, &r) || !serve_send_head(fd, &head))
		return;
	serve_send_body(fd, WIRE_CHUNKED, str_c(f->opening));
	for (long long left = o->flood; left > 0; left -= (long long)block.len)
		if (!serve_send_body(fd, WIRE_CHUNKED, buf_view(&block)))
			return;
	serve_send_body(fd, WIRE_CHUNKED, str_c(f->closing));
	serve_send(fd, STR("0\r\n\r\n"));
}

/* -- A text -- */

static void read_text(const char *path, struct buf *text)
{
	struct err err = ERR_INIT;

	if (path_read(path, WIRE_FILE_MAX, text, &err) == OK)
		return;
	fprintf(stderr, "fake_provider: %s\n", err.text);
	exit(1);
}

static void add_event(struct buf *out, struct str piece)
{
	struct json_writer w;

	buf_c(out, "data: {\"choices\":[{\"delta\":{\"content\":");
	w = json_writer(out);
	json_put_str(&w, NULL, piece);
	buf_c(out, "}}]}\n\n");
}

/* Until it is time for event n, whatever the ones before took. */
static void keep_pace(int64_t began_ms, int64_t n, long long every)
{
	int64_t left = began_ms + n * every - clock_mono_ms(&clock_system);

	if (left > 0)
		poll(NULL, 0, (int)left);
}

static void serve_text(int fd, const struct options *o, struct str text)
{
	static const struct wire_exchange head = { .status = 200, .framing = WIRE_CHUNKED };
	struct serve_request r = { .bytes = BUF_INIT };
	struct buf block = BUF_INIT;

	int64_t began_ms, n = 0;

	if (!serve_read(fd, &r) || !serve_send_head(fd, &head))
		return;
	began_ms = clock_mono_ms(&clock_system);
	while (text.len) {
		size_t len = utf8_ceil(text, (size_t)o->piece);

		add_event(&block, str_sub(text, 0, len));
		text = str_sub(text, len, text.len);
		if (!o->every && block.len < 65536 && text.len)
			continue;
		keep_pace(began_ms, n++, o->every);
		if (!serve_send_body(fd, WIRE_CHUNKED, buf_view(&block)))
			return;
		buf_reset(&block);
	}
	serve_send_body(fd, WIRE_CHUNKED, str_c(flood_of("openai-chat")->closing));
	serve_send(fd, STR("0\r\n\r\n"));
}

/* -- Serving -- */

static const struct wire_exchange *exchange_at(const struct wire *w, size_t n, bool repeat)
{
	if (n < w->n)
		return &w->v[n];
	return repeat ? &w->v[w->n - 1] : NULL;
}

/* A child a connection, so that one that waits does not hold up the others. */
static void serve(int listener, const struct wire *w, const struct options *o, struct str text, int log, int n)
{
	int fd = accept(listener, NULL, NULL);
	pid_t child = fd < 0 ? -1 : fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm((unsigned)o->seconds);
		close(listener);
		if (o->flood >= 0)
			flood(fd, o);
		else if (o->text)
			serve_text(fd, o, text);
		else
			serve_exchange(fd, exchange_at(w, (size_t)n, o->repeat), n, log);
		_exit(0);
	}
	if (fd >= 0)
		close(fd);
}

static bool is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

static bool is_closed(const struct pollfd *in)
{
	char byte;

	return in->revents && read(in->fd, &byte, 1) <= 0;
}

static void serve_all(int listener, const struct wire *w, const struct options *o, struct str text, int log)
{
	struct pollfd fds[] = { { .fd = listener, .events = POLLIN },
		{ .fd = is_pipe(STDIN_FILENO) ? STDIN_FILENO : -1, .events = POLLIN } };
	int64_t until = clock_mono_ms(&clock_system) + (int64_t)o->seconds * 1000;

	for (int n = 0; clock_mono_ms(&clock_system) < until;) {
		poll(fds, 2, 200);
		if (is_closed(&fds[1]))
			return;
		if (fds[0].revents)
			serve(listener, w, o, text, log, n++);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

static void tell_port(int port, const char *file)
{
	FILE *f = file ? fopen(file, "w") : NULL;

	printf("%d\n", port);
	fflush(stdout);
	if (!f)
		return;
	fprintf(f, "%d\n", port);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct options o = read_options(argv);
	struct wire w = { .n = 0 };
	SCOPED(buf) text = BUF_INIT;
	int port, listener, log = -1;

	(void)argc;
	if (o.script)
		wire_read(&w, o.script);
	if (o.text)
		read_text(o.text, &text);
	if (o.log && (log = open(o.log, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC | O_CLOEXEC, 0600)) < 0) {
		perror(o.log);
		return 1;
	}
	alarm((unsigned)o.seconds + 1);
	listener = serve_listen(&port);
	tell_port(port, o.port_file);
	serve_all(listener, &w, &o, buf_view(&text), log);
	if (o.script)
		wire_release(&w);
	return 0;
}
