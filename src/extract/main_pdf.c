/*
 * ibid-extract-pdf - PDF alone; see ibid-extract
 */
#include <iconv.h>
#include <unistd.h>

#include "ibid/extract/program.h"

/*
 * Strings of a PDF outside its pages are UTF-16, which GLib has converted by
 * glibc, which keeps that in a module: without it titles and authors are lost in
 * the sandbox. Loaded it stays for as long as a converter is open.
 */
static void load_utf16(struct str bytes)
{
	(void)bytes;
	(void)iconv_open("UTF-8", "UTF-16BE");
	(void)iconv_open("UTF-8", "UTF-16LE");
}

int main(int argc, char **argv)
{
	static const struct extract_ops *const formats[] = { &extract_pdf, NULL };

	_exit(program_run(argc, argv, formats, load_utf16));
}
