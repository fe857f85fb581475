#include "cli/draft-print.h"

#include "draft/json.h"
#include "draft/marks.h"

#include <errno.h>
#include <stdio.h>

typedef struct Printer {
        const Cli *cli;
        const DraftSet *set;
        bool explain;
        Buffer *out;
} Printer;

/* Appends "  Title: value", and with --explain where it comes from. */
static void put(const Printer *printer, CliDraftTitle title, const char *value, const DraftField *field)
{
        const Cli *cli = printer->cli;
        if (!field->text)
                return;
        buffer_printf(printer->out, "  %s: %s\n", cli->strings->draft_titles[title], value);
        if (!printer->explain)
                return;
        buffer_printf(printer->out, "      %s, %s", draft_basis_name(field->basis),
                        draft_why_text(field->why, cli->language));
        if (field->end > field->start)
                buffer_printf(printer->out, " [%u-%u]: %.*s", field->start, field->end,
                                (int)(field->end - field->start), printer->set->text + field->start);
        buffer_puts(printer->out, "\n");
}

static void put_dates(const Printer *printer, const DraftEvent *event)
{
        char from[16], to[16], text[64];
        draft_day_text(&event->from, from);
        draft_day_text(&event->to, to);
        snprintf(text, sizeof(text), "%s%s%s", from, from[0] && to[0] ? " - " : "", to);
        put(printer, event->form == DATE_WINDOW ? DRAFT_TITLE_WINDOW : DRAFT_TITLE_DATES, text,
                        &event->dates);
        if (event->start_minute < 0)
                return;
        snprintf(text, sizeof(text), "%02d:%02d", event->start_minute / 60 % 100, event->start_minute % 60);
        if (event->end_minute >= 0)
                snprintf(text + 5, sizeof(text) - 5, " - %02d:%02d", event->end_minute / 60 % 100,
                                event->end_minute % 60);
        put(printer, DRAFT_TITLE_TIME, text, &event->time);
}

static void put_event(const Printer *printer, size_t i)
{
        const DraftSet *set = printer->set;
        const DraftEvent *event = &set->events[i];
        buffer_printf(printer->out, "%zu. %s\n", i + 1, event->title.text ? event->title.text : "");
        put(printer, DRAFT_TITLE_TITLE, event->title.text, &event->title);
        put(printer, DRAFT_TITLE_OTHER, event->other_title.text, &event->other_title);
        put(printer, DRAFT_TITLE_KIND, event->kind.text, &event->kind);
        put_dates(printer, event);
        put(printer, DRAFT_TITLE_ZONE, event->zone.text, &event->zone);
        put(printer, DRAFT_TITLE_TOWN, event->town.text, &event->town);
        put(printer, DRAFT_TITLE_VENUE, event->venue.text, &event->venue);
        put(printer, DRAFT_TITLE_PART_OF, event->parent_words.text, &event->parent_words);
        for (size_t k = 0; k < set->n_bodies; k++)
                if (set->bodies[k].event == i)
                        put(printer, DRAFT_TITLE_BODY, set->bodies[k].name.text, &set->bodies[k].name);
        for (size_t k = 0; k < set->n_persons; k++)
                if (set->persons[k].event == i)
                        put(printer, DRAFT_TITLE_PERSON, set->persons[k].name.text, &set->persons[k].name);
}

/* The words that were read stand in brackets. */
static int on_piece(const char *text, size_t len, bool is_marked, void *userdata)
{
        Buffer *out = userdata;
        buffer_puts(out, is_marked ? "[" : "");
        buffer_append(out, text, len);
        buffer_puts(out, is_marked ? "]" : "");
        return 0;
}

void draft_print(const Cli *cli, const DraftSet *set, bool explain, Buffer *out)
{
        const Printer printer = { cli, set, explain, out };
        if (set->n_events == 0)
                buffer_printf(out, "%s\n", cli->strings->draft_none);
        for (size_t i = 0; i < set->n_events; i++)
                put_event(&printer, i);
        for (size_t i = 0; i < set->n_contacts; i++)
                put(&printer, DRAFT_TITLE_CONTACT, set->contacts[i].value.text, &set->contacts[i].value);
        if (!explain)
                return;
        buffer_puts(out, "\n");
        if (draft_marks(set, on_piece, out) < 0 && out->error == 0)
                out->error = -ENOMEM;
}
