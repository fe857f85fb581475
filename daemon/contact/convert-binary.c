#include "contact/convert-binary.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { TYPE_SIZE = 128 };

/* Formats of version 3.0 whose media type does not have the same name. */
static const struct {
        const char *format, *media;
} formats[] = {
        { "X509", "application/pkix-cert" },
        { "PGP", "application/pgp-keys" },
        { "WAVE", "audio/wav" },
        { "JPG", "image/jpeg" },
};

enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static const char *tree_of(const CardLine *line)
{
        return line_is(line, "SOUND") ? "audio" : line_is(line, "KEY") ? "application" : "image";
}

static const char *upper(LineMemory *memory, const char *text, size_t len)
{
        char *copy = (char *)line_format(memory, "%.*s", (int)len, text);
        for (char *at = copy; *at; at++)
                *at = (char)toupper((unsigned char)*at);
        return copy;
}

/* The characters of a media type (RFC 6838, 4.2). A format is cut before any other character. */
static size_t token_length(const char *text)
{
        size_t n = 0;
        while (isalnum((unsigned char)text[n]) || (text[n] && strchr("/!#$&^_.+-", text[n])))
                n++;
        return n;
}

static const char *format_of_media(LineMemory *memory, const char *media)
{
        size_t len = token_length(media);
        for (size_t i = 0; i < N_FORMATS - 1; i++)
                if (strlen(formats[i].media) == len && strncasecmp(formats[i].media, media, len) == 0)
                        return formats[i].format;
        const char *slash = memchr(media, '/', len);
        size_t skip = slash ? (size_t)(slash - media) + 1 : 0;
        return upper(memory, media + skip, len - skip);
}

static const char *media_of_format(LineMemory *memory, const CardLine *line, const char *format)
{
        size_t len = token_length(format);
        for (size_t i = 0; i < N_FORMATS; i++)
                if (strlen(formats[i].format) == len && strncasecmp(formats[i].format, format, len) == 0)
                        return formats[i].media;
        bool is_whole = memchr(format, '/', len) != NULL;
        char *media = (char *)line_format(memory, "%s%s%.*s", is_whole ? "" : tree_of(line),
                        is_whole ? "" : "/", (int)len, format);
        for (char *at = media; *at; at++)
                *at = (char)tolower((unsigned char)*at);
        return media;
}

/* Tells the format of a picture from its first octets. Return: "" if it is not known. */
static const char *guess_media(const char *base64)
{
        static const struct {
                const char *begin, *media;
        } pictures[] = {
                { "/9j/", "image/jpeg" },
                { "iVBORw0KGgo", "image/png" },
                { "R0lGOD", "image/gif" },
                { "UklGR", "image/webp" },
        };
        for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
                if (strncmp(base64, pictures[i].begin, strlen(pictures[i].begin)) == 0)
                        return pictures[i].media;
        return "";
}

static bool is_base64(const char *text)
{
        size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
        return text[len + strspn(text + len, "=")] == '\0';
}

/*
 * Finds the octets in a data URI. Some programs escape the comma and the semicolon in it as in a text.
 * Return: the octets in base64, and the media type at @ret_media; NULL if the line has no such URI.
 */
static const char *data_of(const CardLine *line, char ret_media[static TYPE_SIZE])
{
        const char *comma = strchr(line->value, ',');
        size_t n = 0;
        if (strncasecmp(line->value, "data:", 5) != 0 || !comma || comma - line->value >= TYPE_SIZE)
                return NULL;
        for (const char *at = line->value + 5; at < comma; at++)
                if (*at != '\\')
                        ret_media[n++] = *at;
        ret_media[n] = '\0';
        char *encoding = strrchr(ret_media, ';');
        if (!encoding || strcasecmp(encoding, ";base64") != 0 || !is_base64(comma + 1))
                return NULL;
        *encoding = '\0';
        return comma + 1;
}

static bool has_scheme(const char *value)
{
        size_t len = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
        return len > 1 && value[len] == ':';
}

/* Makes the media type the TYPE of a URI or text. */
static void media_to_type(LineMemory *memory, CardLine *line)
{
        CardParam *media = line_param(line, "MEDIATYPE");
        if (!media)
                return;
        const char *text = line_unquote(memory, media->value);
        line_remove(line, media);
        line_remove_all(line, "TYPE");
        line_add(memory, line, "TYPE", format_of_media(memory, text));
}

void convert_binary_to_3(LineMemory *memory, CardLine *line)
{
        char media[TYPE_SIZE];
        const char *data = data_of(line, media);
        CardParam *type = line_param(line, "VALUE");
        if (data) {
                line->value = data;
                line_remove_all(line, "VALUE");
                line_remove_all(line, "MEDIATYPE");
                line_remove_all(line, "TYPE");
                line_add(memory, line, "ENCODING", "b");
                if (media[0])
                        line_add(memory, line, "TYPE", format_of_media(memory, media));
                return;
        }
        media_to_type(memory, line);
        type = line_param(line, "VALUE");
        if (type && line_param_is(type, "text"))
                line_remove(line, type);
        else if (!type && has_scheme(line->value))
                line_add(memory, line, "VALUE", "uri");
}

static bool is_inline(const CardLine *line)
{
        const CardParam *encoding = line_param(line, "ENCODING");
        return encoding && (line_param_is(encoding, "b") || line_param_is(encoding, "base64"));
}

void convert_binary_normalize(CardLine *line)
{
        size_t len = strspn(
                        line->value, " \tABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
        if (line->value[len] || !line->value[strcspn(line->value, " \t")] || !is_inline(line))
                return;
        char *out = (char *)line->value;
        for (const char *at = line->value; *at; at++)
                if (*at != ' ' && *at != '\t')
                        *out++ = *at;
        *out = '\0';
}

/*
 * Takes the format out of the first TYPE parameter; further words of it, such as `pref`, are kept. Return:
 * its media type; NULL if there is none.
 */
static const char *take_format(LineMemory *memory, CardLine *line)
{
        CardParam *type = line_param(line, "TYPE");
        if (!type || line_param_is(type, "pref") || line_param_is(type, "home") ||
                        line_param_is(type, "work"))
                return NULL;
        const char *text = line_unquote(memory, type->value);
        size_t len = token_length(text);
        if (len == 0 || (text[len] && text[len] != ','))
                return NULL;
        if (text[len])
                type->value = line_quote(memory, text + len + 1);
        else
                line_remove(line, type);
        return media_of_format(memory, line, text);
}

void convert_binary_to_4(LineMemory *memory, CardLine *line)
{
        CardParam *type = line_param(line, "VALUE");
        bool is_uri = type && (line_param_is(type, "uri") || line_param_is(type, "url"));
        bool is_data = is_inline(line) && is_base64(line->value);
        if (type && (is_uri || is_data))
                line_remove(line, type);
        const char *media = take_format(memory, line);
        if (is_data) {
                line_remove_all(line, "ENCODING");
                line->value = line_format(memory, "data:%s;base64,%s",
                                media ? media : guess_media(line->value), line->value);
                return;
        }
        if (media)
                line_add(memory, line, "MEDIATYPE", line_quote(memory, media));
        if (!line_param(line, "VALUE") && !is_uri && line_is(line, "KEY") && !has_scheme(line->value))
                line_add(memory, line, "VALUE", "text");
}
