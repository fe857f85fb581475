#pragma once

/* Private to mail/: the table of functions that each kind of mailbox has, and that mailbox.c calls. */

#include "base/buffer.h"
#include "base/conditions.h"
#include "mail/mailbox.h"

#include <glib.h>

enum {
        MAILBOX_E_MESSAGE = CONDITIONS_MAIL + 2, /* this message cannot be processed now; the others can */
        MAILBOX_E_GONE = CONDITIONS_MAIL + 3,    /* this message no longer exists */
};

/** The state of one round. */
typedef struct MailboxSession {
        const MailboxOptions *options;
        const MailboxTaker *taker;
        char *error; /* of MAILBOX_ERROR_SIZE; set with MAILBOX_E_FAILED and MAILBOX_E_MESSAGE */
        void *state; /* owned by the kind */
} MailboxSession;

/**
 * check() returns 0, -EINVAL or -ENOMEM. The other functions return 0, MAILBOX_E_FAILED (the session must
 * not be used any more), -ECANCELED or -ENOMEM; those that take a message's name also return
 * MAILBOX_E_MESSAGE and MAILBOX_E_GONE. A message has the same name in every session.
 */
typedef struct MailboxKind {
        const char *schemes[2];
        int (*check)(const MailboxOptions *options, InputError *ret_error);
        int (*open)(MailboxSession *session);
        /* @names: gets at most MAILBOX_NAMES_MAX names, the oldest first; each is freed with g_free() */
        int (*list)(MailboxSession *session, GPtrArray *names);
        /* @out: gets at most MAILBOX_MESSAGE_MAX_BYTES */
        int (*fetch)(MailboxSession *session, const char *name, Buffer *out);
        int (*remove)(MailboxSession *session, const char *name);
        int (*mark)(MailboxSession *session, const char *name); /* as read; NULL if the kind has no marks */
        int (*finish)(MailboxSession *session);                 /* with POP3, makes removals permanent */
        void (*close)(MailboxSession *session);                 /* called even if open() has failed */
} MailboxKind;

extern const MailboxKind mailbox_imap, mailbox_pop3, mailbox_maildir;

enum {
        MAILBOX_FOLDER_SIZE = 512,
        MAILBOX_NAMES_MAX = 100000, /* in one listing */
};

/**
 * mailbox_check_server() - check the options of an IMAP or POP3 server
 * @ret_folder: the URL's path, decoded, without its first slash
 */
int mailbox_check_server(const MailboxOptions *options, char ret_folder[static MAILBOX_FOLDER_SIZE],
                InputError *ret_error);

/**
 * mailbox_fault() - set a session's error: one line, with `?` in place of characters that are not
 * printable.
 * Return: @condition.
 */
int mailbox_fault(const MailboxSession *session, int condition, const char *format, ...)
                __attribute__((format(printf, 3, 4)));
