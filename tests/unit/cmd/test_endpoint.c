#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ibid/base/arena.h"
#include "ibid/config/settings.h"
#include "ibid/provider/registry.h"

/* The two tables stand in layers that may not know each other; here they must agree. */
static void every_setting_of_a_provider_can_be_configured(void **state)
{
	static const char *const names[] = {
#define X(name, says) name,
		PROVIDER_SETTINGS(X)
#undef X
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPED(arena) a = ARENA_INIT;

		if (!setting_find(arena_fmt(&a, "provider.x.%s", names[i])))
			fail_msg("provider.*.%s is in the registry and not in the configuration", names[i]);
	}
}

static void every_configured_setting_of_a_provider_has_an_effect(void **state)
{
	struct str prefix = STR("provider.*.");

	(void)state;
	for (const struct setting *s = setting_table; s->name; s++)
		if (str_starts(str_c(s->name), prefix) &&
			!provider_setting_says(str_sub(str_c(s->name), prefix.len, STR_NONE)))
			fail_msg("%s does nothing", s->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_of_a_provider_can_be_configured),
		cmocka_unit_test(every_configured_setting_of_a_provider_has_an_effect),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
