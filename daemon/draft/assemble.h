#pragma once

/*
 * Private to draft/: decides which mentions are one event, which of them are events at all, and which
 * dates, times and places belong to each.
 */

#include "draft/mention.h"
#include "draft/model.h"

/* A date of the text and the mention it belongs to. */
typedef struct DatedMention {
        DateMention date;
        size_t mention;  /* SIZE_MAX for none */
        size_t distance; /* tokens to the mention or its verb, and more across marks */
        bool is_clause; /* in a relative clause of the mention: "съезд, который откроется 5 мая" */
        bool is_deadline;  /* of a registration, or another day that is not the event's */
        bool is_published; /* the day of the text */
        bool is_label;     /* after "Дата:", or the new date of an event that is put off */
        bool is_past;      /* told as something earlier */
        bool is_foreign;   /* of a plan, of a founding */
} DatedMention;

typedef struct Assembly {
        const TokenText *text;
        const DraftOptions *options;
        MentionList mentions;
        DatedMention *dates;
        size_t n_dates;
        DraftSet *set;
        size_t *first_mention; /* of each event */
        DraftDay written;
        int year_of_text; /* of a date or name, if all have the same; else 0 */
        size_t main;      /* the event that later sentences speak of; SIZE_MAX for none */
} Assembly;

/** assemble_dates() - find the dates and give each to a mention. Return: 0 or -ENOMEM. */
int assemble_dates(Assembly *assembly);

/** assemble_written() - find the day of the text: the option's, or that of a dateline */
void assemble_written(Assembly *assembly);

/** assemble_events() - make events of the mentions. Return: 0 or -ENOMEM. */
int assemble_events(Assembly *assembly);

/**
 * assemble_details() - resolve the dates, and give times, places and zones to the events. Return: 0 or
 * -ENOMEM.
 */
int assemble_details(Assembly *assembly);

/** assemble_field() - a field of the words of tokens [first, end); open on lack of memory */
DraftField assemble_field(Assembly *assembly, size_t first, size_t end, DraftBasis basis, DraftWhy why);
