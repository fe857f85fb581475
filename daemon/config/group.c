#include "config/group.h"

#include "base/phrase.h"
#include "config/keys.h"
#include "config/value.h"

#include <stdio.h>
#include <string.h>

enum {
        INDEXED_WHERE_SIZE = CONFIG_WHERE_SIZE + 32 /* for [NUMBER].name; longer texts are cut */
};

/* One group of the file. */
typedef struct Group {
        const KeySection *section;
        const char *where;             /* put before its keys in error messages: "", "mail.", "kinds[1]." */
        const config_setting_t *given; /* NULL if the file does not have the group */
        const config_setting_t *defaults; /* NULL if the group has no defaults */
        void *target;
} Group;

/* Whether a group can contain sections: only the top of the file can. */
static bool has_sections(const Group *group)
{
        return group->section == &config_section_top;
}

static bool is_known(const Group *group, const char *name)
{
        bool known = config_key_find(group->section, name) != NULL;
        for (size_t i = 1; has_sections(group) && i < n_config_sections; i++)
                known = known || strcmp(config_sections[i]->name, name) == 0;
        return known;
}

static void list_known(const Group *group, Buffer *out)
{
        for (size_t i = 0; i < group->section->n_keys; i++)
                buffer_printf(out, "%s%s", i > 0 ? ", " : "", config_key_name(&group->section->keys[i]));
        for (size_t i = 1; has_sections(group) && i < n_config_sections; i++)
                buffer_printf(out, ", %s", config_sections[i]->name);
}

static void check_names(ConfigReader *reader, const Group *group)
{
        for (int i = 0; group->given && i < config_setting_length(group->given); i++) {
                const config_setting_t *member = config_setting_get_elem(group->given, (unsigned)i);
                const char *name = config_setting_name(member);
                if (is_known(group, name))
                        continue;
                Buffer known = BUFFER_INIT(1024);
                char where[CONFIG_WHERE_SIZE];
                snprintf(where, sizeof(where), "%s%s", group->where, name);
                list_known(group, &known);
                config_fault(reader, member, where, "there is no such key; allowed here is %s",
                                buffer_text(&known));
                buffer_done(&known);
        }
}

static void read_kinds(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target);

static void read_key(ConfigReader *reader, const Group *group, const Key *key)
{
        const char *name = config_key_name(key);
        char where[CONFIG_WHERE_SIZE];
        snprintf(where, sizeof(where), "%s%s", group->where, name);
        const config_setting_t *setting =
                        group->given ? config_setting_get_member(group->given, name) : NULL;
        if (!setting && group->defaults)
                setting = config_setting_get_member(group->defaults, name);
        if (!setting && key->required)
                config_fault(reader, group->given, where, "it is missing; allowed is %s",
                                phrase(key->allowed));
        else if (setting && key->type == KEY_KINDS)
                read_kinds(reader, key, where, setting, group->target);
        else if (setting)
                config_value_read[key->type](reader, key, where, setting, group->target);
}

static void read_group(ConfigReader *reader, const Group *group)
{
        check_names(reader, group);
        for (size_t i = 0; i < group->section->n_keys; i++)
                read_key(reader, group, &group->section->keys[i]);
}

static void check_duplicates(ConfigReader *reader, const char *where, const config_setting_t *setting,
                const ConfigKind *kinds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++) {
                        if (!kinds[i].name || !kinds[j].name || strcmp(kinds[i].name, kinds[j].name) != 0)
                                continue;
                        const config_setting_t *kind = config_setting_get_elem(setting, (unsigned)i);
                        char path[INDEXED_WHERE_SIZE];
                        snprintf(path, sizeof(path), "%s[%zu].name", where, i);
                        config_fault(reader, config_setting_get_member(kind, "name"), path,
                                        "\"%.63s\" is the name of %s[%zu] already; each kind needs one of its own",
                                        kinds[i].name, where, j);
                        break;
                }
}

static void read_kinds(ConfigReader *reader, const Key *key, const char *where,
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
                char path[INDEXED_WHERE_SIZE];
                snprintf(path, sizeof(path), "%s[%zu]", where, i);
                if (!config_setting_is_group(element)) {
                        config_fault_type(reader, element, path, "a group like { name = \"session\"; }");
                        continue;
                }
                strcat(path, ".");
                read_group(reader, &(Group){ &config_section_kind, path, element, NULL, &kinds[i] });
        }
        if (kinds)
                check_duplicates(reader, where, setting, kinds, n);
        *(const ConfigKind **)((char *)target + key->offset) = kinds;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_section(ConfigReader *reader, const KeySection *section, const Group *root)
{
        char where[CONFIG_WHERE_SIZE];
        const config_setting_t *given = config_setting_get_member(root->given, section->name);
        snprintf(where, sizeof(where), "%s.", section->name);
        if (given && !config_setting_is_group(given)) {
                config_fault_type(reader, given, section->name, "a group in braces");
                given = NULL;
        }
        read_group(reader, &(Group){ section, where, given,
                                           config_setting_get_member(root->defaults, section->name),
                                           root->target });
}

void config_group_read_kind(ConfigReader *reader, const config_setting_t *given, ConfigKind *target)
{
        read_group(reader, &(Group){ &config_section_kind, "", given, NULL, target });
}

void config_group_read_root(ConfigReader *reader, const config_setting_t *given,
                const config_setting_t *defaults, Config *target)
{
        Group root = { &config_section_top, "", given, defaults, target };
        read_group(reader, &root);
        for (size_t i = 1; i < n_config_sections; i++)
                read_section(reader, config_sections[i], &root);
}
