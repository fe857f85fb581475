#include "office/write.h"

#include "base/html.h"
#include "letter/strings.h"

enum { TEXT_BYTES = 16384 };

void write_time(OfficeCall *call, usec_t at)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        const Zone *zone = call->view.zone ? call->view.zone : call->view.config->time_zone;
        CivilTime civil = zone_to_civil(zone, at / USEC_PER_SEC);
        if (text_dates_write(call->view.dates, &text, TEXT_DATE_TIME, &civil) == 0)
                html_escape(&call->out, buffer_text(&text));
}

void write_span(OfficeCall *call, const When *start, const When *end)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        TextDates *dates = call->view.dates;
        const CivilTime *first = &start->civil, *last = &end->civil;
        /* The end of whole days is exclusive. */
        CivilTime day = civil_from_days(civil_days(last->year, last->month, last->day) - 1);
        int r = start->form == WHEN_DATE ? text_dates_range(dates, &text, first, &day)
                                         : text_dates_span(dates, &text, first, last);
        if (r == 0)
                html_escape(&call->out, buffer_text(&text));
}

void write_reasons(OfficeCall *call, const size_t n_reasons[static MAIL_N_REASONS])
{
        buffer_puts(&call->out, "<ul>\n");
        for (int i = 1; i < MAIL_N_REASONS; i++)
                if (n_reasons[i] > 0) {
                        buffer_printf(&call->out, "<li>%s: %zu, ", call->strings->announce_without,
                                        n_reasons[i]);
                        html_escape(&call->out, letter_reason(call->view.tag, (MailReason)i));
                        buffer_puts(&call->out, "</li>\n");
                }
        buffer_puts(&call->out, "</ul>\n");
}

int write_message(OfficeCall *call, const char *pattern, const TextArgument *arguments)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_BYTES);
        int r = text_message(&text, call->view.tag, pattern, arguments);
        html_escape(&call->out, buffer_text(&text));
        return r;
}
