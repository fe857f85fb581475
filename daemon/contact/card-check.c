#include "contact/card-check.h"

#include "base/phrase.h"
#include "contact/address.h"
#include "contact/mail-times.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static bool is_alphanumeric(char c)
{
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int check_text(const ContentLine *line, InputError *ret_error)
{
        if (line->value[strspn(line->value, " \t")] != '\0')
                return 0;
        return CARD_COMPLAIN(line, ret_error, "it is empty");
}

static int check_version(const ContentLine *line, InputError *ret_error)
{
        if (strcmp(line->value, "3.0") == 0 || strcmp(line->value, "4.0") == 0)
                return 0;
        return CARD_COMPLAIN(line, ret_error, "version \"%.40s\" is not read; 3.0 and 4.0 are", line->value);
}

static int check_kind(const ContentLine *line, InputError *ret_error)
{
        size_t len = 0;
        while (is_alphanumeric(line->value[len]) || line->value[len] == '-')
                len++;
        if (len > 0 && line->value[len] == '\0')
                return 0;
        return CARD_COMPLAIN(line, ret_error,
                        "\"%.60s\" is no kind; individual, group, org, location or another word of letters, digits and hyphens is allowed",
                        line->value);
}

static int check_email(const ContentLine *line, InputError *ret_error)
{
        if (card_email_valid(line->value))
                return 0;
        return CARD_COMPLAIN(
                        line, ret_error, "\"%.120s\" is no mail address like name@example.org", line->value);
}

/* The form is a language of 2 to 8 letters, followed by subtags of 1 to 8 letters and digits. */
bool card_language_valid(const char *text)
{
        bool valid = true;
        for (const char *at = text; valid; at++) {
                size_t len = 0;
                bool first = at == text;
                while (is_alphanumeric(at[len]) && (!first || at[len] > '9'))
                        len++;
                valid = len >= (first ? 2 : 1) && len <= 8 && (at[len] == '-' || at[len] == '\0');
                at += len;
                if (*at == '\0')
                        break;
        }
        return valid;
}

static int check_language(const ContentLine *line, InputError *ret_error)
{
        if (card_language_valid(line->value))
                return 0;
        return CARD_COMPLAIN(line, ret_error, "\"%.60s\" is no language tag like ru or en-GB", line->value);
}

static bool is_utc_offset(const char *text)
{
        static const char *const patterns[] = { "dd", "dddd", "dd:dd" };
        for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
                const char *pattern = patterns[i], *at = text + 1;
                while (*pattern && (*pattern == 'd' ? *at >= '0' && *at <= '9' : *at == *pattern)) {
                        pattern++;
                        at++;
                }
                if (*pattern == '\0' && *at == '\0')
                        return true;
        }
        return false;
}

static int check_zone(const ContentLine *line, InputError *ret_error)
{
        const char *type = content_line_param(line, "VALUE");
        bool offset = type ? strcasecmp(type, "utc-offset") == 0
                           : line->value[0] == '+' || line->value[0] == '-';
        if (!offset)
                return check_text(line, ret_error);
        if ((line->value[0] == '+' || line->value[0] == '-') && is_utc_offset(line->value))
                return 0;
        return CARD_COMPLAIN(line, ret_error, "\"%.60s\" is no UTC offset like +03:00", line->value);
}

static int check_uid(const ContentLine *line, InputError *ret_error)
{
        if (line->value_len > CARD_UID_MAX_BYTES)
                return CARD_COMPLAIN(line, ret_error, "it has %zu octets; at most %d are allowed",
                                line->value_len, CARD_UID_MAX_BYTES);
        if (strchr(line->value, '\t'))
                return CARD_COMPLAIN(line, ret_error, "it has a control character");
        return check_text(line, ret_error);
}

static bool take_degrees(const char **at, double limit)
{
        char *end;
        size_t len = strspn(*at, "0123456789+-.");
        double degrees = strtod(*at, &end);
        if (len == 0 || end != *at + len || fabs(degrees) > limit)
                return false;
        *at = end;
        return true;
}

/*
 * Accepts `geo:LATITUDE,LONGITUDE...` (RFC 5870), any other URI, and `LATITUDE;LONGITUDE`, the form of
 * version 3.0, because some programs write it in version 4.0, too.
 */
bool card_position_valid(const char *text)
{
        const char *at = text;
        bool geo = strncasecmp(at, "geo:", 4) == 0;
        if (!geo && strchr(at, ':'))
                return true;
        if (geo)
                at += 4;
        return take_degrees(&at, 90) && *at++ == (geo ? ',' : ';') && take_degrees(&at, 180) &&
               (*at == '\0' || (geo && (*at == ',' || *at == ';')));
}

static int check_position(const ContentLine *line, InputError *ret_error)
{
        if (card_position_valid(line->value))
                return 0;
        return CARD_COMPLAIN(line, ret_error,
                        "\"%.60s\" is no position like geo:55.75,37.62, within 90 and 180 degrees",
                        line->value);
}

static int check_reminders(const ContentLine *line, InputError *ret_error)
{
        if (strcasecmp(line->value, "OFF") == 0 || strcasecmp(line->value, "ON") == 0)
                return 0;
        return CARD_COMPLAIN(line, ret_error, "\"%.60s\" is not known; OFF and ON are", line->value);
}

static int check_digest(const ContentLine *line, InputError *ret_error)
{
        DigestWish wish;
        if (digest_parse(line->value, &wish) == 0)
                return 0;
        return CARD_COMPLAIN(line, ret_error, "\"%.60s\" is none; DAILY@08:00 and WEEKLY-MO@08:00 are",
                        line->value);
}

static int check_quiet(const ContentLine *line, InputError *ret_error)
{
        QuietHours hours;
        if (quiet_parse(line->value, &hours) == 0)
                return 0;
        return CARD_COMPLAIN(line, ret_error, "\"%.60s\" are none; 22:00-07:00 are", line->value);
}

typedef enum Cardinality {
        MANY,
        ONCE,
        ONCE_IN_EACH_FORM, /* lines with the same ALTID are one property (RFC 6350, 5.4) */
} Cardinality;

/* A property without a rule may occur any number of times with any value. */
typedef struct PropertyRule {
        const char *name;
        Cardinality cardinality;
        int (*check)(const ContentLine *line, InputError *ret_error);
        const char *why; /* the reason why it is required; NULL if it is optional */
        bool always;     /* the rule holds without `strict`, in each version */
} PropertyRule;

static const PropertyRule rules[] = {
        { "VERSION", ONCE, check_version, .why = "VERSION:4.0 or VERSION:3.0", .always = true },
        { "UID", ONCE, check_uid, .why = "by it the card is found again at the next import",
                        .always = true },
        { "FN", MANY, check_text, .why = "it is the name that people see" },
        { "KIND", ONCE, check_kind, NULL, false },
        { "N", ONCE_IN_EACH_FORM, NULL, NULL, false },
        { "BDAY", ONCE_IN_EACH_FORM, NULL, NULL, false },
        { "ANNIVERSARY", ONCE_IN_EACH_FORM, NULL, NULL, false },
        { "GENDER", ONCE, NULL, NULL, false },
        { "PRODID", ONCE, NULL, NULL, false },
        { "REV", ONCE, NULL, NULL, false },
        { "EMAIL", MANY, check_email, NULL, false },
        { "LANG", MANY, check_language, NULL, false },
        { "TZ", MANY, check_zone, NULL, false },
        { "GEO", MANY, check_position, NULL, false },
        { "X-CONVENED-REMINDERS", ONCE, check_reminders, NULL, false },
        { "X-CONVENED-DIGEST", ONCE, check_digest, NULL, false },
        { "X-CONVENED-QUIET", ONCE, check_quiet, NULL, false },
};

enum { N_RULES = sizeof(rules) / sizeof(rules[0]), RULE_VERSION = 0 };

_Static_assert((int)N_RULES <= (int)CARD_RULES_MAX, "card_rule_once() promises it");

static const PropertyRule *find_rule(const char *name)
{
        for (size_t i = 0; i < N_RULES; i++)
                if (strcmp(rules[i].name, name) == 0)
                        return &rules[i];
        return NULL;
}

int card_rule_once(const char *name, bool is_version_4, bool *ret_has_forms)
{
        const PropertyRule *rule = find_rule(name);
        if (!rule || rule->cardinality == MANY || !(is_version_4 || rule->always))
                return -1;
        *ret_has_forms = rule->cardinality == ONCE_IN_EACH_FORM;
        return (int)(rule - rules);
}

static bool is_alternative(const ContentLine *line, const ContentLine *first)
{
        const char *id = content_line_param(line, "ALTID"), *first_id = content_line_param(first, "ALTID");
        return id && first_id && strcmp(id, first_id) == 0;
}

/*
 * Checks a line by its rule. @first: the first line of each rule so far; NULL for a rule without one.
 * Version 3.0 does not say how often a property may be there (RFC 2426, 4).
 */
static int check_line(const ContentLine *line, const ContentLine **first, bool strict, bool is_version_4,
                InputError *ret_error)
{
        const PropertyRule *rule = find_rule(line->name);
        if (!rule)
                return 0;
        const ContentLine **earlier = &first[rule - rules];
        bool is_counted = strict || is_version_4 || rule->always;
        if (!*earlier)
                *earlier = line;
        else if (is_counted &&
                        (rule->cardinality == ONCE || (rule->cardinality == ONCE_IN_EACH_FORM &&
                                                                      !is_alternative(line, *earlier))))
                return CARD_COMPLAIN(line, ret_error, "it stands there a second time; only one is allowed");
        return rule->check && (strict || rule->always) ? rule->check(line, ret_error) : 0;
}

bool card_preference_valid(const char *text)
{
        size_t len = strlen(text);
        bool digits = len > 0 && len <= 3 && text[strspn(text, "0123456789")] == '\0';
        int preference = digits ? atoi(text) : 0;
        return preference >= 1 && preference <= CARD_PREFERENCE_MAX;
}

static int check_preference(const ContentLine *line, InputError *ret_error)
{
        const char *text = content_line_param(line, "PREF");
        if (!text)
                return 0;
        if (card_preference_valid(text))
                return 0;
        return CARD_COMPLAIN(
                        line, ret_error, "PREF=%.20s is no preference; 1 (most) to 100 is allowed", text);
}

static int check_missing(const ContentLine *lines, const ContentLine *const *first, InputError *ret_error)
{
        for (size_t i = 0; i < N_RULES; i++) {
                if (first[i] || !rules[i].why)
                        continue;
                input_error_set(ret_error, lines[0].number, rules[i].name, "it is missing, and required: %s",
                                phrase(rules[i].why));
                return CARD_E_INVALID;
        }
        return 0;
}

static bool is_version_3(const ContentLine *version)
{
        return strcmp(version->value, "3.0") == 0;
}

int card_check(const ContentLine *lines, size_t n_lines, bool strict, InputError *ret_error)
{
        const ContentLine *first[N_RULES] = { NULL };
        bool is_version_4 = !card_is_version_3(lines, n_lines);
        int r = 0;
        for (size_t i = 0; i < n_lines && r == 0; i++)
                r = check_line(&lines[i], first, strict, is_version_4, ret_error);
        if (r == 0)
                r = check_missing(lines, first, ret_error);
        if (r != 0 || !is_version_4)
                return r;
        if (first[RULE_VERSION] != &lines[1])
                return CARD_COMPLAIN(first[RULE_VERSION], ret_error,
                                "VERSION:4.0 must be the line behind BEGIN:VCARD");
        for (size_t i = 0; i < n_lines && r == 0; i++)
                r = check_preference(&lines[i], ret_error);
        return r;
}

bool card_is_version_3(const ContentLine *lines, size_t n_lines)
{
        for (size_t i = 0; i < n_lines; i++)
                if (strcmp(lines[i].name, "VERSION") == 0)
                        return is_version_3(&lines[i]);
        return false;
}
