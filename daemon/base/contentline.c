#include "base/contentline.h"

#include "base/phrase.h"
#include "base/utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

const ContentLimits CONTENT_LIMITS_OBJECT = {
        .text_bytes = 1024 * 1024,
        .line_bytes = 256 * 1024,
        .lines = 20000,
        .params = 32,
        .depth = 4,
};

const ContentLimits CONTENT_LIMITS_CARD = {
        .text_bytes = 1024 * 1024,
        .line_bytes = 960 * 1024,
        .lines = 20000,
        .params = 32,
        .depth = 4,
};

const ContentLimits CONTENT_LIMITS_FILE = {
        .text_bytes = (size_t)1024 * 1024 * 1024,
        .line_bytes = 256 * 1024,
        .lines = 50000000,
        .params = 32,
        .depth = 4,
};

enum { COMPONENT_NAME_SIZE = 64 };

typedef struct OpenComponent {
        char name[COMPONENT_NAME_SIZE];
        size_t number; /* the line of its BEGIN */
} OpenComponent;

struct ContentReader {
        const char *at, *end;
        const ContentLimits *limits;
        size_t number;  /* number of lines read, as an editor counts them */
        size_t n_lines; /* number of lines read, after unfolding */
        Buffer scratch; /* the unfolded line, cut in place into C strings */
        ContentParam *params;
        OpenComponent *open; /* array of limits->depth */
        size_t depth;
        size_t skipped_depth; /* depth inside the component that is skipped; 0 if none is */
        bool started, finished;
};

/* Letters, digits, the hyphen, and the underscore that real files have in X- names. */
static const bool is_name_char[256] = {
        ['A' ... 'Z'] = true,
        ['a' ... 'z'] = true,
        ['0' ... '9'] = true,
        ['-'] = true,
        ['_'] = true,
};

ContentReader *content_reader_new(const char *text, size_t len, const ContentLimits *limits)
{
        assert(text || len == 0);
        CLEANUP(content_reader_freep) ContentReader *reader = calloc(1, sizeof(*reader));
        if (!reader)
                return NULL;
        reader->at = text;
        reader->end = text ? text + len : text;
        reader->limits = limits;
        reader->scratch = BUFFER_INIT(limits->line_bytes);
        reader->params = calloc(limits->params + 1, sizeof(*reader->params));
        reader->open = calloc(limits->depth + 1, sizeof(*reader->open));
        if (!reader->params || !reader->open)
                return NULL;
        return TAKE_PTR(reader);
}

ContentReader *content_reader_free(ContentReader *reader)
{
        if (!reader)
                return NULL;
        buffer_done(&reader->scratch);
        free(reader->params);
        free(reader->open);
        free(reader);
        return NULL;
}

static void upper_case(char *text)
{
        for (; *text; text++)
                if (*text >= 'a' && *text <= 'z')
                        *text = (char)(*text - ('a' - 'A'));
}

static char *skip_name(char *at)
{
        while (is_name_char[(unsigned char)*at])
                at++;
        return at;
}

/*
 * Writes the name of the line for an error message. The line may not have been parsed, so its leading name
 * characters count as its name.
 */
static void line_label(const ContentReader *reader, char ret[static 64])
{
        const char *text = buffer_text(&reader->scratch);
        size_t len = 0;
        while (len < 63 && is_name_char[(unsigned char)text[len]])
                len++;
        memcpy(ret, text, len);
        ret[len] = '\0';
        upper_case(ret);
}

#define COMPLAIN(reader, line, ret_error, ...)                                                              \
        ({                                                                                                  \
                char label_[64];                                                                            \
                line_label((reader), label_);                                                               \
                input_error_set((ret_error), (line)->number, label_, __VA_ARGS__);                          \
                CONTENT_E_INVALID;                                                                          \
        })

/* Moves past one line of the text. Return: its length without the LF. */
static size_t take_physical_line(ContentReader *reader)
{
        size_t left = (size_t)(reader->end - reader->at);
        const char *line_feed = memchr(reader->at, '\n', left);
        size_t len = line_feed ? (size_t)(line_feed - reader->at) : left;
        reader->at += len + (line_feed ? 1 : 0);
        reader->number++;
        return len;
}

/*
 * Unfolds the next line into the scratch buffer (RFC 5545, 3.1). Return: false if the line is too long. The
 * reader moves past the line in either case.
 */
static bool unfold(ContentReader *reader, ContentLine *line)
{
        bool fits = true;
        buffer_reset(&reader->scratch);
        *line = (ContentLine){ .raw = reader->at, .number = reader->number + 1 };
        for (bool first = true;
                        first || (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t'));
                        first = false) {
                const char *start = reader->at + (first ? 0 : 1);
                size_t len = take_physical_line(reader) - (first ? 0 : 1);
                if (len > 0 && start[len - 1] == '\r' && start + len < reader->at)
                        len--;
                size_t room = reader->limits->line_bytes - reader->scratch.len;
                buffer_append(&reader->scratch, start, len < room ? len : room);
                fits = fits && len <= room;
        }
        line->raw_len = (size_t)(reader->at - line->raw);
        return fits;
}

/*
 * Decodes the character after a caret (RFC 6868: ^n, ^', ^^). Return: NUL for any other character; then the
 * caret stays in the value.
 */
static char decode_caret(char next)
{
        switch (next) {
        case 'n':
                return '\n';
        case '\'':
                return '"';
        case '^':
                return '^';
        default:
                return '\0';
        }
}

/*
 * Decodes the parameter value at @at into @out, in the same buffer, without quotation marks and carets, and
 * moves @at to the end of the value. Return: the end of the decoded value, NULL for a misplaced quotation
 * mark.
 */
static char *take_param_value(char **at, char *out)
{
        char *in = *at;
        bool quoted = *in == '"';
        if (quoted)
                in++;
        for (; *in && *in != '"' && (quoted || !strchr(";:,", *in)); in++) {
                char decoded = *in == '^' ? decode_caret(in[1]) : '\0';
                *out++ = decoded ? decoded : *in;
                if (decoded)
                        in++;
        }
        if ((*in == '"') != quoted)
                return NULL;
        *at = in + (quoted ? 1 : 0);
        return out;
}

/*
 * Parses the parameter `;NAME=value,"value"` at @at. On success moves @at to the end of the parameter and
 * sets @ret_end to the character found there. Return: the error message, or NULL.
 */
static const char *take_param(char **at, ContentParam *ret, char *ret_end)
{
        char *name = *at + 1, *name_end = skip_name(name);
        if (name_end == name)
                return "a parameter has no name";
        if (*name_end != '=')
                return "a parameter has no value; write ;NAME=value";
        char *in = name_end + 1, *value = in, *out = in;
        *ret = (ContentParam){ .name = name, .value = value, .quoted = *in == '"' };
        for (bool more = true; more;) {
                out = take_param_value(&in, out);
                if (!out)
                        return "a parameter's value has a quotation mark that is alone or within the value";
                more = *in == ',';
                if (more) {
                        *out++ = ',';
                        in++;
                }
        }
        *ret_end = *in;
        *out = *name_end = '\0';
        upper_case(name);
        *at = in;
        return *ret_end == ';' || *ret_end == ':' ? NULL : "there is no colon after the parameters";
}

/*
 * Parses the parameters. Moves @at from the ';' or ':' after the name to the colon before the value.
 * Return: the error message, or NULL.
 */
static const char *take_params(ContentReader *reader, char **at, char next, ContentLine *line)
{
        while (next == ';') {
                if (line->n_params >= reader->limits->params)
                        return "it has too many parameters";
                const char *fault = take_param(at, &reader->params[line->n_params], &next);
                if (fault)
                        return fault;
                line->n_params++;
        }
        return NULL;
}

/* Cuts the scratch buffer into name, parameters and value. Return: the error message, or NULL. */
static const char *cut_line(ContentReader *reader, ContentLine *line)
{
        char *at = reader->scratch.data, *end = at + reader->scratch.len;
        if (*at == ' ' || *at == '\t')
                return "it begins with a blank, but there is no line before it that it could continue";
        char *name = at, *name_end = skip_name(at);
        if (*name_end == '.') {
                line->group = at;
                name = name_end + 1;
                name_end = skip_name(name);
        }
        char next = *name_end;
        if (name_end == name || (line->group && name == at + 1) || (next != ':' && next != ';'))
                return "it is not of the form NAME:value or NAME;PARAMETER=value:value";
        line->params = reader->params;
        at = name_end;
        const char *fault = take_params(reader, &at, next, line);
        if (fault)
                return fault;
        if (line->group)
                name[-1] = '\0';
        *name_end = '\0';
        upper_case(name);
        line->name = name;
        line->value = at + 1;
        line->value_len = (size_t)(end - line->value);
        return NULL;
}

static int check_characters(const ContentReader *reader, const ContentLine *line, InputError *ret_error)
{
        const char *text = reader->scratch.data;
        size_t len = reader->scratch.len, valid = utf8_plain_prefix(text, len);
        if (valid == len)
                return 0;
        unsigned char c = (unsigned char)text[valid];
        if (c == '\r')
                return COMPLAIN(reader, line, ret_error,
                                "octet %zu of the line is a carriage return without a line feed", valid + 1);
        if (c < 0x80)
                return COMPLAIN(reader, line, ret_error,
                                "octet %zu of the line is a control character (0x%02X)", valid + 1, c);
        return COMPLAIN(reader, line, ret_error, "octet %zu of the line (0x%02X) is not UTF-8", valid + 1,
                        c);
}

static int open_component(ContentReader *reader, ContentLine *line, InputError *ret_error)
{
        if (reader->depth >= reader->limits->depth) {
                reader->skipped_depth = 1;
                input_error_set(ret_error, line->number, "BEGIN",
                                "components are nested more than %zu deep; %.63s is left out",
                                reader->limits->depth, line->value);
                return CONTENT_E_INVALID;
        }
        OpenComponent *component = &reader->open[reader->depth];
        memcpy(component->name, line->value, line->value_len + 1);
        component->number = line->number;
        line->depth = reader->depth++;
        return 0;
}

static int close_component(ContentReader *reader, ContentLine *line, InputError *ret_error)
{
        if (reader->depth == 0) {
                input_error_set(ret_error, line->number, "END", "END:%.63s has no BEGIN", line->value);
                return CONTENT_E_INVALID;
        }
        const OpenComponent *innermost = &reader->open[reader->depth - 1];
        size_t match = reader->depth;
        while (match > 0 && strcmp(reader->open[match - 1].name, line->value) != 0)
                match--;
        if (match == reader->depth) {
                line->depth = --reader->depth;
                return 0;
        }
        input_error_set(ret_error, line->number, "END",
                        "END:%.63s stands where END:%.63s is needed (BEGIN:%.63s is in line %zu)",
                        line->value, innermost->name, innermost->name, innermost->number);
        /*
         * An END that names an outer component also closes the components inside it; any other wrong END is
         * ignored.
         */
        if (match > 0)
                reader->depth = match - 1;
        return CONTENT_E_INVALID;
}

/* Handles BEGIN and END: turns the value into upper case and tracks the nesting. */
static int nest(ContentReader *reader, ContentLine *line, bool begin, InputError *ret_error)
{
        char *value = reader->scratch.data + (line->value - reader->scratch.data);
        char *end = skip_name(value);
        if (end == value || *end != '\0' || line->value_len >= COMPONENT_NAME_SIZE) {
                input_error_set(ret_error, line->number, line->name,
                                "\"%.40s\" is not the name of a component", value);
                return CONTENT_E_INVALID;
        }
        upper_case(value);
        return begin ? open_component(reader, line, ret_error) : close_component(reader, line, ret_error);
}

/* Reads past a line of a component that is nested too deep, and counts BEGIN and END to find its end. */
static void skip_nested(ContentReader *reader)
{
        const char *text = buffer_text(&reader->scratch);
        if (strncasecmp(text, "BEGIN:", 6) == 0)
                reader->skipped_depth++;
        else if (strncasecmp(text, "END:", 4) == 0)
                reader->skipped_depth--;
}

static int parse_line(ContentReader *reader, ContentLine *line, InputError *ret_error)
{
        int r = check_characters(reader, line, ret_error);
        if (r != 0)
                return r;
        const char *fault = cut_line(reader, line);
        if (fault)
                return COMPLAIN(reader, line, ret_error, "%s", phrase(fault));
        bool begin = strcmp(line->name, "BEGIN") == 0;
        if (begin || strcmp(line->name, "END") == 0)
                return nest(reader, line, begin, ret_error);
        line->depth = reader->depth;
        return 0;
}

/* Handles the end of the text. Each call reports one component that is still open, the innermost first. */
static int finish(ContentReader *reader, InputError *ret_error)
{
        if (reader->depth == 0) {
                reader->finished = true;
                return CONTENT_END;
        }
        const OpenComponent *component = &reader->open[--reader->depth];
        input_error_set(ret_error, component->number, "BEGIN", "BEGIN:%s has no END:%s", component->name,
                        component->name);
        return CONTENT_E_INVALID;
}

static int start(ContentReader *reader, InputError *ret_error)
{
        static const char byte_order_mark[] = "\xEF\xBB\xBF";
        size_t len = (size_t)(reader->end - reader->at);
        reader->started = true;
        if (len > reader->limits->text_bytes) {
                reader->finished = true;
                input_error_set(ret_error, 0, NULL, "the text has %zu octets; at most %zu are allowed", len,
                                reader->limits->text_bytes);
                return CONTENT_E_INVALID;
        }
        if (len >= 3 && memcmp(reader->at, byte_order_mark, 3) == 0)
                reader->at += 3;
        return 0;
}

static int next_line(ContentReader *reader, ContentLine *line, InputError *ret_error)
{
        bool fits = unfold(reader, line);
        int r = buffer_error(&reader->scratch);
        if (r < 0)
                return r;
        if (++reader->n_lines > reader->limits->lines) {
                reader->finished = true;
                input_error_set(ret_error, line->number, NULL, "the text has more than %zu lines",
                                reader->limits->lines);
                return CONTENT_E_INVALID;
        }
        if (reader->skipped_depth > 0) {
                skip_nested(reader);
                return -EAGAIN;
        }
        if (!fits)
                return COMPLAIN(reader, line, ret_error, "the line is longer than %zu octets (unfolded)",
                                reader->limits->line_bytes);
        if (reader->scratch.len == 0)
                return -EAGAIN;
        return parse_line(reader, line, ret_error);
}

int content_reader_next(ContentReader *reader, ContentLine *ret, InputError *ret_error)
{
        int r = 0;
        if (!reader->started)
                r = start(reader, ret_error);
        if (r != 0) {
                *ret = (ContentLine){ 0 };
                return r;
        }
        if (reader->finished)
                return CONTENT_END;
        ContentLine line;
        do {
                line = (ContentLine){ 0 };
                r = reader->at < reader->end ? next_line(reader, &line, ret_error)
                                             : finish(reader, ret_error);
        } while (r == -EAGAIN);
        if (r == CONTENT_E_INVALID)
                line = (ContentLine){ .raw = line.value ? NULL : line.raw,
                        .raw_len = line.raw_len,
                        .number = line.number,
                        .depth = reader->depth };
        if (r == 0 || r == CONTENT_E_INVALID)
                *ret = line;
        return r;
}

const char *content_line_param(const ContentLine *line, const char *name)
{
        for (size_t i = 0; i < line->n_params; i++)
                if (strcmp(line->params[i].name, name) == 0)
                        return line->params[i].value;
        return NULL;
}
