#include "cli/incoming.h"

#include "calendar/add.h"
#include "calendar/cancel.h"
#include "calendar/merge.h"
#include "calendar/repair.h"
#include "store/object.h"

#include <errno.h>

enum { TEXT_MAX_BYTES = 64 * 1024 * 1024 };

static int keep_warning(const InputError *warning, void *userdata)
{
        Buffer *warnings = userdata;
        buffer_append(warnings, warning, sizeof(*warning));
        return buffer_error(warnings);
}

/* Reports the warnings. Those of a text that is no part of the file have the line of the part. */
static int tell(const Incoming *incoming, const CalendarPart *part, bool is_part, const Buffer *warnings)
{
        const InputError *items = (const InputError *)(const void *)warnings->data;
        int r = 0;
        for (size_t i = 0; r == 0 && i < warnings->len / sizeof(*items); i++) {
                InputError warning = items[i];
                warning.line = is_part ? calendar_part_line(part, warning.line) : part->line;
                r = incoming->on_warning(&warning, incoming->userdata);
        }
        return r;
}

/* Returns the number of the line of the part from which a line of the mended text comes. */
static size_t original_line(const Buffer *lines, size_t line)
{
        const size_t *items = (const size_t *)(const void *)lines->data;
        return line > 0 && line <= lines->len / sizeof(*items) ? items[line - 1] : line;
}

/*
 * Mends a text, and parses it.
 * @is_part: the text is that of the part; otherwise it is merged from the part and what is stored
 */
static int read_mended(const Incoming *incoming, const CalendarPart *part, bool is_part, const Buffer *given,
                Event **ret, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(event_freep) Event *event = NULL;
        const Cli *cli = incoming->cli;
        const RepairSource source = { cli->zones, cli->config->time_zone, cli->now };
        int r = calendar_repair(&source, is_part ? part->text : given->data,
                        is_part ? part->len : given->len, &text, &lines, keep_warning, &warnings);
        if (r != 0)
                return r;
        r = event_parse(cli->zones, buffer_text(&text), text.len, &event, ret_error);
        if (r == EVENT_E_INVALID)
                ret_error->line = is_part ? calendar_part_line(part, original_line(&lines, ret_error->line))
                                          : part->line;
        if (r == 0)
                r = tell(incoming, part, is_part, &warnings);
        if (r == 0)
                *ret = TAKE_PTR(event);
        return r;
}

/* Refuses answers: their VEVENT is no version of the event, but would replace it (RFC 5546, 3.2). */
static bool refuse_method(const CalendarPart *part, InputError *error)
{
        if (part->method != CALENDAR_ANSWERS)
                return false;
        input_error_set(error, part->line, "METHOD", "is an answer to an invitation, and no event");
        return true;
}

/* The text of a part with the lines that RFC 5546 lets a message omit, and the numbers of its lines. */
typedef struct Completed {
        Buffer text, lines;
} Completed;

#define COMPLETED_INIT                                                                                      \
        {                                                                                                   \
                .text = BUFFER_INIT(TEXT_MAX_BYTES), .lines = BUFFER_INIT(TEXT_MAX_BYTES)                   \
        }

static void completed_done(Completed *completed)
{
        buffer_done(&completed->text);
        buffer_done(&completed->lines);
}

/*
 * Gives @part the text in which a VEVENT of CANCEL has its DTSTART, and one of ADD its RECURRENCE-ID.
 * Return: whether any lacked it.
 */
static bool complete(CalendarPart *part, Completed *completed)
{
        bool completes = false;
        if (part->method == CALENDAR_CANCELS)
                completes = cancel_add_starts(part->text, part->len, &completed->text, &completed->lines);
        if (part->method == CALENDAR_ADDS)
                completes = add_write_ids(part->text, part->len, &completed->text, &completed->lines);
        if (!completes)
                return false;
        size_t *lines = (size_t *)(void *)completed->lines.data;
        size_t n_lines = completed->lines.len / sizeof(*lines);
        for (size_t i = 0; i < n_lines; i++)
                lines[i] = lines[i] ? calendar_part_line(part, lines[i]) : 0;
        part->text = buffer_text(&completed->text);
        part->len = completed->text.len;
        part->lines = lines;
        part->n_lines = n_lines;
        return true;
}

int incoming_read(const Incoming *incoming, const CalendarPart *given, Event **ret, InputError *ret_error)
{
        CLEANUP(completed_done) Completed completed = COMPLETED_INIT;
        CalendarPart part = *given;
        if (refuse_method(&part, ret_error))
                return EVENT_E_INVALID;
        complete(&part, &completed);
        int r = event_parse(incoming->cli->zones, part.text, part.len, ret, ret_error);
        if (r != EVENT_E_INVALID)
                return r;
        ret_error->line = calendar_part_line(&part, ret_error->line);
        return incoming->strict ? r : read_mended(incoming, &part, true, NULL, ret, ret_error);
}

/*
 * Replaces an event by the merged text. The text is mended like one of a file: only beside the series it is
 * known that the RECURRENCE-ID of an instance is of another form, such as a midnight for a whole day.
 * @missing: warnings about instances that the series does not have
 */
static int take_merged(const Incoming *incoming, const CalendarPart *part, const Buffer *text,
                const Buffer *missing, Event **event, InputError *ret_error)
{
        CLEANUP(event_freep) Event *merged = NULL;
        int r = event_parse(incoming->cli->zones, buffer_text(text), text->len, &merged, ret_error);
        if (r == EVENT_E_INVALID && !incoming->strict)
                r = read_mended(incoming, part, false, text, &merged, ret_error);
        if (r == 0)
                r = tell(incoming, part, false, missing);
        if (r != 0)
                return r;
        event_free(*event);
        *event = TAKE_PTR(merged);
        return 0;
}

static int merge(const Incoming *incoming, const CalendarPart *part, const Event *kept, Event **event,
                InputError *ret_error)
{
        const Cli *cli = incoming->cli;
        bool is_cancel = part->method == CALENDAR_CANCELS;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer missing = BUFFER_INIT(TEXT_MAX_BYTES);
        const EventMerge how = { is_cancel, cli->config->time_zone, keep_warning, &missing };
        int r = is_cancel && event_has_series(*event) ? event_cancel(kept, *event, cli->now, &text)
                                                      : event_merge(kept, *event, &how, &text);
        if (missing.len > 0 && (r == EVENT_E_INVALID || (r == 0 && incoming->strict))) {
                *ret_error = *(const InputError *)(const void *)missing.data;
                return EVENT_E_INVALID;
        }
        if (r != 0)
                return r == EVENT_E_STALE ? STORE_E_STALE : r;
        return take_merged(incoming, part, &text, &missing, event, ret_error);
}

/*
 * Puts the kept instances of a series into the series, which has come after them. A newer version of the
 * series replaces them instead, and so does one that has none of them; then a warning names each.
 */
static int join_series(const Incoming *incoming, const CalendarPart *part, const Event *kept, Event **event,
                bool *ret_merged)
{
        InputError unused;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        CLEANUP(buffer_done) Buffer missing = BUFFER_INIT(TEXT_MAX_BYTES);
        const EventMerge how = { false, incoming->cli->config->time_zone, keep_warning, &missing };
        if (event_has_series(kept) || event_compare_versions(kept, *event) < 0)
                return 0;
        int r = event_merge(*event, kept, &how, &text);
        if (r == EVENT_E_INVALID) { /* the series has none of them */
                *ret_merged = true;
                return tell(incoming, part, false, &missing);
        }
        if (r == 0)
                r = take_merged(incoming, part, &text, &missing, event, &unused);
        *ret_merged = r == 0;
        return r < 0 ? r : 0;
}

/* Adds the instances of METHOD:ADD to the kept event (RFC 5546, 3.2.4). */
static int add_instances(
                const Incoming *incoming, const CalendarPart *part, Event **event, InputError *ret_error)
{
        const Cli *cli = incoming->cli;
        const Buffer none = BUFFER_INIT(0);
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *kept = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        int r = object_find(cli->store, event_uid(*event), &record);
        if (r == STORE_E_NOT_FOUND) {
                input_error_set(ret_error, part->line, "METHOD",
                                "ADD is for the event %s, which is not kept: ask its organizer for the whole event",
                                event_uid(*event));
                return EVENT_E_INVALID;
        }
        if (r == 0)
                r = event_parse(cli->zones, record->text, record->len, &kept, ret_error);
        if (r == 0)
                r = event_add(kept, *event, cli->config->time_zone, cli->now, &text, ret_error);
        if (r == 0)
                r = take_merged(incoming, part, &text, &none, event, ret_error);
        if (r == EVENT_E_INVALID)
                ret_error->line = part->line;
        return r == EVENT_E_STALE ? STORE_E_STALE : r;
}

int incoming_merge(const Incoming *incoming, const CalendarPart *part, Event **event, bool *ret_merged,
                InputError *ret_error)
{
        bool is_cancel = part->method == CALENDAR_CANCELS;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(event_freep) Event *kept = NULL;
        CLEANUP(completed_done) Completed unused = COMPLETED_INIT;
        CalendarPart copy = *part;
        *ret_merged = false;
        if (part->method == CALENDAR_ADDS) {
                int added = add_instances(incoming, part, event, ret_error);
                *ret_merged = added == 0;
                return added;
        }
        if (event_is_availability(*event))
                return 0;
        bool is_series = !is_cancel && event_has_series(*event);
        if (is_series && !event_is_recurring(*event))
                return 0;
        int r = object_find(incoming->cli->store, event_uid(*event), &record);
        if (r == STORE_E_NOT_FOUND)
                return is_cancel && (event_status(*event) != EVENT_CANCELLED || complete(&copy, &unused))
                                       ? r
                                       : 0;
        if (r != 0)
                return r;
        r = event_parse(incoming->cli->zones, record->text, record->len, &kept, ret_error);
        if (r >= 0 && is_series) /* a series replaces what cannot be read */
                return r == 0 ? join_series(incoming, part, kept, event, ret_merged) : 0;
        if (r == 0)
                r = merge(incoming, part, kept, event, ret_error);
        if (r == EVENT_E_INVALID)
                ret_error->line = part->line;
        *ret_merged = r == 0;
        return r;
}
