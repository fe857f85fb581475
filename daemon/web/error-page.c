#include "web/error-page.h"

#include "base/html.h"
#include "web/strings.h"

/* The last row is for all other statuses. */
static const struct ErrorText {
        int status;
        WebWord title;
} ERROR_TEXTS[] = {
        { 400, WEB_WORD(status_400) },
        { 401, WEB_WORD(status_401) },
        { 403, WEB_WORD(status_403) },
        { 404, WEB_WORD(status_404) },
        { 405, WEB_WORD(status_405) },
        { 406, WEB_WORD(status_406) },
        { 409, WEB_WORD(status_409) },
        { 410, WEB_WORD(status_410) },
        { 412, WEB_WORD(status_412) },
        { 413, WEB_WORD(status_413) },
        { 414, WEB_WORD(status_414) },
        { 415, WEB_WORD(status_415) },
        { 429, WEB_WORD(status_429) },
        { 431, WEB_WORD(status_431) },
        { 501, WEB_WORD(status_501) },
        { 503, WEB_WORD(status_503) },
        { 507, WEB_WORD(status_507) },
        { 500, WEB_WORD(status_500) },
};

enum { N_ERROR_TEXTS = sizeof(ERROR_TEXTS) / sizeof(*ERROR_TEXTS) };

static const char *title_of(const HttpError *error)
{
        const struct ErrorText *row = ERROR_TEXTS;
        while (row->status != error->status && row < &ERROR_TEXTS[N_ERROR_TEXTS - 1])
                row++;
        return web_word(web_strings(language_of(error->language)), row->title);
}

static void write_page(const HttpError *error, const char *title, Buffer *out)
{
        buffer_printf(out,
                        "<!DOCTYPE html>\n<html lang=\"%s\"><meta charset=\"utf-8\">"
                        "<meta name=\"viewport\" content=\"width=device-width\">"
                        "<title>%d %s</title>\n<main>\n<h1>%s</h1>\n",
                        error->language, error->status, title, title);
        if (error->text) {
                buffer_puts(out, "<p>");
                html_escape(out, error->text);
                buffer_puts(out, "</p>\n");
        }
        buffer_puts(out, "</main>\n</html>\n");
}

int error_page_write(const HttpError *error, Buffer *out)
{
        const char *title = title_of(error), *text = error->text;
        if (error->as_html)
                write_page(error, title, out);
        else
                buffer_printf(out, "%d %s\n%s%s", error->status, title, text ? text : "", text ? "\n" : "");
        return buffer_error(out);
}

const char *error_page_not_private(const char *language)
{
        return web_word(web_strings(language_of(language)), WEB_WORD(password_needs_tls));
}
