/* The least program there is. tests/bench/run links it with what ibid is linked with, so that both load the same. */
#include <stdio.h>

int main(void)
{
	puts("hello");
	return 0;
}
