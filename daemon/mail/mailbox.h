#pragma once

/*
 * Reads a mailbox in rounds: IMAP, POP3 or a Maildir. A message is removed only after `on_message` has taken
 * it; a message that `on_message` leaves alone stays, marked as read (Maildir: in cur/); a message that it
 * could not process is passed to it again in the next round, after all others. Blocks, so it needs its own
 * thread. Knows nothing of bounces.
 *
 * If the process is killed or the connection breaks before the removal, the message is passed on once more:
 * `on_message` must recognize a message that it has taken before. POP3 has no marks: a message that stays is
 * remembered by its UIDL while the Mailbox exists, and passed on once more after a restart.
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
        const char *username, *password; /* of a server; never logged */
        const char *ca_file;             /* "" or NULL: the system's */
        bool starttls;                   /* require it on imap:// and pop3:// */
} MailboxOptions;

/** The result of on_message. Any other value keeps the message for the next round. */
enum {
        MAILBOX_REMOVE = 0, /* taken and stored durably */
        MAILBOX_LEAVE = 1,  /* of no interest; not passed on again */
};

typedef struct MailboxTaker {
        int (*on_message)(const char *bytes, size_t len, void *userdata);
        bool (*on_wait)(void *userdata); /* about once a second and between messages; false ends the round */
        void *userdata;
} MailboxTaker;

enum {
        /* the server, the network or the file system; MailboxRound.error says what */
        MAILBOX_E_FAILED = CONDITIONS_MAIL + 1,
};

typedef struct MailboxRound {
        size_t n_removed, n_left, n_kept; /* by result of on_message; `n_kept` for any other value */
        bool more;                        /* more than MAILBOX_ROUND_MAX: start another round soon */
        char error[MAILBOX_ERROR_SIZE]; /* of the last fault, one line, without the password; "" for none */
} MailboxRound;

/**
 * mailbox_check() - check the options, as smtp_check() does; @ret_error names the key without its section.
 * Return: 0 or -EINVAL.
 */
int mailbox_check(const MailboxOptions *options, InputError *ret_error);

/** mailbox_is_remote() - whether the mailbox is on another machine, according to its URL. */
bool mailbox_is_remote(const char *url);

/**
 * mailbox_new() - make a Mailbox, which connects in each round; @options is copied. smtp_global_init() must
 * have been called before. *ret is NULL on failure. Return: 0, -EINVAL, -ENOMEM.
 */
int mailbox_new(const MailboxOptions *options, Mailbox **ret);
Mailbox *mailbox_free(Mailbox *mailbox);
DEFINE_CLEANUP(Mailbox, mailbox_freep, mailbox_free)

/**
 * mailbox_read() - read one round of new messages
 * @ret: always set
 * Return: 0, MAILBOX_E_FAILED (the messages before were processed), -ECANCELED (on_wait returned false),
 * -ENOMEM.
 */
int mailbox_read(Mailbox *mailbox, const MailboxTaker *taker, MailboxRound *ret);
