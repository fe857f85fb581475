#include "web/subscribe-page.h"

#include "base/url.h"
#include "web/qr.h"
#include "web/signup.h"

#include <errno.h>
#include <string.h>

enum { ADDRESS_BYTES = 4096, STEPS_MAX = 4 };

/* How one program takes a feed; "" ends the steps. */
typedef struct Program {
        const char *name_ru, *name_en;
        const char *ru[STEPS_MAX], *en[STEPS_MAX];
} Program;

static const Program PROGRAMS[] = {
        { "Google Календарь", "Google Calendar",
                        { "Откройте calendar.google.com на компьютере: в приложении на телефоне этого нет.",
                                        "Слева у «Другие календари» нажмите «+», затем «Добавить по URL».",
                                        "Вставьте адрес и нажмите «Добавить календарь».",
                                        "Новое Google показывает не сразу, иногда через сутки." },
                        { "Open calendar.google.com on a computer: the app on the phone cannot do it.",
                                        "On the left, at “Other calendars”, press “+”, then “From URL”.",
                                        "Paste the address and press “Add calendar”.",
                                        "Google shows changes late, sometimes after a day." } },
        { "Apple: iPhone, iPad, Mac", "Apple: iPhone, iPad, Mac",
                        { "Нажмите «Подписаться» или наведите камеру на QR-код.", "Подтвердите подписку.",
                                        "На Mac можно и так: «Календарь» → «Файл» → «Новая подписка на календарь», и вставить адрес." },
                        { "Press “Subscribe”, or point the camera at the QR code.",
                                        "Confirm the subscription.",
                                        "On a Mac there is also Calendar → File → New Calendar Subscription: paste the address." } },
        { "Outlook", "Outlook",
                        { "Откройте календарь в Outlook и нажмите «Добавить календарь».",
                                        "Выберите «Подписаться из Интернета».",
                                        "Вставьте адрес, дайте календарю имя и нажмите «Импорт»." },
                        { "Open the calendar in Outlook and press “Add calendar”.",
                                        "Choose “Subscribe from web”.",
                                        "Paste the address, give the calendar a name and press “Import”." } },
        { "Яндекс Календарь", "Yandex Calendar",
                        { "Откройте calendar.yandex.ru на компьютере.",
                                        "Слева под списком календарей выберите подписку по ссылке.",
                                        "Вставьте адрес и подтвердите." },
                        { "Open calendar.yandex.ru on a computer.",
                                        "On the left, below the calendars, choose to subscribe by a link.",
                                        "Paste the address and confirm." } },
        { "Thunderbird", "Thunderbird",
                        { "В календаре выберите «Файл» → «Создать» → «Календарь…».", "Выберите «В сети».",
                                        "Вставьте адрес, имя пользователя оставьте пустым." },
                        { "In the calendar, choose File → New → Calendar…", "Choose “On the Network”.",
                                        "Paste the address and leave the user name empty." } },
        { "Android", "Android",
                        { "С Google Календарём: подпишитесь на компьютере, в телефоне календарь появится сам; отметьте его в настройках приложения.",
                                        "Без Google: поставьте приложение ICSx⁵, нажмите в нём «+» и вставьте адрес." },
                        { "With Google Calendar: subscribe on a computer; the calendar will be in the phone too, tick it in the app’s settings.",
                                        "Without Google: install the app ICSx⁵, press “+” in it and paste the address." } },
};

/* `webcal:` opens the calendar program; it is the same address under another name. */
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

/* Yandex takes no address with the link: it asks for it. */
static void write_links(Buffer *out, const PageView *view, const char *address, const char *webcal)
{
        buffer_puts(out, "<ul class=\"links\">\n<li><a class=\"button\" href=\"");
        html_escape(out, webcal);
        buffer_printf(out, "\">%s</a></li>\n", page_text(view, "Подписаться", "Subscribe"));
        write_service(out, "https://calendar.google.com/calendar/r?cid=", webcal, "Google");
        write_service(out, "https://outlook.live.com/calendar/0/addfromweb?url=", address, "Outlook");
        buffer_printf(out,
                        "<li><a rel=\"nofollow noopener\" href=\"https://calendar.yandex.ru/week?sidebar=addFeed\">%s</a></li>\n",
                        page_text(view, "Яндекс", "Yandex"));
        buffer_puts(out, "<li><a href=\"");
        html_escape(out, address);
        buffer_printf(out, "\">%s</a></li>\n</ul>\n", page_text(view, "Файл", "File"));
}

/* An address that no telephone would read from a picture has none. */
static int write_code(Buffer *out, const PageView *view, const char *webcal)
{
        CLEANUP(buffer_done) Buffer code = BUFFER_INIT(ADDRESS_BYTES * 64);
        int r = qr_write(&code, webcal,
                        page_text(view, "QR-код с адресом календаря",
                                        "QR code with the address of the calendar"));
        if (r != 0)
                return r == -EMSGSIZE ? 0 : r;
        buffer_printf(out, "<details>\n<summary>%s</summary>\n",
                        page_text(view, "QR-код для телефона", "QR code for a phone"));
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
        buffer_printf(out, "<li class=\"card%s%s\">\n<h3>", is_kind ? " kind-" : "", is_kind ? name : "");
        html_escape(out, title);
        buffer_puts(out, "</h3>\n");
        write_links(out, view, buffer_text(&address), buffer_text(&webcal));
        buffer_printf(out, "<p class=\"note\">%s</p>\n<code class=\"address\">",
                        page_text(view, "Адрес для любой программы:", "The address, for any program:"));
        html_escape(out, buffer_text(&address));
        buffer_puts(out, "</code>\n");
        int r = write_code(out, view, buffer_text(&webcal));
        buffer_puts(out, "</li>\n");
        return r;
}

static int write_feeds(Buffer *out, const PageView *view)
{
        const Config *config = view->config;
        buffer_printf(out, "<h2>%s</h2>\n<ul class=\"cards feeds\">\n",
                        page_text(view, "Выберите календарь", "Choose a calendar"));
        int r = write_feed(out, view, page_text(view, "Все события", "All events"), "all", false);
        for (size_t i = 0; r == 0 && i < config->n_kinds; i++) {
                const char *name = config->kinds[i].name;
                r = write_feed(out, view, page_kind_title(view, name), name, true);
        }
        buffer_puts(out, "</ul>\n");
        return r;
}

static void write_program(Buffer *out, const PageView *view, const Program *program)
{
        buffer_printf(out, "<section>\n<h3>%s</h3>\n<ol>\n",
                        page_text(view, program->name_ru, program->name_en));
        for (size_t i = 0; i < STEPS_MAX && program->ru[i]; i++)
                buffer_printf(out, "<li>%s</li>\n", page_text(view, program->ru[i], program->en[i]));
        buffer_puts(out, "</ol>\n</section>\n");
}

static void write_programs(Buffer *out, const PageView *view)
{
        buffer_printf(out, "<h2>%s</h2>\n<div class=\"how\">\n",
                        page_text(view, "Как добавить в свою программу", "How to add it to your program"));
        for (size_t i = 0; i < sizeof(PROGRAMS) / sizeof(*PROGRAMS); i++)
                write_program(out, view, &PROGRAMS[i]);
        buffer_puts(out, "</div>\n");
}

static void write_introduction(Buffer *out, const PageView *view)
{
        const char *text = config_text(&view->config->feed.description, view->language);
        buffer_puts(out, "<p>");
        html_escape(out,
                        *text ? text
                              : page_text(view, "Добавьте календарь в свою программу: новое и перенесённое появится в ней само.",
                                                "Add a calendar to your program: what is new or moved will show up there by itself."));
        buffer_puts(out, "</p>\n");
}

static void write_reminders(Buffer *out, const PageView *view)
{
        if (signup_is_open(view->config)) {
                signup_write_form(out, view, &(SignupForm){ 0 });
                return;
        }
        buffer_printf(out, "<h2>%s</h2>\n<p>%s</p>\n",
                        page_text(view, "Напоминания по почте", "Reminders by mail"),
                        page_text(view, "О событиях напоминают и письма: попросите об этом организаторов. Отключить их можно по ссылке в каждом письме.",
                                        "Mails remind of the events, too: ask the organisers for them. A link in each mail turns them off."));
}

int subscribe_page_write(const PageJob *job, const void *userdata, Buffer *out)
{
        const PageView *view = job->view;
        (void)userdata;
        PageHead head = {
                .title = page_text(view, "Календари", "Calendars"),
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
        return page_cache_reply(userdata, request, &asked);
}
