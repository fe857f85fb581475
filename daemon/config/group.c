#include "config/read.h"

#include <stdio.h>
#include <string.h>

/* One group of the file. */
typedef struct Group {
        const char *section;           /* what its keys begin with in the table: "", "mail.", "kinds[]." */
        const char *where;             /* the same for people: "kinds[1]." */
        const config_setting_t *given; /* NULL when the file has none */
        const config_setting_t *defaults; /* NULL when there are none */
        void *target;
} Group;

static bool is_known(const char *section, const char *name)
{
        for (size_t i = 0; i < n_config_keys; i++) {
                const char *known = config_key_in(&config_keys[i], section);
                if (known && strcmp(known, name) == 0)
                        return true;
        }
        for (size_t i = 0; *section == '\0' && i < n_config_sections; i++)
                if (strcmp(config_sections[i].name, name) == 0)
                        return true;
        return false;
}

static void list_known(const char *section, Buffer *out)
{
        for (size_t i = 0; i < n_config_keys; i++) {
                const char *known = config_key_in(&config_keys[i], section);
                if (known)
                        buffer_printf(out, "%s%s", out->len > 0 ? ", " : "", known);
        }
        for (size_t i = 0; *section == '\0' && i < n_config_sections; i++)
                buffer_printf(out, ", %s", config_sections[i].name);
}

static void check_names(ConfigReader *reader, const Group *group)
{
        for (int i = 0; group->given && i < config_setting_length(group->given); i++) {
                const config_setting_t *member = config_setting_get_elem(group->given, (unsigned)i);
                const char *name = config_setting_name(member);
                if (is_known(group->section, name))
                        continue;
                Buffer known = BUFFER_INIT(1024);
                char where[CONFIG_WHERE_SIZE];
                snprintf(where, sizeof(where), "%s%s", group->where, name);
                list_known(group->section, &known);
                config_fault(reader, member, where, "there is no such key; allowed here is %s",
                                buffer_text(&known));
                buffer_done(&known);
        }
}

static void read_group(ConfigReader *reader, const Group *group)
{
        check_names(reader, group);
        for (size_t i = 0; i < n_config_keys; i++) {
                const Key *key = &config_keys[i];
                const char *name = config_key_in(key, group->section);
                if (!name)
                        continue;
                char where[CONFIG_WHERE_SIZE];
                snprintf(where, sizeof(where), "%s%s", group->where, name);
                const config_setting_t *setting =
                                group->given ? config_setting_get_member(group->given, name) : NULL;
                if (!setting && group->defaults)
                        setting = config_setting_get_member(group->defaults, name);
                if (setting)
                        config_read_value[key->type](reader, key, where, setting, group->target);
                else if (key->required)
                        config_fault(reader, group->given, where, "it is missing; allowed is %s",
                                        key->allowed);
        }
}

static void check_duplicates(ConfigReader *reader, const char *where, const config_setting_t *setting,
                const ConfigKind *kinds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++) {
                        if (!kinds[i].name || !kinds[j].name || strcmp(kinds[i].name, kinds[j].name) != 0)
                                continue;
                        const config_setting_t *kind = config_setting_get_elem(setting, (unsigned)i);
                        char path[CONFIG_WHERE_SIZE];
                        snprintf(path, sizeof(path), "%s[%zu].name", where, i);
                        config_fault(reader, config_setting_get_member(kind, "name"), path,
                                        "\"%.63s\" is the name of %s[%zu] already; each kind needs one of its own",
                                        kinds[i].name, where, j);
                        break;
                }
}

void config_read_kinds(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        if (config_setting_type(setting) != CONFIG_TYPE_LIST) {
                config_fault_type(reader, setting, where,
                                "a list of groups like ( { name = \"session\"; }, ... )");
                return;
        }
        size_t n = (size_t)config_setting_length(setting);
        ConfigKind *kinds = config_reader_keep(reader, n, sizeof(*kinds));
        for (size_t i = 0; kinds && i < n; i++) {
                const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
                char path[CONFIG_WHERE_SIZE];
                snprintf(path, sizeof(path), "%s[%zu]", where, i);
                if (!config_setting_is_group(element)) {
                        config_fault_type(reader, element, path, "a group like { name = \"session\"; }");
                        continue;
                }
                strcat(path, ".");
                read_group(reader, &(Group){ "kinds[].", path, element, NULL, &kinds[i] });
        }
        if (kinds)
                check_duplicates(reader, where, setting, kinds, n);
        *(const ConfigKind **)((char *)target + key->offset) = kinds;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_section(ConfigReader *reader, const char *name, const Group *root)
{
        char section[CONFIG_WHERE_SIZE];
        snprintf(section, sizeof(section), "%s.", name);
        const config_setting_t *given = config_setting_get_member(root->given, name);
        if (given && !config_setting_is_group(given)) {
                config_fault_type(reader, given, name, "a group in braces");
                given = NULL;
        }
        read_group(reader, &(Group){ section, section, given,
                                           config_setting_get_member(root->defaults, name), root->target });
}

void config_read_root(ConfigReader *reader, const config_setting_t *given, const config_setting_t *defaults,
                Config *target)
{
        Group root = { "", "", given, defaults, target };
        read_group(reader, &root);
        for (size_t i = 0; i < n_config_sections; i++)
                read_section(reader, config_sections[i].name, &root);
}
