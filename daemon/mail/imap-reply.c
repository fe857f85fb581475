#include "mail/imap-reply.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Skips @word and the blank after it, if there is one. Return: the text that follows; NULL if the text
 * begins with another word.
 */
static const char *skip_word(const char *text, const char *word)
{
        size_t len = strlen(word);
        if (strncasecmp(text, word, len) != 0 || (text[len] != ' ' && text[len] != '\0'))
                return NULL;
        return text[len] ? text + len + 1 : text + len;
}

/* Reads digits, at most UINT32_MAX. Return: the text after them, NULL for anything else. */
static const char *skip_number(const char *text, uint32_t *ret)
{
        uint64_t number = 0;
        const char *c = text;
        for (; isdigit((unsigned char)*c); c++)
                if ((number = number * 10 + (uint64_t)(*c - '0')) > UINT32_MAX)
                        return NULL;
        *ret = (uint32_t)number;
        return c == text ? NULL : c;
}

static ImapReplyKind kind_of_untagged(const char *rest)
{
        if (skip_word(rest, "BYE"))
                return IMAP_BYE;
        if (skip_word(rest, "OK") || skip_word(rest, "NO") || skip_word(rest, "BAD"))
                return IMAP_STATUS;
        return isalnum((unsigned char)*rest) ? IMAP_DATA : IMAP_NONSENSE;
}

ImapReplyKind imap_reply_kind(const char *line, const char *tag)
{
        const char *rest = skip_word(line, "*");
        if (rest)
                return kind_of_untagged(rest);
        rest = skip_word(line, tag);
        if (rest && skip_word(rest, "OK"))
                return IMAP_DONE;
        return rest && (skip_word(rest, "NO") || skip_word(rest, "BAD")) ? IMAP_REFUSED : IMAP_NONSENSE;
}

bool imap_reply_literal(const char *line, size_t *ret_octets)
{
        const char *open = strrchr(line, '{');
        uint32_t octets;
        const char *end = open ? skip_number(open + 1, &octets) : NULL;
        if (!end || strcmp(end, "}") != 0)
                return false;
        *ret_octets = octets;
        return true;
}

int imap_reply_search(const char *line, void (*on_number)(uint32_t number, void *userdata), void *userdata)
{
        const char *rest = skip_word(line, "*");
        if (!rest || !(rest = skip_word(rest, "SEARCH")))
                return -ENOENT;
        for (rest += strspn(rest, " "); *rest && *rest != '('; rest += strspn(rest, " ")) {
                uint32_t number;
                rest = skip_number(rest, &number);
                if (!rest || number == 0 || (*rest != ' ' && *rest != '\0'))
                        return -EBADMSG;
                on_number(number, userdata);
        }
        return 0;
}

/*
 * Whether the items of a FETCH reply have this UID. They may be in any order: `* 3 FETCH (FLAGS (\Recent)
 * UID 17 BODY[]<0> )`.
 */
static bool has_uid(const char *items, uint32_t uid)
{
        for (const char *at = items; (at = strcasestr(at, "UID ")); at += 4) {
                uint32_t number;
                if (at > items && (at[-1] == ' ' || at[-1] == '(') && skip_number(at + 4, &number) &&
                                number == uid)
                        return true;
        }
        return false;
}

bool imap_reply_is_body(const char *line, uint32_t uid)
{
        uint32_t sequence;
        const char *rest = skip_word(line, "*");
        if (!rest || !(rest = skip_number(rest, &sequence)) || *rest != ' ' ||
                        !(rest = skip_word(rest + 1, "FETCH")))
                return false;
        return *rest == '(' && strcasestr(rest, "BODY[]") && has_uid(rest, uid);
}

uint32_t imap_reply_code(const char *line, const char *code)
{
        uint32_t number = 0;
        const char *open = strchr(line, '[');
        const char *rest = open ? skip_word(open + 1, code) : NULL;
        const char *end = rest ? skip_number(rest, &number) : NULL;
        return end && *end == ']' ? number : 0;
}

int imap_quote(const char *text, char *ret, size_t size)
{
        size_t n = 0;
        if (size < 3)
                return -EFBIG;
        ret[n++] = '"';
        for (const char *c = text; *c; c++) {
                if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7F)
                        return -EINVAL;
                if (n + 4 > size)
                        return -EFBIG;
                if (*c == '"' || *c == '\\')
                        ret[n++] = '\\';
                ret[n++] = *c;
        }
        ret[n++] = '"';
        ret[n] = '\0';
        return 0;
}
