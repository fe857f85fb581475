/*
 * Preloaded into the daemon (LD_PRELOAD): no name server answers for `silent.example.org`. NAMES_LOG names a
 * file that gets a line for each waiting lookup.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_SECONDS = 30 };

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
        if (!name || strcmp(name, "silent.example.org") != 0)
                return ((__typeof__(&getaddrinfo))dlsym(RTLD_NEXT, "getaddrinfo"))(
                                name, service, hints, ret);
        const char *log = getenv("NAMES_LOG");
        int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
        if (fd >= 0 && write(fd, "waits\n", 6) != 6)
                abort();
        sleep(WAIT_SECONDS);
        return EAI_AGAIN;
}
