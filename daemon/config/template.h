#pragma once

/*
 * The office's own words in mails: files KIND.LANGUAGE.txt in the directory that mail.templates names,
 * default.LANGUAGE.txt for the kinds without one. A file may begin with `Subject: ...` and an empty line;
 * then comes the text above the particulars, and behind a line `-- ` the text below them. Every part may be
 * left out. They are read, and tried, with the configuration.
 */

#include "base/text.h"
#include "config/config.h"

/**
 * Patterns of text_message() with the arguments {subject} (the program's own), {what}, {date}, {dates},
 * {place}, {n} days; NULL for a part that is left out.
 */
struct ConfigTemplate {
        const char *kind; /* CONFIG_TEMPLATE_DEFAULT for those that have none */
        Language language;
        const char *subject, *intro, *footer;
};

#define CONFIG_TEMPLATE_DEFAULT "default"

enum { CONFIG_TEMPLATE_BYTES = 16384 };

/**
 * config_template() - of a kind in a language (a tag), else the default one in it; NULL when there is
 * neither. Borrowed from the configuration.
 */
const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language);
