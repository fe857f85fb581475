#include "mail/template.h"

#include "mail/flowed.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_MAX = 24, PART_MAX_BYTES = 1024 * 1024 };

/* The content of a slot. */
typedef enum SlotKind {
        SLOT_TO,
        SLOT_DATE,
        SLOT_MESSAGE_ID,
        SLOT_TOKEN,
        SLOT_BOUNDARY,
        SLOT_TEXT,
        SLOT_HTML
} SlotKind;

typedef struct Slot {
        SlotKind kind;
        size_t offset, len; /* of the slot's content in the first mail */
} Slot;

/* A text part before encoding, with CRLF line ends, and the offsets of the token in it. */
typedef struct Part {
        Buffer plain;
        GMimeContentEncoding encoding;
        size_t tokens[SLOTS_MAX];
        int n_tokens;
} Part;

struct MessageTemplate {
        Buffer bytes;
        size_t token_len;
        Part text, html;
        Slot slots[SLOTS_MAX]; /* sorted by offset */
        int n_slots;
};

MessageTemplate *message_template_free(MessageTemplate *template)
{
        if (!template)
                return NULL;
        buffer_done(&template->bytes);
        buffer_done(&template->text.plain);
        buffer_done(&template->html.plain);
        free(template);
        return NULL;
}

/*
 * Finds every offset of @what in the bytes from @from to @to. Return: the number of offsets; -1 if there
 * are more than SLOTS_MAX.
 */
static int find_all(
                const char *bytes, size_t from, size_t to, const char *what, size_t ret[static SLOTS_MAX])
{
        size_t len = strlen(what);
        int n = 0;
        for (const char *place; (place = memmem(bytes + from, to - from, what, len)); n++) {
                if (n == SLOTS_MAX)
                        return -1;
                ret[n] = (size_t)(place - bytes);
                from = ret[n] + len;
        }
        return n;
}

/*
 * Adds a slot for each occurrence of @what before @end. @expected: the required number of occurrences; 0
 * for one or more.
 */
static int add_slots(MessageTemplate *template, SlotKind kind, const char *what, size_t end, int expected)
{
        size_t places[SLOTS_MAX];
        int n = find_all(template->bytes.data, 0, end, what, places);
        if (n <= 0 || (expected > 0 && n != expected) || template->n_slots + n > SLOTS_MAX)
                return MESSAGE_E_NO_TEMPLATE;
        for (int i = 0; i < n; i++)
                template->slots[template->n_slots++] = (Slot){ kind, places[i], strlen(what) };
        return 0;
}

static void append_crlf(const char *text, size_t len, Buffer *out)
{
        const char *end = text + len;
        while (text < end) {
                const char *line_end = memchr(text, '\n', (size_t)(end - text));
                size_t n = line_end ? (size_t)(line_end - text) : (size_t)(end - text);
                bool has_cr = n > 0 && text[n - 1] == '\r';
                buffer_append(out, text, n);
                if (line_end)
                        buffer_puts(out, has_cr ? "\n" : "\r\n");
                text += n + (line_end ? 1 : 0);
        }
}

/* Encodes the text, and then turns the line ends into CRLF, in the same order as GMime's streams do. */
static int encode(GMimeContentEncoding encoding, const Buffer *plain, Buffer *out)
{
        GMimeEncoding state;
        g_mime_encoding_init_encode(&state, encoding);
        char *encoded = malloc(g_mime_encoding_outlen(&state, plain->len) + 1);
        if (!encoded)
                return -ENOMEM;
        size_t len = g_mime_encoding_flush(&state, plain->data, plain->len, encoded);
        append_crlf(encoded, len, out);
        free(encoded);
        return buffer_error(out);
}

/* Adds the slot of a text part. Its encoding in the composed mail is found by trying each encoding. */
static int add_part(
                MessageTemplate *template, SlotKind kind, const char *text, const char *token, Part *part)
{
        static const GMimeContentEncoding encodings[] = {
                GMIME_CONTENT_ENCODING_7BIT,
                GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
                GMIME_CONTENT_ENCODING_BASE64,
        };
        part->plain = BUFFER_INIT(PART_MAX_BYTES);
        append_crlf(text, strlen(text), &part->plain);
        part->n_tokens = find_all(buffer_text(&part->plain), 0, part->plain.len, token, part->tokens);
        if (buffer_error(&part->plain) < 0 || part->n_tokens <= 0)
                return MESSAGE_E_NO_TEMPLATE;
        for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
                CLEANUP(buffer_done) Buffer encoded = BUFFER_INIT(2 * PART_MAX_BYTES);
                part->encoding = encodings[i];
                int r = encode(encodings[i], &part->plain, &encoded);
                if (r < 0)
                        return r;
                if (add_slots(template, kind, buffer_text(&encoded), template->bytes.len, 1) == 0)
                        return 0;
        }
        return MESSAGE_E_NO_TEMPLATE;
}

static int add_headers(MessageTemplate *template, const Message *message, const char *token)
{
        CLEANUP(buffer_done) Buffer to = BUFFER_INIT(PART_MAX_BYTES);
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(PART_MAX_BYTES);
        char boundary[MESSAGE_BOUNDARY_SIZE];
        const char *end = memmem(template->bytes.data, template->bytes.len, "\r\n\r\n", 4);
        size_t len = end ? (size_t)(end - template->bytes.data) + 2 : 0;
        message_boundary(message->message_id, boundary);
        int r = message_write_recipient(message->to_name, message->to, &to);
        if (r == 0)
                r = message_write_date(message->date, message->date_offset, &date);
        if (r == 0)
                r = add_slots(template, SLOT_TO, buffer_text(&to), len, 1);
        if (r == 0)
                r = add_slots(template, SLOT_DATE, buffer_text(&date), len, 1);
        if (r == 0)
                r = add_slots(template, SLOT_MESSAGE_ID, message->message_id, len, 1);
        if (r == 0)
                r = add_slots(template, SLOT_TOKEN, token, len, 1);
        return r == 0 ? add_slots(template, SLOT_BOUNDARY, boundary, template->bytes.len, 0) : r;
}

static int compare_slots(const void *a, const void *b)
{
        const Slot *left = a, *right = b;
        return (left->offset > right->offset) - (left->offset < right->offset);
}

static int sort_slots(MessageTemplate *template)
{
        size_t end = 0;
        qsort(template->slots, (size_t) template->n_slots, sizeof(template->slots[0]), compare_slots);
        for (int i = 0; i < template->n_slots; i++) {
                if (template->slots[i].offset < end)
                        return MESSAGE_E_NO_TEMPLATE;
                end = template->slots[i].offset + template->slots[i].len;
        }
        return 0;
}

int message_template_new(const Message *message, const char *token, const char *bytes, size_t len,
                MessageTemplate **ret)
{
        *ret = NULL;
        CLEANUP(message_template_freep) MessageTemplate *template = calloc(1, sizeof(*template));
        if (!template)
                return -ENOMEM;
        if (!message->html || !token[0])
                return MESSAGE_E_NO_TEMPLATE;
        template->token_len = strlen(token);
        CLEANUP(buffer_done) Buffer flowed = BUFFER_INIT(PART_MAX_BYTES);
        flowed_append(&flowed, message->text);
        template->bytes = BUFFER_INIT(len + 1);
        buffer_append(&template->bytes, bytes, len);
        int r = buffer_error(&flowed) < 0 ? MESSAGE_E_NO_TEMPLATE : buffer_error(&template->bytes);
        if (r == 0)
                r = add_headers(template, message, token);
        if (r == 0)
                r = add_part(template, SLOT_TEXT, buffer_text(&flowed), token, &template->text);
        if (r == 0)
                r = add_part(template, SLOT_HTML, message->html, token, &template->html);
        if (r == 0)
                r = sort_slots(template);
        if (r == 0)
                *ret = TAKE_PTR(template);
        return r;
}

static int fill_part(const Part *part, const char *token, size_t token_len, Buffer *out)
{
        CLEANUP(buffer_done) Buffer plain = BUFFER_INIT(PART_MAX_BYTES);
        buffer_append(&plain, part->plain.data, part->plain.len);
        if (buffer_error(&plain) < 0)
                return buffer_error(&plain);
        for (int i = 0; i < part->n_tokens; i++)
                memcpy(plain.data + part->tokens[i], token, token_len);
        return encode(part->encoding, &plain, out);
}

static int fill_slot(const MessageTemplate *template, SlotKind kind, const MessageReader *reader,
                const char *boundary, Buffer *out)
{
        switch (kind) {
        case SLOT_TO:
                return message_write_recipient(reader->to_name, reader->to, out);
        case SLOT_DATE:
                return message_write_date(reader->date, reader->date_offset, out);
        case SLOT_TEXT:
                return fill_part(&template->text, reader->token, template->token_len, out);
        case SLOT_HTML:
                return fill_part(&template->html, reader->token, template->token_len, out);
        case SLOT_MESSAGE_ID:
                buffer_puts(out, reader->message_id);
                break;
        case SLOT_TOKEN:
                buffer_puts(out, reader->token);
                break;
        case SLOT_BOUNDARY:
                buffer_puts(out, boundary);
                break;
        }
        return buffer_error(out);
}

static int fill(const MessageTemplate *template, const MessageReader *reader, Buffer *out)
{
        char boundary[MESSAGE_BOUNDARY_SIZE];
        size_t from = 0;
        message_boundary(reader->message_id, boundary);
        for (int i = 0; i < template->n_slots; i++) {
                const Slot *slot = &template->slots[i];
                buffer_append(out, template->bytes.data + from, slot->offset - from);
                int r = fill_slot(template, slot->kind, reader, boundary, out);
                if (r != 0)
                        return r;
                from = slot->offset + slot->len;
        }
        buffer_append(out, template->bytes.data + from, template->bytes.len - from);
        return buffer_error(out);
}

int message_template_fill(const MessageTemplate *template, const MessageReader *reader, Buffer *out)
{
        size_t before = out->len;
        if (strlen(reader->token) != template->token_len)
                return -EINVAL;
        buffer_reserve(out, template->bytes.len + template->bytes.len / 8);
        int r = fill(template, reader, out);
        if (r != 0)
                buffer_remove(out, before, out->len - before);
        return r;
}
