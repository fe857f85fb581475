#include "base/lazy-library.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STATUS_NOT_LOADED = 127, PAGE_BYTES = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void give_up(void)
{
        fprintf(stderr, "%s: %s\n", program_invocation_short_name, dlerror());
        _exit(STATUS_NOT_LOADED);
}

static void find_functions(const LazyLibrary *library)
{
        void *handle = dlopen(library->soname, RTLD_LAZY | RTLD_LOCAL);
        if (!handle)
                give_up();
        const char *name = library->names;
        for (size_t i = 0; i < library->n_names; i++, name += strlen(name) + 1) {
                void *address = dlsym(handle, name);
                if (!address)
                        give_up();
                __atomic_store_n(&library->addresses[i], address, __ATOMIC_RELEASE);
        }
}

void lazy_library_load(const LazyLibrary *library)
{
        pthread_mutex_lock(&lock);
        /* The last address is set if another thread was quicker. */
        if (!library->addresses[library->n_names - 1]) {
                find_functions(library);
                mprotect(library->addresses, library->n_names * sizeof(void *), PROT_READ);
        }
        pthread_mutex_unlock(&lock);
}
