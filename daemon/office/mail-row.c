#include "office/mail-row.h"

#include "office/event-links.h"
#include "office/mail-words.h"
#include "office/write.h"
#include "store/object.h"
#include "web/page.h"

#include <inttypes.h>

/* Writes the name of an object with a link, if the account may read it. Return: false if not. */
static bool write_object(OfficeCall *call, int64_t id, const char *page)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        if (id == 0 || object_get_by_id(call->store, id, &record) != 0 ||
                        office_may_read(call, record->collection) != 0)
                return false;
        buffer_puts(&call->out, "<a href=\"");
        event_links_write(&call->out, page, record->uid);
        buffer_puts(&call->out, "\">");
        page_write_text(&call->out, &call->view,
                        *record->name ? record->name : call->view.strings->untitled);
        buffer_puts(&call->out, "</a>");
        return true;
}

void mail_row_write_about(OfficeCall *call, const MailRecord *mail)
{
        buffer_printf(&call->out, "%s<br>", mail_words_kind(call, mail->kind));
        (void)write_object(call, mail->object, "event");
}

void mail_row_write_person(OfficeCall *call, const MailRecord *mail)
{
        if (!write_object(call, mail->contact, "person"))
                buffer_puts(&call->out, mail->contact ? call->strings->mail_person_gone
                                                      : call->strings->mail_no_person);
}

void mail_row_write(OfficeCall *call, const MailRecord *mail, bool has_person)
{
        bool has_page = office_may(call, ACCOUNT_EDITOR);
        buffer_puts(&call->out, "<tr><td class=\"when\">");
        if (has_page)
                buffer_printf(&call->out, "<a href=\"/office/mail/%" PRId64 "\">", mail->id);
        write_time(call, mail->due);
        buffer_printf(&call->out, "%s</td><th scope=\"row\">", has_page ? "</a>" : "");
        mail_row_write_about(call, mail);
        buffer_puts(&call->out, "</th><td>");
        if (has_person) {
                mail_row_write_person(call, mail);
                buffer_puts(&call->out, "</td><td>");
        }
        buffer_printf(&call->out, "%s</td><td>", mail_words_state(call, mail));
        mail_words_write_reason(call, mail);
        buffer_puts(&call->out, "</td></tr>\n");
}
