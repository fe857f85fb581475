#pragma once

/*
 * Inside of mail/ only: the table of functions that each kind of mailbox gives to mailbox.c, which decides
 * what is to happen.
 */

#include "base/buffer.h"
#include "base/conditions.h"
#include "mail/mailbox.h"

#include <glib.h>

enum {
        MAILBOX_E_MESSAGE = CONDITIONS_MAIL + 2, /* this message cannot be dealt with now; the others can */
        MAILBOX_E_GONE = CONDITIONS_MAIL + 3,    /* this message is not there any more */
};

/** One round's view of a mailbox. */
typedef struct MailboxSession {
        const MailboxOptions *options;
        const MailboxTaker *taker;
        char *error; /* MAILBOX_ERROR_SIZE: filled in for MAILBOX_E_FAILED and MAILBOX_E_MESSAGE */
        void *state; /* the kind's own */
} MailboxSession;

/**
 * All return 0, MAILBOX_E_FAILED after which the session is of no use, -ECANCELED, -ENOMEM, and where a
 * message is named MAILBOX_E_MESSAGE and MAILBOX_E_GONE. A message's name is the same in every session.
 */
typedef struct MailboxKind {
        const char *schemes[2];
        int (*check)(const MailboxOptions *options, InputError *ret_error);
        int (*open)(MailboxSession *session);
        int (*list)(MailboxSession *session,
                        GPtrArray *names); /* strings that g_free() frees, the oldest first; MAILBOX_NAMES_MAX at most */
        int (*fetch)(MailboxSession *session, const char *name,
                        Buffer *out); /* MAILBOX_MESSAGE_MAX_BYTES of it at most */
        int (*remove)(MailboxSession *session, const char *name);
        int (*mark)(MailboxSession *session, const char *name); /* NULL where it cannot be */
        int (*finish)(MailboxSession *session);                 /* what was removed may be gone only then */
        void (*close)(MailboxSession *session);                 /* always, also after open() has failed */
} MailboxKind;

extern const MailboxKind mailbox_imap, mailbox_pop3, mailbox_maildir;

enum {
        MAILBOX_FOLDER_SIZE = 512,
        MAILBOX_NAMES_MAX = 100000, /* in one listing */
};

/**
 * mailbox_check_server() - what holds for the URL of either server; @ret_folder is the URL's path without
 * its slash, decoded.
 */
int mailbox_check_server(const MailboxOptions *options, char ret_folder[static MAILBOX_FOLDER_SIZE],
                InputError *ret_error);

/**
 * mailbox_fault() - fill in a session's error: one line, what is not printable as `?`. Return: @condition.
 */
int mailbox_fault(const MailboxSession *session, int condition, const char *format, ...)
                __attribute__((format(printf, 3, 4)));
