#include "config/config.h"
#include "config/keys.h"

#include <assert.h>
#include <string.h>

static const void *field(const Config *config, size_t offset)
{
        return (const char *)config + offset;
}

static bool same_strings(const Key *key, const Config *a, const Config *b)
{
        const char *const *const *strings_a = field(a, key->offset), *const *const *strings_b =
                                                                                     field(b, key->offset);
        const size_t *n_a = field(a, key->companion), *n_b = field(b, key->companion);
        if (*n_a != *n_b)
                return false;
        for (size_t i = 0; i < *n_a; i++)
                if (strcmp((*strings_a)[i], (*strings_b)[i]) != 0)
                        return false;
        return true;
}

static bool same_value(const Key *key, const Config *a, const Config *b)
{
        const void *value_a = field(a, key->offset), *value_b = field(b, key->offset);
        switch (key->type) {
        case KEY_STRING:
                return strcmp(*(const char *const *)value_a, *(const char *const *)value_b) == 0;
        case KEY_BOOLEAN:
                return *(const bool *)value_a == *(const bool *)value_b;
        case KEY_INTEGER:
                return *(const int *)value_a == *(const int *)value_b;
        case KEY_SPAN:
                return *(const usec_t *)value_a == *(const usec_t *)value_b;
        case KEY_STRINGS:
                return same_strings(key, a, b);
        default:
                assert(!"a key of another type can be read again at any time");
                return true;
        }
}

void config_restart_keys(const Config *started, const Config *config,
                void (*on_key)(const char *key, void *userdata), void *userdata)
{
        for (size_t i = 0; i < n_config_sections; i++)
                for (size_t j = 0; j < config_sections[i]->n_keys; j++) {
                        const Key *key = &config_sections[i]->keys[j];
                        if (key->at_start && !same_value(key, started, config))
                                on_key(key->path, userdata);
                }
}
