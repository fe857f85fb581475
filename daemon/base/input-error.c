#include "base/input-error.h"

#include "base/phrase.h"

#include <stdio.h>
#include <string.h>

/*
 * Removes a UTF-8 sequence that was cut at the end of a full buffer: it would make the whole message
 * unreadable in the journal.
 */
static void cut_between_characters(char *text, size_t size)
{
        size_t len = strlen(text);
        if (len + 1 < size)
                return;
        size_t start = len;
        while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
                start--;
        if (start == 0)
                return;
        unsigned char lead = (unsigned char)text[start - 1];
        size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        if (len - (start - 1) < wanted)
                text[start - 1] = '\0';
}

void input_error_set_list(
                InputError *error, size_t line, const char *where, const char *format, va_list arguments)
{
        if (!error)
                return;
        error->line = line;
        snprintf(error->where, sizeof(error->where), "%s", where ? where : "");
        cut_between_characters(error->where, sizeof(error->where));
        vsnprintf(error->message, sizeof(error->message), phrase(format), arguments);
        cut_between_characters(error->message, sizeof(error->message));
}

void input_error_set(InputError *error, size_t line, const char *where, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        input_error_set_list(error, line, where, format, arguments);
        va_end(arguments);
}

void input_error_format(const InputError *error, const char *file, char *ret, size_t size)
{
        char line[32] = "";
        if (error->line > 0)
                snprintf(line, sizeof(line), "%zu", error->line);
        snprintf(ret, size, "%s%s%s%s%s%s%s", file ? file : "", file && line[0] ? ":" : "", line,
                        file || line[0] ? ": " : "", error->where, error->where[0] ? ": " : "",
                        error->message);
}
