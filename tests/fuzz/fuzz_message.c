/*
 * A mail with untrusted fields: name, subject, texts, calendar, language, divided by NUL. Its header has no
 * injected line, every line is short and 7-bit, and as a template it gives the same mail again.
 */

#include "base/cleanup.h"
#include "mail/message.h"
#include "mail/template.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 16 * 1024 * 1024, N_FIELDS = 6, LINE_MAX_BYTES = 998 /* RFC 5322, 2.1.1 */ };

#define TOKEN "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Return: the header's length. */
static size_t check_lines(const char *bytes, size_t len)
{
        size_t header = 0, begin = 0;
        for (size_t i = 0; i < len; i++) {
                assert((unsigned char)bytes[i] < 0x80 && bytes[i] != '\0');
                if (bytes[i] != '\n')
                        continue;
                assert(i > 0 && bytes[i - 1] == '\r' && i - begin < LINE_MAX_BYTES + 2);
                if (header == 0 && i == begin + 1)
                        header = i;
                begin = i + 1;
        }
        assert(header > 0);
        return header;
}

static size_t count_fields(const char *bytes, size_t header, const char *name)
{
        size_t n = 0, len = strlen(name);
        for (size_t i = 0; i + len < header; i++)
                n += (i == 0 || bytes[i - 1] == '\n') && strncasecmp(bytes + i, name, len) == 0;
        return n;
}

static void check_pattern(const Message *message, const Buffer *out)
{
        CLEANUP(message_template_freep) MessageTemplate *pattern = NULL;
        CLEANUP(buffer_done) Buffer again = BUFFER_INIT(OUT_BYTES);
        if (message_template_new(message, TOKEN, out->data, out->len, &pattern) != 0)
                return;
        const MessageReader reader = {
                .to_name = message->to_name,
                .to = message->to,
                .message_id = message->message_id,
                .date = message->date,
                .date_offset = message->date_offset,
                .token = TOKEN,
        };
        assert(message_template_fill(pattern, &reader, &again) == 0);
        assert(again.len == out->len && memcmp(again.data, out->data, out->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(cleanup_free) char *copy = malloc(size + 1);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OUT_BYTES);
        const char *fields[N_FIELDS];
        if (!copy)
                return 0;
        memcpy(copy, data, size);
        copy[size] = '\0';
        const char *at = copy;
        for (int i = 0; i < N_FIELDS; i++) {
                fields[i] = at;
                at += strlen(at);
                at += at < copy + size ? 1 : 0;
        }
        const Message message = {
                .from = "reminders@example.org",
                .to_name = fields[0][0] ? fields[0] : NULL,
                .to = "visitor@example.org",
                .subject = fields[1],
                .message_id = "1@example.org",
                .date = 1624460396LL * USEC_PER_SEC,
                .language = "ru",
                .list_id = "convened reminders <reminders.example.org>",
                .unsubscribe_url = "https://example.org/mail/" TOKEN,
                .text = fields[2],
                .html = fields[3][0] ? fields[3] : NULL,
                .calendar = fields[4][0] ? fields[4] : NULL,
                .calendar_len = strlen(fields[4]),
                .calendar_method = "PUBLISH",
                .calendar_name = "event.ics",
        };
        if (message_compose(&message, &out) != 0)
                return 0;
        size_t header = check_lines(out.data, out.len);
        assert(count_fields(out.data, header, "To:") == 1 && count_fields(out.data, header, "Bcc:") == 0 &&
                        count_fields(out.data, header, "Subject:") <= 1 &&
                        count_fields(out.data, header, "Message-ID:") == 1);
        check_pattern(&message, &out);
        return 0;
}
