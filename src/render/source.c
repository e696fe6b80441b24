#include "render/source_internal.h"

#include <string.h>

#include "ibid/base/utf8.h"

#define FENCE_MIN 3

size_t scan_run(struct str s, size_t at, char c)
{
	size_t from = at;

	while (at < s.len && s.p[at] == c)
		at++;
	return at - from;
}

size_t scan_line_end(struct str s, size_t at)
{
	size_t end = str_find_ch(s, '\n', at);

	return end == STR_NONE ? s.len : end;
}

bool scan_is_line_start(const struct scan *sc)
{
	return !sc->at || sc->s.p[sc->at - 1] == '\n';
}

struct str scan_line(struct str s, size_t at)
{
	return str_sub(s, at, scan_line_end(s, at));
}

bool scan_is_blank_line(struct str s, size_t at)
{
	return !str_trim(scan_line(s, at)).len;
}

/* End of the paragraph, at the latest: where a blank line begins. */
static size_t paragraph_end(struct str s, size_t at)
{
	while ((at = scan_line_end(s, at)) < s.len)
		if (scan_is_blank_line(s, ++at))
			return at;
	return s.len;
}

/* The tick or tilde run that a line's words begin with, when it may be a fence. */
size_t scan_fence_run(struct str line, char *c)
{
	struct str words = str_sub(line, split_marks(line), line.len);
	size_t n;

	if (!words.len || (*words.p != '`' && *words.p != '~'))
		return 0;
	n = scan_run(words, 0, *words.p);
	if (n < FENCE_MIN || (*words.p == '`' && str_find_ch(words, '`', n) != STR_NONE))
		return 0;
	*c = *words.p;
	return n;
}

static bool closes_fence(struct str line, char c, size_t n)
{
	struct str words = str_sub(line, split_marks(line), line.len);
	size_t len = scan_run(words, 0, c);

	return len >= n && !str_trim(str_sub(words, len, words.len)).len;
}

/* Move over a fence that opens on this line, through the line that closes it. */
bool scan_fence(struct scan *sc)
{
	size_t n = scan_fence_run(scan_line(sc->s, sc->at), &sc->fence);

	if (!n)
		return false;
	while ((sc->at = scan_line_end(sc->s, sc->at)) < sc->s.len)
		if (closes_fence(scan_line(sc->s, ++sc->at), sc->fence, n)) {
			sc->at = scan_line_end(sc->s, sc->at);
			sc->fence = 0;
			break;
		}
	return true;
}

/* End of the code span whose `n` ticks begin at the scan's place; 0 when nothing closes it. */
size_t scan_code(struct scan *sc, size_t n)
{
	size_t end, len;

	if (sc->at >= sc->unclosed_until) {
		sc->unclosed_until = paragraph_end(sc->s, sc->at);
		sc->unclosed = 0;
	}
	if (n > TICKS_MAX || sc->unclosed & 1u << (n - 1))
		return 0;
	end = sc->unclosed_until;
	for (size_t i = sc->at + n; (i = str_find_ch(sc->s, '`', i)) < end; i += len) {
		len = scan_run(sc->s, i, '`');
		if (len == n)
			return i + len;
	}
	sc->unclosed |= 1u << (n - 1);
	return 0;
}

bool scan_is_word(struct str s, size_t at)
{
	uint32_t cp;

	return at < s.len && ((unsigned char)s.p[at] >= 0x80 || (utf8_decode(s, at, &cp) && utf8_is_word(cp)));
}

bool scan_is_space(struct str s, size_t at)
{
	return at >= s.len || strchr(" \t\n", s.p[at]);
}
