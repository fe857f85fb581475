/*
 * The lines are read into a list of entries. Then each VTIMEZONE and each event is checked by itself, with
 * the checks of event_parse(). A line that fails is corrected, omitted or left as it is, depending on the
 * table of properties (calendar/repair-lines.c). Then missing properties are added, and older copies of an
 * event are omitted. At the end the entries are written in their order; unchanged lines are copied byte for
 * byte.
 */

#include "calendar/repair.h"

#include "base/phrase.h"
#include "calendar/alarm.h"
#include "calendar/event-property.h"
#include "calendar/repair-omit.h"
#include "calendar/repair-zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 60 };

static const char *kind_of(const Repair *repair, const Block *block)
{
        return repair->entries[block->begin].line.value;
}

static bool is_event(const Repair *repair, const Block *block)
{
        const char *kind = kind_of(repair, block);
        return block->end > block->begin && (strcmp(kind, "VEVENT") == 0 || strcmp(kind, "VJOURNAL") == 0);
}

/* Finds the line named @name in the block. Return: NULL if there is none, or if the line is omitted. */
static Entry *find_entry(const Repair *repair, const Block *block, const char *name)
{
        for (size_t i = block->begin + 1; i < block->end; i++) {
                Entry *entry = &repair->entries[i];
                if (!entry->left_out && entry->line.depth == 2 && entry->name &&
                                strcmp(entry->name, name) == 0)
                        return entry;
        }
        return NULL;
}

static void leave_out_block(Repair *repair, size_t begin, size_t end)
{
        for (size_t i = begin; i <= end; i++)
                repair->entries[i].left_out = true;
}

static int add_zone(Repair *repair, Zone *zone)
{
        OwnZone *own = arena_allocate(&repair->event->arena, sizeof(*own));
        if (!own) {
                zone_unref(zone);
                return -ENOMEM;
        }
        *own = (OwnZone){ repair->event->own_zones, zone };
        repair->event->own_zones = own;
        return 0;
}

/*
 * Adds the zone of a VTIMEZONE to the event. An invalid VTIMEZONE is omitted if the table knows its name,
 * and corrected otherwise.
 */
static int repair_zone(Repair *repair, const Block *block)
{
        Entry *begin = &repair->entries[block->begin];
        const Entry *end = &repair->entries[block->end], *tzid = find_entry(repair, block, "TZID");
        Zone *zone = NULL;
        const Zone *known;
        int r = zone_from_vtimezone(begin->line.raw,
                        (size_t)(end->line.raw + end->line.raw_len - begin->line.raw), &zone);
        if (r == ZONE_E_INVALID && tzid &&
                        zone_table_get(repair->event->zones, tzid->line.value, &known) == 0) {
                leave_out_block(repair, block->begin, block->end);
                return repair_warn(repair, &(Entry){ .line = begin->line, .name = "VTIMEZONE" },
                                "is no valid time zone", "it is left out, since its name is known");
        }
        if (r == ZONE_E_INVALID)
                r = repair_own_zone(repair, block, &zone);
        return r == 0 && zone ? add_zone(repair, zone) : r < 0 ? r : 0;
}

/*
 * Checks a line. If it fails, the dates read from it are dropped, because it may be checked again in
 * another form.
 */
static int check(Repair *repair, Block *block, const ContentLine *line, uint64_t *seen, InputError *error)
{
        Event *event = repair->event;
        uint64_t before = *seen;
        size_t n_rdates = event->rdates.n, n_ends = event->rdate_ends.n, n_exdates = event->exdates.n;
        int r = event_check_property(event, &block->component, line, seen, error);
        if (r == 0)
                return 0;
        *seen = before;
        event->rdates.n = n_rdates;
        event->rdate_ends.n = n_ends;
        event->exdates.n = n_exdates;
        return r;
}

/* Adds the offset of a zone such as Etc/GMT-3, whose name has the sign of POSIX: " (UTC+3)". */
static void tell_offset(const char *line, char *done, size_t size)
{
        static const char head[] = "TZID=Etc/GMT";
        const char *sign = strstr(line, head);
        sign = sign ? sign + strlen(head) : "";
        size_t len = strlen(done);
        if (*sign == '+' || *sign == '-')
                snprintf(done + len, size - len, " (UTC%c%d)", *sign == '-' ? '+' : '-', atoi(sign + 1));
}

/*
 * Replaces a line by its correction, and reports the fault. Return: 0, EVENT_E_INVALID if no correction is
 * known or it does not pass the check, negative errno.
 */
static int write_anew(Repair *repair, Block *block, Entry *entry, uint64_t *seen, const InputError *fault)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        InputError unused;
        ContentLine line;
        char done[SHOWN_MAX + 80];
        const RepairProperty *property = repair_property(entry->name);
        if (!property || !property->repair || !property->repair(&repair->context, &entry->line, &text) ||
                        !repair_read_line(repair, buffer_text(&text), text.len, &line))
                return EVENT_E_INVALID;
        line.number = entry->line.number;
        line.depth = entry->line.depth;
        int r = check(repair, block, &line, seen, &unused);
        if (r != 0)
                return r;
        entry->replacement = arena_copy(&repair->event->arena, buffer_text(&text), text.len);
        entry->line = line;
        if (!entry->replacement)
                return -ENOMEM;
        snprintf(done, sizeof(done), phrase("it is read as %.*s"), SHOWN_MAX, entry->replacement);
        tell_offset(entry->replacement, done, sizeof(done));
        return repair_warn(repair, entry, fault->message, done);
}

/* Returns the rule that was read from an RRULE or EXRULE line; NULL for another line. */
static const Rule *last_rule(const Repair *repair, const Entry *entry)
{
        const Event *event = repair->event;
        if (strcmp(entry->name, "RRULE") == 0 && event->n_rules > 0)
                return event->rules[event->n_rules - 1];
        return strcmp(entry->name, "EXRULE") == 0 && event->n_exrules > 0
                               ? event->exrules[event->n_exrules - 1]
                               : NULL;
}

static bool is_midnight(const When *when)
{
        return !when->civil.hour && !when->civil.minute && !when->civil.second;
}

/* Returns the fault if the line's value is in another form than DTSTART of the series; otherwise NULL. */
static const char *find_odd_form(const Repair *repair, const Block *block, const Entry *entry)
{
        const When *start = &repair->context.series_start, *id = &block->component.recurrence_id;
        if (start->form == WHEN_NONE)
                return NULL;
        if (strcmp(entry->name, "RECURRENCE-ID") == 0 && !when_same_form(id, start))
                return "is of another form than DTSTART of the series";
        const WhenList *dates = &repair->event->rdates;
        if (strcmp(entry->name, "RDATE") == 0 && start->form == WHEN_DATE && dates->n > 0 &&
                        dates->items[dates->n - 1].form != WHEN_DATE &&
                        is_midnight(&dates->items[dates->n - 1]))
                return "is of another form than DTSTART";
        const Rule *rule = last_rule(repair, entry);
        WhenForm until = rule ? rule->until.form : WHEN_NONE;
        bool odd = (start->form == WHEN_DATE && until != WHEN_DATE) ||
                   (start->form == WHEN_FLOATING && until == WHEN_UTC);
        return until != WHEN_NONE && odd ? "UNTIL is of another form than DTSTART" : NULL;
}

/* @n_rdates: number of the RDATEs before the line */
static int repair_form(
                Repair *repair, Block *block, Entry *entry, uint64_t *seen, uint64_t before, size_t n_rdates)
{
        const char *odd = find_odd_form(repair, block, entry);
        InputError fault;
        if (!odd)
                return 0;
        repair->event->n_rules -= strcmp(entry->name, "RRULE") == 0;
        repair->event->n_exrules -= strcmp(entry->name, "EXRULE") == 0;
        repair->event->rdates.n = repair->event->rdate_ends.n = n_rdates;
        *seen = before;
        input_error_set(&fault, entry->line.number, entry->name, "%s", phrase(odd));
        return write_anew(repair, block, entry, seen, &fault);
}

static int repair_line(Repair *repair, Block *block, Entry *entry, uint64_t *seen)
{
        InputError fault = { 0 };
        uint64_t before = *seen;
        size_t n_rdates = repair->event->rdates.n;
        int r = check(repair, block, &entry->line, seen, &fault);
        if (r == 0)
                r = repair_form(repair, block, entry, seen, before, n_rdates);
        else if (r == EVENT_E_INVALID)
                r = write_anew(repair, block, entry, seen, &fault);
        if (r == EVENT_E_INVALID && repair_may_omit(repair, block, entry)) {
                entry->left_out = true;
                return repair_warn(repair, entry, fault.message, "the line is left out");
        }
        return r == EVENT_E_INVALID || r == 0 ? repair_note_kept(repair, entry) : r;
}

/* Checks an alarm, and omits it if it is invalid: an alarm does not change the event. */
static int repair_alarm(Repair *repair, size_t begin, size_t end)
{
        Alarm alarm = { .line = repair->entries[begin].line.number };
        InputError fault;
        int r = 0;
        for (size_t i = begin + 1; r == 0 && i < end; i++)
                if (!repair->entries[i].left_out && repair->entries[i].line.name)
                        r = line_list_add(&alarm.lines, &repair->event->arena, &repair->entries[i].line);
        if (r == 0)
                r = alarm_check(&repair->event->arena, &alarm, &fault);
        if (r != EVENT_E_INVALID)
                return r;
        leave_out_block(repair, begin, end);
        return repair_warn(repair, &(Entry){ .line = { .number = fault.line }, .name = fault.where },
                        fault.message, "the alarm is left out");
}

static size_t find_end(const Repair *repair, size_t begin, size_t limit)
{
        size_t i = begin + 1;
        while (i < limit &&
                        (!repair->entries[i].line.name || strcmp(repair->entries[i].line.name, "END") != 0 ||
                                        repair->entries[i].line.depth != repair->entries[begin].line.depth))
                i++;
        return i;
}

static int repair_lines(Repair *repair, Block *block)
{
        uint64_t seen = 0;
        int r = repair_class(repair, block);
        for (size_t i = block->begin + 1; r == 0 && i < block->end; i++) {
                Entry *entry = &repair->entries[i];
                if (entry->left_out || !entry->line.name || entry->line.depth != 2)
                        continue;
                if (strcmp(entry->name, "BEGIN") != 0) {
                        r = repair_line(repair, block, entry, &seen);
                        continue;
                }
                size_t end = find_end(repair, i, block->end);
                if (strcmp(entry->line.value, "VALARM") == 0)
                        r = repair_alarm(repair, i, end);
                i = end;
        }
        repair_forget_kept(repair);
        return r;
}

static int leave_out(Repair *repair, Entry *entry, const char *why)
{
        if (!entry)
                return 0;
        entry->left_out = true;
        return repair_warn(repair, entry, why, "the line is left out");
}

/*
 * Returns the end in the form of DTSTART: a time without a zone is in the zone of DTSTART, a date is its
 * midnight, and a time of an all-day event is the end of its day.
 */
static When end_like_start(const Repair *repair, const Block *block)
{
        const When *start = &block->component.start;
        When end = block->component.end;
        if (start->form == WHEN_DATE && !is_midnight(&end)) {
                end = repair_local(&repair->context, &end);
                bool is_day = is_midnight(&end);
                end.civil.hour = end.civil.minute = end.civil.second = 0;
                if (!is_day)
                        end.civil = civil_from_seconds(civil_seconds(&end.civil) + SEC_PER_DAY);
        }
        end.form = start->form;
        end.zone = start->zone;
        return end;
}

static bool is_same_day(const When *a, const When *b)
{
        return a->civil.year == b->civil.year && a->civil.month == b->civil.month &&
               a->civil.day == b->civil.day;
}

/* Writes DTEND in the form of DTSTART, or leaves out a DTEND that is the day of a DTSTART with a time. */
static int repair_end(Repair *repair, const Block *block)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        char value[17], done[SHOWN_MAX + 80];
        Entry *entry = find_entry(repair, block, "DTEND");
        When end = end_like_start(repair, block);
        const When *start = &block->component.start;
        if (block->component.end.form == WHEN_DATE && is_same_day(&end, start))
                return leave_out(repair, entry, "is of another form than DTSTART");
        when_format(&end, value);
        buffer_puts(&line, "DTEND");
        if (end.form == WHEN_DATE)
                content_write_param(&line, "VALUE", "DATE");
        if (end.form == WHEN_ZONED) {
                const char *tzid = content_line_param(&find_entry(repair, block, "DTSTART")->line, "TZID");
                content_write_param(&line, "TZID", tzid);
        }
        buffer_printf(&line, ":%s", value);
        entry->replacement = arena_copy(&repair->event->arena, buffer_text(&line), line.len);
        snprintf(done, sizeof(done), phrase("it is read as %.*s"), SHOWN_MAX, buffer_text(&line));
        return entry->replacement ? repair_warn(repair, entry, "is of another form than DTSTART", done)
                                  : -ENOMEM;
}

/* Corrects DTEND and DURATION if they contradict each other or DTSTART. */
static int repair_span(Repair *repair, Block *block)
{
        Component *component = &block->component;
        const When *start = &component->start, *end = &component->end;
        bool dates = start->form == WHEN_DATE, has_end = end->form != WHEN_NONE;
        Entry *duration = find_entry(repair, block, "DURATION");
        if (has_end && component->end_is_nominal)
                return leave_out(repair, duration, "excludes DTEND");
        if (dates && end->form == WHEN_DATE && when_compare(start, end) == 0)
                return leave_out(repair, find_entry(repair, block, "DTEND"),
                                "is the day of DTSTART, which is a whole day without it");
        if (has_end && start->form != WHEN_NONE &&
                        (dates != (end->form == WHEN_DATE) ||
                                        (end->form == WHEN_FLOATING && start->form != WHEN_FLOATING)))
                return repair_end(repair, block);
        int64_t days = component->duration.seconds / SEC_PER_DAY;
        if (!duration || !dates || days == 0 || component->duration.seconds % SEC_PER_DAY != 0)
                return 0;
        char text[64];
        snprintf(text, sizeof(text), "DURATION:P%lldD", (long long)(component->duration.days + days));
        duration->replacement = arena_copy(&repair->event->arena, text, strlen(text));
        return duration->replacement ? repair_warn(repair, duration, "has hours, but DTSTART is a date",
                                                       "it is read as days")
                                     : -ENOMEM;
}

static int add_line(Repair *repair, Block *block, const char *name, const char *value)
{
        char line[128];
        Entry *begin = &repair->entries[block->begin];
        int len = snprintf(line, sizeof(line), "%s%s%s:%s", begin->added ? begin->added : "",
                        begin->added ? "\n" : "", name, value);
        begin->added = arena_copy(&repair->event->arena, line, (size_t)len);
        char done[128];
        snprintf(done, sizeof(done), phrase("%s is added"), name);
        return begin->added ? repair_warn(repair,
                                              &(Entry){ .line = begin->line,
                                                              .name = kind_of(repair, block) },
                                              "a property is missing", done)
                            : -ENOMEM;
}

/*
 * Adds a UID that is the same on each import. It is a hash of the lines except the stamps and SEQUENCE,
 * which differ between downloads.
 */
static int add_uid(Repair *repair, Block *block)
{
        static const char *const moving[] = { "DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE" };
        char hash[HASH_HEX_SIZE], uid[64];
        Hash *content = hash_new();
        if (!content)
                return -ENOMEM;
        for (size_t i = block->begin; i < block->end; i++) {
                const Entry *entry = &repair->entries[i];
                bool counts = !entry->left_out && entry->line.name && entry->line.depth == 2;
                for (size_t k = 0; counts && k < sizeof(moving) / sizeof(moving[0]); k++)
                        counts = strcmp(entry->name, moving[k]) != 0;
                if (!counts)
                        continue;
                hash_field(content, entry->name);
                hash_field(content, entry->line.value);
        }
        hash_finish(content, hash);
        hash_free(content);
        snprintf(uid, sizeof(uid), "%.32s@import.invalid", hash);
        return add_line(repair, block, "UID", uid);
}

static int repair_event(Repair *repair, Block *block)
{
        char stamp[17];
        block->component.is_draft = strcmp(kind_of(repair, block), "VJOURNAL") == 0;
        block->component.is_override = find_entry(repair, block, "RECURRENCE-ID") != NULL;
        repair->event->n_rules = repair->event->n_exrules = repair->event->n_ranges = 0;
        repair->event->rdates.n = repair->event->rdate_ends.n = repair->event->exdates.n = 0;
        int r = repair_lines(repair, block);
        if (r == 0)
                r = repair_span(repair, block);
        if (r == 0 && !find_entry(repair, block, "UID"))
                r = add_uid(repair, block);
        if (r == 0 && !find_entry(repair, block, "DTSTAMP")) {
                time_format_utc(repair->now, stamp);
                block->component.stamp = 0;
                r = add_line(repair, block, "DTSTAMP", stamp);
        }
        return r;
}

/* Records the form of the series, which UNTIL and RECURRENCE-IDs must have. */
static void note_series(Repair *repair, const Block *block)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(REPAIR_LINE_MAX_BYTES);
        const Entry *start = find_entry(repair, block, "DTSTART");
        ContentLine line;
        InputError unused;
        if (!start || find_entry(repair, block, "RECURRENCE-ID"))
                return;
        line = start->line;
        if (event_read_when(repair->event, &line, line.value, &repair->context.series_start, &unused) != 0 &&
                        repair_moment(&repair->context, &line, &text) &&
                        repair_read_line(repair, buffer_text(&text), text.len, &line))
                event_read_when(repair->event, &line, line.value, &repair->context.series_start, &unused);
        repair->context.series_tzid = content_line_param(&line, "TZID");
}

/*
 * If there are several copies of one event, keeps only the newest (RFC 5546, 2.1.5); of equal copies, the
 * last.
 */
static int leave_out_copies(Repair *repair)
{
        Block *newest = NULL;
        int r = 0;
        for (size_t i = 0; r == 0 && i < repair->n_blocks; i++) {
                Block *block = &repair->blocks[i];
                if (!is_event(repair, block) || block->component.is_override)
                        continue;
                bool is_older = newest &&
                                component_compare_versions(&block->component, &newest->component) < 0;
                Block *older = is_older ? block : newest;
                if (older) {
                        leave_out_block(repair, older->begin, older->end);
                        r = repair_warn(repair,
                                        &(Entry){ .line = repair->entries[older->begin].line,
                                                        .name = kind_of(repair, older) },
                                        "is an older copy of an event with the same UID", "it is left out");
                }
                newest = older == block ? newest : block;
        }
        return r;
}

static int repair_blocks(Repair *repair)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < repair->n_blocks; i++)
                if (strcmp(kind_of(repair, &repair->blocks[i]), "VTIMEZONE") == 0)
                        r = repair_zone(repair, &repair->blocks[i]);
        for (size_t i = 0; r == 0 && i < repair->n_blocks; i++)
                if (is_event(repair, &repair->blocks[i]))
                        note_series(repair, &repair->blocks[i]);
        for (size_t i = 0; r == 0 && i < repair->n_blocks; i++)
                if (is_event(repair, &repair->blocks[i]))
                        r = repair_event(repair, &repair->blocks[i]);
        return r == 0 ? leave_out_copies(repair) : r;
}

int calendar_repair(const RepairSource *source, const char *text, size_t len, Buffer *out, Buffer *lines,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata)
{
        CLEANUP(event_freep) Event *event = calloc(1, sizeof(*event));
        if (!event)
                return -ENOMEM;
        event->zones = source->zones;
        Repair repair = {
                .now = source->now,
                .event = event,
                .context = { .event = event, .fallback = source->fallback },
                .on_warning = on_warning,
                .userdata = userdata,
        };
        int r = repair_read(&repair, text, len);
        if (r == 0)
                r = repair_blocks(&repair);
        return r != 0 ? r : repair_write(&repair, out, lines);
}
