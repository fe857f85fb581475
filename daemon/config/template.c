#include "config/template.h"

#include <string.h>
#include <strings.h>

const ConfigTemplate *config_template(const Config *config, const char *kind, const char *language)
{
        const ConfigTemplate *found = NULL;
        Language wanted;
        if (language_find(language, &wanted) < 0)
                return NULL;
        for (size_t i = 0; i < config->n_templates; i++) {
                const ConfigTemplate *template = &config->templates[i];
                if (template->language != wanted)
                        continue;
                if (kind && strcasecmp(template->kind, kind) == 0)
                        return template;
                if (strcmp(template->kind, CONFIG_TEMPLATE_DEFAULT) == 0)
                        found = template;
        }
        return found;
}
