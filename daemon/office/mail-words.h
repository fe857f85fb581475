#pragma once

/* Words for mails of the ledger: their state, their kind, and why they did not go. */

#include "office/call.h"
#include "store/ledger.h"

/** mail_words_state() - the word for a state; for a mail that came back, that it came back */
const char *mail_words_state(const OfficeCall *call, const MailRecord *mail);

/** mail_words_of_state() - the word for a state alone */
const char *mail_words_of_state(const OfficeCall *call, MailState state);

/** mail_words_kind() - the word for a kind of mail */
const char *mail_words_kind(const OfficeCall *call, const char *kind);

/** mail_words_write_reason() - write the reason and the server's reply; nothing if there is neither */
void mail_words_write_reason(OfficeCall *call, const MailRecord *mail);
