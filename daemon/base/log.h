#pragma once

/*
 * The journal when the program runs under systemd, standard error otherwise (with the `<N>` prefixes of
 * sd-daemon(3) only when that is not a terminal). A function that stops passing an error up logs it, once,
 * with the fields that a reader needs. Secrets never come here; addresses of people only where the
 * configuration allows it.
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
 * @fields:   ended by a field without a name; NULL for none
 */
void log_write(int priority, const LogField *fields, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

/**
 * Messages that an administrator may have to act on, or search for: each kind has a MESSAGE_ID, and a word
 * on what to do in units/convened.catalog.
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
        JOURNAL_MAIL_UNKNOWN, /* handed over, no reply */
        JOURNAL_MAIL_PARKED,
        JOURNAL_MAIL_DROPPED,       /* not wanted any more */
        JOURNAL_MAIL_BOUNCED,       /* came back after it had been sent */
        JOURNAL_CONTACT_SUPPRESSED, /* for that nothing more is mailed */
        JOURNAL_SENDING_STOPPED,
        JOURNAL_STUCK,
        JOURNAL_CHECK_FAILED,
        JOURNAL_CERTIFICATE, /* a warning of the certificate that is in use, or would be */
        JOURNAL_MAILBOX_FAILS,
        JOURNAL_MAILBOX_READ, /* again, after it failed */
} JournalKind;

/** log_kind() - write one message of a kind, which has its own priority; @fields as for log_write() */
void log_kind(JournalKind kind, const LogField *fields, const char *format, ...)
                __attribute__((format(printf, 3, 4)));

/**
 * log_hide_addresses() - @text with `***` for each e-mail address, as much as fits; for what others say,
 * like a mail server.
 */
void log_hide_addresses(const char *text, char *ret, size_t size);

#define log_error(...)   log_write(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, NULL, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, NULL, __VA_ARGS__)

/** LOG_FIELDS() - a field list in place: `log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", uid }), "...")`. */
#define LOG_FIELDS(...) ((const LogField[]){ __VA_ARGS__, { NULL, NULL } })

/**
 * log_open() - decide once, before threads start, where messages go. Without it they go to standard error.
 */
void log_open(void);

/** log_is_journal() - whether that is the journal. */
bool log_is_journal(void);
