#include "service/mail-kinds.h"

#include "meet/mails.h"
#include "remind/mails.h"
#include "schedule/mails.h"

const OutboxTable *const mail_kinds[] = { &mails_table, &meet_mails_table, &schedule_mails_table, NULL };
