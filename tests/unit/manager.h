#pragma once

/* A service manager for one test: the socket of sd_notify(3) and the messages received on it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct Manager {
        int fd;
        char said[4096];
} Manager;

/* An abstract socket leaves no file behind. */
static inline void manager_open(Manager *manager)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int len = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "convened-test-%d", getpid());
        char name[128];
        snprintf(name, sizeof(name), "@%s", address.sun_path + 1);
        manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        assert_int_equal(bind(manager->fd, (struct sockaddr *)&address,
                                         (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                                                         (size_t)len)),
                        0);
        setenv("NOTIFY_SOCKET", name, 1);
}

static inline void manager_close(Manager *manager)
{
        close(manager->fd);
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
}

/** manager_read() - return the messages since the last call, each in brackets. */
static inline const char *manager_read(Manager *manager)
{
        size_t len = 0;
        ssize_t n;
        while ((n = recv(manager->fd, manager->said + len + 1, sizeof(manager->said) - len - 3, 0)) > 0) {
                manager->said[len] = '[';
                len += (size_t)n + 1;
                manager->said[len++] = ']';
        }
        manager->said[len] = '\0';
        return manager->said;
}
