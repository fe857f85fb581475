#include "office/flash.h"

#include "web/page.h"

#include <string.h>

static const struct {
        const char *code;
        OfficeWord text;
} flashes[] = {
        { "signed-out", OFFICE_WORD(done_signed_out) },
        { "session-ended", OFFICE_WORD(done_session_ended) },
        { "sessions-ended", OFFICE_WORD(done_sessions_ended) },
};

void flash_write(OfficeCall *call)
{
        const char *code = office_query(call, "done");
        for (size_t i = 0; i < sizeof(flashes) / sizeof(*flashes); i++)
                if (strcmp(flashes[i].code, code) == 0) {
                        buffer_puts(&call->out, "<div role=\"status\">");
                        page_write_notice(&call->out, office_word(call->strings, flashes[i].text));
                        buffer_puts(&call->out, "</div>\n");
                }
}
