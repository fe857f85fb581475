#include "office/event-occurrences.h"

#include "base/html.h"
#include "office/write.h"

#include <stdio.h>
#include <string.h>

enum { OCCURRENCES_MAX = 20 };

typedef struct OccurrencesPart {
        OfficeCall *call;
        bool may_write;
        const FormFaults *faults; /* of the form that is shown again; NULL if none is */
} OccurrencesPart;

/* Writes a field of the new date or time, with its fault if it is the one that was sent. */
static void write_to(const OccurrencesPart *part, const char *name, const char *label, bool is_sent,
                const char *value)
{
        OfficeCall *call = part->call;
        const char *fault = is_sent ? form_fault_of(part->faults, name) : NULL;
        buffer_printf(&call->out, "<label>%s <input type=\"%s\" name=\"%s\"", label,
                        strcmp(name, "to-day") == 0 ? "date" : "time", name);
        if (fault)
                buffer_printf(&call->out, " id=\"%s\" aria-invalid=\"true\" aria-describedby=\"%s-fault\"",
                                name, name);
        buffer_puts(&call->out, " value=\"");
        html_escape(&call->out, is_sent ? office_form(call, name) : value);
        buffer_puts(&call->out, "\"></label>\n");
        if (fault)
                buffer_printf(&call->out, "<span class=\"fault\" id=\"%s-fault\">%s</span>\n", name, fault);
}

static void write_occurrence(const OccurrencesPart *part, const Occurrence *occurrence)
{
        OfficeCall *call = part->call;
        char at[48], day[32], clock[16];
        const CivilTime *civil = &occurrence->start.civil;
        bool is_off = occurrence->status == EVENT_CANCELLED;
        snprintf(day, sizeof(day), "%04d-%02d-%02d", civil->year, civil->month, civil->day);
        snprintf(clock, sizeof(clock), "%02d:%02d", civil->hour, civil->minute);
        snprintf(at, sizeof(at), "%sT%s", day, clock);
        bool is_sent = part->faults && strcmp(office_form(call, "at"), at) == 0;
        buffer_puts(&call->out, is_off ? "<li class=\"off\"><span>" : "<li><span>");
        write_span(call, &occurrence->start, &occurrence->end);
        buffer_puts(&call->out, "</span>\n");
        if (part->may_write) {
                buffer_printf(&call->out, "<details%s><summary>%s</summary>\n", is_sent ? " open" : "",
                                call->strings->occurrence_change);
                form_begin(call, NULL, "bar-form");
                form_hidden(call, "action", "occurrence");
                form_hidden(call, "at", at);
                write_to(part, "to-day", call->strings->start_day, is_sent, day);
                if (occurrence->start.form != WHEN_DATE)
                        write_to(part, "to-time", call->strings->start_time, is_sent, clock);
                form_submit(call, "how", "move", NULL, call->strings->occurrence_move);
                if (!is_off)
                        form_submit(call, "how", "cancel", "quiet", call->strings->occurrence_cancel);
                form_end(call);
                buffer_puts(&call->out, "</details>\n");
        }
        buffer_puts(&call->out, "</li>\n");
}

int event_occurrences_write(OfficeCall *call, const Event *event, bool may_write, const FormFaults *faults)
{
        const OccurrencesPart part = { call, may_write, faults };
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        if (!event_is_recurring(event))
                return 0;
        int r = occurrences_new(event, call->view.config->time_zone, call->now, USEC_INFINITY, &iterator);
        buffer_printf(&call->out, "<section><h2>%s</h2>\n<ul class=\"occurrences\">\n",
                        call->strings->occurrences);
        for (int i = 0; r == 0 && i < OCCURRENCES_MAX && (r = occurrences_next(iterator, &occurrence)) == 0;
                        i++)
                write_occurrence(&part, &occurrence);
        buffer_puts(&call->out, "</ul></section>\n");
        return r == OCCURRENCE_END ? 0 : r;
}
