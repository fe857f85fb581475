/*
 * Reads a file into a Config. libconfig parses the file and the defaults; then each setting is read as the
 * tables of keys define it.
 */

#include "base/file.h"
#include "config/config.h"
#include "config/group.h"
#include "config/include.h"
#include "config/mend.h"
#include "config/reader.h"
#include "config/template-read.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 20 };

/* A relative name after @include is relative to the file's directory, not to the working directory. */
static int set_include_directory(config_t *tree, const char *path)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        config_set_include_dir(tree, dirname(copy));
        return 0;
}

static size_t line_at_end(const char *text)
{
        size_t line = 1;
        while ((text = strchr(text, '\n'))) {
                text++;
                line++;
        }
        return line;
}

/* Parses the text. Reports each syntax error, overwrites it with blanks, and parses the text again. */
static int parse_text(ConfigReader *reader, char *text)
{
        config_t *tree = &reader->owned->given;
        while (config_read_string(tree, text) != CONFIG_TRUE)
                if (!config_mend(reader, text, (size_t)config_error_line(tree), config_error_file(tree),
                                    config_error_text(tree)))
                        return CONFIG_E_INVALID;
        return 0;
}

static int parse_given(ConfigReader *reader)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len = 0;
        config_t *tree = &reader->owned->given;
        int r = file_read(reader->path, FILE_MAX_BYTES, &text, &len);
        if (r == 0)
                r = set_include_directory(tree, reader->path);
        if (r < 0)
                return r;
        /* libconfig would take a NUL for the end of the text, and ignore the rest. */
        if (strlen(text) < len) {
                config_fault_in(reader, NULL, line_at_end(text), NULL,
                                "it has a NUL octet; allowed is text in UTF-8");
                return CONFIG_E_INVALID;
        }
        r = config_include_folders(reader, &text);
        return r == 0 ? parse_text(reader, text) : r;
}

static int parse_defaults(ConfigReader *reader)
{
        Buffer text = BUFFER_INIT(FILE_MAX_BYTES);
        config_write_defaults(&text);
        int r = buffer_error(&text);
        if (r == 0 && config_read_string(&reader->owned->defaults, buffer_text(&text)) != CONFIG_TRUE)
                r = -ENOTRECOVERABLE;
        buffer_done(&text);
        return r;
}

int config_read(const char *path, ZoneTable *zones,
                void (*on_error)(const char *file, const InputError *error, void *userdata), void *userdata,
                Config **ret)
{
        *ret = NULL;
        CLEANUP(owned_config_freep) OwnedConfig *owned = owned_config_new();
        if (!owned)
                return -ENOMEM;
        ConfigReader reader = { owned, zones, path, on_error, userdata, 0, 0 };
        int r = parse_defaults(&reader);
        if (r == 0)
                r = parse_given(&reader);
        if (r != 0)
                return r;
        config_group_read_root(&reader, config_root_setting(&owned->given),
                        config_root_setting(&owned->defaults), &owned->config);
        config_template_read_all(&reader, config_lookup(&owned->given, "mail.templates"), &owned->config);
        if (reader.error < 0)
                return reader.error;
        if (reader.n_faults > 0)
                return CONFIG_E_INVALID;
        *ret = &TAKE_PTR(owned)->config;
        return 0;
}
