#pragma once

/*
 * Reads a mailbox in rounds: IMAP, POP3 or a Maildir. Each new message is passed to `on_message`, whose
 * result decides what happens to it. A message that was taken is removed. A message of no interest stays
 * and is marked as read (in a Maildir it moves to cur/). A message that could not be processed is passed
 * again in the next round, after all others. The functions block, so a mailbox needs its own thread. This
 * module knows nothing of bounces.
 *
 * If the process is killed or the connection breaks before a removal, the message is passed once more, so
 * `on_message` must recognize a message that it has taken before. POP3 has no marks: a message that stays
 * is remembered by its UIDL as long as the Mailbox exists, and passed once more after a restart.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        MAILBOX_MESSAGE_MAX_BYTES = 1024 * 1024, /* a longer message is cut */
        MAILBOX_ROUND_MAX = 500,                 /* maximum number of messages in one round */
        MAILBOX_ERROR_SIZE = 512,
};

typedef struct Mailbox Mailbox;

typedef struct MailboxOptions {
        const char *url; /* imap(s)://HOST/FOLDER (default INBOX), pop3(s)://HOST, maildir:/PATH */
        const char *username, *password; /* at a server; the password is never logged */
        const char *ca_file;             /* "" or NULL for the system's */
        bool starttls;                   /* require STARTTLS on imap:// and pop3:// */
} MailboxOptions;

/** The results of on_message. With any other value the message is passed again in the next round. */
enum {
        MAILBOX_REMOVE = 0, /* taken and stored durably */
        MAILBOX_LEAVE = 1,  /* of no interest; not passed again */
};

typedef struct MailboxTaker {
        int (*on_message)(const char *bytes, size_t len, void *userdata);
        bool (*on_wait)(void *userdata); /* about once a second and between messages; false ends the round */
        void *userdata;
} MailboxTaker;

enum {
        /* a failure of the server, the network or the file system; MailboxRound.error describes it */
        MAILBOX_E_FAILED = CONDITIONS_MAIL + 1,
};

typedef struct MailboxRound {
        size_t n_removed, n_left, n_kept; /* messages by result of on_message; n_kept: any other value */
        bool more;                      /* new messages are left after MAILBOX_ROUND_MAX: read again soon */
        char error[MAILBOX_ERROR_SIZE]; /* the last fault, one line, without the password; "" for none */
} MailboxRound;

/**
 * mailbox_check() - check the options, by the rules of smtp_check()
 * @ret_error: names the key without its section
 *
 * Return: 0 or -EINVAL.
 */
int mailbox_check(const MailboxOptions *options, InputError *ret_error);

/** mailbox_is_remote() - whether the mailbox is on another machine, according to its URL. */
bool mailbox_is_remote(const char *url);

/**
 * mailbox_new() - make a Mailbox, which opens a connection in each round. smtp_global_init() must have
 * been called.
 * @options: copied
 * @ret:     NULL on failure
 *
 * Return: 0, -EINVAL, -ENOMEM.
 */
int mailbox_new(const MailboxOptions *options, Mailbox **ret);
Mailbox *mailbox_free(Mailbox *mailbox);
DEFINE_CLEANUP(Mailbox, mailbox_freep, mailbox_free)

/**
 * mailbox_read() - read one round of new messages
 * @ret: set in all cases
 *
 * Return: 0, MAILBOX_E_FAILED, -ECANCELED if on_wait returned false, -ENOMEM. Messages passed before the
 * failure were processed.
 */
int mailbox_read(Mailbox *mailbox, const MailboxTaker *taker, MailboxRound *ret);
