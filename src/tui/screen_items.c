/*
 * The conversation as the items of a pane: the messages of the branch, and the
 * cards that the screen itself puts between them. Texts are read from the store
 * when an item comes into view, and only then.
 */
#include <string.h>
#include <time.h>

#include "ibid/base/mem.h"
#include "ibid/base/utf8.h"
#include "ibid/chat/footnotes.h"
#include "ibid/cite/verify.h"
#include "screen_internal.h"

/* What the screen has done to a message: how often it changed, whether its reasoning is to be seen. */
struct message_seen {
	int64_t id;
	uint32_t touches;
	bool is_unfolded;
};

/* --- the list */

static struct message_seen *find_seen(const struct screen *s, int64_t id)
{
	for (size_t i = 0; i < s->n_seen; i++)
		if (s->seen[i].id == id)
			return &s->seen[i];
	return NULL;
}

static struct message_seen *see(struct screen *s, int64_t id)
{
	struct message_seen *seen = find_seen(s, id);

	if (seen)
		return seen;
	s->seen = mem_grow(s->seen, &s->cap_seen, s->n_seen + 1, sizeof(*s->seen));
	s->seen[s->n_seen] = (struct message_seen){ .id = id };
	return &s->seen[s->n_seen++];
}

static uint32_t revision_of(const struct screen *s, const struct message_ref *ref)
{
	const struct message_seen *seen = s->n_seen ? find_seen(s, ref->id) : NULL;

	return (uint32_t)ref->state | (uint32_t)ref->n_siblings << 4 | (s->shows_proof ? 1u << 15 : 0) |
	       (seen ? seen->touches << 16 : 0);
}

static void add_item(struct screen *s, int64_t key, uint32_t revision)
{
	s->items = mem_grow(s->items, &s->cap_items, s->n_items + 1, sizeof(*s->items));
	s->items[s->n_items++] = (struct pane_item){ key, revision };
}

static void add_cards(struct screen *s, int64_t after)
{
	for (size_t i = 0; i < s->n_cards; i++)
		if (s->cards[i].after == after)
			add_item(s, s->cards[i].key, s->cards[i].revision);
}

/* A card whose message is on another branch now stands nowhere until that branch is shown. */
void screen_items_changed(struct screen *s)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);

	s->n_items = 0;
	add_cards(s, 0);
	for (size_t i = 0; i < n; i++) {
		add_item(s, refs[i].id, revision_of(s, &refs[i]));
		if (s->n_cards)
			add_cards(s, refs[i].id);
	}
	pane_changed(s->pane);
	screen_dirty(s, false);
}

void screen_item_touch(struct screen *s, int64_t message_id)
{
	see(s, message_id)->touches++;
	screen_items_changed(s);
}

void screen_item_unfold(struct screen *s, int64_t message_id)
{
	struct message_seen *seen = see(s, message_id);

	seen->is_unfolded = !seen->is_unfolded;
	screen_item_touch(s, message_id);
}

int64_t screen_item_message(const struct screen *s, size_t item)
{
	return item < s->n_items && s->items[item].key > 0 ? s->items[item].key : 0;
}

size_t screen_item_of(const struct screen *s, int64_t message_id)
{
	for (size_t i = s->n_items; i-- > 0;)
		if (s->items[i].key == message_id)
			return i;
	return SIZE_MAX;
}

static const struct message_ref *ref_of(const struct screen *s, int64_t id)
{
	const struct message_ref *refs;

	for (size_t i = conversation_refs(s->talk, &refs); i-- > 0;)
		if (refs[i].id == id)
			return &refs[i];
	return NULL;
}

const struct message_ref *screen_selected(const struct screen *s)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);

	if (pane_selected(s->pane) != SIZE_MAX)
		return ref_of(s, screen_item_message(s, pane_selected(s->pane)));
	while (n-- > 0)
		if (refs[n].role == ROLE_ASSISTANT)
			return &refs[n];
	return NULL;
}

/* --- cards */

struct card *screen_card(struct screen *s, int64_t key)
{
	for (size_t i = 0; i < s->n_cards; i++)
		if (s->cards[i].key == key)
			return &s->cards[i];
	return NULL;
}

static void release_card(struct card *c)
{
	buf_release(&c->title);
	buf_release(&c->text);
}

struct card *screen_card_add(struct screen *s, struct str title, bool is_error)
{
	const struct message_ref *refs;
	size_t n = conversation_refs(s->talk, &refs);
	struct card *c;

	if (s->n_cards == CARDS_MAX) {
		release_card(&s->cards[0]);
		memmove(s->cards, s->cards + 1, --s->n_cards * sizeof(*s->cards));
	}
	s->cards = mem_grow(s->cards, &s->cap_cards, s->n_cards + 1, sizeof(*s->cards));
	c = &s->cards[s->n_cards++];
	*c = (struct card){ .key = --s->next_card, .after = n ? refs[n - 1].id : 0, .title = BUF_INIT,
		.text = BUF_INIT, .is_error = is_error };
	buf_str(&c->title, title);
	screen_items_changed(s);
	pane_to_end(s->pane);
	return c;
}

void screen_cards_forget(struct screen *s)
{
	while (s->n_cards)
		release_card(&s->cards[--s->n_cards]);
}

void screen_items_free(struct screen *s)
{
	screen_cards_forget(s);
	mem_free(s->cards);
	mem_free(s->items);
	mem_free(s->seen);
}

/* --- what an item shows */

static void fill_card(const struct card *card, struct arena *a, struct pane_content *c)
{
	c->role = arena_fmt(a, "%s%.*s", card->is_error ? "error  " : "", STR_ARG(buf_view(&card->title)));
	c->text = buf_view(&card->text);
	c->is_plain = !card->is_markdown;
}

/* The clock for today, the date before it. */
static struct str time_of(const struct screen *s, struct arena *a, int64_t wall_ms)
{
	SCOPED(buf) then = BUF_INIT;
	SCOPED(buf) now = BUF_INIT;
	struct str text;

	clock_add_local(&then, wall_ms);
	clock_add_local(&now, clock_now_ms(s->host->chat.clock));
	text = buf_view(&then);
	if (str_eq(str_sub(text, 0, 10), str_sub(buf_view(&now), 0, 10)))
		text = str_sub(text, 11, text.len);
	return arena_str(a, text);
}

static struct str with_branch(struct arena *a, const struct message_ref *ref, struct str aside)
{
	if (!ref || ref->n_siblings < 2)
		return aside;
	return arena_fmt(a, "branch %d/%d  %.*s", ref->sibling + 1, ref->n_siblings, STR_ARG(aside));
}

static void fill_prompt(const struct screen *s, const struct message *m, const struct message_ref *ref, struct arena *a,
	struct pane_content *c)
{
	c->role = STR("you");
	c->aside = with_branch(a, ref, time_of(s, a, m->created_ms));
	c->text = m->text;
	c->is_plain = true;
}

/* --- marks */

static struct row_mark_look look_of(enum cite_level level)
{
	struct row_mark_look look = { cite_level_mark(level), OUT_GOOD };

	if (!cite_level_holds(level))
		look.style = level == LEVEL_WEAK ? OUT_WARN : OUT_BAD;
	return look;
}

/* A number may stand at several claims; it is shown with the worst level any of them has. */
static struct row_mark_look mark_of_answer(void *ctx, int n)
{
	const struct answer *answer = ctx;
	struct row_mark_look look = { NULL, OUT_PLAIN };
	int worst = -1;

	for (size_t i = 0; i < answer->n_citations; i++) {
		const struct citation *c = &answer->citations[i];

		if (c->n == n && (int)c->level > worst) {
			worst = (int)c->level;
			look = look_of(c->level);
		}
	}
	return look;
}

/* Not checked yet: the answer is still arriving. */
static struct row_mark_look mark_of_stream(void *ctx, int n)
{
	(void)ctx;
	(void)n;
	return (struct row_mark_look){ ".", OUT_PLAIN };
}

/* The text with [-] behind each claim that should have a source and has none. */
static struct str with_gaps(struct arena *a, struct str text, const struct answer *answer)
{
	SCOPED(buf) out = BUF_INIT;
	size_t from = 0;

	for (size_t i = 0; i < answer->n_citations; i++) {
		const struct citation *c = &answer->citations[i];
		size_t to = answer->claims[c->claim].at.byte_to;

		if (c->n || to < from || to > text.len)
			continue;
		buf_str(&out, str_sub(text, from, to));
		buf_c(&out, " [-]");
		from = to;
	}
	buf_str(&out, str_sub(text, from, text.len));
	return arena_str(a, buf_view(&out));
}

/* --- the foot of an answer */

struct feet {
	struct arena *a;
	struct pane_line lines[6];
	size_t n;
};

static void add_foot(struct feet *f, struct str text, unsigned style)
{
	if (text.len && f->n < sizeof(f->lines) / sizeof(*f->lines))
		f->lines[f->n++] = (struct pane_line){ text, style };
}

static struct str money(struct arena *a, int64_t usd_micros)
{
	if (usd_micros < 0)
		return STR_EMPTY;
	return usd_micros < 10000 ? arena_fmt(a, "$%.4f", (double)usd_micros / 1e6) :
				    arena_fmt(a, "$%.2f", (double)usd_micros / 1e6);
}

static void add_proof(struct screen *s, struct feet *f, const struct answer *answer, const struct request *r)
{
	SCOPED(buf) line = BUF_INIT;
	int uncited = 0;

	for (size_t i = 0; i < answer->n_citations; i++)
		uncited += answer->citations[i].n == 0;
	if (answer->n_claims && !answer->is_abstained)
		verify_summary(&line, answer->claims, answer->n_claims, answer->citations, answer->n_citations);
	if (uncited && !answer->is_abstained)
		buf_fmt(&line, ". %d %s without a source%s", uncited, uncited == 1 ? "sentence" : "sentences",
			s->shows_proof ? " [-]" : "");
	if (r && r->cost_usd_micros > 0)
		buf_fmt(&line, "%s%.*s", line.len ? "  " : "", STR_ARG(money(f->a, r->cost_usd_micros)));
	add_foot(f, arena_str(f->a, buf_view(&line)), CANVAS_HINT);
}

static void add_state(struct screen *s, struct feet *f, const struct message *m)
{
	bool has_text = m->text.len > 0;

	if (m->state == STATE_STOPPED) {
		add_foot(f, has_text ? STR("stopped   c goes on   r asks again") : STR("stopped before its first word"),
			OUT_WARN);
	} else if (m->state == STATE_CUT || m->state == STATE_FAILED) {
		add_foot(f, arena_fmt(f->a, "%s: %.*s", has_text ? "cut off" : "failed",
				    STR_ARG(m->error.len ? m->error : STR("the program that wrote it ended"))),
			OUT_BAD);
		add_foot(f, has_text ? STR("Esc, then: c go on   r again   M other model") :
				       STR("Esc, then: r again   M other model   i back to the prompt"),
			CANVAS_HINT);
	} else if (m->state == STATE_STREAMING && !conversation_live_of(s->talk, m->id)) {
		add_foot(f, STR("another ibid is writing this answer"), OUT_WARN);
	}
}

static struct str answer_aside(struct arena *a, const struct answer *answer, const struct request *r)
{
	SCOPED(buf) text = BUF_INIT;
	int64_t docs[64];
	size_t n = 0;

	for (size_t i = 0; i < answer->n_citations && n < 64; i++) {
		int64_t id = answer->citations[i].anchor.doc_id;
		bool is_new = id > 0;

		for (size_t k = 0; k < n; k++)
			is_new &= docs[k] != id;
		if (is_new)
			docs[n++] = id;
	}
	if (n)
		buf_fmt(&text, "%zu %s", n, n == 1 ? "source" : "sources");
	if (r && r->total_ms >= 0)
		buf_fmt(&text, "%s%.1f s", text.len ? "  " : "", (double)r->total_ms / 1000);
	return arena_str(a, buf_view(&text));
}

static void fold_reasoning(const struct screen *s, int64_t id, struct str reasoning, struct arena *a,
	struct pane_content *c)
{
	const struct message_seen *seen = find_seen(s, id);
	size_t lines = 1;

	if (!reasoning.len)
		return;
	for (size_t at = 0; (at = str_find_ch(reasoning, '\n', at)) != STR_NONE; at++)
		lines++;
	c->fold = arena_fmt(a, "%c reasoning, %zu %s", seen && seen->is_unfolded ? 'v' : '>', lines,
		lines == 1 ? "line" : "lines");
	if (seen && seen->is_unfolded)
		c->unfolded = reasoning;
}

static struct str role_of(struct arena *a, struct str model)
{
	return model.len ? arena_fmt(a, "ibid  %.*s", STR_ARG(model)) : STR("ibid");
}

static void fill_live(const struct screen *s, const struct conversation_live *l, const struct message_ref *ref,
	struct arena *a, struct pane_content *c)
{
	c->role = role_of(a, l->model);
	c->aside = with_branch(a, ref, l->text.len ? STR("streaming") : l->reasoning.len ? STR("thinking") : STR("waiting"));
	c->text = l->text;
	c->is_live = true;
	c->mark = l->is_grounded ? mark_of_stream : NULL;
	fold_reasoning(s, l->message_id, l->reasoning, a, c);
}

/* The library could not be written: all there is of the answer is here. */
static void fill_unsaved(const struct conversation_live *l, const struct message_ref *ref, struct arena *a,
	struct pane_content *c)
{
	struct answer *answer = arena_alloc(a, sizeof(*answer));
	struct pane_line *foot = arena_alloc(a, sizeof(*foot));

	*answer = l->result->answer;
	*foot = (struct pane_line){ STR("not saved yet; it is tried again and again"), OUT_BAD };
	c->role = role_of(a, l->model);
	c->aside = with_branch(a, ref, STR("not saved"));
	c->text = l->text;
	c->mark = answer->n_citations ? mark_of_answer : NULL;
	c->mark_ctx = answer;
	c->foot = foot;
	c->n_foot = 1;
}

/* The store may fail between two frames; the item then says so in the place of its text. */
static void fill_answer(struct screen *s, const struct message *m, const struct message_ref *ref, struct arena *a,
	struct pane_content *c)
{
	struct answer *answer = arena_alloc(a, sizeof(*answer));
	struct request *requests = NULL;
	struct feet feet = { .a = a };
	struct err ignored = ERR_INIT;
	size_t n = 0;
	bool has_answer = false;

	store_answer(s->host->chat.db, a, m->id, answer, &has_answer, &ignored);
	store_requests_of(s->host->chat.db, a, m->id, &requests, &n, &ignored);
	c->role = role_of(a, m->model);
	c->aside = with_branch(a, ref, answer_aside(a, answer, n ? &requests[n - 1] : NULL));
	c->text = m->text;
	if (has_answer) {
		c->mark = mark_of_answer;
		c->mark_ctx = answer;
		if (s->shows_proof)
			c->text = with_gaps(a, m->text, answer);
	}
	fold_reasoning(s, m->id, m->reasoning, a, c);
	add_proof(s, &feet, answer, n ? &requests[n - 1] : NULL);
	add_state(s, &feet, m);
	c->n_foot = feet.n;
	c->foot = arena_alloc(a, sizeof(feet.lines));
	memcpy((void *)c->foot, feet.lines, sizeof(feet.lines));
}

void screen_fill_message(struct screen *s, int64_t id, const struct message_ref *ref, struct arena *a,
	struct pane_content *c)
{
	const struct conversation_live *live = conversation_live_of(s->talk, id);
	struct err err = ERR_INIT;
	struct message m;

	if (live && !live->is_over) {
		fill_live(s, live, ref, a, c);
	} else if (live && live->result && !live->result->is_saved) {
		fill_unsaved(live, ref, a, c);
	} else if (store_message(s->host->chat.db, a, id, &m, &err) != OK) {
		c->role = STR("error");
		c->text = arena_str(a, str_c(err.text));
		c->is_plain = true;
	} else if (m.role == ROLE_ASSISTANT) {
		fill_answer(s, &m, ref, a, c);
	} else {
		fill_prompt(s, &m, ref, a, c);
	}
}

/* --- the source */

static size_t items_n(void *ctx)
{
	return ((struct screen *)ctx)->n_items;
}

static struct pane_item items_at(void *ctx, size_t i)
{
	return ((struct screen *)ctx)->items[i];
}

static void items_fill(void *ctx, size_t i, struct arena *a, struct pane_content *c)
{
	struct screen *s = ctx;
	int64_t key = s->items[i].key;

	if (key < 0)
		fill_card(screen_card(s, key), a, c);
	else
		screen_fill_message(s, key, ref_of(s, key), a, c);
}

struct pane_source screen_items_source(struct screen *s)
{
	return (struct pane_source){ items_n, items_at, items_fill, s };
}
