-- What the full-screen conversation needs: the tree of a session without its texts, and what lies on its desk.

-- Everything of a message but its words, in the order of a session (store/branches.c). The index that UNIQUE made leads
-- to rows of which two fill a page, and walking 10,000 of them reads 20 MB.
CREATE INDEX message_tree ON message(session_id, n, parent_id, role, state, writer);
-- The prompts, newest first by rowid, without passing over the answers between them.
CREATE INDEX message_prompt ON message(id) WHERE role = 'user';
-- Money since a day, of all sessions.
CREATE INDEX request_started ON request(started_ms, cost_usd_micros);

-- A session that began as a copy says of what and up to which message. By sid and not by rowid: it is only shown, and it
-- stays true when that session is exported, imported elsewhere or gone.
ALTER TABLE session ADD COLUMN parent TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN branch_point INTEGER NOT NULL DEFAULT 0;

-- session_id is NULL for the conversation that has none yet; UNIQUE does not see that, the transaction does.
CREATE TABLE draft (
	session_id INTEGER UNIQUE REFERENCES session(id) ON DELETE CASCADE,
	text TEXT NOT NULL
);

-- The process that writes a session, named as in message.writer. A row outlives a process that was killed.
CREATE TABLE presence (
	session_id INTEGER PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
	process TEXT NOT NULL,
	since_ms INTEGER NOT NULL
);

CREATE TABLE rating (
	message_id INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE,
	rating INTEGER NOT NULL CHECK (rating IN (-1, 1)),
	note TEXT NOT NULL
);

-- A citation that the user holds to be wrong. Checking it again changes its level and leaves this.
CREATE TABLE citation_report (
	citation_id INTEGER PRIMARY KEY REFERENCES citation(id) ON DELETE CASCADE,
	why TEXT NOT NULL
);
