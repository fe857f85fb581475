#pragma once

/*
 * A kind of events as a text of the office (config/overlay.h): the keys of a group of `kinds`, as a file has
 * them, but without `name`, which is in the name of the text; or `removed = true;`.
 */

#include "config/config.h"

enum { CONFIG_KIND_TEXT_BYTES = 16 * 1024, CONFIG_KIND_NAME_BYTES = 128 };

/** The text of a kind that is not in force any more, though the file has it. */
#define CONFIG_KIND_REMOVED "removed = true;\n"

/** The values of a kind as a person writes them; borrowed; NULL is "". */
typedef struct ConfigKindValues {
        const char *title[LANGUAGES_N], *one[LANGUAGES_N], *about[LANGUAGES_N];
        const char *color;
        const char *remind; /* leads, with white space between them */
} ConfigKindValues;

/** config_kind_text() - append the text of a kind. Nothing is checked here. */
void config_kind_text(const ConfigKindValues *values, Buffer *out);

/** config_kind_text_name() - write the name of the text of a kind: "kinds[session]" */
void config_kind_text_name(const char *kind, char ret[static CONFIG_KIND_NAME_BYTES]);

/**
 * config_kind_text_of() - find the kind in the name of a text
 * @ret: borrowed from @name; not ended by NUL
 *
 * Return: its length; 0 if the text is not that of a kind.
 */
size_t config_kind_text_of(const char *name, const char **ret);
