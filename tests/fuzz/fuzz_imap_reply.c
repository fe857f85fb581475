/* The lines of an IMAP server: each has one kind, and its parsed parts are within the line. */

#include "mail/imap-reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_number(uint32_t number, void *userdata)
{
        size_t *n = userdata;
        assert(number > 0);
        (*n)++;
}

static void look_at(const char *line)
{
        size_t octets = 0, n = 0, len = strlen(line);
        char *quoted = malloc(2 * len + 4);
        ImapReplyKind kind = imap_reply_kind(line, "c1");
        if (imap_reply_literal(line, &octets))
                assert(octets <= UINT32_MAX && line[len - 1] == '}');
        int r = imap_reply_search(line, on_number, &n);
        assert(n <= len && r <= 0);
        if (imap_reply_is_body(line, 17))
                assert(kind == IMAP_DATA);
        (void)imap_reply_code(line, "UIDVALIDITY");
        if (imap_quote(line, quoted, 2 * len + 4) == 0)
                assert(quoted[0] == '"' && quoted[strlen(quoted) - 1] == '"' && strlen(quoted) >= len + 2);
        free(quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char *text = malloc(size + 1);
        memcpy(text, data, size);
        text[size] = '\0';
        char *rest = text;
        for (char *line; (line = strsep(&rest, "\n"));)
                look_at(line);
        free(text);
        return 0;
}
