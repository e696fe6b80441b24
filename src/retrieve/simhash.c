#include "ibid/retrieve/simhash.h"

/* Bytes of a lane hold up to 255 votes. */
#define PENDING_MAX 255

/* Bit k of the byte into byte k of the word. */
static uint64_t spread(uint64_t byte)
{
	uint64_t bits = byte * 0x0101010101010101u & 0x8040201008040201u;

	return (bits + 0x7F7F7F7F7F7F7F7Fu) >> 7 & 0x0101010101010101u;
}

static void settle(struct simhash *s)
{
	for (int bit = 0; bit < 64; bit++)
		s->counts[bit] += (uint32_t)(s->lanes[bit / 8] >> bit % 8 * 8 & 0xFF);
	for (int lane = 0; lane < 8; lane++)
		s->lanes[lane] = 0;
	s->votes += s->pending;
	s->pending = 0;
}

void simhash_add(struct simhash *s, uint64_t hash)
{
	if (s->pending == PENDING_MAX)
		settle(s);
	for (int lane = 0; lane < 8; lane++)
		s->lanes[lane] += spread(hash >> lane * 8 & 0xFF);
	s->pending++;
}

uint64_t simhash_value(struct simhash *s)
{
	uint64_t value = 0;

	settle(s);
	for (int bit = 0; bit < 64; bit++)
		value |= (uint64_t)(s->counts[bit] * 2 > s->votes) << bit;
	return value;
}

int simhash_distance(uint64_t a, uint64_t b)
{
	return __builtin_popcountll(a ^ b);
}
