/*
 * ibid-extract - web pages, Markdown, text, Word documents, EPUB
 *
 * Started by ingest/helper.c with an empty environment; not meant for hands.
 */
#include <unistd.h>

#include "ibid/extract/charset.h"
#include "ibid/extract/program.h"

int main(int argc, char **argv)
{
	static const struct extract_ops *const formats[] = {
		&extract_docx, &extract_epub, &extract_html, &extract_md, &extract_txt, NULL
	};

	/* Straight to the end: what libraries would do at exit has no use here. */
	_exit(program_run(argc, argv, formats, charset_prepare));
}
