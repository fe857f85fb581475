#pragma once

/*
 * The journal when the program runs under systemd, standard error otherwise (with the `<N>` prefixes of sd-daemon(3) only
 * when that is not a terminal). Whoever stops passing an error up logs it, once, with the fields that a reader needs.
 * Secrets never come here; addresses of people only where the configuration allows it.
 */

#include <stddef.h>
#include <syslog.h>

/** One structured field of the journal, such as { "EVENT_UID", uid }; the name is in capitals, the value borrowed. */
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

#define log_error(...)   log_write(LOG_ERR, NULL, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, NULL, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, NULL, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, NULL, __VA_ARGS__)

/** LOG_FIELDS() - a field list in place: `log_write(LOG_INFO, LOG_FIELDS({ "EVENT_UID", uid }), "...")`. */
#define LOG_FIELDS(...) ((const LogField[]){ __VA_ARGS__, { NULL, NULL } })

/** log_open() - decide once, before threads start, where messages go. Without it they go to standard error. */
void log_open(void);
