/*
 * LaTeX's math as plain Unicode: readable beside prose, not typeset. Commands
 * become the character they name, scripts the raised or lowered letters Unicode
 * has, fractions a slash. One pass that descends into groups; what has no
 * likeness stays as it is written, so nothing is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "ibid/base/utf8.h"
#include "render/render_internal.h"

/* Groups inside each other; what is nested deeper stays as written. */
#define DEPTH_MAX 16

/* Sorted by strcmp. */
/* clang-format off */
static const struct symbol {
	const char *name, *text;
} symbols[] = {
	{ "Alpha", "Α" }, { "Beta", "Β" }, { "Chi", "Χ" }, { "Delta", "Δ" }, { "Epsilon", "Ε" }, { "Eta", "Η" },
	{ "Gamma", "Γ" }, { "Im", "ℑ" }, { "Iota", "Ι" }, { "Kappa", "Κ" }, { "Lambda", "Λ" },
	{ "Leftarrow", "⇐" }, { "Leftrightarrow", "⇔" }, { "Longleftarrow", "⟸" }, { "Longleftrightarrow", "⟺" },
	{ "Longrightarrow", "⟹" }, { "Mu", "Μ" }, { "Nu", "Ν" }, { "Omega", "Ω" }, { "Phi", "Φ" }, { "Pi", "Π" },
	{ "Pr", "Pr" }, { "Psi", "Ψ" }, { "Re", "ℜ" }, { "Rho", "Ρ" }, { "Rightarrow", "⇒" }, { "Sigma", "Σ" },
	{ "Tau", "Τ" }, { "Theta", "Θ" }, { "Uparrow", "⇑" }, { "Upsilon", "Υ" }, { "Vert", "‖" }, { "Xi", "Ξ" },
	{ "Zeta", "Ζ" }, { "aleph", "ℵ" }, { "alpha", "α" }, { "amalg", "⨿" }, { "angle", "∠" }, { "approx", "≈" },
	{ "arccos", "arccos" }, { "arcsin", "arcsin" }, { "arctan", "arctan" }, { "arg", "arg" },
	{ "argmax", "arg max" }, { "argmin", "arg min" }, { "ast", "∗" }, { "asymp", "≍" }, { "backslash", "\\" },
	{ "because", "∵" }, { "beta", "β" }, { "beth", "ℶ" }, { "bigcap", "⋂" }, { "bigcup", "⋃" },
	{ "bigoplus", "⨁" }, { "bigotimes", "⨂" }, { "bigvee", "⋁" }, { "bigwedge", "⋀" }, { "bot", "⊥" },
	{ "bowtie", "⋈" }, { "bullet", "•" }, { "cap", "∩" }, { "cdot", "·" }, { "cdots", "⋯" }, { "chi", "χ" },
	{ "circ", "∘" }, { "colon", ":" }, { "complement", "∁" }, { "cong", "≅" }, { "coprod", "∐" }, { "cos", "cos" },
	{ "cosh", "cosh" }, { "cot", "cot" }, { "csc", "csc" }, { "cup", "∪" }, { "dagger", "†" }, { "ddots", "⋱" },
	{ "deg", "deg" }, { "delta", "δ" }, { "det", "det" }, { "diamond", "⋄" }, { "dim", "dim" }, { "div", "÷" },
	{ "dot", "˙" }, { "doteq", "≐" }, { "dots", "…" }, { "downarrow", "↓" }, { "ell", "ℓ" }, { "emptyset", "∅" },
	{ "epsilon", "ε" }, { "equiv", "≡" }, { "eta", "η" }, { "eth", "ð" }, { "exists", "∃" }, { "exp", "exp" },
	{ "fallingdotseq", "≒" }, { "flat", "♭" }, { "forall", "∀" }, { "gamma", "γ" }, { "gcd", "gcd" },
	{ "ge", "≥" }, { "geq", "≥" }, { "geqslant", "⩾" }, { "gets", "←" }, { "gg", "≫" }, { "gtrsim", "≳" },
	{ "hbar", "ℏ" }, { "hookrightarrow", "↪" }, { "iff", "⟺" }, { "iiint", "∭" }, { "iint", "∬" },
	{ "imath", "ı" }, { "implies", "⟹" }, { "in", "∈" }, { "inf", "inf" }, { "infty", "∞" }, { "int", "∫" },
	{ "iota", "ι" }, { "jmath", "ȷ" }, { "kappa", "κ" }, { "ker", "ker" }, { "lVert", "‖" }, { "lambda", "λ" },
	{ "land", "∧" }, { "langle", "⟨" }, { "lbrace", "{" }, { "lceil", "⌈" }, { "ldots", "…" }, { "le", "≤" },
	{ "leftarrow", "←" }, { "leftrightarrow", "↔" }, { "leq", "≤" }, { "leqslant", "⩽" }, { "lesssim", "≲" },
	{ "lfloor", "⌊" }, { "lim", "lim" }, { "liminf", "lim inf" }, { "limsup", "lim sup" }, { "ll", "≪" },
	{ "ln", "ln" }, { "lnot", "¬" }, { "log", "log" }, { "longleftarrow", "⟵" }, { "longmapsto", "⟼" },
	{ "longrightarrow", "⟶" }, { "lor", "∨" }, { "lvert", "|" }, { "mapsto", "↦" }, { "max", "max" },
	{ "measuredangle", "∡" }, { "mid", "∣" }, { "min", "min" }, { "models", "⊨" }, { "mp", "∓" }, { "mu", "μ" },
	{ "nabla", "∇" }, { "natural", "♮" }, { "ne", "≠" }, { "neg", "¬" }, { "neq", "≠" }, { "nexists", "∄" },
	{ "ni", "∋" }, { "nmid", "∤" }, { "notin", "∉" }, { "nsubseteq", "⊈" }, { "nu", "ν" },
	{ "odot", "⊙" }, { "oint", "∮" }, { "omega", "ω" }, { "omicron", "ο" }, { "ominus", "⊖" }, { "oplus", "⊕" },
	{ "oslash", "⊘" }, { "otimes", "⊗" }, { "parallel", "∥" }, { "partial", "∂" }, { "perp", "⊥" }, { "phi", "φ" },
	{ "pi", "π" }, { "pm", "±" }, { "pmod", "mod " }, { "prec", "≺" }, { "preceq", "⪯" }, { "prime", "′" },
	{ "prod", "∏" }, { "propto", "∝" }, { "psi", "ψ" }, { "qquad", "    " }, { "quad", "  " }, { "rVert", "‖" },
	{ "rangle", "⟩" }, { "rbrace", "}" }, { "rceil", "⌉" }, { "rfloor", "⌋" }, { "rho", "ρ" },
	{ "rightarrow", "→" }, { "rightharpoonup", "⇀" }, { "rightleftharpoons", "⇌" }, { "rvert", "|" },
	{ "sec", "sec" }, { "setminus", "∖" }, { "sharp", "♯" }, { "sigma", "σ" }, { "sim", "∼" }, { "simeq", "≃" },
	{ "sin", "sin" }, { "sinh", "sinh" }, { "sqcap", "⊓" }, { "sqcup", "⊔" }, { "square", "□" }, { "star", "⋆" },
	{ "subset", "⊂" }, { "subseteq", "⊆" }, { "subsetneq", "⊊" }, { "succ", "≻" }, { "succeq", "⪰" },
	{ "sum", "∑" }, { "sup", "sup" }, { "supset", "⊃" }, { "supseteq", "⊇" }, { "tan", "tan" }, { "tanh", "tanh" },
	{ "tau", "τ" }, { "therefore", "∴" }, { "theta", "θ" }, { "times", "×" }, { "to", "→" }, { "top", "⊤" },
	{ "triangle", "△" }, { "uparrow", "↑" }, { "updownarrow", "↕" }, { "upsilon", "υ" }, { "varepsilon", "ε" },
	{ "varkappa", "ϰ" }, { "varnothing", "∅" }, { "varphi", "φ" }, { "varpi", "ϖ" }, { "varrho", "ϱ" },
	{ "varsigma", "ς" }, { "vartheta", "ϑ" }, { "vdash", "⊢" }, { "vdots", "⋮" }, { "vee", "∨" }, { "vert", "|" },
	{ "wedge", "∧" }, { "wp", "℘" }, { "xi", "ξ" }, { "zeta", "ζ" },
};

/* Characters behind a backslash. */
static const struct symbol signs[] = {
	{ " ", " " }, { "!", "" }, { "#", "#" }, { "$", "$" }, { "%", "%" }, { "&", "&" }, { ",", " " }, { ":", " " },
	{ ";", " " }, { "_", "_" }, { "{", "{" }, { "|", "‖" }, { "}", "}" },
};

/* Raised and lowered forms; "" where Unicode has none. */
static const struct script {
	const char *plain, *raised, *lowered;
} scripts[] = {
	{ "0", "⁰", "₀" }, { "1", "¹", "₁" }, { "2", "²", "₂" }, { "3", "³", "₃" }, { "4", "⁴", "₄" }, { "5", "⁵", "₅" },
	{ "6", "⁶", "₆" }, { "7", "⁷", "₇" }, { "8", "⁸", "₈" }, { "9", "⁹", "₉" }, { "+", "⁺", "₊" }, { "-", "⁻", "₋" },
	{ "=", "⁼", "₌" }, { "(", "⁽", "₍" }, { ")", "⁾", "₎" }, { "′", "′", "" }, { "∘", "°", "" }, { "*", "*", "" },
	{ "∗", "*", "" }, { "†", "†", "" }, { "a", "ᵃ", "ₐ" }, { "b", "ᵇ", "" }, { "c", "ᶜ", "" }, { "d", "ᵈ", "" },
	{ "e", "ᵉ", "ₑ" }, { "f", "ᶠ", "" }, { "g", "ᵍ", "" }, { "h", "ʰ", "ₕ" }, { "i", "ⁱ", "ᵢ" }, { "j", "ʲ", "ⱼ" },
	{ "k", "ᵏ", "ₖ" }, { "l", "ˡ", "ₗ" }, { "m", "ᵐ", "ₘ" }, { "n", "ⁿ", "ₙ" }, { "o", "ᵒ", "ₒ" }, { "p", "ᵖ", "ₚ" },
	{ "r", "ʳ", "ᵣ" }, { "s", "ˢ", "ₛ" }, { "t", "ᵗ", "ₜ" }, { "u", "ᵘ", "ᵤ" }, { "v", "ᵛ", "ᵥ" }, { "w", "ʷ", "" },
	{ "x", "ˣ", "ₓ" }, { "y", "ʸ", "" }, { "z", "ᶻ", "" }, { "A", "ᴬ", "" }, { "B", "ᴮ", "" }, { "D", "ᴰ", "" },
	{ "E", "ᴱ", "" }, { "G", "ᴳ", "" }, { "H", "ᴴ", "" }, { "I", "ᴵ", "" }, { "J", "ᴶ", "" }, { "K", "ᴷ", "" },
	{ "L", "ᴸ", "" }, { "M", "ᴹ", "" }, { "N", "ᴺ", "" }, { "O", "ᴼ", "" }, { "P", "ᴾ", "" }, { "R", "ᴿ", "" },
	{ "T", "ᵀ", "" }, { "U", "ᵁ", "" }, { "W", "ᵂ", "" }, { "β", "ᵝ", "ᵦ" }, { "γ", "ᵞ", "ᵧ" }, { "δ", "ᵟ", "" },
	{ "θ", "ᶿ", "" }, { "ρ", "", "ᵨ" }, { "φ", "ᵠ", "ᵩ" }, { "χ", "ᵡ", "ᵪ" },
};

/* \mathbb and \mathcal: the letters Unicode had before its block of mathematical ones, which many fonts lack. */
static const struct symbol doubled[] = {
	{ "C", "ℂ" }, { "H", "ℍ" }, { "N", "ℕ" }, { "P", "ℙ" }, { "Q", "ℚ" }, { "R", "ℝ" }, { "Z", "ℤ" }, { "1", "𝟙" },
	{ "E", "𝔼" },
};
static const struct symbol drawn[] = {
	{ "B", "ℬ" }, { "E", "ℰ" }, { "F", "ℱ" }, { "H", "ℋ" }, { "I", "ℐ" }, { "L", "ℒ" }, { "M", "ℳ" }, { "R", "ℛ" },
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct math {
	struct str s;
	size_t at;
	unsigned depth;
	bool keeps_lines;
};

static void add_until(struct math *m, struct buf *to, char end);
static void add_atom(struct math *m, struct buf *to);

static const char *look_up(const struct symbol *table, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, table[i].name))
			return table[i].text;
	return NULL;
}

static int by_name(const void *name, const void *symbol)
{
	return str_cmp(*(const struct str *)name, str_c(((const struct symbol *)symbol)->name));
}

static const char *symbol_of(struct str name)
{
	const struct symbol *found = bsearch(&name, symbols, COUNT(symbols), sizeof(*symbols), by_name);

	return found ? found->text : NULL;
}

static void skip_blanks(struct math *m)
{
	while (m->at < m->s.len && strchr(" \t\n", m->s.p[m->at]))
		m->at++;
}

/* A group's content, or the one thing that stands there. */
static void add_argument(struct math *m, struct buf *to)
{
	skip_blanks(m);
	if (m->at < m->s.len && m->depth < DEPTH_MAX)
		add_atom(m, to);
}

/* The group that stands here, as it is written, with its braces. */
static void add_group_raw(struct math *m, struct buf *to)
{
	size_t from = m->at, open = 0;

	do {
		open += m->s.p[m->at] == '{';
		open -= m->s.p[m->at] == '}';
		m->at += m->s.p[m->at] == '\\' && m->at + 1 < m->s.len ? 2 : 1;
	} while (open && m->at < m->s.len);
	buf_str(to, str_sub(m->s, from, m->at));
}

static bool is_at(const struct math *m, char c)
{
	return m->at < m->s.len && m->s.p[m->at] == c;
}

static struct str cluster_of(struct str s, size_t at)
{
	return str_sub(s, at, utf8_next_cluster(s, at));
}

static bool is_one(struct str s)
{
	return s.len && cluster_of(s, 0).len == s.len;
}

/* --- scripts */

static const char *script_of(struct str plain, bool is_raised)
{
	for (size_t i = 0; i < COUNT(scripts); i++)
		if (str_is(plain, scripts[i].plain))
			return is_raised ? scripts[i].raised : scripts[i].lowered;
	return "";
}

/* All of it in small letters, or nothing. */
static bool add_small(struct buf *to, struct str text, bool is_raised)
{
	SCOPED(buf) small = BUF_INIT;

	for (size_t at = 0; at < text.len;) {
		struct str one = cluster_of(text, at);
		const char *form = script_of(one, is_raised);

		at += one.len;
		if (str_is(one, " "))
			continue;
		if (!*form)
			return false;
		buf_c(&small, form);
	}
	buf_str(to, buf_view(&small));
	return true;
}

static void add_script(struct math *m, struct buf *to, char mark)
{
	SCOPED(buf) text = BUF_INIT;

	add_argument(m, &text);
	if (!text.len) {
		buf_ch(to, mark);
		return;
	}
	if (add_small(to, buf_view(&text), mark == '^'))
		return;
	buf_ch(to, mark);
	if (is_one(buf_view(&text)))
		buf_str(to, buf_view(&text));
	else
		buf_fmt(to, "{%.*s}", (int)text.len, buf_cstr(&text));
}

/* --- commands with arguments */

static bool is_simple(struct str s)
{
	uint32_t cp;

	for (size_t at = 0, n; (n = utf8_decode(s, at, &cp)); at += n)
		if (cp < 0x80 && !utf8_is_word(cp) && cp != '.' && cp != '_' && cp != '^')
			return false;
	return true;
}

static void add_in_brackets(struct buf *to, struct str s)
{
	bool is_bare = is_simple(s);

	buf_c(to, is_bare ? "" : "(");
	buf_str(to, s);
	buf_c(to, is_bare ? "" : ")");
}

static void add_fraction(struct math *m, struct buf *to, const char *unused)
{
	SCOPED(buf) over = BUF_INIT;
	SCOPED(buf) under = BUF_INIT;

	(void)unused;
	add_argument(m, &over);
	add_argument(m, &under);
	add_in_brackets(to, buf_view(&over));
	buf_ch(to, '/');
	add_in_brackets(to, buf_view(&under));
}

static void add_root(struct math *m, struct buf *to, const char *unused)
{
	SCOPED(buf) degree = BUF_INIT;
	SCOPED(buf) text = BUF_INIT;

	(void)unused;
	if (is_at(m, '[')) {
		m->at++;
		add_until(m, &degree, ']');
	}
	add_argument(m, &text);
	if (str_is(buf_view(&degree), "3") || str_is(buf_view(&degree), "4"))
		buf_c(to, *degree.p == '3' ? "∛" : "∜");
	else {
		if (!add_small(to, buf_view(&degree), true))
			buf_fmt(to, "[%s]", buf_cstr(&degree));
		buf_c(to, "√");
	}
	add_in_brackets(to, buf_view(&text));
}

/* A mark over the last letter; one character where Unicode has it, because terminals draw those better. */
static void add_accent(struct math *m, struct buf *to, const char *mark)
{
	SCOPED(buf) text = BUF_INIT;
	uint32_t base = 0, over = 0, both;

	add_argument(m, &text);
	utf8_decode(str_c(mark), 0, &over);
	both = utf8_decode(buf_view(&text), 0, &base) == text.len && text.len ? utf8_compose(base, over) : 0;
	if (both) {
		utf8_add(to, both);
		return;
	}
	buf_str(to, buf_view(&text));
	if (text.len)
		buf_c(to, mark);
}

/* The text between braces as it is. */
static void add_words(struct math *m, struct buf *to, const char *unused)
{
	SCOPED(buf) text = BUF_INIT;

	(void)unused;
	skip_blanks(m);
	if (!is_at(m, '{')) {
		add_argument(m, to);
		return;
	}
	add_group_raw(m, &text);
	buf_str(to, str_sub(buf_view(&text), 1, text.len - str_ends(buf_view(&text), STR("}"))));
}

static void add_same(struct math *m, struct buf *to, const char *unused)
{
	(void)unused;
	add_argument(m, to);
}

/* A delimiter follows; "." stands for none. */
static void add_delimiter(struct math *m, struct buf *to, const char *unused)
{
	(void)to;
	(void)unused;
	m->at += is_at(m, '.');
}

static void add_nothing(struct math *m, struct buf *to, const char *unused)
{
	SCOPED(buf) name = BUF_INIT;

	(void)to;
	(void)unused;
	if (is_at(m, '{'))
		add_group_raw(m, &name);
}

static void add_letter(struct math *m, struct buf *to, const struct symbol *table, size_t n)
{
	SCOPED(buf) text = BUF_INIT;
	const char *form;

	add_argument(m, &text);
	form = look_up(table, n, buf_view(&text));
	buf_str(to, form ? str_c(form) : buf_view(&text));
}

static void add_doubled(struct math *m, struct buf *to, const char *unused)
{
	(void)unused;
	add_letter(m, to, doubled, COUNT(doubled));
}

static void add_drawn(struct math *m, struct buf *to, const char *unused)
{
	(void)unused;
	add_letter(m, to, drawn, COUNT(drawn));
}

/* clang-format off */
static const struct command {
	const char *name;
	void (*add)(struct math *m, struct buf *to, const char *mark);
	const char *mark;	/* combining, for accents */
} commands[] = {
	{ "frac", add_fraction, "" }, { "dfrac", add_fraction, "" }, { "tfrac", add_fraction, "" },
	{ "cfrac", add_fraction, "" },
	{ "sqrt", add_root, "" },
	{ "hat", add_accent, "\xCC\x82" }, { "widehat", add_accent, "\xCC\x82" },
	{ "bar", add_accent, "\xCC\x84" }, { "overline", add_accent, "\xCC\x85" },
	{ "tilde", add_accent, "\xCC\x83" }, { "widetilde", add_accent, "\xCC\x83" },
	{ "dot", add_accent, "\xCC\x87" }, { "ddot", add_accent, "\xCC\x88" },
	{ "not", add_accent, "\xCC\xB8" },
	{ "vec", add_accent, "\xE2\x83\x97" }, { "underline", add_accent, "\xCC\xB2" },
	{ "text", add_words, "" }, { "textrm", add_words, "" }, { "textbf", add_words, "" }, { "textit", add_words, "" },
	{ "mbox", add_words, "" }, { "operatorname", add_words, "" }, { "mathrm", add_words, "" },
	{ "mathbf", add_same, "" }, { "mathit", add_same, "" }, { "mathsf", add_same, "" }, { "mathtt", add_same, "" },
	{ "boldsymbol", add_same, "" }, { "bm", add_same, "" }, { "boxed", add_same, "" }, { "mathop", add_same, "" },
	{ "mathbb", add_doubled, "" },
	{ "mathcal", add_drawn, "" }, { "mathscr", add_drawn, "" },
	{ "left", add_delimiter, "" }, { "right", add_delimiter, "" }, { "middle", add_delimiter, "" },
	{ "big", add_delimiter, "" }, { "Big", add_delimiter, "" }, { "bigl", add_delimiter, "" },
	{ "bigr", add_delimiter, "" }, { "Bigl", add_delimiter, "" }, { "Bigr", add_delimiter, "" },
	{ "begin", add_nothing, "" }, { "end", add_nothing, "" }, { "label", add_nothing, "" },
	{ "displaystyle", add_nothing, "" }, { "textstyle", add_nothing, "" }, { "limits", add_nothing, "" },
	{ "nonumber", add_nothing, "" },
};
/* clang-format on */

static const struct command *command_of(struct str name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (str_is(name, commands[i].name))
			return &commands[i];
	return NULL;
}

static void add_line_break(const struct math *m, struct buf *to)
{
	while (to->len && to->p[to->len - 1] == ' ')
		buf_cut(to, to->len - 1);
	buf_c(to, m->keeps_lines && !m->depth ? "\n" : "; ");
}

static void add_unknown(struct math *m, struct buf *to, struct str name)
{
	buf_ch(to, '\\');
	buf_str(to, name);
	while (is_at(m, '{'))
		add_group_raw(m, to);
}

static struct str command_name(const struct math *m)
{
	size_t end = m->at;

	while (end < m->s.len && (m->s.p[end] | 0x20) >= 'a' && (m->s.p[end] | 0x20) <= 'z')
		end++;
	return end > m->at ? str_sub(m->s, m->at, end) : cluster_of(m->s, m->at);
}

static void add_command(struct math *m, struct buf *to)
{
	struct str name = command_name(m);
	const struct command *c = command_of(name);
	const char *text = symbol_of(name);

	m->at += name.len;
	text = text ? text : look_up(signs, COUNT(signs), name);
	if (str_is(name, "\\")) {
		add_line_break(m, to);
		skip_blanks(m);
	} else if (c && m->depth < DEPTH_MAX) {
		m->depth++;
		c->add(m, to, c->mark);
		m->depth--;
	} else if (text) {
		buf_c(to, text);
	} else {
		add_unknown(m, to, name);
	}
}

static void add_blank(struct buf *to)
{
	if (to->len && !strchr(" \n", to->p[to->len - 1]))
		buf_ch(to, ' ');
}

static void add_group(struct math *m, struct buf *to)
{
	if (m->depth == DEPTH_MAX) {
		add_group_raw(m, to);
		return;
	}
	m->at++;
	m->depth++;
	add_until(m, to, '}');
	m->depth--;
}

/* Whatever stands here: a group, a command, a character. */
static void add_atom(struct math *m, struct buf *to)
{
	char c = m->s.p[m->at];
	struct str one;

	if (c == '{') {
		add_group(m, to);
		return;
	}
	one = cluster_of(m->s, m->at);
	m->at += one.len;
	if (c == '\\' && m->at < m->s.len && one.len == 1)
		add_command(m, to);
	else if ((c == '^' || c == '_') && m->depth < DEPTH_MAX) {
		m->depth++;
		add_script(m, to, c);
		m->depth--;
	} else if (c == '\'')
		buf_c(to, "′");
	else if (strchr(" \t\n~", c))
		add_blank(to);
	else if (c != '&' && c != '}')
		buf_str(to, one);
}

static void add_until(struct math *m, struct buf *to, char end)
{
	while (m->at < m->s.len) {
		if (end && m->s.p[m->at] == end) {
			m->at++;
			return;
		}
		add_atom(m, to);
	}
}

void math_add(struct buf *to, struct str latex, bool keeps_lines)
{
	struct math m = { .s = latex, .keeps_lines = keeps_lines };
	SCOPED(buf) text = BUF_INIT;

	add_until(&m, &text, 0);
	buf_str(to, str_trim(buf_view(&text)));
}
