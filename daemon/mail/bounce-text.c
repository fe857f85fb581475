#include "mail/bounce-text.h"

#include "base/utf8.h"

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * The maximum length of a reason. In Exim's text it is a few lines long, and the returned message follows.
 */
enum { REASON_MAX_BYTES = 2048 };

static bool is_blank(char c)
{
        return (unsigned char)c <= ' ' || c == 0x7F;
}

void bounce_words(const char *text, char *ret, size_t size)
{
        char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, REASON_MAX_BYTES)), *to = valid;
        for (const char *from = valid; *from; from++)
                if (!is_blank(*from))
                        *to++ = *from;
                else if (to > valid && to[-1] != ' ')
                        *to++ = ' ';
        while (to > valid && to[-1] == ' ')
                to--;
        *to = '\0';
        size_t len = utf8_cut(valid, strlen(valid), size - 1);
        memcpy(ret, valid, len);
        ret[len] = '\0';
        g_free(valid);
}

static const char *skip_paragraph(const char *text)
{
        const char *end = strstr(text, "\n\n");
        if (!end)
                return NULL;
        return end + strspn(end, "\n");
}

/* Reads a paragraph `<address>:`, followed by the reason. */
static bool read_qmail_recipient(const char *paragraph, size_t len, BounceRecipient *ret)
{
        char text[REASON_MAX_BYTES];
        const char *close = memchr(paragraph, '>', len);
        if (paragraph[0] != '<' || !close || close[1] != ':')
                return false;
        *ret = (BounceRecipient){ .action = BOUNCE_FAILED };
        snprintf(text, sizeof(text), "%.*s", (int)(close - paragraph - 1), paragraph + 1);
        bounce_words(text, ret->final, sizeof(ret->final));
        const char *reason = close + 2;
        snprintf(text, sizeof(text), "%.*s", (int)(len - (size_t)(reason - paragraph)), reason);
        bounce_words(text, ret->words, sizeof(ret->words));
        bounce_find_status(ret->words, ret->status);
        return true;
}

/*
 * Reads the format of D. J. Bernstein, "The qmail-send Bounce Message Format": an introduction that begins
 * with "Hi. This is the", a paragraph for each recipient, and a paragraph that begins with a hyphen.
 */
size_t bounce_read_qmail(const char *text, BounceRecipient *ret, size_t max)
{
        size_t n = 0;
        text += strspn(text, "\n");
        if (strncmp(text, "Hi. This is the ", strlen("Hi. This is the ")) != 0)
                return 0;
        for (text = skip_paragraph(text); text && *text && *text != '-' && n < max;
                        text = skip_paragraph(text)) {
                const char *end = strstr(text, "\n\n");
                size_t len = end ? (size_t)(end - text) : strlen(text);
                n += read_qmail_recipient(text, len < REASON_MAX_BYTES ? len : REASON_MAX_BYTES, &ret[n]);
        }
        return n;
}

void bounce_read_exim(const char *text, const char *address, BounceRecipient *ret)
{
        char reason[REASON_MAX_BYTES];
        *ret = (BounceRecipient){ .action = BOUNCE_FAILED };
        bounce_words(address, ret->final, sizeof(ret->final));
        const char *found = ret->final[0] ? strcasestr(text, ret->final) : NULL;
        if (!found)
                return;
        found += strlen(ret->final);
        const char *end = strstr(found, "\n\n");
        size_t len = end ? (size_t)(end - found) : strlen(found);
        snprintf(reason, sizeof(reason), "%.*s", len < sizeof(reason) ? (int)len : (int)sizeof(reason) - 1,
                        found);
        bounce_words(reason, ret->words, sizeof(ret->words));
        bounce_find_status(ret->words, ret->status);
}
