#include "http/listener.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_PREFIX "unix:"

static int refuse(const char *address, int error, InputError *ret_error)
{
        input_error_set(ret_error, 0, "http.listen",
                        error == -EINVAL
                                        ? "%s is no address and port: 127.0.0.1:8080, [::1]:8080 or unix:/PATH"
                                        : "%s cannot be listened on: %s",
                        address, strerror(-error));
        return error;
}

/* Checks the number of a port: getaddrinfo() would read 99999 as 34463. */
static bool is_port(const char *text)
{
        size_t len = strspn(text, "0123456789");
        return len > 0 && len <= 5 && !text[len] && atoi(text) <= UINT16_MAX;
}

static int resolve(const char *address, struct addrinfo **ret)
{
        const char *colon = strrchr(address, ':');
        char host[64];
        if (!colon || colon == address || !is_port(colon + 1) || (size_t)(colon - address) >= sizeof(host))
                return -EINVAL;
        bool bracketed = address[0] == '[' && colon[-1] == ']';
        int len = (int)(colon - address) - (bracketed ? 2 : 0);
        snprintf(host, sizeof(host), "%.*s", len, address + (bracketed ? 1 : 0));
        struct addrinfo hints = {
                .ai_family = bracketed ? AF_INET6 : AF_INET,
                .ai_socktype = SOCK_STREAM,
                .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
        };
        return getaddrinfo(host, colon + 1, &hints, ret) == 0 ? 0 : -EINVAL;
}

static int bind_and_listen(const struct addrinfo *info, int *ret)
{
        CLEANUP(cleanup_close)
        int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        const int on = 1;
        if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
                return -errno;
        if (info->ai_family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
                return -errno;
        if (bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0)
                return -errno;
        *ret = fd;
        fd = -1;
        return 0;
}

/*
 * Whether no server listens on a socket: a killed daemon leaves its socket file, and connections to it are
 * refused.
 */
static bool is_stale(const struct sockaddr_un *address, socklen_t len)
{
        CLEANUP(cleanup_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)address, len) < 0 &&
               errno == ECONNREFUSED;
}

/*
 * Listens on a unix socket. To connect, a process needs access to the directory and membership in the
 * socket's group.
 */
static int open_unix(const char *path, int *ret)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        size_t path_len = strlen(path);
        if (path[0] != '/' || path_len >= sizeof(address.sun_path))
                return -EINVAL;
        memcpy(address.sun_path, path, path_len + 1);
        socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len + 1);
        CLEANUP(cleanup_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        if (is_stale(&address, len))
                unlink(path);
        if (bind(fd, (const struct sockaddr *)(const void *)&address, len) < 0 || chmod(path, 0660) < 0 ||
                        listen(fd, SOMAXCONN) < 0)
                return -errno;
        *ret = fd;
        fd = -1;
        return 0;
}

static int open_tcp(const char *address, int *ret)
{
        struct addrinfo *info;
        int r = resolve(address, &info);
        if (r < 0)
                return r;
        r = bind_and_listen(info, ret);
        freeaddrinfo(info);
        return r;
}

int http_listener_open(const char *address, int *ret, InputError *ret_error)
{
        bool is_unix = strncmp(address, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0;
        int r = is_unix ? open_unix(address + strlen(UNIX_PREFIX), ret) : open_tcp(address, ret);
        return r < 0 ? refuse(address, r, ret_error) : 0;
}

int http_listener_port(int fd)
{
        union {
                struct sockaddr any;
                struct sockaddr_in v4;
                struct sockaddr_in6 v6;
                struct sockaddr_storage storage;
        } address = { 0 };
        socklen_t len = sizeof(address);
        if (getsockname(fd, &address.any, &len) < 0)
                return 0;
        if (address.any.sa_family == AF_INET)
                return ntohs(address.v4.sin_port);
        return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : 0;
}

bool http_listener_is_unix(int fd)
{
        struct sockaddr_storage address = { 0 };
        socklen_t len = sizeof(address);
        return getsockname(fd, (struct sockaddr *)(void *)&address, &len) == 0 &&
               address.ss_family == AF_UNIX;
}
