#pragma once

/*
 * A shared library that is loaded by the first call of one of its functions. make-lazy-libraries writes the
 * functions and these structs; nothing else uses this header. On processors other than x86-64 the libraries
 * are linked as usual.
 */

#include <stddef.h>

typedef struct LazyLibrary {
        const char *soname;
        const char *names; /* of functions, each with its zero octet */
        void **addresses;  /* of these functions, or NULL; in pages of their own */
        size_t n_names;
} LazyLibrary;

/**
 * lazy_library_load() - load a library and set the addresses of its functions
 * @library: any thread may load it, also several at the same time
 *
 * If the library or a function is missing, the process ends with status 127, as it would end at its start
 * without a linked library.
 */
void lazy_library_load(const LazyLibrary *library);
