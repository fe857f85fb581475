#include "config/config.h"

#include "base/file.h"
#include "base/utf8.h"
#include "config/keys.h"

#include <errno.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* libconfig has a function of our name, for streams, which nobody needs. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

enum { FILE_MAX_BYTES = 1 << 20, WHERE_SIZE = 96 };

typedef struct Block {
        struct Block *next;
        max_align_t bytes[];
} Block;

/* Strings are those of the two trees, which live as long as the Config; what is made from them is in the blocks. */
typedef struct OwnedConfig {
        Config config;
        atomic_uint references;
        config_t given, defaults;
        Block *blocks;
} OwnedConfig;

typedef struct Reader {
        OwnedConfig *owned;
        ZoneTable *zones;
        const char *path;
        void (*on_error)(const char *file, const InputError *error, void *userdata);
        void *userdata;
        size_t n_faults;
        int error; /* negative errno: no fault of the file */
} Reader;

/* ---- Life ---- */

static OwnedConfig *owned_free(OwnedConfig *owned)
{
        if (!owned)
                return NULL;
        for (Block *block = owned->blocks, *next; block; block = next) {
                next = block->next;
                free(block);
        }
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

static void *keep(Reader *reader, size_t n, size_t size)
{
        Block *block = calloc(1, sizeof(Block) + n * size);
        if (!block) {
                reader->error = -ENOMEM;
                return NULL;
        }
        block->next = reader->owned->blocks;
        reader->owned->blocks = block;
        return block->bytes;
}

/* ---- Complaints ---- */

static void tell(Reader *reader, const char *file, size_t line, const char *where, const char *format,
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

__attribute__((format(printf, 4, 5))) static void fault(
                Reader *reader, const config_setting_t *setting, const char *where, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        tell(reader, config_setting_source_file(setting), config_setting_source_line(setting), where, format,
                        arguments);
        va_end(arguments);
}

__attribute__((format(printf, 4, 5))) static void fault_at(
                Reader *reader, const char *file, size_t line, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        tell(reader, file, line, NULL, format, arguments);
        va_end(arguments);
}

static void fault_type(
                Reader *reader, const config_setting_t *setting, const char *where, const char *allowed)
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
        fault(reader, setting, where, "it is %s; allowed is %s", names[config_setting_type(setting)],
                        allowed);
}

/* ---- Values ---- */

/* The string of a setting, checked; NULL after a complaint. */
static const char *take_string(
                Reader *reader, const Key *key, const char *where, const config_setting_t *setting)
{
        const char *text = config_setting_get_string(setting);
        if (!text) {
                fault_type(reader, setting, where, "a string in quotation marks");
                return NULL;
        }
        size_t len = strlen(text), plain = utf8_plain_prefix(text, len);
        if (plain < len || strchr(text, '\t')) {
                fault(reader, setting, where,
                                "it has a control character, or one that is not UTF-8; text on one line is "
                                "allowed");
                return NULL;
        }
        if (!key->check || key->check(text))
                return text;
        fault(reader, setting, where, "\"%.80s\" is not allowed; allowed is %s", text, key->allowed);
        return NULL;
}

static void read_string(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        *(const char **)((char *)target + key->offset) = take_string(reader, key, where, setting);
}

/* Without systemd's variable the name stays as it is: who opens the file says so, and `convene` never does. */
static void read_file(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        static const char variable[] = "${CREDENTIALS_DIRECTORY}/";
        const char *text = take_string(reader, key, where, setting);
        const char *directory = getenv("CREDENTIALS_DIRECTORY");
        if (text && directory && strncmp(text, variable, strlen(variable)) == 0) {
                const char *name = text + strlen(variable);
                size_t size = strlen(directory) + strlen(name) + 2;
                char *path = keep(reader, size, 1);
                if (path)
                        snprintf(path, size, "%s/%s", directory, name);
                text = path;
        }
        *(const char **)((char *)target + key->offset) = text;
}

static void read_zone(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        const char *name = take_string(reader, key, where, setting);
        if (!name)
                return;
        const Zone *zone = NULL;
        int r = zone_table_get(reader->zones, name, &zone);
        if (r < 0)
                reader->error = r;
        else if (r > 0)
                fault(reader, setting, where, "\"%.80s\" is %s; allowed is %s", name,
                                r == ZONE_E_UNKNOWN ? "no time zone that is known here"
                                                    : "a time zone whose file makes no sense",
                                key->allowed);
        *(const char **)((char *)target + key->offset) = name;
        *(const Zone **)((char *)target + key->companion) = zone;
}

static void read_boolean(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
                fault_type(reader, setting, where, "true or false");
        *(bool *)((char *)target + key->offset) = config_setting_get_bool(setting);
}

static void read_integer(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        int type = config_setting_type(setting);
        if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
                fault_type(reader, setting, where, "a whole number");
                return;
        }
        long long value = config_setting_get_int64(setting);
        if (value < atoll(key->min) || value > atoll(key->max))
                fault(reader, setting, where, "%lld is out of bounds; allowed is %s to %s", value, key->min,
                                key->max);
        else
                *(int *)((char *)target + key->offset) = (int)value;
}

static int64_t bound_seconds(const char *text)
{
        Duration duration = { 0 };
        duration_parse(text, true, &duration);
        return duration_seconds(&duration);
}

/* A duration as text, within the bounds; NULL after a complaint. */
static const char *take_duration(Reader *reader, const Key *key, const char *where,
                const config_setting_t *setting, bool years, Duration *ret)
{
        const char *text = take_string(reader, key, where, setting);
        if (!text)
                return NULL;
        if (duration_parse(text, years, ret) < 0) {
                fault(reader, setting, where, "\"%.80s\" is no duration; allowed is one like %s, %s to %s",
                                text, years ? "P5Y or P90D" : "PT15M or P1D", key->min, key->max);
                return NULL;
        }
        int64_t seconds = duration_seconds(ret);
        if (seconds >= bound_seconds(key->min) && seconds <= bound_seconds(key->max))
                return text;
        fault(reader, setting, where, "\"%.80s\" is out of bounds; allowed is %s to %s", text, key->min,
                        key->max);
        return NULL;
}

static void read_span(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        Duration duration;
        if (take_duration(reader, key, where, setting, false, &duration))
                *(usec_t *)((char *)target + key->offset) = duration_seconds(&duration) * USEC_PER_SEC;
}

static void read_span_text(Reader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target)
{
        Duration duration;
        *(const char **)((char *)target + key->offset) =
                        take_duration(reader, key, where, setting, false, &duration);
}

static void read_window(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        Duration duration;
        if (take_duration(reader, key, where, setting, true, &duration))
                *(Duration *)((char *)target + key->offset) = duration;
}

/* Whether it is an array or a list, in which the file may write several values. */
static bool is_sequence(
                Reader *reader, const char *where, const config_setting_t *setting, const char *allowed)
{
        int type = config_setting_type(setting);
        if (type == CONFIG_TYPE_ARRAY || type == CONFIG_TYPE_LIST)
                return true;
        fault_type(reader, setting, where, allowed);
        return false;
}

static void read_strings(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        if (!is_sequence(reader, where, setting, "an array of strings"))
                return;
        size_t n = (size_t)config_setting_length(setting);
        const char **strings = keep(reader, n, sizeof(*strings));
        if (n == 0)
                fault(reader, setting, where, "it is empty; allowed is %s", key->allowed);
        for (size_t i = 0; strings && i < n; i++)
                strings[i] = take_string(reader, key, where, config_setting_get_elem(setting, (unsigned)i));
        *(const char *const **)((char *)target + key->offset) = strings;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_leads(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        if (!is_sequence(reader, where, setting, "an array of strings"))
                return;
        size_t n = (size_t)config_setting_length(setting);
        Lead *leads = keep(reader, n, sizeof(*leads));
        for (size_t i = 0; leads && i < n; i++) {
                const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
                const char *text = take_string(reader, key, where, element);
                /* An instant is no lead of a whole kind. */
                if (text && (lead_parse(text, &leads[i]) < 0 || leads[i].absolute))
                        fault(reader, element, where, "\"%.80s\" is no lead; allowed is %s", text,
                                        key->allowed);
        }
        *(const Lead **)((char *)target + key->offset) = leads;
        *(size_t *)((char *)target + key->companion) = n;
}

static void read_text(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        static const Key any = { .check = NULL };
        ConfigText *text = (ConfigText *)((char *)target + key->offset);
        if (!config_setting_is_group(setting)) {
                fault_type(reader, setting, where, "a group like { ru = \"...\"; en = \"...\"; }");
                return;
        }
        for (int i = 0; i < config_setting_length(setting); i++) {
                const config_setting_t *member = config_setting_get_elem(setting, (unsigned)i);
                const char *name = config_setting_name(member);
                char path[WHERE_SIZE];
                snprintf(path, sizeof(path), "%s.%s", where, name);
                if (strcmp(name, "ru") == 0)
                        text->ru = take_string(reader, &any, path, member);
                else if (strcmp(name, "en") == 0)
                        text->en = take_string(reader, &any, path, member);
                else
                        fault(reader, member, path, "there is no such language; allowed are ru and en");
        }
}

static void read_kinds(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target);

typedef void (*ReadValue)(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target);

static const ReadValue read_value[N_KEY_TYPES] = {
        [KEY_STRING] = read_string,
        [KEY_FILE] = read_file,
        [KEY_ZONE] = read_zone,
        [KEY_BOOLEAN] = read_boolean,
        [KEY_INTEGER] = read_integer,
        [KEY_SPAN] = read_span,
        [KEY_SPAN_TEXT] = read_span_text,
        [KEY_WINDOW] = read_window,
        [KEY_STRINGS] = read_strings,
        [KEY_LEADS] = read_leads,
        [KEY_KINDS] = read_kinds,
        [KEY_TEXT] = read_text,
};

/* ---- Groups ---- */

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

static void check_names(Reader *reader, const Group *group)
{
        for (int i = 0; group->given && i < config_setting_length(group->given); i++) {
                const config_setting_t *member = config_setting_get_elem(group->given, (unsigned)i);
                const char *name = config_setting_name(member);
                if (is_known(group->section, name))
                        continue;
                Buffer known = BUFFER_INIT(1024);
                char where[WHERE_SIZE];
                snprintf(where, sizeof(where), "%s%s", group->where, name);
                list_known(group->section, &known);
                fault(reader, member, where, "there is no such key; allowed here is %s",
                                buffer_text(&known));
                buffer_done(&known);
        }
}

static void read_group(Reader *reader, const Group *group)
{
        check_names(reader, group);
        for (size_t i = 0; i < n_config_keys; i++) {
                const Key *key = &config_keys[i];
                const char *name = config_key_in(key, group->section);
                if (!name)
                        continue;
                char where[WHERE_SIZE];
                snprintf(where, sizeof(where), "%s%s", group->where, name);
                const config_setting_t *setting =
                                group->given ? config_setting_get_member(group->given, name) : NULL;
                if (!setting && group->defaults)
                        setting = config_setting_get_member(group->defaults, name);
                if (setting)
                        read_value[key->type](reader, key, where, setting, group->target);
                else if (key->required)
                        fault(reader, group->given, where, "it is missing; allowed is %s", key->allowed);
        }
}

static void check_duplicates(Reader *reader, const char *where, const config_setting_t *setting,
                const ConfigKind *kinds, size_t n)
{
        for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++) {
                        if (!kinds[i].name || !kinds[j].name || strcmp(kinds[i].name, kinds[j].name) != 0)
                                continue;
                        const config_setting_t *kind = config_setting_get_elem(setting, (unsigned)i);
                        char path[WHERE_SIZE];
                        snprintf(path, sizeof(path), "%s[%zu].name", where, i);
                        fault(reader, config_setting_get_member(kind, "name"), path,
                                        "\"%.63s\" is the name of %s[%zu] already; each kind needs one of "
                                        "its own",
                                        kinds[i].name, where, j);
                        break;
                }
}

static void read_kinds(Reader *reader, const Key *key, const char *where, const config_setting_t *setting,
                void *target)
{
        if (config_setting_type(setting) != CONFIG_TYPE_LIST) {
                fault_type(reader, setting, where, "a list of groups like ( { name = \"session\"; }, ... )");
                return;
        }
        size_t n = (size_t)config_setting_length(setting);
        ConfigKind *kinds = keep(reader, n, sizeof(*kinds));
        for (size_t i = 0; kinds && i < n; i++) {
                const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
                char path[WHERE_SIZE];
                snprintf(path, sizeof(path), "%s[%zu]", where, i);
                if (!config_setting_is_group(element)) {
                        fault_type(reader, element, path, "a group like { name = \"session\"; }");
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

static void read_section(Reader *reader, const char *name, const Group *root)
{
        char section[WHERE_SIZE];
        snprintf(section, sizeof(section), "%s.", name);
        const config_setting_t *given = config_setting_get_member(root->given, name);
        if (given && !config_setting_is_group(given)) {
                fault_type(reader, given, name, "a group in braces");
                given = NULL;
        }
        read_group(reader, &(Group){ section, section, given,
                                           config_setting_get_member(root->defaults, name), root->target });
}

/* ---- Files ---- */

/* A relative @include is beside the file that has it, wherever the daemon was started. */
static int set_include_directory(config_t *tree, const char *path)
{
        CLEANUP(cleanup_free) char *copy = strdup(path);
        if (!copy)
                return -ENOMEM;
        config_set_include_dir(tree, dirname(copy));
        return 0;
}

static int parse_given(Reader *reader)
{
        CLEANUP(cleanup_free) char *text = NULL;
        size_t len = 0;
        config_t *tree = &reader->owned->given;
        int r = file_read(reader->path, FILE_MAX_BYTES, &text, &len);
        if (r == 0)
                r = set_include_directory(tree, reader->path);
        if (r < 0)
                return r;
        if (memchr(text, '\0', len)) {
                fault_at(reader, NULL, 0, "it has a NUL octet; allowed is text in UTF-8");
                return CONFIG_E_INVALID;
        }
        if (config_read_string(tree, text) == CONFIG_TRUE)
                return 0;
        fault_at(reader, config_error_file(tree), (size_t)config_error_line(tree), "%s",
                        config_error_text(tree));
        return CONFIG_E_INVALID;
}

static int parse_defaults(Reader *reader)
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
        Reader reader = { owned, zones, path, on_error, userdata, 0, 0 };
        int r = parse_defaults(&reader);
        if (r == 0)
                r = parse_given(&reader);
        if (r != 0)
                return r;
        Group root = { "", "", config_root_setting(&owned->given), config_root_setting(&owned->defaults),
                &owned->config };
        read_group(&reader, &root);
        for (size_t i = 0; i < n_config_sections; i++)
                read_section(&reader, config_sections[i].name, &root);
        if (reader.error < 0)
                return reader.error;
        if (reader.n_faults > 0)
                return CONFIG_E_INVALID;
        *ret = &TAKE_PTR(owned)->config;
        return 0;
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
