#pragma once

/*
 * The state that the readers of groups, values and templates share while one file is read: memory that
 * lives as long as the Config, and the reporting of faults. Private to this module.
 */

#include "config/config-internal.h"

enum { CONFIG_WHERE_SIZE = sizeof(((InputError *)NULL)->where) };

typedef struct ConfigReader {
        OwnedConfig *owned;
        ZoneTable *zones;
        const char *path;
        void (*on_error)(const char *file, const InputError *error, void *userdata);
        void *userdata;
        size_t n_faults;
        int error; /* negative errno, for a failure that is not a fault of the file */
} ConfigReader;

/**
 * config_reader_keep() - allocate zeroed memory that lives as long as the Config. Return: NULL if there is
 * no memory; then `error` is set, too.
 */
void *config_reader_keep(ConfigReader *reader, size_t n, size_t size);

/** config_fault() - report a fault of a setting. @where: the key's name for the message. */
void config_fault(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/** config_fault_type() - report that a setting has the wrong type, with the allowed type. */
void config_fault_type(ConfigReader *reader, const config_setting_t *setting, const char *where,
                const char *allowed);

/**
 * config_fault_in() - report a fault of a file, which may be one that the configuration names
 * @file:  NULL for the configuration's file itself
 * @line:  0 if the fault is not in one line
 * @where: NULL if the fault is not in one part of the file
 */
void config_fault_in(ConfigReader *reader, const char *file, size_t line, const char *where,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
