#pragma once

/* The findings in a press text: events, people, bodies and contacts, each field with its source. */

#include "base/arena.h"
#include "config/config.h"
#include "draft/date.h"
#include "draft/why.h"

/** A value with its source. */
typedef struct DraftField {
        const char *text;    /* NULL if the field is open */
        uint32_t start, end; /* octets of the words in the text; equal if there are none */
        DraftBasis basis;
        DraftWhy why;
} DraftField;

typedef enum DraftTense { DRAFT_UNTOLD, DRAFT_REPORTED, DRAFT_RUNNING, DRAFT_ANNOUNCED } DraftTense;

typedef struct DraftPerson {
        DraftField name; /* in the basic form */
        DraftField post; /* with the body, as written */
        size_t event;    /* SIZE_MAX: of none */
        bool is_contact;
        bool is_absent; /* only the author of a greeting, or quoted in a text without an event */
} DraftPerson;

typedef struct DraftBody {
        DraftField name;
        int role;     /* BodyRole (draft/lexicon.h) */
        size_t event; /* SIZE_MAX: of none */
} DraftBody;

typedef enum DraftContactForm { DRAFT_TELEPHONE, DRAFT_MAIL, DRAFT_LINK } DraftContactForm;

typedef struct DraftContact {
        DraftContactForm form;
        DraftField value; /* as written */
        const char *uri;  /* "tel:+78552530707", "mailto:..."; NULL for a number without its code */
        size_t person;    /* SIZE_MAX: of none */
} DraftContact;

typedef struct DraftEvent {
        DraftField title;
        DraftField other_title; /* a second name of the same event */
        DraftField kind;        /* a name of the configuration's kinds, or "other" */
        DraftTense tense;
        DateForm form;
        DraftField dates;  /* the words of the dates */
        DraftDay from, to; /* inclusive; parts that are unknown are 0; of a window, its ends */
        int length_days;   /* 0 if the text does not say */
        DraftField time;
        int start_minute, end_minute; /* from midnight; -1 if unknown */
        DraftField zone;              /* IANA */
        DraftField town, region, venue;
        size_t parent; /* SIZE_MAX: none */
        DraftField parent_words;
        uint32_t start, end; /* octets of the first mention */
} DraftEvent;

typedef struct DraftSet {
        DraftEvent *events;
        size_t n_events;
        DraftPerson *persons;
        size_t n_persons;
        DraftBody *bodies;
        size_t n_bodies;
        DraftContact *contacts;
        size_t n_contacts;
        DraftField *materials;
        size_t n_materials;
        DraftField written; /* the day of the text, if it is known */
        DraftDay written_day;
        const char *text; /* borrowed from the caller of draft_read() */
        size_t len;
        bool is_russian;
        Arena arena;
} DraftSet;

typedef struct DraftOptions {
        const Config *config;   /* its kinds and their titles are read; borrowed for the call; may be NULL */
        DraftDay written;       /* the day of the text; all 0: the text says it, or it is unknown */
        bool is_written_public; /* the day is from the file, such as a mail's Date, not from the user */
} DraftOptions;
