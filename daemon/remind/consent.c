#include "remind/consent.h"

#include "store/optout.h"
#include "store/suppression.h"

int consent_why_not(Store *store, int64_t contact, const Card *card, const char *uid, MailReason *ret)
{
        unsigned refusals = 0;
        bool bounced = false;
        const char *address = card_email(card);
        int r = contact_refusals(store, contact, uid, &refusals);
        if (r == 0 && address && (refusals & HAS_BOUNCED))
                r = suppression_is_suppressed(store, contact, address, &bounced);
        if (r == 0)
                *ret = card_reminders_off(card)   ? MAIL_REASON_REMINDERS_OFF
                       : !address                 ? MAIL_REASON_NO_ADDRESS
                       : refusals & REFUSES_ALL   ? MAIL_REASON_STOPPED
                       : bounced                  ? MAIL_REASON_SUPPRESSED
                       : refusals & REFUSES_EVENT ? MAIL_REASON_EVENT_MUTED
                       : refusals & REFUSES_KIND  ? MAIL_REASON_KIND_MUTED
                       : refusals & IS_NOT_LISTED ? MAIL_REASON_NOT_LISTED
                                                  : MAIL_REASON_NONE;
        return r;
}

usec_t consent_quiet_until(const QuietHours *hours, const Zone *zone, usec_t time)
{
        CivilTime civil = zone_to_civil(zone, time / USEC_PER_SEC);
        int minutes = civil.hour * 60 + civil.minute;
        if (!quiet_has(hours, minutes))
                return time;
        CivilTime end = civil_from_days(
                        civil_days(civil.year, civil.month, civil.day) + (minutes >= hours->to));
        end.hour = hours->to / 60;
        end.minute = hours->to % 60;
        usec_t until = zone_to_instant(zone, &end) * USEC_PER_SEC;
        return until > time ? until : time;
}
