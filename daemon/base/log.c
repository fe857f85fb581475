#include "base/log.h"

#include "base/buffer.h"

#include <ctype.h>
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

/*
 * Whether standard error is connected to the journal: JOURNAL_STREAM has the device and inode of the
 * journal's stream (systemd.exec(5)).
 */
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

bool log_is_journal(void)
{
        return to_journal;
}

/* The priority and the random MESSAGE_ID= (sd_journal_print(3)) of each kind. */
static const struct {
        int priority;
        const char *id;
} kinds[] = {
        [JOURNAL_SERVING] = { LOG_INFO, "dbe2cd1443ff4024a5052c8aa99e229c" },
        [JOURNAL_START_FAILED] = { LOG_ERR, "09d17a030e2847fcbdae6480dd116214" },
        [JOURNAL_CONFIG_LOADED] = { LOG_INFO, "dcd3e0cc7076496e83104908c54bf18a" },
        [JOURNAL_CONFIG_REFUSED] = { LOG_ERR, "9b234eb6a71e4233bd9ab8328f23ad2d" },
        [JOURNAL_STORE_FAILS] = { LOG_ERR, "cea6469ae4d6487ab42c8c4f77a4837c" },
        [JOURNAL_MAIL_SENT] = { LOG_INFO, "5badce93365348f3aef89af6a3c00718" },
        [JOURNAL_MAIL_DEFERRED] = { LOG_WARNING, "0fef91bbdbe6488a980e7167493ce06e" },
        [JOURNAL_MAIL_FAILED] = { LOG_ERR, "48938744af324b3583da8f29efad4a9c" },
        [JOURNAL_MAIL_UNKNOWN] = { LOG_WARNING, "4eb2766052d34d0a8389508e75761751" },
        [JOURNAL_MAIL_PARKED] = { LOG_ERR, "e63d757a48684795a4bb32339188b11d" },
        [JOURNAL_MAIL_DROPPED] = { LOG_INFO, "3cad4d7e3b394db8913e2779cc80b56a" },
        [JOURNAL_MAIL_BOUNCED] = { LOG_NOTICE, "cb9eb425f131474ebc276555c6693ae1" },
        [JOURNAL_CONTACT_SUPPRESSED] = { LOG_WARNING, "761fa934bac643f998ec0bdd0e3c3753" },
        [JOURNAL_SENDING_STOPPED] = { LOG_ERR, "302b5822bf1146bc948ea6d1891062ee" },
        [JOURNAL_MAILS_HELD] = { LOG_ERR, "aed3a6986ea14924a1d35bbe64d6e930" },
        [JOURNAL_STUCK] = { LOG_ERR, "339bec4d87a441b180afceed45e8f24f" },
        [JOURNAL_CHECK_FAILED] = { LOG_ERR, "cd050399f0f7410681afddcf4ee95257" },
        [JOURNAL_CERTIFICATE] = { LOG_WARNING, "601319a44ff44bebac4e11e79d6759a3" },
        [JOURNAL_MAILBOX_FAILS] = { LOG_ERR, "daa3c432b4c1439bbde410999befe000" },
        [JOURNAL_MAILBOX_READ] = { LOG_INFO, "4fe37cdcfb5c4bd4b1f83dcc35c7a5b7" },
        [JOURNAL_LOGIN_FAILED] = { LOG_WARNING, "d5341fd42068482c9f863dc369acbd56" },
        [JOURNAL_SENDER_REFUSED] = { LOG_ERR, "d56ff967921e4e80a4ca820aff1f4af4" },
};

static void add_field(Buffer *lines, size_t *ends, int *n, const char *name, const char *value)
{
        if (!value || *n == LOG_FIELDS_MAX)
                return;
        buffer_printf(lines, "%s=%s", name, value);
        ends[(*n)++] = lines->len;
}

static void write_journal(int priority, const char *id, const LogField *fields, const char *message)
{
        Buffer lines = BUFFER_INIT(65536);
        struct iovec vectors[LOG_FIELDS_MAX];
        size_t ends[LOG_FIELDS_MAX];
        const char digit[] = { (char)('0' + priority), '\0' };
        int n = 0;
        add_field(&lines, ends, &n, "PRIORITY", digit);
        add_field(&lines, ends, &n, "MESSAGE", message);
        add_field(&lines, ends, &n, "MESSAGE_ID", id);
        for (const LogField *field = fields; field && field->name; field++)
                add_field(&lines, ends, &n, field->name, field->value);
        for (int i = 0; i < n; i++) {
                size_t start = i ? ends[i - 1] : 0;
                vectors[i] = (struct iovec){ lines.data + start, ends[i] - start };
        }
        if (buffer_error(&lines) < 0 || sd_journal_sendv(vectors, n) < 0)
                fprintf(stderr, "%s\n", message);
        buffer_done(&lines);
}

__attribute__((format(printf, 4, 0))) static void write_message(
                int priority, const char *id, const LogField *fields, const char *format, va_list arguments)
{
        int saved_errno = errno;
        char message[LOG_MESSAGE_MAX];
        vsnprintf(message, sizeof(message), format, arguments);
        if (to_journal)
                write_journal(priority, id, fields, message);
        else if (with_prefix)
                fprintf(stderr, "<%d>%s\n", priority, message);
        else
                fprintf(stderr, "%s: %s\n", program_invocation_short_name, message);
        errno = saved_errno;
}

void log_write(int priority, const LogField *fields, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        write_message(priority, NULL, fields, format, arguments);
        va_end(arguments);
}

void log_kind(JournalKind kind, const LogField *fields, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        write_message(kinds[kind].priority, kinds[kind].id, fields, format, arguments);
        va_end(arguments);
}

static bool is_of_address(unsigned char c)
{
        return isalnum(c) || c >= 0x80 || strchr(".!\"#$%&'*+/=?^_`{|}~-", c);
}

void log_hide_addresses(const char *text, char *ret, size_t size)
{
        size_t len = 0;
        while (*text && len + sizeof("***") < size) {
                size_t local = 0, domain = 0;
                while (text[local] && is_of_address((unsigned char)text[local]))
                        local++;
                while (text[local] == '@' && text[local + 1 + domain] &&
                                is_of_address((unsigned char)text[local + 1 + domain]))
                        domain++;
                if (local > 0 && domain > 0) {
                        memcpy(ret + len, "***", 3);
                        len += 3;
                        text += local + 1 + domain;
                        continue;
                }
                size_t n = local > 0 ? local : 1, room = size - 1 - len;
                n = n < room ? n : room;
                memcpy(ret + len, text, n);
                len += n;
                text += n;
        }
        ret[len] = '\0';
}
