#pragma once

/*
 * The mailbox that bounces come to, read in rounds: IMAP, POP3 or a Maildir. A message is removed only
 * after `on_message` has taken it; one that it leaves alone stays, marked as read (Maildir: in cur/); one
 * that it could not deal with is handed over again in the next round, behind all others. Blocks, so that it
 * needs a thread of its own. Knows nothing of bounces.
 *
 * A process that is killed, or a connection that breaks, between the two leaves the message where it was:
 * it is handed over once more, and `on_message` must recognise one that it has taken before. POP3 has no
 * marks: what stays is remembered by its UIDL as long as the Mailbox lives, and handed over once more after
 * a start.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        MAILBOX_MESSAGE_MAX_BYTES = 1024 * 1024, /* of a longer message the beginning is handed over */
        MAILBOX_ROUND_MAX = 500,                 /* messages handed over in one round, at most */
        MAILBOX_ERROR_SIZE = 512,
};

typedef struct Mailbox Mailbox;

typedef struct MailboxOptions {
        const char *url; /* imaps://HOST/FOLDER, imap://, pop3s://HOST, pop3://, maildir:/PATH; no folder: INBOX */
        const char *username, *password; /* of a server; never logged */
        const char *ca_file;             /* "" or NULL: the system's */
        bool starttls;                   /* require it on imap:// and pop3:// */
} MailboxOptions;

/** The result of on_message. Any other value: not now, the message stays as it is. */
enum {
        MAILBOX_REMOVE = 0, /* taken, durably */
        MAILBOX_LEAVE = 1,  /* not ours; not handed over again */
};

typedef struct MailboxTaker {
        int (*on_message)(const char *bytes, size_t len, void *userdata);
        bool (*on_wait)(void *userdata); /* about once a second, and between messages; false ends the round */
        void *userdata;
} MailboxTaker;

enum {
        /* the server, the network or the file system; MailboxRound.error says what */
        MAILBOX_E_FAILED = CONDITIONS_MAIL + 1,
};

typedef struct MailboxRound {
        size_t n_removed, n_left,
                        n_kept; /* of those handed over: `kept` are those that it could not deal with */
        bool more;              /* more than MAILBOX_ROUND_MAX: look again soon */
        char error[MAILBOX_ERROR_SIZE]; /* one line, without the password; also of a round that went on: of its last fault; "" */
} MailboxRound;

/**
 * mailbox_check() - whether these options may be used, as smtp_check(): the key is named without its
 * section. Return: 0 or -EINVAL.
 */
int mailbox_check(const MailboxOptions *options, InputError *ret_error);

/** mailbox_is_remote() - whether it is on another machine, as far as its URL tells. */
bool mailbox_is_remote(const char *url);

/**
 * mailbox_new() - @options is copied; smtp_global_init() must have been called. Connects with each round
 * only. *ret is NULL on failure. Return: 0, -EINVAL, -ENOMEM.
 */
int mailbox_new(const MailboxOptions *options, Mailbox **ret);
Mailbox *mailbox_free(Mailbox *mailbox);
DEFINE_CLEANUP(Mailbox, mailbox_freep, mailbox_free)

/**
 * mailbox_read() - one round: hand over what is new
 * @ret: set in every case
 * Return: 0, MAILBOX_E_FAILED (what was handed over before has been dealt with), -ECANCELED when on_wait
 * said so, -ENOMEM.
 */
int mailbox_read(Mailbox *mailbox, const MailboxTaker *taker, MailboxRound *ret);
