/*
 * base/scope.h - the holder releases by scope
 *
 *	SCOPED(buf) text = BUF_INIT;		calls buf_release(&text) on every return
 *	SCOPED_PTR(store) db = NULL;		calls store_free(db) on every return
 *	return take(&db);			hands the pointer on and keeps nothing
 *
 * SCOPED works for every struct x with x_release(struct x *). SCOPED_PTR needs
 * one line, SCOPE_PTR(x), after the prototype of x_free(struct x *).
 */
#ifndef IBID_BASE_SCOPE_H
#define IBID_BASE_SCOPE_H

#define SCOPED(type) __attribute__((cleanup(type##_release))) struct type

#define SCOPED_PTR(type) __attribute__((cleanup(type##_free_at))) struct type *

#define SCOPE_PTR(type)                                                                                                \
	static inline void type##_free_at(struct type **at)                                                            \
	{                                                                                                              \
		type##_free(*at);                                                                                      \
	}

/* The pointer at `at`, which is NULL afterwards. */
#define take(at)                                                                                                       \
	__extension__({                                                                                                \
		__typeof__(*(at)) taken_ = *(at);                                                                      \
		*(at) = 0;                                                                                             \
		taken_;                                                                                                \
	})
#endif
