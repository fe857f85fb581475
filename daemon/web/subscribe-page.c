#include "web/subscribe-page.h"

#include "base/url.h"
#include "web/event-links.h"
#include "web/qr.h"
#include "web/signup.h"
#include "web/site.h"

#include <errno.h>
#include <string.h>

enum { ADDRESS_BYTES = 4096 };

/* The steps to add a feed to one program. */
typedef struct Program {
        WebWord name, steps;
} Program;

static const Program PROGRAMS[] = {
        { WEB_WORD(google), WEB_WORD(google_steps) },
        { WEB_WORD(apple), WEB_WORD(apple_steps) },
        { WEB_WORD(outlook), WEB_WORD(outlook_steps) },
        { WEB_WORD(yandex_calendar), WEB_WORD(yandex_steps) },
        { WEB_WORD(thunderbird), WEB_WORD(thunderbird_steps) },
        { WEB_WORD(android), WEB_WORD(android_steps) },
};

/* Writes an address with the scheme `webcal:`, which opens the calendar program. */
static void make_webcal(Buffer *out, const char *address)
{
        const char *host = strstr(address, "://");
        buffer_printf(out, "webcal%s", host ? host : address);
}

static void write_service(Buffer *out, const char *begin, const char *address, const char *name)
{
        buffer_printf(out, "<li><a rel=\"nofollow noopener\" href=\"%s", begin);
        url_escape(out, address);
        buffer_printf(out, "\">%s</a></li>\n", name);
}

/*
 * Writes a link for each service. The link to Yandex cannot contain the address of the feed; the reader
 * enters it there.
 */
static void write_links(Buffer *out, const PageView *view, const char *address, const char *webcal)
{
        buffer_puts(out, "<ul class=\"links\">\n<li><a class=\"button\" href=\"");
        html_escape(out, webcal);
        buffer_printf(out, "\">%s</a></li>\n", view->strings->subscribe);
        write_service(out, "https://calendar.google.com/calendar/r?cid=", webcal, "Google");
        write_service(out, "https://" EVENT_LINKS_OUTLOOK "/calendar/0/addfromweb?url=", address,
                        view->strings->outlook_home);
        write_service(out, "https://" EVENT_LINKS_OFFICE "/calendar/0/addfromweb?url=", address,
                        view->strings->outlook_work);
        buffer_printf(out,
                        "<li><a rel=\"nofollow noopener\" href=\"https://calendar.yandex.ru/week?sidebar=addFeed\">%s</a></li>\n",
                        view->strings->yandex);
        buffer_puts(out, "<li><a href=\"");
        html_escape(out, address);
        buffer_printf(out, "\">%s</a></li>\n</ul>\n", view->strings->file);
}

/*
 * Writes the QR code, unless the address is too long for a phone's camera. The address is that of the feed's
 * card on this page, because Android does not open `webcal:` addresses.
 */
static int write_code(Buffer *out, const PageView *view, const char *name)
{
        CLEANUP(buffer_done)
        Buffer code = BUFFER_INIT(ADDRESS_BYTES * 64), page = BUFFER_INIT(ADDRESS_BYTES);
        buffer_printf(&page, "%s/subscribe#feed-%s", view->config->http.base_url, name);
        int r = qr_write(&code, buffer_text(&page), view->strings->qr_code_is);
        if (r != 0)
                return r == -EMSGSIZE ? 0 : r;
        buffer_printf(out, "<details>\n<summary>%s</summary>\n", view->strings->qr_code);
        buffer_append(out, code.data, code.len);
        buffer_puts(out, "</details>\n");
        return buffer_error(&code);
}

static int write_feed(Buffer *out, const PageView *view, const char *title, const char *name, bool is_kind)
{
        CLEANUP(buffer_done) Buffer address = BUFFER_INIT(ADDRESS_BYTES);
        CLEANUP(buffer_done) Buffer webcal = BUFFER_INIT(ADDRESS_BYTES);
        buffer_printf(&address, "%s/%s.ics", view->config->http.base_url, name);
        make_webcal(&webcal, buffer_text(&address));
        buffer_printf(out, "<li class=\"card%s%s\" id=\"feed-%s\">\n<h3>", is_kind ? " kind-" : "",
                        is_kind ? name : "", name);
        page_write_text(out, view, title);
        buffer_puts(out, "</h3>\n");
        write_links(out, view, buffer_text(&address), buffer_text(&webcal));
        buffer_printf(out, "<p class=\"note\">%s</p>\n<code class=\"address\">",
                        view->strings->feed_address);
        html_escape(out, buffer_text(&address));
        buffer_puts(out, "</code>\n");
        int r = write_code(out, view, name);
        buffer_puts(out, "</li>\n");
        return r;
}

static int write_feeds(Buffer *out, const PageView *view)
{
        const Config *config = view->config;
        buffer_printf(out, "<h2>%s</h2>\n<ul class=\"cards feeds\">\n", view->strings->choose_calendar);
        int r = write_feed(out, view, view->strings->all_events, "all", false);
        for (size_t i = 0; r == 0 && i < config->n_kinds; i++) {
                const char *name = config->kinds[i].name;
                r = write_feed(out, view, page_kind_title(view, name), name, true);
        }
        buffer_puts(out, "</ul>\n");
        return r;
}

static void write_program(Buffer *out, const PageView *view, const Program *program)
{
        const char *step = web_word(view->strings, program->steps);
        buffer_printf(out, "<section>\n<h3>%s</h3>\n<ol>\n", web_word(view->strings, program->name));
        while (*step) {
                size_t len = strcspn(step, "\n");
                buffer_printf(out, "<li>%.*s</li>\n", (int)len, step);
                step += len + (step[len] == '\n');
        }
        buffer_puts(out, "</ol>\n</section>\n");
}

static void write_programs(Buffer *out, const PageView *view)
{
        buffer_printf(out, "<h2>%s</h2>\n<div class=\"how\">\n", view->strings->how_to_add);
        for (size_t i = 0; i < sizeof(PROGRAMS) / sizeof(*PROGRAMS); i++)
                write_program(out, view, &PROGRAMS[i]);
        buffer_puts(out, "</div>\n");
}

static void write_introduction(Buffer *out, const PageView *view)
{
        const char *text = config_text(&view->config->feed.description, view->tag);
        buffer_puts(out, "<p>");
        page_write_text(out, view, *text ? text : view->strings->calendars_introduction);
        buffer_puts(out, "</p>\n");
}

static void write_reminders(Buffer *out, const PageView *view)
{
        if (signup_is_open(view->config)) {
                signup_write_form(out, view, &(SignupForm){ 0 });
                return;
        }
        buffer_printf(out, "<h2>%s</h2>\n<p>%s</p>\n", view->strings->mail_reminders,
                        view->strings->mail_reminders_ask);
}

int subscribe_page_write(const PageJob *job, const void *userdata, Buffer *out)
{
        const PageView *view = job->view;
        (void)userdata;
        PageHead head = {
                .title = view->strings->calendars,
                .path = "/subscribe",
                .section = PAGE_SUBSCRIBE,
        };
        page_begin(out, view, &head);
        write_introduction(out, view);
        int r = write_feeds(out, view);
        write_programs(out, view);
        write_reminders(out, view);
        page_end(out, view, &head);
        return r;
}

int subscribe_page_on_page(HttpRequest *request, const char *rest, void *userdata)
{
        (void)rest;
        PageAsked asked = { .key = "/subscribe", .write = subscribe_page_write };
        return site_reply_page(userdata, request, &asked);
}
