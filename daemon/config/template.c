#include "config/template.h"

#include <string.h>
#include <strings.h>

#define SUBJECT     "Subject:"
#define FOOTER_LINE "-- \n"

const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language)
{
        const ConfigTemplate *found = NULL;
        Language wanted;
        if (language_find(language, &wanted) < 0)
                return NULL;
        for (size_t i = 0; i < config->n_templates; i++) {
                const ConfigTemplate *template = &config->templates[i];
                if (template->language != wanted)
                        continue;
                if (kind && strcasecmp(template->kind, kind) == 0)
                        return template;
                if (strcmp(template->kind, CONFIG_TEMPLATE_DEFAULT) == 0)
                        found = template;
        }
        return found;
}

static char *skip_blank_lines(char *text)
{
        return text + strspn(text, "\n");
}

static void cut_end(char *text)
{
        size_t len = strlen(text);
        while (len > 0 && strchr(" \t\n", text[len - 1]))
                text[--len] = '\0';
}

static const char *part_or_none(char *text)
{
        cut_end(text);
        return text[0] ? text : NULL;
}

void config_template_cut(char *text, ConfigTemplate *ret)
{
        if (strncasecmp(text, SUBJECT, strlen(SUBJECT)) == 0) {
                char *subject = text + strlen(SUBJECT), *end = strchrnul(subject, '\n');
                text = *end ? end + 1 : end;
                *end = '\0';
                ret->subject = part_or_none(subject + strspn(subject, " \t"));
        }
        text = skip_blank_lines(text);
        char *footer = strncmp(text, FOOTER_LINE, strlen(FOOTER_LINE)) == 0 ? text
                                                                            : strstr(text, "\n" FOOTER_LINE);
        if (footer) {
                ret->footer = part_or_none(strchr(footer + 1, '\n') + 1);
                *footer = '\0';
        }
        ret->intro = part_or_none(text);
}
