#pragma once

/*
 * One SMTP submission at a time over one kept connection (RFC 5321). libcurl connects, turns to TLS and
 * logs in, whatever the server wants for it, and carries the octets; the transaction is here, where it is
 * known exactly how far a mail got (libcurl's own says the final dot by itself, and waits for the reply
 * with everybody else). Nothing here waits: the thread that drives a connection waits for its sockets with poll(),
 * for those of many connections at once. Everything but the final CRLF is handed over, and only after
 * smtp_commit() can a server ever accept the message.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <poll.h>
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

/**
 * smtp_check() - whether these options may be used: plain text only to loopback and without a password.
 * Return: 0 or -EINVAL.
 */
int smtp_check(const SmtpOptions *options, InputError *ret_error);

/** smtp_url_is_loopback() - whether the URL's host is 127.0.0.0/8, ::1 or localhost. */
bool smtp_url_is_loopback(const char *url);

/**
 * smtp_new() - @options is copied; smtp_global_init() must have been called once before any thread; *ret is NULL
 * on failure
 * smtp_free() - says QUIT and does not wait for the reply
 */
int smtp_global_init(void);
int smtp_new(const SmtpOptions *options, Smtp **ret);
Smtp *smtp_free(Smtp *smtp);
DEFINE_CLEANUP(Smtp, smtp_freep, smtp_free)

/* All of it is borrowed until the submission is done or was aborted. */
typedef struct SmtpMail {
        const char *sender;    /* envelope; an address */
        const char *recipient; /* envelope; an address, checked by the caller with card_email_valid() */
        const char *bytes;     /* the message, CRLF ends */
        size_t len;
} SmtpMail;

typedef enum SmtpStage {
        SMTP_IDLE,      /* nothing is under way */
        SMTP_UNDER_WAY, /* smtp_go_on() when poll() says so */
        SMTP_AT_COMMIT, /* everything but the final CRLF has been handed over: smtp_commit() or smtp_abort() is awaited */
        SMTP_DONE, /* smtp_outcome() */
} SmtpStage;

typedef enum SmtpVerdict {
        SMTP_NOT_DELIVERED, /* ended before the commit: retry freely (reply_code says whether the server refused) */
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
 * smtp_begin() - a submission, where none is under way
 * Return: 0, -EINVAL (an address that is empty or has blanks, controls or <> in it, a message without CRLF
 * at its end), -ENOMEM; then nothing was begun.
 */
int smtp_begin(Smtp *smtp, const SmtpMail *mail);

enum { SMTP_SOCKETS_MAX = 5 }; /* while a connection is made */

/**
 * smtp_poll() - what to wait for
 * @ret: sockets and the events wanted of them
 * @ret_until: when smtp_go_on() is to be called in any case, on the monotonic clock;
 *             USEC_INFINITY: no such time
 * Return: how many sockets
 */
size_t smtp_poll(const Smtp *smtp, struct pollfd ret[static SMTP_SOCKETS_MAX], usec_t *ret_until);

/**
 * smtp_go_on() - do what can be done now; @sockets with what poll() said of those of smtp_poll(). Return:
 * smtp_stage().
 */
SmtpStage smtp_go_on(Smtp *smtp, const struct pollfd *sockets, size_t n);
SmtpStage smtp_stage(const Smtp *smtp);

/**
 * smtp_commit() - at SMTP_AT_COMMIT: let the final CRLF go. It goes with the next smtp_go_on(), for which
 * smtp_poll() says that it is time.
 */
void smtp_commit(Smtp *smtp);

/** smtp_abort() - before smtp_commit(): end it with nothing delivered. SMTP_IDLE again. */
void smtp_abort(Smtp *smtp);

/**
 * smtp_outcome() - at SMTP_DONE, borrowed until the next smtp_begin(), before which nothing else need be
 * done.
 */
const SmtpOutcome *smtp_outcome(const Smtp *smtp);
