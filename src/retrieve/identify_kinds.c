/*
 * One function a kind: does this piece have its form, and what is its normal
 * form? The table at the end has the order; the first that fits wins.
 */
#include <arpa/inet.h>
#include <string.h>

#include "identify_internal.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_alpha(char c)
{
	return is_upper(c) || is_lower(c);
}

static bool is_alnum(char c)
{
	return is_alpha(c) || is_digit(c);
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool all(struct str s, bool (*is)(char c))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.p[i]))
			return false;
	return s.len > 0;
}

static bool any(struct str s, bool (*is)(char c))
{
	for (size_t i = 0; i < s.len; i++)
		if (is(s.p[i]))
			return true;
	return false;
}

/* All bytes are letters, digits or of `more`. */
static bool consists(struct str s, const char *more)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.p[i]) && !strchr(more, s.p[i]))
			return false;
	return s.len > 0;
}

static void add_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_ch(out, is_upper(s.p[i]) ? (char)(s.p[i] + 32) : s.p[i]);
}

static void add_upper(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_ch(out, is_lower(s.p[i]) ? (char)(s.p[i] - 32) : s.p[i]);
}

/* Whether a list of words between spaces holds `word`, without case. */
static bool listed(const char *list, struct str word)
{
	size_t at = 0;
	struct str l = str_c(list);

	if (!word.len)
		return false;
	while ((at = str_find_nocase(l, word, at)) != STR_NONE) {
		if (l.p[at - 1] == ' ' && l.p[at + word.len] == ' ')
			return true;
		at++;
	}
	return false;
}

/* --- hosts and addresses */

/* Generic domains people meet, and the countries. */
static const char tlds[] =
	" com net org info biz edu gov mil int arpa name pro mobi asia aero coop museum jobs travel onion top xyz site online "
	"club shop live tech store space website fun icu app dev cloud link click win bid loan work download stream party "
	"review trade date host press rest monster cyou buzz vip ltd group world today life news blog page email agency "
	"company services solutions systems network support zone team tools plus media studio digital center "
	"ac ad ae af ag ai al am ao ar at au az ba bd be bg bh bo br by bz ca cc cd cf ch ci cl cm cn co cr cu cy cz de dk do dz "
	"ec ee eg es et eu fi fm fr ga ge gh gq gr gt hk hn hr hu id ie il im in io iq ir is it je jm jo jp ke kg kh kr kw kz "
	"la lb li lk lt lu lv ly ma mc md me mg mk ml mm mn mo mt mu mx my mz na ng ni nl no np nz om pa pe ph pk pl ps pt py qa "
	"ro rs ru rw sa sc sd se sg si sk sl sn so st su sv sy th tj tk tm tn to tr tv tw tz ua ug uk us uy uz va ve vn vu ws ye za "
	"zm zw ";

static bool is_label(struct str s)
{
	return s.len <= 63 && consists(s, "-_") && s.p[0] != '-' && s.p[s.len - 1] != '-';
}

/* Labels with dots between and a last one of letters. */
static bool is_host(struct str s, bool any_tld)
{
	struct str rest = s, label = STR_EMPTY;
	size_t n = 0;

	if (!any(s, is_alpha))
		return false;
	for (; rest.p; n++) {
		label = str_cut(&rest, '.');
		if (!is_label(label))
			return false;
	}
	if (n < 2 || label.len < 2 || !all(label, is_alpha))
		return false;
	return any_tld || ((all(label, is_lower) || all(label, is_upper)) && listed(tlds, label));
}

/* Without ":443". */
static struct str without_port(struct str s)
{
	size_t at = str_find_ch(s, ':', 0);

	return at != STR_NONE && all(str_sub(s, at + 1, s.len), is_digit) ? str_sub(s, 0, at) : s;
}

static bool domain(const struct piece *p, struct buf *out)
{
	struct str s = without_port(p->s);

	if (!is_host(s, p->was_fanged) || listed(" asp.net vb.net ado.net ml.net ", s))
		return false;
	add_lower(out, s);
	return true;
}

static bool url(const struct piece *p, struct buf *out)
{
	size_t at = str_find(p->s, STR("://"), 0), host;

	if (at == STR_NONE ||
		!listed(" http https ftp ftps sftp ssh ldap ldaps file smb tcp udp ws wss rtsp irc socks5 ", str_sub(p->s, 0, at)))
		return false;
	for (host = at + 3; host < p->s.len && !strchr("/?#", p->s.p[host]); host++)
		;
	if (host == at + 3 && !str_is_nocase(str_sub(p->s, 0, at), "file"))
		return false;
	add_lower(out, str_sub(p->s, 0, host));
	buf_str(out, str_sub(p->s, host, p->s.len));
	return true;
}

static bool email(const struct piece *p, struct buf *out)
{
	size_t at = str_find_ch(p->s, '@', 0);

	if (at == STR_NONE || !consists(str_sub(p->s, 0, at), ".%+_-") || !is_host(str_sub(p->s, at + 1, p->s.len), true))
		return false;
	add_lower(out, p->s);
	return true;
}

/* "192.168.0.1", "10.0.0.0/8", "10.0.0.1:8080". Not 010.1.1.1, not 1.2.3.4.5, not what follows "version". */
static bool ipv4(const struct piece *p, struct buf *out)
{
	struct str rest = p->s;
	int octets = 0, tail = 65535;
	char end = '\0';

	if (!is_digit(rest.p[0]) || rest.p[0] == '0' ||
		(!p->was_fanged && listed(" version versions ver ver. v v. release build firmware section chapter ", p->before)))
		return false;
	for (size_t i = 0; octets < 5; octets++) {
		size_t from = i;
		int value = 0, max = octets < 4 ? 255 : tail;

		while (i < rest.len && is_digit(rest.p[i]) && i - from < 5)
			value = value * 10 + (rest.p[i++] - '0');
		if (i == from || value > max || (i - from > 1 && rest.p[from] == '0'))
			return false;
		if (i == rest.len)
			break;
		end = rest.p[i++];
		if (octets < 3 ? end != '.' : octets > 3 || (end != ':' && end != '/'))
			return false;
		tail = end == '/' ? 32 : 65535;
	}
	if (octets < 3)
		return false;
	buf_str(out, p->s);
	return true;
}

static bool ipv6(const struct piece *p, struct buf *out)
{
	struct str s = str_sub(p->s, 0, str_find_ch(p->s, '/', 0));
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (s.len < 4 || s.len >= sizeof(text) || str_find_ch(s, ':', 0) == STR_NONE || !any(s, is_digit))
		return false;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	if (inet_pton(AF_INET6, text, bytes) != 1 || !inet_ntop(AF_INET6, bytes, text, sizeof(text)))
		return false;
	buf_c(out, text);
	buf_str(out, str_sub(p->s, s.len, p->s.len));
	return true;
}

static bool mac(const struct piece *p, struct buf *out)
{
	char sep = p->s.len == 17 ? p->s.p[2] : '\0';

	if (sep != ':' && sep != '-')
		return false;
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? p->s.p[i] != sep : !is_hex(p->s.p[i]))
			return false;
	for (size_t i = 0; i < 17; i++)
		add_lower(out, i % 3 == 2 ? STR(":") : str_sub(p->s, i, i + 1));
	return true;
}

/* --- numbers of lists that others keep */

/* `digits` digits at `at`; returns what follows, or NULL. */
static const char *digits_at(struct str s, size_t at, size_t least, size_t most)
{
	size_t n = 0;

	while (at + n < s.len && is_digit(s.p[at + n]))
		n++;
	return n >= least && n <= most ? s.p + at + n : NULL;
}

static bool cve(const struct piece *p, struct buf *out)
{
	if (p->s.len < 13 || !str_is_nocase(str_sub(p->s, 0, 4), "cve-") || !digits_at(p->s, 4, 4, 4) || p->s.p[8] != '-' ||
		digits_at(p->s, 9, 4, 8) != p->s.p + p->s.len)
		return false;
	add_upper(out, p->s);
	return true;
}

/* Letters and four digits; techniques may have a part, ".012". All numbers given so far begin with 0 or 1. */
static bool attack(const struct piece *p, struct buf *out)
{
	size_t letters = 0;
	struct str s = p->s;

	while (letters < s.len && is_alpha(s.p[letters]))
		letters++;
	if (!listed(" t ta g s m c ds ", str_sub(s, 0, letters)) || s.len < letters + 4 || s.p[letters] > '1')
		return false;
	if (digits_at(s, letters, 4, 4) != s.p + s.len &&
		!(letters == 1 && (s.p[0] == 'T' || s.p[0] == 't') && s.len == 9 && digits_at(s, 1, 4, 4) && s.p[5] == '.' &&
			digits_at(s, 6, 3, 3)))
		return false;
	add_upper(out, s);
	return true;
}

static bool hash(const struct piece *p, struct buf *out)
{
	if ((p->s.len != 32 && p->s.len != 40 && p->s.len != 64 && p->s.len != 128) || !all(p->s, is_hex) ||
		!any(p->s, is_digit) || !any(p->s, is_alpha))
		return false;
	add_lower(out, p->s);
	return true;
}

static const struct { struct str lead; const char *as; struct str first; } leads[] = {
	{ STR("RFC"), "RFC", { "", 0 } },
	{ STR("BCP"), "BCP", { "", 0 } },
	{ STR("FIPS"), "FIPS", { "", 0 } },
	{ STR("ISO"), "ISO", { "", 0 } },
	{ STR("ISO/IEC"), "ISO", { "", 0 } },
	{ STR("IEC"), "IEC", { "", 0 } },
	{ STR("SP"), "SP", STR("800-") },
	{ STR("SP"), "SP", STR("1800-") },
	{ STR("SP"), "SP", STR("500-") },
};

bool identify_is_lead(struct str word)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++)
		if (str_eq(word, leads[i].lead))
			return true;
	return false;
}

static bool standard(const struct piece *p, struct buf *out)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++) {
		struct str number = str_sub(p->s, leads[i].lead.len, p->s.len);

		if (!str_eq_nocase(str_sub(p->s, 0, leads[i].lead.len), leads[i].lead))
			continue;
		if (number.len && number.p[0] == '-')
			number = str_sub(number, 1, number.len);
		if (number.len < 2 || !is_digit(number.p[0]) || !consists(number, "-.:") || !str_starts(number, leads[i].first))
			continue;
		buf_c(out, leads[i].as);
		add_lower(out, number);
		return true;
	}
	return false;
}

/* --- files, keys, code */

static const char extensions[] =
	" exe dll sys bat cmd ps1 psm1 vbs vbe js jse wsf hta lnk scr cpl ocx drv msi msu cab inf reg pif chm "
	"doc docx docm dot dotm xls xlsx xlsm xlsb xll ppt pptx pptm pps rtf pdf odt ods odp csv tsv txt md rst tex bib log "
	"zip rar 7z tar gz tgz bz2 xz zst iso img vhd vhdx jar war apk ipa dmg pkg deb rpm "
	"py pyc pyw sh bash pl rb php asp aspx ashx jsp jspx html htm xhtml mht xml xsl xsd json jsonl yaml yml toml ini cfg conf "
	"c h cc cpp cxx hpp cs go rs java class swift kt ts tsx lua sql sqlite db bin dat tmp bak old elf so ko dylib mp3 mp4 "
	"mov avi png jpg jpeg gif bmp ico svg webp tif tiff eml msg pst ost pem crt cer key pfx p12 pcap pcapng evtx yar yara swf "
	"torrent epub mobi ";

static bool file(const struct piece *p, struct buf *out)
{
	size_t dot = p->s.len;
	struct str ext;

	while (dot && p->s.p[dot - 1] != '.')
		dot--;
	ext = str_sub(p->s, dot, p->s.len);
	if (dot < 2 || !consists(p->s, "._-+~$%") || !any(str_sub(p->s, 0, dot - 1), is_alnum) || p->was_fanged ||
		str_find(p->s, STR(".."), 0) != STR_NONE || str_eq_nocase(str_sub(p->s, 0, 4), STR("www.")))
		return false;
	if (any(ext, is_lower) && any(ext, is_upper))
		return false;
	if (!listed(extensions, ext))
		return false;
	add_lower(out, p->s);
	return true;
}

static bool registry(const struct piece *p, struct buf *out)
{
	size_t at = str_find_ch(p->s, '\\', 0);

	if (at == STR_NONE || at + 1 == p->s.len ||
		!listed(" HKLM HKCU HKCR HKU HKCC HKLM: HKCU: HKEY_LOCAL_MACHINE HKEY_CURRENT_USER HKEY_CLASSES_ROOT HKEY_USERS "
			"HKEY_CURRENT_CONFIG ", str_sub(p->s, 0, at)))
		return false;
	add_upper(out, str_sub(p->s, 0, at - (p->s.p[at - 1] == ':')));
	buf_str(out, str_sub(p->s, at, p->s.len));
	return true;
}

static size_t count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

/* C:\x, \\server\share, %TEMP%\x; /etc/passwd, ~/.ssh/id. One name between slashes is emphasis: "/static/". */
static bool path(const struct piece *p, struct buf *out)
{
	struct str s = p->s;
	bool is_windows = (s.len > 3 && is_alpha(s.p[0]) && s.p[1] == ':' && s.p[2] == '\\') ||
		(s.len > 4 && s.p[0] == '\\' && s.p[1] == '\\' && is_alnum(s.p[2]) && str_find_ch(s, '\\', 3) != STR_NONE) ||
		(s.p[0] == '%' && str_find(s, STR("%\\"), 1) != STR_NONE);
	bool is_unix = s.len > 4 && ((s.p[0] == '/' && s.p[1] != '/') || (s.p[0] == '~' && s.p[1] == '/')) &&
		count(str_sub(s, 0, s.len - 1), '/') >= 2 && consists(s, "/._-~+$@%") && any(s, is_alpha);

	if (!is_windows && !is_unix)
		return false;
	buf_str(out, s);
	return true;
}

/* 0x80070005; ERR_CONNECTION_RESET. */
static bool error_code(const struct piece *p, struct buf *out)
{
	struct str s = p->s;

	if (s.len >= 6 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X') && all(str_sub(s, 2, s.len), is_hex)) {
		add_lower(out, s);
		return true;
	}
	if (s.len < 6 || !is_upper(s.p[0]) || any(s, is_lower) || str_find_ch(s, '_', 1) == STR_NONE || !consists(s, "_"))
		return false;
	buf_str(out, s);
	return true;
}

/* Capitals after small letters: two make CreateProcess a name. */
static size_t humps(struct str s)
{
	size_t n = 0;

	for (size_t i = 1; i < s.len; i++)
		n += is_upper(s.p[i]) && is_lower(s.p[i - 1]);
	return n;
}

/* What the words of the index would take apart: CWE-79, MS17-010, snake_case; and long names people know in part. */
static bool code(const struct piece *p, struct buf *out)
{
	struct str s = p->s;
	bool has_number = is_alpha(s.p[0]) && any(s, is_digit) && !any(s, is_lower) && str_find_ch(s, '-', 1) != STR_NONE;
	bool is_snake = str_find_ch(s, '_', 1) != STR_NONE && any(s, is_alpha);
	bool is_bulletin = s.len >= 8 && str_starts(s, STR("KB")) && all(str_sub(s, 2, s.len), is_digit);
	bool is_camel = s.len >= 10 && all(s, is_alnum) && humps(s) >= 2;

	if (s.len < 5 || !consists(s, "-_") || str_starts(s, STR("CVE-")) || !(has_number || is_snake || is_bulletin || is_camel))
		return false;
	buf_str(out, s);
	return true;
}

/* What a piece must hold to be worth a look, by kind. */
enum {
	HAS_DIGIT = 1, HAS_DOT = 2, HAS_COLON = 4, HAS_AT = 8, HAS_SLASH = 16, HAS_BACKSLASH = 32, HAS_UNDERSCORE = 64,
	HAS_HYPHEN = 128, HAS_ALPHA = 256, HAS_UPPER = 512,
};

static unsigned held(struct str s)
{
	unsigned mask = 0;

	for (size_t i = 0; i < s.len; i++) {
		static const char odd[] = ".:@/\\_-";
		static const unsigned of_odd[] = { HAS_DOT, HAS_COLON, HAS_AT, HAS_SLASH, HAS_BACKSLASH, HAS_UNDERSCORE,
			HAS_HYPHEN };
		const char *at;

		if (is_lower(s.p[i]))
			mask |= HAS_ALPHA;
		else if (is_upper(s.p[i]))
			mask |= HAS_ALPHA | HAS_UPPER;
		else if (is_digit(s.p[i]))
			mask |= HAS_DIGIT;
		else if (s.p[i] && (at = strchr(odd, s.p[i])))
			mask |= of_odd[at - odd];
	}
	return mask;
}

static const struct {
	enum identify_kind kind;
	unsigned needs;
	bool (*fits)(const struct piece *p, struct buf *out);
} kinds[] = {
	{ IDENT_URL, HAS_COLON | HAS_SLASH, url },
	{ IDENT_EMAIL, HAS_AT | HAS_DOT, email },
	{ IDENT_CVE, HAS_DIGIT | HAS_HYPHEN, cve },
	{ IDENT_ATTACK, HAS_DIGIT | HAS_ALPHA, attack },
	{ IDENT_HASH, HAS_DIGIT | HAS_ALPHA, hash },
	{ IDENT_IPV4, HAS_DIGIT | HAS_DOT, ipv4 },
	{ IDENT_MAC, 0, mac },
	{ IDENT_IPV6, HAS_DIGIT | HAS_COLON, ipv6 },
	{ IDENT_REGISTRY, HAS_BACKSLASH, registry },
	{ IDENT_PATH, 0, path },
	{ IDENT_FILE, HAS_DOT | HAS_ALPHA, file },
	{ IDENT_DOMAIN, HAS_DOT | HAS_ALPHA, domain },
	{ IDENT_STANDARD, HAS_DIGIT | HAS_ALPHA, standard },
	{ IDENT_ERROR, 0, error_code },
	{ IDENT_CODE, HAS_ALPHA, code },
};

const char *identify_kind_name(enum identify_kind kind)
{
	static const char *const names[IDENTIFY_KIND_COUNT] = {
#define X(k, name) [k] = name,
		IDENTIFY_KINDS(X)
#undef X
	};

	return names[kind];
}

bool identify_piece(const struct piece *p, enum identify_kind *kind, struct buf *out)
{
	unsigned has = held(p->s);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if ((has & kinds[i].needs) != kinds[i].needs)
			continue;
		buf_reset(out);
		if (kinds[i].fits(p, out)) {
			*kind = kinds[i].kind;
			return true;
		}
	}
	return false;
}
