#include "contact/card.h"

#include "base/array.h"
#include "contact/card-check.h"
#include "contact/convert-line.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

enum { PREFERENCE_NONE = CARD_PREFERENCE_MAX + 1 };

struct Card {
        char *text;
        size_t len;
        ContentLine *lines; /* each owns one block of memory, to which its `params` points */
        size_t n_lines;
        char *name, *email, *language, *zone_name;
        const char *uid;
        CardKind kind;
        bool version_3;
        bool reminders_off;
};

Card *card_free(Card *card)
{
        if (!card)
                return NULL;
        for (size_t i = 0; i < card->n_lines; i++)
                free((void *)card->lines[i].params);
        free(card->lines);
        free(card->name);
        free(card->email);
        free(card->language);
        free(card->zone_name);
        free(card->text);
        free(card);
        return NULL;
}

const char *card_text(const Card *card, size_t *ret_len)
{
        if (ret_len)
                *ret_len = card->len;
        return card->text;
}

const char *card_uid(const Card *card)
{
        return card->uid;
}

const char *card_name(const Card *card)
{
        return card->name[0] || !card->email ? card->name : card->email;
}

CardKind card_kind(const Card *card)
{
        return card->kind;
}

const char *card_email(const Card *card)
{
        return card->email;
}

const char *card_language(const Card *card)
{
        return card->language;
}

const char *card_zone_name(const Card *card)
{
        return card->zone_name;
}

bool card_reminders_off(const Card *card)
{
        return card->reminders_off;
}

const ContentLine *card_property_next(const Card *card, const char *name, const ContentLine *line)
{
        const char *other = card->version_3 ? convert_name(name) : name;
        for (size_t i = line ? (size_t)(line - card->lines) + 1 : 0; i < card->n_lines; i++)
                if (strcmp(card->lines[i].name, name) == 0 || strcmp(card->lines[i].name, other) == 0)
                        return &card->lines[i];
        return NULL;
}

const ContentLine *card_property(const Card *card, const char *name, size_t index)
{
        const ContentLine *line = NULL;
        while ((line = card_property_next(card, name, line)) && index-- > 0)
                continue;
        return line;
}

/* ---- Reading lines ---- */

static char *put(char **at, const char *text)
{
        if (!text)
                return NULL;
        char *start = *at;
        *at = stpcpy(start, text) + 1;
        return start;
}

/*
 * Copies a line into one block of memory, to which `params` points. The reader's line is valid only until
 * the next line is read.
 */
static int copy_line(const ContentLine *line, ContentLine *ret)
{
        size_t head = (line->n_params + 1) * sizeof(ContentParam);
        size_t size = head + strlen(line->name) + (line->group ? strlen(line->group) : 0) + line->value_len +
                      3;
        for (size_t i = 0; i < line->n_params; i++)
                size += strlen(line->params[i].name) + strlen(line->params[i].value) + 2;
        ContentParam *params = malloc(size);
        if (!params)
                return -ENOMEM;
        char *at = (char *)params + head;
        *ret = *line;
        ret->params = params;
        ret->name = put(&at, line->name);
        ret->group = put(&at, line->group);
        ret->value = put(&at, line->value);
        for (size_t i = 0; i < line->n_params; i++) {
                params[i] = line->params[i];
                params[i].name = put(&at, line->params[i].name);
                params[i].value = put(&at, line->params[i].value);
        }
        return 0;
}

static int add_line(Card *card, const ContentLine *line)
{
        ContentLine *lines = array_grow(card->lines, card->n_lines, sizeof(*lines));
        if (!lines)
                return -ENOMEM;
        card->lines = lines;
        int r = copy_line(line, &card->lines[card->n_lines]);
        if (r == 0)
                card->n_lines++;
        return r;
}

/* Checks the order: BEGIN:VCARD is the first line, END:VCARD the last, and there is no other component. */
static int check_place(const Card *card, const ContentLine *line, bool ended, InputError *ret_error)
{
        bool begins = strcmp(line->name, "BEGIN") == 0 && strcmp(line->value, "VCARD") == 0;
        if (ended)
                return CARD_COMPLAIN(line, ret_error,
                                "it stands behind END:VCARD, which is the last line of a vCard");
        if (card->n_lines == 0 && !begins)
                return CARD_COMPLAIN(line, ret_error, "it stands where BEGIN:VCARD is needed");
        if (card->n_lines > 0 && strcmp(line->name, "BEGIN") == 0)
                return CARD_COMPLAIN(line, ret_error, "BEGIN:%.63s is within a vCard, which has no parts",
                                line->value);
        return 0;
}

static int read_lines(Card *card, InputError *ret_error)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(card->text, card->len, &CONTENT_LIMITS_CARD);
        if (!reader)
                return -ENOMEM;
        ContentLine line;
        bool ended = false;
        int r;
        while ((r = content_reader_next(reader, &line, ret_error)) == 0) {
                r = check_place(card, &line, ended, ret_error);
                if (r == 0)
                        r = add_line(card, &line);
                if (r != 0)
                        return r;
                ended = strcmp(line.name, "END") == 0;
        }
        if (r != CONTENT_END)
                return r < 0 ? r : CARD_E_INVALID;
        if (card->n_lines > 0)
                return 0;
        input_error_set(ret_error, 1, "BEGIN", "there is no vCard in the text");
        return CARD_E_INVALID;
}

/* ---- The values of properties ---- */

static bool has_type(const ContentLine *line, const char *type)
{
        size_t len = strlen(type);
        for (size_t i = 0; i < line->n_params; i++) {
                if (strcmp(line->params[i].name, "TYPE") != 0)
                        continue;
                for (const char *at = line->params[i].value;; at++) {
                        size_t word = strcspn(at, ",");
                        if (word == len && strncasecmp(at, type, len) == 0)
                                return true;
                        at += word;
                        if (*at == '\0')
                                break;
                }
        }
        return false;
}

/*
 * Returns the preference; 1 is the highest. Version 4.0 has PREF and version 3.0 has `TYPE=pref`, but
 * programs that convert a card to 4.0 may keep `TYPE=pref`.
 */
static int preference(const Card *card, const ContentLine *line)
{
        const char *text = card->version_3 ? NULL : content_line_param(line, "PREF");
        if (text)
                return atoi(text);
        return has_type(line, "pref") ? 1 : PREFERENCE_NONE;
}

static bool is_address(const ContentLine *line)
{
        return card_email_valid(line->value);
}

static bool is_language(const ContentLine *line)
{
        return card_language_valid(line->value);
}

static bool is_zone_name(const ContentLine *line)
{
        const char *type = content_line_param(line, "VALUE");
        return (!type || strcasecmp(type, "text") == 0) && line->value[0] != '+' && line->value[0] != '-';
}

/*
 * Copies the text of the property with the highest preference, or of the first of several such properties.
 * @ret is unchanged if there is no property.
 */
static int take_preferred(
                const Card *card, const char *name, bool (*fits)(const ContentLine *line), char **ret)
{
        const ContentLine *best = NULL, *line = NULL;
        int lowest = INT_MAX;
        while ((line = card_property_next(card, name, line))) {
                int found = !fits || fits(line) ? preference(card, line) : lowest;
                if (found < lowest) {
                        best = line;
                        lowest = found;
                }
        }
        if (!best)
                return 0;
        Buffer text = BUFFER_INIT(CONTENT_LIMITS_CARD.line_bytes);
        content_unescape(&text, best->value, best->value_len);
        *ret = buffer_take(&text);
        buffer_done(&text);
        return *ret ? 0 : -ENOMEM;
}

static CardKind kind_of(const ContentLine *line)
{
        static const struct {
                const char *name;
                CardKind kind;
        } kinds[] = {
                { "individual", CARD_INDIVIDUAL },
                { "group", CARD_GROUP },
                { "org", CARD_ORG },
                { "location", CARD_LOCATION },
        };
        for (size_t i = 0; line && i < sizeof(kinds) / sizeof(kinds[0]); i++)
                if (strcasecmp(line->value, kinds[i].name) == 0)
                        return kinds[i].kind;
        return line ? CARD_OTHER : CARD_INDIVIDUAL;
}

static int understand(Card *card)
{
        const ContentLine *reminders = card_property(card, "X-CONVENED-REMINDERS", 0);
        card->uid = card_property(card, "UID", 0)->value;
        card->kind = kind_of(card_property(card, "KIND", 0));
        card->reminders_off = reminders && strcasecmp(reminders->value, "OFF") == 0;
        int r = take_preferred(card, "FN", NULL, &card->name);
        if (r == 0)
                r = take_preferred(card, "EMAIL", is_address, &card->email);
        if (r == 0)
                r = take_preferred(card, "LANG", is_language, &card->language);
        if (r == 0)
                r = take_preferred(card, "TZ", is_zone_name, &card->zone_name);
        return r;
}

static int parse(const char *text, size_t len, bool strict, Card **ret, InputError *ret_error)
{
        *ret = NULL;
        CLEANUP(card_freep) Card *card = calloc(1, sizeof(*card));
        if (!card)
                return -ENOMEM;
        card->text = malloc(len + 1);
        if (!card->text)
                return -ENOMEM;
        if (len > 0)
                memcpy(card->text, text, len);
        card->text[len] = '\0';
        card->len = len;
        int r = read_lines(card, ret_error);
        if (r == 0)
                r = card_check(card->lines, card->n_lines, strict, ret_error);
        card->version_3 = card_is_version_3(card->lines, card->n_lines);
        if (r == 0)
                r = understand(card);
        if (r == 0)
                *ret = TAKE_PTR(card);
        return r;
}

int card_parse(const char *text, size_t len, Card **ret, InputError *ret_error)
{
        return parse(text, len, false, ret, ret_error);
}

int card_parse_strict(const char *text, size_t len, Card **ret, InputError *ret_error)
{
        return parse(text, len, true, ret, ret_error);
}
