#pragma once

/*
 * Scope-bound ownership: the declaration of an owning local says how it is released at the end of its scope;
 * TAKE_PTR() passes the ownership on.
 */

#include <stdlib.h>
#include <unistd.h>

/** CLEANUP() - release a local at the end of its scope with @func, which receives a pointer to the local. */
#define CLEANUP(func) __attribute__((cleanup(func)))

/** TAKE_PTR() - move a pointer out of an owning variable, which becomes NULL and releases nothing. */
#define TAKE_PTR(owner)                                                                                     \
        ({                                                                                                  \
                __typeof__(owner) *const owner_ = &(owner);                                                 \
                __typeof__(owner) taken_ = *owner_;                                                         \
                *owner_ = NULL;                                                                             \
                taken_;                                                                                     \
        })

/**
 * DEFINE_CLEANUP() - define `name(Type **)` for CLEANUP() from a `Type *type_free(Type *)` or `void
 * type_free(Type *)`.
 */
#define DEFINE_CLEANUP(Type, name, type_free)                                                               \
        static inline void name(Type **owner)                                                               \
        {                                                                                                   \
                if (*owner)                                                                                 \
                        type_free(*owner);                                                                  \
        }

static inline void cleanup_free(void *owner)
{
        free(*(void **)owner);
}

static inline void cleanup_close(int *fd)
{
        if (*fd >= 0)
                close(*fd);
}
