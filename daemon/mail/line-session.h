#pragma once

/*
 * Inside of mail/ only: a conversation in lines with a mail server. libcurl connects, turns to TLS and logs
 * in, by whatever method the server offers (CURLOPT_CONNECT_ONLY); the commands after that are the
 * caller's, which decides when a message is marked: libcurl's own IMAP marks a message as read by reading
 * it.
 */

#include "base/buffer.h"
#include "mail/mailbox-internal.h"

typedef struct LineSession LineSession;

/**
 * line_session_open() - connect and log in. *ret is NULL on failure. Return: 0 or what a MailboxKind's functions
 * return.
 */
int line_session_open(const MailboxSession *session, LineSession **ret);
/** line_session_free() - close the connection without a farewell; never waits. */
LineSession *line_session_free(LineSession *session);

/** line_session_send() - one line; CRLF is added. */
int line_session_send(LineSession *session, const char *line);

/**
 * line_session_read_line() - append a line without its end; of one that @out cannot hold some of it with
 * @cut, else MAILBOX_E_FAILED.
 */
int line_session_read_line(LineSession *session, bool cut, Buffer *out);

/** line_session_read_bytes() - append @len octets. */
int line_session_read_bytes(LineSession *session, size_t len, Buffer *out);
