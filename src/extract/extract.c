#include "ibid/extract/extract.h"

#include <string.h>

#include "ibid/extract/charset.h"

/* What people drop into a library by mistake. Offset, magic bytes, type. */
static const struct {
	size_t at;
	struct {
		const char *p;
		size_t len;
	} magic;
	const char *mime;
} binaries[] = {
	{ 0, { "\x7F" "ELF", 4 }, "application/x-executable" },
	{ 0, { "MZ", 2 }, "application/x-msdownload" },
	{ 0, { "\x89PNG", 4 }, "image/png" },
	{ 0, { "\xFF\xD8\xFF", 3 }, "image/jpeg" },
	{ 0, { "GIF8", 4 }, "image/gif" },
	{ 0, { "II*\0", 4 }, "image/tiff" },
	{ 0, { "MM\0*", 4 }, "image/tiff" },
	{ 8, { "WEBP", 4 }, "image/webp" },
	{ 0, { "\x1F\x8B", 2 }, "application/gzip" },
	{ 0, { "BZh", 3 }, "application/x-bzip2" },
	{ 0, { "\xFD" "7zXZ", 5 }, "application/x-xz" },
	{ 0, { "\x28\xB5\x2F\xFD", 4 }, "application/zstd" },
	{ 0, { "7z\xBC\xAF", 4 }, "application/x-7z-compressed" },
	{ 0, { "Rar!", 4 }, "application/vnd.rar" },
	{ 0, { "PK\3\4", 4 }, "application/zip" },
	{ 0, { "PK\5\6", 4 }, "application/zip" },
	{ 257, { "ustar", 5 }, "application/x-tar" },
	{ 0, { "\xD0\xCF\x11\xE0", 4 }, "application/x-ole-storage: an old or an encrypted Office document" },
	{ 0, { "SQLite format 3", 15 }, "application/vnd.sqlite3" },
	{ 0, { "%PDF-", 5 }, "application/pdf" },
	{ 0, { "{\\rtf", 5 }, "application/rtf" },
	{ 0, { "%!PS", 4 }, "application/postscript" },
	{ 0, { "ID3", 3 }, "audio/mpeg" },
	{ 0, { "OggS", 4 }, "application/ogg" },
	{ 0, { "fLaC", 4 }, "audio/flac" },
	{ 8, { "WAVE", 4 }, "audio/wav" },
	{ 4, { "ftyp", 4 }, "video/mp4" },
	{ 0, { "\x1A\x45\xDF\xA3", 4 }, "video/x-matroska" },
	{ 0, { "\xCA\xFE\xBA\xBE", 4 }, "application/x-java-applet" },
	{ 0, { "\0asm", 4 }, "application/wasm" },
	{ 0, { "wOFF", 4 }, "font/woff" },
	{ 60, { "BOOKMOBI", 8 }, "application/x-mobipocket-ebook" },
};

/* Bytes looked at to tell text from data. */
#define SNIFF_MAX ((size_t)64 << 10)

static bool is_in(const char *const *list, struct str s)
{
	for (; list && *list; list++)
		if (str_is_nocase(s, *list))
			return true;
	return false;
}

static const char *binary_type(struct str bytes)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]); i++) {
		size_t at = binaries[i].at, len = binaries[i].magic.len;

		if (bytes.len >= at + len && !memcmp(bytes.p + at, binaries[i].magic.p, len))
			return binaries[i].mime;
	}
	return NULL;
}

/*
 * NUL is in no text but UTF-16 and UTF-32. A few other control characters occur
 * in logs and teletype output; more than one in twenty bytes are data.
 */
static bool is_data(struct str bytes)
{
	size_t controls = 0, nuls = 0;
	struct str head = str_sub(bytes, 0, SNIFF_MAX);
	uint64_t invalid = 0;
	SCOPED(buf) own = BUF_INIT;

	if (charset_decode_wide(head, &own, &invalid))
		head = buf_view(&own);
	for (size_t i = 0; i < head.len; i++) {
		unsigned char c = (unsigned char)head.p[i];

		nuls += !c;
		controls += (c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1B) || c == 0x7F;
	}
	return nuls * 1000 > head.len || controls * 20 > head.len || invalid * 10 > head.len;
}

static const struct extract_ops *by_content(const struct extract_ops *const *formats, struct str bytes)
{
	for (; *formats; formats++)
		if ((*formats)->is_it && (*formats)->is_it(bytes))
			return *formats;
	return NULL;
}

/*
 * A server knows better than the end of a URL, but "text/plain" is what servers
 * say of all they do not know. A name that promises what only content can tell
 * (a.docx) is not believed: the last row, text, is what is left.
 */
static const struct extract_ops *by_name(const struct extract_ops *const *formats, const struct extract_input *in)
{
	struct str rest = in->mime, type = str_trim(str_cut(&rest, ';'));
	const struct extract_ops *by_ext = NULL, *by_mime = NULL, *last = NULL;

	for (; *formats; formats++) {
		last = *formats;
		if (is_in(last->exts, in->ext))
			by_ext = last;
		if (is_in(last->mimes, type) && formats[1])
			by_mime = last;
	}
	if (by_mime && by_mime->is_named)
		return by_mime;
	return by_ext && by_ext->is_named ? by_ext : last;
}

const struct extract_ops *extract_format(const struct extract_ops *const *formats, const struct extract_input *in,
	struct err *err)
{
	const struct extract_ops *ops = by_content(formats, in->bytes);
	const char *binary = binary_type(in->bytes);

	if (!in->bytes.len) {
		err_set(err, ERR_DATA, "is empty");
		return NULL;
	}
	if (ops)
		return ops;
	if (binary || is_data(in->bytes)) {
		err_set(err, ERR_KIND, "looks like binary data (%s)", binary ? binary : "application/octet-stream");
		return NULL;
	}
	return by_name(formats, in);
}

enum err_code extract_run(const struct extract_ops *const *formats, const struct extract_input *in, struct writer *w,
	struct err *err)
{
	struct err own = ERR_INIT;
	const struct extract_ops *ops;

	err = err ? err : &own;
	ops = extract_format(formats, in, err);
	if (ops) {
		writer_hello(w, ops->name, ops->extractor, ops->mime);
		if (ops->run(in, w, err) == OK) {
			writer_end(w);
			return OK;
		}
	}
	writer_fail(w, err);
	return err->code;
}
