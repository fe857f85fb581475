#include "config/config.h"
#include "config/keys.h"

#include <stdio.h>
#include <string.h>

enum { LINE_WIDTH = 100, HELP_SIZE = 512 };

#define INDENT "        "

/* Appends a comment of the file: each line begins with `# `, and lines are broken between words. */
static void put_comment(Buffer *out, const char *indent, const char *text)
{
        size_t width = LINE_WIDTH - strlen(indent);
        while (*text) {
                size_t len = strlen(text);
                if (len > width) {
                        len = width;
                        while (len > 0 && text[len] != ' ')
                                len--;
                }
                buffer_printf(out, "%s# %.*s\n", indent, (int)len, text);
                text += len + strspn(text + len, " ");
        }
}

static const char *quote_of(const Key *key)
{
        return key->type == KEY_INTEGER ? "" : "\"";
}

static void put_help(Buffer *out, const char *indent, const Key *key)
{
        char text[HELP_SIZE];
        const char *quote = quote_of(key);
        int len = snprintf(text, sizeof(text), "%s", key->help);
        if (key->min)
                snprintf(text + len, sizeof(text) - (size_t)len, " %s%s%s to %s%s%s.", quote, key->min,
                                quote, quote, key->max, quote);
        put_comment(out, indent, text);
}

static void put_kinds_help(Buffer *out, const char *indent)
{
        for (size_t i = 0; i < config_section_kind.n_keys; i++) {
                const Key *key = &config_section_kind.keys[i];
                char text[HELP_SIZE];
                snprintf(text, sizeof(text), "%s: %s", config_key_name(key), key->help);
                put_comment(out, indent, text);
        }
}

static void put_keys(Buffer *out, const KeySection *section, const char *indent)
{
        for (size_t i = 0; i < section->n_keys; i++) {
                const Key *key = &section->keys[i];
                put_help(out, indent, key);
                if (key->type == KEY_KINDS)
                        put_kinds_help(out, indent);
                buffer_printf(out, "%s%s = %s;\n%s", indent, config_key_name(key), key->fallback,
                                *indent ? "" : "\n");
        }
}

void config_write_defaults(Buffer *out)
{
        put_comment(out, "",
                        "convened.conf: every key at its default. A key that is left out has its default, too. The manual is convened.conf(5); convened --check says what is wrong in a file.");
        buffer_puts(out, "\n");
        put_keys(out, &config_section_top, "");
        for (size_t i = 1; i < n_config_sections; i++) {
                put_comment(out, "", config_sections[i]->help);
                buffer_printf(out, "%s = {\n", config_sections[i]->name);
                put_keys(out, config_sections[i], INDENT);
                buffer_printf(out, "};\n%s", i + 1 < n_config_sections ? "\n" : "");
        }
}

/* Appends text of a manual page, escaping the characters that are special to mdoc. */
static void put_escaped(Buffer *out, const char *text)
{
        for (; *text; text++) {
                if (*text == '"')
                        buffer_puts(out, "\\(dq");
                else if (*text == '\\')
                        buffer_puts(out, "\\e");
                else if (*text == '-')
                        buffer_puts(out, "\\-");
                else
                        buffer_putc(out, *text);
        }
}

/* Appends a sentence of a manual page, where a backslash would begin a command of roff. */
static void put_sentence(Buffer *out, const char *text)
{
        for (; *text; text++)
                if (*text == '\\')
                        buffer_puts(out, "\\e");
                else
                        buffer_putc(out, *text);
        buffer_puts(out, "\n");
}

/*
 * Appends a default value, as a literal block if it has several lines, otherwise between quotes in the
 * text. No macro is used for the latter, because it would treat a bracket as punctuation.
 */
static void put_default(Buffer *out, const char *fallback)
{
        bool block = strchr(fallback, '\n') != NULL;
        buffer_puts(out, block ? "The default is:\n.Bd -literal -compact\n" : "The default is \\(oq");
        put_escaped(out, fallback);
        buffer_puts(out, block ? "\n.Ed\n" : "\\(cq.\n");
}

static void put_item(Buffer *out, const Key *key)
{
        buffer_printf(out, ".It Ic %s\n", key->path);
        put_sentence(out, key->help);
        if (key->allowed) {
                buffer_puts(out, "Allowed is ");
                put_escaped(out, key->allowed);
                buffer_puts(out, ".\n");
        }
        if (key->min)
                buffer_printf(out, "Allowed is\n.Ql %s\nto\n.Ql %s .\n", key->min, key->max);
        if (key->required)
                buffer_puts(out, "It must be given.\n");
        if (key->fallback)
                put_default(out, key->fallback);
}

static void put_items(Buffer *out, const KeySection *section)
{
        for (size_t i = 0; i < section->n_keys; i++) {
                put_item(out, &section->keys[i]);
                if (section->keys[i].type == KEY_KINDS)
                        put_items(out, &config_section_kind);
        }
}

void config_write_mdoc(Buffer *out)
{
        buffer_puts(out, ".Bl -tag -width Ds\n");
        for (size_t i = 0; i < n_config_sections; i++)
                put_items(out, config_sections[i]);
        buffer_puts(out, ".El\n");
}
