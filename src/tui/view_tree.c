/*
 * The branches of a conversation. A message is indented where its conversation forks, so a straight line stays one.
 */
#include "ibid/base/mem.h"
#include "ibid/store/branches.h"
#include "picker.h"
#include "screen_internal.h"

/* Deeper forks stand below each other. */
#define INDENT_MAX 12

struct walk {
	struct picker *l;
	const struct message_node *nodes;
	size_t n;
	int *indents;		/* beside nodes; -1: not shown yet */
	int64_t current;	/* the end of the branch that is shown */
};

static size_t find_node(const struct walk *w, int64_t id)
{
	size_t low = 0, high = w->n;

	/* By number, so by id: a message is written after its parent. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (w->nodes[mid].ref.id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < w->n && w->nodes[low].ref.id == id ? low : w->n;
}

static int indent_of(struct walk *w, size_t i)
{
	const struct message_ref *ref = &w->nodes[i].ref;
	size_t parent = ref->parent_id ? find_node(w, ref->parent_id) : w->n;
	int indent = parent < w->n ? w->indents[parent] : 0;

	if (ref->n_siblings > 1 && indent < INDENT_MAX)
		indent++;
	return indent;
}

static void add_row(struct walk *w, size_t i)
{
	const struct message_node *node = &w->nodes[i];
	struct picker_row *row = picker_add(w->l);

	row->id = node->ref.id;
	row->indent = w->indents[i];
	row->is_current = node->ref.id == w->current;
	row->text = arena_fmt(&w->l->arena, "%d %s  %.*s", node->ref.n, node->ref.role == ROLE_USER ? "you" : "ibid",
		STR_ARG(node->words));
	if (node->ref.state != STATE_COMPLETE)
		row->aside = str_c(message_state_name(node->ref.state));
}

static enum err_code load(struct picker *l, struct err *err)
{
	struct screen *s = l->view.screen;
	const struct message_ref *refs;
	size_t n_refs = conversation_refs(s->talk, &refs);
	struct message_node *nodes;
	struct walk w = { .l = l, .current = n_refs ? refs[n_refs - 1].id : 0 };

	if (!conversation_session(s->talk)->id)
		return OK;
	if (store_branch_tree(s->host->chat.db, &l->arena, conversation_session(s->talk)->id, &nodes, &w.n, err) != OK)
		return err->code;
	w.nodes = nodes;
	w.indents = arena_array(&l->arena, w.n, sizeof(*w.indents));
	for (size_t i = 0; i < w.n; i++) {
		w.indents[i] = indent_of(&w, i);
		add_row(&w, i);
	}
	return OK;
}

static void open_message(struct picker *l, const struct picker_row *row)
{
	struct screen *s = l->view.screen;
	struct err err = ERR_INIT;
	int64_t id = row->id;

	if (conversation_go(s->talk, id, &err) != OK) {
		screen_say_err(s, &err);
		return;
	}
	screen_pop(s);
	s->focus = FOCUS_BROWSE;
	pane_select(s->pane, screen_item_of(s, id));
	pane_show(s->pane, screen_item_of(s, id));
}

static bool act(struct picker *l, const struct picker_row *row, enum action a)
{
	struct screen *s = l->view.screen;
	struct err err = ERR_INIT;

	if (a != ACTION_BRANCH || !row)
		return false;
	if (!screen_may_write(s))
		return true;
	if (conversation_branch(s->talk, row->id, &err) != OK) {
		screen_say_err(s, &err);
		return true;
	}
	screen_pop(s);
	screen_act(s, ACTION_INPUT);
	screen_say(s, "the next prompt begins a branch here");
	return true;
}

static const struct picker_ops ops = { "tree", "the branches of this conversation", load, open_message, act,
	"Enter go there  Alt-b branch here  Esc back", "nothing was said yet", NULL };

struct view *view_tree(struct screen *s)
{
	return picker_new(s, &ops, NULL);
}
