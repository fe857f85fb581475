#pragma once

/* Private to http/: the call of a route's handler, on the connection's thread or on a worker. */

#include "http/request.h"
#include "http/workers.h"

/**
 * http_handler_call() - call the handler on the connection's thread. If the handler defers, the connection
 * is suspended.
 *
 * Return: 0 or a positive number if a reply was sent or the handler defers; negative errno if the connection
 * must be dropped.
 */
int http_handler_call(HttpRequest *request);

/**
 * http_handler_resume() - send the prepared reply after the connection was resumed. Return: as
 * http_handler_call().
 */
int http_handler_resume(HttpRequest *request);

/** http_handler_run() - call the handler on a worker: the WorkersRun of the server's Workers. */
void http_handler_run(WorkersJob *job, bool is_over);

/**
 * http_handler_fail() - log an error, and reply 500 unless a reply was sent. Return: as
 * http_handler_call().
 */
int http_handler_fail(HttpRequest *request, int error);
