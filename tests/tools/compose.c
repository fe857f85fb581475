/*
 * compose [FIELD=VALUE]...: prints the mail that mail/message makes of these fields, named as in its header;
 * `text=@FILE` takes a file's bytes. Exit status 3: refused as invalid.
 */

#include "base/file.h"
#include "mail/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 16 * 1024 * 1024, EXIT_INVALID = 3 };

static const char **text_field(Message *message, const char *name, size_t len)
{
        const struct {
                const char *name;
                const char **value;
        } fields[] = {
                { "from", &message->from },
                { "reply_to", &message->reply_to },
                { "to_name", &message->to_name },
                { "to", &message->to },
                { "subject", &message->subject },
                { "message_id", &message->message_id },
                { "in_reply_to", &message->in_reply_to },
                { "language", &message->language },
                { "list_id", &message->list_id },
                { "unsubscribe_url", &message->unsubscribe_url },
                { "text", &message->text },
                { "html", &message->html },
                { "calendar", &message->calendar },
                { "calendar_method", &message->calendar_method },
                { "calendar_name", &message->calendar_name },
        };
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
                if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0)
                        return fields[i].value;
        return NULL;
}

/* Sets a field of the message. Texts from a file are never freed. */
static int set_field(Message *message, const char *argument)
{
        size_t len = strcspn(argument, "=");
        const char *value = argument[len] == '=' ? argument + len + 1 : argument + len;
        if (len == 4 && memcmp(argument, "date", len) == 0) {
                message->date = atoll(value) * USEC_PER_SEC;
                return 0;
        }
        if (len == 11 && memcmp(argument, "date_offset", len) == 0) {
                message->date_offset = atoi(value);
                return 0;
        }
        const char **field = text_field(message, argument, len);
        if (!field)
                return -EINVAL;
        *field = value;
        if (value[0] != '@' || !value[1])
                return 0;
        char *bytes;
        size_t n;
        int r = file_read(value + 1, MESSAGE_MAX_BYTES, &bytes, &n);
        if (r == 0)
                *field = bytes;
        return r;
}

int main(int argc, char **argv)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MESSAGE_MAX_BYTES);
        Message message = {
                .from = "reminders@example.org",
                .to = "visitor@example.org",
                .subject = "Reminder",
                .message_id = "1@example.org",
                .language = "en",
                .text = "Text\n",
                .calendar_method = "PUBLISH",
                .calendar_name = "event.ics",
        };
        for (int i = 1; i < argc; i++)
                if (set_field(&message, argv[i]) < 0)
                        return 2;
        message.calendar_len = message.calendar ? strlen(message.calendar) : 0;
        int r = message_compose(&message, &out);
        if (r < 0)
                return r == -EINVAL && out.len == 0 ? EXIT_INVALID : 1;
        return fwrite(out.data, 1, out.len, stdout) == out.len ? 0 : 1;
}
