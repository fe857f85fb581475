#pragma once

/*
 * Inside of mail/ only: a conversation in lines with a mail server. libcurl connects, turns to TLS and logs in, whatever the server wants for
 * it (CURLOPT_CONNECT_ONLY); the commands after that are the caller's, who has to know when the server was told what: libcurl's own IMAP
 * marks a message as read by reading it.
 */

#include "base/buffer.h"
#include "mail/mailbox-internal.h"

typedef struct LineSession LineSession;

/** line_session_open() - connect and log in. Return: 0 or what a MailboxKind's functions return. */
int line_session_open(const MailboxSession *session, LineSession **ret);
/** line_session_free() - says nothing, waits for nothing. */
LineSession *line_session_free(LineSession *session);

/** line_session_send() - one line; CRLF is added. */
int line_session_send(LineSession *session, const char *line);

/** line_session_read_line() - append a line without its end; of one that @out cannot hold some of it with @cut, else MAILBOX_E_FAILED. */
int line_session_read_line(LineSession *session, bool cut, Buffer *out);

/** line_session_read_bytes() - append @len octets. */
int line_session_read_bytes(LineSession *session, size_t len, Buffer *out);
