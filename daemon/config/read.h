#pragma once

/*
 * One run of the reader over a file: what is kept, what is wrong. Private to this module: config.c opens files and owns what was read, group.c
 * walks the groups, value.c reads what the keys hold.
 */

#include "config/config.h"
#include "config/keys.h"

/* libconfig has a function of our name, for streams, which nobody needs. */
#define config_read libconfig_read_stream
#include <libconfig.h>
#undef config_read

enum { CONFIG_WHERE_SIZE = sizeof(((InputError *)NULL)->where) };

typedef struct OwnedConfig OwnedConfig;

typedef struct ConfigReader {
        OwnedConfig *owned;
        ZoneTable *zones;
        const char *path;
        void (*on_error)(const char *file, const InputError *error, void *userdata);
        void *userdata;
        size_t n_faults;
        int error; /* negative errno: no fault of the file */
} ConfigReader;

/** config_reader_keep() - zeroed memory that lives as long as the Config; NULL (and the error is set) when there is none. */
void *config_reader_keep(ConfigReader *reader, size_t n, size_t size);

/** config_fault() - complain about a setting; config_fault_type() - about its type, saying which is allowed. */
void config_fault(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
void config_fault_type(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *allowed);

/** config_fault_in() - complain about another file that the configuration names; line 0 and a NULL @where: about it as a whole. */
void config_fault_in(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/** config_read_templates() - the files of mail.templates (@setting), once all else was read. */
void config_read_templates(ConfigReader *reader, const config_setting_t *setting, Config *config);

/** Reads a setting into @target (a Config or ConfigKind) at the key's offset, or complains. */
typedef void (*ConfigReadValue)(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target);
extern const ConfigReadValue config_read_value[N_KEY_TYPES];

/** config_read_root() - all sections, from @given where it has a key, else from @defaults. */
void config_read_root(ConfigReader *reader, const config_setting_t *given, const config_setting_t *defaults,
                Config *target);

/** config_read_kinds() - the value of the one key that is a list of groups. */
void config_read_kinds(ConfigReader *reader, const Key *key, const char *where,
                const config_setting_t *setting, void *target);
