-- The first schema. A migration that was released is never changed; the next one is a new file.
--
-- Times are wall milliseconds UTC and are only shown; what must be in order has a counter of its own, because clocks
-- jump. Offsets are bytes into document_text.text. Enumerations are stored by name.

-- Small values by name; counters begin with a dot.
CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;

-- Conversations ------------------------------------------------------------------------------------------------------

CREATE TABLE session (
	id INTEGER PRIMARY KEY,
	sid TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL DEFAULT '',
	model TEXT NOT NULL DEFAULT '',			-- of the last answer
	created_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL,
	used INTEGER NOT NULL,				-- counts up with each use: the order of 'newest first'
	keep_ms INTEGER NOT NULL DEFAULT -1,
	trashed_ms INTEGER NOT NULL DEFAULT 0,
	head_id INTEGER NOT NULL DEFAULT 0,
	cost_usd_micros INTEGER NOT NULL DEFAULT 0	-- sum of its requests, so that a list need not add them up
);
CREATE INDEX session_used ON session(used);
CREATE INDEX session_name ON session(name);

CREATE TABLE session_tag (
	session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
	tag TEXT NOT NULL,
	PRIMARY KEY (session_id, tag)
) WITHOUT ROWID;

-- The text is last, so that all else is read without walking its overflow pages.
CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
	n INTEGER NOT NULL,
	parent_id INTEGER REFERENCES message(id),	-- NULL: the first of its session
	role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
	state TEXT NOT NULL CHECK (state IN ('streaming', 'complete', 'stopped', 'cut', 'failed')),
	writer TEXT,					-- the process that streams it, NULL when it is over
	created_ms INTEGER NOT NULL,
	model TEXT NOT NULL,
	error TEXT NOT NULL,
	reasoning TEXT NOT NULL,
	text TEXT NOT NULL,
	UNIQUE (session_id, n)
);
CREATE INDEX message_parent ON message(parent_id);
CREATE INDEX message_streaming ON message(id) WHERE state = 'streaming';

-- What is searched of them: not what is still being written, not the instructions that every session repeats.
CREATE VIEW message_searchable AS
	SELECT id, text FROM message WHERE state <> 'streaming' AND role <> 'system';
CREATE VIRTUAL TABLE message_fts USING fts5(text, content = 'message_searchable', content_rowid = 'id',
	tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TABLE request (
	id INTEGER PRIMARY KEY,
	session_id INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
	message_id INTEGER REFERENCES message(id) ON DELETE CASCADE,
	attempt INTEGER NOT NULL,
	provider TEXT NOT NULL,
	model TEXT NOT NULL,
	protocol TEXT NOT NULL,
	finish TEXT NOT NULL,
	request_id TEXT NOT NULL,
	error TEXT NOT NULL,
	http_status INTEGER NOT NULL,
	started_ms INTEGER NOT NULL,
	first_token_ms INTEGER NOT NULL,
	total_ms INTEGER NOT NULL,
	in_uncached INTEGER NOT NULL,
	in_cache_read INTEGER NOT NULL,
	in_cache_write_5m INTEGER NOT NULL,
	in_cache_write_1h INTEGER NOT NULL,
	out_visible INTEGER NOT NULL,
	out_reasoning INTEGER NOT NULL,
	is_estimated INTEGER NOT NULL,
	cost_usd_micros INTEGER NOT NULL,
	sent BLOB NOT NULL,
	received BLOB NOT NULL
);
CREATE INDEX request_message ON request(message_id);
CREATE INDEX request_session ON request(session_id);
CREATE INDEX request_unpriced ON request(session_id) WHERE cost_usd_micros < 0;

-- Sources ------------------------------------------------------------------------------------------------------------

-- AUTOINCREMENT: d12 is printed in answers and exports, so a number is never given to another document.
CREATE TABLE document (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	path TEXT NOT NULL,
	kind TEXT NOT NULL,
	mime TEXT NOT NULL,
	citekey TEXT UNIQUE,				-- NULL until it has one
	csl TEXT NOT NULL,
	title TEXT NOT NULL,
	authors TEXT NOT NULL,
	date TEXT NOT NULL,
	publisher TEXT NOT NULL,
	type TEXT NOT NULL,
	collection TEXT NOT NULL,
	warnings TEXT NOT NULL,
	file_hash BLOB NOT NULL,
	size_bytes INTEGER NOT NULL,
	version INTEGER NOT NULL,
	text_id INTEGER NOT NULL,			-- its current text
	indexed_title TEXT,				-- what the chunks of that are indexed under; NULL: they are not
	added_ms INTEGER NOT NULL,
	updated_ms INTEGER NOT NULL,
	trashed_ms INTEGER NOT NULL DEFAULT 0,
	n_pages INTEGER NOT NULL,
	n_chunks INTEGER NOT NULL,
	n_sentences INTEGER NOT NULL
);
CREATE INDEX document_hash ON document(file_hash);
CREATE INDEX document_indexed ON document(n_chunks) WHERE indexed_title IS NOT NULL;
CREATE INDEX document_collection ON document(collection);

CREATE TABLE document_path (
	path TEXT PRIMARY KEY,
	doc_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX document_path_doc ON document_path(doc_id);

CREATE TABLE document_tag (
	doc_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
	tag TEXT NOT NULL,
	PRIMARY KEY (doc_id, tag)
) WITHOUT ROWID;
CREATE INDEX document_tag_tag ON document_tag(tag);

-- Several values of one field from one origin keep the order they were given in.
CREATE TABLE document_field (
	doc_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
	origin TEXT NOT NULL,
	ord INTEGER NOT NULL,
	field TEXT NOT NULL,
	value TEXT NOT NULL,
	confidence REAL NOT NULL,
	is_locked INTEGER NOT NULL,
	PRIMARY KEY (doc_id, origin, ord)
) WITHOUT ROWID;
CREATE INDEX document_field_value ON document_field(field, value);

-- One canonical text per version. Pages, headings and sentences are packed into a blob each (store/pack.c): they are
-- always read whole, and a row for each sentence would cost more than its full-text index. The chunks of a text have
-- ids in a row from first_chunk, which are never given again. The text is last, as in message.
CREATE TABLE document_text (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	doc_id INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE,
	version INTEGER NOT NULL,
	extractor TEXT NOT NULL,
	first_chunk INTEGER NOT NULL,
	n_chunks INTEGER NOT NULL,
	pages BLOB NOT NULL,
	heads BLOB NOT NULL,
	sentences BLOB NOT NULL,
	text TEXT NOT NULL,
	UNIQUE (doc_id, version)
);

CREATE TABLE chunk (
	id INTEGER PRIMARY KEY,
	text_id INTEGER NOT NULL,
	byte_from INTEGER NOT NULL,
	byte_to INTEGER NOT NULL,
	sentence_from INTEGER NOT NULL,
	sentence_to INTEGER NOT NULL,
	head INTEGER NOT NULL,
	page_from INTEGER NOT NULL,
	page_to INTEGER NOT NULL,
	words INTEGER NOT NULL,
	simhash INTEGER NOT NULL,
	identifiers TEXT NOT NULL			-- joined by spaces
);

-- Only chunks of current texts of documents outside the trash. Contentless: the words are in document_text, and a row
-- is removed by giving its words again.
CREATE VIRTUAL TABLE chunk_fts USING fts5(title, ctx, body, content = '',
	tokenize = 'porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE ident_fts USING fts5(identifiers, content = '', tokenize = 'trigram');
-- Bytes of words that gather in memory before they become a segment, which then has to be merged with others: with 1 MiB,
-- FTS5's own figure, merging takes a quarter of an ingest.
INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('hashsize', 16777216);

-- Evidence -----------------------------------------------------------------------------------------------------------

CREATE TABLE answer (
	message_id INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
	question TEXT NOT NULL,
	prompt_version TEXT NOT NULL,
	policy TEXT NOT NULL,
	evidence TEXT NOT NULL,
	is_abstained INTEGER NOT NULL
);

CREATE TABLE claim (
	id INTEGER PRIMARY KEY,
	message_id INTEGER NOT NULL REFERENCES answer(message_id) ON DELETE CASCADE,
	ord INTEGER NOT NULL,
	byte_from INTEGER NOT NULL,
	byte_to INTEGER NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('fact', 'meta', 'question', 'heading')),
	UNIQUE (message_id, ord)
);

CREATE TABLE citation (
	id INTEGER PRIMARY KEY,
	claim_id INTEGER NOT NULL REFERENCES claim(id) ON DELETE CASCADE,
	n INTEGER NOT NULL,
	origin TEXT NOT NULL,
	quote TEXT NOT NULL,
	level TEXT NOT NULL,
	score REAL NOT NULL,
	flags INTEGER NOT NULL,
	checker TEXT NOT NULL,
	checked_ms INTEGER NOT NULL
);
CREATE INDEX citation_claim ON citation(claim_id);

-- Where the proof of a citation is. When its document is purged the words stay and the place becomes NULL.
CREATE TABLE anchor (
	citation_id INTEGER PRIMARY KEY REFERENCES citation(id) ON DELETE CASCADE,
	doc_id INTEGER REFERENCES document(id) ON DELETE SET NULL,
	text_id INTEGER,
	byte_from INTEGER NOT NULL,
	byte_to INTEGER NOT NULL,
	exact TEXT NOT NULL,
	prefix TEXT NOT NULL,
	suffix TEXT NOT NULL,
	page_from INTEGER NOT NULL,
	page_to INTEGER NOT NULL,
	page_label TEXT NOT NULL,
	head_path TEXT NOT NULL,
	sentence_from INTEGER NOT NULL,
	sentence_to INTEGER NOT NULL
);
CREATE INDEX anchor_doc ON anchor(doc_id);
