#pragma once

/*
 * SMTP submissions, one at a time, over one connection that is kept open between them (RFC 5321). libcurl
 * connects, starts TLS, logs in and transports the octets. The transaction is run here, so that it is known
 * exactly how far a mail got (libcurl's own transaction sends the final dot by itself, and blocks until the
 * reply). No function waits: the calling thread waits with poll(), for the sockets of many connections at
 * once. First everything except the final CRLF and dot is sent; only after smtp_commit() can the server
 * accept the message.
 */

#include "base/cleanup.h"
#include "base/input-error.h"
#include "base/time.h"

#include <poll.h>
#include <stdbool.h>

typedef struct Smtp Smtp;

typedef enum SmtpSide { SMTP_NOTE, SMTP_CLIENT, SMTP_SERVER } SmtpSide;

/** One line of the dialogue, without a secret and without its line end; @line is borrowed. */
typedef void (*SmtpDialogue)(SmtpSide side, const char *line, void *userdata);

/*
 * To a server on this machine without a secret and without ca_file, TLS is used if the server offers it,
 * and its certificate is not verified: a process that could intercept the connection could read the
 * machine's files, too. All other servers must have TLS and a certificate that can be verified.
 */
typedef struct SmtpOptions {
        const char *url;           /* smtp:// or smtps:// with host and port, or unix:/PATH of a socket */
        const char *username;      /* "" or NULL for none */
        const char *password;      /* never logged */
        const char *token_file;    /* of a bearer token instead of a password, read for each connection */
        const char *token_command; /* a program that prints the token; run again if the server refuses it */
        const char *ca_file;       /* "" or NULL for the system's */
        const char *hello;         /* EHLO name; "" or NULL for the host's name */
        bool starttls;             /* require STARTTLS on smtp:// */
        usec_t reply_timeout;      /* how long the server may take for one reply */
        usec_t connect_timeout;    /* for the connection without the server's greeting; 0 for 30 s */
        SmtpDialogue on_dialogue;  /* NULL for none */
        void *dialogue_userdata;
} SmtpOptions;

/**
 * smtp_check() - check the options. Plain text is allowed only to this machine and without a password.
 * Return: 0 or -EINVAL.
 */
int smtp_check(const SmtpOptions *options, InputError *ret_error);

/** smtp_url_is_loopback() - whether the URL's host is 127.0.0.0/8, ::1 or localhost, or it is a socket. */
bool smtp_url_is_loopback(const char *url);

/**
 * smtp_url_host() - get the host of a URL, without the brackets of an address. Return: false for a socket,
 * or if the URL cannot be parsed.
 */
bool smtp_url_host(const char *url, char *ret, size_t size);

/** smtp_global_init() - initialize libcurl; call it once, before any thread starts. Return: 0 or -ENOMEM. */
int smtp_global_init(void);

/**
 * smtp_new() - make a submitter, which does not connect yet; @options is copied; *ret is NULL on failure
 * Return: 0; -EINVAL or -ENAMETOOLONG if libcurl cannot use the URL or the name for EHLO; -ENOMEM.
 */
int smtp_new(const SmtpOptions *options, Smtp **ret);

/** smtp_free() - send QUIT without waiting for the reply, and close the connection */
Smtp *smtp_free(Smtp *smtp);
DEFINE_CLEANUP(Smtp, smtp_freep, smtp_free)

/* All fields are borrowed until the submission is done or aborted. */
typedef struct SmtpMail {
        const char *sender;    /* envelope; an address */
        const char *recipient; /* envelope; an address, checked by the caller with card_email_valid() */
        const char *bytes;     /* the message, with CRLF line ends */
        size_t len;
} SmtpMail;

typedef enum SmtpStage {
        SMTP_IDLE,      /* no submission */
        SMTP_UNDER_WAY, /* call smtp_go_on() when poll() returns */
        SMTP_AT_COMMIT, /* all but the final CRLF and dot is sent: call smtp_commit() or smtp_abort() */
        SMTP_DONE,      /* call smtp_outcome() */
} SmtpStage;

typedef enum SmtpVerdict {
        SMTP_NOT_DELIVERED, /* failed before smtp_commit(): a retry is safe */
        SMTP_SENT,          /* the reply to the final dot is 2yz */
        SMTP_DEFERRED,      /* the reply to the final dot is 4yz */
        SMTP_REFUSED,       /* the reply to the final dot is 5yz */
        SMTP_UNKNOWN, /* the final dot may have arrived, but there is no complete or meaningful reply */
} SmtpVerdict;

enum { SMTP_REPLY_SIZE = 2048 };

/*
 * The reply's text is one printable line: the code, then the texts of all lines. A status code that each
 * line repeats (RFC 2034, 4) stands only once.
 *
 * A 4yz or 5yz to RCPT, DATA or the message concerns this mail alone. So does a
 * missing SMTPUTF8. A reply to an earlier command and a 421, after which the server closes the connection
 * (RFC 5321, 4.2.2), concern the server and all mails.
 */
typedef struct SmtpOutcome {
        SmtpVerdict verdict;
        int reply_code;     /* of the last reply; after smtp_commit(), of the reply to the dot; 0: none */
        bool lacks_utf8;    /* the server does not offer SMTPUTF8, and the address needs it (RFC 6531) */
        bool concerns_mail; /* that reply refuses this recipient or message, not the session or the sender */
        char reply[SMTP_REPLY_SIZE]; /* text of that reply, or libcurl's error; see below */
} SmtpOutcome;

/**
 * smtp_begin() - begin a submission; no other submission may be in progress
 *
 * If the token cannot be read, the stage is SMTP_DONE at once.
 *
 * Return: 0; -EINVAL if an address is empty or has blanks, control characters or <>, or the message does
 * not end with CRLF; -ENOMEM. On failure nothing has begun.
 */
int smtp_begin(Smtp *smtp, const SmtpMail *mail);

enum { SMTP_SOCKETS_MAX = 5 }; /* while connecting, libcurl may wait for several sockets */

/**
 * smtp_poll() - get the sockets and the time to wait for
 * @ret:       the sockets and their events
 * @ret_until: when to call smtp_go_on() at the latest, on the monotonic clock; USEC_INFINITY for no limit;
 *             0 at SMTP_DONE
 *
 * Return: the number of sockets.
 */
size_t smtp_poll(const Smtp *smtp, struct pollfd ret[static SMTP_SOCKETS_MAX], usec_t *ret_until);

/**
 * smtp_go_on() - continue the submission as far as possible without waiting
 * @sockets: those of smtp_poll(), with the result of poll()
 *
 * Return: smtp_stage().
 */
SmtpStage smtp_go_on(Smtp *smtp, const struct pollfd *sockets, size_t n);
SmtpStage smtp_stage(const Smtp *smtp);

/**
 * smtp_commit() - at SMTP_AT_COMMIT: send the final CRLF and the dot. If the socket does not take all
 * octets now, smtp_go_on() sends the rest.
 */
void smtp_commit(Smtp *smtp);

/**
 * smtp_abort() - before smtp_commit(): end the submission without delivery, and close the connection. The
 * new stage is SMTP_IDLE.
 */
void smtp_abort(Smtp *smtp);

/** smtp_outcome() - at SMTP_DONE: get the outcome, borrowed until the next smtp_begin(). */
const SmtpOutcome *smtp_outcome(const Smtp *smtp);
