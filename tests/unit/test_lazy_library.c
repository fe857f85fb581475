#include "base/lazy-library.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { N_NAMES = 2 };

/* @names: N_NAMES functions */
static LazyLibrary library_of(const char *soname, const char *names)
{
        void *page = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_ptr_not_equal(page, MAP_FAILED);
        return (LazyLibrary){ soname, names, page, N_NAMES };
}

static void load(const LazyLibrary *library)
{
        lazy_library_load(library);
}

static void write_addresses(const LazyLibrary *library)
{
        library->addresses[0] = NULL;
}

/* Return: the status of a process that calls the function. */
static int status_after(void (*function)(const LazyLibrary *), const LazyLibrary *library)
{
        pid_t pid = fork();
        assert_int_not_equal(pid, -1);
        if (pid == 0) {
                signal(SIGSEGV, SIG_DFL); /* not cmocka's handler */
                close(STDERR_FILENO);
                function(library);
                _exit(0);
        }
        int status;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        return status;
}

static void test_lazy_library_load__finds_functions(void **state)
{
        (void)state;
        LazyLibrary library = library_of("libm.so.6", "cbrt\0hypot");
        lazy_library_load(&library);
        lazy_library_load(&library);
        void *handle = dlopen("libm.so.6", RTLD_LAZY);
        assert_ptr_equal(library.addresses[0], dlsym(handle, "cbrt"));
        assert_ptr_equal(library.addresses[1], dlsym(handle, "hypot"));
        dlclose(handle);
}

static void test_lazy_library_load__makes_the_addresses_read_only(void **state)
{
        (void)state;
        LazyLibrary library = library_of("libm.so.6", "cbrt\0hypot");
        assert_int_equal(status_after(write_addresses, &library), 0);
        lazy_library_load(&library);
        int status = status_after(write_addresses, &library);
        /* AddressSanitizer makes an exit out of the signal. */
        assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGSEGV : WEXITSTATUS(status) != 0);
}

static void test_lazy_library_load__ends_the_process_as_the_loader_does(void **state)
{
        (void)state;
        const LazyLibrary missing = library_of("libnowhere.so.1", "cbrt\0hypot");
        const LazyLibrary older = library_of("libm.so.6", "cbrt\0of_the_next_version");
        assert_int_equal(WEXITSTATUS(status_after(load, &missing)), 127);
        assert_int_equal(WEXITSTATUS(status_after(load, &older)), 127);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lazy_library_load__finds_functions),
                cmocka_unit_test(test_lazy_library_load__makes_the_addresses_read_only),
                cmocka_unit_test(test_lazy_library_load__ends_the_process_as_the_loader_does),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
