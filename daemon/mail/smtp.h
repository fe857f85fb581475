#pragma once

/*
 * One SMTP submission at a time over one kept connection (RFC 5321). The only home of libcurl. Blocks; lives on a mail thread, never on
 * the main loop. It tells exactly how far a mail got: design in reminders: `on_commit` is called when everything but the final CRLF has
 * been handed over, and only when it returns 0 can a server ever accept the message.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <stdbool.h>

typedef struct Smtp Smtp;

typedef struct SmtpOptions {
        const char *url;      /* smtp:// or smtps:// with host and port */
        const char *username; /* "" or NULL for none */
        const char *password; /* never logged */
        const char *ca_file;  /* "" or NULL: the system's */
        const char *hello;    /* EHLO name; NULL: the host's */
        bool starttls;        /* require it on smtp:// */
        usec_t reply_timeout; /* how long the server may take for one reply */
} SmtpOptions;

/** smtp_check() - whether these options may be used: plain text only to loopback and without a password. Return: 0 or -EINVAL. */
int smtp_check(const SmtpOptions *options, InputError *ret_error);

/** smtp_url_is_loopback() - whether the URL's host is 127.0.0.0/8, ::1 or localhost. */
bool smtp_url_is_loopback(const char *url);

/**
 * smtp_new() - @options is copied; smtp_global_init() must have been called once before any thread
 * smtp_free() - says QUIT and does not wait for the reply
 */
int smtp_global_init(void);
int smtp_new(const SmtpOptions *options, Smtp **ret);
Smtp *smtp_free(Smtp *smtp);
DEFINE_CLEANUP(Smtp, smtp_freep, smtp_free)

typedef struct SmtpMail {
        const char *sender;    /* envelope; an address */
        const char *recipient; /* envelope; an address, checked by the caller with card_email_valid() */
        const char *bytes;     /* the message, CRLF ends */
        size_t len;
        int (*on_commit)(void *userdata); /* 0 lets the final CRLF go; anything else aborts before it */
        bool (*on_wait)(bool committed,
                        void *userdata); /* about once a second; false ends what is not committed: not delivered; may be NULL */
        void *userdata;
} SmtpMail;

typedef enum SmtpVerdict {
        SMTP_NOT_DELIVERED, /* ended before on_commit: retry freely (reply_code says whether the server refused) */
        SMTP_SENT,          /* committed, and the first reply is 2yz, whatever libcurl's code says */
        SMTP_DEFERRED, /* the same, 4yz */
        SMTP_REFUSED,  /* the same, 5yz */
        SMTP_UNKNOWN,  /* committed, and no reply that was whole, or one that makes no sense */
} SmtpVerdict;

typedef struct SmtpOutcome {
        SmtpVerdict verdict;
        int reply_code; /* after the commit of the first reply, before it of the last; 0 when there was none */
        bool recipient_refused; /* not delivered because of a 5yz to this recipient or message, not because of the server as a whole, or of a sender that it does not like */
        char reply[512];        /* the last reply's text or libcurl's own error, one line, printable */
} SmtpOutcome;

/**
 * smtp_submit() - hand over one mail
 * Return: 0 with an outcome; without one, and with nothing delivered: -ECANCELED (on_commit did not return 0), -EINVAL (an address that
 * is empty or has blanks, controls or <> in it, a message without CRLF at its end), -ENOMEM.
 */
int smtp_submit(Smtp *smtp, const SmtpMail *mail, SmtpOutcome *ret);
