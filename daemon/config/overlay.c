#include "config/overlay.h"

#include "config/reader.h"
#include "config/template-read.h"
#include "config/template.h"

#include <errno.h>
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
                if (!config_template_read_text(reader, base, texts[i].name, texts[i].text, &template))
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
        int r = take_texts(&reader, base, texts, n);
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
