#include "config/config.h"

#include "base/arena.h"
#include "base/file.h"
#include "config/read.h"

#include <errno.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FILE_MAX_BYTES = 1 << 20 };

/* Strings are those of the two trees, which live as long as the Config; what is made from them is in the arena. */
struct OwnedConfig {
        Config config;
        atomic_uint references;
        config_t given, defaults;
        Arena arena;
};

static OwnedConfig *owned_free(OwnedConfig *owned)
{
        if (!owned)
                return NULL;
        arena_done(&owned->arena);
        config_destroy(&owned->given);
        config_destroy(&owned->defaults);
        free(owned);
        return NULL;
}
DEFINE_CLEANUP(OwnedConfig, owned_freep, owned_free)

static OwnedConfig *owned_new(void)
{
        OwnedConfig *owned = calloc(1, sizeof(*owned));
        if (!owned)
                return NULL;
        atomic_init(&owned->references, 1);
        config_init(&owned->given);
        config_init(&owned->defaults);
        return owned;
}

/* The Config is the first member. */
static OwnedConfig *owner_of(Config *config)
{
        return (OwnedConfig *)config;
}

Config *config_ref(Config *config)
{
        atomic_fetch_add_explicit(&owner_of(config)->references, 1, memory_order_relaxed);
        return config;
}

Config *config_unref(Config *config)
{
        if (config && atomic_fetch_sub_explicit(&owner_of(config)->references, 1, memory_order_acq_rel) == 1)
                owned_free(owner_of(config));
        return NULL;
}

void *config_reader_keep(ConfigReader *reader, size_t n, size_t size)
{
        void *memory = arena_allocate(&reader->owned->arena, n * size);
        if (!memory)
                reader->error = -ENOMEM;
        return memory;
}

static void tell(ConfigReader *reader, const char *file, size_t line, const char *where, const char *format,
                va_list arguments) __attribute__((format(printf, 5, 0)));

static void tell(ConfigReader *reader, const char *file, size_t line, const char *where, const char *format,
                va_list arguments)
{
        char message[sizeof(((InputError *)NULL)->message)];
        vsnprintf(message, sizeof(message), format, arguments);
        InputError error;
        input_error_set(&error, line, where, "%s", message);
        reader->n_faults++;
        if (reader->on_error)
                reader->on_error(file ? file : reader->path, &error, reader->userdata);
}

void config_fault(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        tell(reader, config_setting_source_file(setting), config_setting_source_line(setting), where, format,
                        arguments);
        va_end(arguments);
}

__attribute__((format(printf, 4, 5))) static void fault_at(
                ConfigReader *reader, const char *file, size_t line, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        tell(reader, file, line, NULL, format, arguments);
        va_end(arguments);
}

void config_fault_type(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *allowed)
{
        static const char *const names[] = {
                [CONFIG_TYPE_NONE] = "nothing",
                [CONFIG_TYPE_GROUP] = "a group in braces",
                [CONFIG_TYPE_INT] = "a number",
                [CONFIG_TYPE_INT64] = "a large number",
                [CONFIG_TYPE_FLOAT] = "a number with a fraction",
                [CONFIG_TYPE_STRING] = "a string",
                [CONFIG_TYPE_BOOL] = "true or false",
                [CONFIG_TYPE_ARRAY] = "an array",
                [CONFIG_TYPE_LIST] = "a list",
        };
        config_fault(reader, setting, where, "it is %s; allowed is %s", names[config_setting_type(setting)],
                        allowed);
}

void config_fault_in(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        tell(reader, file, line, where, format, arguments);
        va_end(arguments);
}

/* A relative @include is beside the file that has it, wherever the daemon was started. */
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
        /* libconfig would take the text to end there, and what follows not to be there. */
        if (strlen(text) < len) {
                fault_at(reader, NULL, line_at_end(text), "it has a NUL octet; allowed is text in UTF-8");
                return CONFIG_E_INVALID;
        }
        if (config_read_string(tree, text) == CONFIG_TRUE)
                return 0;
        fault_at(reader, config_error_file(tree), (size_t)config_error_line(tree), "%s",
                        config_error_text(tree));
        return CONFIG_E_INVALID;
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
        CLEANUP(owned_freep) OwnedConfig *owned = owned_new();
        if (!owned)
                return -ENOMEM;
        ConfigReader reader = { owned, zones, path, on_error, userdata, 0, 0 };
        int r = parse_defaults(&reader);
        if (r == 0)
                r = parse_given(&reader);
        if (r != 0)
                return r;
        config_read_root(&reader, config_root_setting(&owned->given), config_root_setting(&owned->defaults),
                        &owned->config);
        config_read_templates(&reader, config_lookup(&owned->given, "mail.templates"), &owned->config);
        if (reader.error < 0)
                return reader.error;
        if (reader.n_faults > 0)
                return CONFIG_E_INVALID;
        *ret = &TAKE_PTR(owned)->config;
        return 0;
}

const char *config_where(const Config *config, const char *key, size_t *ret_line)
{
        const config_setting_t *setting = config_lookup(&((const OwnedConfig *)config)->given, key);
        *ret_line = setting ? (size_t)config_setting_source_line(setting) : 0;
        return setting ? config_setting_source_file(setting) : NULL;
}

const ConfigKind *config_kind(const Config *config, const char *category)
{
        for (size_t i = 0; i < config->n_kinds; i++)
                if (strcasecmp(config->kinds[i].name, category) == 0)
                        return &config->kinds[i];
        return NULL;
}

const char *config_text(const ConfigText *text, const char *language)
{
        const char *wanted = strcmp(language, "ru") == 0 ? text->ru : text->en;
        const char *other = wanted == text->ru ? text->en : text->ru;
        return wanted ? wanted : other ? other : "";
}
