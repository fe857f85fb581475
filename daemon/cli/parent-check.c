#include "cli/parent-check.h"

#include "cli/output.h"

#include <stdio.h>
#include <string.h>

enum { DATES_BYTES = 1024, UID_BEGINNING = 32 };

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

/* Whole days are compared as dates: two zones have the same ones at different instants. */
static bool lies_within(const Cli *cli, const Event *part, const Event *whole)
{
        When start = event_start(part), end = event_end(part);
        When whole_start = event_start(whole), whole_end = event_end(whole);
        bool series = event_is_recurring(part) || event_is_recurring(whole);
        if (!series && start.form == WHEN_DATE && whole_start.form == WHEN_DATE)
                return day_of(&start) >= day_of(&whole_start) && day_of(&end) <= day_of(&whole_end);
        usec_t from, to, whole_from, whole_to;
        return event_span(part, cli->config->time_zone, &from, &to) != 0 ||
               event_span(whole, cli->config->time_zone, &whole_from, &whole_to) != 0 ||
               (from >= whole_from && to <= whole_to);
}

static int warn(const Cli *cli, const ObjectRecord *part_record, const Event *part,
                const ObjectRecord *record, const Event *whole)
{
        CLEANUP(buffer_done) Buffer dates = BUFFER_INIT(DATES_BYTES), whole_dates = BUFFER_INIT(DATES_BYTES);
        int r = output_dates(cli, part, &dates);
        if (r == 0)
                r = output_dates(cli, whole, &whole_dates);
        fprintf(stderr, "convene: warning: %s (%s) lies outside of %s, which it is a part of (%s)\n",
                        part_record->uid, buffer_text(&dates), record->uid, buffer_text(&whole_dates));
        return r;
}

static int compare(Cli *cli, const ObjectRecord *record, const Event *part, const char *whole_uid,
                bool *ret_outside)
{
        CLEANUP(object_record_freep) ObjectRecord *whole_record = NULL;
        CLEANUP(event_freep) Event *whole = NULL;
        int r = object_find(cli->store, whole_uid, &whole_record);
        if (r == STORE_E_NOT_FOUND || (r == 0 && whole_record->kind != OBJECT_EVENT))
                return 0;
        if (r == 0)
                r = event_parse(cli->zones, whole_record->text, whole_record->len, &whole, NULL);
        if (r != 0 || lies_within(cli, part, whole))
                return r < 0 ? r : 0;
        if (ret_outside)
                *ret_outside = true;
        return warn(cli, record, part, whole_record, whole);
}

int parent_check(Cli *cli, const ObjectRecord *record, bool *ret_outside)
{
        CLEANUP(event_freep) Event *event = NULL;
        static const char parent[] = "RELATED-TO";
        if (ret_outside)
                *ret_outside = false;
        /* Most have none: that is seen without parsing. */
        if (record->kind != OBJECT_EVENT || !memmem(record->text, record->len, parent, strlen(parent)))
                return 0;
        int r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r != 0 || !event_parent(event))
                return r < 0 ? r : 0;
        return compare(cli, record, event, event_parent(event), ret_outside);
}

typedef struct Parts {
        Cli *cli;
        const char *uid; /* NULL: the parts of every event */
        int n_outside;
} Parts;

static int on_event(const ObjectRecord *record, void *userdata)
{
        Parts *parts = userdata;
        bool outside = false;
        /* Of a UID the beginning: behind `RELATED-TO;RELTYPE=PARENT:` it is on one line. */
        if (parts->uid && !memmem(record->text, record->len, parts->uid, strnlen(parts->uid, UID_BEGINNING)))
                return 0;
        if (parts->uid && strcmp(record->uid, parts->uid) == 0)
                return 0;
        int r = parent_check(parts->cli, record, &outside);
        parts->n_outside += outside;
        return r < 0 ? r : 0;
}

static int check_parts(Parts *parts)
{
        ObjectFilter events = { .kinds = 1U << OBJECT_EVENT };
        return object_each(parts->cli->store, &events, on_event, parts);
}

int parent_check_parts(Cli *cli, const char *uid)
{
        return check_parts(&(Parts){ .cli = cli, .uid = uid });
}

int parent_check_all(Cli *cli, int *ret_n)
{
        Parts parts = { .cli = cli };
        int r = check_parts(&parts);
        *ret_n += parts.n_outside;
        return r;
}
