#include "web/filter.h"

#include "base/text.h"
#include "base/utf8.h"
#include "catalog/search.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { FOLDED_BYTES = 64 * 1024 };

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

/*
 * Separators of words. Quotation marks are among them because a name may be written with «», with "" or
 * without.
 */
static const char *const separators[] = { " ", "\t", "\r", "\n", "\"", "«", "»", "„", "“", "”" };

static size_t separator_at(const char *text)
{
        for (size_t i = 0; i < sizeof(separators) / sizeof(*separators); i++) {
                size_t len = strlen(separators[i]);
                if (strncmp(text, separators[i], len) == 0)
                        return len;
        }
        return 0;
}

/* Replaces separators with NULs, so that each word ends with one. */
static void part_words(Buffer *words)
{
        for (size_t i = 0, len; i < words->len; i += len ? len : 1) {
                len = separator_at(words->data + i);
                memset(words->data + i, 0, len);
        }
}

int filter_match_init(FilterMatch *match, const Filter *filter)
{
        *match = (FilterMatch){
                .filter = filter,
                .place = BUFFER_INIT(FOLDED_BYTES),
                .words = BUFFER_INIT(FOLDED_BYTES),
        };
        int r = text_fold(&match->place, filter->place);
        if (r == 0)
                r = text_fold(&match->words, filter->words);
        if (r == 0)
                part_words(&match->words);
        return r;
}

void filter_match_done(FilterMatch *match)
{
        buffer_done(&match->place);
        buffer_done(&match->words);
}

static bool has_words(const FilterMatch *match, const char *folded)
{
        for (size_t i = 0; i < match->words.len; i += strlen(match->words.data + i) + 1)
                if (!strstr(folded, match->words.data + i))
                        return false;
        return true;
}

bool filter_matches(const FilterMatch *match, Catalog *catalog, const CatalogEvent *event)
{
        if (*match->filter->kind && !catalog_record_has_kind(event, match->filter->kind))
                return false;
        if (match->place.len == 0 && match->words.len == 0)
                return true;
        const CatalogFolded *folded = catalog_folded(catalog, event);
        return folded && (match->place.len == 0 || strstr(folded->places, buffer_text(&match->place))) &&
               has_words(match, folded->words);
}
