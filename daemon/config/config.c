#include "config/config.h"

#include "config/config-internal.h"

#include <string.h>
#include <strings.h>

OwnedConfig *owned_config_new(void)
{
        OwnedConfig *owned = calloc(1, sizeof(*owned));
        if (!owned)
                return NULL;
        atomic_init(&owned->references, 1);
        config_init(&owned->given);
        config_init(&owned->defaults);
        return owned;
}

OwnedConfig *owned_config_free(OwnedConfig *owned)
{
        if (!owned)
                return NULL;
        arena_done(&owned->arena);
        config_destroy(&owned->given);
        config_destroy(&owned->defaults);
        config_unref(owned->base);
        free(owned);
        return NULL;
}

size_t config_include_line(const OwnedConfig *owned, size_t line)
{
        size_t added = 0;
        for (size_t i = 0; i < owned->n_folders; i++) {
                const ConfigFolder *folder = &owned->folders[i];
                if (line <= folder->line + added)
                        break;
                if (line <= folder->line + added + folder->n_added)
                        return folder->line;
                added += folder->n_added;
        }
        return line - added;
}

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
                owned_config_free(owner_of(config));
        return NULL;
}

const char *config_where(const Config *config, const char *key, size_t *ret_line)
{
        const OwnedConfig *owned = (const OwnedConfig *)config;
        if (owned->base)
                return config_where(owned->base, key, ret_line);
        const config_setting_t *setting = config_lookup(&owned->given, key);
        const char *file = setting ? config_setting_source_file(setting) : NULL;
        size_t line = setting ? config_setting_source_line(setting) : 0;
        *ret_line = file ? line : config_include_line(owned, line);
        return file;
}

const ConfigKind *config_kind(const Config *config, const char *category)
{
        for (size_t i = 0; i < config->n_kinds; i++)
                if (strcasecmp(config->kinds[i].name, category) == 0)
                        return &config->kinds[i];
        return NULL;
}

const char *config_kind_one(const ConfigKind *kind, const char *language)
{
        Language wanted = language_of(language);
        const char *one = kind->one.by_language[wanted], *title = kind->title.by_language[wanted];
        return one ? one : title ? title : config_text(&kind->title, language);
}

const char *config_kind_about(const ConfigKind *kind, const char *language)
{
        return kind->about.by_language[language_of(language)];
}

const char *config_text(const ConfigText *text, const char *language)
{
        const char *wanted = text->by_language[language_of(language)];
        if (!wanted)
                wanted = text->by_language[LANGUAGE_FALLBACK];
        for (int i = 0; !wanted && i < LANGUAGES_N; i++)
                wanted = text->by_language[i];
        return wanted ? wanted : "";
}
