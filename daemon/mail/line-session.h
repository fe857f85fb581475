#pragma once

/*
 * Private to mail/: a session of lines with a mail server. libcurl connects, starts TLS and logs in by any
 * method that the server offers (CURLOPT_CONNECT_ONLY). The caller sends all later commands, and so decides
 * when a message is marked as read; libcurl's own IMAP marks each message that it reads.
 */

#include "base/buffer.h"
#include "mail/mailbox-internal.h"

typedef struct LineSession LineSession;

/**
 * line_session_open() - connect and log in. *ret is NULL on failure. Return: as a function of MailboxKind.
 */
int line_session_open(const MailboxSession *session, LineSession **ret);

/** line_session_free() - close the connection without sending a last command; never waits. */
LineSession *line_session_free(LineSession *session);

/** line_session_send() - send one line; CRLF is added. Return: as line_session_open(). */
int line_session_send(LineSession *session, const char *line);

/**
 * line_session_read_line() - read a line and append it without its line end
 * @cut: true: a line that is too long for @out is shortened; false: it is an error, MAILBOX_E_FAILED
 *
 * Return: as line_session_open().
 */
int line_session_read_line(LineSession *session, bool cut, Buffer *out);

/** line_session_read_bytes() - read and append @len octets. Return: as line_session_open(). */
int line_session_read_bytes(LineSession *session, size_t len, Buffer *out);
