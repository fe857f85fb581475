#pragma once

/*
 * The tables of keys, one for each section: the name, type, allowed values and default of each key, and its
 * position in a Config. Private to this module; the reader, conf/convened.conf and the manual page use them.
 */

#include <stdbool.h>
#include <stddef.h>

typedef enum KeyType {
        KEY_STRING,
        KEY_FILE,      /* a string that may begin with ${CREDENTIALS_DIRECTORY}/ */
        KEY_ZONE,      /* a string; the Zone is at @companion */
        KEY_BOOLEAN,   /* bool */
        KEY_INTEGER,   /* int */
        KEY_SPAN,      /* a duration without years; usec_t */
        KEY_SPAN_TEXT, /* the same, kept as written */
        KEY_WINDOW,    /* Duration, years and months too */
        KEY_STRINGS,   /* the count of this and the next two is at @companion */
        KEY_LEADS,
        KEY_KINDS, /* a list of groups, whose keys are named `kinds[].` */
        KEY_TEXT,  /* ConfigText: a group of languages */
        KEY_TLS,   /* ConfigTls: a group of two files */
        N_KEY_TYPES,
} KeyType;

typedef struct Key {
        const char *path; /* `store`, `mail.url`, `kinds[].name` */
        KeyType type;
        size_t offset, companion;        /* in the Config, or in the ConfigKind */
        const char *fallback;            /* the default as the file writes it; NULL for none */
        const char *min, *max;           /* as the file writes them, without quotation marks */
        bool (*check)(const char *text); /* of each string; NULL for no check */
        const char *allowed;             /* for people: the values that @check accepts */
        bool required;                   /* only in a group of a list */
        bool may_be_empty;               /* an empty list is allowed */
        bool at_start;    /* a change takes effect at the next start; of a type of config/restart.c */
        const char *help; /* one sentence */
} Key;

typedef struct KeySection {
        const char *name; /* "http" for keys `http.*`; "" outside of groups; "kinds[]" for a kind */
        const char *help; /* one sentence; NULL where the file has no heading */
        const Key *keys;
        size_t n_keys;
} KeySection;

extern const KeySection config_section_top, config_section_http, config_section_mail, config_section_signup,
                config_section_bounces, config_section_feed, config_section_site, config_section_log,
                config_section_kind;

/**
 * The sections in the file's order, config_section_top first; config_section_kind belongs to the key
 * `kinds`.
 */
extern const KeySection *const config_sections[];
extern const size_t n_config_sections;

/** config_key_name() - get the key's name within its section: "url" for `mail.url`. */
const char *config_key_name(const Key *key);

/** config_key_find() - find the key of a section by its name in the section; NULL when there is none. */
const Key *config_key_find(const KeySection *section, const char *name);
