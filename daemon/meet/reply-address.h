#pragma once

/*
 * Inside the meet module: the address for replies of one person to the invitation of a meeting. Its tag
 * (mail/verp.h) is made from the secret of the meeting, the role, and the address of the person. So a former
 * representative, or the former address of a host, cannot answer for the person who has the role now.
 *
 * Invitations of earlier versions have tags without the person's address. Such a tag still counts in a role
 * that only one person has had in this meeting.
 */

#include "mail/verp.h"
#include "meet/booking-event.h"

/**
 * reply_address_print() - write the address for replies
 * @base:    the address of the mailbox
 * @address: of the person
 * Return: 0, -EINVAL, -ENOMEM, as verp_print().
 */
int reply_address_print(const char *base, const Meeting *meeting, MeetingRole role, const char *address,
                char ret[static VERP_ADDRESS_SIZE]);

/** reply_address_role() - return the role of the present person whose tag it is; 0 if it is nobody's */
MeetingRole reply_address_role(const VerpTag *tag, const Meeting *meeting, const MeetParties *parties);
