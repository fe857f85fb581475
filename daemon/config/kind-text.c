#include "config/kind-text.h"

#include "config/group.h"
#include "config/kind-read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PREFIX "kinds["

/* ---- Writing ---- */

void config_kind_text_name(const char *kind, char ret[static CONFIG_KIND_NAME_BYTES])
{
        snprintf(ret, CONFIG_KIND_NAME_BYTES, PREFIX "%.100s]", kind);
}

size_t config_kind_text_of(const char *name, const char **ret)
{
        size_t len = strlen(name), before = strlen(PREFIX);
        if (strncmp(name, PREFIX, before) != 0 || len <= before + 1 || name[len - 1] != ']')
                return 0;
        *ret = name + before;
        return len - before - 1;
}

/* Writes a string as libconfig reads it. */
static void write_string(Buffer *out, const char *text, size_t len)
{
        buffer_putc(out, '"');
        for (size_t i = 0; i < len; i++) {
                unsigned char c = (unsigned char)text[i];
                if (c < ' ' || c == '\x7f')
                        buffer_printf(out, "\\x%02x", c);
                else
                        buffer_printf(out, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
        }
        buffer_putc(out, '"');
}

static void write_words(Buffer *out, const char *key, const char *const words[static LANGUAGES_N])
{
        bool any = false;
        for (int i = 0; i < LANGUAGES_N; i++) {
                if (!words[i] || !*words[i])
                        continue;
                if (!any)
                        buffer_printf(out, "%s = {", key);
                any = true;
                buffer_printf(out, " %s = ", language_tag((Language)i));
                write_string(out, words[i], strlen(words[i]));
                buffer_putc(out, ';');
        }
        buffer_puts(out, any ? " };\n" : "");
}

void config_kind_text(const ConfigKindValues *values, Buffer *out)
{
        static const char blanks[] = " \t\r\n";
        const char *lead = values->remind ? values->remind : "", *separator = "";
        write_words(out, "title", values->title);
        write_words(out, "one", values->one);
        write_words(out, "about", values->about);
        if (values->color && *values->color) {
                buffer_puts(out, "color = ");
                write_string(out, values->color, strlen(values->color));
                buffer_puts(out, ";\n");
        }
        buffer_puts(out, "remind = [");
        for (lead += strspn(lead, blanks); *lead; lead += strspn(lead, blanks)) {
                size_t len = strcspn(lead, blanks);
                buffer_puts(out, separator);
                write_string(out, lead, len);
                separator = ", ";
                lead += len;
        }
        buffer_puts(out, "];\n");
}

/* ---- Reading ---- */

/* Whether a line could include a file, which a text of the store must not. */
static bool has_include(const char *text)
{
        for (; text; text = strchr(text, '\n')) {
                text += strspn(text, " \t\r\n\v\f");
                if (*text == '@')
                        return true;
        }
        return false;
}

/* Puts strings in the place of those of the tree, which is freed after the reading. */
static const char *keep(ConfigReader *reader, const char *text)
{
        char *copy = text ? config_reader_keep(reader, strlen(text) + 1, 1) : NULL;
        return copy ? strcpy(copy, text) : NULL;
}

static void keep_words(ConfigReader *reader, ConfigText *text)
{
        for (int i = 0; i < LANGUAGES_N; i++)
                text->by_language[i] = keep(reader, text->by_language[i]);
}

static void keep_strings(ConfigReader *reader, ConfigKind *kind)
{
        kind->name = keep(reader, kind->name);
        kind->color = keep(reader, kind->color);
        keep_words(reader, &kind->title);
        keep_words(reader, &kind->one);
        keep_words(reader, &kind->about);
}

static void read_tree(ConfigReader *reader, const char *text, config_t *tree, ConfigKind *ret)
{
        if (has_include(text)) {
                config_fault_in(reader, reader->path, 0, NULL, "it includes a file");
                return;
        }
        if (config_read_string(tree, text) != CONFIG_TRUE) {
                config_fault_in(reader, reader->path, 0, NULL, "it cannot be read: %s",
                                config_error_text(tree));
                return;
        }
        config_group_read_kind(reader, config_root_setting(tree), ret);
        keep_strings(reader, ret);
}

bool config_kind_read(
                ConfigReader *reader, const char *name, const char *text, ConfigKind *ret, bool *ret_removed)
{
        CLEANUP(buffer_done) Buffer group = BUFFER_INIT(CONFIG_KIND_TEXT_BYTES + CONFIG_KIND_NAME_BYTES);
        const char *kind, *path = reader->path;
        size_t len = config_kind_text_of(name, &kind), before = reader->n_faults;
        config_t tree;
        *ret = (ConfigKind){ .name = NULL };
        *ret_removed = strcmp(text, CONFIG_KIND_REMOVED) == 0;
        reader->path = name;
        buffer_puts(&group, "name = ");
        write_string(&group, kind, len);
        buffer_printf(&group, ";\n%s", *ret_removed ? "" : text);
        config_init(&tree);
        if (buffer_error(&group) == -EFBIG)
                config_fault_in(reader, name, 0, NULL, "it is longer than %d bytes", CONFIG_KIND_TEXT_BYTES);
        else if (buffer_error(&group) != 0)
                reader->error = buffer_error(&group);
        else
                read_tree(reader, buffer_text(&group), &tree, ret);
        config_destroy(&tree);
        reader->path = path;
        return reader->error == 0 && reader->n_faults == before;
}
