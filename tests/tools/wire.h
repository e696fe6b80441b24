/*
 * wire.h - recorded exchanges: the request we must send and the bytes served
 *
 * A .wire file is read line by line; each line begins with a word, but for body
 * lines, which begin with `|` or `"`. Blank lines and lines with # are skipped.
 *
 *	expect METHOD PATH		what must be asked for; the path with its query
 *	expect-header NAME: VALUE	this value; * for any
 *	expect-no-header NAME
 *	expect-json JSON		the request's body holds at least these members; arrays as long and in order
 *
 *	status NUMBER			of the response; 200 without it
 *	header NAME: VALUE		of the response
 *	no-head				not even the status is sent: for `cut` and `silence` alone
 *	framing chunked|length|close	how the body's end is told; chunked without it
 *	ends lf|crlf|cr			what ends the `|` lines from here on; lf without it
 *
 *	|TEXT				bytes of the body: TEXT and a line end
 *	"TEXT"				bytes of the body, with \n \r \t \\ \" \xHH, no line end
 *	flush				what stands before is sent before what follows
 *	delay MS			and then a wait
 *	await FILE			and then a wait until this file exists
 *	cut fin|rst			the connection ends here, with what the framing still owes unpaid
 *	silence				nothing more is sent, the connection stays
 *	mark end			the line above made the turn complete (for unit tests)
 *
 *	told text|reasoning "TEXT"	what a decoder must have told at the end, joined; C escapes as above
 *	told stop|state|fault WORD
 *	told usage IN READ WRITE_5M WRITE_1H VISIBLE REASONING
 *
 *	next				the next exchange of the same script
 *
 * Used by fake_provider over sockets and by unit tests without any.
 */
#ifndef IBID_TESTS_WIRE_H
#define IBID_TESTS_WIRE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ibid/base/arena.h"
#include "ibid/base/buf.h"
#include "ibid/base/json.h"
#include "ibid/base/mem.h"
#include "ibid/base/path.h"

enum wire_step_kind { WIRE_BYTES, WIRE_FLUSH, WIRE_DELAY, WIRE_AWAIT, WIRE_FIN, WIRE_RST, WIRE_SILENCE };
enum wire_framing { WIRE_CHUNKED, WIRE_LENGTH, WIRE_CLOSE };

struct wire_step {
	enum wire_step_kind kind;
	struct str bytes;
	struct str file;	/* of WIRE_AWAIT */
	int ms;
};

struct wire_pair {
	struct str name, value;
};

/* Bytes of a script: room for an answer that is longer than ibid takes. */
#define WIRE_FILE_MAX ((size_t)32 << 20)
#define WIRE_STEPS_MAX 512
#define WIRE_PAIRS_MAX 16
#define WIRE_EXCHANGES_MAX 16

struct wire_exchange {
	struct str method, path;	/* empty: any */
	struct str json;		/* empty: any */
	struct wire_pair want[WIRE_PAIRS_MAX];
	size_t n_want;			/* value empty: must be absent */
	int status;
	struct wire_pair headers[WIRE_PAIRS_MAX];
	size_t n_headers;
	enum wire_framing framing;
	bool no_head;
	struct wire_step steps[WIRE_STEPS_MAX];
	size_t n_steps;
	struct buf body;		/* all bytes, for decoders that need no socket */
	size_t end_at;			/* offset at which the terminal event is whole; STR_NONE without a mark */
	size_t end_line_len;		/* bytes of the line end after it */
	struct wire_pair told[WIRE_PAIRS_MAX];
	size_t n_told;
};

struct wire {
	struct arena arena;
	struct buf text;
	struct wire_exchange *v;
	size_t n;
	struct str line_end;
};

static inline void wire_die(const char *name, int number, const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", name, number, why);
	exit(2);
}

static inline int wire_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of "..." at the start of s. */
static inline struct str wire_unquote(struct arena *a, struct str s)
{
	static const char names[] = "nrt\\\"", values[] = "\n\r\t\\\"";
	SCOPED(buf) out = BUF_INIT;

	for (size_t i = 1; i < s.len && s.p[i] != '"'; i++) {
		const char *at;

		if (s.p[i] != '\\' || i + 1 >= s.len) {
			buf_ch(&out, s.p[i]);
		} else if (s.p[i + 1] == 'x' && i + 3 < s.len) {
			buf_ch(&out, (char)(wire_hex(s.p[i + 2]) << 4 | wire_hex(s.p[i + 3])));
			i += 3;
		} else {
			at = strchr(names, s.p[++i]);
			buf_ch(&out, at ? values[at - names] : s.p[i]);
		}
	}
	return arena_str(a, buf_view(&out));
}

static inline struct wire_exchange *wire_begin(struct wire *w)
{
	struct wire_exchange *x = &w->v[w->n++];

	x->status = 200;
	x->end_at = STR_NONE;
	w->line_end = STR("\n");
	return x;
}

static inline void wire_step(struct wire_exchange *x, enum wire_step_kind kind, struct str bytes, int ms)
{
	if (x->n_steps == WIRE_STEPS_MAX)
		wire_die("wire", 0, "too many steps");
	x->steps[x->n_steps++] = (struct wire_step){ .kind = kind, .bytes = bytes, .ms = ms };
	buf_str(&x->body, bytes);
}

static inline void wire_pair(struct wire_pair *v, size_t *n, struct str name, struct str value)
{
	if (*n == WIRE_PAIRS_MAX)
		wire_die("wire", 0, "too many lines of one kind");
	v[(*n)++] = (struct wire_pair){ str_trim(name), str_trim(value) };
}

static inline void wire_body_line(struct wire *w, struct wire_exchange *x, struct str line)
{
	SCOPED(buf) bytes = BUF_INIT;

	if (line.p[0] == '"') {
		wire_step(x, WIRE_BYTES, wire_unquote(&w->arena, line), 0);
		return;
	}
	buf_str(&bytes, str_sub(line, 1, line.len));
	buf_str(&bytes, w->line_end);
	wire_step(x, WIRE_BYTES, arena_str(&w->arena, buf_view(&bytes)), 0);
}

static inline void wire_told(struct wire *w, struct wire_exchange *x, struct str rest)
{
	struct str name = str_cut(&rest, ' ');
	struct str value = str_trim(rest);

	if (value.len && value.p[0] == '"')
		value = wire_unquote(&w->arena, value);
	if (x->n_told == WIRE_PAIRS_MAX)
		wire_die("wire", 0, "too many told lines");
	x->told[x->n_told++] = (struct wire_pair){ name, value };
}

static inline void wire_await(struct wire *w, struct wire_exchange *x, struct str file)
{
	wire_step(x, WIRE_AWAIT, STR_EMPTY, 0);
	x->steps[x->n_steps - 1].file = arena_str(&w->arena, file);
}

static inline bool wire_response_line(struct wire *w, struct wire_exchange *x, struct str word, struct str rest)
{
	long long n = 0;
	struct str name = rest;

	if (str_is(word, "status") && str_to_int(rest, &n))
		x->status = (int)n;
	else if (str_is(word, "header"))
		wire_pair(x->headers, &x->n_headers, str_cut(&name, ':'), name);
	else if (str_is(word, "no-head"))
		x->no_head = true;
	else if (str_is(word, "framing"))
		x->framing = str_is(rest, "length") ? WIRE_LENGTH : str_is(rest, "close") ? WIRE_CLOSE : WIRE_CHUNKED;
	else if (str_is(word, "ends"))
		w->line_end = str_is(rest, "crlf") ? STR("\r\n") : str_is(rest, "cr") ? STR("\r") : STR("\n");
	else if (str_is(word, "flush"))
		wire_step(x, WIRE_FLUSH, STR_EMPTY, 0);
	else if (str_is(word, "delay") && str_to_int(rest, &n))
		wire_step(x, WIRE_DELAY, STR_EMPTY, (int)n);
	else if (str_is(word, "await"))
		wire_await(w, x, rest);
	else if (str_is(word, "cut"))
		wire_step(x, str_is(rest, "rst") ? WIRE_RST : WIRE_FIN, STR_EMPTY, 0);
	else if (str_is(word, "silence"))
		wire_step(x, WIRE_SILENCE, STR_EMPTY, 0);
	else
		return false;
	return true;
}

static inline bool wire_word_line(struct wire *w, struct wire_exchange *x, struct str line)
{
	struct str rest = line, word = str_cut(&rest, ' ');
	struct str name;

	rest = str_trim(rest);
	name = rest;
	if (str_is(word, "expect")) {
		x->method = str_cut(&rest, ' ');
		x->path = str_trim(rest);
	} else if (str_is(word, "expect-header")) {
		wire_pair(x->want, &x->n_want, str_cut(&name, ':'), name);
	} else if (str_is(word, "expect-no-header")) {
		wire_pair(x->want, &x->n_want, rest, STR_EMPTY);
	} else if (str_is(word, "expect-json")) {
		x->json = rest;
	} else if (str_is(word, "told")) {
		wire_told(w, x, rest);
	} else if (str_is(word, "mark")) {
		x->end_line_len = w->line_end.len;
		x->end_at = x->body.len - w->line_end.len;
	} else {
		return wire_response_line(w, x, word, rest);
	}
	return true;
}

static inline void wire_line(struct wire *w, struct str line, const char *name, int number)
{
	struct wire_exchange *x = &w->v[w->n - 1];

	if (!line.len || line.p[0] == '#')
		return;
	if (line.p[0] == '|' || line.p[0] == '"')
		wire_body_line(w, x, line);
	else if (str_is(line, "next") && w->n < WIRE_EXCHANGES_MAX)
		wire_begin(w);
	else if (!wire_word_line(w, x, line))
		wire_die(name, number, "no such line in a script");
}

/* A fault in the script ends the program with its line. `name` is for that. */
static inline void wire_parse(struct wire *w, const char *name, struct str text)
{
	int number = 0;

	*w = (struct wire){ .arena = ARENA_INIT };
	w->v = mem_zalloc(WIRE_EXCHANGES_MAX, sizeof(*w->v));
	buf_str(&w->text, text);
	wire_begin(w);
	for (struct str rest = buf_view(&w->text); rest.p;)
		wire_line(w, str_cut(&rest, '\n'), name, ++number);
}

static inline void wire_read(struct wire *w, const char *path)
{
	SCOPED(buf) text = BUF_INIT;
	struct err err = ERR_INIT;

	if (path_read(path, WIRE_FILE_MAX, &text, &err) != OK)
		wire_die(path, 0, err.text);
	wire_parse(w, path, buf_view(&text));
}

static inline void wire_release(struct wire *w)
{
	for (size_t i = 0; i < w->n; i++)
		buf_release(&w->v[i].body);
	mem_free(w->v);
	buf_release(&w->text);
	arena_release(&w->arena);
}

static inline struct str wire_told_of(const struct wire_exchange *x, const char *name)
{
	for (size_t i = 0; i < x->n_told; i++)
		if (str_is(x->told[i].name, name))
			return x->told[i].value;
	return (struct str){ NULL, 0 };
}
#endif
