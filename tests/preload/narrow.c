/*
 * Preloaded into the daemon (LD_PRELOAD), for tests that would otherwise need a megabyte:
 *
 *     NARROW=4096    the kernel buffers at most so many octets sent to a server
 */

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/socket.h>

#define REAL(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
        const char *narrow = getenv("NARROW");
        int size = narrow ? (int)strtol(narrow, NULL, 10) : 0;
        if (narrow && address->sa_family == AF_INET)
                setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
        return REAL(connect)(fd, address, len);
}
