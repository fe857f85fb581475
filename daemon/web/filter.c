#include "web/filter.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads a text field without the blanks around it; "" for a text that is too long or not UTF-8. */
static void read_text(HttpRequest *request, const char *name, char *ret, size_t size)
{
        const char *value = http_request_query(request, name);
        if (!value)
                return;
        value += strspn(value, " \t\r\n");
        size_t len = strlen(value);
        while (len > 0 && isspace((unsigned char)value[len - 1]))
                len--;
        if (len >= size || utf8_plain_prefix(value, len) != len)
                return;
        memcpy(ret, value, len);
        ret[len] = '\0';
}

void filter_read(Filter *filter, HttpRequest *request)
{
        const char *when = http_request_query(request, "when"), *page = http_request_query(request, "page");
        *filter = (Filter){ .page = 1 };
        read_text(request, "kind", filter->kind, sizeof(filter->kind));
        if (filter->kind[strspn(filter->kind, "abcdefghijklmnopqrstuvwxyz0123456789-")])
                filter->kind[0] = '\0';
        read_text(request, "place", filter->place, sizeof(filter->place));
        read_text(request, "q", filter->words, sizeof(filter->words));
        filter->past = when && strcmp(when, "past") == 0;
        if (page && strlen(page) < 6 && strtol(page, NULL, 10) > 1 &&
                        strtol(page, NULL, 10) <= FILTER_PAGES_MAX)
                filter->page = (int)strtol(page, NULL, 10);
}

bool filter_is_empty(const Filter *filter)
{
        return !*filter->kind && !*filter->place && !*filter->words;
}

void filter_key(const Filter *filter, Buffer *out)
{
        buffer_printf(out, "%d|%d|%s|", filter->past, filter->page, filter->kind);
        url_escape(out, filter->place);
        buffer_putc(out, '|');
        url_escape(out, filter->words);
}

void filter_fields(const Filter *filter, char page[static 12], PageField ret[static FILTER_FIELDS_MAX + 1])
{
        size_t n = 0;
        snprintf(page, 12, "%d", filter->page);
        if (*filter->kind)
                ret[n++] = (PageField){ "kind", filter->kind };
        if (*filter->place)
                ret[n++] = (PageField){ "place", filter->place };
        if (*filter->words)
                ret[n++] = (PageField){ "q", filter->words };
        if (filter->past)
                ret[n++] = (PageField){ "when", "past" };
        if (filter->page > 1)
                ret[n++] = (PageField){ "page", page };
        ret[n] = (PageField){ NULL, NULL };
}

void filter_write_link(const Filter *filter, Buffer *out)
{
        char page[12];
        PageField fields[FILTER_FIELDS_MAX + 1];
        filter_fields(filter, page, fields);
        buffer_putc(out, '/');
        for (const PageField *field = fields; field->name; field++) {
                buffer_printf(out, "%s%s=", field == fields ? "?" : "&amp;", field->name);
                url_escape(out, field->value);
        }
}

int filter_match_init(FilterMatch *match, const Filter *filter, const Catalog *catalog)
{
        *match = (FilterMatch){ .filter = filter, .is_search = *filter->words || *filter->place };
        return match->is_search ? catalog_search(catalog, filter->words, filter->place, &match->found) : 0;
}

void filter_match_done(FilterMatch *match)
{
        catalog_found_done(&match->found);
}

bool filter_matches(const FilterMatch *match, const CatalogEvent *event)
{
        if (*match->filter->kind && !catalog_record_has_kind(event, match->filter->kind))
                return false;
        return !match->is_search || catalog_found_has(&match->found, event);
}

const CatalogFound *filter_match_found(const FilterMatch *match)
{
        return match->is_search ? &match->found : NULL;
}
