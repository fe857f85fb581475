#pragma once

/* Private to http/: a reply that a handler has prepared on a worker thread. */

struct HttpRequest;

/**
 * http_reply_send_prepared() - send the prepared reply, if any, on the connection's thread. Return: 0 or
 * -EIO.
 */
int http_reply_send_prepared(struct HttpRequest *request);

/** http_reply_forget_prepared() - release the prepared reply, if any, without sending it. */
void http_reply_forget_prepared(struct HttpRequest *request);
