/*
 * The writers of chat/transcript, one file a kind.
 */
#ifndef CHAT_TRANSCRIPT_INTERNAL_H
#define CHAT_TRANSCRIPT_INTERNAL_H
#include "ibid/chat/transcript.h"

transcript_write_fn transcript_write_md, transcript_write_org, transcript_write_html;
transcript_write_fn transcript_write_json, transcript_write_jsonl;
#endif
