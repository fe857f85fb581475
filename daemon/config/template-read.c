#include "config/template-read.h"

#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/forms.h"
#include "config/template.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A file that becomes a template. Its `text` is cut into the template's parts. */
typedef struct TemplateFile {
        ConfigReader *reader;
        const char *path;
        char *text;
        ConfigTemplate *template;
} TemplateFile;

static size_t line_of(const char *file, const char *part)
{
        size_t line = 1;
        for (const char *c = file; c < part; c++)
                line += *c == '\n' || *c == '\0';
        return line;
}

/* Whether text_message() accepts a pattern. The numbers cover each plural form of every language. */
static bool can_be_filled_in(const char *pattern, Language language)
{
        static const int64_t numbers[] = { 0, 1, 2, 5, 11, 21 };
        for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(8 * CONFIG_TEMPLATE_BYTES);
                const TextArgument arguments[] = {
                        { "subject", "x", 0 },
                        { "what", "x", 0 },
                        { "date", "x", 0 },
                        { "dates", "x", 0 },
                        { "place", "x", 0 },
                        { "n", NULL, numbers[i] },
                        { NULL, NULL, 0 },
                };
                if (text_message(&out, language_tag(language), pattern, arguments) < 0)
                        return false;
        }
        return true;
}

static void try_parts(const TemplateFile *file)
{
        const ConfigTemplate *template = file->template;
        const struct {
                const char *name, *pattern;
        } parts[] = {
                { "subject", template->subject },
                { "text", template->intro },
                { "footer", template->footer },
        };
        for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
                if (parts[i].pattern && !can_be_filled_in(parts[i].pattern, template->language))
                        config_fault_in(file->reader, file->path, line_of(file->text, parts[i].pattern),
                                        parts[i].name,
                                        "it cannot be filled in; allowed are {subject}, {what}, {date}, {dates}, {place}, {n} and {n, plural, one {...} other {...}}");
}

/* Removes carriage returns in place. Return: whether the text is UTF-8 without control characters. */
static bool is_text(char *text, size_t len)
{
        char *to = text;
        for (size_t i = 0; i < len; i++)
                if (text[i] != '\r')
                        *to++ = text[i] ? text[i] : '\x01';
        *to = '\0';
        for (const char *line = text; *line;) {
                size_t line_len = strcspn(line, "\n");
                if (utf8_plain_prefix(line, line_len) < line_len)
                        return false;
                line += line_len + (line[line_len] != '\0');
        }
        return true;
}

static void take_text(
                ConfigReader *reader, const char *path, char *text, size_t len, ConfigTemplate *template)
{
        if (!is_text(text, len)) {
                config_fault_in(reader, path, 0, NULL, "it is no text in UTF-8 without control characters");
                return;
        }
        char *kept = config_reader_keep(reader, strlen(text) + 1, 1);
        if (!kept)
                return;
        TemplateFile file = { reader, path, strcpy(kept, text), template };
        config_template_cut(kept, template);
        try_parts(&file);
}

static void read_file(ConfigReader *reader, const char *path, ConfigTemplate *template)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len = 0;
        int r = file_read(path, CONFIG_TEMPLATE_BYTES, &text, &len);
        if (r < 0)
                config_fault_in(reader, path, 0, NULL, "it cannot be read: %s", strerror(-r));
        else
                take_text(reader, path, text, len, template);
}

/* Reads the language from `LANGUAGE` and @end; it must have exactly a tag of base/language. */
static bool read_language(const char *text, const char *end, Language *ret)
{
        char tag[8];
        size_t len = strcspn(text, ".");
        if (len >= sizeof(tag) || strcmp(text + len, end) != 0)
                return false;
        snprintf(tag, sizeof(tag), "%.*s", (int)len, text);
        return form_language(tag) && language_find(tag, ret) == 0;
}

/*
 * Reads kind and language from the name `KIND.LANGUAGE`, which is followed by @end. Return: whether the name
 * has this form, the kind is configured or "default", and the program has the language.
 */
static bool read_name(ConfigReader *reader, const Config *config, const char *name, const char *end,
                ConfigTemplate *ret)
{
        char *kind = config_reader_keep(reader, strlen(name) + 1, 1);
        if (!kind)
                return false;
        strcpy(kind, name);
        char *dot = strchr(kind, '.');
        if (!dot || !read_language(dot + 1, end, &ret->language))
                return false;
        *dot = '\0';
        ret->kind = kind;
        return strcmp(kind, CONFIG_TEMPLATE_DEFAULT) == 0 || config_kind(config, kind);
}

static int is_text_file(const struct dirent *entry)
{
        const char *dot = strrchr(entry->d_name, '.');
        return dot && entry->d_name[0] != '.' && strcmp(dot, ".txt") == 0;
}

static void read_entry(ConfigReader *reader, const char *directory, const char *name, Config *config,
                ConfigTemplate *templates)
{
        char path[4352];
        ConfigTemplate *template = &templates[config->n_templates];
        snprintf(path, sizeof(path), "%s/%s", directory, name);
        if (!read_name(reader, config, name, ".txt", template)) {
                config_fault_in(reader, path, 0, NULL,
                                "no mail has this name; allowed is KIND.LANGUAGE.txt with a configured kind or default, and one of" FORM_LANGUAGES);
                return;
        }
        read_file(reader, path, template);
        config->n_templates++;
}

void config_template_read_all(ConfigReader *reader, const config_setting_t *setting, Config *config)
{
        struct dirent **entries = NULL;
        const char *directory = config->mail.templates;
        if (!directory || !directory[0])
                return;
        int n = scandir(directory, &entries, is_text_file, alphasort);
        if (n < 0) {
                config_fault(reader, setting, "mail.templates", "%s cannot be read: %s", directory,
                                strerror(errno));
                return;
        }
        ConfigTemplate *templates = config_reader_keep(reader, (size_t)n + 1, sizeof(*templates));
        for (int i = 0; i < n; i++) {
                if (templates)
                        read_entry(reader, directory, entries[i]->d_name, config, templates);
                free(entries[i]);
        }
        free(entries);
        config->templates = templates;
}

bool config_template_read_text(ConfigReader *reader, const Config *config, const char *name,
                const char *text, ConfigTemplate *ret)
{
        CLEANUP(cleanup_free) char *copy = strdup(text);
        size_t before = reader->n_faults;
        *ret = (ConfigTemplate){ 0 };
        if (!copy)
                reader->error = -ENOMEM;
        else if (!read_name(reader, config, name, "", ret))
                config_fault_in(reader, name, 0, NULL, "there is no such kind or language");
        else if (strlen(text) > CONFIG_TEMPLATE_BYTES)
                config_fault_in(reader, name, 0, NULL, "it is longer than %d bytes", CONFIG_TEMPLATE_BYTES);
        else
                take_text(reader, name, copy, strlen(copy), ret);
        return reader->error == 0 && reader->n_faults == before;
}
