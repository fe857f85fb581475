#include "cli/parts.h"

#include "cli/describe.h"
#include "cli/edit-transaction.h"
#include "cli/output.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 64 * 1024, DATE_SIZE = 24 };

static int64_t day_of(const When *when)
{
        return civil_days(when->civil.year, when->civil.month, when->civil.day);
}

static int move_part(Cli *cli, const Part *part, const PartShift *shift)
{
        PartDates dates;
        int r = parts_move_dates(part->event, shift, &dates);
        if (r != 0)
                return cli_refuse(cli, part->uid, r);
        int code = edit_transaction_apply(cli, part->uid, dates.properties, NULL, NULL);
        if (code == CLI_DONE)
                parts_tell_changed(cli, part);
        return code;
}

int parts_move(Cli *cli, const Parts *parts, const PartShift *shift)
{
        int code = CLI_DONE;
        if (shift->days == 0 && shift->seconds == 0)
                return CLI_DONE;
        for (size_t i = 0; code == CLI_DONE && i < parts->n; i++) {
                const Part *part = &parts->items[i];
                if (parts_is_movable(part))
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
        When start = parts_shifted(event_start(part->event), shift),
             end = parts_shifted(event_end(part->event), shift);
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
                if (!parts_is_movable(&parts->items[i]))
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
