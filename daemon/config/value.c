#include "config/value.h"

#include "base/phrase.h"
#include "base/utf8.h"
#include "config/forms.h"
#include "content/coding.h"

#include <stdio.h>
#include <string.h>

/* Whether a text is UTF-8 without control characters; @lines: newlines are allowed. */
static bool is_plain(const char *text, bool lines)
{
        text += utf8_plain_prefix(text, strlen(text));
        while (lines && *text == '\n') {
                text++;
                text += utf8_plain_prefix(text, strlen(text));
        }
        return *text == '\0';
}

/* Reads and checks the string of a setting. Return: the string; NULL after a reported fault. */
static const char *take_string(
                ConfigReader *reader, const Key *key, const char *where, const config_setting_t *setting)
{
        const char *text = config_setting_get_string(setting);
        if (!text) {
                config_fault_type(reader, setting, where, "a string in quotation marks");
                return NULL;
        }
        if (!is_plain(text, key->lines) || strchr(text, '\t')) {
                config_fault(reader, setting, where,
                                key->lines ? "it has a control character, or one that is not UTF-8; allowed is text"
                                           : "it has a control character, or one that is not UTF-8; allowed is text on one line");
                return NULL;
        }
        if (!key->check || key->check(text))
                return text;
        /* The message does not quote the text: the part of a URL before the @ may be a password. */
        if (strstr(text, "://") && (strchr(text, '@') || strcasestr(text, "password")))
                config_fault(reader, setting, where,
                                "it may have a password in it, and is not shown; allowed is %s",
                                phrase(key->allowed));
        else
                config_fault(reader, setting, where, "\"%.80s\" is not allowed; allowed is %s", text,
                                phrase(key->allowed));
        return NULL;
}

static void read_string(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        *(const char **)((char *)target + key->offset) = take_string(reader, key, where, setting);
}

/*
 * Reads a file name, and replaces ${CREDENTIALS_DIRECTORY} in it. systemd sets this variable. Without it
 * the name is kept; the daemon then fails to open the file, and `convene` never opens it.
 */
static const char *take_file(
                ConfigReader *reader, const Key *key, const char *where, const config_setting_t *setting)
{
        const char *text = take_string(reader, key, where, setting);
        const char *directory = getenv("CREDENTIALS_DIRECTORY");
        if (text && directory && strncmp(text, FORM_CREDENTIALS, strlen(FORM_CREDENTIALS)) == 0) {
                const char *name = text + strlen(FORM_CREDENTIALS);
                size_t size = strlen(directory) + strlen(name) + 2;
                char *path = config_reader_keep(reader, size, 1);
                if (path)
                        snprintf(path, size, "%s/%s", directory, name);
                text = path;
        }
        return text;
}

static void read_file(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        *(const char **)((char *)target + key->offset) = take_file(reader, key, where, setting);
}

static void read_zone(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        const char *name = take_string(reader, key, where, setting);
        if (!name)
                return;
        const Zone *zone = NULL;
        int r = zone_table_get(reader->zones, name, &zone);
        if (r < 0)
                reader->error = r;
        else if (r > 0)
                config_fault(reader, setting, where, "\"%.80s\" is %s; allowed is %s", name,
                                phrase(r == ZONE_E_UNKNOWN ? "no time zone that is known here"
                                                           : "a time zone whose file makes no sense"),
                                phrase(key->allowed));
        *(const char **)((char *)target + key->offset) = name;
        *(const Zone **)((char *)target + key->companion) = zone;
}

static void read_boolean(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
                config_fault_type(reader, setting, where, "true or false");
        *(bool *)((char *)target + key->offset) = config_setting_get_bool(setting);
}

static void read_integer(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        int type = config_setting_type(setting);
        if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
                config_fault_type(reader, setting, where, "a whole number");
                return;
        }
        long long value = config_setting_get_int64(setting);
        if (value < atoll(key->min) || value > atoll(key->max))
                config_fault(reader, setting, where, "%lld is out of bounds; allowed is %s to %s", value,
                                key->min, key->max);
        else
                *(int *)((char *)target + key->offset) = (int)value;
}

static int64_t bound_seconds(const char *text)
{
        Duration duration = { 0 };
        duration_parse(text, true, &duration);
        return duration_seconds(&duration);
}

/* Reads a duration and checks its bounds. Return: its text; NULL after a reported fault. */
static const char *take_duration(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, bool years, Duration *ret)
{
        const char *text = take_string(reader, key, where, setting);
        if (!text)
                return NULL;
        if (duration_parse(text, years, ret) < 0) {
                config_fault(reader, setting, where,
                                "\"%.80s\" is no duration; allowed is one like %s, %s to %s", text,
                                phrase(years ? "P5Y or P90D" : "PT15M or P1D"), key->min, key->max);
                return NULL;
        }
        int64_t seconds = duration_seconds(ret);
        if (seconds >= bound_seconds(key->min) && seconds <= bound_seconds(key->max))
                return text;
        config_fault(reader, setting, where, "\"%.80s\" is out of bounds; allowed is %s to %s", text,
                        key->min, key->max);
        return NULL;
}

static void read_span(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        Duration duration;
        if (take_duration(reader, key, where, setting, false, &duration))
                *(usec_t *)((char *)target + key->offset) = duration_seconds(&duration) * USEC_PER_SEC;
}

static void read_span_text(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        Duration duration;
        *(const char **)((char *)target + key->offset) =
                        take_duration(reader, key, where, setting, false, &duration);
}

static void read_window(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        Duration duration;
        if (take_duration(reader, key, where, setting, true, &duration))
                *(Duration *)((char *)target + key->offset) = duration;
}

/* Whether a setting is an array or a list; reports a fault if not. */
static bool is_sequence(ConfigReader *reader, const char *where, const config_setting_t *setting,
                const char *allowed)
{
        int type = config_setting_type(setting);
        if (type == CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_LIST)
                return true;
        config_fault_type(reader, setting, where, allowed);
        return false;
}

static void read_strings(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        if (!is_sequence(reader, where, setting, "an array of strings"))
                return;
        size_t n = (size_t)config_setting_length(setting);
        const char **strings = config_reader_keep(reader, n, sizeof(*strings));
        if (n == 0 && !key->may_be_empty)
                config_fault(reader, setting, where, "it is empty; allowed is %s", phrase(key->allowed));
        for (size_t i = 0; strings && i < n; i++)
                strings[i] = take_string(reader, key, where, config_setting_get_elem(setting, (unsigned)i));
        *(const char *const **)((char *)target + key->offset) = strings;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_leads(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        if (!is_sequence(reader, where, setting, "an array of strings"))
                return;
        size_t n = (size_t)config_setting_length(setting);
        Lead *leads = config_reader_keep(reader, n, sizeof(*leads));
        for (size_t i = 0; leads && i < n; i++) {
                const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
                const char *text = take_string(reader, key, where, element);
                if (!text)
                        continue;
                /* A kind cannot have an absolute time as a lead. */
                if (lead_parse(text, &leads[i]) < 0 || leads[i].absolute)
                        config_fault(reader, element, where, "\"%.80s\" is no lead; allowed is %s", text,
                                        phrase(key->allowed));
                else if (lead_is_after_start(&leads[i]))
                        config_fault(reader, element, where,
                                        "\"%.80s\" is after the start; a lead begins with a minus, which means before, like -P1D",
                                        text);
        }
        *(const Lead **)((char *)target + key->offset) = leads;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_text(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        const Key any = { .lines = key->lines };
        ConfigText *text = (ConfigText *)((char *)target + key->offset);
        if (!config_setting_is_group(setting)) {
                config_fault_type(reader, setting, where,
                                "a group like { LANGUAGE = \"...\"; }; the languages are" FORM_LANGUAGES);
                return;
        }
        for (int i = 0; i < config_setting_length(setting); i++) {
                const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
                const char *name = config_setting_name(member);
                char path[CONFIG_WHERE_SIZE];
                Language language;
                snprintf(path, sizeof(path), "%s.%s", where, name);
                if (form_language(name) && language_find(name, &language) == 0)
                        text->by_language[language] = take_string(reader, &any, path, member);
                else
                        config_fault(reader, member, path,
                                        "there is no such language; allowed is one of" FORM_LANGUAGES);
        }
}

static void read_tls(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        ConfigTls *tls = (ConfigTls *)((char *)target + key->offset);
        *tls = (ConfigTls){ "", "" };
        if (!config_setting_is_group(setting)) {
                config_fault_type(reader, setting, where,
                                "a group like { certificate = \"...\"; key = \"...\"; }");
                return;
        }
        for (int i = 0; i < config_setting_length(setting); i++) {
                const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
                const char *name = config_setting_name(member);
                bool is_key = strcmp(name, "key") == 0;
                char path[CONFIG_WHERE_SIZE];
                snprintf(path, sizeof(path), "%s.%s", where, name);
                if (is_key || strcmp(name, "certificate") == 0)
                        *(is_key ? &tls->key : &tls->certificate) = take_file(reader, key, path, member);
                else
                        config_fault(reader, member, path,
                                        "there is no such key; allowed here is certificate, key");
        }
        if (tls->certificate && tls->key && !tls->certificate[0] != !tls->key[0])
                config_fault(reader, setting, where, "it has no %s; allowed are both or none",
                                tls->key[0] ? "certificate" : "key");
}

enum { PER_MINUTE_MAX = 1000000, RATE_MAX = 100000, RATE_PERIOD_MAX_DAYS = 31 };

/* Reads a rate like "500/P1D". Return: false if the text is not a rate, or is out of bounds. */
static bool parse_rate(const char *text, ConfigRate *ret)
{
        char *end;
        Duration duration;
        long n = strtol(text, &end, 10);
        if (text[0] < '1' || text[0] > '9' || n > RATE_MAX || *end != '/' ||
                        duration_parse(end + 1, false, &duration) < 0)
                return false;
        usec_t period = duration_seconds(&duration) * USEC_PER_SEC;
        *ret = (ConfigRate){ (int)n, period };
        return period >= USEC_PER_SEC && period <= RATE_PERIOD_MAX_DAYS * USEC_PER_DAY;
}

static void read_rate(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, ConfigRate *ret)
{
        const char *text = take_string(reader, key, where, setting);
        if (text && !parse_rate(text, ret))
                config_fault(reader, setting, where, "\"%.80s\" is not allowed; allowed is %s", text,
                                phrase(key->allowed));
}

static void read_rates(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        ConfigRates *rates = (ConfigRates *)((char *)target + key->offset);
        int type = config_setting_type(setting);
        bool is_list = type == CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_LIST;
        size_t n = is_list ? (size_t)config_setting_length(setting) : 1;
        *rates = (ConfigRates){ .n = 0 };
        if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
                long long number = config_setting_get_int64(setting);
                if (number < 0 || number > PER_MINUTE_MAX)
                        config_fault(reader, setting, where, "%lld is out of bounds; allowed is %s to %s",
                                        number, "0", "1000000");
                rates->per_minute = (int)number;
                return;
        }
        if ((!is_list && type != CONFIG_TYPE_STRING) || n == 0 || n > CONFIG_RATES_MAX) {
                config_fault_type(reader, setting, where,
                                "a number from 0 to 1000000, a string like \"500/P1D\", or a list of such strings like [\"30/PT1M\", \"500/P1D\"]");
                return;
        }
        ConfigRate *limits = config_reader_keep(reader, n, sizeof(*limits));
        for (size_t i = 0; limits && i < n; i++)
                read_rate(reader, key, where,
                                is_list ? config_setting_get_elem(setting, (unsigned)i) : setting,
                                &limits[i]);
        rates->limits = limits;
        rates->n = limits ? n : 0;
}

static unsigned coding_bits_of(const char *name)
{
        unsigned bits = 0;
        for (ContentCoding coding = CODING_IDENTITY + 1; coding < N_CODINGS; coding++)
                if (!name || strcmp(coding_name(coding), name) == 0)
                        bits |= CODING_BIT(coding);
        return bits;
}

/* A list, or a boolean as in the configurations of older programs. */
static void read_codings(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        uint8_t *codings = (uint8_t *)target + key->offset;
        *codings = 0;
        if (config_setting_type(setting) == CONFIG_TYPE_BOOL) {
                *codings = config_setting_get_bool(setting) ? (uint8_t)coding_bits_of(NULL) : 0;
                return;
        }
        if (!is_sequence(reader, where, setting, "an array of strings"))
                return;
        for (int i = 0; i < config_setting_length(setting); i++) {
                const char *name = take_string(
                                reader, key, where, config_setting_get_elem(setting, (unsigned)i));
                *codings |= name ? (uint8_t)coding_bits_of(name) : 0;
        }
}

const ConfigValueRead config_value_read[N_KEY_TYPES] = {
        [KEY_STRING] = read_string,
        [KEY_FILE] = read_file,
        [KEY_ZONE] = read_zone,
        [KEY_BOOLEAN] = read_boolean,
        [KEY_INTEGER] = read_integer,
        [KEY_SPAN] = read_span,
        [KEY_SPAN_TEXT] = read_span_text,
        [KEY_WINDOW] = read_window,
        [KEY_STRINGS] = read_strings,
        [KEY_LEADS] = read_leads,
        [KEY_TEXT] = read_text,
        [KEY_TLS] = read_tls,
        [KEY_RATES] = read_rates,
        [KEY_CODINGS] = read_codings,
};
