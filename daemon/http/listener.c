#include "http/listener.h"

#include "base/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static int refuse(const char *address, int error, InputError *ret_error)
{
        input_error_set(ret_error, 0, address,
                        error == -EINVAL ? "no address and port: 127.0.0.1:8080 or [::1]:8080"
                                         : "cannot be listened on: %s",
                        strerror(-error));
        return error;
}

/* getaddrinfo() takes 99999 for 34463. */
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

int http_listener_open(const char *address, int *ret, InputError *ret_error)
{
        struct addrinfo *info;
        int r = resolve(address, &info);
        if (r < 0)
                return refuse(address, r, ret_error);
        r = bind_and_listen(info, ret);
        freeaddrinfo(info);
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
