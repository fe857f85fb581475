#pragma once

/*
 * The office's own words in mails: files KIND.LANGUAGE.txt in the directory that mail.templates names, `default.ru.txt` for the kinds
 * without one. A file may begin with `Subject: ...` and an empty line; then comes the text above the particulars, and behind a line `-- ` the
 * text below them. Every part may be left out. They are read, and tried, with the configuration.
 */

#include "base/text.h"
#include "config/config.h"

/** ComposeCache of text_message() with the arguments {subject} (the program's own), {what}, {date}, {dates}, {place}, {n} days; NULL for a part that is left out. */
struct ConfigTemplate {
        const char *kind; /* "default" for those that have none */
        const char *language;
        const char *subject, *intro, *footer;
};

enum { CONFIG_TEMPLATE_BYTES = 16384 };

/** config_template() - of a kind in a language, else the default one in it; NULL when there is neither. Borrowed from the configuration. */
const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language);
