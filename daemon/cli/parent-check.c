#include "cli/parent-check.h"

#include "cli/describe.h"
#include "cli/find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PARENT "RELATED-TO"

enum { DATES_BYTES = 1024, WHOLES_MAX = 64 };

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

/*
 * Whether the part is within its parent. Whole days are compared as dates, since a day begins at different
 * instants in two zones.
 */
bool parent_check_within(const Cli *cli, const Event *part, const Event *parent)
{
        When start = event_start(part), end = event_end(part);
        When parent_start = event_start(parent), parent_end = event_end(parent);
        bool series = event_is_recurring(part) || event_is_recurring(parent);
        if (!series && start.form == WHEN_DATE && parent_start.form == WHEN_DATE)
                return day_of(&start) >= day_of(&parent_start) && day_of(&end) <= day_of(&parent_end);
        usec_t from, to, parent_from, parent_to;
        return event_span(part, cli->config->time_zone, &from, &to) != 0 ||
               event_span(parent, cli->config->time_zone, &parent_from, &parent_to) != 0 ||
               (from >= parent_from && to <= parent_to);
}

static int warn(const Cli *cli, const ObjectRecord *part_record, const Event *part,
                const ObjectRecord *record, const Event *parent)
{
        CLEANUP(buffer_done)
        Buffer dates = BUFFER_INIT(DATES_BYTES), parent_dates = BUFFER_INIT(DATES_BYTES);
        int r = describe_dates(cli, part, &dates);
        if (r == 0)
                r = describe_dates(cli, parent, &parent_dates);
        cli_error(cli, cli->strings->outside,
                        TEXT_ARGUMENTS({ "part", part_record->uid, 0 },
                                        { "part_dates", buffer_text(&dates), 0 },
                                        { "whole", record->uid, 0 },
                                        { "whole_dates", buffer_text(&parent_dates), 0 }));
        return r;
}

static int compare(Cli *cli, const ObjectRecord *record, const Event *part, const char *parent_uid,
                bool *ret_outside)
{
        CLEANUP(object_record_freep) ObjectRecord *parent_record = NULL;
        CLEANUP(event_freep) Event *parent = NULL;
        int r = object_find(cli->store, parent_uid, &parent_record);
        if (r == STORE_E_NOT_FOUND || (r == 0 && parent_record->kind != OBJECT_EVENT))
                return 0;
        if (r == 0)
                r = event_parse(cli->zones, parent_record->text, parent_record->len, &parent, NULL);
        if (r != 0 || parent_check_within(cli, part, parent))
                return r < 0 ? r : 0;
        if (ret_outside)
                *ret_outside = true;
        return warn(cli, record, part, parent_record, parent);
}

int parent_check(Cli *cli, const ObjectRecord *record, bool *ret_outside)
{
        CLEANUP(event_freep) Event *event = NULL;
        if (ret_outside)
                *ret_outside = false;
        /* Most events have no parent. The text shows that without parsing. */
        if (record->kind != OBJECT_EVENT || !memmem(record->text, record->len, PARENT, strlen(PARENT)))
                return 0;
        int r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r != 0 || !event_parent(event))
                return r < 0 ? r : 0;
        return compare(cli, record, event, event_parent(event), ret_outside);
}

/* Finds the UID of the parent of an event. @ret: NULL if it has none, or is not stored or unreadable */
static int find_parent_uid(Cli *cli, const char *uid, char **ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        *ret = NULL;
        int r = object_find(cli->store, uid, &record);
        if (r == 0)
                r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r != 0 || !event_parent(event))
                return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID ? 0 : r;
        *ret = strdup(event_parent(event));
        return *ret ? 0 : -ENOMEM;
}

int parent_check_new(Cli *cli, const char *parent_uid, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *parent = NULL;
        CLEANUP(cleanup_free) char *whole = strdup(parent_uid);
        int r = whole ? object_find(cli->store, parent_uid, &parent) : -ENOMEM;
        if (r == STORE_E_NOT_FOUND)
                return find_refuse(cli, NULL, parent_uid);
        /* The limit ends the loop if the store already has a circle of parents. */
        for (int i = 0; r == 0 && whole && i < WHOLES_MAX; i++) {
                char *next = NULL;
                if (strcmp(whole, uid) == 0)
                        return cli_usage(cli, cli->strings->own_parent, NULL);
                r = find_parent_uid(cli, whole, &next);
                free(whole);
                whole = next;
        }
        return r != 0 ? cli_refuse(cli, parent_uid, r) : CLI_DONE;
}

typedef struct PartsCheck {
        Cli *cli;
        const char *uid; /* NULL for the parts of all events */
        int n_outside;
} PartsCheck;

/* Warns if the parent of a part is not stored. */
static int check_orphan(Cli *cli, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(object_record_freep) ObjectRecord *whole = NULL;
        if (!memmem(record->text, record->len, PARENT, strlen(PARENT)))
                return 0;
        int r = event_parse(cli->zones, record->text, record->len, &event, NULL);
        if (r != 0 || !event_parent(event))
                return r < 0 ? r : 0;
        r = object_find(cli->store, event_parent(event), &whole);
        if (r == STORE_E_NOT_FOUND)
                cli_error(cli, cli->strings->orphan,
                                TEXT_ARGUMENTS({ "name", record->uid, 0 },
                                                { "whole", event_parent(event), 0 }));
        return r == STORE_E_NOT_FOUND ? 0 : r;
}

static int on_event(const ObjectRecord *record, void *userdata)
{
        PartsCheck *parts = userdata;
        bool outside = false;
        int r = parent_check(parts->cli, record, &outside);
        parts->n_outside += outside;
        if (r == 0 && !parts->uid)
                r = check_orphan(parts->cli, record);
        return r < 0 ? r : 0;
}

int parent_check_parts(Cli *cli, const char *uid)
{
        return object_each_part(cli->store, uid, on_event, &(PartsCheck){ .cli = cli, .uid = uid });
}

int parent_check_all(Cli *cli, int *ret_n)
{
        PartsCheck parts = { .cli = cli };
        ObjectFilter events = { .kinds = 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT };
        int r = object_each(cli->store, &events, on_event, &parts);
        *ret_n += parts.n_outside;
        return r;
}
