#include "base/log.h"

#include "base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

enum { LOG_MESSAGE_MAX = 2048, LOG_FIELDS_MAX = 16 };

/* Written once by log_open() before any thread starts, only read afterwards. */
static bool to_journal, with_prefix;

/* systemd tells which stream is the journal's: JOURNAL_STREAM has the device and inode of standard error (systemd.exec(5)). */
static bool stderr_is_journal(void)
{
        const char *stream = getenv("JOURNAL_STREAM");
        struct stat status;
        unsigned long device, inode;
        if (!stream || sscanf(stream, "%lu:%lu", &device, &inode) != 2 || fstat(STDERR_FILENO, &status) < 0)
                return false;
        return status.st_dev == device && status.st_ino == inode;
}

void log_open(void)
{
        to_journal = stderr_is_journal();
        with_prefix = !isatty(STDERR_FILENO) && getenv("INVOCATION_ID");
}

static void write_journal(int priority, const LogField *fields, const char *message)
{
        Buffer lines = BUFFER_INIT(65536);
        struct iovec vectors[LOG_FIELDS_MAX];
        size_t ends[LOG_FIELDS_MAX];
        int n = 0;
        buffer_printf(&lines, "PRIORITY=%d", priority);
        ends[n++] = lines.len;
        buffer_printf(&lines, "MESSAGE=%s", message);
        ends[n++] = lines.len;
        for (const LogField *field = fields; field && field->name && n < LOG_FIELDS_MAX; field++)
                if (field->value) {
                        buffer_printf(&lines, "%s=%s", field->name, field->value);
                        ends[n++] = lines.len;
                }
        for (int i = 0; i < n; i++) {
                size_t start = i ? ends[i - 1] : 0;
                vectors[i] = (struct iovec){ lines.data + start, ends[i] - start };
        }
        if (buffer_error(&lines) < 0 || sd_journal_sendv(vectors, n) < 0)
                fprintf(stderr, "%s\n", message);
        buffer_done(&lines);
}

void log_write(int priority, const LogField *fields, const char *format, ...)
{
        int saved_errno = errno;
        char message[LOG_MESSAGE_MAX];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(message, sizeof(message), format, arguments);
        va_end(arguments);
        if (to_journal)
                write_journal(priority, fields, message);
        else if (with_prefix)
                fprintf(stderr, "<%d>%s\n", priority, message);
        else
                fprintf(stderr, "convened: %s\n", message);
        errno = saved_errno;
}
