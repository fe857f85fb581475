#include "web/html.h"

const char HTML_STYLE[] =
                ":root{color-scheme:light dark}\n"
                "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem}\n"
                "h1{font-size:1.5rem;line-height:1.25}\n"
                "li{margin:.5rem 0}\n"
                "form{margin:1rem 0}\n"
                "button{font:inherit;padding:.5rem 1rem;min-height:2.75rem}\n"
                "code{overflow-wrap:anywhere}\n";

void html_begin(Buffer *out, const char *language, const char *title, HtmlAudience audience)
{
        buffer_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                        language);
        buffer_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        if (audience == HTML_PERSONAL)
                buffer_puts(out, "<meta name=\"robots\" content=\"noindex\">\n");
        buffer_puts(out, "<link rel=\"stylesheet\" href=\"" HTML_STYLE_PATH "\">\n<title>");
        html_escape(out, title);
        buffer_puts(out, "</title>\n</head>\n<body>\n<main>\n<h1>");
        html_escape(out, title);
        buffer_puts(out, "</h1>\n");
}

void html_end(Buffer *out)
{
        buffer_puts(out, "</main>\n</body>\n</html>\n");
}
