#pragma once

/*
 * Writes to the journal when the program runs under systemd, otherwise to standard error (with the `<N>`
 * prefixes of sd-daemon(3) if a service manager reads it). A function that handles an error instead of
 * passing it up logs the error once, with the fields that help to understand it. Secrets are never logged,
 * and addresses of people only if the configuration allows it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <syslog.h>

/**
 * One structured field of the journal, such as { "EVENT_UID", uid }; the name is in capitals, the value
 * borrowed.
 */
typedef struct LogField {
        const char *name;
        const char *value; /* a field whose value is NULL is left out */
} LogField;

/**
 * log_write() - write one message
 * @priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO or LOG_DEBUG of syslog.h
 * @fields:   ended by a field without a name; NULL for none. Only the journal gets them.
 */
void log_write(int priority, const LogField *fields, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

/**
 * Messages that an administrator may have to act on, or search for: each kind has a MESSAGE_ID, and an
 * explanation in units/convened.catalog.
 */
typedef enum JournalKind {
        JOURNAL_SERVING,
        JOURNAL_START_FAILED,
        JOURNAL_CONFIG_LOADED,
        JOURNAL_CONFIG_REFUSED,
        JOURNAL_STORE_FAILS,
        JOURNAL_MAIL_SENT,
        JOURNAL_MAIL_DEFERRED, /* tried again later */
        JOURNAL_MAIL_FAILED,
        JOURNAL_MAIL_UNKNOWN, /* submitted, but without a reply */
        JOURNAL_MAIL_PARKED,
        JOURNAL_MAIL_DROPPED,       /* no longer wanted */
        JOURNAL_MAIL_BOUNCED,       /* returned after it had been sent */
        JOURNAL_CONTACT_SUPPRESSED, /* the contact gets no more mail */
        JOURNAL_SENDING_STOPPED,
        JOURNAL_MAILS_HELD, /* held until an operator decides, because an older store was put back */
        JOURNAL_STUCK,
        JOURNAL_CHECK_FAILED,
        JOURNAL_CERTIFICATE, /* a warning about the certificate in use, or about to be used */
        JOURNAL_MAILBOX_FAILS,
        JOURNAL_MAILBOX_READ,   /* read again after a failure */
        JOURNAL_LOGIN_FAILED,   /* a wrong name or password */
        JOURNAL_SENDER_REFUSED, /* the mail server refuses all mail of this sender, or some of it */
} JournalKind;

/** log_kind() - write one message with the priority of its kind; @fields as for log_write() */
void log_kind(JournalKind kind, const LogField *fields, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

/**
 * log_hide_addresses() - copy @text with `***` in place of each e-mail address, cut to @size octets with the
 * NUL. For text from other programs, such as a mail server's reply.
 */
void log_hide_addresses(const char *text, char *ret, size_t size);

#define log_error(...)   log_write(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, NULL, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, NULL, __VA_ARGS__)

/** LOG_FIELDS() - a field list in place: `log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", uid }), "...")`. */
#define LOG_FIELDS(...) ((const LogField[]){ __VA_ARGS__, { NULL, NULL } })

/**
 * log_open() - choose where messages are written; call it once, before threads start. Without it messages
 * are written to standard error.
 */
void log_open(void);

/** log_is_journal() - whether messages are written to the journal. */
bool log_is_journal(void);
