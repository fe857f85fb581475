#pragma once

/* Inside of http/ only: listening sockets. */

#include "base/input-error.h"

#include <stdbool.h>

/**
 * http_listener_open() - bind and listen
 * @address: "127.0.0.1:8080", "[::1]:8080"; numbers only, no name is resolved; "unix:/PATH", mode 0660: a
 *           socket on which no process listens any more is replaced
 * @ret_error: `where` is http.listen, and the message begins with the address; may be NULL
 * Return: 0, -EINVAL for an address that is none, other negative errno.
 */
int http_listener_open(const char *address, int *ret, InputError *ret_error);

/** http_listener_port() - of a bound socket; 0 for one without ports. */
int http_listener_port(int fd);

/** http_listener_is_unix() - whether a bound socket is a unix socket. */
bool http_listener_is_unix(int fd);
