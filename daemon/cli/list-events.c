#include "cli/list-events.h"

#include "base/array.h"
#include "base/json.h"
#include "calendar/event.h"
#include "cli/describe.h"
#include "cli/loss.h"
#include "cli/output.h"
#include "cli/title.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1024 * 1024 };

/* Columns of a terminal. */
enum { KIND_COLUMN = 36, NAME_COLUMN = 58 };

struct ListRow {
        usec_t start;
        size_t number; /* in the order of addition, for rows of the same start */
        char *line, *uid;
};

/* An event, and the occurrence that a row is about. */
typedef struct Item {
        const ObjectRecord *record;
        const Event *event;
        const Occurrence *occurrence; /* NULL for an event as a whole */
        When start, end;
        const char *title, *location;
        EventStatus status;
} Item;

static const char *status_word(const CliStrings *strings, EventStatus status)
{
        return strings->words[status == EVENT_CANCELLED ? WORD_CANCELLED : WORD_TENTATIVE];
}

/* Appends the name in the reader's language. The own name of an occurrence is in one language only. */
static void append_title(const ListEvents *list, const Item *item, Buffer *line)
{
        if (strcmp(item->title, item->record->name) == 0)
                title_append(list->cli, item->event, NULL, item->title, line);
        else
                buffer_puts(line, item->title);
}

static int write_text(const ListEvents *list, const Item *item, Buffer *line)
{
        int r = describe_span(list->cli, &item->start, &item->end, line);
        output_column(line, KIND_COLUMN);
        buffer_puts(line, describe_kind(list->cli, item->event));
        output_column(line, NAME_COLUMN);
        append_title(list, item, line);
        if (item->status == EVENT_CANCELLED || item->status == EVENT_TENTATIVE)
                buffer_printf(line, " [%s]", status_word(list->cli->strings, item->status));
        return r;
}

static void when_member(Buffer *out, const char *name, const When *when)
{
        char text[17];
        if (when->form == WHEN_NONE)
                return;
        when_format(when, text);
        json_member(out, name, text);
}

static const char *status_name(const Item *item)
{
        return item->status == EVENT_CANCELLED ? "CANCELLED" : item->record->status;
}

static void write_json(const Item *item, Buffer *line)
{
        const When *start = &item->start, *end = &item->end;
        buffer_putc(line, '{');
        json_member(line, "uid", item->record->uid);
        json_member(line, "kind", event_category(item->event, 0));
        json_member(line, "summary", item->title);
        when_member(line, "start", start);
        when_member(line, "end", end);
        if (start->form == WHEN_ZONED)
                json_member(line, "tzid", zone_name(start->zone));
        if (end->form == WHEN_ZONED && (start->form != WHEN_ZONED || end->zone != start->zone))
                json_member(line, "end_tzid", zone_name(end->zone));
        if (item->occurrence)
                when_member(line, "recurrence_id", &item->occurrence->recurrence_id);
        json_member(line, "status", status_name(item));
        json_member(line, "location", item->location);
        json_member(line, "parent", event_parent(item->event));
        json_member(line, "date_basis", event_text_property(item->event, "X-CONVENED-DATE-BASIS"));
        json_member(line, "collection", item->record->collection);
        buffer_putc(line, '}');
}

static void print_row(ListEvents *list, const char *line, const char *uid)
{
        list->n_printed++;
        if (list->json)
                puts(line);
        else
                output_row(line, uid);
}

static int keep_row(ListEvents *list, usec_t start, const char *line, const char *uid)
{
        ListRow *rows = array_grow(list->rows, list->n, sizeof(*rows));
        if (!rows)
                return -ENOMEM;
        list->rows = rows;
        ListRow *row = &list->rows[list->n];
        *row = (ListRow){ start, list->n, strdup(line), strdup(uid) };
        list->n++;
        return row->line && row->uid ? 0 : -ENOMEM;
}

static int add_item(ListEvents *list, const Item *item)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        int r = 0;
        if (list->json)
                write_json(item, &line);
        else
                r = write_text(list, item, &line);
        if (r == 0)
                r = buffer_error(&line);
        if (r == 0 && item->occurrence)
                return keep_row(list, item->occurrence->start_usec, buffer_text(&line), item->record->uid);
        if (r == 0)
                print_row(list, buffer_text(&line), item->record->uid);
        return r;
}

static int add_occurrence(ListEvents *list, const ObjectRecord *record, const Event *event,
                const Occurrence *occurrence)
{
        const char *title = occurrence_text(event, occurrence, "SUMMARY");
        /* For an event that does not recur, event_end() keeps the zone in which the end was given. */
        bool is_only = occurrence->recurrence_id.form == WHEN_NONE;
        return add_item(list, &(Item){ .record = record,
                                              .event = event,
                                              .occurrence = occurrence,
                                              .start = occurrence->start,
                                              .end = is_only ? event_end(event) : occurrence->end,
                                              .title = title ? title : record->name,
                                              .location = occurrence_text(event, occurrence, "LOCATION"),
                                              .status = occurrence->status });
}

static int add_occurrences(ListEvents *list, const ObjectRecord *record, const Event *event)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        int r = occurrences_new(event, list->cli->config->time_zone, list->from, list->to, &iterator);
        while (r == 0) {
                r = occurrences_next(iterator, &occurrence);
                if (r == 0)
                        r = add_occurrence(list, record, event, &occurrence);
                if (list->to == USEC_INFINITY)
                        break;
        }
        return r == OCCURRENCE_END ? 0 : r;
}

static int add_whole(ListEvents *list, const ObjectRecord *record, const Event *event)
{
        return add_item(list, &(Item){ .record = record,
                                              .event = event,
                                              .start = event_start(event),
                                              .end = event_end(event),
                                              .title = record->name,
                                              .location = event_text_property(event, "LOCATION"),
                                              .status = event_status(event) });
}

int list_events_add(ListEvents *list, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(list->cli->zones, record->text, record->len, &event, NULL);
        if (r < 0)
                return r;
        if (r != 0) {
                list->n_damaged++;
                loss_report_damaged(list->cli, record);
                return 0;
        }
        bool bounded = list->from != 0 || list->to != 0;
        return bounded ? add_occurrences(list, record, event) : add_whole(list, record, event);
}

static int compare_rows(const void *a, const void *b)
{
        const ListRow *one = a, *other = b;
        if (one->start != other->start)
                return one->start < other->start ? -1 : 1;
        return one->number < other->number ? -1 : one->number > other->number;
}

void list_events_print(ListEvents *list)
{
        if (list->n)
                qsort(list->rows, list->n, sizeof(*list->rows), compare_rows);
        for (size_t i = 0; i < list->n; i++)
                print_row(list, list->rows[i].line, list->rows[i].uid);
}

void list_events_done(ListEvents *list)
{
        for (size_t i = 0; i < list->n; i++) {
                free(list->rows[i].line);
                free(list->rows[i].uid);
        }
        free(list->rows);
}
