#include "config/keys.h"

#include <string.h>

const KeySection *const config_sections[] = {
        &config_section_top,
        &config_section_http,
        &config_section_auth,
        &config_section_dav,
        &config_section_mail,
        &config_section_signup,
        &config_section_meetings,
        &config_section_bounces,
        &config_section_feed,
        &config_section_site,
        &config_section_history,
        &config_section_scheduling,
        &config_section_log,
};

const size_t n_config_sections = sizeof(config_sections) / sizeof(config_sections[0]);

const char *config_key_name(const Key *key)
{
        const char *dot = strrchr(key->path, '.');
        return dot ? dot + 1 : key->path;
}

const Key *config_key_find(const KeySection *section, const char *name)
{
        for (size_t i = 0; i < section->n_keys; i++)
                if (strcmp(config_key_name(&section->keys[i]), name) == 0)
                        return &section->keys[i];
        return NULL;
}
