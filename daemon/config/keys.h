#pragma once

/*
 * The table of keys: what each is called, what it may hold, what it holds when it is not given, and where it goes in a Config. Private to this
 * module; the reader, conf/convened.conf and the manual page are made from it.
 */

#include <stdbool.h>
#include <stddef.h>

typedef enum KeyType {
        KEY_STRING,
        KEY_FILE,      /* a string that may begin with ${CREDENTIALS_DIRECTORY}/ */
        KEY_ZONE,      /* a string; the Zone goes to @companion */
        KEY_BOOLEAN,   /* bool */
        KEY_INTEGER,   /* int */
        KEY_SPAN,      /* a duration without years; usec_t */
        KEY_SPAN_TEXT, /* the same, kept as written */
        KEY_WINDOW,    /* Duration, years and months too */
        KEY_STRINGS,   /* the count of this and the two next goes to @companion */
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
        const char *fallback;            /* as the file writes it; NULL when there is none */
        const char *min, *max;           /* as the file writes them, without quotation marks */
        bool (*check)(const char *text); /* of each string; NULL takes all */
        const char *allowed;             /* for a person: what @check lets through */
        bool required;                   /* of a group in a list */
        bool may_be_empty;               /* of a list */
        bool at_start; /* a change counts from the next start on; the type is one that config/restart.c knows */
        const char *help; /* one sentence */
} Key;

typedef struct KeySection {
        const char *name; /* "http": its keys are named `http.` */
        const char *help;
} KeySection;

extern const Key config_keys[];
extern const size_t n_config_keys;
extern const KeySection config_sections[];
extern const size_t n_config_sections;

/** config_key_in() - the key's name within a section ("", "http.", "kinds[]."); NULL when it belongs elsewhere. */
const char *config_key_in(const Key *key, const char *section);
