#include "config/overlay.h"

#include "config/kind-read.h"
#include "config/kind-text.h"
#include "config/reader.h"
#include "config/template-read.h"
#include "config/template.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Returns the template of the same kind and language; @n if there is none. */
static size_t find_same(const ConfigTemplate *templates, size_t n, const ConfigTemplate *wanted)
{
        size_t i = 0;
        while (i < n && (templates[i].language != wanted->language ||
                                        strcasecmp(templates[i].kind, wanted->kind) != 0))
                i++;
        return i;
}

/* Returns the place of the kind with a name; @n if there is none. */
static size_t find_kind(const ConfigKind *kinds, size_t n, const char *name)
{
        size_t i = 0;
        while (i < n && strcasecmp(kinds[i].name, name) != 0)
                i++;
        return i;
}

static void take_kind(ConfigReader *reader, const ConfigOverlay *text, ConfigKind *kinds)
{
        Config *config = &reader->owned->config;
        ConfigKind kind;
        bool removed;
        if (!config_kind_read(reader, text->name, text->text, &kind, &removed))
                return;
        size_t place = find_kind(kinds, config->n_kinds, kind.name);
        bool is_there = place < config->n_kinds;
        if (removed && is_there)
                memmove(&kinds[place], &kinds[place + 1], (--config->n_kinds - place) * sizeof(*kinds));
        else if (!removed)
                kinds[place] = kind;
        config->n_kinds += !removed && !is_there;
}

static bool is_kind(const ConfigOverlay *text)
{
        const char *kind;
        return config_kind_text_of(text->name, &kind) > 0;
}

/* Kinds of the office go before those of the file that have the same name; others follow them. */
static int take_kinds(ConfigReader *reader, const Config *base, const ConfigOverlay *texts, size_t n)
{
        Config *config = &reader->owned->config;
        ConfigKind *kinds = config_reader_keep(reader, base->n_kinds + n + 1, sizeof(*kinds));
        if (!kinds)
                return reader->error;
        for (size_t i = 0; i < base->n_kinds; i++)
                kinds[i] = base->kinds[i];
        config->kinds = kinds;
        for (size_t i = 0; i < n && reader->error == 0; i++)
                if (is_kind(&texts[i]))
                        take_kind(reader, &texts[i], kinds);
        return reader->error;
}

static int take_texts(ConfigReader *reader, const Config *base, const ConfigOverlay *texts, size_t n)
{
        Config *config = &reader->owned->config;
        ConfigTemplate *templates =
                        config_reader_keep(reader, base->n_templates + n + 1, sizeof(*templates));
        if (!templates)
                return reader->error;
        for (size_t i = 0; i < base->n_templates; i++)
                templates[i] = base->templates[i];
        config->templates = templates;
        for (size_t i = 0; i < n && reader->error == 0; i++) {
                ConfigTemplate template;
                if (is_kind(&texts[i]) || !config_template_read_text(reader, config, texts[i].name,
                                                          texts[i].text, &template))
                        continue;
                size_t place = find_same(templates, config->n_templates, &template);
                templates[place] = template;
                if (place == config->n_templates)
                        config->n_templates++;
        }
        return reader->error;
}

int config_overlay(Config *base, const ConfigOverlay *texts, size_t n,
                void (*on_fault)(const char *name, const InputError *fault, void *userdata), void *userdata,
                Config **ret)
{
        CLEANUP(owned_config_freep) OwnedConfig *owned = owned_config_new();
        *ret = NULL;
        if (!owned)
                return -ENOMEM;
        owned->config = *base;
        owned->base = config_ref(base);
        ConfigReader reader = { owned, NULL, "", on_fault, userdata, 0, 0 };
        int r = take_kinds(&reader, base, texts, n);
        if (r == 0)
                r = take_texts(&reader, base, texts, n);
        if (r == 0)
                *ret = &TAKE_PTR(owned)->config;
        return r;
}

Config *config_of_file(Config *config)
{
        for (OwnedConfig *owned = (OwnedConfig *)config; owned->base; owned = (OwnedConfig *)config)
                config = owned->base;
        return config;
}
