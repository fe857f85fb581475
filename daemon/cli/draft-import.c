#include "cli/draft-import.h"

#include "cli/edit-transaction.h"
#include "cli/output.h"
#include "draft/json.h"
#include "draft/keep.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 16 * 1024 };

/* Appends a word of a command in quotes, for a shell. */
static void put_quoted(Buffer *line, const char *text)
{
        buffer_putc(line, '\'');
        for (const char *c = text; *c; c++)
                if (*c == '\'')
                        buffer_puts(line, "'\\''");
                else
                        buffer_putc(line, *c);
        buffer_putc(line, '\'');
}

/* Prints a line of a diff. @sign: '-' or '+' */
static void print_line(char sign, const char *title, const char *value)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES);
        buffer_printf(&line, "  %c %s: %s", sign, title, value);
        output_line(stdout, buffer_text(&line));
}

static void print_days(char sign, const char *title, const char *start, const char *end)
{
        char days[64];
        bool is_one = !*end || strcmp(start, end) == 0;
        snprintf(days, sizeof(days), "%s%s%s", start, is_one ? "" : " - ", is_one ? "" : end);
        print_line(sign, title, days);
}

static void print_commands(const char *uid, const DraftChange *change)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(LINE_MAX_BYTES), place = BUFFER_INIT(LINE_MAX_BYTES);
        if (change->start[0]) {
                buffer_puts(&line, "  convene date ");
                put_quoted(&line, uid);
                buffer_printf(&line, " %s%s%s", change->start, change->end[0] ? " " : "", change->end);
                output_line(stdout, buffer_text(&line));
        }
        if (change->place.len == 0)
                return;
        buffer_puts(&place, "  convene set ");
        put_quoted(&place, uid);
        buffer_puts(&place, " LOCATION ");
        put_quoted(&place, buffer_text(&change->place));
        output_line(stdout, buffer_text(&place));
}

/* Prints what the text tells otherwise, as lines of a diff, and the commands that would change the event. */
static void print_change(const Cli *cli, const char *uid, const DraftChange *change)
{
        const char *const *titles = cli->strings->draft_titles;
        if (change->start[0]) {
                print_days('-', titles[DRAFT_TITLE_DATES], change->old_start, change->old_end);
                print_days('+', titles[DRAFT_TITLE_DATES], change->start, change->end);
        }
        if (change->place.len > 0 && *change->old_place)
                print_line('-', titles[DRAFT_TITLE_VENUE], change->old_place);
        if (change->place.len > 0)
                print_line('+', titles[DRAFT_TITLE_VENUE], buffer_text(&change->place));
        print_commands(uid, change);
}

static void on_kept(const DraftEvent *event, const char *uid, DraftKept kept, const DraftChange *change,
                void *userdata)
{
        const Cli *cli = userdata;
        const char *const patterns[] = { [DRAFT_CREATED] = cli->strings->draft_created,
                [DRAFT_UPDATED] = cli->strings->draft_updated,
                [DRAFT_UNCHANGED] = cli->strings->draft_unchanged,
                [DRAFT_KNOWN] = cli->strings->draft_known };
        char day[16];
        draft_day_text(&event->from, day);
        cli_print(cli, patterns[kept],
                        TEXT_ARGUMENTS({ "uid", uid, 0 },
                                        { "title", event->title.text ? event->title.text : "", 0 },
                                        { "date", day, 0 }));
        if (change)
                print_change(cli, uid, change);
}

int draft_import(Cli *cli, const DraftSet *set)
{
        int code = edit_transaction_begin(cli);
        if (code != CLI_DONE)
                return code;
        const DraftKeep keep = { cli->store, cli->config, cli->zones, cli->language, cli->now, on_kept,
                cli };
        int r = draft_keep(&keep, set);
        return edit_transaction_end(cli, r != 0 ? cli_refuse(cli, cli->words[0], r) : CLI_DONE);
}
