#include "remind/consent.h"

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
