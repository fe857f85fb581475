#pragma once

/*
 * The tables of keys, one for each section. They have the name, type, allowed values and default of each
 * key, and its position in a Config. Private to this module; the reader, conf/convened.conf and the manual
 * page use them.
 */

#include <stdbool.h>
#include <stddef.h>

typedef enum KeyType {
        KEY_STRING,
        KEY_FILE,      /* a string that may begin with ${CREDENTIALS_DIRECTORY}/ */
        KEY_ZONE,      /* a string; its Zone is stored at `companion` */
        KEY_BOOLEAN,   /* bool */
        KEY_INTEGER,   /* int */
        KEY_SPAN,      /* a duration without years, read into an usec_t */
        KEY_SPAN_TEXT, /* a duration without years, kept as written */
        KEY_WINDOW,    /* a duration that may have years and months, read into a Duration */
        KEY_STRINGS,   /* for this type and the next two, the number of values is at `companion` */
        KEY_LEADS,
        KEY_KINDS,   /* a list of groups, whose keys are named `kinds[].` */
        KEY_TEXT,    /* ConfigText: a group of languages */
        KEY_TLS,     /* ConfigTls: a group of two files */
        KEY_RATES,   /* ConfigRates: a number, "NUMBER/DURATION", or a list of the latter */
        KEY_CODINGS, /* a set of CODING_BIT(); true for all, false for none */
        N_KEY_TYPES,
} KeyType;

typedef struct Key {
        const char *path; /* `store`, `mail.url`, `kinds[].name` */
        KeyType type;
        size_t offset, companion;        /* in the Config; for a key of a kind, in the ConfigKind */
        const char *fallback;            /* the default, as written in the file; NULL for none */
        const char *min, *max;           /* as written in the file, but without quotation marks */
        bool (*check)(const char *text); /* called for each string; NULL for no check */
        const char *allowed;             /* for people: describes the values that `check` accepts */
        bool required;                   /* a group without the key is a fault; only for keys of a kind */
        bool may_be_empty;               /* an empty list is allowed */
        bool lines;                      /* the text may have several lines */
        bool at_start;    /* a change takes effect at the next start; only for types in config/restart.c */
        const char *help; /* one sentence */
} Key;

typedef struct KeySection {
        const char *name; /* "http" for keys `http.*`; "" outside of groups; "kinds[]" for a kind */
        const char *help; /* one sentence; NULL if the file has no heading for the section */
        const Key *keys;
        size_t n_keys;
} KeySection;

extern const KeySection config_section_top, config_section_http, config_section_auth, config_section_dav,
                config_section_mail, config_section_signup, config_section_meetings, config_section_bounces,
                config_section_feed, config_section_site, config_section_history, config_section_scheduling,
                config_section_log, config_section_kind;

/**
 * The sections in the order of the file, beginning with config_section_top. config_section_kind is not in
 * the list; it belongs to the key `kinds`.
 */
extern const KeySection *const config_sections[];
extern const size_t n_config_sections;

/** config_key_name() - get a key's name within its section: "url" for `mail.url`. */
const char *config_key_name(const Key *key);

/** config_key_find() - find a key of a section by its name within the section; NULL if there is none. */
const Key *config_key_find(const KeySection *section, const char *name);
