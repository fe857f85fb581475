#pragma once

/*
 * A configuration with texts of the office in place of those of the file. The file stays the
 * administrator's; the texts are in the store (store/office-text.h), so that all daemons with one store have
 * them.
 */

#include "config/config.h"

/**
 * A text, by the name that a file of mail.templates would have without ".txt": "session.ru"; or a kind of
 * events, by a name of config/kind-text.h
 */
typedef struct ConfigOverlay {
        const char *name, *text; /* borrowed for the call */
} ConfigOverlay;

/**
 * config_overlay() - make the configuration that @base is with @texts
 * @base:     referenced; it stays as it is
 * @on_fault: called for each fault of a text, which is left out then; may be NULL. The fault names the part
 *            of the text: "subject", "text", "footer", or none; of a kind, its key: "title.ru".
 * @ret:      release it with config_unref(); NULL on failure
 *
 * The texts are checked as the files of mail.templates are, and kinds as those of the file.
 *
 * Return: 0 or negative errno.
 */
int config_overlay(Config *base, const ConfigOverlay *texts, size_t n,
                void (*on_fault)(const char *name, const InputError *fault, void *userdata), void *userdata,
                Config **ret);

/** config_of_file() - the configuration that has none of these texts: @config, or its base; borrowed */
Config *config_of_file(Config *config);
