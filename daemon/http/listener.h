#pragma once

/* Inside of http/ only: listening sockets. */

#include "base/input-error.h"

#include <stdbool.h>

/**
 * http_listener_open() - bind and listen
 * @address: "127.0.0.1:8080", "[::1]:8080"; numbers only, not host names; "unix:/PATH", mode 0660:
 *           replaces a socket that no process listens on
 * @ret_error: `where` is http.listen, and the message begins with the address; may be NULL
 * Return: 0, -EINVAL for a malformed address, other negative errno.
 */
int http_listener_open(const char *address, int *ret, InputError *ret_error);

/** http_listener_port() - the port of a bound socket; 0 for a unix socket. */
int http_listener_port(int fd);

/** http_listener_is_unix() - whether a bound socket is a unix socket. */
bool http_listener_is_unix(int fd);
