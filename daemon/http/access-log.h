#pragma once

/*
 * Private to http/: a line in the journal for each request, as the Common Log Format of the NCSA server has
 * it, with journal fields beside it. Queries are not logged, nor the part of a path that may be a secret.
 */

struct HttpRequest;

/**
 * access_log_write() - log a request that has ended, if the server keeps such a log. The library must still
 * have the request's header.
 */
void access_log_write(struct HttpRequest *request);
