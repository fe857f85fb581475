#pragma once

/* Inside of http/ only: a reply that a handler has given on another thread than the connection's. */

struct HttpRequest;

/** http_reply_send_prepared() - on the connection's thread; nothing where there is none. Return: 0 or -EIO. */
int http_reply_send_prepared(struct HttpRequest *request);

/** http_reply_forget_prepared() - release one that is not sent; nothing where there is none. */
void http_reply_forget_prepared(struct HttpRequest *request);
