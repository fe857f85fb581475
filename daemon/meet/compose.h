#pragma once

/* Inside the meet module: composes a mail about a meeting for one side. */

#include "letter/letter.h"
#include "meet/booking-event.h"
#include "meet/mail-kind.h"

/** A mail to compose; borrowed. */
typedef struct MeetCompose {
        const Meeting *meeting;
        const MeetParties *parties;
        const ObjectRecord *record; /* of the VEVENT; NULL for none: the mail then has no invitation */
        const BookingTime *proposed;
        size_t n_proposed;
        MeetMail kind;
        MeetingRole role; /* of the reader */
        bool is_preview;  /* write only the address and the text */
} MeetCompose;

/** meet_compose() - append the mail. Return: as letter_mail(). */
int meet_compose(const MeetCompose *compose, const LetterOptions *options, Buffer *out);

/** meet_compose_invites() - whether a mail of a kind has an invitation with METHOD:REQUEST */
bool meet_compose_invites(MeetMail kind);
