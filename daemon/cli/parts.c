#include "cli/parts.h"

#include "cli/describe.h"
#include "cli/edit-transaction.h"
#include "cli/output.h"
#include "store/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 64 * 1024, DATE_SIZE = 24, DAY_SECONDS = 86400 };

static void part_done(Part *part)
{
        free(part->uid);
        free(part->name);
        event_free(part->event);
}

void parts_done(Parts *parts)
{
        for (size_t i = 0; i < parts->n; i++)
                part_done(&parts->items[i]);
        free(parts->items);
}

void parts_keep(Parts *parts, bool (*is_wanted)(const Part *part, const void *userdata),
                const void *userdata)
{
        size_t n = 0;
        for (size_t i = 0; i < parts->n; i++)
                if (is_wanted(&parts->items[i], userdata))
                        parts->items[n++] = parts->items[i];
                else
                        part_done(&parts->items[i]);
        parts->n = n;
}

/* A search for the parts of one event. */
typedef struct Search {
        Cli *cli;
        const char *root;
        Parts *parts;
} Search;

static bool is_known(const Search *search, const char *uid)
{
        if (strcmp(uid, search->root) == 0)
                return true;
        for (size_t i = 0; i < search->parts->n; i++)
                if (strcmp(search->parts->items[i].uid, uid) == 0)
                        return true;
        return false;
}

/* @event: owned by @parts if 0 is returned */
static int add(Parts *parts, const ObjectRecord *record, Event *event)
{
        if (parts->n == parts->allocated) {
                size_t n = parts->allocated ? 2 * parts->allocated : 16;
                Part *items = reallocarray(parts->items, n, sizeof(*items));
                if (!items)
                        return -ENOMEM;
                parts->items = items;
                parts->allocated = n;
        }
        CLEANUP(cleanup_free) char *uid = strdup(record->uid);
        CLEANUP(cleanup_free) char *name = strdup(record->name);
        if (!uid || !name)
                return -ENOMEM;
        parts->items[parts->n++] = (Part){ TAKE_PTR(uid), TAKE_PTR(name), event };
        return 0;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        Search *search = userdata;
        CLEANUP(event_freep) Event *event = NULL;
        if (is_known(search, record->uid))
                return 0;
        int r = event_parse(search->cli->zones, record->text, record->len, &event, NULL);
        if (r != 0)
                return r < 0 ? r : 0;
        r = add(search->parts, record, event);
        if (r == 0)
                event = NULL;
        return r;
}

int parts_find(Cli *cli, const char *uid, Parts *ret)
{
        Search search = { .cli = cli, .root = uid, .parts = ret };
        int r = object_each_part(cli->store, uid, on_object, &search);
        for (size_t i = 0; r == 0 && i < ret->n; i++)
                r = object_each_part(cli->store, ret->items[i].uid, on_object, &search);
        return r;
}

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

PartShift parts_shift(const When *from, const When *to)
{
        if (from->form == WHEN_NONE || to->form == WHEN_NONE)
                return (PartShift){ 0, 0 };
        int64_t days = day_of(to) - day_of(from);
        bool is_timed = from->form != WHEN_DATE && to->form != WHEN_DATE;
        return (PartShift){ days,
                is_timed ? civil_seconds(&to->civil) - civil_seconds(&from->civil) : days * DAY_SECONDS };
}

static When shifted(When when, const PartShift *shift)
{
        int64_t seconds = when.form == WHEN_DATE ? shift->days * DAY_SECONDS : shift->seconds;
        when.civil = civil_from_seconds(civil_seconds(&when.civil) + seconds);
        when.later = 0;
        return when;
}

/* A date of a part as a property, with the memory for its text. */
typedef struct DateLine {
        char value[17], params[WHEN_PARAMS_SIZE];
        EditProperty property;
} DateLine;

static int write_date(const char *name, const When *when, DateLine *ret)
{
        when_format(when, ret->value);
        int r = when_params(when, ret->params);
        ret->property = (EditProperty){
                .name = name, .params = ret->params[0] ? ret->params : NULL, .value = ret->value
        };
        return r;
}

static int move_part(Cli *cli, const Part *part, const PartShift *shift)
{
        DateLine start, end;
        When first = shifted(event_start(part->event), shift), last = shifted(event_end(part->event), shift);
        bool has_end = event_property_line(part->event, "DTEND", 0) != NULL;
        int r = write_date("DTSTART", &first, &start);
        if (r == 0)
                r = write_date("DTEND", &last, &end);
        if (r != 0)
                return cli_refuse(cli, part->uid, r);
        const EditProperty properties[] = { start.property, has_end ? end.property : (EditProperty){ 0 },
                { 0 } };
        int code = edit_transaction_apply(cli, part->uid, properties, NULL, NULL);
        if (code == CLI_DONE)
                parts_tell_changed(cli, part);
        return code;
}

/* Whether all dates of the part follow from its start. The dates of a series may be given one by one. */
static bool is_movable(const Part *part)
{
        static const char *const others[] = { "EXDATE", "RDATE", "RECURRENCE-ID" };
        const ContentLine *rule = event_property_line(part->event, "RRULE", 0);
        Occurrence changed;
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
                if (event_property_line(part->event, others[i], 0))
                        return false;
        return event_start(part->event).form != WHEN_NONE &&
               !occurrence_of_override(part->event, 0, NULL, &changed) &&
               (!rule || (!strstr(rule->value, "UNTIL=") && !strstr(rule->value, ";BY")));
}

int parts_move(Cli *cli, const Parts *parts, const PartShift *shift)
{
        int code = CLI_DONE;
        if (shift->days == 0 && shift->seconds == 0)
                return CLI_DONE;
        for (size_t i = 0; code == CLI_DONE && i < parts->n; i++) {
                const Part *part = &parts->items[i];
                if (is_movable(part))
                        code = move_part(cli, part, shift);
                else if (event_is_recurring(part->event))
                        cli_error(cli, cli->strings->part_is_series,
                                        TEXT_ARGUMENTS({ "name", part->uid, 0 }));
        }
        return code;
}

/* Appends a blank and a word, quoted if a shell would not read it as it is. */
static void append_word(Buffer *out, const char *word)
{
        static const char plain[] =
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
        bool is_plain = word[0] && word[strspn(word, plain)] == '\0';
        buffer_puts(out, is_plain ? " " : " '");
        for (const char *c = word; *c; c++)
                if (*c == '\'')
                        buffer_puts(out, "'\\''");
                else
                        buffer_putc(out, *c);
        buffer_puts(out, is_plain ? "" : "'");
}

/* Appends a date as `convene date` reads it. */
static void append_date(Buffer *out, const When *when)
{
        char text[DATE_SIZE * 4];
        const CivilTime *civil = &when->civil;
        int n = snprintf(text, sizeof(text), "%04d-%02d-%02d", civil->year, civil->month, civil->day);
        if (when->form != WHEN_DATE)
                snprintf(text + n, sizeof(text) - (size_t)n, "T%02d:%02d", civil->hour, civil->minute);
        append_word(out, text);
}

/* Appends the command that moves a part, with its new start and end: for whole days, the last day. */
static void append_command(Buffer *out, const Part *part, const PartShift *shift)
{
        When start = shifted(event_start(part->event), shift), end = shifted(event_end(part->event), shift);
        if (end.form == WHEN_DATE)
                end.civil = civil_from_days(day_of(&end) - 1);
        buffer_puts(out, "convene date");
        append_word(out, part->uid);
        append_date(out, &start);
        if (when_compare(&start, &end) != 0)
                append_date(out, &end);
}

int parts_tell_left(Cli *cli, const Parts *parts, const PartShift *shift)
{
        CLEANUP(buffer_done) Buffer commands = BUFFER_INIT(LINE_BYTES);
        int64_t n = 0;
        if (shift->days == 0 && shift->seconds == 0)
                return 0;
        for (size_t i = 0; i < parts->n; i++) {
                if (!is_movable(&parts->items[i]))
                        continue;
                buffer_puts(&commands, n++ ? "\n" : "");
                append_command(&commands, &parts->items[i], shift);
        }
        if (n == 0)
                return 0;
        cli_error(cli, cli->strings->parts_left, TEXT_ARGUMENTS({ "n", NULL, n }));
        fputs("    ", stderr);
        output_lines(stderr, buffer_text(&commands));
        return buffer_error(&commands);
}

void parts_tell(Cli *cli, const char *pattern, const Parts *parts)
{
        CLEANUP(buffer_done) Buffer names = BUFFER_INIT(LINE_BYTES), command = BUFFER_INIT(LINE_BYTES);
        if (parts->n == 0)
                return;
        for (size_t i = 0; i < parts->n; i++)
                buffer_printf(&names, "%s%s", i ? ", " : "", parts->items[i].uid);
        buffer_printf(&command, "convene %s", cli->command->name);
        for (int i = 0; i < cli->n_words; i++)
                append_word(&command, cli->words[i]);
        buffer_puts(&command, " --with-parts");
        cli_error(cli, pattern,
                        TEXT_ARGUMENTS({ "n", NULL, (int64_t)parts->n }, { "name", cli->words[0], 0 },
                                        { "parts", buffer_text(&names), 0 },
                                        { "command", buffer_text(&command), 0 }));
}

void parts_tell_changed(Cli *cli, const Part *part)
{
        cli_print(cli, cli->strings->part_changed,
                        TEXT_ARGUMENTS({ "name", part->name, 0 }, { "uid", part->uid, 0 }));
}
