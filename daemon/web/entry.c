#include "web/entry.h"

#include "web/rich-text.h"

#include <string.h>

/* Writes a text, in a <span lang> if its language is known and is not that of the page. */
static void write_in_language(Buffer *out, const PageView *view, const CatalogText *text,
                void (*write)(Buffer *out, const char *language, const char *text))
{
        bool is_other = *text->language && strcmp(text->language, view->tag) != 0;
        if (is_other)
                buffer_printf(out, "<span lang=\"%s\">", text->language);
        write(out, text->language, text->text);
        if (is_other)
                buffer_puts(out, "</span>");
}

void entry_write_text(Buffer *out, const PageView *view, const CatalogText *text)
{
        write_in_language(out, view, text, rich_text_plain);
}

void entry_write_rich_text(Buffer *out, const PageView *view, const CatalogText *text)
{
        write_in_language(out, view, text, rich_text_line);
}

const char *entry_title(const PageView *view, const CatalogText title[LANGUAGES_N])
{
        const CatalogText *text = &title[view->language];
        return *text->text ? text->text : view->strings->untitled;
}

void entry_write_title(Buffer *out, const PageView *view, const CatalogText title[LANGUAGES_N])
{
        const CatalogText *text = &title[view->language];
        if (*text->text)
                entry_write_text(out, view, text);
        else
                html_escape(out, entry_title(view, title));
}

static void write_time(Buffer *out, const PageView *view, const CivilTime *time)
{
        text_dates_write(view->dates, out, TEXT_TIME, time);
}

static bool has_end(const Span *span)
{
        return civil_seconds(&span->last) > civil_seconds(&span->first);
}

/* Writes ", Москва, UTC+3"; nothing for floating times. */
static void write_zone(Buffer *out, const PageView *view, const Span *span)
{
        if (!span->zone)
                return;
        buffer_puts(out, ", ");
        page_write_zone(out, view, span->zone, span->at);
}

/* Writes "10:00–12:00, Москва, UTC+3"; nothing for an all-day span. */
static void write_clock(Buffer *out, const PageView *view, const Span *span)
{
        if (span->all_day)
                return;
        write_time(out, view, &span->first);
        if (has_end(span)) {
                buffer_puts(out, "–");
                write_time(out, view, &span->last);
        }
        write_zone(out, view, span);
}

/* For an event of several days, writes a start time with the first day and an end time with the last day. */
void entry_write_dates(Buffer *out, const PageView *view, const Span *span)
{
        CivilTime last = civil_from_days(span_last_day(span));
        if (span->all_day) {
                text_dates_range(view->dates, out, &span->first, &last);
        } else if (span_last_day(span) > span_first_day(span)) {
                text_dates_write(view->dates, out, TEXT_DATE_TIME, &span->first);
                buffer_puts(out, "\u00a0– ");
                text_dates_write(view->dates, out, TEXT_DATE_TIME, &span->last);
                write_zone(out, view, span);
        } else {
                text_dates_write(view->dates, out, TEXT_DATE_LONG, &span->first);
                buffer_puts(out, ", ");
                write_clock(out, view, span);
        }
}

const ConfigKind *entry_kind(const PageView *view, const CatalogEvent *event)
{
        for (size_t i = 0; i < view->config->n_kinds; i++)
                if (catalog_record_has_kind(event, view->config->kinds[i].name))
                        return &view->config->kinds[i];
        return NULL;
}

static void write_badge(Buffer *out, const PageView *view, const char *class, const char *text)
{
        buffer_printf(out, "<span class=\"badge%s\">", class);
        page_write_text(out, view, text);
        buffer_puts(out, "</span>\n");
}

void entry_write_badges(Buffer *out, const PageView *view, const CatalogInstance *instance)
{
        static const char begin[] = "<p class=\"badges\">";
        size_t before = out->len;
        buffer_puts(out, begin);
        const ConfigKind *kind = entry_kind(view, instance->event);
        if (kind && !instance->is_busy)
                write_badge(out, view, " of-kind", page_kind_one(view, kind->name));
        if (instance->status == EVENT_CANCELLED)
                write_badge(out, view, " cancelled", view->strings->cancelled);
        if (instance->status == EVENT_TENTATIVE)
                write_badge(out, view, "", view->strings->tentative);
        if (instance->event->is_loose && !instance->is_busy)
                write_badge(out, view, "", view->strings->day_unknown);
        if (out->len == before + strlen(begin))
                buffer_remove(out, before, strlen(begin));
        else
                buffer_puts(out, "</p>\n");
}

static void write_when(Buffer *out, const PageView *view, const CatalogInstance *instance, EntryDates dates)
{
        Span span = span_of(view->zone, instance);
        if (instance->event->is_draft)
                return;
        buffer_puts(out, "<p class=\"when\">");
        if (dates == ENTRY_DATES_ALWAYS || span_last_day(&span) > span_first_day(&span))
                entry_write_dates(out, view, &span);
        else if (span.all_day)
                buffer_puts(out, view->strings->all_day);
        else
                write_clock(out, view, &span);
        buffer_puts(out, "</p>\n");
}

static void write_whole(Buffer *out, const PageView *view, Catalog *catalog, const CatalogEvent *event)
{
        const CatalogEvent *whole = event->parent ? catalog_find(catalog, event->parent) : NULL;
        if (!whole || whole->is_busy)
                return;
        buffer_printf(out, "<p class=\"note\">%s ", view->strings->part_of);
        entry_write_title(out, view, whole->title);
        buffer_puts(out, "</p>\n");
}

void entry_write_link(Buffer *out, const PageView *view, const CatalogInstance *instance)
{
        buffer_puts(out, "<a href=\"");
        page_write_event_path(out, instance->event->uid);
        buffer_puts(out, "\">");
        if (instance->is_busy)
                buffer_puts(out, view->strings->busy);
        else
                entry_write_title(out, view, instance->title);
        buffer_puts(out, "</a>");
}

static void begin_item(Buffer *out, const PageView *view, const CatalogInstance *instance, EntryDates dates)
{
        const ConfigKind *kind = entry_kind(view, instance->event);
        buffer_printf(out, "<li class=\"event%s%s%s\">\n", kind ? " kind-" : "", kind ? kind->name : "",
                        instance->status == EVENT_CANCELLED ? " off" : "");
        write_when(out, view, instance, dates);
        buffer_puts(out, "<p class=\"title\">");
        entry_write_link(out, view, instance);
        buffer_puts(out, "</p>\n");
        if (!instance->is_busy && *instance->event->place.text) {
                buffer_puts(out, "<p class=\"place\">");
                entry_write_text(out, view, &instance->event->place);
                buffer_puts(out, "</p>\n");
        }
}

static void end_item(Buffer *out, const PageView *view, const CatalogInstance *instance)
{
        entry_write_badges(out, view, instance);
        buffer_puts(out, "</li>\n");
}

void entry_write(Buffer *out, const PageView *view, Catalog *catalog, const CatalogInstance *instance,
                EntryDates dates)
{
        begin_item(out, view, instance, dates);
        if (!instance->is_busy)
                write_whole(out, view, catalog, instance->event);
        end_item(out, view, instance);
}

void entry_write_part(Buffer *out, const PageView *view, const CatalogInstance *instance)
{
        begin_item(out, view, instance, ENTRY_DATES_ALWAYS);
        end_item(out, view, instance);
}
