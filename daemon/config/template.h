#pragma once

/*
 * The office's own texts in mails: files KIND.LANGUAGE.txt in the directory mail.templates, and
 * default.LANGUAGE.txt for kinds without a file. A file may begin with `Subject: ...` and an empty line;
 * then follow the text above the particulars, a line `-- `, and the text below them. Every part may be left
 * out. The files are read and checked with the configuration.
 */

#include "base/text.h"
#include "config/config.h"

/**
 * Patterns of text_message() with the arguments {subject} (the program's own), {what}, {date}, {dates},
 * {place}, {n} days; NULL for a part that is left out.
 */
struct ConfigTemplate {
        const char *kind; /* CONFIG_TEMPLATE_DEFAULT for kinds without a template */
        Language language;
        const char *subject, *intro, *footer;
};

#define CONFIG_TEMPLATE_DEFAULT "default"

enum { CONFIG_TEMPLATE_BYTES = 16384 };

/**
 * config_template() - find the template of a kind in a language (a tag), else the default template in the
 * language; NULL when there is neither. Borrowed from the configuration.
 */
const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language);
