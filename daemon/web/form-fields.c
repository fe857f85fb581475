#include "web/form-fields.h"

#include "base/html.h"
#include "web/page.h"

void form_fields_hidden(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
        html_escape(out, value);
        buffer_puts(out, "\">\n");
}

void form_fields_languages(Buffer *out, const PageView *view, Language chosen)
{
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(view, i);
                page_write_option(out, view, language_tag(language), language == chosen,
                                language_tag(language), web_strings(language)->name);
        }
}
