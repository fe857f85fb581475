#pragma once

/* Private to http/: listening sockets. */

#include "base/input-error.h"

#include <stdbool.h>

/**
 * http_listener_open() - bind and listen
 * @address: such as "127.0.0.1:8080" or "[::1]:8080", with numbers, not host names; or "unix:/PATH", which
 *           gets the mode 0660 and replaces a socket that no process listens on
 * @ret_error: `where` is http.listen, and the message begins with the address; may be NULL
 * Return: 0, -EINVAL if the address is malformed, or another negative errno.
 */
int http_listener_open(const char *address, int *ret, InputError *ret_error);

/** http_listener_port() - the port of a bound socket; 0 for a unix socket. */
int http_listener_port(int fd);

/** http_listener_is_unix() - whether a bound socket is a unix socket. */
bool http_listener_is_unix(int fd);
