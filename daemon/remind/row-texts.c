#include "remind/row-texts.h"

#include <stdio.h>

void row_texts_moment(const When *when, char ret[static ROW_TEXT_SIZE])
{
        char wall[17] = "";
        if (when->form != WHEN_NONE)
                when_format(when, wall);
        snprintf(ret, ROW_TEXT_SIZE, "%s%s%s", wall, when->form == WHEN_ZONED ? " " : "",
                        when->form == WHEN_ZONED ? zone_name(when->zone) : "");
}

void row_texts_of(const Event *event, const Occurrence *occurrence, const Lead *lead, RowTexts *ret)
{
        When first = event_start(event), last = event_end(event), none = { .form = WHEN_NONE };
        row_texts_moment(lead->absolute ? &first : &occurrence->start, ret->start);
        row_texts_moment(lead->absolute ? &last : &occurrence->end, ret->finish);
        row_texts_moment(lead->absolute ? &none : &occurrence->recurrence_id, ret->recurrence);
        lead_format(lead, ret->rule);
}
