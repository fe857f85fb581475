#include "web/form-fields.h"

#include "base/html.h"

void form_fields_hidden(Buffer *out, const char *name, const char *value)
{
        buffer_printf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
        html_escape(out, value);
        buffer_puts(out, "\">\n");
}

void form_fields_option(Buffer *out, const char *value, bool is_chosen, const char *label)
{
        buffer_puts(out, "<option value=\"");
        html_escape(out, value);
        buffer_puts(out, is_chosen ? "\" selected>" : "\">");
        html_escape(out, label);
        buffer_puts(out, "</option>\n");
}

void form_fields_languages(Buffer *out, const PageView *view, Language chosen)
{
        for (int i = 0; i < LANGUAGES_N; i++) {
                Language language = page_view_language(view, i);
                form_fields_option(out, language_tag(language), language == chosen,
                                web_strings(language)->name);
        }
}
