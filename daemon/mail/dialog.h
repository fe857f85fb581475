#pragma once

/*
 * Inside of mail/ only: a conversation in lines with a mail server. libcurl connects, turns to TLS and logs in, whatever the server wants for
 * it (CURLOPT_CONNECT_ONLY); the commands after that are the caller's, who has to know when the server was told what: libcurl's own IMAP
 * marks a message as read by reading it.
 */

#include "base/buffer.h"
#include "mail/mailbox-kind.h"

typedef struct Dialog Dialog;

/** dialog_open() - connect and log in. Return: 0 or what a MailboxKind's functions return. */
int dialog_open(const MailboxSession *session, Dialog **ret);
/** dialog_free() - says nothing, waits for nothing. */
Dialog *dialog_free(Dialog *dialog);

/** dialog_send() - one line; CRLF is added. */
int dialog_send(Dialog *dialog, const char *line);

/** dialog_read_line() - append a line without its end; of one that @out cannot hold some of it with @cut, else MAILBOX_E_FAILED. */
int dialog_read_line(Dialog *dialog, bool cut, Buffer *out);

/** dialog_read_bytes() - append @len octets. */
int dialog_read_bytes(Dialog *dialog, size_t len, Buffer *out);
