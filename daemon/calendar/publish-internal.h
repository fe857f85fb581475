#pragma once

/* Inside calendar/publish*: the state of a publication, and the writers of its times. */

#include "calendar/exclusion.h"
#include "calendar/publish-line.h"
#include "calendar/publish-part.h"
#include "calendar/publish-series.h"
#include "calendar/publish-zone.h"
#include "calendar/publish.h"

/* In order of strictness: if there are two values, the greater one counts. */
typedef enum Visibility { VISIBLE, BUSY, HIDDEN } Visibility;

typedef struct Publication {
        const PublishObject *object;
        PublishAudience audience;
        Buffer *out;
        LineWriter writer;
        PublishedZones zones;
        PublishParts parts;
        Buffer classes; /* one octet for each component: the Visibility that its own CLASS gives */
        /* Hidden overrides: the line of BEGIN, and RECURRENCE-ID's value, VALUE and TZID, each on a line. */
        Buffer left_out;
        Visibility master;
        bool first_pass, has_hidden, has_unknown_zone;
        PublishSeries series;  /* filled in by the first pass */
        Event *event;          /* owned; only in the second pass over an odd series */
        Exclusions exclusions; /* of the event */
        size_t n_rules, n_exrules, n_exdates, n_rdates; /* number of rules and dates written so far */
        Buffer rule;
        size_t n_components, n_written, n_excluded;

        /* The component that is being read. */
        bool in_event;
        size_t start;      /* its offset in out */
        size_t begin_line; /* the number of its first line */
        Visibility visibility, own_class;
        bool is_override, has_created, has_url, is_unseen;
        Buffer parent;                       /* UID of the parent event */
        size_t description, description_len; /* where the DESCRIPTION is in out; 0 octets without one */
        size_t component;                    /* its index in the event */
        size_t left_out_before;              /* the length of left_out before this component */
        int sequence;
} Publication;

/* Each of these writes the lines for one line of a master or an override. Return: 0 or negative errno. */
int publish_time(Publication *p, const ContentLine *line);
int publish_recurrence_id(Publication *p, const ContentLine *line);

/*
 * publish_event_start() - write DTSTART; publish_event_end() - write DTEND or DURATION. Both are written in
 * UTC if programs read the clock times differently.
 */
int publish_event_start(Publication *p, const ContentLine *line);
int publish_event_end(Publication *p, const ContentLine *line);

/**
 * publish_rdates() - write an RDATE line. If a line of the series has times of several forms, which programs
 * read differently, all RDATEs are written in place of the first line, each in a line of its own.
 */
int publish_rdates(Publication *p, const ContentLine *line);

/**
 * publish_exdates() - write an EXDATE line. If a series that was parsed has EXDATEs of another form than its
 * start, all of them are written in that form in place of the first line, and nothing in place of the
 * others.
 */
int publish_exdates(Publication *p, const ContentLine *line);

/** publish_recurrence_rule() - write an RRULE in canonical form, with UNTIL in that of DTSTART. */
int publish_recurrence_rule(Publication *p, const ContentLine *line);

/**
 * publish_exrule() - write the starts that the EXRULEs exclude as EXDATEs, because many programs do not read
 * the property, which RFC 5545 has removed. The rules stay for the starts after the last of these.
 */
int publish_exrule(Publication *p, const ContentLine *line);

/**
 * publish_left_out() - write an EXDATE for each hidden override, because its instance must not appear at its
 * original time. An override that a newer one of its instance replaces hides nothing.
 */
int publish_left_out(Publication *p);
