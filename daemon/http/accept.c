#include "http/accept.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { WEIGHT_ONE = 1000, WEIGHT_NONE = -1 };

typedef struct Member {
        const char *name;
        size_t len;
        int weight; /* thousandths; WEIGHT_NONE when it is malformed */
} Member;

/* qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ) */
static int read_weight(const char *text, size_t len)
{
        if (len == 0 || len > 5 || (text[0] != '0' && text[0] != '1') || (len > 1 && text[1] != '.'))
                return WEIGHT_NONE;
        int weight = (text[0] - '0') * WEIGHT_ONE;
        for (size_t i = 2, unit = WEIGHT_ONE / 10; i < len; i++, unit /= 10) {
                if (!isdigit((unsigned char)text[i]))
                        return WEIGHT_NONE;
                weight += (text[i] - '0') * (int)unit;
        }
        return weight <= WEIGHT_ONE ? weight : WEIGHT_NONE;
}

static size_t trimmed(const char *text, size_t len)
{
        while (len > 0 && strchr(" \t", text[len - 1]))
                len--;
        return len;
}

/* Returns the length up to the first of @stops outside of quoted strings. */
static size_t span_until(const char *text, const char *stops)
{
        size_t len = 0;
        for (bool quoted = false; text[len] && (quoted || !strchr(stops, text[len])); len++) {
                if (text[len] == '"')
                        quoted = !quoted;
                else if (quoted && text[len] == '\\' && text[len + 1])
                        len++;
        }
        return len;
}

static const char *next_parameter(const char *at, Member *member)
{
        at += 1 + strspn(at + 1, " \t");
        size_t len = span_until(at, ",;");
        if (len >= 2 && tolower((unsigned char)at[0]) == 'q' && at[1] == '=')
                member->weight = read_weight(at + 2, trimmed(at + 2, len - 2));
        return at + len;
}

/* Reads the next member of a weighted list. Return: the text after it; NULL at the end. */
static const char *next_member(const char *at, Member *ret)
{
        at += strspn(at, " \t,");
        if (!*at)
                return NULL;
        size_t len = span_until(at, ",;");
        *ret = (Member){ .name = at, .len = trimmed(at, len), .weight = WEIGHT_ONE };
        at += len;
        while (*at == ';')
                at = next_parameter(at, ret);
        return at;
}

static bool is_named(const Member *member, const char *name)
{
        return member->len == strlen(name) && strncasecmp(member->name, name, member->len) == 0;
}

/* Returns the coding that a member names; N_CODINGS for none. */
static ContentCoding coding_of(const Member *member)
{
        ContentCoding coding = CODING_IDENTITY;
        while (coding < N_CODINGS && !is_named(member, coding_name(coding)))
                coding++;
        return is_named(member, "x-gzip") ? CODING_GZIP : coding;
}

/* Reads the weight of each coding. Identity is refused only by name or by "*;q=0". */
static void read_weights(const char *accept_encoding, int ret[static N_CODINGS])
{
        int any = WEIGHT_NONE;
        Member member;
        for (ContentCoding coding = CODING_IDENTITY; coding < N_CODINGS; coding++)
                ret[coding] = WEIGHT_NONE;
        for (const char *at = accept_encoding; at && (at = next_member(at, &member));) {
                ContentCoding coding = coding_of(&member);
                if (coding < N_CODINGS)
                        ret[coding] = member.weight;
                else if (is_named(&member, "*"))
                        any = member.weight;
        }
        if (ret[CODING_IDENTITY] == WEIGHT_NONE && any == 0)
                ret[CODING_IDENTITY] = 0;
        for (ContentCoding coding = CODING_IDENTITY + 1; coding < N_CODINGS; coding++)
                if (ret[coding] == WEIGHT_NONE)
                        ret[coding] = any;
}

int http_accept_coding(const char *accept_encoding, unsigned available, ContentCoding *ret)
{
        int weights[N_CODINGS];
        read_weights(accept_encoding, weights);
        ContentCoding best = CODING_IDENTITY;
        for (ContentCoding coding = CODING_IDENTITY + 1; coding < N_CODINGS; coding++)
                if (available & CODING_BIT(coding) && weights[coding] > 0 &&
                                weights[coding] >= weights[best])
                        best = coding;
        if (weights[best] == 0)
                return HTTP_E_NOT_ACCEPTABLE;
        *ret = best;
        return 0;
}

/*
 * Returns how closely a media range matches a type: 0 not at all, 1 any type, 2 the part before the slash,
 * 3 the whole type.
 */
static int fit_of(const Member *member, const char *type)
{
        size_t half = strcspn(type, "/") + 1;
        if (is_named(member, type))
                return 3;
        if (member->len == half + 1 && member->name[half] == '*' &&
                        strncasecmp(member->name, type, half) == 0)
                return 2;
        return is_named(member, "*/*");
}

bool http_accept_refuses(const char *accept, const char *type)
{
        int best = 0, weight = WEIGHT_ONE;
        Member member;
        for (const char *at = accept; at && (at = next_member(at, &member));) {
                int fit = fit_of(&member, type);
                if (fit > best) {
                        best = fit;
                        weight = member.weight;
                }
        }
        return weight == 0;
}
