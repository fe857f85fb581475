#pragma once

/*
 * The office's own texts in mails: files KIND.LANGUAGE.txt in the directory mail.templates, and
 * default.LANGUAGE.txt for kinds without a file. A file may begin with a line `Subject: ...`. The rest is
 * the text placed above the event's details, a line `-- `, and the text placed below them. Every part may
 * be left out. The files are read and checked with the configuration.
 */

#include "base/text.h"
#include "config/config.h"

/**
 * Patterns of text_message(). Their arguments are {subject}, which is the program's own subject, {what},
 * {date}, {dates}, {place} and {n}, a number of days. A part that is left out is NULL.
 */
struct ConfigTemplate {
        const char *kind; /* CONFIG_TEMPLATE_DEFAULT: the template is for kinds that have none */
        Language language;
        const char *subject, *intro, *footer;
};

#define CONFIG_TEMPLATE_DEFAULT "default"

enum { CONFIG_TEMPLATE_BYTES = 16384 };

/**
 * config_template_cut() - cut the text of a template into its parts, which are borrowed from it
 * @text: without carriage returns; changed in place
 * @ret:  only its parts are set
 */
void config_template_cut(char *text, ConfigTemplate *ret);

/**
 * config_template() - find the template of a kind in a language (a tag), or else the default template in
 * that language; NULL if there is neither. Borrowed from the configuration. @kind: NULL for the default
 * template.
 */
const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language);
