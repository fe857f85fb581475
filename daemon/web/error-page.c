#include "web/error-page.h"

#include "base/html.h"

#include <string.h>

/* A status without a row of its own is told as the last one. */
static const struct ErrorText {
        int status;
        const char *ru;
        const char *en;
} ERROR_TEXTS[] = {
        { 400, "Запрос непонятен", "Bad request" },
        { 403, "Сюда вам нельзя", "Forbidden" },
        { 404, "Такой страницы нет", "Not found" },
        { 405, "Этот метод здесь не работает", "Method not allowed" },
        { 406, "Нет ничего в том виде, который вы принимаете", "Not acceptable" },
        { 410, "Этого здесь больше нет", "Gone" },
        { 412, "С тех пор здесь что-то изменилось", "Precondition failed" },
        { 413, "Слишком много данных", "Content too large" },
        { 414, "Слишком длинный адрес", "URI too long" },
        { 415, "Данные такого вида не принимаются", "Unsupported media type" },
        { 431, "Слишком длинный заголовок запроса", "Request header fields too large" },
        { 501, "Этот метод серверу не знаком", "Not implemented" },
        { 503, "Сейчас не получается, попробуйте позже", "Service unavailable, try again later" },
        { 500, "Внутренняя ошибка", "Internal server error" },
};

enum { N_ERROR_TEXTS = sizeof(ERROR_TEXTS) / sizeof(*ERROR_TEXTS) };

static const char *title_of(const HttpError *error)
{
        const struct ErrorText *row = ERROR_TEXTS;
        while (row->status != error->status && row < &ERROR_TEXTS[N_ERROR_TEXTS - 1])
                row++;
        return strcmp(error->language, "ru") == 0 ? row->ru : row->en;
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
