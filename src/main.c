/*
 * ibid - chat in your terminal with answers that prove their sources
 *
 * Finds the command, runs it, prints the one error there may be: cmd/cmd.h.
 */
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "ibid/cmd/cmd.h"

/* Keys pass through this process: no core file, no other process of the user looks in, no file for others. */
static void close_the_shutters(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	umask(077);
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct cmd_env env;
	int status;

	close_the_shutters();
	setlocale(LC_CTYPE, "");
	cmd_env_init(&env);
	status = cmd_finish(&env, cmd_main(&env, argc, argv, &err), &err);
	cmd_env_release(&env);
	return status;
}
