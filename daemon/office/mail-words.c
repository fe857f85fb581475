#include "office/mail-words.h"

#include "base/html.h"
#include "letter/strings.h"

#include <string.h>

static const OfficeWord states[MAIL_PARKED + 1] = {
        [MAIL_PENDING] = OFFICE_WORD(mail_pending),
        [MAIL_COMMITTED] = OFFICE_WORD(mail_committed),
        [MAIL_UNKNOWN] = OFFICE_WORD(mail_unknown),
        [MAIL_SENT] = OFFICE_WORD(mail_sent),
        [MAIL_FAILED] = OFFICE_WORD(mail_failed),
        [MAIL_EXPIRED] = OFFICE_WORD(mail_expired),
        [MAIL_SUPPRESSED] = OFFICE_WORD(mail_suppressed),
        [MAIL_CANCELLED] = OFFICE_WORD(mail_cancelled),
        [MAIL_PARKED] = OFFICE_WORD(mail_parked),
};

/* The beginnings of the names of kinds. */
static const struct {
        const char *kind;
        OfficeWord word;
} kinds[] = {
        { "reminder", OFFICE_WORD(mail_is_reminder) },
        { MAIL_KIND_CHANGE, OFFICE_WORD(mail_is_change) },
        { MAIL_KIND_CANCEL, OFFICE_WORD(mail_is_cancel) },
        { "agenda", OFFICE_WORD(mail_is_agenda) },
        { MAIL_KIND_CONFIRM, OFFICE_WORD(mail_is_confirm) },
        { MAIL_KIND_WELCOME, OFFICE_WORD(mail_is_welcome) },
        { MAIL_KIND_ANNOUNCEMENT, OFFICE_WORD(mail_is_announcement) },
        { "meeting", OFFICE_WORD(mail_is_meeting) },
};

const char *mail_words_of_state(const OfficeCall *call, MailState state)
{
        return state >= MAIL_PENDING && state <= MAIL_PARKED ? office_word(call->strings, states[state])
                                                             : "";
}

const char *mail_words_state(const OfficeCall *call, const MailRecord *mail)
{
        return mail->state == MAIL_SENT && mail->reason == MAIL_REASON_RETURNED
                               ? call->strings->mail_returned
                               : mail_words_of_state(call, mail->state);
}

const char *mail_words_kind(const OfficeCall *call, const char *kind)
{
        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
                if (strncmp(kinds[i].kind, kind, strlen(kinds[i].kind)) == 0)
                        return office_word(call->strings, kinds[i].word);
        return call->strings->mail_is_other;
}

void mail_words_write_reason(OfficeCall *call, const MailRecord *mail)
{
        const char *reason = letter_reason(call->view.tag, mail->reason);
        html_escape(&call->out, reason);
        if (*reason && *mail->reply)
                buffer_puts(&call->out, ": ");
        html_escape(&call->out, mail->reply);
}
