#include "web/list-filter.h"

#include "catalog/search.h"
#include "web/entry.h"

#include <string.h>

static void write_choice(Buffer *out, const PageView *view, const Filter *filter, bool is_current,
                const char *class, const char *title)
{
        buffer_printf(out, "<li%s%s%s><a href=\"", *class ? " class=\"kind-" : "", class,
                        *class ? "\"" : "");
        filter_write_link(filter, out);
        buffer_printf(out, "\"%s>", is_current ? " aria-current=\"true\"" : "");
        page_write_text(out, view, title);
        buffer_puts(out, "</a></li>\n");
}

static void write_times(Buffer *out, const PageView *view, const Filter *filter)
{
        Filter ahead = *filter, past = *filter;
        ahead.past = false;
        past.past = true;
        ahead.page = past.page = 1;
        buffer_printf(out, "<nav class=\"tabs\" aria-label=\"%s\"><ul>\n", view->strings->filter_time);
        write_choice(out, view, &ahead, !filter->past, "", view->strings->filter_upcoming);
        write_choice(out, view, &past, filter->past, "", view->strings->filter_past);
        buffer_puts(out, "</ul></nav>\n");
}

static void write_kinds(Buffer *out, const PageView *view, const Filter *filter)
{
        Filter other = *filter;
        other.page = 1;
        other.kind[0] = '\0';
        buffer_printf(out, "<nav class=\"chips\" aria-label=\"%s\"><ul>\n", view->strings->filter_kind);
        write_choice(out, view, &other, !*filter->kind, "", view->strings->filter_all_kinds);
        for (size_t i = 0; i < view->config->n_kinds; i++) {
                const char *name = view->config->kinds[i].name;
                if (strlen(name) >= sizeof(other.kind))
                        continue;
                strcpy(other.kind, name);
                write_choice(out, view, &other, strcmp(filter->kind, name) == 0, name,
                                page_kind_title(view, name));
        }
        buffer_puts(out, "</ul></nav>\n");
}

static void write_place_option(Buffer *out, const PageView *view, const CatalogText *place, bool is_chosen)
{
        buffer_puts(out, "<option");
        page_write_lang(out, view, place->language);
        buffer_puts(out, is_chosen ? " selected>" : ">");
        html_escape(out, place->text);
        buffer_puts(out, "</option>\n");
}

static void write_places(Buffer *out, const PageJob *job, const Filter *filter)
{
        size_t n;
        const CatalogText *places = catalog_places(job->catalog, &n);
        bool has_chosen = !*filter->place;
        buffer_printf(out,
                        "<label for=\"place\">%s</label>\n<select id=\"place\" name=\"place\">\n"
                        "<option value=\"\">%s</option>\n",
                        job->view->strings->filter_place, job->view->strings->filter_all_places);
        for (size_t i = 0; i < n; i++) {
                if (strlen(places[i].text) >= FILTER_TEXT_BYTES)
                        continue;
                bool is_chosen = strcmp(places[i].text, filter->place) == 0;
                write_place_option(out, job->view, &places[i], is_chosen);
                has_chosen |= is_chosen;
        }
        if (!has_chosen)
                write_place_option(out, job->view, &(CatalogText){ filter->place, "" }, true);
        buffer_puts(out, "</select>\n");
}

static void write_form(Buffer *out, const PageJob *job, const Filter *filter)
{
        const PageView *view = job->view;
        bool is_used = *filter->words || *filter->place;
        buffer_printf(out,
                        "<details class=\"more\"%s>\n<summary>%s</summary>\n"
                        "<form class=\"search\" method=\"get\" action=\"/\" role=\"search\">\n"
                        "<label for=\"q\">%s</label>\n"
                        "<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"100\" value=\"",
                        is_used ? " open" : "", view->strings->filter_form, view->strings->filter_words);
        html_escape(out, filter->words);
        buffer_puts(out, "\">\n");
        write_places(out, job, filter);
        if (*filter->kind)
                buffer_printf(out, "<input type=\"hidden\" name=\"kind\" value=\"%s\">\n", filter->kind);
        if (filter->past)
                buffer_puts(out, "<input type=\"hidden\" name=\"when\" value=\"past\">\n");
        buffer_printf(out, "<button>%s</button>\n", view->strings->filter_search);
        if (!filter_is_empty(filter))
                buffer_printf(out, "<a href=\"/%s\">%s</a>\n", filter->past ? "?when=past" : "",
                                view->strings->filter_show_all);
        buffer_puts(out, "</form>\n</details>\n");
}

void list_filter_write(Buffer *out, const PageJob *job, const Filter *filter)
{
        buffer_printf(out, "<aside class=\"filters\" aria-label=\"%s\">\n", job->view->strings->filters);
        write_times(out, job->view, filter);
        write_kinds(out, job->view, filter);
        write_form(out, job, filter);
        buffer_puts(out, "</aside>\n");
}
