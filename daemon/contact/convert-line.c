#include "contact/convert-line.h"

#include "contact/convert-binary.h"
#include "contact/convert-value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TWIN_HEAD "X-CONVENED-HEAD"
#define TWIN_LINE "X-CONVENED-LINE"

enum { TWIN_LINE_MAX_BYTES = 1024, HEAD_MAX_BYTES = 2 * 1024 * 1024 };

typedef void ConvertValue(LineMemory *memory, CardLine *line);

/* How often version 4.0 allows a property (RFC 6350, 6); lines with one ALTID are alternatives (5.4). */
typedef enum PropertyCount { MANY, ONCE, ONCE_WITH_ALTERNATIVES } PropertyCount;

typedef struct PropertyForms {
        const char *name_4, *name_3;
        PropertyCount count;
        ConvertValue *to_3, *to_4;
} PropertyForms;

/* The first row with a name is the one for it. */
static const PropertyForms properties[] = {
        { "N", "N", ONCE_WITH_ALTERNATIVES, NULL, NULL },
        { "BDAY", "BDAY", ONCE_WITH_ALTERNATIVES, convert_birthday_to_3, convert_date_to_4 },
        { "BDAY", "X-BDAY", ONCE_WITH_ALTERNATIVES, NULL, NULL },
        { "ANNIVERSARY", "X-ANNIVERSARY", ONCE_WITH_ALTERNATIVES, convert_date_to_3, convert_date_to_4 },
        { "GENDER", "X-GENDER", ONCE, NULL, NULL },
        { "KIND", "X-ADDRESSBOOKSERVER-KIND", ONCE, NULL, NULL },
        { "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER", MANY, NULL, NULL },
        { "PRODID", "PRODID", ONCE, NULL, NULL },
        { "REV", "REV", ONCE, convert_revision_to_3, convert_revision_to_4 },
        { "GEO", "GEO", MANY, convert_position_to_3, convert_position_to_4 },
        { "TZ", "TZ", MANY, convert_zone_to_3, convert_zone_to_4 },
        { "TEL", "TEL", MANY, convert_telephone_to_3, NULL },
        { "PHOTO", "PHOTO", MANY, convert_binary_to_3, convert_binary_to_4 },
        { "LOGO", "LOGO", MANY, convert_binary_to_3, convert_binary_to_4 },
        { "SOUND", "SOUND", MANY, convert_binary_to_3, convert_binary_to_4 },
        { "KEY", "KEY", MANY, convert_binary_to_3, convert_binary_to_4 },
        { "RELATED", "X-RELATED", MANY, convert_related_to_3, NULL },
        { "RELATED", "AGENT", MANY, NULL, convert_agent_to_4 },
        { "RELATED", "X-ABRELATEDNAMES", MANY, NULL, convert_related_name_to_4 },
        { "LANG", "X-LANG", MANY, NULL, NULL },
        { "XML", "X-XML", MANY, NULL, NULL },
        { "CLIENTPIDMAP", "X-CLIENTPIDMAP", MANY, NULL, NULL },
        /* RFC 6474, 6715, 8605, 9554, 9555 */
        { "BIRTHPLACE", "X-BIRTHPLACE", ONCE_WITH_ALTERNATIVES, NULL, NULL },
        { "DEATHPLACE", "X-DEATHPLACE", ONCE_WITH_ALTERNATIVES, NULL, NULL },
        { "DEATHDATE", "X-DEATHDATE", ONCE_WITH_ALTERNATIVES, NULL, NULL },
        { "EXPERTISE", "X-EXPERTISE", MANY, NULL, NULL },
        { "HOBBY", "X-HOBBY", MANY, NULL, NULL },
        { "INTEREST", "X-INTEREST", MANY, NULL, NULL },
        { "ORG-DIRECTORY", "X-ORG-DIRECTORY", MANY, NULL, NULL },
        { "CONTACT-URI", "X-CONTACT-URI", MANY, NULL, NULL },
        { "CREATED", "X-CREATED", ONCE, NULL, NULL },
        { "GRAMGENDER", "X-GRAMGENDER", MANY, NULL, NULL },
        { "LANGUAGE", "X-LANGUAGE", ONCE, NULL, NULL },
        { "PRONOUNS", "X-PRONOUNS", MANY, NULL, NULL },
        { "SOCIALPROFILE", "X-SOCIALPROFILE", MANY, NULL, NULL },
        { "JSPROP", "X-JSPROP", MANY, NULL, NULL },
        /* of version 3.0 only */
        { "X-CLASS", "CLASS", MANY, NULL, NULL },
        { "X-NAME", "NAME", MANY, NULL, NULL },
        { "X-PROFILE", "PROFILE", MANY, NULL, NULL },
        { "X-MAILER", "MAILER", MANY, NULL, NULL },
        { "X-LABEL", "LABEL", MANY, NULL, NULL },
        { "X-SORT-STRING", "SORT-STRING", MANY, NULL, NULL },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };
_Static_assert((int)N_PROPERTIES <= (int)CONVERT_PROPERTIES_MAX, "seen has a flag for each row");

/* The parameters of one version only. In the other one their names begin with `X-`. */
static const char *const params_4[] = { "ALTID", "PID", "MEDIATYPE", "CALSCALE", "SORT-AS", "GEO", "TZ",
        "LABEL", "CC", "INDEX", "LEVEL", "AUTHOR", "AUTHOR-NAME", "CREATED", "DERIVED", "PHONETIC", "SCRIPT",
        "SERVICE-TYPE", "USERNAME", "JSPTR", "PROP-ID", NULL };
static const char *const params_3[] = { "CHARSET", "ENCODING", "CONTEXT", NULL };

/* The types of values of RFC 6350, 4. */
static const char *const value_types_4[] = { "text", "uri", "date", "time", "date-time", "date-and-or-time",
        "timestamp", "boolean", "integer", "float", "utc-offset", "language-tag", NULL };

static bool is_in(const char *const *list, const char *word)
{
        for (; *list; list++)
                if (strcasecmp(*list, word) == 0)
                        return true;
        return false;
}

static const PropertyForms *find_forms(CardVersion of, const char *name)
{
        for (size_t i = 0; i < N_PROPERTIES; i++)
                if (strcasecmp(of == CARD_VERSION_4 ? properties[i].name_4 : properties[i].name_3, name) ==
                                0)
                        return &properties[i];
        return NULL;
}

const char *convert_name(const char *name_4)
{
        const PropertyForms *forms = find_forms(CARD_VERSION_4, name_4);
        return forms ? forms->name_3 : name_4;
}

const char *convert_name_4(const char *name_3)
{
        const PropertyForms *forms = find_forms(CARD_VERSION_3, name_3);
        return forms ? forms->name_4 : name_3;
}

/* Reads a PREF (RFC 6350, 5.3). Return: CONVERT_PREFERENCE_NONE if it is none. */
static int preference_of(const CardParam *param)
{
        const char *digits = param->value + (param->value[0] == '"');
        size_t len = strspn(digits, "0123456789");
        int preference = len > 0 && len <= 3 && (!digits[len] || digits[len] == '"') ? atoi(digits) : 0;
        return preference >= 1 && preference < CONVERT_PREFERENCE_NONE ? preference
                                                                       : CONVERT_PREFERENCE_NONE;
}

int convert_preference(const CardLine *line)
{
        const CardParam *param = line_param(line, "PREF");
        return param ? preference_of(param) : CONVERT_PREFERENCE_NONE;
}

/* ---- Parameters ---- */

static const char *type_name(const CardLine *line)
{
        for (size_t i = 0; i < line->n; i++)
                if (strcasecmp(line->params[i].name, "TYPE") == 0)
                        return line->params[i].name;
        return "TYPE";
}

/* Removes the quotes of a list of types: some programs take `"home,work"` for one type. */
static const char *plain_types(LineMemory *memory, const char *value)
{
        if (value[0] != '"')
                return value;
        const char *text = line_unquote(memory, value);
        return text[strcspn(text, ";:\"^")] == '\0' ? text : value;
}

/* @type: the name of the TYPE parameters of the line if it is preferred; NULL if it is not */
static CardParam param_to_3(LineMemory *memory, const CardParam *param, const char *type)
{
        if (strcasecmp(param->name, "PREF") == 0 && type)
                return (CardParam){ type, "pref" };
        if (strcasecmp(param->name, "TYPE") == 0)
                return (CardParam){ param->name, plain_types(memory, param->value) };
        if (strcasecmp(param->name, "PREF") == 0 || is_in(params_4, param->name))
                return (CardParam){ line_format(memory, "X-%s", param->name), param->value };
        if (strncasecmp(param->name, "X-", 2) == 0 &&
                        (is_in(params_3, param->name + 2) || strcasecmp(param->name, "X-VALUE") == 0))
                return (CardParam){ param->name + 2, param->value };
        return *param;
}

static CardParam param_to_4(LineMemory *memory, const CardParam *param)
{
        bool is_type = strcasecmp(param->name, "VALUE") == 0;
        if (is_type && line_param_is(param, "url"))
                return (CardParam){ param->name, "uri" };
        if ((is_type && !is_in(value_types_4, line_unquote(memory, param->value)) &&
                            strncasecmp(param->value, "x-", 2) != 0) ||
                        is_in(params_3, param->name) ||
                        (strcasecmp(param->name, "PREF") == 0 &&
                                        preference_of(param) == CONVERT_PREFERENCE_NONE))
                return (CardParam){ line_format(memory, "X-%s", param->name), param->value };
        if (strncasecmp(param->name, "X-", 2) == 0 &&
                        (is_in(params_4, param->name + 2) ||
                                        (strcasecmp(param->name, "X-PREF") == 0 &&
                                                        preference_of(param) != CONVERT_PREFERENCE_NONE)))
                return (CardParam){ param->name + 2, param->value };
        return *param;
}

/* Removes the word `pref` from a list of types. Return: the other words; NULL if it is not in the list. */
static const char *without_preference(LineMemory *memory, const char *value)
{
        CLEANUP(buffer_done) Buffer rest = BUFFER_INIT(strlen(value));
        const char *quote = value[0] == '"' ? "\"" : "";
        bool found = false;
        for (const char *at = value + (quote[0] != '\0'); *at && *at != '"';) {
                size_t len = strcspn(at, ",\"");
                bool is_preference = len == 4 && strncasecmp(at, "pref", 4) == 0;
                if (!is_preference) {
                        buffer_puts(&rest, rest.len > 0 ? "," : "");
                        buffer_append(&rest, at, len);
                }
                found = found || is_preference;
                at += len + (at[len] == ',');
        }
        if (buffer_error(&rest) && memory->error == 0)
                memory->error = buffer_error(&rest);
        if (!found || rest.len == 0)
                return found ? "" : NULL;
        return line_format(memory, "%s%s%s", quote, rest.data, quote);
}

/* Makes PREF=1 of the type `pref`, unless the line keeps its PREF of version 4.0. */
static void preference_to_4(LineMemory *memory, CardLine *line)
{
        CardLine made = *line;
        bool has_preference = line_param(line, "PREF") != NULL;
        made.params = NULL;
        made.n = made.room = 0;
        for (size_t i = 0; i < line->n; i++) {
                const CardParam *param = &line->params[i];
                bool is_type = strcasecmp(param->name, "TYPE") == 0;
                const char *rest = is_type ? without_preference(memory, param->value) : NULL;
                if (!rest || rest[0])
                        line_add(memory, &made, param->name, rest ? rest : param->value);
                if (rest && !has_preference)
                        line_add(memory, &made, "PREF", "1");
                has_preference = has_preference || rest;
        }
        *line = made;
}

static void convert_params(const ConvertContext *context, CardLine *line)
{
        LineMemory *memory = context->memory;
        const char *type = context->preferred ? type_name(line) : NULL;
        for (size_t i = 0; i < line->n; i++)
                line->params[i] = context->to == CARD_VERSION_3 ? param_to_3(memory, &line->params[i], type)
                                                                : param_to_4(memory, &line->params[i]);
        if (context->to == CARD_VERSION_4)
                preference_to_4(memory, line);
}

/* ---- Lines ---- */

static CardVersion other_version(CardVersion version)
{
        return version == CARD_VERSION_3 ? CARD_VERSION_4 : CARD_VERSION_3;
}

static const char *form_of(const PropertyForms *forms, CardVersion version)
{
        return version == CARD_VERSION_4 ? forms->name_4 : forms->name_3;
}

/* Returns the row with the flags of a property; several rows of the table may be about one. */
static size_t index_of(const PropertyForms *forms)
{
        return (size_t)(find_forms(CARD_VERSION_4, forms->name_4) - properties);
}

static bool was_seen(const ConvertContext *context, const PropertyForms *forms)
{
        return forms && forms->count != MANY && context->seen[index_of(forms)];
}

static const char *alternative_of(const CardLine *line)
{
        const CardParam *param = line_param(line, "ALTID");
        return param ? param->value : "";
}

/* Whether a line of version 4.0 is one too many after those that were seen. */
static bool is_excess(const ConvertContext *context, const CardLine *line)
{
        const PropertyForms *forms = find_forms(CARD_VERSION_4, line->name);
        const char *alternative = alternative_of(line);
        return was_seen(context, forms) &&
               (forms->count == ONCE || !alternative[0] ||
                               strcmp(context->seen[index_of(forms)], alternative) != 0);
}

/*
 * Returns the name of a line in the other version. A second property of those that may be there once keeps
 * the name of its version, or gets one with `X-` if that is the name in the other version, too.
 */
static const char *other_name(
                const ConvertContext *context, const CardLine *line, const PropertyForms *forms)
{
        bool again = was_seen(context, forms), is_to_4 = context->to == CARD_VERSION_4;
        const PropertyForms *strange = !forms && is_to_4 ? find_forms(CARD_VERSION_4, line->name) : NULL;
        bool is_renamed = forms && strcmp(forms->name_4, forms->name_3) != 0;
        if ((again && !is_renamed) || was_seen(context, strange))
                return line_format(context->memory, "X-%s", line->name);
        return is_renamed && !(again && is_to_4) ? form_of(forms, context->to) : line->name;
}

/* Converts a line by the table alone. */
static CardLine convert_by_table(const ConvertContext *context, const CardLine *line)
{
        CardLine made = line_copy(context->memory, line);
        const PropertyForms *forms = find_forms(other_version(context->to), line->name);
        ConvertValue *convert = !forms ? NULL : context->to == CARD_VERSION_3 ? forms->to_3 : forms->to_4;
        if (convert && !was_seen(context, forms))
                convert(context->memory, &made);
        convert_params(context, &made);
        if (made.name == line->name)
                made.name = other_name(context, line, forms);
        return made;
}

/* Whether a line is converted to another one, whatever the lines around it are. */
static bool converts_to(const ConvertContext *context, const CardLine *line, const CardLine *expected)
{
        static const ConvertContext around[] = { { .preferred = false }, { .preferred = true } };
        ConvertContext tried = *context;
        tried.to = other_version(context->to);
        for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
                tried.preferred = around[i].preferred;
                CardLine made = convert_by_table(&tried, line);
                if (line_equal(&made, expected))
                        return true;
        }
        return false;
}

/* The octets of a data URI, which are the value in version 3.0; any other value is returned. */
static const char *octets_of(const char *value)
{
        const char *comma = strncasecmp(value, "data:", 5) == 0 ? strchr(value, ',') : NULL;
        return comma ? comma + 1 : value;
}

/*
 * Reads the line that the last parameter of a line describes. Return: whether there is one, and it is
 * converted to the line.
 */
static bool read_twin(const ConvertContext *context, const CardLine *line, CardLine *ret)
{
        const CardParam *last = line->n > 0 ? &line->params[line->n - 1] : NULL;
        bool is_head = last && strcasecmp(last->name, TWIN_HEAD) == 0;
        if (!last || (!is_head && strcasecmp(last->name, TWIN_LINE) != 0))
                return false;
        const char *text = line_unquote(context->memory, last->value);
        CardLine twin, plain = *line;
        plain.n--;
        line_cut(context->memory, text, strlen(text), &twin);
        twin.raw = NULL;
        if (text[strcspn(text, "\n")] || (context->to == CARD_VERSION_4 && is_excess(context, &twin)))
                return false;
        const char *value = twin.value;
        if (is_head)
                twin.value = value[0] ? line_format(context->memory, "%s%s", value, line->value)
                                      : line->value;
        bool is_it = converts_to(context, &twin, &plain);
        if (!is_it && is_head && !value[0] && context->to == CARD_VERSION_3) {
                twin.value = octets_of(line->value);
                is_it = converts_to(context, &twin, &plain);
        }
        if (is_it)
                *ret = twin;
        return is_it;
}

static CardLine restore(const ConvertContext *context, const CardLine *line)
{
        CardLine twin;
        return read_twin(context, line, &twin) ? twin : convert_by_table(context, line);
}

/* Adds the parameter that has what the converted line does not say. */
static void write_twin(const ConvertContext *context, const CardLine *line, CardLine *made)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(HEAD_MAX_BYTES);
        size_t len = strlen(line->value), made_len = strlen(made->value);
        bool ends_alike = made_len <= len && strcmp(line->value + len - made_len, made->value) == 0;
        if (context->to == CARD_VERSION_4 && strcmp(octets_of(made->value), line->value) == 0) {
                ends_alike = true;
                made_len = len;
        }
        line_head(line, &text);
        buffer_append(&text, line->value, ends_alike ? len - made_len : len);
        if (buffer_error(&text))
                context->memory->error = buffer_error(&text);
        if (ends_alike || len <= TWIN_LINE_MAX_BYTES)
                line_add(context->memory, made, ends_alike ? TWIN_HEAD : TWIN_LINE,
                                line_quote(context->memory, buffer_text(&text)));
}

static void mark_seen(ConvertContext *context, const CardLine *line_4)
{
        const PropertyForms *forms = find_forms(CARD_VERSION_4, line_4->name);
        if (forms && !context->seen[index_of(forms)])
                context->seen[index_of(forms)] = alternative_of(line_4);
}

/* Converts a line, with a twin if the converted line does not say all of it. */
static CardLine convert_whole(const ConvertContext *context, const CardLine *line)
{
        CardLine made;
        if (read_twin(context, line, &made))
                return made;
        made = convert_by_table(context, line);
        ConvertContext back = *context;
        back.to = other_version(context->to);
        CardLine restored = restore(&back, &made);
        if (!line_equal(&restored, line))
                write_twin(context, line, &made);
        return made;
}

/* The lines that are only tried are in a memory of their own, so that they are freed after each line. */
CardLine convert_line(ConvertContext *context, const CardLine *line)
{
        CLEANUP(line_memory_done) LineMemory tried = LINE_MEMORY_INIT(context->memory->max);
        ConvertContext inside = *context;
        inside.memory = &tried;
        CardLine made = convert_whole(&inside, line);
        made = line_equal(&made, line) ? *line : line_keep(context->memory, &made, line);
        if (tried.error != 0 && context->memory->error == 0)
                context->memory->error = tried.error;
        mark_seen(context, context->to == CARD_VERSION_3 ? line : &made);
        return made;
}
