/*
 * retrieve/simhash.h - a 64-bit likeness of a passage
 *
 * Near copies (the same report mirrored, a page with another date on it) differ
 * in few bits, other texts in about half of them. Each stem that is no function
 * word votes with its hash for or against every bit (M. Charikar, "Similarity
 * estimation techniques from rounding algorithms", STOC 2002).
 */
#ifndef IBID_RETRIEVE_SIMHASH_H
#define IBID_RETRIEVE_SIMHASH_H
#include <stdint.h>

/* Passages that differ in at most this many bits count as copies of each other. */
#define SIMHASH_NEAR 3

struct simhash {
	/* Private from here on. */
	uint64_t lanes[8];	/* a count per bit in a byte each, of the last `pending` votes */
	unsigned pending, votes;
	uint32_t counts[64];
};
#define SIMHASH_INIT { .votes = 0 }

/* One stem's vote: a well mixed hash of it. */
void simhash_add(struct simhash *s, uint64_t hash);
/* The likeness; 0 when nothing voted. More votes may follow. */
uint64_t simhash_value(struct simhash *s);

/* Bits that differ. */
int simhash_distance(uint64_t a, uint64_t b);
#endif
