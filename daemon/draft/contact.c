#include "draft/contact.h"

#include "base/buffer.h"
#include "calendar/redact.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        CONTACTS_MAX = 64,
        URI_BYTES = 320,
        DIGITS_RUSSIAN = 11,
        DIGITS_NATIONAL = 10,
        SHORT_MIN = 5, /* digits of a number without its code */
        SHORT_MAX = 7,
        LIST_SIGN = 3, /* octets */
        REACH = 240,   /* octets between a person and a contact */
};

typedef struct Finder {
        Assembly *a;
        size_t token; /* the first token that may begin at or after the last contact */
} Finder;

static size_t digits_of(const char *text, size_t len, char *ret, size_t size)
{
        size_t n = 0;
        for (size_t i = 0; i < len && n + 1 < size; i++)
                if (text[i] >= '0' && text[i] <= '9')
                        ret[n++] = text[i];
        ret[n] = '\0';
        return n;
}

/* Returns the token at or after an octet. */
static size_t token_at(Finder *finder, size_t octet)
{
        const TokenText *text = finder->a->text;
        while (finder->token < text->n && text->tokens[finder->token].start < octet)
                finder->token++;
        return finder->token;
}

/* Reads "доб. 204", "ext. 12", "(доб. 204)" after a number. Return: the extension; -1 for none. */
static int extension(const TokenText *text, size_t at)
{
        at += word_is(text, at, ",");
        at += word_is(text, at, "(");
        if (!word_is(text, at, "доб") && !word_is(text, at, "ext") && !word_is(text, at, "вн") &&
                        !word_is(text, at, "добавочный") && !word_is(text, at, "extension"))
                return -1;
        at += 1 + word_is(text, at + 1, ".");
        return at < text->n && text->tokens[at].digits >= 1 && text->tokens[at].digits <= 5
                               ? text->tokens[at].number
                               : -1;
}

/* The code of the country of the text's events, where a national number begins with 0; NULL if unknown. */
static const char *code_of_zone(const DraftSet *set)
{
        static const char *const codes[][2] = { { "Europe/London", "+44" }, { "Europe/Paris", "+33" },
                { "Europe/Berlin", "+49" }, { "Europe/Dublin", "+353" }, { "Europe/Amsterdam", "+31" },
                { "Europe/Vienna", "+43" }, { "Europe/Brussels", "+32" }, { "Europe/Stockholm", "+46" } };
        for (size_t e = 0; e < set->n_events; e++)
                for (size_t i = 0; set->events[e].zone.text && i < sizeof(codes) / sizeof(codes[0]); i++)
                        if (strcmp(set->events[e].zone.text, codes[i][0]) == 0)
                                return codes[i][1];
        return NULL;
}

/* Whether the text may be a British one: it asks pounds, or tells nothing of where its events are. */
static bool may_be_british(const Assembly *a)
{
        const DraftSet *set = a->set;
        if (a->text->is_russian)
                return false;
        if (memmem(a->text->text, a->text->len, "£", strlen("£")))
                return true;
        for (size_t e = 0; e < set->n_events; e++)
                if (set->events[e].town.text || set->events[e].zone.text)
                        return false;
        return true;
}

/*
 * A number of ten digits in a Russian text lacks Russia's code; an 8 before them is the trunk prefix. A 0
 * before ten digits is Britain's in an English text that asks pounds or tells no country.
 */
static void telephone_uri(Finder *finder, const char *text, size_t len, size_t end, char *ret)
{
        char digits[32];
        size_t n = digits_of(text, len, digits, sizeof(digits));
        const char *number = digits, *prefix = NULL;
        if (text[0] == '+')
                prefix = "+";
        else if (n == DIGITS_RUSSIAN && (digits[0] == '8' || digits[0] == '7')) {
                prefix = "+7";
                number = digits + 1;
        } else if (n == DIGITS_NATIONAL && finder->a->text->is_russian) {
                prefix = "+7";
        } else if (n >= DIGITS_NATIONAL && digits[0] == '0' && digits[1] != '0') {
                prefix = code_of_zone(finder->a->set);
                if (!prefix && n == DIGITS_RUSSIAN && may_be_british(finder->a))
                        prefix = "+44";
                number = digits + 1;
        }
        int ext = extension(finder->a->text, token_at(finder, end));
        ret[0] = '\0';
        if (prefix && ext >= 0)
                snprintf(ret, URI_BYTES, "tel:%s%s;ext=%d", prefix, number, ext);
        else if (prefix)
                snprintf(ret, URI_BYTES, "tel:%s%s", prefix, number);
}

/* Whether only a sign of a list is between two numbers: ", ", "; ", " / ". */
static bool is_listed_after(const char *text, size_t end, size_t start)
{
        return end < start && start - end <= LIST_SIGN && strspn(text + end, ",;/ ") >= start - end;
}

/* "(843) 255-90-12, 255-90-13": a short number has the code of the number before it in its list. */
static void inherit_code(const Finder *finder, const RedactFound *found, char *ret)
{
        const DraftSet *set = finder->a->set;
        const DraftContact *before = set->n_contacts ? &set->contacts[set->n_contacts - 1] : NULL;
        char digits[32];
        size_t n = digits_of(finder->a->text->text + found->start, found->end - found->start, digits,
                        sizeof(digits));
        if (!before || before->form != DRAFT_TELEPHONE || !before->uri || n < SHORT_MIN || n > SHORT_MAX ||
                        !is_listed_after(finder->a->text->text, before->value.end, found->start))
                return;
        size_t len = strcspn(before->uri, ";");
        if (len > n + strlen("tel:+7"))
                snprintf(ret, URI_BYTES, "%.*s%s", (int)(len - n), before->uri, digits);
}

/* Writes an address with "@" and without "mailto:" and the signs around it. */
static void mail_uri(const char *text, size_t len, char *ret)
{
        static const char *const ats[] = { "(at)", "[at]", "(собака)", "[собака]", NULL };
        char plain[URI_BYTES - 8];
        size_t n = 0;
        if (len > 7 && strncasecmp(text, "mailto:", 7) == 0) {
                text += 7;
                len -= 7;
        }
        for (size_t i = 0; i < len && n + 8 < sizeof(plain);) {
                size_t skip = 0;
                for (size_t k = 0; ats[k] && !skip; k++)
                        if (len - i >= strlen(ats[k]) && strncasecmp(text + i, ats[k], strlen(ats[k])) == 0)
                                skip = strlen(ats[k]);
                if (skip)
                        plain[n++] = '@';
                else if (text[i] != ' ')
                        plain[n++] = text[i];
                i += skip ? skip : 1;
        }
        plain[n] = '\0';
        snprintf(ret, URI_BYTES, "mailto:%s", plain);
}

/* Whether both are in one line, or in two that follow each other. */
static bool is_near(const Assembly *a, uint32_t low, uint32_t high)
{
        int breaks = 0;
        if (high - low > REACH)
                return false;
        for (uint32_t i = low; i < high; i++)
                breaks += a->text->text[i] == '\n';
        return breaks <= 2;
}

/*
 * Returns the person that a contact at [start, end) is of: the last one before it, or the next one in its
 * line.
 */
static size_t person_of(const Assembly *a, uint32_t start, uint32_t end)
{
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < a->set->n_persons; i++) {
                const DraftField *name = &a->set->persons[i].name;
                if (name->end <= start && is_near(a, name->end, start))
                        best = i;
                else if (best == SIZE_MAX && name->start >= end && is_near(a, end, name->start) &&
                                !memchr(a->text->text + end, '\n', name->start - end))
                        return i;
        }
        return best;
}

static bool is_known(const DraftSet *set, const DraftContact *contact)
{
        for (size_t i = 0; i < set->n_contacts; i++) {
                const DraftContact *one = &set->contacts[i];
                if (one->form == contact->form &&
                                strcasecmp(one->uri ? one->uri : one->value.text,
                                                contact->uri ? contact->uri : contact->value.text) == 0)
                        return true;
        }
        return false;
}

static int on_found(const RedactFound *found, void *userdata)
{
        Finder *finder = userdata;
        Assembly *a = finder->a;
        DraftSet *set = a->set;
        char uri[URI_BYTES];
        const char *text = a->text->text + found->start;
        size_t len = found->end - found->start;
        if (set->n_contacts == CONTACTS_MAX)
                return 0;
        if (found->is_address)
                mail_uri(text, len, uri);
        else
                telephone_uri(finder, text, len, found->end, uri);
        if (!uri[0])
                inherit_code(finder, found, uri);
        DraftContact contact = { .form = found->is_address ? DRAFT_MAIL : DRAFT_TELEPHONE,
                .value = { arena_copy(&set->arena, text, len), (uint32_t)found->start, (uint32_t)found->end,
                                DRAFT_STATED, DRAFT_WHY_WORDS },
                .uri = uri[0] ? arena_copy(&set->arena, uri, strlen(uri)) : NULL,
                .person = person_of(a, (uint32_t)found->start, (uint32_t)found->end) };
        if (!contact.value.text || (uri[0] && !contact.uri))
                return -ENOMEM;
        if (is_known(set, &contact))
                return 0;
        if (contact.person != SIZE_MAX)
                set->persons[contact.person].is_contact = true;
        set->contacts[set->n_contacts++] = contact;
        return 0;
}

/*
 * Reads "01743 555 218", "020 7946 0958": a British number without its country's code. Return: the token
 * after it; 0 for none.
 */
static size_t read_british(const TokenText *text, size_t at)
{
        const Token *first = &text->tokens[at];
        int digits = first->digits;
        size_t end = at + 1;
        if (first->form != TOKEN_NUMBER || text->text[first->start] != '0' || digits < 3 || digits > 5)
                return 0;
        for (; end < text->n && digits < DIGITS_RUSSIAN; end++) {
                const Token *token = &text->tokens[end];
                if (token->form != TOKEN_NUMBER || token->digits < 3 || token->line != first->line ||
                                token->start != text->tokens[end - 1].end + 1)
                        break;
                digits += token->digits;
        }
        return digits == DIGITS_RUSSIAN || (digits == DIGITS_NATIONAL && end > at + 1) ? end : 0;
}

static int find_british(Finder *finder)
{
        const TokenText *text = finder->a->text;
        int r = 0;
        finder->token = 0;
        for (size_t at = 0; !text->is_russian && r == 0 && at < text->n; at++) {
                size_t end = read_british(text, at);
                const RedactFound found = { text->tokens[at].start, text->tokens[end ? end - 1 : at].end,
                        false };
                if (end)
                        r = on_found(&found, finder);
                at = end ? end - 1 : at;
        }
        return r;
}

int contacts_find(Assembly *a)
{
        Finder finder = { .a = a };
        a->set->contacts = arena_allocate(&a->set->arena, CONTACTS_MAX * sizeof(*a->set->contacts));
        int r = a->set->contacts ? redact_each(a->text->text, a->text->len, on_found, &finder) : -ENOMEM;
        return r < 0 ? r : find_british(&finder);
}
