#include "cli/title.h"

#include "base/text.h"
#include "catalog/text.h"
#include "cli/output.h"

#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 256 * 1024 };

#define OTHER_NAME "X-CONVENED-SUMMARY"

static const ContentLine *find_other(const Event *event, const Card *card, size_t index)
{
        return event ? event_property_line(event, OTHER_NAME, index)
                     : card_property(card, OTHER_NAME, index);
}

/*
 * Finds the other name in the reader's language; NULL if there is none, or if SUMMARY is in this language.
 */
static const ContentLine *find_for_reader(const Cli *cli, const Event *event, const Card *card)
{
        const ContentLine *line = event ? event_property_line(event, "SUMMARY", 0) : NULL;
        if (line && strcmp(catalog_text_language(line), cli->language) == 0)
                return NULL;
        for (size_t i = 0; (line = find_other(event, card, i)); i++)
                if (strcmp(catalog_text_language(line), cli->language) == 0)
                        return line;
        return NULL;
}

void title_append(const Cli *cli, const Event *event, const Card *card, const char *otherwise, Buffer *out)
{
        const ContentLine *line = find_for_reader(cli, event, card);
        if (line)
                content_unescape(out, line->value, line->value_len);
        else
                buffer_puts(out, otherwise);
}

/* @tag: "" if the language is not known */
static int print(const Cli *cli, const char *tag, const char *name)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = 0;
        buffer_puts(&line, cli->strings->titles[TITLE_OTHER_NAME]);
        if (tag[0]) {
                buffer_puts(&line, " (");
                r = text_language_name(&line, cli->language, tag);
                buffer_putc(&line, ')');
        }
        buffer_printf(&line, ": %s", name);
        output_lines(stdout, buffer_text(&line));
        return r;
}

/* Returns the language tag of a line, even of a language in which the program has no strings. */
static const char *tag_of(const ContentLine *line)
{
        const char *given = content_line_param(line, "LANGUAGE");
        return given ? given : catalog_text_language(line);
}

int title_print_others(const Cli *cli, const Event *event, const Card *card, const char *name)
{
        const ContentLine *shown = find_for_reader(cli, event, card), *line;
        const ContentLine *first = event ? event_property_line(event, "SUMMARY", 0) : NULL;
        int r = shown ? print(cli, first ? tag_of(first) : catalog_text_script(name), name) : 0;
        for (size_t i = 0; r == 0 && (line = find_other(event, card, i)); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
                if (line == shown)
                        continue;
                content_unescape(&text, line->value, line->value_len);
                r = print(cli, tag_of(line), buffer_text(&text));
        }
        return r;
}
